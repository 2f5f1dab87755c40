-- Grain: one row per recorded event of the given harm classes with a point, inside a half-open period.
select area_id as unit_id, class, longitude, latitude, cast(epoch(occurred_at) // 60 as bigint) as minute
from core_incident
where list_contains($classes::varchar[], class) and occurred_at >= $start and occurred_at < $stop
    and longitude is not null and latitude is not null
order by all
