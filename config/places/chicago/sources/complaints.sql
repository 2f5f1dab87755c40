-- Grain: one row per month, beat label and class. A complaint is one event however many categories, rows and beats it names.
-- Its class is the first of: corruption, force, rights, other. A complaint that names beats 0111 and 0112 gets the label
-- 0111+0112; one that names none gets null. Notifications are reports by police and allege nothing (texts.csv).
with complaint as (
    select
        complaint_id,
        min(month) as month,
        min(case class
            when 'corruption_complaint' then 1
            when 'force_complaint' then 2
            when 'rights_complaint' then 3
            else 4
        end) as precedence,
        list_sort(list(distinct lpad(cast(beat as varchar), 4, '0')) filter (beat > 0)) as beats
    from incoming
    where alleges = 'yes'
    group by complaint_id
)
select
    month,
    nullif(array_to_string(beats, '+'), '') as beat_id,
    case precedence
        when 1 then 'corruption_complaint'
        when 2 then 'force_complaint'
        when 3 then 'rights_complaint'
        else 'other_complaint'
    end as class,
    count(*) as events
from complaint
group by all
order by all
