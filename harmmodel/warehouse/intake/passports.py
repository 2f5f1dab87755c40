"""The passport of a file that has none: by its layout where one is known, else by what its columns seem to be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harmmodel.config.layouts import Layout
from harmmodel.warehouse.intake.profiles import ColumnProfile, FileProfile, arrest_shares
from harmmodel.warehouse.intake.roles import Roles
from harmmodel.warehouse.store.seal import sha256

TO_STATE = "To be stated"  # begins what only a person can say; such a passport is not ready
SMALL = f"{TO_STATE}: why counts of one or two may be told; else say sensitive: true and remove this line"
CELLS = 8  # H3 resolution of a place without outlines
FORMS_OF_MONTHS = re.compile(r"%d|%j")


@dataclass(frozen=True)
class Drafted:
    """A source: its passport, the files it is about, and what was found in them."""

    id: str
    passport: dict[str, Any]
    files: tuple[FileProfile, ...]
    roles: Roles
    layout: Layout | None

    @property
    def arrests(self) -> dict[str, float]:
        """Share of the records of each offence with an arrest; empty where the file tells none."""
        if self.roles.offence is None or self.roles.arrest is None:
            return {}
        return arrest_shares(self.files[0], self.roles.offence, self.roles.arrest)


def of_records(name: str, files: Sequence[FileProfile], roles: Roles, layout: Layout | None, at: str) -> Drafted:
    """Draft the passport of files of records of the same columns.

    Parameters
    ----------
    at : below which folder of ``data/<place>/`` the files lie; empty for none
    """
    first, covers = files[0], _covers(files, roles)
    content: dict[str, Any] = {"id": name, **_named(files, at)}
    if layout is not None:
        content |= layout.passport
        content |= {"accessed": dt.date.today().isoformat(), "covers": covers}
        content = _without_strangers(content, first)
    else:
        content |= _read_as(first) | _told(f"Records of {first.path.name}") | {"covers": covers, "use": "scored"}
        content |= {"sensitive": False, "small_counts_told": SMALL}
        content["columns"] = {c: _column(first.column(c), roles) for c in roles.read}
        content["ignore"] = [c for c in first.names if c not in roles.read]
        content["time"] = [roles.time]
        content["classify"] = {"columns": [roles.offence]} if roles.offence else {"class": "to_decide"}
        content |= {"unique": [roles.unique]} if roles.unique else {}
        content |= {"counted": roles.counted} if roles.counted else {}
    content["locate"] = _locate(roles, content.get("locate"))
    return Drafted(name, {key: value for key, value in content.items() if value is not None}, tuple(files), roles, layout)


def of_reference(name: str, file: FileProfile, read: Mapping[str, str], at: str) -> Drafted:
    """Draft the passport of outlines or of residents; *read*: what each column that is read means."""
    columns: dict[str, Any] = {
        heading: {"type": file.column(heading).read.type, "tells": "neither", "means": means}
        for heading, means in read.items()
    }
    if file.is_outlines:
        columns["geometry"] = {"type": "text", "tells": "neither", "means": "Outline."}
        columns["km2"] = {"type": "number", "tells": "neither", "means": "Square kilometres, from the outline."}
    content = {"id": name, **_named([file], at), **_read_as(file), **_told(f"Units, of {file.path.name}")}
    content |= {"sensitive": False, "use": "reference", "columns": columns}
    personal = [c.name for c in file.columns if c.is_personal and c.name in read]
    content |= {"labels": personal} if personal else {}
    content["ignore"] = [c for c in file.names if c not in read]
    content |= _signs([file.column(heading) for heading in read])
    return Drafted(name, content, (file,), Roles(), None)


def _named(files: Sequence[FileProfile], at: str) -> dict[str, Any]:
    listed = [{"file": f"{at}{file.path.name}" if at else _below(file), "sha256": sha256(file.path)} for file in files]
    return dict(listed[0]) if len(listed) == 1 else {"files": listed}


def _below(file: FileProfile) -> str:
    """Name a file with its folder where that is a month, as the folders of police.uk."""
    folder = file.path.parent.name
    return f"{folder}/{file.path.name}" if re.fullmatch(r"[0-9]{4}-[0-9]{2}", folder) else file.path.name


def _read_as(file: FileProfile) -> dict[str, Any]:
    told = {"encoding": file.encoding} if file.encoding != "utf-8" else {}
    return told | ({"delimiter": file.delimiter} if file.delimiter != "," else {})


def _told(title: str) -> dict[str, Any]:
    """What only a person can say; each begins with the words that stop a run."""
    return {
        "title": title,
        "producer": f"{TO_STATE}: who made the records",
        "citation": f"{TO_STATE}: how the source asks to be cited, or where it was got",
        "licence": {"name": f"{TO_STATE}: terms of use", "href": "https://example.org/terms"},
        "accessed": dt.date.today().isoformat(),
        "known_gaps": f"{TO_STATE}: what is missing, or differs over time",
        "reduction": "A row becomes a count by month, unit and class; nothing else of it is kept.",
    }


def _column(column: ColumnProfile, roles: Roles) -> dict[str, Any]:
    tells = "enforcement" if column.name == roles.arrest else "neither" if column.name == roles.unique else "harm"
    read = column.read
    type_ = "text" if column.name in (roles.unit, roles.offence) else read.type
    found: dict[str, Any] = {"type": type_, "tells": tells}
    if type_ in ("date", "timestamp"):
        found |= {"format": read.form} if read.form else {}
    if type_ in ("integer", "number"):
        found |= {"decimal": read.decimal} if read.decimal else {}
        found |= {"thousands": read.thousands} if read.thousands else {}
    return found | {"means": _means(column.name, roles)}


def _means(name: str, roles: Roles) -> str:
    meanings = {
        roles.time: "When it happened.",
        roles.unit: "Unit in which it happened.",
        roles.longitude: "Degrees east.",
        roles.latitude: "Degrees north.",
        roles.offence: "Offence as recorded.",
        roles.arrest: "Whether an arrest followed.",
        roles.counted: "How many records the row stands for.",
        roles.unique: "Number of the record.",
    }
    return meanings.get(name, TO_STATE)


def _signs(columns: Sequence[ColumnProfile]) -> dict[str, Any]:
    """Say once for the file how its numbers are written."""
    read = [c.read for c in columns if c.read.type in ("integer", "number")]
    decimal = next((r.decimal for r in read if r.decimal), None)
    thousands = next((r.thousands for r in read if r.thousands), None)
    return ({"decimal": decimal} if decimal else {}) | ({"thousands": thousands} if thousands else {})


def _locate(roles: Roles, given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if roles.unit is not None:
        found: dict[str, Any] = {"unit": roles.unit}
        if roles.longitude and roles.latitude:
            found |= {"longitude": roles.longitude, "latitude": roles.latitude}
        return found
    if roles.longitude is None or roles.latitude is None:
        return dict(given) if given else None
    points: dict[str, Any] = {"longitude": roles.longitude, "latitude": roles.latitude}
    return points if roles.unit_of else points | {"h3": CELLS}


def _covers(files: Sequence[FileProfile], roles: Roles) -> dict[str, str] | None:
    """Return the months from the first to the last in which something is recorded, half-open."""
    if roles.time is None:
        return None
    days = sorted(day for file in files for day in days_of(file.column(roles.time)))
    if not days:
        return None
    after = (days[-1].replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return {"from": days[0].replace(day=1).isoformat(), "to": after.isoformat()}


def days_of(column: ColumnProfile) -> dict[dt.date, int]:
    """Return the days of a column of times with the number of their rows; what cannot be read is left out."""
    found: dict[dt.date, int] = {}
    for text, rows in column.counts.items():
        try:
            form = column.read.form
            moment = dt.datetime.strptime(text, form) if form else dt.datetime.fromisoformat(text.strip())  # noqa: DTZ007
        except ValueError:
            continue
        found[moment.date()] = found.get(moment.date(), 0) + rows
    return found


def _without_strangers(content: dict[str, Any], file: FileProfile) -> dict[str, Any]:
    """Leave out of a layout's passport what this file does not have, and ignore what it has besides."""
    names = set(file.names)
    content["columns"] = {name: told for name, told in content["columns"].items() if name in names}
    listed = [name for name in content.get("ignore", []) if name in names]
    content["ignore"] = listed + [n for n in file.names if n not in {*listed, *content["columns"]}]
    if labels := content.get("labels"):
        content["labels"] = [name for name in labels if name in names]
    return content
