"""Law 1: enforcement data never touches a harm score, shown on the whole of the shipped data and on core SQL."""

import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml

from harmmodel import pipeline
from harmmodel.config import load_config
from harmmodel.errors import ConfigError, FirewallError, SnapshotError, SourceError
from harmmodel.views.overview.reconciliation import UNREAD, sentence, table
from harmmodel.warehouse.load.told import core_sql
from harmmodel.warehouse.sql import grammar, review
from harmmodel.warehouse.store import editions, runs, snapshots
from tests import tiny

DRAWS = 400  # each is a function of the counts alone: what moves none of few moves none of many
ENFORCEMENT = """(select w.code from read_csv($walk, header = true, all_varchar = true) as w
    where w.source = 'crimes' and w.enforcement = 'true')"""
CODE = "primary_type || ' | ' || description"
# What is done to every arrest flag and every enforcement record of the file.
CHANGES = {
    "removed": f"select * replace (false as arrest) from crimes where {CODE} not in {ENFORCEMENT}",
    "shuffled and multiplied": f"""select * replace (hash(date, latitude, 7) % 2 = 0 as arrest)
        from crimes where {CODE} not in {ENFORCEMENT}
        union all
        select a.* exclude (n) replace (
            b.community_area as community_area, b.latitude as latitude, b.longitude as longitude)
        from (select *, row_number() over (order by hash(date, latitude, description)) as n
              from crimes where {CODE} in {ENFORCEMENT}) as a
        positional join (select * from crimes where {CODE} in {ENFORCEMENT} order by hash(latitude, date, 3)) as b
        union all
        select crimes.* replace (date + to_seconds(n::integer) as date) from crimes, range(1, 3) as copies(n)
        where {CODE} in {ENFORCEMENT}""",
}

# The murder file holds an arrest flag too: what is done to it by each of the changes.
FLAGS = {
    "removed": "select * replace (null::boolean as arrest) from homicides",
    "shuffled and multiplied": "select * replace (hash(date, latitude, 7) % 2 = 0 as arrest) from homicides",
}


def _scored(home: Path, monkeypatch: pytest.MonkeyPatch) -> runs.AreaRun:
    """Run Chicago for one audience with few draws: whoever reads it, the same code scores the same tables."""
    monkeypatch.setattr(pipeline, "audiences", lambda config: (runs.INTERNAL,))
    scheme = home / "config" / "scheme.yaml"
    scheme.write_text(re.sub(r"(?m)^draws: .*$", f"draws: {DRAWS}", scheme.read_text("utf-8")), "utf-8")
    pipeline.run(home, "chicago")
    return editions.published(home, "chicago")


@pytest.fixture(scope="module")
def before(project, tmp_path_factory) -> runs.AreaRun:
    """Score what the shared run has loaded with as few draws."""
    home = tmp_path_factory.mktemp("before")
    for part in ("config", "data/chicago", "data/snapshots"):
        shutil.copytree(project.path / part, home / part)
    with pytest.MonkeyPatch.context() as patch:
        return _scored(home, patch)


@pytest.mark.parametrize("change", CHANGES)
def test_no_harm_score_moves_when_all_enforcement_data_is(change, before, project, tmp_path, monkeypatch):
    after = _scored(_altered_project(project.path, tmp_path, change), monkeypatch)
    assert after.run_id != before.run_id, "the change must have reached the snapshot"
    assert not after.contrast["drug_arrests"].equals(before.contrast["drug_arrests"]), "and the enforcement side"
    solved = [run.arrest_shares.set_index("class")["arrests"]["homicide"] for run in (before, after)]
    assert solved[0] != solved[1], "and the murder file"
    for frame in ("scores", "pillars", "indicators", "classes", "priors", "sturdiness", "recording"):
        pd.testing.assert_frame_equal(getattr(after, frame), getattr(before, frame), check_exact=True)
    for name in ("overall", "violence", "corruption", "community"):
        assert (after.draws(name) == before.draws(name)).all()


def _altered_project(project: Path, home: Path, change: str) -> Path:
    shutil.copytree(project / "config", home / "config")
    shutil.copytree(project / "data" / "chicago", home / "data" / "chicago")
    _rewrite(home, "crimes", CHANGES[change], {"walk": str(home / "config/places/chicago/crosswalk.csv")})
    _rewrite(home, "homicides", FLAGS[change], {})
    return home


