"""Instants and times of day: whose local time is meant is told, so that every machine counts the same."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from tests.cases.case import Case, same_counts
from tests.cases.home import Home, Loaded
from tests.cases.lost import at, form_of, several

INCIDENT = "select occurred_at, unit_id as area_id, class, longitude, latitude from raw_offences order by all"


def instants(home: Home) -> None:
    """Write the offences as Parquet with instants; every shooting lies in the last half hour of the year in Chicago."""
    home.rows("offences.csv", lambda row: row | {"at": "2024-12-31 23:30"} if row["offence"] == "SHOOTING" else row)
    path = home.file("offences.csv")
    with duckdb.connect() as con:
        con.execute("set timezone = 'America/Chicago'")
        con.execute(
            f'copy (select * replace ("at"::timestamptz as "at") from read_csv(\'{path}\')) '
            f"to '{path.with_suffix('.parquet')}' (format parquet)"
        )
    path.unlink()
    home.passport("offences", file="offences.parquet")


def zone(name: str) -> Callable[[Home], None]:
    """Return a change that names the zone in the passport of the offences."""
    return lambda home: home.passport("offences", zone=name)


def all_shootings_of_december(found: Loaded, sound: Loaded) -> None:
    """Hold that each shooting counts in the month that it was in Chicago."""
    rows = found.counts
    shootings = rows[rows["class"] == "shooting"]
    assert set(shootings["month"].astype(str)) == {"2024-12-01"}
    assert shootings["events"].sum() == found.events("shooting") == sound.events("shooting") == 216
    assert found.line("offences")["outside_period"] == 0


def twelve_hours(home: Home) -> None:
    """Write times with twelve hours and letters, and keep the hour of each record of harm."""
    at("%Y-%m-%d %I:%M %p")(home)
    home.core("core_incident", INCIDENT)


def hours(found: Loaded, sound: Loaded) -> None:
    """Hold that no hour of the day moved."""
    hour = "select hour(occurred_at) as hour, count(*) as n from core_incident group by all order by all"
    rows = found.query(hour).set_index("hour")["n"].to_dict()
    text = sound.home.read("offences.csv").splitlines()[1:]
    harm = [line.split(",") for line in text if not line.split(",")[4].startswith("DRUG")]
    want = {n: sum(int(cells[1][11:13]) == n for cells in harm) for n in range(24)}
    assert rows == {n: count for n, count in want.items() if count}
    assert {0, 12, 23} <= set(rows)


CASES = (
    Case(
        "03a Parquet holds instants",
        instants,
        ("offences.parquet: at", "TIMESTAMP WITH TIME ZONE", "sources/offences.yaml", "zone: America/Chicago"),
        declared=zone("America/Chicago"),
        right=all_shootings_of_december,
    ),
    Case(
        "03a a zone is none",
        several(instants, zone("Chicago/Loop")),
        ("zone: Chicago/Loop is no time zone", "Europe/London"),
    ),
    Case(
        "03a text holds instants",
        lambda home: home.column("offences.csv", "at", lambda time: f"{time.replace(' ', 'T')}:00-06:00"),
        ("row 1, column at", "3,175 rows in all", "zone: whose local time is meant"),
        declared=zone("America/Chicago"),
        right=same_counts,
    ),
    Case(
        "03a a format reads a zone",
        form_of("offences", "at", "%Y-%m-%d %H:%M:%S%z"),
        ("columns.at: its format holds a zone", "zone: Europe/London"),
        code=10,
    ),
    Case(
        "06b an afternoon would become a morning",
        twelve_hours,
        (
            "offences.csv",
            "row 1, column at",
            "3,175 rows in all",
            "format: how the file writes it, as %Y-%m-%d %I:%M %p",
        ),
        declared=form_of("offences", "at", "%Y-%m-%d %I:%M %p"),
        right=hours,
    ),
    Case(
        "06b twelve hours are declared without letters",
        several(at("%Y-%m-%d %I:%M"), form_of("offences", "at", "%Y-%m-%d %I:%M")),
        ("columns.at", "%I", "%p"),
        code=10,
    ),
    Case(
        "06b the clock says 24:00",
        lambda home: home.column(
            "offences.csv", "at", lambda time: time[:11] + "24:00" if time[11:13] == "00" else time
        ),
        ("row 26, column at", "is no timestamp", "140 rows in all"),
    ),
)
