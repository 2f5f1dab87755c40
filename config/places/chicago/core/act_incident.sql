-- Grain: one row per enforcement record. What police found or did and where, never part of a harm score.
-- Open: everybody can see and be seen. The publisher's kinds of place are many, so all others count as closed.
with open_place as (
    select unnest([
        'STREET', 'SIDEWALK', 'ALLEY', 'PARK PROPERTY', 'VACANT LOT/LAND', 'PARKING LOT/GARAGE(NON.RESID.)', 'GAS STATION',
        'CHA PARKING LOT/GROUNDS', 'SCHOOL, PUBLIC, GROUNDS', 'SCHOOL, PRIVATE, GROUNDS', 'HIGHWAY/EXPRESSWAY', 'BRIDGE',
        'LAKEFRONT/WATERFRONT/RIVERBANK', 'CTA BUS STOP', 'CTA PLATFORM', 'OTHER RAILROAD PROP / TRAIN DEPOT', 'CEMETARY'
    ]) as location_description
)
select
    c.occurred_at,
    c.month,
    c.unit_id,
    c.class,
    c.primary_type || ' | ' || c.description as code,
    case
        when c.location_description is null then null
        when o.location_description is null then 'closed'
        else 'open'
    end as setting,
    c.longitude,
    c.latitude,
    c.arrest
from act_raw_crimes as c
left join open_place as o
    on c.location_description = o.location_description
order by all