def _rewrite(home: Path, source: str, change: str, parameters: dict[str, str]) -> None:
    """Replace the file of a source by what the SQL *change* makes of it, with a passport that fits."""
    passport = home / "config/places/chicago/sources" / f"{source}.yaml"
    described = yaml.safe_load(passport.read_text("utf-8"))
    path = home / "data" / "chicago" / described["file"]
    with duckdb.connect() as con:
        con.execute(f"create table {source} as from read_parquet($path)", {"path": str(path)})
        con.execute(f"create table altered as {change}", parameters)
        con.execute("copy (from altered) to '{}' (format parquet)".format(str(path).replace("'", "''")))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest != described["sha256"]
    passport.write_text(passport.read_text("utf-8").replace(described["sha256"], digest), "utf-8")


def test_a_chain_of_views_to_an_enforcement_table_is_refused_and_named():
    inputs = {
        "core_count": {"v_busy"},
        "v_busy": {"v_seen"},
        "v_seen": {"act_enforcement"},
        "act_enforcement": {"act_raw_crimes"},
    }
    with pytest.raises(FirewallError, match="core_count → v_busy → v_seen → act_enforcement"):
        review.build_order(inputs, {"act_raw_crimes"})


def test_a_helper_that_enforcement_may_read_is_still_refused_below_harm():
    """That a helper was walked for one kind of table says nothing of the other."""
    inputs = {"act_seen": {"v_busy"}, "core_count": {"v_busy"}, "v_busy": {"act_raw_crimes"}}
    with pytest.raises(FirewallError, match="core_count → v_busy → act_raw_crimes"):
        review.build_order(inputs, {"act_raw_crimes"})


class Counted(dict[str, set[str]]):
    """Inputs of SQL files that may be asked for a number of times."""

    left = 1_000

    def __getitem__(self, name: str) -> set[str]:
        """Return what a file reads, and count down."""
        self.left -= 1
        assert self.left, "the walk grows with the paths, not with the files"
        return super().__getitem__(name)


def test_layers_of_helpers_are_walked_once_however_many_paths_lead_through_them():
    layers = 40
    below = {n: {f"v_{side}{n + 1}" for side in "ab"} if n < layers else {"raw_area"} for n in range(1, layers + 1)}
    inputs = Counted({f"v_{side}{n}": tables for n, tables in below.items() for side in "ab"})
    inputs |= {"core_area": {"v_a1", "v_b1"}, "act_near": {"v_a1", "v_b1", "core_area"}}
    order = review.build_order(inputs, {"raw_area"})
    assert sorted(order) == sorted(inputs)
    assert all(order.index(below) < order.index(name) for name in inputs for below in inputs[name] - {"raw_area"})


def test_an_enforcement_table_may_read_harm_tables():
    inputs = {"core_area": {"raw_area"}, "act_near": {"core_area", "act_raw_crimes"}}
    assert review.build_order(inputs, {"raw_area", "act_raw_crimes"}) == ["core_area", "act_near"]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from query('select * from act_raw_crimes')",
        "select * from query_table('act_raw_crimes')",
        "select * from read_csv('/etc/passwd')",
        "select 1; select 2",
        "create table x as select 1",
        "with act_raw_crimes as (select 1) select * from act_raw_crimes",
        "select * from load_month as m, (with load_month as (select 1) select * from load_month) as z",
        'with "stage.typed" as (select 1) select * from "stage.typed"',
        "with typed as (select 1) select * from typed",
        "select * from (show all tables)",
        "select random() as events",
        "select now() as month",
        "select approx_quantile(events, 0.5) as events from raw_offences",
        "select getvariable('x')",
        "select count(*) as events from raw_crimes where rowid > 5",
        "select count(*) as events from raw_crimes tablesample reservoir(5)",
        "select count(*) as events from raw_crimes using sample 5",
    ],
)
def test_core_sql_that_could_hide_what_it_reads_is_refused(sql):
    with duckdb.connect() as con, pytest.raises(SnapshotError):
        grammar.examined(con, "core/core_count.sql", sql)


