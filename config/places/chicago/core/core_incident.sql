-- Grain: one row per recorded offence of a harm class, and per homicide.
-- Shared places are those that everybody must be able to use: schools, day care, libraries, parks and waterfront, public transport.
-- Colleges, churches, hospitals and shops are "other": their owner decides who comes in.
-- Setting: the street and what stands on it, homes, businesses, and all else; only like places are found by it.
-- Homicides are counted from the homicide file alone, so the same deaths in the file of offences are left out.
with shared_place as (
    select unnest([
        'SCHOOL, PUBLIC, BUILDING', 'SCHOOL, PUBLIC, GROUNDS', 'SCHOOL, PRIVATE, BUILDING', 'SCHOOL, PRIVATE, GROUNDS',
        'DAY CARE CENTER', 'LIBRARY',
        'PARK PROPERTY', 'LAKEFRONT/WATERFRONT/RIVERBANK', 'RIVER BANK', 'FOREST PRESERVE',
        'CTA TRAIN', 'CTA BUS', 'CTA STATION', 'CTA PLATFORM', 'CTA BUS STOP', 'CTA PROPERTY', 'CTA TRACKS - RIGHT OF WAY',
        'CTA GARAGE / OTHER PROPERTY', 'OTHER RAILROAD PROP / TRAIN DEPOT'
    ]) as location_description
),
street as (
    select unnest([
        'STREET', 'SIDEWALK', 'ALLEY', 'PARKING LOT/GARAGE(NON.RESID.)', 'VEHICLE NON-COMMERCIAL', 'VEHICLE-COMMERCIAL',
        'TAXICAB', 'HIGHWAY/EXPRESSWAY', 'VACANT LOT/LAND', 'BRIDGE', 'DELIVERY TRUCK', 'OTHER COMMERCIAL TRANSPORTATION'
    ]) as location_description
),
home as (
    select unnest([
        'RESIDENCE', 'APARTMENT', 'RESIDENCE-GARAGE', 'RESIDENTIAL YARD (FRONT/BACK)', 'RESIDENCE PORCH/HALLWAY',
        'DRIVEWAY - RESIDENTIAL', 'CHA APARTMENT', 'CHA PARKING LOT/GROUNDS', 'CHA HALLWAY/STAIRWELL/ELEVATOR',
        'NURSING HOME/RETIREMENT HOME', 'COLLEGE/UNIVERSITY RESIDENCE HALL', 'HOUSE', 'PORCH', 'GARAGE', 'YARD'
    ]) as location_description
),
business as (
    select unnest([
        'SMALL RETAIL STORE', 'RESTAURANT', 'DEPARTMENT STORE', 'GROCERY FOOD STORE', 'GAS STATION', 'BAR OR TAVERN',
        'CONVENIENCE STORE', 'COMMERCIAL / BUSINESS OFFICE', 'HOTEL/MOTEL', 'DRUG STORE', 'BANK',
        'ATM (AUTOMATIC TELLER MACHINE)', 'ATHLETIC CLUB', 'CURRENCY EXCHANGE', 'TAVERN/LIQUOR STORE', 'WAREHOUSE',
        'CONSTRUCTION SITE', 'CAR WASH', 'BARBERSHOP', 'APPLIANCE STORE', 'CLEANING STORE', 'PAWN SHOP',
        'FACTORY/MANUFACTURING BUILDING', 'MOVIE HOUSE/THEATER', 'SAVINGS AND LOAN', 'CREDIT UNION', 'AUTO / BOAT / RV DEALERSHIP'
    ]) as location_description
)
select
    'crimes' as source,
    c.occurred_at,
    c.month,
    c.unit_id as area_id,
    c.class,
    case when s.location_description is null then 'other' else 'shared' end as place_class,
    case
        when c.location_description in (select street.location_description from street) then 'street'
        when c.location_description in (select home.location_description from home) then 'residence'
        when c.location_description in (select business.location_description from business) then 'business'
        else 'other'
    end as setting,
    c.longitude,
    c.latitude
from raw_crimes as c
left join shared_place as s
    on c.location_description = s.location_description
where c.class not in ('homicide', 'reckless_homicide')
union all
select 'homicides', h.occurred_at, h.month, h.unit_id, h.class, 'other', 'other', h.longitude, h.latitude
from raw_homicides as h
cross join range(h.events)
order by all
