-- Drafted by harmmodel add. Grain: one row per unit_id, month, class, place_class. A null unit holds what cannot be placed.
-- The kind of place is not told apart: every event is at an 'other' place.
with counted as (
    select unit_id, month, class, records as events
    from raw_md_crime_data
)
select unit_id, month, class, 'other' as place_class, cast(sum(events) as bigint) as events
from counted
group by unit_id, month, class
order by unit_id nulls last, month, class
