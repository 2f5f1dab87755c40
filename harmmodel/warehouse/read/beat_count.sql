-- Grain: one row per indicator, beat and class. Events known only by beat; shares say which units a beat lies in.
with counted as (
    select unnest($indicators::varchar[]) as indicator,
           unnest($classes::varchar[]) as class,
           unnest($starts::date[]) as period_from,
           unnest($stops::date[]) as period_to,
           unnest($place_classes::varchar[][]) as place_classes
)
select k.indicator, c.beat_id, c.class, sum(c.events)::bigint as events
from core_count_beat as c
join counted as k
    on c.class = k.class
    and c.month >= k.period_from
    and c.month < k.period_to
    and list_contains(k.place_classes, c.place_class)
group by k.indicator, c.beat_id, c.class
order by k.indicator, c.beat_id nulls last, c.class
