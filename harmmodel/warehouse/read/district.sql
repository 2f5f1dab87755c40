-- Grain: one row per unit of a place with districts.
select unit_id, district from core_district order by unit_id
