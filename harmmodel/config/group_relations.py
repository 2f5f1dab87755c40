"""Checks of what a place says of its groups, between files of ``config/``."""

from __future__ import annotations

from collections.abc import Iterator

from harmmodel.config.config import Config

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
