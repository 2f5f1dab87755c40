"""The files of a place that its sources ask for: units, classes, indicators and the SQL that counts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harmmodel.config.rows.crosswalk import CrosswalkRow
from harmmodel.config.types import Indicator
from harmmodel.warehouse.intake.passports import CELLS, TO_STATE, Drafted
from harmmodel.warehouse.intake.profiles import ColumnProfile
from harmmodel.warehouse.intake.roles import RESIDENTS

DRAFTED = "-- Drafted by harmmodel add."
MARGIN = 0.2  # degrees around the points of a place of cells
EDGE = 0.001  # share of the points at either end that may lie anywhere
UNDECIDED = "to_decide"
PROVISIONAL = 1e9  # a goalpost that nobody has set; its reason stops a run
LABELS = ("name", "label", "nombre", "nome", "nom")


def harm_classes(crosswalk: Iterable[CrosswalkRow], sources: Sequence[Drafted]) -> dict[str, str]:
    """Return the source of each harm class, in order of the crosswalk."""
    found = {row.class_: row.source for row in crosswalk if not row.enforcement and row.class_ != UNDECIDED}
    for source in sources:
        given = source.passport.get("classify", {}).get("class")
        found |= {str(given): source.id} if given else {}
    return found


def fed(indicators: Mapping[str, Indicator], classes: Mapping[str, str], *, has_residents: bool) -> list[str]:
    """Return the indicators whose classes a place has; of two of a pillar that share a class the wider one."""
    usable = [
        (name, item)
        for name, item in sorted(indicators.items())
        if set(item.count.classes) <= classes.keys()
        and "other" in item.count.place_classes
        and (has_residents or item.count.per == "km2")
        and not item.count.weighted
    ]
    chosen: list[str] = []
    taken: set[tuple[str, str]] = set()
    for name, item in sorted(usable, key=lambda pair: (-len(pair[1].count.classes), pair[0])):
        keys = {(str(item.pillar), class_) for class_ in item.count.classes}
        if item.role == "score" and not keys & taken:
            chosen.append(name)
            taken |= keys
    return sorted(chosen)


def place_file(name: str, label: str, sources: Sequence[Drafted], outlines: Drafted | None, **told: Any) -> dict[str, Any]:
    """Return the content of place.yaml.

    Parameters
    ----------
    told : indicators, classes, drug_classes, serious_violence and unit_noun
    """
    boundaries: dict[str, Any]
    if outlines is not None:
        boundaries = {"source": outlines.id, "id": next(iter(outlines.passport["columns"]))}
    else:
        boundaries = {"h3": CELLS, "within": _within(sources)}
    ends = sorted(s.passport["covers"]["to"] for s in sources if s.passport.get("covers"))
    content: dict[str, Any] = {"id": name, "label": label}
    content |= {"as_of": ends[-1]} if ends else {}
    content |= {"unit_noun": told["unit_noun"], "boundaries": boundaries, "indicators": told["indicators"]}
    content |= {"classes": told["classes"], "drug_classes": told["drug_classes"]}
    return content | {"serious_violence": told["serious_violence"]}


def _within(sources: Sequence[Drafted]) -> dict[str, float]:
    east, north = [], []
    for source in sources:
        for file in source.files:
            if source.roles.longitude and source.roles.latitude:
                east += _numbers(file.column(source.roles.longitude))
                north += _numbers(file.column(source.roles.latitude))
    west_east, south_north = _edges(east), _edges(north)
    return {
        "west": round(west_east[0] - MARGIN, 1),
        "south": round(south_north[0] - MARGIN, 1),
        "east": round(west_east[1] + MARGIN, 1),
        "north": round(south_north[1] + MARGIN, 1),
    }


def _edges(numbers: list[float]) -> tuple[float, float]:
    ordered = sorted(numbers) or [0.0]
    off = int(len(ordered) * EDGE)
    return ordered[off], ordered[-1 - off]


def _numbers(column: ColumnProfile) -> list[float]:
    found = []
    for text in column.counts:
        try:
            number = float(text.replace(",", ".") if column.read.decimal == "," else text)
        except ValueError:
            continue
        if number:  # 0,0 is no point of a place
            found.append(number)
    return found


def goalposts(indicators: Sequence[str], place: str) -> dict[str, Any]:
    """Return goalposts that nobody has set: a run stops until `harmmodel goalposts` has proposed them."""
    why = f"{TO_STATE}: let harmmodel goalposts {place} --write set them from the counts, then judge them"
    return {name: {"low": 0, "high": PROVISIONAL, "why": why} for name in indicators}


def core_sql(sources: Sequence[Drafted], outlines: Drafted | None, residents: Drafted | None) -> dict[str, str]:
    """Return the SQL of the core tables, by name."""
    return {
        "core_area": _core_area(outlines, residents),
        "core_count": _core_count(sources),
        "act_enforcement": _act_enforcement(sources),
    }


def has_residents(outlines: Drafted | None) -> bool:
    """Say whether the outlines themselves tell how many live in each."""
    return outlines is not None and any(RESIDENTS.search(name) for name in outlines.passport["columns"])


def _core_area(outlines: Drafted | None, residents: Drafted | None) -> str:
    if outlines is None:
        return f"""{DRAFTED} Grain: one row per H3 cell in which harm is recorded. No residents are known.
