-- Grain: one row per source. Rows from as_of on are in the snapshot but outside the period of the run.
with later as (
    select source,
           coalesce(sum(rows) filter (fate = 'loaded'), 0)::bigint as loaded,
           coalesce(sum(rows) filter (fate = 'enforcement'), 0)::bigint as enforcement
    from load_month
    where month >= $as_of
    group by source
)
select r.source, r.rows,
       r.loaded - coalesce(l.loaded, 0) as loaded,
       r.enforcement - coalesce(l.enforcement, 0) as enforcement,
       r.reduced, r.outside_city,
       r.outside_period + coalesce(l.loaded, 0) + coalesce(l.enforcement, 0) as outside_period,
       r.rejected, r.reasons, r.unread
from load_reconciliation as r
left join later as l using (source)
order by r.source
