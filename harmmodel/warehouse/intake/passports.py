"""The passport of a file that has none: by its layout where one is known, else by what its columns seem to be."""

from __future__ import annotations

import copy
import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harmmodel.config.drafts.faults import TO_DECIDE
from harmmodel.config.drafts.layouts import Layout
from harmmodel.config.reader import TO_STATE
from harmmodel.warehouse.intake import covers
from harmmodel.warehouse.intake.columns.ids import Ids
from harmmodel.warehouse.intake.framing import PLAIN
from harmmodel.warehouse.intake.profiles import ColumnProfile, FileProfile, Widened, opened_as
from harmmodel.warehouse.intake.roles import Roles
from harmmodel.warehouse.load.told import marks, near
from harmmodel.warehouse.store.connection import identifier
from harmmodel.warehouse.store.seal import sha256

CELLS, LISTED = 8, 6  # H3 resolution of a place without outlines; ids in a sentence
MADE = "occurred"  # the column of a date that lies in several
FORMS = ("%Y", "%Y %m", "%Y %m %d")  # of a year, with its month, with its day
MOST_LOST = 0.04  # share of rows from which on it is asked why; a run stops at 0.05 of those in its period
MOST_OUTSIDE = 400  # ids listed as outside
OF_AREAS = "Names of units, which are areas and not people."


@dataclass(frozen=True)
class Drafted:
    """A source: its passport, the files it is about, and what was found in them.

    Attributes
    ----------
    whole : the files as if they were one
    units : ids of the outlines that its unit column has
    """

    id: str
    passport: dict[str, Any]
    files: tuple[FileProfile, ...]
    whole: FileProfile
    roles: Roles
    period: covers.Period | None
    layout: Layout | None
    units: tuple[str, ...] = ()


def of_records(
    name: str, files: Sequence[FileProfile], whole: FileProfile, roles: Roles, outlines: FileProfile | None
) -> Drafted:
    """Draft the passport of files of records of the same columns."""
    layout, period = whole.layout, _period(files, whole, roles)
    content: dict[str, Any] = {"id": name, **_named(files), **_read_as(files)}
    if layout is not None:
        content |= copy.deepcopy(layout.passport) | {"accessed": dt.date.today()}
        content = _without_strangers(content, whole)
    else:
        content |= _told(f"Records of {files[0].given.name}") | _own(whole, roles)
    content["covers"] = period.as_config if period else f"{TO_STATE}: no time can be read, so no period is known"
    units = tuple(outlines.column(roles.unit_of).counts) if outlines and roles.unit_of else ()
    if period and period.is_complete and layout:
        content["quiet"] = [{"from": a, "to": b, "reason": layout.complete} for a, b in period.spans]
    is_listed = outlines is not None and not outlines.is_outlines
    if layout is not None and is_listed:
        _leave_points(content)
    content["locate"] = _locate(roles, content.get("locate"), units, has_outlines=outlines is not None)
    content["accepts"] = dict(content.get("accepts", {})) | _accepts(whole, roles, content["locate"] or {})
    made = sorted({file.given.made_of for file in files if file.given.made_of})
    if made:
        content["reduction"] = f"{content['reduction']} The file is {'; '.join(made[:3])}."
    kept = {key: value for key, value in content.items() if value not in (None, {}, [], ())}
    return Drafted(name, kept, tuple(files), whole, roles, period, layout, units)


def _leave_points(content: dict[str, Any]) -> None:
    """Leave the points of a layout unread, where no outline is there in which one could lie."""
    points = [content["locate"].pop(key) for key in ("longitude", "latitude") if key in content["locate"]]
    content["columns"] = {name: told for name, told in content["columns"].items() if name not in points}
    content["ignore"] = [*content["ignore"], *points]


