"""What the columns of a file may be for: its time, its unit, its point, its offence, its number, its arrests.

Headings and values propose; a person decides. A column that is proposed for nothing is not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from harmmodel.config.drafts.layouts import Layout
from harmmodel.warehouse.intake.codes import KnownCodes
from harmmodel.warehouse.intake.columns.headings import (
    ARREST,
    COUNTED,
    KEY,
    LATER,
    LATITUDE,
    LONGITUDE,
    NAMES_COUNT,
    NO_COUNT,
    NO_RECORD,
    NO_RESIDENTS,
    OFFENCE,
    ROW,
    TIME,
)
from harmmodel.warehouse.intake.columns.ids import Ids
from harmmodel.warehouse.intake.profiles import RESIDENTS, ColumnProfile, FileProfile
from harmmodel.warehouse.load.told import near

NUMBERED, UNIQUE = 0.9, 0.5  # share of rows with a number, and of different ones, from which on it is a record's
PARTS = (
    (re.compile(r"^(?:.*_)?(?:year|yr|ano|año|annee|année|jahr)$", re.IGNORECASE), 1900, 2100),
    (re.compile(r"^(?:.*_)?(?:month|mon|mes|mês|mois|monat)$", re.IGNORECASE), 1, 12),
    (re.compile(r"^(?:.*_)?(?:day|dia|día|jour|tag)$", re.IGNORECASE), 1, 31),
)
LEAST_KNOWN = 0.5  # share of rows whose value is an id of an outline, or a known offence
MOST_CODES = 1_500
FEWEST_FILLED = 0.5


@dataclass(frozen=True)
class Roles:
    """What columns of a file are proposed for, by heading; None: nothing was found.

    Attributes
    ----------
    parts : columns of year, month and day that together are the time, where none is it alone
    unit_of : the column of the outlines whose ids the unit column has
    offence : the columns that make up the code of the crosswalk
    uncounted : a column whose heading names a count, which cannot be read as one or may be no count of the rows
    unknown : ids of the unit column that no outline has, with their rows
    questions : what somebody has to decide, a sentence each
    """

    time: str | None = None
    parts: tuple[str, ...] = ()
    unit: str | None = None
    unit_of: str | None = None
    longitude: str | None = None
    latitude: str | None = None
    offence: tuple[str, ...] = ()
    arrest: str | None = None
    counted: str | None = None
    unique: str | None = None
    uncounted: str | None = None
    unknown: Mapping[str, int] = field(default_factory=dict)
    questions: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that are read."""
        named = (
            self.time,
            *self.parts,
            self.unit,
            self.longitude,
            self.latitude,
            *self.offence,
            self.arrest,
            self.counted,
        )
        return tuple(dict.fromkeys(name for name in (*named, self.unique) if name))


def propose(file: FileProfile, outlines: FileProfile | None, known: KnownCodes) -> Roles:
    """Say what the columns of a file of records may be for."""
    usable = [c for c in file.columns if c.filled]
    wide = file.wide
    is_split = wide is not None and wide.form == "%m"
    time = None if is_split else wide.heading if wide and wide.form else _time(usable, file.rows)
    parts = _parts(usable) if time is None else ()
    parts = (parts[0], wide.heading) if wide and is_split else parts
    longitude, latitude, askew = _points(usable)
    unit, key, unknown = unit_of(file, outlines)
    arrest = next((c.name for c in usable if ARREST.search(c.name) and c.read.type == "boolean"), None)
    taken = {time, *parts, longitude, latitude, unit, arrest}
    left = [c for c in usable if c.name not in taken]
    offence = (wide.heading,) if wide and wide.form is None else offence_of(left, known)
    taken |= set(offence)
    counted = wide.value if wide else _counted([c for c in usable if c.name not in taken])
    told: tuple[str, ...] = ()
    if counted is None and (
        counted := _of_table(file, time, unit, offence, [c for c in usable if c.name not in taken])
    ):
        told = (
            f"each of the {file.rows:,} rows is a unit and an offence that no other row has, so the file is taken for "
            f"a table of counts, and {counted} for how many records a row stands for (counted)",
        )
    unique, repeated = _number(
        file, [c for c in usable if c.name not in {*taken, counted}], is_counts=counted is not None
    )
    open_ = None if counted or unique else _uncounted([c for c in usable if c.name not in taken])
    found = Roles(time, parts, unit, key, longitude, latitude, offence, arrest, counted, unique, open_, unknown)
    told = told if unit else _shared(file, outlines)
    return replace(found, questions=(*askew, *told, *repeated, *_questions(file, found, usable)))


