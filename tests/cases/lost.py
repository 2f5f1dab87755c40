"""Sources of which most or all rows would not count: the run stops and says how many and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from tests.cases.case import Case, same_counts
from tests.cases.home import Home

EPOCH = dt.datetime(1899, 12, 30)  # from which spreadsheets count days


def moved(by: Callable[[float, float], list[float]]) -> Callable[[Home], None]:
    """Return a change that moves every point of the outlines."""

    def move(features: list[dict[str, Any]]) -> None:
        for one in features:
            rings = one["geometry"]["coordinates"]
            one["geometry"]["coordinates"] = [[by(x, y) for x, y in ring] for ring in rings]

    return lambda home: home.outlines(move)


def month(form: str) -> Callable[[Home], None]:
    """Return a change that writes the months of the complaints in another form."""
    return lambda home: home.column("complaints.csv", "month", lambda day: dt.date.fromisoformat(day).strftime(form))


def at(form: str) -> Callable[[Home], None]:
    """Return a change that writes the times of the offences in another form."""
    return lambda home: home.column("offences.csv", "at", lambda time: dt.datetime.fromisoformat(time).strftime(form))


def form_of(source: str, column: str, form: str) -> Callable[[Home], None]:
    """Return a change that declares how a time is written."""
    return lambda home: home.passport(source, columns={column: {"format": form}})


def several(*changes: Callable[[Home], object]) -> Callable[[Home], None]:
    """Return a change that makes all of these."""

    def change(home: Home) -> None:
        for one in changes:
            one(home)

    return change


def early_days(home: Home) -> None:
    """Leave rows up to the 12th of a month alone, written so that day and month may be exchanged."""
    home.rows("offences.csv", lambda row: row if int(row["at"][8:10]) <= 12 else None)
    several(at("%d/%m/%Y %H:%M"), form_of("offences", "at", "%m/%d/%Y %H:%M"))(home)


def as_number(home: Home) -> None:
    """Write the months as a spreadsheet does whose cells are not formatted as dates."""
    home.column("complaints.csv", "month", lambda day: str((dt.datetime.fromisoformat(day) - EPOCH).days))


CASES = (
    Case(
        "02a outlines are in metres",
        moved(lambda x, y: [530000 + x * 111000, 180000 + y * 111000]),
        ("areas.geojson", "features number 1, 2, 3", "outside -180 to 180", "longitude and latitude"),
    ),
    Case(
        "02a outlines lie a degree away",
        moved(lambda x, y: [x + 1, y]),
        ("offences.csv", "none of its 3,175 rows counts: 3,175 outside the place", "locate", "no_rows"),
    ),
    Case(
        "02a a part of the outlines is missing",
        lambda home: home.outlines(lambda features: features.pop(2)),
        ("'A3': 10 rows", "502 of 3,175 rows of the period (16%) lie outside the place", "allows 5%"),
    ),
    Case(
        "02b years of two digits are read as four",
        several(month("%d/%m/%y"), form_of("complaints", "month", "%d/%m/%Y")),
        ("complaints.csv", "row 1, column month", "115 rows in all", "%y in format"),
        declared=form_of("complaints", "month", "%d/%m/%y"),
        right=same_counts,
    ),
    Case(
        "02b day and month are exchanged",
        several(at("%d/%m/%Y %H:%M"), form_of("offences", "at", "%m/%d/%Y %H:%M")),
        ("offences.csv", "1,808 rows in all", "%d and %m exchanged"),
        ("%y in format",),
    ),
    Case(
        "02b day and month are exchanged and nothing fails",
        early_days,
        ("offences.csv", "no row is of a day after the 12th", "exchanged", "%d/%m/%Y %H:%M"),
    ),
    Case(
        "02b dates are numbers of a spreadsheet",
        as_number,
        ("complaints.csv", "row 1, column month", "spreadsheet", "format the cells as dates"),
    ),
    Case(
        "02b no row is of the period",
        lambda home: home.column("offences.csv", "at", lambda time: f"2014{time[4:]}"),
        ("none of its 3,175 rows counts: 3,175 outside the period", "from 2014-01 to 2014-12", "2024-01-01"),
    ),
)