def of_reference(name: str, file: FileProfile, read: Mapping[str, str], whole: Sequence[str] = ()) -> Drafted:
    """Draft the passport of outlines, of a table of units or of residents.

    Parameters
    ----------
    read : what each column that is read means
    whole : those that hold whole numbers, as residents: what parts three digits in them parts thousands
    """
    columns = {heading: _typed(file.column(heading), "neither", means) for heading, means in read.items()}
    for heading in whole:
        columns[heading] |= _thousands(file.column(heading))
        columns[heading].pop("decimal", None)
    if file.is_outlines:
        columns["geometry"] = {"type": "text", "tells": "neither", "means": "Outline."}
        columns["km2"] = {"type": "number", "tells": "neither", "means": "Square kilometres, from the outline."}
    content = {"id": name, **_named([file]), **_read_as([file]), **_told(f"Units, of {file.given.name}")}
    content |= {"sensitive": False, "use": "reference", "columns": columns}
    content["ignore"] = [h for h in dict.fromkeys(file.headings) if h not in read and h not in columns]
    reasons = dict.fromkeys(read, OF_AREAS)
    reasons |= dict.fromkeys(whole, "How many people live in a unit; nobody is named.")
    content["labels"] = {h: reasons[h] for h in file.personal if h in read}
    content = {key: value for key, value in content.items() if value not in ([], {}, None)}
    return Drafted(name, content, (file,), file, Roles(counted=next(iter(whole), None)), None, None)


def placed(
    draft: Drafted, unit: str, spellings: Mapping[str, str], strange: Sequence[str], units: Sequence[str]
) -> Drafted:
    """Say of a file of reference which column holds the units, and which of its ids mean one.

    Parameters
    ----------
    spellings : ids that are written otherwise, each with that of the unit
    strange : ids that mean no unit
    """
    column = _typed(draft.whole.column(unit), "neither", "Id of the unit.", is_text=True)
    columns = {name: column if name == unit else told for name, told in draft.passport["columns"].items()}
    locate = {"unit": unit, **_suggested(spellings)}
    passport = {**draft.passport, "columns": columns, "locate": locate}
    met = set(draft.whole.column(unit).counts) | set(spellings.values())
    lacking = sorted(set(units) - met)
    asked = (*draft.roles.questions, *_of_reference(draft.files[0].given.name, spellings, strange, lacking, Ids(units)))
    return replace(draft, passport=passport, roles=replace(draft.roles, questions=asked))


def _of_reference(
    name: str, spellings: Mapping[str, str], strange: Sequence[str], lacking: Sequence[str], known: Ids
) -> Iterator[str]:
    """Tell which ids of a file are units written otherwise, and which units have no row there."""
    if spellings:
        listed = [f"{near.shown(written)} as {near.shown(meant)}" for written, meant in spellings.items()]
        number = "1 id" if len(spellings) == 1 else f"{len(spellings)} ids"
        yield (
            f"{number} of {name} written otherwise: {_some(listed)}. They are drafted under locate.spellings: look "
            "whether each is meant so"
        )
    if lacking:
        listed = [f"{near.shown(written)}{known.hint(written)}" for written in strange]
        those = f". Of its ids these mean no unit: {_some(listed)}. Give those that do a line under locate.spellings"
        number = "1 unit" if len(lacking) == 1 else f"{len(lacking)} units"
        yield f"{name} has no row of {number}: {_some([*map(near.shown, lacking)])}{those if strange else ''}"


def _some(listed: Sequence[str]) -> str:
    return ", ".join(listed[:LISTED]) + (f" and {len(listed) - LISTED} more" if len(listed) > LISTED else "")


