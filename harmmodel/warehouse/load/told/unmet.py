"""Units without residents because the table that tells them calls its units otherwise: named, never "not known"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harmmodel.config import Config, Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.load.told import core_sql, near
from harmmodel.warehouse.store.connection import Connection, identifier

LISTED = 20  # ids in a message


def refuse_unmet(con: Connection, config: Config, queries: core_sql.Queries) -> None:
    """Refuse core areas of which residents are null while a table that core_area reads has ids that met no unit.

    Ids that the passport lists under ``spellings`` or ``outside`` are told, and refuse nothing.

    Raises
    ------
    SourceError
        With the units, the ids and the unit that each comes nearest to.
    """
    read = _read(queries, "core_area")
    held = config.place.units or config.place.boundaries
    rows = con.execute("select area_id, residents is null from core_area order by area_id").fetchall()
    lacking = [str(unit) for unit, lacks in rows if lacks]
    tables = [
        passport
        for name, passport in sorted(config.passports.items())
        if passport.use == "reference" and name != held.source and f"raw_{name}" in read
    ]
    if faults := [
        fault for p in tables if lacking for fault in _told(con, p, held.id, lacking, [str(u) for u, _ in rows])
    ]:
        raise SourceError("\n".join(faults))


def _read(queries: core_sql.Queries, name: str) -> set[str]:
    """Return the tables that a query reads, also through helpers."""
    found = set(queries[name].tables) if name in queries else set()
    return found.union(*(_read(queries, helper) for helper in found if helper.startswith("v_")))


def _told(
    con: Connection, passport: Passport, key: str | None, lacking: Sequence[str], units: Sequence[str]
) -> Iterator[str]:
    known = near.Known(units)
    found = _ids(con, passport, key, known)
    if found is None or not set(lacking) - set(found[1]):
        return
    column, ids = found
    absent = [unit for unit in lacking if unit not in ids]
    locate = passport.locate
    listed = locate.listed_outside if locate else ()
    begun = tuple(value[:-1] for value in listed if value.endswith("*"))
    names = frozenset(known.names)
    strange = [i for i in ids if i not in names and i not in listed and not (begun and i.startswith(begun))]
    if not strange:
        return
    strange.sort(key=lambda written: known.same(written) is None)
    hints = {written: known.hint(written) for written in strange[: 10 * LISTED]}
    shown = sorted(hints, key=lambda written: (not hints[written], written))
    yield (
        f"{passport.raw_files[0].file}, column {column}: {_units(len(absent))} no residents, since no row of it has "
        f"their id ({_some([near.shown(unit) for unit in absent], len(absent))}), and {len(strange)} ids of it are no "
        f"unit of the place: {_some([f'{near.shown(w)}{hints[w]}' for w in shown], len(strange))}. Say in "
        f"sources/{passport.id}.yaml under locate (unit: {column}) what they mean: spellings where both are the same "
        'unit, outside (values and reason) where they lie elsewhere; values: ["*"] is every other id'
    )


def _units(number: int) -> str:
    return "1 unit has" if number == 1 else f"{number} units have"


def _some(listed: Sequence[str], total: int) -> str:
    more = f" and {total - LISTED} more" if total > LISTED else ""
    return ", ".join(listed[:LISTED]) + more


def _ids(con: Connection, passport: Passport, key: str | None, known: near.Known) -> tuple[str, list[str]] | None:
    """Return the column of a table that holds ids of units, with them; None where none does."""
    declared = passport.locate.unit if passport.locate else key
    columns = [n for n, c in passport.columns.items() if c.type in ("text", "integer")]
    best: tuple[int, str, list[str]] | None = None
    names = frozenset(known.names)
    for name in [declared] if declared in columns else columns:
        rows = con.execute(
            f"select distinct {identifier(str(name))}::varchar as v from {identifier('raw_' + passport.id)} "
            "where v is not null order by v"
        ).fetchall()
        ids = [str(value) for (value,) in rows]
        met = sum(value in names or known.same(value) is not None for value in ids)
        if (met or name == declared) and (best is None or met > best[0]):
            best = (met, str(name), ids)
    return best and best[1:]
