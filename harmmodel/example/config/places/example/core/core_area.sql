-- Grain: one row per area. Areas come from outlines and residents, never from enforcement records.
select a.area as area_id, a.name as label, r.residents, a.km2
from raw_areas as a
join raw_residents as r on r.area = a.area
order by area_id
