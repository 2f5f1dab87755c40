-- Drafted by harmmodel add. Grain: one row per area. Areas come from outlines, never from enforcement records.
select cast(a."LSOA11CD" as varchar) as area_id, cast(a."LSOA11NM" as varchar) as label, cast(r."All residents" as bigint) as residents, a.km2
from raw_outlines as a
left join raw_residents as r on cast(r."LSOA Code" as varchar) = cast(a."LSOA11CD" as varchar)
order by area_id
