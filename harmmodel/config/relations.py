"""Checks that need more than one file of ``config/`` at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harmmodel.config.load import Config


def faults_between(config: Config) -> list[str]:
    """Return every contradiction between the files, in a stable order."""
    return [*_scheme(config), *_indicators(config), *_place(config), *_passports(config), *_crosswalk(config)]


def _scheme(config: Config) -> Iterator[str]:
    if config.scheme.weight_set not in config.weight_sets:
        known = ", ".join(sorted(config.weight_sets))
        yield f"config/scheme.yaml: weight_set: no file config/weights/{config.scheme.weight_set}.yaml. Known: {known}"
    fed = {config.indicators[i].pillar for i in config.place.indicators if i in config.indicators}
    for pillar in config.scheme.pillars:
        if pillar.id not in config.policy.leads:
            yield f"config/policy.yaml: leads: nobody leads pillar {pillar.id!r}"
    if not fed & {p.id for p in config.scheme.pillars}:
        yield f"config/places/{config.place.id}/place.yaml: indicators: feed no pillar of the scheme"


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
                        f"config/indicators/area/{name}.yaml: counts {class_} ({place_class} places), which "
                        f"{users[key]} of the same pillar counts already"
                    )
                users[key] = name


def _place(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}/place.yaml"
    for name in config.place.indicators:
        if name not in config.indicators:
            yield f"{here}: indicators: no file config/indicators/area/{name}.yaml"
            continue
        count = config.indicators[name].count
        for class_ in count.classes:
            if class_ not in config.place.classes:
                yield f"{here}: classes: indicator {name} counts {class_!r}, which names no source here"
        if count.weighted:
            yield from _unweighted(config, count.classes, name)
    yield from _unweighted(config, config.place.serious_violence, "serious_violence")
    yield from _place_sources(config, here)
    yield from _place_classes(config, here)


def _place_sources(config: Config, here: str) -> Iterator[str]:
    for class_, source in config.place.classes.items():
        if source not in config.passports:
            yield f"{here}: classes.{class_}: no passport sources/{source}.yaml"
        elif config.passports[source].covers is None:
            yield f"{here}: classes.{class_}: passport {source} has no covers, so exposure is unknown"
    boundaries = config.place.boundaries
    resolutions = {p.locate.h3 for p in config.passports.values() if p.locate and p.locate.h3 is not None}
    if resolutions - {boundaries.h3}:
        yield f"{here}: boundaries: h3: sources place rows in cells of resolution {sorted(resolutions)}"
    if boundaries.source and boundaries.source not in config.passports:
        yield f"{here}: boundaries.source: no passport sources/{boundaries.source}.yaml"


def _place_classes(config: Config, here: str) -> Iterator[str]:
    flags = {row.class_: row.enforcement for row in config.crosswalk}
    for class_ in config.place.drug_classes:
        if not flags.get(class_, False):
            yield f"{here}: drug_classes: {class_!r} is not an enforcement class of the crosswalk"
    for class_ in sorted({*config.place.classes, *config.place.serious_violence}):
        if flags.get(class_, False):
            yield f"{here}: {class_!r} is an enforcement class; it can never be counted as harm"


def _unweighted(config: Config, classes: tuple[str, ...], user: str) -> Iterator[str]:
    for name, weights in sorted(config.weight_sets.items()):
        if missing := sorted(set(classes) - set(weights.values)):
            yield f"config/weights/{name}.yaml: values: no weight for {', '.join(missing)}, which {user} needs"


def _passports(config: Config) -> Iterator[str]:
    for name, passport in sorted(config.passports.items()):
        if (
            passport.classify
            and passport.classify.columns
            and passport.use == "scored"
            and not any(row.source == name for row in config.crosswalk)
        ):
            yield f"config/places/{config.place.id}/crosswalk.csv: no row for source {name!r}"
    for required in ("core_area", "core_count"):
        if required not in config.core_sql:
            yield f"config/places/{config.place.id}/core/{required}.sql: missing"


def _crosswalk(config: Config) -> Iterator[str]:
    here = f"config/places/{config.place.id}/crosswalk.csv"
    counted = Counter((row.source, row.code) for row in config.crosswalk)
    for (source, code), n in sorted(counted.items()):
        if n > 1:
            yield f"{here}: {source}: {code!r} stands {n} times"
    flags: dict[str, set[bool]] = {}
    for row in config.crosswalk:
        flags.setdefault(row.class_, set()).add(row.enforcement)
        if row.source not in config.passports:
            yield f"{here}: {row.code!r}: no passport sources/{row.source}.yaml"
    for class_, both in sorted(flags.items()):
        if len(both) > 1:
            yield f"{here}: class {class_!r} is enforcement in some rows and harm in others; give them two names"
