-- Grain: one row per scheme, ethnicity, gender, reason and outcome; all stops once under each scheme. Counts, never a single stop.
select scheme, ethnicity, gender, reason, outcome, cast(sum(stops) as bigint) as stops
from act_raw_stops
group by all
order by all
