-- Grain: one row per event and organisation. numerator / denominator is its share of the event's deaths: half to each side of a fight,
-- all to the side that attacked civilians, equal parts inside a side of several groups. Civilians who are attacked are no party.
with side as (
    select event_id, class, 'a' as side, side_a_id as actor_id, if(class = 'one_sided', 1, 2) as parts
    from core_event
    union all
    select event_id, class, 'b', side_b_id, 2
    from core_event
    where class <> 'one_sided'
)
select
    s.event_id,
    a.group_id,
    s.side,
    if(s.class = 'one_sided', 'attacker', 'party') as role,
    1::bigint as numerator,
    (s.parts * a.members)::bigint as denominator,
    if(a.members > 1, 'low', 'high') as confidence
from side as s
join core_group_alias as a on a.actor_id = s.actor_id
order by event_id, side, group_id
