-- Grain: one row per district. Districts come from outlines, residents and square kilometres from tables of statistics.
select
    cast(a."ARS" as varchar) as area_id, cast(a."GEN" as varchar) as label, cast(r."Insgesamt" as bigint) as residents,
    r."Insgesamt" / d."per km2" as km2
from raw_outlines as a
left join raw_residents as r on cast(r."AGS" as varchar) = cast(a."ARS" as varchar)
left join raw_density as d on cast(d."AGS" as varchar) = cast(a."ARS" as varchar)
order by area_id
