-- Grain: one row per unit_id, month, class, measure. Recorded offences that exist because police looked; arrests are not published.
select unit_id, month, class, 'police_record' as measure, count(*) as records, cast(0 as bigint) as arrests
from act_raw_street
group by unit_id, month, class
order by unit_id, month, class
