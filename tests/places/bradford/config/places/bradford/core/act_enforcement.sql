-- Drafted by harmmodel add. Grain: one row per unit_id, month, class, measure. Rows that the crosswalk calls enforcement.
-- Arrests that a source does not tell are null, never 0. A record outside all areas has no unit: enforcement adds none.
with acted as (
    select unit_id, month, class, 'police_record' as measure, 1 as records, cast(null as bigint) as arrests
    from act_raw_street
)
select
    c.area_id as unit_id, a.month, a.class, a.measure,
    cast(sum(a.records) as bigint) as records,
    case when count(a.arrests) = count(*) then cast(sum(a.arrests) as bigint) end as arrests
from acted as a
left join core_area as c on c.area_id = a.unit_id
group by c.area_id, a.month, a.class, a.measure
order by c.area_id nulls last, a.month, a.class, a.measure
