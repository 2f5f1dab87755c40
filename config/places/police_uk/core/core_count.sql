-- Grain: one row per unit_id, month, class, place_class. Integers only. The kind of place is not known.
select unit_id, month, class, 'other' as place_class, count(*) as events
from raw_street
group by unit_id, month, class
order by unit_id, month, class
