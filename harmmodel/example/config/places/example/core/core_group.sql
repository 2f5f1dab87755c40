-- Grain: one row per organisation of the register. Sizes are bands, never rosters.
with seen as (
    select a.group_id, min(e.year) as first_year, max(e.year) as last_year
    from core_event as e
    join core_group_alias as a on a.actor_id in (e.side_a_id, e.side_b_id)
    group by a.group_id
)
select
    r.group_id, r.group_label as label, r.kind, r.parent_id, r.size_band,
    make_date(s.first_year, 1, 1) as first_seen, s.last_year, r.review_due
from raw_group_register as r
left join seen as s on s.group_id = r.group_id
order by r.group_id
