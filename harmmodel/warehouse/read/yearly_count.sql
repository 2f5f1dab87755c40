-- Grain: one row per unit and calendar year in which one class was recorded.
select unit_id, year(month)::integer as year, sum(events)::bigint as events
from core_count
where class = $class and unit_id is not null and month >= $start and month < $stop
group by unit_id, year
order by unit_id, year
