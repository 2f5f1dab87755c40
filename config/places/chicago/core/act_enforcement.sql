-- Grain: one row per unit_id, month, class, measure, code, setting. What police found or did, never part of a harm score.
-- Arrests are null where of any of the records nobody knows whether it carries one: not known is not none.
select
    unit_id,
    month,
    class,
    'police_record' as measure,
    code,
    setting,
    count(*) as records,
    case when count(arrest) = count(*) then count(*) filter (arrest) end as arrests
from act_incident
group by unit_id, month, class, code, setting
order by unit_id nulls last, month, class, code, setting nulls last
