-- Grain: one row per event. An event is precise when it is dated to a month at least and placed in a municipality at least; only then
-- has it a month, a municipality or a point. What is placed less well than in a state (where_prec 5 and 6) counts in the country alone.
-- low and high are put in order: in 86 rows of the source they are not. least and greatest pass over null, so what is not told is
-- kept null apart: a number that nobody gave is neither the other one nor 0.
-- The state is the one that texts.csv has for its published name.
with event as (
    select *, date_prec <= 4 and where_prec <= 3 as is_precise
    from raw_events
)
select
    e.id as event_id,
    e.year,
    e.class,
    e.dyad_new_id as dyad_id,
    e.side_a_new_id as side_a_id,
    e.side_b_new_id as side_b_id,
    case when e.where_prec <= 4 then s.state_id end as state_id,
    coalesce(s.name, e.adm_1) as state_name,
    e.is_precise,
    case
        when e.is_precise and date_trunc('month', e.date_start) = date_trunc('month', e.date_end)
        then date_trunc('month', e.date_start)::date
    end as month,
    case when e.is_precise then regexp_replace(e.adm_2, ' municipality$', '') end as municipality,
    case when e.is_precise then e.longitude end as longitude,
    case when e.is_precise then e.latitude end as latitude,
    e.date_prec as date_precision,
    e.where_prec as where_precision,
    e.event_clarity as clarity,
    case when e.low is not null and e.best is not null and e.high is not null then least(e.low, e.best, e.high) end as low,
    e.best,
    case when e.low is not null and e.best is not null and e.high is not null then greatest(e.low, e.best, e.high) end as high,
    case
        when e.class = 'one_sided' then e.best
        when e.deaths_civilians is not null then least(e.deaths_civilians, e.best)
    end as civilians,
    case
        when e.class = 'one_sided' then 0
        when e.deaths_a is not null then least(e.deaths_a, e.best - least(e.deaths_civilians, e.best))
    end as dead_a,
    case
        when e.class = 'one_sided' then 0
        when e.deaths_b is not null
        then
            least(
                e.deaths_b,
                e.best
                - least(e.deaths_civilians, e.best)
                - case when e.deaths_a is null then 0 else least(e.deaths_a, e.best - least(e.deaths_civilians, e.best)) end
            )
    end as dead_b
from event as e
left join raw_states as s on s.state_id = e.state_id
order by event_id
