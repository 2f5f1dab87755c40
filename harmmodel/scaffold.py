"""A new project: the commented example place that ships with the package, and made-up records for it."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np

from harmmodel.config import schema
from harmmodel.errors import FolderInUse
from harmmodel.method.random_streams import stream

SEED = 7
PLACE = "example"
COLUMNS, ROWS = 4, 3
KM2 = 1.2
ENFORCEMENT = ("DRUG POSSESSION", "DRUG SUPPLY")
NOTE = """# Example project

Everything under data/example is made up: no place, record or person in it is real.
It is here to show how a place is described.

    harmmodel check --project .
    harmmodel run example --project .
    harmmodel show example --project .
    harmmodel app --project .

The place feeds areas, activities, groups and stops:

    harmmodel show example --lens group --project .
    harmmodel disparity example --project .

Read config/places/example/place.yaml first, then the passports beside it,
then config/indicators and config/scheme.yaml. What your own place has no
records of is left out: groups in place.yaml with config/groups.yaml,
disparity.yaml for stops, config/activities.yaml for activities.
"""


@dataclass(frozen=True)
class ExampleArea:
    """A made-up area and how often what happens there in a year, beside an average area."""

    code: str
    name: str
    residents: int
    violence: float
    complaints: float
    deaths: float
    patrol: float


AREAS = (
    ExampleArea("A1", "Ash Hill", 9200, 0.5, 0.6, 0.8, 0.6),
    ExampleArea("A2", "Birch Cross", 11800, 0.8, 0.7, 0.9, 0.8),
    ExampleArea("A3", "Cedar Bank", 7600, 2.9, 1.2, 1.1, 0.7),
    ExampleArea("A4", "Dogwood", 10400, 0.7, 0.9, 0.7, 2.6),
    ExampleArea("B1", "Elm Park", 8800, 1.1, 2.4, 0.9, 1.4),
    ExampleArea("B2", "Fir Gate", 12600, 0.9, 0.8, 1.0, 0.9),
    ExampleArea("B3", "Gorse End", 5400, 1.6, 0.7, 2.6, 0.5),
    ExampleArea("B4", "Hazel Wharf", 9900, 0.6, 1.0, 0.8, 1.1),
    ExampleArea("C1", "Ivy Lane", 1900, 1.2, 0.9, 1.3, 0.8),
    ExampleArea("C2", "Juniper Rise", 13100, 0.4, 0.5, 0.6, 0.5),
    ExampleArea("C3", "Larch Dock", 8300, 1.9, 1.8, 1.7, 1.9),
    ExampleArea("C4", "Maple Field", 10700, 0.7, 0.8, 0.7, 0.7),
)
# Made-up events per 1,000 residents and year in an average area.
RATES = {"SHOOTING": 2.2, "ROBBERY": 5.0, "ASSAULT": 9.0, "THEFT": 6.0, "DRUG POSSESSION": 5.0, "DRUG SUPPLY": 1.5}
COMPLAINTS, DEATHS = 2.6, 2.4


@dataclass(frozen=True)
class ExampleSide:
    """A made-up side of events: its number, the organisations that are meant, and how it is written."""

    number: int
    groups: tuple[str, ...]
    written: str


# Organisations by code: name, kind, and the group it split from. No name is of a person.
GROUPS = {
    "canal_street": ("Canal Street group", "criminal_group", ""),
    "civilians": ("Civilians", "civilians", ""),
    "mill_lane": ("Mill Lane group", "criminal_group", ""),
    "new_mill": ("New Mill group", "criminal_group", "mill_lane"),
    "north_quay": ("North Quay group", "criminal_group", ""),
    "south_quay": ("South Quay group", "criminal_group", ""),
}
CIVILIANS = ExampleSide(1, ("civilians",), "Civilians")
NORTH, SOUTH = (
    ExampleSide(11, ("north_quay",), "North Quay group"),
    ExampleSide(12, ("south_quay",), "South Quay group"),
)
MILL, NEW = ExampleSide(13, ("mill_lane",), "Mill Lane group"), ExampleSide(14, ("new_mill",), "New Mill group")
CANAL = ExampleSide(15, ("canal_street",), "Canal Street group")
QUAYS = ExampleSide(16, ("north_quay", "south_quay"), "North Quay group and South Quay group")  # written as one side
SIDES = (CIVILIANS, NORTH, SOUTH, MILL, NEW, CANAL, QUAYS)
# Made-up pairs of sides, the areas in which they meet, and how many events they have a year on average.
PAIRS = (
    (NORTH, SOUTH, ("Ash Hill", "Birch Cross", "Cedar Bank"), 5.0),
    (MILL, NEW, ("Elm Park", "Fir Gate"), 4.0),
    (QUAYS, CANAL, ("Hazel Wharf", "Larch Dock"), 2.5),
    (NORTH, CANAL, ("Larch Dock",), 1.5),
    (NORTH, CIVILIANS, ("Cedar Bank",), 2.0),
    (CANAL, CIVILIANS, ("Larch Dock", "Ivy Lane"), 1.5),
    (NEW, CIVILIANS, ("Elm Park",), 1.0),
)
YEARS = range(2020, 2025)
REVIEWED, REVIEW_DUE = "2025-01-15", "2035-01-01"
EVENT = (
    *("id", "year", "kind", "pair", "side_a", "side_b", "dated", "area", "quarter"),
    *("dead_a", "dead_b", "dead_civilians", "best", "low", "high"),
)
STOP = ("period", "scheme", "ethnicity", "gender", "reason", "outcome", "stops")
# Made-up stops of the year by ethnicity, gender, reason and outcome: each product is a mean.
STOPS = {
    "ethnicity": {"majority": 1.0, "first_minority": 0.8, "second_minority": 0.3, "unknown": 0.1},
    "gender": {"female": 0.25, "male": 1.0},
    "reason": {"drugs": 1.0, "no_suspicion": 0.2, "other": 0.6},
    "outcome": {"arrest": 20.0, "no_action": 90.0, "other_action": 30.0},
}
FEWEST = 10


def write(folder: Path) -> list[str]:
    """Write the example project to *folder*, all of it or nothing, and return the files by name.

    Raises
    ------
    FolderInUse
        If there is something in the folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(f"{folder} is not empty. Name a new folder; nothing was written")
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in project().items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text(text, "utf-8")
        work.chmod(0o755)
        os.replace(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def project() -> dict[str, str]:
    """Return the text of every file of the example project by path; always the same."""
    data = _data()
    texts = {f"config/{name}": text for name, text in _templates(files("harmmodel").joinpath("example", "config"), "")}
    for name, text in data.items():
        digest = hashlib.sha256(text.encode()).hexdigest()
        texts = {path: content.replace(f"SHA256 of {name}", digest) for path, content in texts.items()}
    texts |= {f"config/schema/{name}": text for name, text in schema.schemas().items()}
    return texts | {f"data/{PLACE}/{name}": text for name, text in data.items()} | {"README.md": NOTE}


def _templates(folder: Traversable, under: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda f: f.name):
        if entry.is_dir():
            yield from _templates(entry, f"{under}{entry.name}/")
        else:
            yield f"{under}{entry.name}", entry.read_text("utf-8")


def _data() -> dict[str, str]:
    return {
        "areas.geojson": _outlines(),
        "residents.csv": _csv(["area", "residents"], [[area.code, area.residents] for area in AREAS]),
        "offences.csv": _csv(["id", "at", "longitude", "latitude", "offence", "arrest"], _offences()),
        "complaints.csv": _csv(["month", "area", "complaints"], _monthly("complaints", COMPLAINTS)),
        "deaths.csv": _csv(["month", "area", "deaths"], _monthly("deaths", DEATHS)),
        "group_register.csv": _csv(
            ["group_id", "group_label", "kind", "parent_id", "size_band", "review_due"],
            [[code, *about, "unknown", REVIEW_DUE] for code, about in GROUPS.items()],
        ),
        "group_alias.csv": _csv(
            ["actor_id", "written", "group_id", "match", "reviewed_on"],
            [
                [side.number, side.written, group, "composite" if len(side.groups) > 1 else "same", REVIEWED]
                for side in SIDES
                for group in side.groups
            ],
        ),
        "group_events.csv": _csv(list(EVENT), _group_events()),
        "stops.csv": _csv(list(STOP), _stops()),
    }


def _csv(header: list[str], rows: list[list[Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _corner(place: int) -> tuple[float, float]:
    """Give the south-west corner of an area, in degrees; the sea off West Africa, where nobody lives."""
    return 0.01 * (place % COLUMNS), 0.01 * (ROWS - 1 - place // COLUMNS)


def _outlines() -> str:
    features = []
    for place, area in enumerate(AREAS):
        x, y = _corner(place)
        ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
        ring = [[round(value, 4) for value in point] for point in ring]
        properties = {"area": area.code, "name": area.name, "km2": KM2}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=1) + "\n"


def _offences() -> list[list[Any]]:
    rows = []
    for place, area in enumerate(AREAS):
        x, y = _corner(place)
        for offence, rate in RATES.items():
            factor = area.patrol if offence in ENFORCEMENT else area.violence
            rng = stream(SEED, "offence", offence, area.code)
            for _ in range(_count(rng, rate * factor * area.residents / 1000)):
                at = f"2024-{1 + int(12 * rng.random()):02d}-{1 + int(28 * rng.random()):02d}"
                at += f" {int(24 * rng.random()):02d}:{int(60 * rng.random()):02d}"
                point = (round(x + 0.001 + 0.008 * rng.random(), 5), round(y + 0.001 + 0.008 * rng.random(), 5))
                arrest = rng.random() < (0.95 if offence in ENFORCEMENT else 0.15)
                rows.append([at, *point, offence, str(arrest).lower()])
    return [[number, *row] for number, row in enumerate(sorted(rows, key=str), start=1)]


def _monthly(kind: str, rate: float) -> list[list[Any]]:
    rows = []
    for month in range(1, 13):
        for area in AREAS:
            mean = rate * float(getattr(area, kind)) * area.residents / 12_000
            if (events := _count(stream(SEED, kind, area.code, str(month)), mean)) > 0:
                rows.append([f"2024-{month:02d}-01", area.code, events])
    return rows


def _group_events() -> list[list[Any]]:
    """Make up events of groups: of one in five the year alone is known, and of one in ten no area."""
    rows: list[list[Any]] = []
    for year in YEARS:
        for pair, (first, second, areas, rate) in enumerate(PAIRS, start=1):
            rng = stream(SEED, "groups", str(pair), str(year))
            for _ in range(_count(rng, rate)):
                month = f"{year}-{1 + int(12 * rng.random()):02d}-01" if rng.random() < 0.8 else ""
                area = areas[int(len(areas) * rng.random())] if rng.random() < 0.9 else ""
                quarter = ("Old Quarter", "Market Quarter")[int(2 * rng.random())] if month and area else ""
                attack = second is CIVILIANS
                a, b = (0, 0) if attack else (_count(rng, 0.3), _count(rng, 0.4))
                civilians = 1 + _count(rng, 0.3) if attack else _count(rng, 0.1)
                best = a + b + civilians + (0 if attack else _count(rng, 0.5))  # the rest is of no known side
                kind, low = "attack" if attack else "fight", best if month else max(best - 1, 0)
                rows.append([year, kind, pair, first.number, second.number, month, area, quarter])
                rows[-1] += [a, b, civilians, best, low, best + 1]
    return [[number, *row] for number, row in enumerate(rows, start=1)]


def _stops() -> list[list[Any]]:
    """Make up counts of stops, each of 10 or more, once by each description of the person's ethnicity.

    Officers' form has two groups: it puts the second minority in the first.
    """
    own: dict[tuple[str, ...], int] = {}
    for cell in itertools.product(*STOPS.values()):
        mean = math.prod(by[name] for by, name in zip(STOPS.values(), cell, strict=True))
        own[cell] = FEWEST + _count(stream(SEED, "stops", *cell), mean)
    seen: dict[tuple[str, ...], int] = {}
    for (ethnicity, *rest), stops in own.items():
        cell = ("first_minority" if ethnicity == "second_minority" else ethnicity, *rest)
        seen[cell] = seen.get(cell, 0) + stops
    schemes = {"officer": seen, "self": own}
    return [["2024-01-01", scheme, *cell, n] for scheme, cells in schemes.items() for cell, n in cells.items()]


def _count(rng: np.random.Generator, mean: float) -> int:
    """Draw a Poisson count from uniform numbers alone: those stay the same with every version of NumPy."""
    events, left = 0, mean
    while True:
        left += math.log(1.0 - rng.random())
        if left < 0:
            return events
        events += 1
