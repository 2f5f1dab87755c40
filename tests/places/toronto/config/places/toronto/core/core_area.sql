-- Drafted by harmmodel add. Grain: one row per H3 cell in which harm is recorded. No residents are known.
select cell as area_id, 'Cell ' || upper(substr(cell, 5, 6)) as label, cast(null as bigint) as residents, km2
from raw_cell
order by cell
