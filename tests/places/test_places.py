"""Real files of other publishers, set up as `harmmodel add` drafts them: figures against those of the files.

Each recomputation reads the published file with the standard library alone and follows no config of the place but
what a person decided there: which rows were cut, which class an offence has, which days count.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import h3
import pytest

from harmmodel import pipeline, scaffold
from harmmodel.views.overview import account
from harmmodel.warehouse.store import runs

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Figures:
    """What a place's run should hold: lines of its account, events by class and unit, exposure of each unit."""

    lines: tuple[str, ...]
    events: dict[tuple[str, str], int]  # (class, unit); those of the window
    exposure: dict[str, float]  # years of residents, or of square kilometres
    rate_of: int  # events a year for each so many of these
    density: dict[str, float] = field(default_factory=dict)  # residents per square kilometre, where a table tells it


def read(path: Path, encoding: str = "utf-8", delimiter: str = ",", skip: int = 0) -> Iterator[list[str]]:
    """Read the rows of a CSV file below *skip* lines."""
    with path.open(encoding=encoding, newline="") as stream:
        yield from list(csv.reader(stream, delimiter=delimiter))[skip:]


def bradford(data: Path) -> Figures:
    """Three Julys of police.uk by LSOA: only the last lies in the twelve months before August 2018."""
    with (data / "lsoa_2011.geojson").open(encoding="utf-8") as stream:
        units = {f["properties"]["LSOA11CD"] for f in json.load(stream)["features"]}
    classes = {"Violence and sexual offences": "violence_and_sexual_offences", "Robbery": "robbery"}
    enforcement = {"Drugs", "Possession of weapons", "Public order"}
    lines, events = [], Counter[tuple[str, str]]()
    for path in sorted(data.glob("20*/*.csv")):
        rows = list(read(path, skip=1))
        fates = Counter("out" if r[7] not in units else "act" if r[9] in enforcement else "counted" for r in rows)
        lines.append(
            f"{path.parent.name}/{path.name}: {len(rows)} rows: {fates['counted']} counted, {fates['out']} outside the "
            f"place, 0 outside the period, 0 rejected, 0 without a location, {fates['act']} enforcement."
        )
        if path.parent.name == "2018-07":
            events.update((classes[r[9]], r[7]) for r in rows if r[7] in units and r[9] in classes)
    residents = {r[6]: int(r[9].replace(",", "")) for r in read(data / "census_2011_population_hh.csv", skip=1)}
    return Figures(tuple(lines), dict(events), {u: residents[u] * 31 / 365 for u in units}, 100_000)


def toronto(data: Path) -> Figures:
    """A year of points with times in UTC: the day is Toronto's, the unit a cell."""
    zone, rows, events = ZoneInfo("America/Toronto"), 0, Counter[tuple[str, str]]()
    for row in read(data / "mci_2021.csv", skip=1):
        local = datetime.strptime(row[0] + "00", "%Y/%m/%d %H:%M:%S%z").astimezone(zone)
        assert (local.year, local.hour) == (2021, 0)
        rows += 1
        if row[5] in ("Assault", "Robbery"):
            events[row[5].lower(), h3.latlng_to_cell(float(row[12]), float(row[13]), 8)] += 1
    line = f"mci_2021.csv: {rows:,} rows: {rows:,} counted, 0 outside the place, 0 outside the period, 0 rejected, 0 "
    return Figures((line,), dict(events), {u: h3.cell_area(u, unit="km^2") for _, u in events}, 1)


def holstein(data: Path) -> Figures:
    """A yearly table in Latin-1 with two lines of headings, 1,234 for thousands, and no year inside."""
    scored = {
        "892500": "homicide",  # Mord, Totschlag und Tötung auf Verlangen
        "210000": "robbery",
        "222000": "aggravated_assault",
        "224000": "simple_assault",
        "111000": "sexual_assault",
    }
    rows = list(read(data / "KR-F-01-T01-Kreise-Faelle-HZ_csv.csv", "cp1252", ";", skip=2))
    events = {(scored[r[0]], f"0{r[2]}"): int(r[5].replace(",", "")) for r in rows if r[0] in scored}
    counted = len(events)
    line = (
        f"KR-F-01-T01-Kreise-Faelle-HZ_csv.csv: {len(rows)} rows: {counted} counted, 0 outside the place, 0 outside "
        f"the period, 0 rejected, 0 without a location, {len(rows) - counted} enforcement."
    )
    residents = {r[1]: int(r[3]) for r in read(data / "12411-05-01-4.csv", "cp1252", ";", skip=7)}
    table = read(data / "AI002-1.csv", "cp1252", ";", skip=5)
    density = {r[1]: float(r[3].replace(",", ".")) for r in table}
    return Figures((line,), events, {unit: float(n) for unit, n in residents.items()}, 100_000, density)


def maryland(data: Path) -> Figures:
    """A wide table by county and year: two counties are called Baltimore, and the window is the leap year 2020."""
    with (data / "counties.geojson").open(encoding="utf-8") as stream:
        found = [f["properties"] for f in json.load(stream)["features"]]
    ids = {"Baltimore City" if p["id"] == "24510" else f"{p['name']} County": p["id"] for p in found}
    header, *rows = read(data / "MD_Crime_Data.csv")
    columns = {"MURDER": "homicide", "ROBBERY": "robbery", "AGG. ASSAULT": "aggravated_assault"}
    told = [dict(zip(header, row, strict=True)) for row in rows]
    last = [row for row in told if row["YEAR"] == "2020"]
    events = {(class_, ids[row["JURISDICTION"]]): int(row[name]) for row in last for name, class_ in columns.items()}
    line = f"MD_Crime_Data.csv: {7 * len(rows)} rows: {7 * len(rows)} counted, 0 outside the place"
    exposure = {ids[row["JURISDICTION"]]: int(row["POPULATION"]) * 366 / 365 for row in last}
    return Figures((line,), events, exposure, 100_000)


PLACES: dict[str, Callable[[Path], Figures]] = {
    "bradford": bradford,
    "holstein": holstein,
    "maryland": maryland,
    "toronto": toronto,
}


def scored(place: str, home: Path) -> runs.AreaRun:
    """Run a place in a new project."""
    scaffold.write(home)
    shutil.copytree(HERE / place, home, dirs_exist_ok=True)
    return runs.load_run(home, place, pipeline.run(home, place))


@pytest.mark.parametrize("place", sorted(PLACES))
def test_a_place_of_another_publisher_has_the_figures_of_its_files(place: str, tmp_path: Path):
    run, right = scored(place, tmp_path / "project"), PLACES[place](HERE / place / "data" / place)
    told = account.lines(run)
    for line in right.lines:
        assert [t for t in told if t.startswith(line)], f"{line}\nis not among\n" + "\n".join(told)
    found = run.classes.set_index(["class", "unit_id"])
    assert set(found.index.get_level_values(1)) == set(right.exposure)
    for class_, unit in found.index:
        row, events = found.loc[(class_, unit)], right.events.get((class_, unit), 0)
        assert row["events"] == events, (class_, unit)
        assert row["own_rate"] == pytest.approx(events / right.exposure[unit] * right.rate_of, rel=1e-9)
    # Square kilometres that a table of statistics gives with a decimal comma, through residents per square kilometre.
    units = run.units.set_index("unit_id")
    for unit, density in right.density.items():
        assert units.loc[unit, "residents"] / units.loc[unit, "km2"] == pytest.approx(density, rel=1e-9)
    # Somebody is scored: an indicator with enough events counts.
    assert run.scores["violence"].notna().all()