def test_core_sql_of_a_place_that_reads_arrests_stops_the_run_and_keeps_the_last_one(project, tmp_path):
    for part in ("config", "data"):
        shutil.copytree(project.path / part, tmp_path / part)
    last = editions.published_id(tmp_path, "chicago")
    home = tmp_path / "config/places/chicago/core"
    (home / "v_seen.sql").write_text(
        "select unit_id, month, class, 'other' as place_class, records as events from act_enforcement"
    )
    (home / "core_count.sql").write_text("select unit_id, month, class, place_class, events from v_seen")
    with pytest.raises(FirewallError, match="core_count → v_seen → act_enforcement"):
        pipeline.run(tmp_path, "chicago")
    assert editions.published_id(tmp_path, "chicago") == last
    assert not list((tmp_path / "data" / "snapshots").glob(".build-*"))


def test_enforcement_tables_do_not_exist_while_harm_is_counted(project):
    order = core_sql.core_order(load_config(project.path, "chicago"))
    assert [n for n in order if n.startswith("act_")], "the place has enforcement SQL, so the split is exercised"
    (folder,) = (project.path / "data/snapshots").glob("chicago-*")
    columns = {}
    for name in (snapshots.HARM, snapshots.ACT):
        with duckdb.connect(str(folder / name), read_only=True) as con:
            told = con.execute("select table_name, column_name from duckdb_columns() where not internal").fetchall()
            columns[name] = {(table, column) for table, column in told}
    assert [c for _, c in columns[snapshots.ACT] if c in ("arrest", "arrests")]
    assert not [c for _, c in columns[snapshots.HARM] if c in ("arrest", "arrests")]
    assert all(table.startswith("act_") for table, _ in columns[snapshots.ACT])
    assert not any(table.startswith("act_") for table, _ in columns[snapshots.HARM])


def tiny_robberies(home: Path, offences: str) -> float:
    """Run the tiny place on other offences and return the robberies that square 00 is scored by."""
    run = runs.load_run(home, "tiny", pipeline.run(tiny.tiny_project(home, offences), "tiny"))
    return float(run.indicators.set_index(["unit_id", "indicator"]).loc[("00", "robbery"), "events"])


def test_an_enforcement_row_that_shares_its_number_with_a_harm_row_takes_nothing_from_it(tmp_path):
    head, *rows = tiny.OFFENCES.splitlines()
    doubled = "\n".join([head, "1,2024-01-01 09:00,0.5,0.5,DRUGS,true", *rows]) + "\n"
    assert tiny_robberies(tmp_path / "a", doubled) == tiny_robberies(tmp_path / "b", tiny.OFFENCES) == 2


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_flag_of_enforcement_that_cannot_be_read_throws_no_harm_row_out(kind, tmp_path):
    """The harm row stays and is told; a record of enforcement goes, and so does a row with another fault besides."""
    faulty = "9,2024-01-03 10:00,500,0.5,ROBBERY,false\n"
    text = tiny.OFFENCES + faulty
    scores = {}
    for name, offences in (("sound", text), ("damaged", text.replace(",true", ",perhaps").replace(",false", ",x"))):
        home = tiny.tiny_project(tmp_path / name, offences)
        path = home / "data/tiny/offences.csv"
        if kind == "parquet":
            pd.read_csv(path, dtype={"arrest": str}).to_parquet(path.with_suffix(".parquet"))
        tiny.write_place(home, bad_rows="reject", file=f"offences.{kind}")
        run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
        scores[name] = run.scores
        line = run.reconciliation.set_index("source").loc["offences"]
        is_sound = name == "sound"
        assert line[["rows", "loaded", "enforcement", "outside_city", "outside_period", "rejected"]].to_list() == [
            9, 4, 2 if is_sound else 0, 1, 1, 1 if is_sound else 3,
        ]  # fmt: skip
        assert line["unread"] == (0 if is_sound else 4)
        assert ("In 4 of those that count, what police did cannot be read." in sentence(run)) is not is_sound
        assert (UNREAD in table(run).frame) is not is_sound
        older = replace(run, reconciliation=run.reconciliation.drop(columns="unread"))
        assert "cannot be read" not in sentence(older), "a run of an older version does not say, and kept none"
    pd.testing.assert_frame_equal(scores["sound"], scores["damaged"], check_exact=True)


def test_a_flag_that_cannot_be_read_hides_no_unknown_offence(tmp_path):
    rows = "9,2024-01-03 10:00,0.5,0.5,MURDER,perhaps\n10,2024-01-03 10:00,0.5,0.5,ROBBERY,perhaps\n"
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + rows)
    tiny.write_place(home, bad_rows="reject")
    with pytest.raises(SourceError, match="'MURDER': 1 row"):
        pipeline.run(home, "tiny")


