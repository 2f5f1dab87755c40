-- Grain: one row per state. Totals of coarse events are drawn on these outlines, never as points.
select
    s.state_id as area_id,
    s.name as label,
    p.residents,
    s.km2
from raw_states as s
left join raw_state_population as p on p.state_id = s.state_id
order by area_id
