-- Grain: one row per published side and organisation; members counts the organisations that one side was divided among.
select
    actor_id,
    published_label as alias,
    group_id,
    match,
    count(*) over (partition by actor_id) as members,
    reviewed_on,
    note
from raw_group_alias
order by actor_id, group_id
