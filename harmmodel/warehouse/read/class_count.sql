-- Grain: one row per unit and class over one common window, all kinds of place together. Of a count that its publisher
-- suppressed the middle of its ends is taken.
with whole as (
    select * from core_count
    union all by name
    select null::bigint as events_low, null::bigint as events_high where false
)
select unit_id, class, sum(coalesce(2 * events, events_low + events_high)) / 2 as events
from whole
where list_contains($classes::varchar[], class) and month >= $start and month < $stop
group by unit_id, class
order by unit_id nulls last, class
