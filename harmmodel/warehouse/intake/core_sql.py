"""The SQL of the core tables of a drafted place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harmmodel.config.rows.columns import HIGH, LOW
from harmmodel.warehouse.intake.passports import Drafted
from harmmodel.warehouse.intake.profiles import LABEL, RESIDENTS
from harmmodel.warehouse.store.connection import identifier

DRAFTED = "-- Drafted by harmmodel add."
NOT_KNOWN = "cast(null as bigint)"
ENDS = "cast(sum(low) as bigint) as events_low, cast(sum(high) as bigint) as events_high"


def core_sql(sources: Sequence[Drafted], outlines: Drafted | None, residents: Drafted | None) -> dict[str, str]:
    """Return the SQL of the core tables, by name."""
    found = {"core_area": _core_area(outlines, residents)}
    harm, acts = [s for s in sources if holds(s, False)], [s for s in sources if holds(s, True)]
    if harm:
        found["core_count"] = _core_count(harm)
    if acts:
        found["act_enforcement"] = _act_enforcement(acts)
    return found


def holds(source: Drafted, enforcement: bool) -> bool:
    """Say whether rows of a source may be enforcement, or may be harm; the crosswalk decides where it has one."""
    told = source.passport["classify"]
    return "columns" in told or bool(told.get("enforcement")) == enforcement


def has_residents(outlines: Drafted | None) -> bool:
    """Say whether the outlines themselves tell how many live in each."""
    return outlines is not None and _own(outlines) is not None


def _own(outlines: Drafted) -> str | None:
    """Return the column in which the table of units tells its residents."""
    return outlines.roles.counted or next((c for c in outlines.passport["columns"] if RESIDENTS.search(c)), None)


def _core_area(outlines: Drafted | None, residents: Drafted | None) -> str:
    if outlines is None:
        return f"""{DRAFTED} Grain: one row per H3 cell in which harm is recorded. No residents are known.
select cell as area_id, 'Cell ' || upper(substr(cell, 5, 6)) as label, {NOT_KNOWN} as residents, km2
from raw_cell
order by cell
"""
    columns = list(outlines.passport["columns"])
    key = identifier(columns[0])
    label = identifier(next((c for c in columns if LABEL.search(c)), columns[0]))
    own, is_listed = _own(outlines), not outlines.whole.is_outlines
    km2 = "cast(null as double) as km2" if is_listed else "a.km2"
    what = "a table of units" if is_listed else "outlines"
    counted, joined = NOT_KNOWN, ""
    if own is not None:
        counted = f"cast(a.{identifier(own)} as bigint)"
    elif residents is not None:
        other, number, *_ = residents.passport["columns"]
        counted = f"cast(r.{identifier(number)} as bigint)"
        joined = (
            f"left join raw_{residents.id} as r on cast(r.{identifier(other)} as varchar) = cast(a.{key} as varchar)\n"
        )
    return f"""{DRAFTED} Grain: one row per area. Areas come from {what}, never from enforcement records.
select cast(a.{key} as varchar) as area_id, cast(a.{label} as varchar) as label, {counted} as residents, {km2}
from raw_{outlines.id} as a
{joined}order by area_id
"""


def _core_count(sources: Sequence[Drafted]) -> str:
    has_ends = any(_ends(s) for s in sources)
    parts = _union(
        sources,
        lambda s: (
            f"select unit_id, month, class, {_low_high(s) if has_ends else f'{_rows(s)} as events'}\n"
            f"    from raw_{s.id}{_where(s)}"
        ),
    )
    summed = ENDS if has_ends else "cast(sum(events) as bigint) as events"
    return f"""{DRAFTED} Grain: one row per unit_id, month, class, place_class. A null unit holds what cannot be placed.
-- The kind of place is not told apart: every event is at an 'other' place.
with counted as (
{parts}
)
select unit_id, month, class, 'other' as place_class, {summed}
from counted
group by unit_id, month, class
order by unit_id nulls last, month, class
"""


def _act_enforcement(sources: Sequence[Drafted]) -> str:
    parts = _union(
        sources,
        lambda s: (
            f"select unit_id, month, class, '{measure(s)}' as measure, {_rows(s)} as records, "
            f"{_arrests(s)} as arrests\n"
            f"    from act_raw_{s.id}"
        ),
    )
    return f"""{DRAFTED} Grain: one row per unit_id, month, class, measure. Rows that the crosswalk calls enforcement.
-- Arrests that a source does not tell are null, never 0. A record outside all areas has no unit: enforcement adds none.
with acted as (
{parts}
)
select
    c.area_id as unit_id, a.month, a.class, a.measure,
    cast(sum(a.records) as bigint) as records,
    case when count(a.arrests) = count(*) then cast(sum(a.arrests) as bigint) end as arrests
from acted as a
left join core_area as c on c.area_id = a.unit_id
group by c.area_id, a.month, a.class, a.measure
order by c.area_id nulls last, a.month, a.class, a.measure
"""


def measure(source: Drafted) -> str:
    """Return what rows of enforcement of a source are counts of."""
    return source.layout.place.measure if source.layout else "police_record"


def _where(source: Drafted) -> str:
    """SQL of which rows are counted, where a layout says that not all can be."""
    layout, unit = source.layout, source.roles.unit if source.roles.unit_of else None
    asked = (layout.counted_in.get(unit or "") or layout.counted_where) if layout else None
    return f"\n    where {asked}" if asked else ""


def _union(sources: Sequence[Drafted], select: Callable[[Drafted], str]) -> str:
    return "\n    union all\n".join(f"    {select(source)}" for source in sources)


def _rows(source: Drafted) -> str:
    """SQL of how many records a row stands for; of suppressed counts the low end."""
    counted, ends = source.roles.counted if source.passport.get("counted") else None, _ends(source)
    return identifier(ends[0] if ends else counted) if counted else "1"


def _ends(source: Drafted) -> tuple[str, ...]:
    """Return the columns with the ends of counts, where some are suppressed."""
    name = source.roles.counted
    is_ended = name is not None and "suppressed" in source.passport.get("columns", {}).get(name, {})
    return (f"{name}{LOW}", f"{name}{HIGH}") if is_ended else ()


def _low_high(source: Drafted) -> str:
    low, high = (identifier(end) for end in _ends(source)) if _ends(source) else (_rows(source), _rows(source))
    return f"{low} as low, {high} as high"


def _arrests(source: Drafted) -> str:
    arrest = source.roles.arrest
    return f"cast({identifier(arrest)} as bigint)" if arrest and not source.passport.get("counted") else NOT_KNOWN
