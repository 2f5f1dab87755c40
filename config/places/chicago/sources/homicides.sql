-- Grain: one row per day, class, area and point rounded to three decimals (about a hundred metres). A death that could be told
-- from the news by its minute, its number or its address is not kept finer than that.
select
    date_trunc('day', occurred_at) as occurred_at,
    month,
    class,
    unit_id,
    round(longitude, 3) as longitude,
    round(latitude, 3) as latitude,
    count(*) as events
from incoming
group by all
order by all
