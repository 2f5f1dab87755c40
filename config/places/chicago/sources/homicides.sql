-- Grain: one row per day, class, area and point rounded to three decimals (about a hundred metres). It lies in the work folder, where
-- deaths are linked with what came before them; the finished snapshot keeps counts by month.
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
