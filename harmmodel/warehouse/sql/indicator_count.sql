-- Grain: one row per unit and class; a unit without events has 0. The row without a unit holds events of no known unit.
-- $starts and $stops bound each class by its source's period: half-open, whole months.
with counted as (
    select unnest($classes::varchar[]) as class,
           unnest($starts::date[]) as period_from,
           unnest($stops::date[]) as period_to
),
unit as (
    select area_id as unit_id, residents, km2 from core_area
    union all
    select null, null, null
)
select u.unit_id, k.class, k.period_from, k.period_to,
       coalesce(sum(c.events), 0)::bigint as events,
       date_diff('day', k.period_from, k.period_to) as days,
       (u.residents * date_diff('day', k.period_from, k.period_to))::bigint as person_days
from unit as u
cross join counted as k
left join core_count as c
    on c.unit_id is not distinct from u.unit_id
    and c.class = k.class
    and c.month >= k.period_from
    and c.month < k.period_to
    and list_contains($place_classes::varchar[], c.place_class)
group by u.unit_id, u.residents, k.class, k.period_from, k.period_to
order by u.unit_id nulls last, k.class