def _own(whole: FileProfile, roles: Roles) -> dict[str, Any]:
    """Return what a passport says of the columns of a file of no known layout."""
    columns = {c: _column(whole.column(c), roles) for c in roles.read if c not in roles.parts}
    if whole.wide:
        if whole.wide.heading in roles.parts:
            columns[whole.wide.heading] = {"type": "text", "tells": "harm", "means": "Month of the year."}
        columns[whole.wide.value]["means"] = f"{TO_STATE}: what is counted, and that no column is a sum of others"
    if roles.parts:
        form = FORMS[len(roles.parts) - 1]
        columns[MADE] = {"type": "date", "tells": "harm", "from": list(roles.parts), "format": form}
        columns[MADE]["means"] = "When it happened."
    made = whole.wide.columns if whole.wide else ()
    found: dict[str, Any] = {
        **({"wide": _wide(whole.wide)} if whole.wide else {}),
        "sensitive": False,
        "small_counts_told": f"{TO_STATE}: why counts of one or two may be told; else say sensitive: true instead",
        "use": "scored",
        "columns": columns,
        "ignore": [h.strip() and h for h in dict.fromkeys(whole.headings) if h not in {*roles.read, *made}],
        "labels": {h: OF_AREAS for h in roles.read if h in whole.personal},
        "time": [roles.time or (MADE if roles.parts else f"{TO_STATE}: the column of the time")],
        "classify": {"columns": list(roles.offence)} if roles.offence else {"class": TO_DECIDE},
    }
    found |= {"unique": [roles.unique]} if roles.unique else {}
    if roles.uncounted:
        name = roles.uncounted
        found["counted"] = (
            f"{TO_STATE}: whether {name} says how many records a row stands for. If so, write counted: {name}, declare "
            "it under columns (type integer, tells harm) instead of under ignore, and add it up in core SQL in the "
            "place of 1; if each row is one record, leave this line out"
        )
    return found | ({"counted": roles.counted} if roles.counted else {})


def _wide(wide: Widened) -> dict[str, Any]:
    return {"columns": list(wide.columns), "heading": wide.heading, "value": wide.value}


def _named(files: Sequence[FileProfile]) -> dict[str, Any]:
    listed = [{"file": file.given.name, "sha256": sha256(file.given.path)} for file in files]
    return dict(listed[0]) if len(listed) == 1 else {"files": listed}


def _read_as(files: Sequence[FileProfile]) -> dict[str, Any]:
    encoding = next((file.encoding for file in files if file.encoding not in (PLAIN, "utf-8")), "utf-8")
    told: dict[str, Any] = {"encoding": encoding} if encoding != "utf-8" else {}
    told |= {"delimiter": files[0].delimiter} if files[0].delimiter != "," else {}
    told |= {"table": files[0].table.model_dump(mode="json", exclude_defaults=True)} if files[0].table else {}
    return told | ({"repair": True} if files[0].crossing else {})


def _told(title: str) -> dict[str, Any]:
    """What only a person can say; each begins with the words that stop a run."""
    return {
        "title": title,
        "producer": f"{TO_STATE}: who made the records",
        "citation": f"{TO_STATE}: how the source asks to be cited, or where it was got",
        "licence": {
            "name": f"{TO_STATE}: terms of use",
            "href": f"{TO_STATE}: where the terms can be read, https://...",
        },
        "accessed": dt.date.today(),
        "known_gaps": f"{TO_STATE}: what is missing, or differs over time",
        "reduction": "A row becomes a count by month, unit and class; nothing else of it is kept.",
    }


def _column(column: ColumnProfile, roles: Roles) -> dict[str, Any]:
    tells = "enforcement" if column.name == roles.arrest else "neither" if column.name == roles.unique else "harm"
    is_text = column.name == roles.unit or column.name in roles.offence or column.name == roles.unique
    is_degrees = column.name in (roles.longitude, roles.latitude)
    is_counted = column.name == roles.counted
    told = _typed(column, tells, _means(column.name, roles), is_text=is_text, is_sure=is_degrees)
    if is_counted:
        told = _as_count(told, column)
    return told | ({"type": "number"} if is_degrees else {})


