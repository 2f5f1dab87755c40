"""The files of a place that its sources ask for: units, classes, indicators and goalposts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from harmmodel.config import CrosswalkRow, Indicator
from harmmodel.config.drafts.faults import TO_DECIDE
from harmmodel.config.reader import TO_STATE
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake.passports import CELLS, Drafted

SHOWN = 6  # classes and headings in a message
MARGIN = 0.2  # degrees around the points of a place of cells
PROVISIONAL = 1e9  # a goalpost that nobody has set; its reason stops a run
EXAMPLE = "example.org"  # in the references of an indicator that is there to show how one is written


def harm_classes(crosswalk: Iterable[CrosswalkRow], sources: Sequence[Drafted]) -> dict[str, str]:
    """Return the source of each harm class, in order of the crosswalk."""
    found: dict[str, str] = {}
    for row in crosswalk:
        if not row.enforcement and row.class_ != TO_DECIDE:
            found.setdefault(row.class_, row.source)
    for source in sources:
        told = source.passport.get("classify", {})
        if "class" in told and not told.get("enforcement") and told["class"] != TO_DECIDE:
            found.setdefault(str(told["class"]), source.id)
    return found


def refuse_shared(records: Sequence[tuple[Drafted, Sequence[CrosswalkRow]]]) -> None:
    """Refuse two sources that give the same harm class: it is counted from one, and the rows of the other would not be.

    Raises
    ------
    SourceError
        With what differs between their files, so that they are two.
    """
    given = [(draft, harm_classes(rows, [draft])) for draft, rows in records]
    for (one, mine), (other, theirs) in combinations(given, 2):
        if not (shared := sorted(mine.keys() & theirs.keys())):
            continue
        names = [f"{d.files[0].given.name}{f' and {len(d.files) - 1} more' * (len(d.files) > 1)}" for d in (one, other)]
        listed = ", ".join(shared[:SHOWN]) + f" and {len(shared) - SHOWN} more" * (len(shared) > SHOWN)
        raise SourceError(
            f"{names[0]} and {names[1]} differ in {_difference(one, other)}, so they are two sources, and both hold "
            f"{listed}: a class is counted from one source, and the rows of the other would not be counted. Nothing "
            "was written. If they are one record over time, or of two parts of the place, save them alike, with the "
            "same headings, and add them anew; if they tell of the same events twice, name one of them"
        )


def _difference(one: Drafted, other: Drafted) -> str:
    """Say in what the files of two sources differ: headings, months or offences as columns, encoding, delimiter."""
    mine, theirs = one.whole, other.whole
    if mine.headings != theirs.headings:
        alone = [[h for h in a.headings if h not in b.headings] for a, b in ((mine, theirs), (theirs, mine))]
        parts = [", ".join(names[:SHOWN]) + " …" * (len(names) > SHOWN) or "no other" for names in alone]
        return f"headings ({parts[0]} there, {parts[1]} here)" if any(alone) else "the order of their headings"
    for what, a, b in (
        ("separator", mine.delimiter, theirs.delimiter),
        ("encoding", mine.encoding, theirs.encoding),
    ):
        if a != b:
            return f"{what} ({a} there, {b} here)"
    return "how their tables are laid out"


def fed(
    indicators: Mapping[str, Indicator], classes: Mapping[str, str], weighed: frozenset[str], *, has_residents: bool
) -> list[str]:
    """Return the indicators whose classes a place has; of two of a pillar that share a class the wider one.

    Parameters
    ----------
    weighed : classes that every set of weights holds
    """
    usable = [
        (name, item)
        for name, item in sorted(indicators.items())
        if set(item.count.classes) <= classes.keys()
        and item.role == "score"
        and "other" in item.count.place_classes
        and item.count.per == ("resident" if has_residents else "km2")
        and (not item.count.weighted or set(item.count.classes) <= weighed)
        and not any(EXAMPLE in reference.href for reference in item.references)
    ]
    chosen: list[str] = []
    taken: set[tuple[str, str]] = set()
    for name, item in sorted(usable, key=lambda pair: (-len(pair[1].count.classes), pair[0])):
        keys = {(str(item.pillar), class_) for class_ in item.count.classes}
        if not keys & taken:
            chosen.append(name)
            taken |= keys
    return sorted(chosen)


def place_file(name: str, sources: Sequence[Drafted], outlines: Drafted | None, **told: Any) -> dict[str, Any]:
    """Return the content of place.yaml.

    Parameters
    ----------
    told : unit_noun, indicators, classes, drug_classes, serious_violence and measures
    """
    boundaries: dict[str, Any] | str
    units: dict[str, Any] = {}
    if outlines is not None:
        listed = {"source": outlines.id, "id": next(iter(outlines.passport["columns"]))}
        boundaries, units = (listed, {}) if outlines.whole.is_outlines else ("none", {"units": listed})
    else:
        boundaries = {"h3": CELLS, "within": _within(sources)}
    content: dict[str, Any] = {"id": name, "label": name.replace("_", " ").capitalize()}
    ends = [s.period.spans[-1][1] for s in sources if s.period]
    content |= {"as_of": max(ends).replace(day=1)} if ends else {}
    content |= {"unit_noun": told["unit_noun"], "boundaries": boundaries, **units}
    open_ = {
        "indicators": "indicators under config/indicators/area that count these classes; none that is there does",
        "serious_violence": "the harm classes that are serious violence",
    }
    for key in ("indicators", "classes", "drug_classes", "measures", "serious_violence"):
        content[key] = told[key] or ([f"{TO_STATE}: {open_[key]}"] if key in open_ else told[key])
    return content


def _within(sources: Sequence[Drafted]) -> dict[str, float]:
    """Return a box around nearly all points, so that 0,0 and slips of the pen are no units."""
    east, north = (
        [e for s in sources if (name := getattr(s.roles, key)) and (e := s.whole.column(name).edges)]
        for key in ("longitude", "latitude")
    )
    return {
        "west": round(max(min(low for low, _ in east) - MARGIN, -180), 1),
        "south": round(max(min(low for low, _ in north) - MARGIN, -90), 1),
        "east": round(min(max(high for _, high in east) + MARGIN, 180), 1),
        "north": round(min(max(high for _, high in north) + MARGIN, 90), 1),
    }


def goalposts(indicators: Sequence[str], place: str) -> dict[str, Any]:
    """Return goalposts that nobody has set: a run stops until `harmmodel goalposts` has proposed them."""
    why = f"{TO_STATE}: let harmmodel goalposts {place} --write propose it from the data, then judge it"
    return {name: {"low": 0, "high": PROVISIONAL, "why": why} for name in indicators}
