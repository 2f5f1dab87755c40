-- Grain: one row per recorded offence of a harm class, and per homicide.
-- texts.csv says of each of the publisher's kinds of place what it is.
-- Shared places are those that everybody must be able to use: schools, day care, libraries, parks and waterfront, public transport.
-- Colleges, churches, hospitals and shops are "other": their owner decides who comes in.
-- Setting: the street and what stands or drives on it, homes, businesses, and all else; only like places are found by it.
-- Homicides are counted from the homicide file alone, so the same deaths in the file of offences are left out.
select
    'crimes' as source,
    c.occurred_at,
    c.month,
    c.unit_id as area_id,
    c.class,
    c.place_class,
    c.setting,
    c.longitude,
    c.latitude
from raw_crimes as c
where c.class not in ('homicide', 'reckless_homicide')
union all
select 'homicides', h.occurred_at, h.month, h.unit_id, h.class, 'other', 'other', h.longitude, h.latitude
from raw_homicides as h
cross join range(h.events)
order by all
