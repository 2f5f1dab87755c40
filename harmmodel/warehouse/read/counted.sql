with counted as (
    select unnest($indicators::varchar[]) as indicator,
           unnest($classes::varchar[]) as class,
           unnest($starts::date[]) as period_from,
           unnest($stops::date[]) as period_to,
           unnest($days::integer[]) as days,
           unnest($place_classes::varchar[][]) as place_classes
),
-- A count that its publisher suppressed has no events but their ends.
whole as (
    select * from {table}
    union all by name
    select null::bigint as events_low, null::bigint as events_high where false
),
found as (
    select k.indicator, c.{unit}, k.class, sum(c.events) as events,
           count(c.events_low) as marks, sum(c.events_low) as suppressed_low, sum(c.events_high) as suppressed_high
    from whole as c
    join counted as k
        on c.class = k.class
        and c.month >= k.period_from
        and c.month < k.period_to
        and list_contains(k.place_classes, c.place_class)
    group by k.indicator, c.{unit}, k.class
)
