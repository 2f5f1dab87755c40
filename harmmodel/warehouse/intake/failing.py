"""Rows that cannot be read as their passport says, as a CSV beside the data: where each lies, and no more."""

from __future__ import annotations

from collections.abc import Iterator

from harmmodel.warehouse.intake.passports import Drafted
from harmmodel.warehouse.intake.profiles import FileProfile, moment, number, opened_as
from harmmodel.warehouse.intake.tables import for_reading
from harmmodel.warehouse.load import personal
from harmmodel.warehouse.store.connection import identifier, literal

HEADER = ("file", "row", "column", "shape", "why")
MOST = 5_000  # rows that are listed of each file and column


def table(source: Drafted) -> str:
    """Return the failing rows of a source as the text of a CSV; empty where every row can be read.

    A value is given by its shape: in a row that is shifted it may be one that nobody may read.
    """
    rows = [row for file in source.files for row in _of_file(file, source)]
    return for_reading(HEADER, rows) if rows else ""


def _of_file(file: FileProfile, source: Drafted) -> Iterator[tuple[str, ...]]:
    checks = list(_checks(source))
    if not checks:
        return
    wanted = list(dict.fromkeys(name for name, _, _ in checks))
    each = len(file.wide.columns) if file.wide else 1
    with opened_as(file, wanted) as con:
        for name, fails, why in checks:
            value = f"trim({identifier(name)}::varchar)"
            rows = con.execute(
                f"select rowid // {each} + 1, {value} from found where {value} <> '' and ({fails}) order by rowid "
                f"limit {MOST}"
            ).fetchall()
            for place, text in rows:
                yield file.given.name, str(place), name, personal.masked(str(text)), why


def _checks(source: Drafted) -> Iterator[tuple[str, str, str]]:
    """Yield column, SQL that is true where its value fails, and why."""
    roles = source.roles
    for name in source.passport.get("columns", {}):
        if name not in source.whole.names:
            continue
        read, text = source.whole.column(name).read, f"trim({identifier(name)}::varchar)"
        if not read.is_written:
            continue
        if name == roles.time:
            yield name, f"{moment(name, read)} is null", f"no date of the form {read.form or 'YYYY-MM-DD'}"
        elif read.type in ("number", "integer") and name not in (*roles.offence, roles.unit, roles.unique):
            words = "".join(f", {literal(word)}" for word, _ in read.words)
            yield name, f"{number(name, read)} is null and {text} not in (''{words})", f"no {read.type}"
    for name, most in ((roles.longitude, 180), (roles.latitude, 90)):
        if name:
            value = number(name, source.whole.column(name).read)
            yield name, f"{value} = 0 or abs({value}) > {most}", "no point of the place"
