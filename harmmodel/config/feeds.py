"""What a place must feed so that a lens can look at it: one entry a lens, read by the loader, checks and warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harmmodel.config import group_relations, relations
from harmmodel.config.activities import load_activities
from harmmodel.config.config import Config
from harmmodel.config.disparity import DisparityScheme
from harmmodel.config.groups import GroupIndicator, GroupScheme
from harmmodel.config.place import Place
from harmmodel.config.reader import Reader
from harmmodel.config.types import Goalposts, Indicator, PlaceGoalposts, WeightSet
from harmmodel.config.validation import ValidationScheme

Parts = dict[str, Any]
SECOND_CORE = "core_population"
PLACE_GOALPOSTS, PLACE_VALIDATION, DISPARITY = "goalposts.yaml", "validation.yaml", "disparity.yaml"


def _nothing(reader: Reader, config: Path, home: Path) -> Parts:
    """Read nothing: another lens has read it already."""
    return {}


def _agrees(config: Config) -> Iterator[str]:
    """Find nothing: another lens has checked it already."""
    yield from ()


@dataclass(frozen=True)
class Feed:
    """What one lens asks of a place.

    Attributes
    ----------
    lens : its id, as in the manifest of a run
    units : what it judges, inside a sentence
    core : SQL files under ``core/`` without which there is nothing to judge
    parts : fields of `Config` that must be filled, with what fills each
    command : what prints it, with ``{place}`` in it
    begun : whether a place says anything of it, from place.yaml and the place's folder: then all of it must be there
    read : reads the files of config/ that this lens alone needs: reader, config/, the place's folder -> fields of
        `Config`; a file that no fed lens needs is not read, so that it does not move the runs of others
    faults : contradictions between the files
    scores_pillars : whether the pillars of config/scheme.yaml are scored by it
    """

    lens: str
    units: str
    core: tuple[str, ...]
    command: str
    begun: Callable[[Place, Path], bool]
    parts: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[Reader, Path, Path], Parts] = _nothing
    faults: Callable[[Config], Iterator[str]] = _agrees
    scores_pillars: bool = False

    def lacking(self, config: Config) -> list[str]:
        """Return what the place would have to add for this lens; empty where it feeds the lens."""
        files = [f"core/{name}.sql" for name in self.core if name not in config.core_sql]
        return [text for name, text in self.parts.items() if not getattr(config, name)] + files


def _read_areas(reader: Reader, config: Path, home: Path) -> Parts:
    return {
        "weight_sets": reader.named(config / "weights", WeightSet),
        "indicators": reader.named(config / "indicators" / "area", Indicator),
        "goalposts": _goalposts(reader, home),
        "activities": load_activities(reader, config, home),
        "validation": reader.model(home / PLACE_VALIDATION, ValidationScheme)
        if (home / PLACE_VALIDATION).exists()
        else None,
    }


def _area_faults(config: Config) -> Iterator[str]:
    yield from relations.area_faults(config)
    yield from _second_population(config)


def _second_population(config: Config) -> Iterator[str]:
    """Tell where a second population is declared and not counted, or counted and not declared."""
    here, second = f"config/places/{config.place.id}", config.place.second_population
    if second is None:
        if SECOND_CORE in config.core_sql:
            yield f"{here}/core/{SECOND_CORE}.sql: place.yaml says nothing of it. Add second_population, or remove it"
        return
    if SECOND_CORE not in config.core_sql:
        yield (
            f"{here}/place.yaml: second_population: core/{SECOND_CORE}.sql counts it, and is missing. Add a SELECT of "
            "unit_id and persons"
        )
    passport = config.passports.get(second.source)
    if passport is None:
        yield f"{here}/place.yaml: second_population.source: there is no passport sources/{second.source}.yaml. Add it"
    elif passport.use != "reference":
        # Records of what happened say where harm is, not who is there: rates by them would be harm divided by itself.
        yield (
            f"{here}/place.yaml: second_population.source: {second.source} says use: {passport.use}. Records of what "
            "happened count no people. Name a file of use: reference"
        )
    if not any(item.count.per == "resident" for item in config.listed_indicators):
        yield f"{here}/place.yaml: second_population: no indicator is counted per resident. Leave it out"


def _read_groups(reader: Reader, config: Path, home: Path) -> Parts:
    return {
        "groups": reader.model(config / "groups.yaml", GroupScheme),
        "group_indicators": reader.named(config / "indicators" / "group", GroupIndicator),
        "goalposts": _goalposts(reader, home),
    }


def _goalposts(reader: Reader, home: Path) -> dict[str, Goalposts] | None:
    found = reader.model(home / PLACE_GOALPOSTS, PlaceGoalposts)
    return None if found is None else {str(name): posts for name, posts in found.root.items()}


def _read_disparity(reader: Reader, config: Path, home: Path) -> Parts:
    return {"disparity": reader.model(home / DISPARITY, DisparityScheme)}


FEEDS = {
    feed.lens: feed
    for feed in (
        Feed(
            lens="area",
            command="harmmodel show {place} --lens area",
            units="areas",
            core=("core_area", "core_count"),
            begun=lambda place, _: bool(place.indicators),
            parts={"listed_indicators": "indicators, classes and serious_violence in place.yaml"},
            read=_read_areas,
            faults=_area_faults,
            scores_pillars=True,
        ),
        # Judged beside the areas of the place, whose tiers it reads; loader and checks of areas cover its files.
        Feed(
            lens="activity",
            command="harmmodel show {place} --lens activity",
            units="activities",
            core=("core_area", "core_count", "act_enforcement"),
            begun=lambda place, _: bool(place.indicators),
            parts={
                "listed_indicators": "indicators, classes and serious_violence in place.yaml",
                "activities": "config/activities.yaml",
            },
        ),
        Feed(
            lens="group",
            command="harmmodel show {place} --lens group",
            units="groups",
            core=group_relations.GROUP_CORE,
            begun=lambda place, _: place.groups is not None,
            parts={"listed_group_indicators": "groups in place.yaml"},
            read=_read_groups,
            faults=group_relations.group_faults,
        ),
        Feed(
            lens="disparity",
            command="harmmodel disparity {place}",
            units="stops by ethnicity and gender",
            core=("act_stops",),
            begun=lambda _, home: (home / DISPARITY).exists(),
            parts={"disparity": DISPARITY},
            read=_read_disparity,
            faults=relations.disparity_faults,
        ),
    )
}


def fed(config: Config) -> tuple[str, ...]:
    """Return the lenses that the place feeds, in the order of `FEEDS`."""
    return tuple(lens for lens, feed in FEEDS.items() if not feed.lacking(config))


def begun(place: Place, home: Path) -> tuple[Feed, ...]:
    """Return the lenses of which a place says anything, from place.yaml and the place's folder."""
    return tuple(feed for feed in FEEDS.values() if feed.begun(place, home))
