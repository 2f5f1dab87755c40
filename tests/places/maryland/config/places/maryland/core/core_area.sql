-- Grain: one row per county. Counties come from outlines, residents from the published table of 2020.
with residents as (
    select unit_id, max("POPULATION") as residents
    from raw_md_crime_data
    where month = date '2020-01-01'
    group by unit_id
)
select cast(a."id" as varchar) as area_id,
    case when a."id" = '24510' then 'Baltimore City' else a."name" end as label, cast(r.residents as bigint) as residents, a.km2
from raw_outlines as a
left join residents as r on r.unit_id = cast(a."id" as varchar)
order by area_id
