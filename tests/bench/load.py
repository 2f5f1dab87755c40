"""Loading a large raw file: ours with all its checks, against DuckDB reading the same file into a table."""

from __future__ import annotations

import tempfile
import time
from functools import cache
from pathlib import Path

import duckdb

from harmmodel.config import Config, load_config
from harmmodel.warehouse.load import build, files, row_classes, separation, units
from harmmodel.warehouse.load.geography import Outlines, features
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.store.connection import loading as room

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = {
    "date": "TIMESTAMP",
    "latitude": "DOUBLE",
    "longitude": "DOUBLE",
    "location_description": "VARCHAR",
    "primary_type": "VARCHAR",
    "description": "VARCHAR",
    "arrest": "BOOLEAN",
    "domestic": "BOOLEAN",
    "community_area": "BIGINT",
}


def make_file(folder: Path, copies: int) -> Path:
    """Write the shipped Chicago offences *copies* times to a CSV file, each copy a second later: no row repeats."""
    path = folder / f"crimes_{copies}.csv"
    if not path.is_file():
        source = str(ROOT / "data/chicago/crimes_2018_jan_aug.parquet")
        with duckdb.connect() as con:
            con.execute("create table crimes as from read_parquet($source)", {"source": source})
            con.execute(
                "copy (select c.* replace (c.date + to_seconds(n::integer) as date) "
                f"from range($copies) as r(n), crimes as c) to '{path}' (format csv, header)",
                {"copies": copies},
            )
    return path


def theirs(path: Path) -> None:
    """DuckDB's own load of the file."""
    with tempfile.TemporaryDirectory(dir=path.parent) as work, duckdb.connect(f"{work}/own.duckdb") as con:
        con.execute("set memory_limit = '2GB'; set enable_progress_bar = false")
        listed = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        con.execute(
            f"create table own as from read_csv('{path}', header = true, auto_detect = false, columns = {{{listed}}})"
        )
        con.execute("checkpoint")


@cache
def _config() -> Config:
    return load_config(ROOT, "chicago")


def ours(path: Path) -> float:
    """Inspect, type, class, place, reconcile and split the file as a run does; hashing and geocoding are apart.

    Returns seconds without the reading of the config, which does not grow with the file.
    """
    config = _config()
    start = time.perf_counter()
    passport = config.passports["crimes"]
    table = "harm.raw_crimes"
    with tempfile.TemporaryDirectory(dir=path.parent) as work, room(Path(work) / "stage.duckdb") as con:
        build.prepare(con, Path(work))
        outlines = Outlines([str(n) for n in range(1, 78)], ['{"type": "Point", "coordinates": [0, 0]}'] * 77)
        source = row_classes.ScoredSource(passport, [path], table, *build.columns_read(config)["crimes"])
        separation.load_source(con, source, config, units.Ground(outlines, config.place.boundaries), Path(work))
        con.execute("checkpoint harm")
    return time.perf_counter() - start


def hashing(path: Path) -> None:
    """SHA-256 of the file."""
    files.sha256(path)


def geocoding(path: Path) -> None:
    """Place every point of the file in a community area by its outline."""
    with duckdb.connect() as con:
        rows = con.execute(f"select longitude, latitude from read_csv('{path}')").df()
    table = features(ROOT / "data/chicago/community_areas.geojson")
    outlines = Outlines([str(unit) for unit in table["community_area"]], list(table["geometry"]))
    outlines.unit_of(rows["longitude"], rows["latitude"])


def indicator_queries(path: Path) -> float:
    """Count all indicators of the place from the cube of the published snapshot; seconds."""
    config = _config()
    observed = {c: config.passports[s].observed for c, s in config.place.classes.items()}
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("select count(*) from core_count").fetchone()
        start = time.perf_counter()
        indicators = [config.indicators[name] for name in sorted(config.place.indicators)]
        areas.indicator_counts(con, indicators, config.scheme.as_of, observed)
        return time.perf_counter() - start


def single_pass(path: Path) -> float:
    """One query written by hand for all indicators at once, over the same cube; seconds."""
    config = _config()
    parts = []
    for name in config.place.indicators:
        count = config.indicators[name].count
        for class_ in count.classes:
            places = ", ".join(f"'{p}'" for p in count.place_classes)
            parts.append(
                f"sum(events) filter (class = '{class_}' and place_class in ({places}) and month < '2018-08-01' and "
                f"month >= date '2018-08-01' - interval {count.months} month) as \"{name} {class_}\""
            )
    sql = f"select unit_id, {', '.join(parts)} from core_count group by unit_id order by unit_id"
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("select count(*) from core_count").fetchone()
        start = time.perf_counter()
        con.execute(sql).df()
        return time.perf_counter() - start
