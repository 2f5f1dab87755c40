-- Grain: one row per unit_id, month, class, measure. Rows that the crosswalk calls enforcement; harm tables cannot read them.
select
    unit_id, month, class, 'police_record' as measure,
    count(*) as records, count(*) filter (arrest) as arrests
from act_raw_offences
group by unit_id, month, class
order by unit_id nulls last, month, class
