-- Grain: one row per beat_id and unit_id. A label of several beats gets the mean of the beats that have an outline; a label of
-- none has no row, so its events stay with the city. Shares of a beat are first made to add up to 1. Whole-number arithmetic
-- rounded down: the shares of a label never add up to more than 1.
with label as (
    select distinct beat_id
    from raw_complaints
    where beat_id is not null
),
beat as (
    select beat, cast(sum(cast(round(share * 1000000) as bigint)) as bigint) as parts
    from raw_beat_to_community_area
    group by beat
),
member as (
    select l.beat_id, m.beat
    from label as l
    cross join unnest(string_split(l.beat_id, '+')) as m(beat)
    where m.beat in (select beat from beat)
),
piece as (
    select
        m.beat_id,
        s.community_area,
        cast(round(s.share * 1000000) as bigint) * 1000000000
        // (b.parts * count(distinct m.beat) over (partition by m.beat_id)) as billionths
    from member as m
    inner join beat as b on m.beat = b.beat
    inner join raw_beat_to_community_area as s on m.beat = s.beat
)
select
    beat_id,
    cast(community_area as varchar) as unit_id,
    cast(cast(sum(billionths) as decimal(18, 0)) * cast(0.000000001 as decimal(10, 9)) as decimal(12, 9)) as share
from piece
group by beat_id, community_area
order by beat_id, community_area
