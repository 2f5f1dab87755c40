"""No finished snapshot holds a row that could point at one person: what is kept is an allow-list of counts.

1. Every table and column is named below; what is not named is not there.
2. There is no time of day; a day is the first of a month, or the day of a review or an assessment.
3. The only points are those of municipalities, to a tenth of a degree; a cell has H3 resolution 9 at most.
4. A table is a count by its dimensions: no two rows share them all.
5. Sexual offences are known by month and area alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import h3
import pandas as pd
import pytest

from harmmodel import pipeline, scaffold
from harmmodel.config import load_config
from harmmodel.errors import ConfigError, SnapshotError
from harmmodel.warehouse.load import distil
from harmmodel.warehouse.store import editions, runs, snapshots
from tests import tiny
from tests.conftest import Project
from tests.town import PLACE, change, town

# Each table by what its rows are told apart by, and what is counted or told of each.
COUNTED = {
    "core_area": ("area_id", "label residents km2"),
    "core_boundary": ("unit_id", "geometry"),
    "core_district": ("unit_id", "district"),
    "core_count": ("unit_id month class place_class", "events events_low events_high"),
    "core_count_beat": ("beat_id month class place_class", "events events_low events_high"),
    "core_beat_share": ("beat_id unit_id", "share"),
    "core_population": ("unit_id", "persons"),
    "load_month": ("source month fate file", "rows"),
    "core_coverage": ("unit_id source month", "share"),
    "load_note": ("source kind subject", "rows other"),
    "load_uncounted": ("source unit_id month class", "rows"),
    "load_reconciliation": (
        "source file",
        "rows loaded enforcement outside_city outside_period rejected reasons reduced unread no_location copies "
        "contradictions alike again no_key repeats",
    ),
    "load_core": ("source class month", "counted listed events"),
    "raw_community_areas": ("community_area", "geometry"),
    "raw_areas": ("area", "geometry"),
    "raw_states": ("state_id", "geometry"),
    "act_class_arrest": ("source class", "records arrests"),
    "act_enforcement": ("unit_id month class measure code setting", "records arrests amount"),
    "act_stops": ("scheme ethnicity gender reason outcome", "stops"),
    "act_linked_activity": (
        "activity",
        "judged left_out occasions self_matches linked expected dispersion between p_alone p_family covered place_risk "
        "place_risk_low place_risk_high",
    ),
    "act_linked_area": ("activity unit_id", "judged linked expected p_family"),
    "act_linked_variant": ("activity metres after before", "linked expected dispersion between"),
    "act_linked_week": ("activity week", "judged linked expected"),
    "act_linked_month": ("activity unit_id month class", "events"),
    "act_linked_class": ("class", "events"),
    "act_linked_like": ("activity", "cells matched ratio ratio_low ratio_high"),
    "act_linked_balance": ("activity setting", "before after"),
    "act_linked_cell": ("kind activity cell", "n"),
    "act_linked_whole": ("settings", "timed dated weeks events placed left_out pairs permutations"),
    "act_placed": ("kind class month is_arrest level unit_id", "n"),
    "act_crowding": ("what unit events harm", "places"),
    "core_groups": ("group_id", "label kind parent_id size_band first_seen last_year review_due origin"),
    "core_cells": ("dyad_id class year month is_precise", "events low best high civilians dead_a dead_b"),
    "core_sides": ("dyad_id class side group_id", ""),
    "core_parties": ("dyad_id group_id year is_precise", "events"),
    "core_reached": ("group_id year state_id municipality", ""),
    "core_assessments": (
        "group_id attribute assessor panel assessed_on",
        "level evidence information expires_on",
    ),
    "core_aliases": ("actor_id group_id", "alias label match members reviewed_on note events deaths"),
    "core_ties": ("group_id other_id tie", "since until events deaths confidence label other_label"),
    "core_attribution": ("group_id year class is_precise denominator", "numerator events"),
    "core_totals": ("year class is_precise", "events deaths"),
    "core_states": ("group_id year state_id is_precise", "deaths events"),
    "core_spots": ("group_id year state_id municipality", "deaths events"),
    "core_municipalities": ("state_id municipality", "longitude latitude"),
    "core_months": ("group_id month", "deaths events"),
    "core_placed": ("group_id state_id month", "events"),
}
# Days that are no day of an event, and so no first of a month.
REVIEWS = {"first_seen", "review_due", "reviewed_on", "assessed_on", "expires_on"}
SEXUAL = {"sexual_assault", "sexual_abuse", "sex_offence_other", "obscenity", "prostitution", "human_trafficking"}


def snapshot(home: Path, place: str) -> Path:
    run_id = editions.published_id(home, place)
    return snapshots.folder(home, runs.manifest_of(home, run_id)["snapshot_id"])


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with snapshots.opened(path) as found, found.with_enforcement() as con:
        yield con


def faults(path: Path) -> list[str]:
    """Name what a snapshot holds and should not."""
    with opened(path) as con:
        columns = con.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal order by all"
        ).fetchall()
        found = []
        for table, column, type_ in columns:
            keys, told = COUNTED.get(table, ("", ""))
            if column not in f"{keys} {told}".split():
                found.append(f"{table}.{column} is not named")
            elif type_.startswith(("TIME", "INTERVAL")):
                found.append(f"{table}.{column} holds a time of day")
            elif type_ == "DATE" and column not in REVIEWS:
                fine = f"select count(*) from {table} where {column} <> date_trunc('month', {column})"
                found += [f"{table}.{column} holds a day"] * bool(con.execute(fine).fetchall()[0][0])
        for table in sorted({table for table, _, _ in columns} & set(COUNTED)):
            keys = ", ".join(c for t, c, _ in columns if t == table and c in COUNTED[table][0].split())
            twice = f"select 1 from {table} group by {keys} having count(*) > 1 limit 1"
            found += [f"{table} is no count by {keys}"] * len(con.execute(twice).fetchall())
        return found


def cells(path: Path) -> set[str]:
    """Return every cell that a snapshot names."""
    with opened(path) as con:
        texts = con.execute(
            "select table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' and column_name in "
            "('cell', 'unit_id', 'area_id')"
        ).fetchall()
        values = {r[0] for t, c in texts for r in con.execute(f"select distinct {c} from {t}").fetchall()}
    return {value for value in values if value and h3.is_valid_cell(value)}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = town(tmp_path_factory.mktemp("town"))
    pipeline.run(home, PLACE)
    return home


def test_the_example_that_is_given_away_keeps_counts_alone(tmp_path: Path):
    scaffold.write(tmp_path / "plain")
    pipeline.run(tmp_path / "plain", PLACE)
    assert faults(snapshot(tmp_path / "plain", PLACE)) == []


def test_a_town_whose_records_have_time_and_point_keeps_counts_alone(example: Path):
    path = snapshot(example, PLACE)
    assert faults(path) == []
    with opened(path) as con:
        assert con.execute("select count(*) from act_linked_area").fetchall()[0][0], "records were linked at load"


@pytest.mark.parametrize("name", ["project", "mexico", "london"])
def test_no_shipped_place_keeps_a_single_record(name: str, request: pytest.FixtureRequest):
    home: Project = request.getfixturevalue(name)
    path = snapshot(home.path, home.place)
    assert faults(path) == []
    assert max(map(h3.get_resolution, cells(path)), default=0) <= 9


def test_sexual_offences_are_known_by_month_and_area_alone(project: Project):
    with opened(snapshot(project.path, project.place)) as con:
        levels = con.execute("select class, list(distinct level) from act_placed group by class").fetchall()
        linked = con.execute("select class from act_linked_month union select class from act_linked_class").fetchall()
    by_class = {name: set(found) for name, found in levels}
    assert {name: found for name, found in by_class.items() if name in SEXUAL} == {name: {"area"} for name in SEXUAL}
    assert by_class["robbery"] == {"area", "7", "8", "9"}
    assert SEXUAL.isdisjoint(name for (name,) in linked)


def test_a_column_that_sql_adds_to_a_count_is_not_kept(tmp_path: Path):
    home = tiny.tiny_project(tmp_path)
    path = home / "config/places/tiny/core/core_count.sql"
    path.write_text(tiny.CORE["core_count"].replace("count(*) as", 'min("when") as occurred_at, count(*) as'), "utf-8")
    pipeline.run(home, "tiny")
    assert faults(snapshot(home, "tiny")) == []


def test_a_frame_with_a_time_of_day_is_refused_and_a_day_stays_a_day():
    days = pd.DataFrame({"month": pd.to_datetime(["2018-01-01", None])})
    with duckdb.connect() as con:
        distil.store(con, distil.ACT, {"sound": days})
        assert con.execute("select typeof(month) from act_sound").fetchall()[0] == ("DATE",)
        distil.store(con, distil.ACT, {"empty": pd.DataFrame({"activity": pd.Series([], dtype="object")})})
        assert con.execute("select column_type from (describe act_empty)").fetchall()[0] == ("VARCHAR",)
        late = days + pd.Timedelta(hours=10)
        with pytest.raises(SnapshotError, match=r"act_late\.month holds a time of day"):
            distil.store(con, distil.ACT, {"late": late})
        with pytest.raises(SnapshotError, match=r"core/act_sound\.sql: the tool keeps counts under this name"):
            distil.store(con, distil.ACT, {"sound": days})


@pytest.mark.parametrize(
    ("class_", "told"),
    [
        ("overdose_death", "'overdose_death' comes from deaths, which is sensitive: count it by area alone"),
        ("burglary", "no source gives 'burglary'"),
    ],
)
def test_no_class_of_a_sensitive_source_may_be_counted_by_cell(tmp_path: Path, class_: str, told: str):
    home = town(tmp_path)
    change(home / "config" / "places" / PLACE / "place.yaml", counted_in_cells=["robbery", class_])
    with pytest.raises(ConfigError, match=f"counted_in_cells: {told}"):
        load_config(home, PLACE)