def _typed(
    column: ColumnProfile, tells: str, means: str, *, is_text: bool = False, is_sure: bool = False
) -> dict[str, Any]:
    """Return what a passport says of a column; *is_sure*: only the first of two readings makes sense."""
    read = column.read
    is_whole = read.type == "integer" and is_text and not read.is_written
    found: dict[str, Any] = {"type": "text" if is_text and not is_whole else read.type, "tells": tells}
    if found["type"] in ("date", "timestamp"):
        found |= {"format": read.form} if read.form else {}
        found |= {"zone": f"{TO_STATE}: whose local time is meant, as Europe/London"} if read.is_zoned else {}
    if found["type"] in ("integer", "number"):
        signs = {"decimal": read.decimal, "thousands": read.thousands}
        if read.others and not is_sure:
            found["type"], signs = (
                "number",
                {"decimal": f"{TO_STATE}: is 1,234 or 1.234 a thousand or one? Write decimal or thousands"},
            )
        found |= {name: sign for name, sign in signs.items() if sign}
        found |= {"missing": [word for word, _ in read.words]} if read.words else {}
    return found | {"means": means}


def _as_count(told: dict[str, Any], column: ColumnProfile) -> dict[str, Any]:
    """Return what a passport says of a column of counts: whole numbers, with the marks of those that are suppressed."""
    told = dict(told) | {"type": "integer"}
    told.pop("missing", None)
    if column.read.others:
        told.pop("decimal", None)
        told |= _thousands(column)
    suppressed: dict[int, list[str]] = {}
    for word, _ in column.read.words:
        if marks.is_mark(word):
            suppressed.setdefault(marks.most(word), []).append(word)
    has_zeros = "0" in column.counts
    listed = [
        {
            "marks": words,
            "low": 1 if has_zeros else f"{TO_STATE}: 0 or 1; the file writes no 0 out, so a mark may stand for it, too",
            "high": high or f"{TO_STATE}: the most that {', '.join(words)} may stand for",
        }
        for high, words in suppressed.items()
    ]
    missing = [word for word, _ in column.read.words if not marks.is_mark(word)]
    told |= {"suppressed": listed[0] if len(listed) == 1 else listed} if listed else {}
    return told | ({"missing": missing} if missing else {})


def _thousands(column: ColumnProfile) -> dict[str, Any]:
    """Say how a column of whole numbers is written that may hold three decimals, too."""
    if not column.read.others:
        return {}
    return {"type": "integer", "thousands": column.read.thousands or "."}


def _means(name: str, roles: Roles) -> str:
    meanings: dict[str | None, str] = {
        roles.time: "When it happened.",
        roles.unit: "Unit in which it happened.",
        roles.longitude: "Degrees east.",
        roles.latitude: "Degrees north.",
        **dict.fromkeys(roles.offence, "Offence as recorded."),
        roles.arrest: "Whether an arrest followed.",
        roles.counted: "How many records the row stands for.",
        roles.unique: "Number of the record.",
    }
    return meanings[name]


def _accepts(whole: FileProfile, roles: Roles, locate: Mapping[str, Any]) -> dict[str, Any]:
    """Propose what may be lost of a file where more has no location, or lies outside, than a run lets pass."""
    listed = locate.get("outside", {}).get("values", ())
    lost = {"outside": sum(n for unit, n in roles.unknown.items() if unit in listed)}
    if (name := roles.unit if roles.unit_of else roles.longitude) is not None:
        lost["no_location"] = whole.rows - whole.column(name).filled
    if roles.unit_of and roles.longitude:
        lost["no_location"] = min(lost["no_location"], whole.rows - whole.column(roles.longitude).filled)
    if whole.layout is None and roles.unique:
        lost["repeats"] = whole.column(roles.unique).filled - whole.column(roles.unique).distinct
    asked = {"outside": "why these rows lie outside the place", "no_location": "why these rows have no location"}
    asked["repeats"] = "why these rows have the number of another"
    return {
        key: {
            "upto": math.ceil(rows / whole.rows * 50 + 0.5) / 50,
            "reason": f"{TO_STATE}: {asked[key]} ({rows:,} of {whole.rows:,})",
        }
        for key, rows in lost.items()
        if whole.rows and rows / whole.rows > MOST_LOST
    }


