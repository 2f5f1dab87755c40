"""A place of some 1,300 areas for measuring pages: Chicago's own records, cut finer.

Records, points and arrests are real. The outlines are made: each community area is cut along the H3 cells of
resolution 8, and a piece has the residents that its share of the land gives it. The community area is the district.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import h3
import shapely
import yaml

from harmmodel.warehouse.load.geography import square_kilometres

RESOLUTION = 8
LEAST_KM2 = 0.05  # what is smaller goes to the piece beside it
# Deaths by drugs are known by community area alone and are left out; complaints stay with their beats.
SOURCES = ("crimes", "homicides", "complaints", "beat_to_community_area", "iucr_codes", "pieces")
PLACE = "chicago"
BEAT_SHARE = """
select
    b.beat_id,
    p.piece as unit_id,
    cast((cast(floor(b.share * 1000000) as bigint) * p.millionths // 1000000) * cast(0.000001 as decimal(7, 6))
        as decimal(12, 9)) as share
from v_beat_share as b
inner join raw_pieces as p on b.unit_id = cast(p.community_area as varchar)
order by beat_id, unit_id
"""


def make(root: Path, project: Path) -> int:
    """Write config and data of the place under *project*, from those of Chicago under *root*; returns its areas."""
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(root / "config", project / "config")
    here, data = project / "config" / "places" / PLACE, project / "data" / PLACE
    data.mkdir(parents=True)
    for source in SOURCES[:-1]:
        for file in (root / "data" / PLACE).glob(f"{source}*"):
            shutil.copy(file, data / file.name)
    outlines = _pieces(root / "data" / PLACE)
    text = json.dumps({"type": "FeatureCollection", "features": outlines})
    (data / "pieces.geojson").write_text(text, "utf-8")
    _write_config(here, hashlib.sha256(text.encode()).hexdigest())
    for other in set((project / "config" / "places").iterdir()) - {here}:
        shutil.rmtree(other)
    return len(outlines)


def _pieces(folder: Path) -> list[dict[str, Any]]:
    """Cut every community area along cells, each piece one feature."""
    with (folder / "community_area_population.csv").open(encoding="utf-8") as stream:
        people = {row["community_area"]: int(row["population"]) for row in csv.DictReader(stream)}
    found = []
    for feature in json.loads((folder / "community_areas.geojson").read_text("utf-8"))["features"]:
        area, number = shapely.geometry.shape(feature["geometry"]), str(feature["properties"]["community_area"])
        parts = _cut(area)
        land = square_kilometres(parts)
        for n, (part, km2) in enumerate(zip(parts, land, strict=True), start=1):
            name = str(feature["properties"]["name"]).title()
            facts = {
                "piece": f"{number}-{n}",
                "name": f"{name} {n}",
                "community_area_name": name,
                "community_area": int(number),
                "residents": round(people[number] * km2 / land.sum()),
                "millionths": int(1_000_000 * km2 / land.sum()),
            }
            outline = shapely.geometry.mapping(part)
            found.append({"type": "Feature", "properties": facts, "geometry": outline})
    return found


def _cut(area: Any) -> list[Any]:
    cells = sorted({*h3.h3shape_to_cells_experimental(h3.geo_to_h3shape(area), RESOLUTION, contain="overlap")})
    whole = [
        shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]).intersection(area) for cell in cells
    ]
    parts = [shapely.MultiPolygon([p for p in shapely.get_parts(part) if p.geom_type == "Polygon"]) for part in whole]
    parts = [part for part in parts if not part.is_empty]
    is_big = square_kilometres(parts) >= LEAST_KM2
    big = [part for part, enough in zip(parts, is_big, strict=True) if enough]
    for part, enough in zip(parts, is_big, strict=True):
        if not enough:
            nearest = min(range(len(big)), key=lambda n: big[n].distance(part.centroid))
            big[nearest] = big[nearest].union(part)
    return big


def _write_config(here: Path, sha256: str) -> None:
    _passports(here / "sources", sha256)
    (here / "core" / "core_beat_share.sql").rename(here / "core" / "v_beat_share.sql")
    (here / "core" / "core_beat_share.sql").write_text(BEAT_SHARE, "utf-8")
    (here / "core" / "core_area.sql").write_text(
        "select piece as area_id, name as label, residents, km2 from raw_pieces order by piece\n", "utf-8"
    )
    (here / "core" / "core_count.sql").write_text(
        "select area_id as unit_id, month, class, place_class, cast(count(*) as bigint) as events from core_incident\n"
        "group by all order by area_id nulls last, month, class, place_class\n",
        "utf-8",
    )
    (here / "validation.yaml").unlink()
    _only_sources(here / "crosswalk.csv")
    _only_sources(here / "texts.csv")
    place = yaml.safe_load((here / "place.yaml").read_text("utf-8"))
    kept = {name: source for name, source in place["classes"].items() if source in SOURCES}
    place |= {"label": "Chicago in pieces", "classes": kept, "unit_noun": {"one": "piece", "many": "pieces"}}
    place |= {"boundaries": {"source": "pieces", "id": "piece"}, "district": "community_area_name"}
    place["indicators"].remove("opioid_deaths")
    goals = yaml.safe_load((here / "goalposts.yaml").read_text("utf-8"))
    goals.pop("opioid_deaths")
    (here / "goalposts.yaml").write_text(yaml.safe_dump(goals, sort_keys=False), "utf-8")
    (here / "place.yaml").write_text(yaml.safe_dump(place, sort_keys=False), "utf-8")


def _passports(sources: Path, sha256: str) -> None:
    outlines = yaml.safe_load((sources / "community_areas.yaml").read_text("utf-8"))
    outlines |= {"id": "pieces", "file": "pieces.geojson", "sha256": sha256, "title": "Pieces of community areas"}
    outlines["columns"] = {
        "piece": {"type": "text", "tells": "neither", "means": "Community area and number of the piece."},
        "name": {"type": "text", "tells": "neither", "means": "Name of the piece."},
        "community_area_name": {"type": "text", "tells": "neither", "means": "Its community area."},
        "community_area": {"type": "integer", "tells": "neither", "means": "Its number."},
        "millionths": {"type": "integer", "tells": "neither", "means": "Its share of the land."},
        "residents": {"type": "integer", "tells": "neither", "means": "By its share of the land."},
        "geometry": {"type": "text", "tells": "neither", "means": "Outline."},
        "km2": {"type": "number", "tells": "neither", "means": "Square kilometres."},
    }
    outlines["labels"] = ["name", "community_area_name"]
    (sources / "pieces.yaml").write_text(yaml.safe_dump(outlines, sort_keys=False), "utf-8")
    for path in sources.iterdir():
        if path.stem not in SOURCES:
            path.unlink()
    for name in ("crimes", "homicides"):
        passport = yaml.safe_load((sources / f"{name}.yaml").read_text("utf-8"))
        passport["locate"].pop("unit")
        (sources / f"{name}.yaml").write_text(yaml.safe_dump(passport, sort_keys=False), "utf-8")


def _only_sources(path: Path) -> None:
    head, *lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(head + "".join(line for line in lines if line.split(",")[0] in SOURCES), "utf-8")


def published(root: Path, project: Path) -> int:
    """Make the place and run it, unless that was done before; returns its areas."""
    outlines = project / "data" / PLACE / "pieces.geojson"
    if not (project / "data" / "runs" / f"{PLACE}.CURRENT").is_file():
        make(root, project)
        subprocess.run([sys.executable, "-m", "harmmodel.cli", "run", PLACE, "--project", str(project)], check=True)
    return len(json.loads(outlines.read_text("utf-8"))["features"])
