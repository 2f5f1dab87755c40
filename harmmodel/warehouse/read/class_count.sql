-- Grain: one row per unit and class over one common window, all kinds of place together.
select unit_id, class, sum(events)::bigint as events
from core_count
where list_contains($classes::varchar[], class) and month >= $start and month < $stop
group by unit_id, class
order by unit_id nulls last, class
