-- Grain: one row per event of harm, with time and point, for activities and validation. Only the work folder of a run holds it; the
-- snapshot keeps counts. A file that names areas instead of points has none.
select 'offences' as source, occurred_at, month, unit_id as area_id, class, 'other' as place_class, longitude, latitude
from (
    select * from raw_offences
    union all by name
    select null::double as longitude, null::double as latitude where false
)
order by all
