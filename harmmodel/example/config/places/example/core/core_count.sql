-- Grain: one row per unit_id, month, class, place_class. Integers only. A null unit holds events that cannot be placed.
-- place_class is 'shared' for schools, parks or stations where the data tell, else 'other'.
with counted as (
    select unit_id, month, class, 1 as events from raw_offences
    union all
    select unit_id, month, class, complaints from raw_complaints
    union all
    select unit_id, month, class, deaths from raw_deaths
)
select unit_id, month, class, 'other' as place_class, cast(sum(events) as bigint) as events
from counted
group by unit_id, month, class
order by unit_id nulls last, month, class