@pytest.mark.parametrize("name", ["fate_", "enforcement_", "class_", "rowid", "RowID"])
def test_a_file_cannot_bring_a_column_that_decides_its_own_fate(tmp_path, name):
    home = tiny.tiny_project(tmp_path)
    columns = {**tiny.COLUMNS, name: {"type": "text", "means": "A trick."}}
    tiny.write_place(home, columns=columns)
    with pytest.raises(ConfigError, match="the loader uses such names itself"):
        pipeline.run(home, "tiny")


@pytest.mark.parametrize("name", ["arrest", "Outcome", "seized_grams", "search_reason"])
def test_a_column_that_tells_what_police_did_must_be_declared_as_that(tmp_path, name):
    home = tiny.tiny_project(tmp_path)
    columns = {**tiny.COLUMNS, name: {"type": "text", "tells": "harm", "means": "What police did."}}
    columns.pop("arrest", None) if name != "arrest" else None
    tiny.write_place(home, columns=columns)
    with pytest.raises(ConfigError, match="seems to tell what police did"):
        pipeline.run(home, "tiny")


def test_a_whole_file_of_an_enforcement_class_cannot_be_called_harm(tmp_path):
    home = tiny.tiny_project(tmp_path)
    tiny.write_place(home, classify={"class": "drug_possession"})
    with pytest.raises(ConfigError, match="disagree whether drug_possession is enforcement"):
        pipeline.run(home, "tiny")


@pytest.mark.parametrize(
    "changes",
    [
        {"unique": ["id", "arrest"]},
        {"time": ["when", "arrested_on"]},
        {"classify": {"columns": ["offence", "arrest"]}},
        {"locate": {"unit": "arrest"}},
    ],
)
def test_no_column_of_enforcement_decides_about_a_harm_row(tmp_path, changes):
    home = tiny.tiny_project(tmp_path)
    arrested = {"type": "timestamp", "means": "Time of the arrest.", "tells": "enforcement"}
    tiny.write_place(home, columns={**tiny.COLUMNS, "arrested_on": arrested}, **changes)
    with pytest.raises(ConfigError, match=f"{next(iter(changes))}: arrest.* may not decide"):
        pipeline.run(home, "tiny")


def test_a_column_that_does_not_say_what_it_tells_is_kept_apart_like_an_arrest(tmp_path):
    """Renaming ``arrest`` changes nothing: no list of words decides, but what the passport says."""
    renamed = tiny.OFFENCES.replace("arrest", "cleared", 1)
    home = tiny.tiny_project(tmp_path / "renamed", renamed)
    columns = {name: column for name, column in tiny.COLUMNS.items() if name != "arrest"}
    undeclared = {"type": "boolean", "means": "Whether the case was cleared."}
    core = home / "config/places/tiny/core"
    (core / "act_enforcement.sql").write_text(tiny.CORE["act_enforcement"].replace("arrest)", "cleared)"))
    tiny.write_place(home, columns=columns | {"cleared": undeclared})
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    plain = tiny.tiny_project(tmp_path / "plain")
    before = runs.load_run(plain, "tiny", pipeline.run(plain, "tiny"))
    for frame in ("scores", "pillars", "indicators", "classes", "priors", "sturdiness", "recording"):
        pd.testing.assert_frame_equal(getattr(run, frame), getattr(before, frame), check_exact=True)
    (core / "core_count.sql").write_text(tiny.CORE["core_count"] + " having not bool_and(cleared)")
    with pytest.raises(SnapshotError, match=r"core_count.sql line 1: .*cleared"):
        pipeline.run(home, "tiny")


@pytest.mark.parametrize("key", ["time", "classify", "counted"])
def test_what_decides_about_harm_must_say_that_it_does_not_tell_of_enforcement(tmp_path, key):
    home = tiny.tiny_project(tmp_path)
    column = {"time": "when", "classify": "offence", "counted": "id"}[key]
    silent = {k: v for k, v in tiny.COLUMNS[column].items() if k != "tells"}
    changes = {"counted": "id", "unique": []} if key == "counted" else {}
    tiny.write_place(home, columns=tiny.COLUMNS | {column: silent}, **changes)
    with pytest.raises(ConfigError, match=rf"{key}: {column} tells of enforcement, or does not say"):
        pipeline.run(home, "tiny")
