"""Checks that need more than one file of ``config/`` at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harmmodel.config.config import Config
from harmmodel.config.groups import GroupIndicator
from harmmodel.config.rows.crosswalk import crosswalk_faults, kind_faults, text_faults
from harmmodel.config.types import Indicator

GROUP_CORE = (
    "core_area",
    "core_group",
    "core_group_alias",
    "core_event",
    "core_incident_group",
    "core_group_tie",
)


def group_faults(config: Config) -> Iterator[str]:
    """Tell every contradiction between what a place says of its groups, in a stable order."""
    for faults in (_group_indicators, _pillars, _sources, _vignettes):
        yield from faults(config)


def shared_faults(config: Config, *, has_goalposts: bool = True) -> Iterator[str]:
    """Tell every contradiction that does not hang on what is judged; goalposts that are about to come lack nothing."""
    for faults in (*([_goalposts] if has_goalposts else []), _crosswalk, _deciders, _same_file):
        yield from faults(config)


def _group_classes(config: Config) -> dict[str, str]:
    """Return the classes of violence of groups with their sources."""
    return dict(config.place.groups.classes) if config.place.groups else {}


def _group_indicators(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}/place.yaml"
    for name in config.place.groups.indicators if config.place.groups else ():
        if name not in config.group_indicators:
            yield f"{here}: groups.indicators: {name} has no file config/indicators/group/{name}.yaml. Add it"
    scored = [i for i in config.listed_group_indicators if i.measure and i.role == "score"]
    # The two are the parts of one count: a death is civilian or not. Anything else would count a death twice.
    if strange := sorted({str(i.measure) for i in scored} - {"decayed_deaths", "civilian_deaths"}):
        yield (
            f"{here}: groups.indicators: {', '.join(strange)} repeats deaths that are scored already. Say role: view "
            "in its file"
        )
    if len({i.measure for i in scored}) != len(scored):
        yield f"{here}: groups.indicators: two of them score the same measure. Take one out"


def _pillars(config: Config) -> Iterator[str]:
    known = {str(p.id) for p in config.group_scheme.pillars}
    fed = {str(i.pillar) for i in config.listed_group_indicators if i.role == "score"}
    for silent in sorted(known - fed):
        yield f"config/groups.yaml: pillars: no indicator of the place feeds {silent}. Add an indicator or take it out"
    for absent in sorted(fed - known):
        yield f"config/groups.yaml: pillars: {absent} is missing, and an indicator feeds it. Add it"
    sort_key = config.group_scheme.sort_key
    if not any(i.pillar == sort_key and i.role == "score" and i.measure for i in config.listed_group_indicators):
        yield f"config/groups.yaml: sort_key: no events feed {sort_key}, so groups have no order. Name another pillar"


def _sources(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}"
    flags = {row.class_: row.enforcement for row in config.crosswalk}
    for class_, source in _group_classes(config).items():
        if source not in config.passports:
            yield f"{here}/place.yaml: groups.classes.{class_}: there is no passport sources/{source}.yaml. Add it"
        if class_ in config.place.classes:
            yield (
                f"{here}/place.yaml: {class_!r} stands under classes and under groups.classes, so what is counted of "
                "it could not be told apart. Give one of them another name"
            )
        if flags.get(class_, False):
            yield f"{here}/place.yaml: {class_!r} is an enforcement class; it can never be counted as harm"
    for key, areas in (("boundaries", config.place.boundaries), ("units", config.place.units)):
        if areas is not None and areas.source is not None and areas.source not in config.passports:
            yield f"{here}/place.yaml: {key}.source: there is no passport sources/{areas.source}.yaml. Add it"
    for required in GROUP_CORE:
        if required not in config.core_sql:
            yield f"{here}/core/{required}.sql: the file is missing, and groups need it"


def _vignettes(config: Config) -> Iterator[str]:
    assessed = {i.id for i in config.listed_group_indicators if i.is_assessed}
    for vignette in config.group_scheme.vignettes:
        if vignette.attribute not in assessed:
            yield (
                f"config/groups.yaml: vignettes: {vignette.id} is about {vignette.attribute}, which nobody assesses. "
                "Choose an indicator of the place that people assess"
            )


def area_faults(config: Config) -> Iterator[str]:
    """Tell every contradiction between what a place says of its areas, in a stable order."""
    for faults in (_scheme, _indicators, _place, _cells, _matched, _serious, _validation, _passports):
        yield from faults(config)


def _scheme(config: Config) -> Iterator[str]:
    if config.scheme.weight_set not in config.weight_sets:
        known = ", ".join(sorted(config.weight_sets))
        yield (
            f"config/scheme.yaml: weight_set: there is no file config/weights/{config.scheme.weight_set}.yaml. "
            f"Choose one of: {known}"
        )
    pillars = {str(p.id) for p in config.scheme.pillars}
    for pillar in sorted(pillars - {str(p) for p in config.policy.leads}):
        yield f"config/policy.yaml: leads: nobody leads pillar {pillar!r}. Say who does"
    for name in config.place.indicators:
        item = config.indicators.get(name)
        if item is None:
            continue
        if item.pillar not in pillars:
            yield f"config/scheme.yaml: pillars: {item.pillar} is missing, to which indicator {name} belongs"


def _goalposts(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}/goalposts.yaml"
    listed: list[Indicator | GroupIndicator] = [
        *(config.indicators[name] for name in config.place.indicators if name in config.indicators),
        *config.listed_group_indicators,
    ]
    asked = {str(i.id): i for i in listed if isinstance(i, Indicator) or (i.measure and i.role == "score")}
    for name in sorted(asked.keys() - config.goalposts.keys()):
        yield f"{here}: {name}: it is scored between goalposts, and the place has none for it. Add low, high and why"
    for name in sorted(config.goalposts.keys() - asked.keys()):
        yield f"{here}: {name}: no indicator of that name that place.yaml lists is placed between goalposts. Remove it"
    for name in sorted(asked.keys() & config.goalposts.keys()):
        item, posts = asked[name], config.goalposts[name]
        if not posts.low < posts.high * (1 - config.scheme.high_range):
            yield f"{here}: {name}: high must lie above low when the scheme's high_range is taken off too. Raise high"
        if posts.may_outweigh_a_death is not None and item.evidence != "allegation":
            yield f"{here}: {name}: may_outweigh_a_death: only an indicator of allegations needs it. Remove it"


def _indicators(config: Config) -> Iterator[str]:
    users: dict[tuple[str, str, str], str] = {}
    for name in sorted(set(config.place.indicators) & set(config.indicators)):
        indicator = config.indicators[name]
        if indicator.role != "score":
            continue
        for class_ in indicator.count.classes:
            for place_class in indicator.count.place_classes:
                key = (indicator.pillar, class_, place_class)
                if key in users:
                    yield (
                        f"config/indicators/area/{name}.yaml: count: {users[key]} of the same pillar counts {class_} "
                        f"(in {place_class} places) already. Take it out of one of the two"
                    )
                users[key] = name


def _place(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}/place.yaml"
    for name, n in sorted(Counter(config.place.indicators).items()):
        if n > 1:
            yield f"{here}: indicators: {name} stands {n} times. Keep one"
    for name in dict.fromkeys(config.place.indicators):
        if name not in config.indicators:
            yield f"{here}: indicators: {name} has no file config/indicators/area/{name}.yaml. Add it"
            continue
        count = config.indicators[name].count
        for class_ in count.classes:
            if class_ not in config.place.classes:
                yield f"{here}: classes: indicator {name} counts {class_!r}, which has no source here. Name its source"
        if count.weighted:
            yield from _unweighted(config, count.classes, name)
    yield from _unweighted(config, config.place.serious_violence, "serious_violence")
    yield from _place_sources(config, here)
    yield from _place_classes(config, here)


def _place_sources(config: Config, here: str) -> Iterator[str]:
    for class_, source in config.place.classes.items():
        if source not in config.passports:
            yield f"{here}: classes.{class_}: there is no passport sources/{source}.yaml. Add it"
        elif config.passports[source].use != "scored":
            yield f"{here}: classes.{class_}: nothing is counted, as the passport of {source} does not say use: scored"
        elif class_ not in _made_by(config, source):
            yield f"{here}: classes.{class_}: source {source} never gives this class: no row of crosswalk.csv names it"
    boundaries = config.place.boundaries
    resolutions = {p.locate.h3 for p in config.passports.values() if p.locate and p.locate.h3 is not None}
    if resolutions - {boundaries.h3}:
        yield (
            f"{here}: boundaries.h3: the passports place rows in cells of resolution "
            f"{', '.join(map(str, sorted(resolutions)))}. Use one resolution in all of them"
        )
    yield from _unit_table(config, here)
    outlines = config.passports.get(boundaries.source or "")
    if boundaries.source and (outlines is None or outlines.use != "reference"):
        yield f"{here}: boundaries.source: no passport sources/{boundaries.source}.yaml says use: reference. Add one"
    elif outlines and not {boundaries.id, "geometry"} <= set(outlines.columns):
        yield f"{here}: boundaries: {boundaries.source} must declare the columns {boundaries.id} and geometry"


def _unit_table(config: Config, here: str) -> Iterator[str]:
    """Say what does not fit where units have no outlines: no table of them, or rows that are placed by points."""
    units = config.place.units
    if units is None:
        return
    table = config.passports.get(units.source)
    if table is None or table.use != "reference":
        yield f"{here}: units.source: no passport sources/{units.source}.yaml says use: reference. Add one"
    elif units.id not in table.columns:
        yield f"{here}: units: {units.source} must declare the column {units.id}"
    for name, passport in config.passports.items():
        locate = passport.locate
        if passport.use == "scored" and locate and (locate.unit is None or locate.listed_by_point):
            yield (
                f"config/places/{config.place.id}/sources/{name}.yaml: locate: the place has no outlines, so a "
                "point lies in no unit. Name the column with the unit's id under unit, and leave out by_point"
            )


def _made_by(config: Config, source: str) -> set[str]:
    """Return the classes that a source can give."""
    classify = config.passports[source].classify
    if classify and classify.class_:
        return {classify.class_}
    return {row.class_ for row in config.crosswalk if row.source == source}


def _place_classes(config: Config, here: str) -> Iterator[str]:
    flags = {row.class_: row.enforcement for row in config.crosswalk}
    for class_ in config.place.drug_classes:
        if not flags.get(class_, False):
            yield f"{here}: drug_classes: {class_!r} is no enforcement class of crosswalk.csv. Correct one of them"
    for class_ in sorted({*config.place.classes, *config.place.serious_violence}):
        if flags.get(class_, False):
            yield f"{here}: {class_!r} is an enforcement class; it can never be counted as harm"
    trend = [config.place.trend.class_] if config.place.trend else []
    for class_ in dict.fromkeys([*config.place.serious_violence, *trend]):
        if class_ not in config.place.classes:
            yield f"{here}: classes: {class_!r} is used and has no source here. Name its source"


def _cells(config: Config) -> Iterator[str]:
    """Classes counted by cell must exist, and none of them may come from a source that says it is sensitive."""
    here = f"config/places/{config.place.id}/place.yaml: counted_in_cells"
    for class_ in config.place.counted_in_cells:
        makers = [name for name in sorted(config.passports) if class_ in _made_by(config, name)]
        if not makers:
            yield f"{here}: no source gives {class_!r}. Correct the name or take it out"
        for name in makers:
            if config.passports[name].sensitive:
                yield f"{here}: {class_!r} comes from {name}, which is sensitive: count it by area alone. Take it out"


def _matched(config: Config) -> Iterator[str]:
    """Like places are found by harm that has a point, never by violence, enforcement or a sensitive source."""
    here = f"config/places/{config.place.id}/place.yaml: matched_on"
    linked = set(config.activities.typology.linked_harm.classes) if config.activities else set()
    found_by_police = {row.class_ for row in config.crosswalk if row.enforcement}
    for class_ in config.place.matched_on:
        source = config.place.classes.get(class_)
        if source is None:
            yield f"{here}: classes: {class_!r} is used and has no source here. Name its source"
        elif config.passports[source].sensitive:
            yield f"{here}: {class_!r} comes from {source}, which is sensitive. Take it out"
        if class_ in linked | set(config.place.serious_violence):
            yield f"{here}: {class_!r} is the violence that is compared, so nothing may be matched on it. Take it out"
        if class_ in found_by_police:
            yield f"{here}: {class_!r} is found by police, so nothing may be matched on it. Take it out"


def _serious(config: Config) -> Iterator[str]:
    """No class of serious violence may come from a sensitive source.

    It is counted over the months that enforcement covers too. Beside the windows of indicators, of which the release
    gate tells as much as no difference gives away, those months would tell small counts.
    """
    here = f"config/places/{config.place.id}/place.yaml: serious_violence"
    for class_ in config.place.serious_violence:
        makers = {name for name in config.passports if class_ in _made_by(config, name)}
        for name in sorted(makers | {config.place.classes.get(class_, "")}):
            if name in config.passports and config.passports[name].sensitive:
                yield (
                    f"{here}: {class_!r} comes from {name}, which is sensitive: beside drug arrests, its months would "
                    "tell small counts. Take it out; an indicator may count it"
                )


def _unweighted(config: Config, classes: tuple[str, ...], user: str) -> Iterator[str]:
    for name, weights in sorted(config.weight_sets.items()):
        if missing := sorted(set(classes) - set(weights.values)):
            yield f"config/weights/{name}.yaml: values: no weight for {', '.join(missing)}, which {user} needs"


def _validation(config: Config) -> Iterator[str]:
    """Tell what judges the place and is not there."""
    scheme, place = config.validation, config.place
    here = f"config/places/{place.id}/validation.yaml"
    for item in scheme.outcomes if scheme else ():
        passport = config.passports.get(item.source) if item.source else None
        if item.source and (passport is None or not passport.is_placed_later):
            yield (
                f"{here}: outcomes.{item.id}: {item.source!r} is no source with use: validation that names its time, "
                "one class, and units or points. Correct its passport, or count classes"
            )
        if strange := sorted(set(item.classes) - set(place.classes)):
            yield f"{here}: outcomes.{item.id}: {', '.join(strange)} does not stand under classes of place.yaml. Add it"
    if strange := sorted(set(scheme.milder if scheme else ()) - set(place.classes)):
        yield f"{here}: milder: {', '.join(strange)} does not stand under classes of place.yaml. Add it"


def _passports(config: Config) -> Iterator[str]:
    for name, passport in sorted(config.passports.items()):
        if (
            passport.classify
            and passport.classify.columns
            and passport.use == "scored"
            and not any(row.source == name for row in config.crosswalk)
        ):
            yield f"config/places/{config.place.id}/crosswalk.csv: no row is about source {name!r}. Add its offences"
        yield from _passport_columns(config, name)
    for required in ("core_area", "core_count"):
        if required not in config.core_sql:
            yield f"config/places/{config.place.id}/core/{required}.sql: the file is missing; areas need it"


def _deciders(config: Config) -> Iterator[str]:
    """In a source with harm rows, no column of enforcement may decide whether, when, where or as what a row counts."""
    harm = {row.source for row in config.crosswalk if not row.enforcement}
    for name, passport in sorted(config.passports.items()):
        classify, locate = passport.classify, passport.locate
        if passport.use != "scored" or not (
            name in harm or (classify and classify.class_ and not classify.enforcement)
        ):
            continue
        keys = {
            "unique": passport.unique,
            "wins": passport.winning_columns,
            "time": passport.time,
            "classify": classify.columns if classify else (),
            "locate": (locate.unit, locate.longitude, locate.latitude) if locate else (),
            "counted": (passport.counted,),
        }
        for key, columns in keys.items():
            for column in columns:
                if column and passport.columns[column].enforcement:
                    yield (
                        f"config/places/{config.place.id}/sources/{name}.yaml: {key}: {column} tells of enforcement, "
                        "or does not say what it tells, so it may not decide whether or how a row of harm counts. "
                        f"Say tells: harm or neither, or leave it out of {key}"
                    )


def _same_file(config: Config) -> Iterator[str]:
    """Tell of one file under two names in two sources: what stands in it would count twice."""
    seen: dict[str, tuple[str, str]] = {}
    for name, passport in sorted(config.passports.items()):
        for raw in passport.raw_files:
            source, file = seen.setdefault(raw.sha256, (name, raw.file))
            if file != raw.file:
                yield (
                    f"config/places/{config.place.id}/sources/{name}.yaml: {raw.file} has the sha256 of {file} (source "
                    f"{source}), so it is one file under two names. Keep one of the two"
                )


def _passport_columns(config: Config, name: str) -> Iterator[str]:
    here, passport = f"config/places/{config.place.id}/sources/{name}.yaml", config.passports[name]
    flags = {row.class_: row.enforcement for row in config.crosswalk}
    whole = passport.classify.class_ if passport.classify else None
    if whole and passport.classify and flags.get(whole, passport.classify.enforcement) != passport.classify.enforcement:
        yield f"{here}: classify: the passport and crosswalk.csv disagree whether {whole} is enforcement. Correct one"
    for column in (passport.locate.longitude, passport.locate.latitude) if passport.locate else ():
        if column and passport.columns[column].type != "number":
            yield f"{here}: columns.{column}: a coordinate must be a number"
    for column in passport.time:
        if passport.columns[column].type not in ("timestamp", "date"):
            yield f"{here}: columns.{column}: a time must be a timestamp or a date"


def _crosswalk(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}"
    yield from crosswalk_faults(config, here)
    yield from text_faults(config, here)
    if config.activities is not None:
        yield from kind_faults(config, here, config.activities.typology.kinds)


def disparity_faults(config: Config) -> Iterator[str]:
    """Tell every contradiction between what a place says of its stops."""
    here = f"config/places/{config.place.id}"
    if "act_stops" not in config.core_sql:
        yield f"{here}/core/act_stops.sql: the file is missing, and comparing stops needs it"
    name = config.disparity.source if config.disparity else ""
    passport = config.passports.get(name)
    if passport is None or passport.use != "scored":
        yield f"{here}/disparity.yaml: source: no passport sources/{name}.yaml says use: scored. Name that of the stops"
    elif not (passport.classify and passport.classify.enforcement and passport.counted):
        yield f"{here}/sources/{name}.yaml: stops are enforcement and are kept as counts: give classify and counted"
