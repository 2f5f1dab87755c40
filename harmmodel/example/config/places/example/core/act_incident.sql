-- Grain: one row per enforcement record, with time and point, to see whether violence follows nearby. Only the work folder of a run
-- holds it; the snapshot keeps counts. A file that names areas instead of points has none, and nothing is linked.
select occurred_at, month, unit_id, class, null::varchar as code, null::varchar as setting, longitude, latitude
from (
    select * from act_raw_offences
    union all by name
    select null::double as longitude, null::double as latitude where false
)
order by all
