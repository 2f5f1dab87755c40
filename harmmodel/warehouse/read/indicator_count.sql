-- Grain: one row per indicator, unit and class; a unit without events has 0. The row without a unit holds events of no known unit.
-- Each class of each indicator has one entry in every list. $starts and $stops bound it by its source's period: half-open, whole months.
-- $days: how many days of that the source observes, its gaps left out.
{counted},
unit as (
    select area_id as unit_id, residents, km2 from core_area
    union all
    select null, null, null
)
select k.indicator, u.unit_id, k.class, k.period_from, k.period_to,
       coalesce(f.events, 0)::bigint as events,
       coalesce(f.marks, 0)::bigint as marks,
       coalesce(f.suppressed_low, 0)::bigint as suppressed_low,
       coalesce(f.suppressed_high, 0)::bigint as suppressed_high,
       k.days,
       (u.residents * k.days)::bigint as person_days
from unit as u
cross join counted as k
left join found as f
    on f.indicator = k.indicator
    and f.unit_id is not distinct from u.unit_id
    and f.class = k.class
order by k.indicator, u.unit_id nulls last, k.class
