-- Grain: one row per community area. Names come in capitals; texts.csv has those that need more than a capital first letter.
select
    cast(a.community_area as varchar) as area_id,
    coalesce(
        a.own_label,
        array_to_string(list_transform(string_split(lower(a.name), ' '), lambda word: upper(word[1]) || word[2:]), ' ')
    ) as label,
    cast(p.population as bigint) as residents,
    a.km2 as km2
from raw_community_areas as a
left join raw_community_area_population as p
    on a.community_area = p.community_area
order by a.community_area
