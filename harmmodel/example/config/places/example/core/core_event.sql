-- Grain: one row per event. An event is precise when its month and its area are known; only then has it a month and a municipality,
-- here a quarter of the town. Points are left out: they would be kept to a tenth of a degree, which is wider than the town.
-- The area is found by its name. A name that no area has, or that two share, is no place: the event counts in the whole town alone.
with named as (
    select label, min(area_id) as area_id from core_area group by label having count(*) = 1
),
event as (
    select r.*, n.area_id, r.dated is not null and n.area_id is not null as is_precise
    from raw_group_events as r
    left join named as n on n.label = r.area
)
select
    id as event_id,
    extract(year from year)::bigint as year,
    class,
    pair as dyad_id,
    side_a as side_a_id,
    side_b as side_b_id,
    area_id as state_id,
    is_precise,
    case when is_precise then dated end as month,
    case when is_precise then quarter end as municipality,
    null::double as longitude,
    null::double as latitude,
    low,
    best,
    high,
    dead_civilians as civilians,
    dead_a,
    dead_b
from event
order by event_id
