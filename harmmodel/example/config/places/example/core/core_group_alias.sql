-- Grain: one row per side and organisation; members counts the organisations that one side was divided among.
select actor_id, written as alias, group_id, match, count(*) over (partition by actor_id) as members, reviewed_on,
    null::varchar as note
from raw_group_alias
order by actor_id, group_id
