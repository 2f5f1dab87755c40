"""What later harm judges the order of a place: as its validation.yaml says, or what its files allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from harmmodel.audit.validation.panel import Wanted
from harmmodel.config import Config, Covers
from harmmodel.config.validation import LaterOutcome
from harmmodel.errors import ValidationImpossible
from harmmodel.warehouse.read.areas import first_whole_month
from harmmodel.warehouse.read.validation import HARM, VALIDATION, HeldBack, held_back

SERIOUS = "serious_violence"


@dataclass(frozen=True)
class Judge:
    """One kind of later harm.

    Attributes
    ----------
    label : what is counted, inside a sentence
    classes : of the counted events
    first, stop : whole months of which all of it is recorded, half-open
    pillar : the pillar that it judges
    """

    id: str
    label: str
    wanted: tuple[Wanted, ...]
    classes: tuple[str, ...]
    first: dt.date
    stop: dt.date
    pillar: str = "violence"


def impossible(config: Config, why: str, remedy: str) -> ValidationImpossible:
    """Say that a place cannot be validated, why, and what to do."""
    return ValidationImpossible(f"{config.place.id} cannot be validated, because {why}. {remedy}")


def judges(config: Config) -> tuple[Judge, ...]:
    """Return what judges a place; the first one gives the verdict.

    Raises
    ------
    ValidationImpossible
        If no file covers the first of them.
    """
    scheme = config.validation
    found = tuple(judge for item in scheme.outcomes if (judge := _of(config, item))) if scheme else ()
    if scheme and scheme.outcomes:
        if not found or found[0].id != scheme.outcomes[0].id:
            first = scheme.outcomes[0]
            raise impossible(
                config,
                f"no whole month is covered in which all {first.label} are recorded",
                f"Name other outcomes in config/places/{config.place.id}/validation.yaml",
            )
        return found
    held = held_back(config)
    if held is not None:
        return (_kept(held, held.class_, held.class_.replace("_", " ") + " records"),)
    serious = _counted(config, LaterOutcome(id=SERIOUS, label="records of serious violence", classes=_serious(config)))
    if serious is None:
        raise impossible(
            config,
            "its sources of serious violence cover no common period",
            f"Give covers in the passports under config/places/{config.place.id}/sources",
        )
    return (serious,)


def _serious(config: Config) -> tuple[str, ...]:
    return config.place.serious_violence


def _of(config: Config, item: LaterOutcome) -> Judge | None:
    held = held_back(config, item.source) if item.source else None
    return _kept(held, item.id, item.label) if held else _counted(config, item)


def _kept(held: HeldBack, name: str, label: str) -> Judge:
    wanted = (Wanted((VALIDATION,), (held.class_,)),)
    first, stop = first_whole_month(held.covers.from_), held.covers.to.replace(day=1)
    return Judge(name, label, wanted, (held.class_,), first, stop)


def _counted(config: Config, item: LaterOutcome) -> Judge | None:
    """Count classes of the place from the day on; None where their sources cover no whole month together."""
    periods = list(_periods(config, item.classes))
    if not periods or not all(periods):
        return None
    known = [period for period in periods if period]
    first = first_whole_month(max(period.from_ for period in known))
    stop = min(period.to for period in known).replace(day=1)
    wanted = (Wanted((HARM,), item.classes),)
    return Judge(item.id, item.label, wanted, item.classes, first, stop, item.pillar) if first < stop else None


def _periods(config: Config, classes: tuple[str, ...]) -> Iterator[Covers | None]:
    for name in sorted({config.place.classes[name] for name in classes}):
        yield longest(config, name)


def longest(config: Config, source: str | None) -> Covers | None:
    """Return the longest period that a source covers without a gap: what lies before or after cannot be compared."""
    observed = config.passports[source].observed if source else None
    return observed.stretch if observed else None
