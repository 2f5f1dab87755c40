-- Grain: one row per unit and enforcement class; the row without a unit holds records of no known unit.
select unit_id, class, sum(records)::bigint as records, sum(arrests)::bigint as arrests
from act_enforcement
where list_contains($classes::varchar[], class) and month >= $start and month < $stop
group by unit_id, class
order by unit_id nulls last, class
