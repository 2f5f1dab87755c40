-- Grain: one row per unit_id, month, class, measure. Recorded offences that exist because police looked. police.uk does not say
-- whether somebody was arrested, so arrests are null: not known is not none.
-- A record in a cell without any recorded harm has no unit: enforcement adds no cell.
select
    a.area_id as unit_id,
    s.month,
    s.class,
    'police_record' as measure,
    count(*) as records,
    cast(null as bigint) as arrests
from act_raw_street as s
left join core_area as a
    on a.area_id = s.unit_id
group by a.area_id, s.month, s.class
order by a.area_id nulls last, s.month, s.class
