-- Grain: one row per beat and class. Events known only by beat; shares say which units a beat lies in.
with counted as (
    select unnest($classes::varchar[]) as class,
           unnest($starts::date[]) as period_from,
           unnest($stops::date[]) as period_to
)
select c.beat_id, c.class, sum(c.events)::bigint as events
from core_count_beat as c
join counted as k
    on c.class = k.class
    and c.month >= k.period_from
    and c.month < k.period_to
where list_contains($place_classes::varchar[], c.place_class)
group by c.beat_id, c.class
order by c.beat_id nulls last, c.class