select cell as area_id, 'Cell ' || upper(substr(cell, 5, 6)) as label, cast(null as bigint) as residents, km2
from raw_cell
order by cell
"""
    columns = list(outlines.passport["columns"])
    key = columns[0]
    label = next((c for c in columns if c.casefold() in LABELS), key)
    own = next((c for c in columns if RESIDENTS.search(c)), None)
    counted, joined = "cast(null as bigint)", ""
    if own is not None:
        counted = f"cast(a.{_quoted(own)} as bigint)"
    elif residents is not None:
        other, number, *_ = residents.passport["columns"]
        counted = f"r.{_quoted(number)}"
        joined = f"left join raw_{residents.id} as r on r.{_quoted(other)} = a.{_quoted(key)}\n"
    return f"""{DRAFTED} Grain: one row per area. Areas come from outlines, never from enforcement records.
select a.{_quoted(key)} as area_id, a.{_quoted(label)} as label, {counted} as residents, a.km2
from raw_{outlines.id} as a
{joined}order by area_id
"""


def _core_count(sources: Sequence[Drafted]) -> str:
    parts = "\n    union all\n".join(
        f"    select unit_id, month, class, {_quoted(s.passport['counted']) if s.passport.get('counted') else '1'} as events "
        f"from raw_{s.id}"
        for s in sources
    )
    return f"""{DRAFTED} Grain: one row per unit_id, month, class, place_class. A null unit holds what cannot be placed.
-- The kind of place is not told apart: every event is at an 'other' place.
with counted as (
{parts}
)
select unit_id, month, class, 'other' as place_class, cast(sum(events) as bigint) as events
from counted
group by unit_id, month, class
order by unit_id nulls last, month, class
"""


def _act_enforcement(sources: Sequence[Drafted]) -> str:
    parts = "\n    union all\n".join(
        f"    select unit_id, month, class, "
        f"{_quoted(s.passport['counted']) if s.passport.get('counted') else '1'} as records, "
        f"{f'cast({_quoted(s.roles.arrest)} as bigint)' if s.roles.arrest else 'cast(null as bigint)'} as arrests "
        f"from act_raw_{s.id}"
        for s in sources
    )
    return f"""{DRAFTED} Grain: one row per unit_id, month, class, measure. Rows that the crosswalk calls enforcement.
-- Arrests that a source does not tell are null, never 0.
with acted as (
{parts}
)
select unit_id, month, class, 'police_record' as measure,
    cast(sum(records) as bigint) as records, cast(sum(arrests) as bigint) as arrests
from acted
group by unit_id, month, class
order by unit_id nulls last, month, class
"""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