def of_layout(file: FileProfile, outlines: FileProfile | None, layout: Layout) -> Roles:
    """Return the roles that a layout gives; the unit is found by the outlines."""
    told, have = layout.passport, set(file.names)
    place = told.get("locate", {})
    unit, key, unknown = unit_of(file, outlines, [*layout.units, *([place["unit"]] if "unit" in place else [])])
    columns = told.get("classify", {}).get("columns", [])
    arrest = next((n for n, c in told["columns"].items() if ARREST.search(n) and c["type"] == "boolean"), None)
    unique = told.get("unique", [])
    return Roles(
        time=told["time"][0],
        unit=unit or place.get("unit"),
        unit_of=key,
        longitude=place.get("longitude"),
        latitude=place.get("latitude"),
        offence=tuple(columns),
        arrest=arrest if arrest in have else None,
        counted=told.get("counted"),
        unique=unique[0] if len(unique) == 1 else None,
        unknown=unknown,
    )


def _counted(columns: Sequence[ColumnProfile]) -> str | None:
    return next((c.name for c in columns if c.read.is_whole and COUNTED.match(c.name.strip())), None)


def _uncounted(columns: Sequence[ColumnProfile]) -> str | None:
    """Return a column that is called like a count and is none that could be read as one, or not surely."""
    named = [c.name for c in columns if COUNTED.match(c.name.strip())]
    named += [c.name for c in columns if NAMES_COUNT.search(c.name.strip()) and not NO_COUNT.search(c.name.strip())]
    typed = {c.name for c in columns if c.read.type in ("integer", "number") or c.read.words or _has_digits(c)}
    return next((name for name in named if name in typed), None)


def _has_digits(column: ColumnProfile) -> bool:
    """Say whether most rows of a text begin with a digit, as 12 (estimated) does."""
    return sum(n for value, n in column.counts.items() if value.strip()[:1].isdigit()) >= LEAST_KNOWN * column.filled


def _number(
    file: FileProfile, columns: Sequence[ColumnProfile], *, is_counts: bool
) -> tuple[str | None, tuple[str, ...]]:
    """Return the column with the number of a record, which some rows may share, and what is asked of it."""
    keyed = [c for c in columns if KEY.search(c.name)]
    own = next((c.name for c in keyed if c.distinct == c.filled == file.rows > 1), None)
    numbers = [c for c in keyed if c.read.type in ("text", "integer") and not NO_RECORD.search(c.name)]
    nearly = [c for c in numbers if c.name != own and c.distinct > 1 and c.filled >= NUMBERED * file.rows]
    some = max((c for c in nearly if c.distinct >= UNIQUE * c.filled), key=lambda c: c.distinct, default=None)
    if some is None or is_counts:
        return own, ()
    again = f"{some.filled - some.distinct:,} of {file.rows:,} rows share their {some.name} with another"
    if own is not None and not ROW.search(own):
        return own, (
            f"{again}, and each has a {own} of its own, which is drafted under unique: say which is the record's",
        )
    later = next((c.name for c in columns if LATER.search(c.name) and c.read.type in ("date", "timestamp")), "COLUMN")
    asked = (
        f"{again}. It is drafted as the number of a record (unique), so one of them counts. Where they differ in "
        f"offence, day or place, a run stops until wins says which, as wins: [{{highest: {later}}}] with that column "
        "under columns; if they are several records, take unique out or name further columns there"
    )
    return some.name, (asked,) if some.distinct < some.filled else ()


def _of_table(
    file: FileProfile,
    time: str | None,
    unit: str | None,
    offence: Sequence[str],
    columns: Sequence[ColumnProfile],
) -> str | None:
    """Return the first whole number of a file whose rows are every unit with every offence, as tables are."""
    if unit is None or len(offence) != 1:
        return None
    times = len(file.column(time).days) if time else 1
    cells = file.column(unit).distinct * file.column(offence[0]).distinct * times
    is_cross = file.rows == cells and file.column(offence[0]).distinct > 1
    whole = [c for c in columns if c.read.is_whole and c.distinct > 1 and not KEY.search(c.name)]
    return whole[0].name if is_cross and whole else None


