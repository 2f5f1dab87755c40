-- Grain: one row per indicator, class and unit of which the file gives no count for a month of the window: not observed.
with counted as (
    select unnest($indicators::varchar[]) as indicator,
           unnest($classes::varchar[]) as class,
           unnest($starts::date[]) as period_from,
           unnest($stops::date[]) as period_to
)
select distinct k.indicator, k.class, u.unit_id
from load_uncounted as u
join counted as k on u.class = k.class and u.month >= k.period_from and u.month < k.period_to
order by all
