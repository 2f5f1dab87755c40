"""What the columns of a file may be for: its time, its unit, its point, its offence, its number, its arrests.

Headings and values propose; a person decides. A column that is proposed for nothing is not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harmmodel.config.layouts import Layout
from harmmodel.warehouse.intake.codes import KnownCodes
from harmmodel.warehouse.intake.profiles import ColumnProfile, FileProfile

TIME = re.compile(r"occur|incident|offen[cs]e|start|from|date|month|time|fecha|datum|data|mes|jour", re.IGNORECASE)
LATER = re.compile(r"update|report|clos|arrest|convert|enter|publi|end|until|regist", re.IGNORECASE)
LONGITUDE = re.compile(r"^(?:lon|lng|long|longitude|longitud|x|x_?coord.*)$", re.IGNORECASE)
LATITUDE = re.compile(r"^(?:lat|latitude|latitud|y|y_?coord.*)$", re.IGNORECASE)
OFFENCE = re.compile(r"offen[cs]e|crime|delito|type|category|class|descri|primary|ucr|nibrs|iucr|code", re.IGNORECASE)
ARREST = re.compile(r"arrest|detain|detention|apprehend|detenid", re.IGNORECASE)
COUNTED = re.compile(r"^(?:count|n|number|total|records|events|incidents|deaths|offences|casos|conteo)$", re.IGNORECASE)
RESIDENTS = re.compile(r"resident|popul|inhabit|habitant|poblaci|pop\b|persons", re.IGNORECASE)
KEY = re.compile(r"id\b|number|num\b|no\b|case|key|folio", re.IGNORECASE)
LEAST_KNOWN = 0.5  # share of rows whose value is an id of an outline
MOST_CODES = 1_500
FEWEST_FILLED = 0.5


@dataclass(frozen=True)
class Roles:
    """What columns of a file are proposed for, by heading; None: nothing was found.

    Attributes
    ----------
    unit_of : the column of the outlines whose ids the unit column has
    unknown : ids of the unit column that no outline has, with their rows
    questions : what somebody has to decide, a sentence each
    """

    time: str | None = None
    unit: str | None = None
    unit_of: str | None = None
    longitude: str | None = None
    latitude: str | None = None
    offence: str | None = None
    arrest: str | None = None
    counted: str | None = None
    unique: str | None = None
    unknown: Mapping[str, int] = field(default_factory=dict)
    questions: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that are read."""
        named = (self.time, self.unit, self.longitude, self.latitude, self.offence, self.arrest, self.counted)
        return tuple(dict.fromkeys(name for name in (*named, self.unique) if name))


def propose(file: FileProfile, outlines: FileProfile | None, known: KnownCodes) -> Roles:
    """Say what the columns of a file of records may be for."""
    usable = [c for c in file.columns if not c.is_personal and c.filled]
    time = _time(usable, file.rows)
    longitude, latitude, askew = _points(usable)
    unit, key, unknown = unit_of(file, outlines)
    arrest = next((c.name for c in usable if ARREST.search(c.name) and c.read.type == "boolean"), None)
    taken = {time, longitude, latitude, unit, arrest}
    offence = _offence([c for c in usable if c.name not in taken], known)
    taken.add(offence)
    counted = next(
        (c.name for c in usable if c.name not in taken and c.read.type == "integer" and COUNTED.match(c.name)), None
    )
    keys = [c for c in usable if c.name not in {*taken, counted} and c.distinct == c.filled == file.rows]
    unique = next((c.name for c in keys if KEY.search(c.name)), None)
    roles = Roles(time, unit, key, longitude, latitude, offence, arrest, counted, unique, unknown)
    return Roles(**{**roles.__dict__, "questions": (*askew, *_questions(file, roles, usable))})


def _time(columns: Sequence[ColumnProfile], rows: int) -> str | None:
    """Return the column of the event's time: named like it, filled, and with the finest steps."""
    dated = [c for c in columns if c.read.type in ("date", "timestamp") and c.filled >= FEWEST_FILLED * rows]

    def order(column: ColumnProfile) -> tuple[bool, bool, int]:
        return bool(LATER.search(column.name)), not TIME.search(column.name), -column.filled

    return min(dated, key=order).name if dated else None


