-- Grain: one row per month, community area and class. Single deaths must not be seen, so nothing finer is kept.
select month, unit_id, class, count(*) as events
from incoming
group by all
order by all
