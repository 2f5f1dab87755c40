-- Grain: one row per group, attribute, assessor and day. Whether it is still in force is told by the clock of a run, not here.
select
    group_id,
    attribute,
    level,
    evidence,
    information,
    assessor,
    panel,
    assessed_on,
    expires_on
from raw_entered_assessment
order by all
