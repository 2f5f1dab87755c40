-- Grain: one row per indicator, beat and class. Events known only by beat; shares say which units a beat lies in.
{counted}
select indicator, beat_id, class, events::bigint as events
from found
order by indicator, beat_id nulls last, class
