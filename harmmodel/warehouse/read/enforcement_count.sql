-- Grain: one row per unit and enforcement class; the row without a unit holds records of no known unit.
-- A sum is known where each of its parts is: what a source does not hold is null and never 0.
select unit_id, class,
       case when count(records) = count(*) then sum(records) end::bigint as records,
       case when count(arrests) = count(*) then sum(arrests) end::bigint as arrests
from act_enforcement
where list_contains($classes::varchar[], class) and month >= $start and month < $stop
group by unit_id, class
order by unit_id nulls last, class