def residents_of(file: FileProfile, key: str, *, is_named: bool) -> str | None:
    """Return the column that tells how many live in each unit.

    Parameters
    ----------
    is_named : whether a person says that the file tells it; then the first whole number that varies does
    """
    return next(iter(residents_in(file, key, is_named=is_named)), None)


def residents_in(file: FileProfile, key: str, *, is_named: bool) -> list[str]:
    """Return the columns that may tell it, the likeliest first; 10.500 in all of one may be a whole number, too."""
    whole = [c for c in file.columns if (c.read.type == "integer" or _is_grouped(c)) and c.name != key and c.filled]
    whole = sorted((c for c in whole if not NO_RESIDENTS.search(c.name)), key=_is_grouped)
    named = [c for c in whole if RESIDENTS.search(c.name)]
    told = [c.name for c in named if c.distinct > 1 or len(named) == 1]
    return told or [c.name for c in whole if is_named and c.distinct > 1]


def _is_grouped(column: ColumnProfile) -> bool:
    """Say whether all numbers that have a point have three digits behind it, so that it may part thousands."""
    return column.read.type == "number" and column.read.is_open


def _time(columns: Sequence[ColumnProfile], rows: int) -> str | None:
    """Return the column of the event's time: named like it, filled, and with the finest steps."""
    times = [c for c in columns if c.read.type in ("date", "timestamp") and c.filled >= FEWEST_FILLED * rows]
    ranked = sorted(
        times,
        key=lambda c: (bool(LATER.search(c.name)), not TIME.search(c.name), -c.filled, -len(c.days)),
    )
    return ranked[0].name if ranked else None


def _parts(columns: Sequence[ColumnProfile]) -> tuple[str, ...]:
    """Return columns of whole numbers that are years, and months and days beside them."""
    found = []
    for pattern, low, high in PARTS:
        held = (c for c in columns if pattern.search(c.name) and c.read.type == "integer" and c.edges is not None)
        part = next((c.name for c in held if c.edges and low <= c.edges[0] and c.edges[1] <= high), None)
        if part is None:
            break
        found.append(part)
    return tuple(found)


def year_of(columns: Sequence[ColumnProfile]) -> str | None:
    """Return the column of whole numbers that are years."""
    return next(iter(_parts([c for c in columns if c.filled])), None)


