"""A new project: the commented example place that ships with the package, and made-up records for it."""

from __future__ import annotations

import csv
import hashlib
import io
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

Read config/places/example/place.yaml first, then the passports beside it,
then config/indicators and config/scheme.yaml.
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


def _count(rng: np.random.Generator, mean: float) -> int:
    """Draw a Poisson count from uniform numbers alone: those stay the same with every version of NumPy."""
    events, left = 0, mean
    while True:
        left += math.log(1.0 - rng.random())
        if left < 0:
            return events
        events += 1
