-- Grain: one row per enforcement record. What police found or did and where, never part of a harm score.
-- Open: everybody can see and be seen; texts.csv says so of each of the publisher's kinds of place.
select
    c.occurred_at,
    c.month,
    c.unit_id,
    c.class,
    c.primary_type || ' | ' || c.description as code,
    c.openness as setting,
    c.longitude,
    c.latitude,
    c.arrest
from act_raw_crimes as c
order by all
