-- Grain: one row per unit and calendar year in which one class was recorded. Ends differ where a count is suppressed.
with whole as (
    select * from core_count
    union all by name
    select null::bigint as events_low, null::bigint as events_high where false
)
select unit_id, year(month)::integer as year,
       sum(coalesce(events, events_low))::bigint as events_low, sum(coalesce(events, events_high))::bigint as events_high
from whole
where class = $class and unit_id is not null and month >= $start and month < $stop
group by unit_id, year
order by unit_id, year
