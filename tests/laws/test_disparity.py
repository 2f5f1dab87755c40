"""The place of stops holds counts and no person, and scores nothing."""

import csv
import shutil
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
import yaml

from harmmodel import pipeline
from harmmodel.config import load_config
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.read import disparity
from harmmodel.warehouse.store import runs, snapshots
from tests.conftest import ROOT, Project

PLACE = "london_stops"
COUNTS = ROOT / "data" / PLACE / "stops.csv"
FINE = {"occurred_at_utc", "latitude", "longitude", "age_range", "self_defined_ethnicity", "legislation", "type"}


def rows() -> list[dict[str, str]]:
    with COUNTS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    shutil.copytree(ROOT / "data" / PLACE, tmp_path / "data" / PLACE)
    return tmp_path


def rewrite(home: Path, text: str) -> None:
    """Put another file of stops in place, with its hash in the passport."""
    (home / "data" / PLACE / "stops.csv").write_text(text, "utf-8", newline="\n")
    path = home / "config" / "places" / PLACE / "sources" / "stops.yaml"
    passport = yaml.safe_load(path.read_text("utf-8")) | {"sha256": sha256(text.encode()).hexdigest()}
    path.write_text(yaml.safe_dump(passport, sort_keys=False), "utf-8")


def test_no_row_of_the_shipped_file_stands_for_fewer_than_the_public_k():
    k = load_config(ROOT, PLACE).policy.disclosure.public
    assert min(int(row["stops"]) for row in rows()) >= k == 10
    assert not FINE & set(rows()[0])


def test_every_stop_is_counted_once_under_each_description():
    sums = {scheme: sum(int(r["stops"]) for r in rows() if r["scheme"] == scheme) for scheme in ("self", "officer")}
    assert sums == {"self": 149_749, "officer": 149_749}
    keys = [tuple(v for k, v in row.items() if k != "stops") for row in rows()]
    assert len(set(keys)) == len(keys)


def test_a_file_with_one_row_per_stop_is_refused(copy: Path):
    text = COUNTS.read_text("utf-8")
    rewrite(copy, text + "2018-04-01,self,white,female,drugs,arrest,1\n")
    with pytest.raises(SourceError, match="1 rows stand for fewer than 10 records"):
        pipeline.run(copy, PLACE)


def test_a_passport_without_counts_is_refused(copy: Path):
    path = copy / "config" / "places" / PLACE / "sources" / "stops.yaml"
    path.write_text(path.read_text("utf-8").replace("counted: stops\n", ""), "utf-8")
    with pytest.raises(ConfigError, match="so that no row describes one person"):
        load_config(copy, PLACE)


def test_no_harm_table_can_be_added_to_a_place_of_stops(copy: Path):
    (copy / "config" / "places" / PLACE / "core" / "core_count.sql").write_text("select 1", "utf-8")
    with pytest.raises(ConfigError, match="reads act_ tables alone"):
        load_config(copy, PLACE)


@pytest.mark.parametrize("extra", ["indicators: [robbery]", "classes: {robbery: stops}", "boundaries: {h3: 8}"])
def test_a_place_of_stops_can_name_nothing_to_score(copy: Path, extra: str):
    path = copy / "config" / "places" / PLACE / "place.yaml"
    path.write_text(path.read_text("utf-8") + extra + "\n", "utf-8")
    with pytest.raises(ConfigError, match="scoring areas needs"):
        load_config(copy, PLACE)


def test_stops_can_feed_no_area_even_where_all_that_areas_need_is_named(copy: Path):
    path = copy / "config" / "places" / PLACE / "place.yaml"
    named = """indicators: [robbery]
classes: {robbery: stops}
serious_violence: [robbery]
boundaries: {h3: 8, within: {west: -1, south: 51, east: 1, north: 52}}
"""
    path.write_text(path.read_text("utf-8") + named, "utf-8")
    posts = "robbery: {low: 0, high: 900, why: A rate that is high enough for a test of refusals.}\n"
    (path.parent / "goalposts.yaml").write_text(posts, "utf-8")
    with pytest.raises(ConfigError, match="source stops never gives this class"):
        load_config(copy, PLACE)


def test_stops_lie_in_act_tables_and_every_harm_table_is_empty(london: Project):
    run = disparity.published(london.path, PLACE)
    with duckdb.connect() as con:
        full = set()
        for file in (snapshots.HARM, snapshots.ACT):
            path, name = snapshots.folder(london.path, run.manifest["snapshot_id"]) / file, file.removesuffix(".duckdb")
            con.execute(f"attach '{path}' as {name} (read_only)")
            tables = con.execute(f"select table_name from duckdb_tables() where database_name = '{name}'").fetchall()
            full |= {f"{name}.{t}" for (t,) in tables if con.execute(f"select count(*) from {name}.{t}").fetchone()[0]}
    assert full == {"act.act_stops", "harm.load_month", "harm.load_reconciliation"}
    with duckdb.connect(str(runs.home(london.path) / run.run_id / "scores.duckdb"), read_only=True) as con:
        kept = {r[0] for r in con.execute("select table_name from duckdb_tables()").fetchall()}
    assert kept == {"out_stops", "out_ratios", "out_outcomes", "out_reconciliation"}


def test_the_same_stops_in_another_order_give_the_same_figures(copy: Path, london: Project):
    head, *lines = COUNTS.read_text("utf-8").splitlines()
    rewrite(copy, "\n".join([head, *reversed(lines)]) + "\n")
    pipeline.run(copy, PLACE)
    one, two = (disparity.published(home, PLACE) for home in (london.path, copy))
    assert one.run_id != two.run_id
    assert one.ratios.equals(two.ratios)
    assert one.outcomes.equals(two.outcomes)
