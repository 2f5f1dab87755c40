"""Checks between the files of a place of the group lens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harmmodel.config.groups import GroupIndicator
    from harmmodel.config.load import Config

CORE = (
    "core_area",
    "core_group",
    "core_group_alias",
    "core_event",
    "core_incident_group",
    "core_group_tie",
    "core_assessment",
)


def group_faults(config: Config) -> list[str]:
    """Return every contradiction between the files of a place of the group lens."""
    return [*_indicators(config), *_pillars(config), *_sources(config), *_vignettes(config)]


def _indicators(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}/place.yaml"
    for name in config.place.indicators:
        if name not in config.group_indicators:
            yield f"{here}: indicators: no file config/indicators/group/{name}.yaml"
    scored = [i for i in listed(config) if i.measure and i.role == "score"]
    # The two are the parts of one count: a death is civilian or not. Anything else would count a death twice.
    if strange := sorted({str(i.measure) for i in scored} - {"decayed_deaths", "civilian_deaths"}):
        yield f"{here}: indicators: {', '.join(strange)} may be shown and not scored: it repeats deaths that are scored"
    if len({i.measure for i in scored}) != len(scored):
        yield f"{here}: indicators: one measure is scored twice"


def _pillars(config: Config) -> Iterator[str]:
    known = {str(p.id) for p in config.group_scheme.pillars}
    fed = {str(i.pillar) for i in listed(config) if i.role == "score"}
    for silent in sorted(known - fed):
        yield f"config/groups.yaml: pillars: no indicator of the place feeds {silent}"
    for absent in sorted(fed - known):
        yield f"config/groups.yaml: pillars: {absent} is fed by an indicator and is missing"
    sort_key = config.group_scheme.sort_key
    if not any(i.pillar == sort_key and i.role == "score" and i.measure for i in listed(config)):
        yield f"config/groups.yaml: sort_key: no events feed {sort_key}, so nothing orders groups"


def _sources(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}"
    for class_, source in config.place.classes.items():
        if source not in config.passports:
            yield f"{here}/place.yaml: classes.{class_}: no passport sources/{source}.yaml"
    flags = {row.class_: row.enforcement for row in config.crosswalk}
    for class_ in config.place.classes:
        if flags.get(class_, False):
            yield f"{here}/place.yaml: {class_!r} is an enforcement class; it can never be counted as harm"
    if config.place.boundaries.source not in config.passports:
        yield f"{here}/place.yaml: boundaries.source: no passport sources/{config.place.boundaries.source}.yaml"
    for required in CORE:
        if required not in config.core_sql:
            yield f"{here}/core/{required}.sql: missing"


def _vignettes(config: Config) -> Iterator[str]:
    assessed = {i.id for i in listed(config) if i.is_assessed}
    for vignette in config.group_scheme.vignettes:
        if vignette.attribute not in assessed:
            yield f"config/groups.yaml: vignettes: {vignette.id} is about {vignette.attribute}, which nobody assesses"


def listed(config: Config) -> list[GroupIndicator]:
    """Return the indicators of the place that exist, in its order."""
    return [config.group_indicators[n] for n in config.place.indicators if n in config.group_indicators]
