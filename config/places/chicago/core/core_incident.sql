-- Grain: one row per recorded offence of a harm class, and per homicide.
-- Shared places are those that everybody must be able to use: schools, day care, libraries, parks and waterfront, public transport.
-- Colleges, churches, hospitals and shops are "other": their owner decides who comes in.
-- Homicides are counted from the homicide file alone, so the same deaths in the file of offences are left out.
with shared_place as (
    select unnest([
        'SCHOOL, PUBLIC, BUILDING', 'SCHOOL, PUBLIC, GROUNDS', 'SCHOOL, PRIVATE, BUILDING', 'SCHOOL, PRIVATE, GROUNDS',
        'DAY CARE CENTER', 'LIBRARY',
        'PARK PROPERTY', 'LAKEFRONT/WATERFRONT/RIVERBANK', 'RIVER BANK', 'FOREST PRESERVE',
        'CTA TRAIN', 'CTA BUS', 'CTA STATION', 'CTA PLATFORM', 'CTA BUS STOP', 'CTA PROPERTY', 'CTA TRACKS - RIGHT OF WAY',
        'CTA GARAGE / OTHER PROPERTY', 'OTHER RAILROAD PROP / TRAIN DEPOT'
    ]) as location_description
)
select
    'crimes' as source,
    c.occurred_at,
    c.month,
    c.unit_id as area_id,
    c.class,
    case when s.location_description is null then 'other' else 'shared' end as place_class,
    c.longitude,
    c.latitude
from raw_crimes as c
left join shared_place as s
    on c.location_description = s.location_description
where c.class not in ('homicide', 'reckless_homicide')
union all
select 'homicides', h.occurred_at, h.month, h.unit_id, h.class, 'other', h.longitude, h.latitude
from raw_homicides as h
cross join range(h.events)
order by all
