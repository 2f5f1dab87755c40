-- Grain: one row per file. Rows from as_of on are in the snapshot but outside the period of the run.
with later as (
    select source, file,
           coalesce(sum(rows) filter (fate = 'loaded'), 0)::bigint as loaded,
           coalesce(sum(rows) filter (fate = 'enforcement'), 0)::bigint as enforcement
    from load_month
    where month >= $as_of
    group by source, file
)
select r.source, r.file, r.rows,
       r.loaded - coalesce(l.loaded, 0) as loaded,
       r.enforcement - coalesce(l.enforcement, 0) as enforcement,
       r.reduced, r.outside_city,
       r.outside_period + coalesce(l.loaded, 0) + coalesce(l.enforcement, 0) as outside_period,
       r.rejected, r.no_location, r.reasons, r.unread, r.copies, r.contradictions, r.alike, r.again, r.no_key, r.repeats
from load_reconciliation as r
left join later as l on l.source = r.source and l.file is not distinct from r.file
order by r.source, r.file nulls last
