-- Grain: one row per unit_id, month, class, place_class. Integers only. A null unit holds events that cannot be placed.
with counted as (
    select area_id as unit_id, month, class, place_class, 1 as events
    from core_incident
    union all
    select unit_id, month, class, 'other', events
    from raw_opioid_deaths
)
select unit_id, month, class, place_class, cast(sum(events) as bigint) as events
from counted
group by unit_id, month, class, place_class
order by unit_id nulls last, month, class, place_class
