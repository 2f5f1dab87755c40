-- Grain: one row per enforcement record with a time, inside a half-open period; a record without a point keeps empty coordinates.
select unit_id, class, code, setting, longitude, latitude, cast(epoch(occurred_at) // 60 as bigint) as minute
from act_incident
where occurred_at >= $start and occurred_at < $stop
order by all
