-- Grain: one row per unit_id, month, class, measure. Rows that the crosswalk calls enforcement; harm tables cannot read them.
-- Arrests are null where of any of the records nobody knows whether one followed: not known is not none.
select
    unit_id, month, class, 'police_record' as measure,
    count(*) as records, case when count(arrest) = count(*) then count(*) filter (arrest) end as arrests
from act_raw_offences
group by unit_id, month, class
order by unit_id nulls last, month, class
