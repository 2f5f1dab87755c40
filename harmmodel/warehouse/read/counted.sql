with counted as (
    select unnest($indicators::varchar[]) as indicator,
           unnest($classes::varchar[]) as class,
           unnest($starts::date[]) as period_from,
           unnest($stops::date[]) as period_to,
           unnest($days::integer[]) as days,
           unnest($place_classes::varchar[][]) as place_classes
),
found as (
    select k.indicator, c.{unit}, k.class, sum(c.events) as events
    from {table} as c
    join counted as k
        on c.class = k.class
        and c.month >= k.period_from
        and c.month < k.period_to
        and list_contains(k.place_classes, c.place_class)
    group by k.indicator, c.{unit}, k.class
)