def _points(columns: Sequence[ColumnProfile]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return the columns of longitude and latitude, and what is askew with them."""
    numbers = [c for c in columns if c.read.type in ("number", "integer")]
    east = next((c for c in numbers if LONGITUDE.match(c.name)), None)
    north = next((c for c in numbers if LATITUDE.match(c.name)), None)
    if east is None or north is None:
        return None, None, ()
    x, y = _middle(east), _middle(north)
    if abs(x) > 180 or abs(y) > 180:
        told = f"{east.name} and {north.name} hold {x:,.0f} and {y:,.0f}, which are metres or feet. Convert them to "
        return None, None, (f"{told}degrees of longitude and latitude (WGS 84)",)
    if abs(y) > 90 and abs(x) <= 90:
        told = f"{east.name} and {north.name} are the other way round ({x:g}, {y:g}), and are drafted so"
        return north.name, east.name, (told,)
    return east.name, north.name, ()


def _middle(column: ColumnProfile) -> float:
    texts = (text.replace(",", ".") if column.read.decimal == "," else text for text in column.counts)
    numbers = sorted(float(text) for text in texts if re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+", text.strip()))
    return numbers[len(numbers) // 2] if numbers else 0.0


def unit_of(file: FileProfile, outlines: FileProfile | None) -> tuple[str | None, str | None, dict[str, int]]:
    """Return the column whose values are ids of outlines, the column of those, and the ids that no outline has."""
    best: tuple[float, str, str] | None = None
    keys = [key for key in outlines.columns if key.distinct == key.filled == outlines.rows] if outlines else []
    for column in (c for c in file.columns if c.filled):
        for key in keys:
            met = sum(n for value, n in column.counts.items() if value in key.counts) / column.filled
            if met >= LEAST_KNOWN and (best is None or met > best[0]):
                best = (met, column.name, key.name)
    if best is None or outlines is None:
        return None, None, {}
    ids, held = outlines.column(best[2]).counts, file.column(best[1]).counts
    return best[1], best[2], {value: n for value, n in held.items() if value not in ids}


def of_layout(found: Roles, layout: Layout) -> Roles:
    """Return the roles that a layout gives; the unit is found by the outlines, and so are questions about it."""
    told = layout.passport
    place = told.get("locate", {})
    offence = told.get("classify", {}).get("columns", [None])
    arrest = next((n for n, c in told["columns"].items() if ARREST.search(n) and c["type"] == "boolean"), None)
    return Roles(
        time=told["time"][0],
        unit=found.unit,
        unit_of=found.unit_of,
        longitude=place.get("longitude"),
        latitude=place.get("latitude"),
        offence=offence[0] if len(offence) == 1 else None,
        arrest=arrest,
        counted=told.get("counted"),
        unknown=found.unknown,
    )


def _offence(columns: Sequence[ColumnProfile], known: KnownCodes) -> str | None:
    """Return the column of the offence: the one most of whose rows are known codes, else one that is named like it."""
    texts = [c for c in columns if c.read.type in ("text", "integer") and 2 <= c.distinct <= MOST_CODES]
    met = {c.name: sum(n for v, n in c.counts.items() if known.same(v)) / c.filled for c in texts}
    if met and max(met.values()) >= LEAST_KNOWN:
        return max(met, key=lambda name: met[name])
    named = [c for c in texts if c.read.type == "text" and OFFENCE.search(c.name) and c.distinct < c.filled / 2]
    return min(named, key=lambda c: -c.distinct).name if named else None


def _questions(file: FileProfile, roles: Roles, usable: Sequence[ColumnProfile]) -> list[str]:
    asked = []
    if roles.time is None:
        asked.append("no column can be read as the time of an event. Give the file one, as 2024-01 or 2024-01-31")
    if roles.unit is None and roles.longitude is None:
        asked.append("no column holds ids of the outlines, or degrees of longitude and latitude")
    if roles.offence is None:
        asked.append("no column looks like an offence. Say under classify: class what every row is")
    for column in usable:
        if column.name in roles.read and column.read.others:
            read = column.read
            as_read = read.form or (f"thousands: '{read.thousands}'" if read.thousands else "decimal: '.'")
            asked.append(f"column {column.name}: is it {as_read}, as drafted, or {' or '.join(read.others)}?")
    others = [c.name for c in usable if c.read.type in ("date", "timestamp") and c.name != roles.time]
    if roles.time and others:
        asked.append(f"the time of the event is taken from {roles.time}; {', '.join(others)} also hold times")
    return asked
