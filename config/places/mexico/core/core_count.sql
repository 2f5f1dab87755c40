-- Grain: one row per state, month and class; events are deaths. Rows placed less well than in a state count for the country alone, as in
-- core_event.
select
    if(where_prec <= 4, unit_id, null) as unit_id,
    month,
    class,
    'other' as place_class,
    sum(best)::bigint as events
from raw_deaths
group by all
order by all
