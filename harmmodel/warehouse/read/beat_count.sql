-- Grain: one row per indicator, beat and class. Events known only by beat; shares say which units a beat lies in.
{counted}
select indicator, beat_id, class, coalesce(events, 0)::bigint as events,
       marks::bigint as marks, coalesce(suppressed_low, 0)::bigint as suppressed_low,
       coalesce(suppressed_high, 0)::bigint as suppressed_high
from found
order by indicator, beat_id nulls last, class