def _points(columns: Sequence[ColumnProfile]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return the columns of longitude and latitude, and what is askew with them."""
    numbers = [c for c in columns if c.read.type in ("number", "integer") and c.edges]
    east = sorted((c for c in numbers if LONGITUDE.match(c.name)), key=_degrees, reverse=True)
    north = sorted((c for c in numbers if LATITUDE.match(c.name)), key=_degrees, reverse=True)
    if not east or not north or east[0].edges is None or north[0].edges is None:
        return None, None, ()
    x, y = sum(east[0].edges) / 2, sum(north[0].edges) / 2
    if not (_degrees(east[0]) and _degrees(north[0])):
        told = f"{east[0].name} and {north[0].name} hold {x:,.0f} and {y:,.0f}, which are metres or feet, and are not "
        return (
            None,
            None,
            (f"{told}read. Convert them to degrees of longitude and latitude (WGS 84) if units are points",),
        )
    if abs(y) > 90 or (abs(x) <= 90 and abs(y) > abs(x) and _is_swapped(x, y)):
        told = f"{east[0].name} and {north[0].name} are the other way round ({x:g}, {y:g}), and are drafted so"
        return north[0].name, east[0].name, (told,)
    return east[0].name, north[0].name, ()


def _is_swapped(x: float, y: float) -> bool:
    """Say whether a point lies in no inhabited latitude unless longitude and latitude change places."""
    return abs(y) > 72 and abs(x) < 72


def _degrees(column: ColumnProfile) -> bool:
    return column.edges is not None and max(map(abs, column.edges)) <= 180


def unit_of(
    file: FileProfile, outlines: FileProfile | None, named: Sequence[str] | None = None
) -> tuple[str | None, str | None, dict[str, int]]:
    """Return the column whose values are ids of outlines, the column of those, and the ids that no outline has.

    Parameters
    ----------
    named : columns that may hold them; all when left out
    """
    best: tuple[float, float, str, str] | None = None
    keys = [key for key in outlines.columns if key.distinct == key.filled == outlines.rows] if outlines else []
    written = [(key, Ids(key.counts)) for key in keys]
    for column in (c for c in file.columns if c.filled and (named is None or c.name in named)):
        for key, known in written:
            held = column.counts.items()
            exact = sum(n for value, n in held if value in key.counts) / column.filled
            met = exact + sum(n for value, n in held if value not in key.counts and known.same(value)) / column.filled
            if met >= LEAST_KNOWN and (best is None or (met, exact) > best[:2]):
                best = (met, exact, column.name, key.name)
    if best is None or outlines is None:
        return None, None, {}
    ids, rows = outlines.column(best[3]).counts, file.column(best[2]).counts
    return best[2], best[3], {value: n for value, n in rows.items() if value not in ids}


def offence_of(columns: Sequence[ColumnProfile], known: KnownCodes) -> tuple[str, ...]:
    """Return the column of the offence: the one most of whose rows are known codes, else one that is named like it.

    Two columns together, where known codes of two parts have the values of each.
    """
    texts = [c for c in columns if c.read.type in ("text", "integer") and 1 <= c.distinct <= MOST_CODES]
    pair = [_best(texts, at, known) for at in (0, 1)]
    if len({*pair, None}) == 3:
        return tuple(name for name in pair if name)
    met = {c.name: sum(n for v, n in c.counts.items() if known.same(v)) / c.filled for c in texts}
    if met and max(met.values()) >= LEAST_KNOWN:
        return (max(met, key=lambda name: met[name]),)
    named = [
        c for c in texts if c.read.type == "text" and OFFENCE.search(c.name) and c.distinct <= max(c.filled / 2, 2)
    ]
    near = {c.name: sum(n for v, n in c.counts.items() if known.nearest(v)) / c.filled for c in named}
    return (max(named, key=lambda c: (near[c.name], c.distinct)).name,) if named else ()


def _best(columns: Sequence[ColumnProfile], at: int, known: KnownCodes) -> str | None:
    """Return the column that most often holds the first (0) or second (1) part of known codes, if most rows do."""
    shares = {c.name: _share(c, at, known) for c in columns}
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= LEAST_KNOWN else None


def _share(column: ColumnProfile, at: int, known: KnownCodes) -> float:
    return sum(n for value, n in column.counts.items() if known.has_part(value, at)) / column.filled


def _shared(file: FileProfile, outlines: FileProfile | None) -> tuple[str, ...]:
    """Name a property of the outlines that holds the ids of a file and stands at several outlines."""
    for key in outlines.columns if outlines else ():
        twice = [value for value, n in key.counts.items() if n > 1]
        if not twice or 2 * key.distinct < key.filled:
            continue
        known = near.Known(key.counts)
        for column in file.columns:
            met = sum(n for value, n in column.counts.items() if value in key.counts or known.same(value))
            if column.filled and met >= LEAST_KNOWN * column.filled and column.distinct > 1:
                named = ", ".join(sorted(twice)[:3])
                return (
                    f"{column.name} holds what {key.name} of the outlines says, but {named} stands at "
                    "more than one outline there. Merge the outlines of one id, or leave out those that are no unit, "
                    "such as water",
                )
    return ()


def _questions(file: FileProfile, roles: Roles, usable: Sequence[ColumnProfile]) -> list[str]:
    asked = []
    if roles.time is None and not roles.parts:
        asked.append(
            "no column can be read as the time of an event. Give the file one, as 2024-01 or 2024-01-31; or where all "
            'its rows are of one time, write that into the passport: table: {adds: {year: "2024"}}, a column year of '
            'type date and format "%Y", and time: [year]'
        )
    if roles.unit is None and roles.longitude is None:
        asked.append("no column holds ids of the units, or degrees of longitude and latitude")
    if not roles.offence:
        asked.append("no column looks like an offence. Say under classify: class what every row is")
    for column in usable:
        if column.name == roles.counted:
            asked += sign_question(column)
    others = [c.name for c in usable if c.read.type in ("date", "timestamp") and c.name != roles.time]
    if roles.time and others:
        asked.append(f"the time of the event is taken from {roles.time}; {', '.join(others)} also hold times")
    return asked


def sign_question(column: ColumnProfile) -> list[str]:
    """Ask what parts three digits of whole numbers, where no value tells: it is drafted as parting thousands."""
    sign = column.read.thousands or "."
    written = next((value.strip() for value in column.counts if sign in value), None)
    if not column.read.is_open or written is None:
        return []
    return [
        f"column {column.name}: {written} is drafted as {written.replace(sign, '')} (thousands: {sign!r}). If it is a "
        f"decimal, say decimal: {sign!r} instead"
    ]