def _locate(
    roles: Roles, given: Mapping[str, Any] | None, units: Sequence[str], *, has_outlines: bool
) -> dict[str, Any] | None:
    points = {"longitude": roles.longitude, "latitude": roles.latitude} if roles.longitude and roles.latitude else {}
    if roles.unit is not None and (roles.unit_of or not points):
        known = Ids(units)
        same = {unit: meant for unit in sorted(roles.unknown) if (meant := known.same(unit)) is not None}
        outside = [unit for unit in sorted(roles.unknown) if unit.strip() and unit not in same][:MOST_OUTSIDE]
        reason = (
            f"{TO_STATE}: how it is known that these {len(outside)} ids are no units of the place; else see spellings"
        )
        listed = {"outside": {"values": outside, "reason": reason}} if outside else {}
        return {"unit": roles.unit, **points, **_suggested(same), **listed}
    if points:
        return points if has_outlines else {**points, "h3": CELLS}
    return dict(given) if given else {"unit": f"{TO_STATE}: the column of the unit, with the ids of the place's units"}


def _suggested(spellings: Mapping[str, str]) -> dict[str, Any]:
    """Return ids that are proposed for others; nobody has reviewed them, so they stop a run."""
    return {"spellings": dict(spellings), "suggested": True} if spellings else {}


def _period(files: Sequence[FileProfile], whole: FileProfile, roles: Roles) -> covers.Period | None:
    if roles.time is not None and whole.layout is not None and whole.layout.complete:
        return covers.whole_years(whole.column(roles.time).days)
    if roles.time is not None:
        read = whole.column(roles.time).read
        return covers.proposed(whole.column(roles.time).days, is_yearly=read.form == FORMS[0])
    if roles.parts:
        return covers.proposed(days_of_parts(files, roles.parts), is_yearly=len(roles.parts) == 1)
    return None


def days_of_parts(found: Sequence[FileProfile], parts: Sequence[str]) -> dict[dt.date, int]:
    """Count the rows of each day that lies in columns of year, month and day; the first where only those before are."""
    days = Counter[dt.date]()
    asked = [*(f"try_cast({identifier(name)}::varchar as integer)" for name in parts), "1", "1"][:3]
    for file in found:
        with opened_as(file, parts) as con:
            rows = con.execute(
                f"select try_strptime(concat_ws('-', {', '.join(asked)}), '%Y-%m-%d')::date as day_, count(*) "
                "from found group by day_ having day_ is not null"
            ).fetchall()
        days.update({day: int(n) for day, n in rows})
    return dict(sorted(days.items()))


def _without_strangers(content: dict[str, Any], file: FileProfile) -> dict[str, Any]:
    """Leave out of a layout's passport what this file does not have or leaves empty, and ignore what it has besides."""
    names = {column.name for column in file.columns if column.filled}
    content["columns"] = {name: told for name, told in content["columns"].items() if name in names}
    content["ignore"] = [h.strip() and h for h in dict.fromkeys(file.headings) if h not in content["columns"]]
    labels = content.get("labels", [])
    kept = [name for name in labels if name in file.headings]
    content["labels"] = {name: labels[name] for name in kept} if isinstance(labels, dict) else kept
    if not set(content.get("unique", ())) <= names:
        for key in ("unique", "unique_per", "wins"):
            content.pop(key, None)
    return content


def counted(days: Mapping[dt.date, int]) -> dict[str, int]:
    """Return the rows of each month, by its name."""
    found = Counter[str]()
    for day, rows in days.items():
        found[f"{day:%Y-%m}"] += rows
    return dict(sorted(found.items()))


def identifier_of(name: str) -> str:
    """Return a name that config may hold, made of that of a file.

    >>> identifier_of("Crime Data 2024.csv"), identifier_of("2019_offences.csv.gz")
    ('crime_data_2024', 'records_2019_offences')
    """
    stem = re.sub(r"[^a-z0-9]+", "_", name.rpartition("/")[2].split(".")[0].casefold()).strip("_") or "records"
    return (stem if stem[0].isalpha() else f"records_{stem}")[:50].rstrip("_")
