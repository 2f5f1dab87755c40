-- Grain: one row per kind, class, month, is_arrest and unit. Counts of core tables, where no single record has a point. What is known
-- by beat is shared out; of a count that its publisher suppressed the middle of its ends is taken. Enforcement without a word on
-- arrests has no is_arrest.
with whole as (
    select * from core_count
    union all by name
    select null::bigint as events_low, null::bigint as events_high where false
),
harm as (
    select class, month, unit_id, coalesce(2 * events, events_low + events_high) / 2 as n from whole
    union all
    select b.class, b.month, s.unit_id, coalesce(b.events, 0) * coalesce(s.share::double, 1)
    from core_count_beat as b
    left join core_beat_share as s using (beat_id)
),
enforcement as (
    select class, month, unit_id, true as is_arrest, arrests::double as n from act_enforcement
    where measure = $measure and arrests is not null
    union all
    select class, month, unit_id, false, (records - arrests)::double from act_enforcement
    where measure = $measure and arrests is not null
    union all
    select class, month, unit_id, null, records::double from act_enforcement where measure = $measure and arrests is null
)
select 'harm' as kind, class, month, false as is_arrest, unit_id, sum(n) as n from harm group by all
union all
select 'enforcement', class, month, is_arrest, unit_id, sum(n) from enforcement group by all
order by all
