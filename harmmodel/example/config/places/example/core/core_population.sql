-- Grain: one row per area. Who is there besides its residents; an area that the file lacks is not known, and not 0.
select area as unit_id, jobs as persons
from raw_jobs
order by unit_id
