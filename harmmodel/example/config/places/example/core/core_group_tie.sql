-- Grain: one row per pair and kind of tie. Rivals fought each other; allies were written as one side, which is weak evidence.
with party as (
    select i.event_id, i.group_id, i.side, e.year, e.best
    from core_incident_group as i
    join core_event as e on e.event_id = i.event_id
    where e.class = 'non_state'
),
pair as (
    select
        p.group_id,
        q.group_id as other_id,
        if(p.side = q.side, 'ally', 'rival') as tie,
        min(p.year) as since,
        max(p.year) as until,
        count(distinct p.event_id) as events,
        sum(p.best)::bigint as deaths
    from party as p
    join party as q on q.event_id = p.event_id and p.group_id < q.group_id
    group by all
)
select
    *,
    case when tie = 'ally' then 'low' when events < 5 then 'medium' else 'high' end as confidence
from pair
order by group_id, other_id, tie
