-- Grain: one row per unit_id, month, class, measure. What police found or did, never part of a harm score.
select
    unit_id,
    month,
    class,
    'police_record' as measure,
    count(*) as records,
    count(*) filter (arrest) as arrests
from act_raw_crimes
group by unit_id, month, class
order by unit_id nulls last, month, class
