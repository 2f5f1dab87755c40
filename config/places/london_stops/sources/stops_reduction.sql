-- How stops.csv was made from the monthly files as published (table published, one row per search). Not run on load: it is kept so
-- that the counts can be made again. Grain: one row per scheme, ethnicity, gender, reason and outcome, 10 stops or more.
-- What would be a smaller count loses its ethnicity, then everything but its scheme.
with person as (
    select
        coalesce(lower(officer_defined_ethnicity), 'unknown') as officer,
        case
            when self_defined_ethnicity is null or self_defined_ethnicity like '%Not stated' then 'unknown'
            else lower(regexp_extract(self_defined_ethnicity, '^(White|Black|Asian|Mixed|Other)'))
        end as own,
        case gender when 'Male' then 'male' when 'Female' then 'female' else 'other' end as gender,
        case
            when legislation like 'Misuse of Drugs Act%' then 'drugs'
            when legislation like '%(section 60)' then 'no_suspicion'
            else 'other'
        end as reason,
        case
            when outcome is null or trim(outcome) = '' then 'unknown'
            when outcome = 'A no further action disposal' then 'no_action'
            when outcome = 'Arrest' then 'arrest'
            else 'other_action'
        end as outcome
    from published
    where type <> 'Vehicle search'
),
cell as (
    select scheme, ethnicity, gender, reason, outcome, count(*) as stops
    from (
        select 'officer' as scheme, officer as ethnicity, gender, reason, outcome from person
        union all
        select 'self' as scheme, own as ethnicity, gender, reason, outcome from person
    )
    group by all
),
without_ethnicity as (
    select scheme, 'pooled' as ethnicity, gender, reason, outcome, sum(stops) as stops
    from cell where stops < 10 group by all
),
pooled as (
    select scheme, 'pooled' as ethnicity, 'pooled' as gender, 'pooled' as reason, 'pooled' as outcome, sum(stops) as stops
    from without_ethnicity where stops < 10 group by all
)
select date '2018-04-01' as period, scheme, ethnicity, gender, reason, outcome, stops::bigint as stops
from (
    from cell where stops >= 10
    union all from without_ethnicity where stops >= 10
    union all from pooled
)
order by all
