-- Grain: one row per beat_id, month, class, place_class. Complaints are known by beat, or by several ("0111+0112"); a null
-- beat_id holds those that name no beat.
select beat_id, month, class, 'other' as place_class, cast(sum(events) as bigint) as events
from raw_complaints
group by beat_id, month, class
order by beat_id nulls last, month, class
