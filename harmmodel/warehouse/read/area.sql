-- Grain: one row per unit.
select area_id as unit_id, label, residents, km2 from core_area order by area_id
