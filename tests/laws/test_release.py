"""The release gate: other withheld counts give the same run to the last byte, and every count may be known or not."""

import json
import random
import shutil
from collections import defaultdict
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmmodel import journal, pipeline, registry
from harmmodel.assembly import release
from harmmodel.config import load_config
from harmmodel.errors import ConfigError, DecisionError, RunMissing
from harmmodel.lenses.areas.spec import AreaInputs
from harmmodel.warehouse.store import editions, runs, seal, snapshots
from tests import tiny
from tests.judging import judged
from tests.town import PLACE as TOWN
from tests.town import change, rows, town

COUNTS = ("events", "records", "arrests", "n")
DOCUMENTS = ("facts", "boundaries", "sql")
# One change for each withheld count: the newest month in which it was recorded gets another count, such that the whole
# stays between 1 and k − 1 in the longest window that is told, and no other month changes.
NEWEST = """
    select {key} as id, class, min(place_class) as place_class, max(month) as month, sum(events) as total,
        sum(events) filter (month = newest) as last
    from (select *, max(month) over (partition by {key}, class) as newest from {table}
          where class in (select unnest($classes)) and month >= $first and month < $stop)
    group by {key}, class having total < $k order by all"""


def replaced(home: Path, run, folder: Path) -> tuple[Path, int]:
    """Copy the snapshot of a run with other withheld counts, and say how many were changed."""
    path = shutil.copytree(snapshots.folder(home, run.manifest["snapshot_id"]), folder / "replaced")
    gate = release.gate(run.config)
    chance, changed = random.Random(5), 0  # noqa: S311 - counts for a test
    as_of = run.config.scheme.as_of
    asked = {"classes": sorted(gate.classes), "k": gate.k, "stop": as_of, "first": as_of.replace(year=as_of.year - 5)}
    with duckdb.connect(str(path / snapshots.HARM)) as con:
        for table, key in (("core_count", "unit_id"), ("core_count_beat", "beat_id")):
            for id_, class_, _, month, total, last in con.execute(
                NEWEST.format(table=table, key=key), asked
            ).fetchall():
                choices = [n for n in range(1, gate.k) if n != last and 1 <= total - last + n < gate.k]
                one = f"{table} where {key} is not distinct from $id and class = $class and month = $month"
                named = {"id": id_, "class": class_, "month": month}
                if choices and con.execute(f"select count(*) from {one}", named).fetchone() == (1,):
                    changed += 1
                    con.execute(
                        f"update {one}".replace(" where", " set events = $n where"),
                        named | {"n": chance.choice(choices)},
                    )
    (path / seal.FILE).unlink()
    seal.close(path)
    return path, changed


def assert_same(before: runs.RunContent, after: runs.RunContent):
    assert before.frames.keys() == after.frames.keys()
    for name, frame in before.frames.items():
        pd.testing.assert_frame_equal(after.frames[name], frame, check_exact=True, obj=name)
    for name, draws in before.draws.items():
        assert draws.tobytes() == after.draws[name].tobytes(), name
    for name in DOCUMENTS:
        assert json.dumps(before.documents[name], default=str) == json.dumps(after.documents[name], default=str)


def test_other_withheld_counts_change_no_byte_of_a_run(project, tmp_path):
    run = editions.published(project.path, project.place)
    path, changed = replaced(project.path, run, tmp_path)
    assert changed > 100
    # A byte that hangs on a count hangs on it in few draws as in many.
    config = replace(run.config, scheme=run.config.scheme.model_copy(update={"draws": 400}))
    before = judged(snapshots.folder(project.path, run.manifest["snapshot_id"]), config)
    assert_same(before, judged(path, config))


def assert_no_small_count(run: runs.AreaRun):
    """Look at every table of a run that names a class: what is counted of a sensitive one is not small."""
    gate = release.gate(run.config, run.manifest["audience"])
    with duckdb.connect(str(run.path / "scores.duckdb"), read_only=True) as con:
        tables = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        frames = {name: con.execute(f"from {name}").df() for name in tables}
    for name, frame in frames.items():
        for column in [c for c in COUNTS if {"class", c} <= {*frame}]:
            counts = frame[frame["class"].isin(gate.classes)][column]
            whole = counts[counts % 1 == 0]  # others are what a withheld count is expected to be
            assert not whole.between(1, gate.k - 1).any(), f"{name}.{column}"


def test_no_table_of_a_run_holds_a_small_count_of_a_sensitive_class(project):
    run = editions.published(project.path, project.place)
    assert_no_small_count(run)
    gate, windows = release.gate(run.config), run.windows()
    for name in ("window_counts", "window_beats"):
        rows = windows[name][windows[name]["class"].isin(gate.classes)]
        told = rows[rows["events_low"] == rows["events_high"]]
        assert len(told) > 50
        assert not told["events_low"].between(1, gate.k - 1).any()
    withheld = run.register.set_index("indicator")["withheld"]
    assert withheld["corruption_complaints"] > 20
    assert withheld["robbery"] == 0


@pytest.fixture
def arrested(tmp_path: Path) -> Path:
    """Write a town whose file of deaths, which is sensitive, says in three rows that somebody was arrested."""
    home = town(tmp_path)
    rows(home, "deaths", lambda rows: [{**row, "arrest": str(n < 3).lower()} for n, row in enumerate(rows)])
    flag = {"type": "boolean", "tells": "enforcement", "means": "Whether somebody was arrested."}
    place = home / "config" / "places" / TOWN
    change(place / "sources" / "deaths.yaml", columns={"arrest": flag}, reduce="deaths.sql")
    reduction = "select month, unit_id, class, count(*) as events from incoming group by all order by all\n"
    (place / "sources" / "deaths.sql").write_text(reduction)
    counted = place / "core" / "core_count.sql"
    counted.write_text(counted.read_text().replace("class, deaths from", "class, events from"))
    change(home / "config" / "scheme.yaml", draws=400)
    return home


@pytest.mark.parametrize("audience", [runs.INTERNAL, runs.PUBLIC])
def test_records_and_arrests_of_a_sensitive_class_are_withheld(arrested, audience):
    pipeline.run(arrested, TOWN)
    run = editions.published(arrested, TOWN, audience)
    assert_no_small_count(run)
    shares = run.arrest_shares.set_index("class")
    assert shares.loc["overdose_death"].isna().all()
    assert shares.drop(index="overdose_death").notna().all(axis=None)
    told = "overdose_death: withheld is whether over half of its records carry an arrest: it would tell a small count"
    assert f"{TOWN}: {told}" in registry.findings(arrested, TOWN)


@pytest.mark.parametrize(
    ("records", "arrests", "mostly"), [(40, 30, True), (40, 10, False), (40, 4, None), (40, 36, None), (4, 4, None)]
)
def test_of_a_sensitive_class_it_is_told_whether_over_half_carry_an_arrest(arrested, records, arrests, mostly):
    config = load_config(arrested, TOWN)
    one = {"class": "overdose_death", "sources": [["deaths"]], "records": records, "arrests": arrests}
    shares = pd.DataFrame({**one, "share": arrests / records})
    (row,) = release.told_arrests(shares, config).to_dict("records")
    assert (None if row["mostly"] is pd.NA else row["mostly"]) is mostly
    assert pd.isna([row["records"], row["arrests"], row["share"]]).all()
    (exact,) = release.told_arrests(shares, config, runs.EXACT).to_dict("records")
    assert (exact["records"], exact["arrests"], exact["share"]) == (records, arrests, arrests / records)


@given(
    parts=st.lists(st.integers(0, 12), min_size=2, max_size=5),
    first=st.integers(0, 4),
    k=st.integers(5, 10),
)
def test_no_difference_of_windows_tells_a_small_count(parts, first, k):
    """Between the ends told, each window and each stretch between two may hold any of its small counts."""
    totals = dict(zip(map(float, range(1, len(parts) + 1)), np.cumsum(parts).astype(float).tolist(), strict=True))
    first = float(min(first + 1, len(parts)))
    ends = release.nested(totals, first, k)
    for length, (low, high) in ends.items():
        assert low <= totals[length] <= high
        if low == high:
            assert not 0 < low < k
    told = sorted(length for length, (low, high) in ends.items() if low == high)
    for shorter, longer in pairwise(told):
        assert not 0 < totals[longer] - totals[shorter] < k


@pytest.mark.parametrize(("windows", "first"), [(n, at) for n in (3, 4) for at in range(n)])
def test_who_knows_the_rule_of_windows_learns_no_small_count(windows, first):
    """Hold together all chains of counts that give one output: that is all a reader of it can find out."""
    k, most, lengths = 5, 20, (6.0, 12.0, 24.0, 36.0)[:windows]
    alike = defaultdict(list)
    for chain in combinations_with_replacement(range(most + 1), windows):
        ends = release.nested(dict(zip(lengths, map(float, chain), strict=True)), lengths[first], k)
        alike[tuple(ends[length] for length in lengths)].append(chain)
    small = set(range(1, k))
    for ends, chains in alike.items():
        if ends[-1][1] > most:
            continue  # of larger counts, some that give the same output were not tried
        counts = np.array(chains).T
        for (low, high), possible in zip(ends, map(set, counts.tolist()), strict=True):
            assert possible == set(range(int(low), int(high) + 1)), f"{ends}: the ends are all that is told"
            assert not possible & small or len(possible) >= k - 1, ends
        for stretch in map(set, np.diff(counts, axis=0).tolist()):
            # Of two windows that may be small and may be equal, the stretch between them is less than k - 1.
            assert not stretch & small or small <= stretch or stretch == set(range(k - 1)), ends


def test_a_sensitive_class_that_two_kinds_of_place_count_is_refused():
    units = pd.DataFrame({"unit_id": ["A1"], "label": ["A"], "residents": [900]})
    counts = pd.DataFrame({"unit_id": "A1", "class": "death", "indicator": ["one", "two"], "events": [3, 9]})
    exposure = pd.DataFrame({"indicator": ["one", "two"], "class": "death", "days": 365})
    with pytest.raises(ConfigError, match="counted by several kinds of place"):
        release.released_windows(AreaInputs(units, counts, exposure), {}, release.Gate(5, frozenset({"death"})))


def test_no_class_of_a_sensitive_source_may_be_serious_violence(tmp_path):
    """Its count over the months that arrests cover, less what is told of an indicator's window, could be one event."""
    home = town(tmp_path)
    change(home / "config" / "places" / TOWN / "place.yaml", serious_violence=["robbery", "overdose_death"])
    with pytest.raises(ConfigError, match="serious_violence: 'overdose_death' comes from deaths, which is sensitive"):
        load_config(home, TOWN)


@pytest.mark.parametrize(("key", "value"), [("internal", 4), ("public", 9)])
def test_the_smallest_count_that_is_told_has_a_floor(tmp_path, key, value):
    home = tiny.tiny_project(tmp_path)
    policy = home / "config/policy.yaml"
    limits = {"internal": 5, "public": 10} | {key: value}
    text = policy.read_text().splitlines()
    at = next(n for n, line in enumerate(text) if line.startswith("disclosure:"))
    text[at] = f"disclosure: {{public: {limits['public']}, internal: {limits['internal']}}}"
    policy.write_text("\n".join(text) + "\n")
    with pytest.raises(ConfigError, match=rf"policy.yaml: disclosure.{key}: .*greater than or equal to"):
        load_config(home, "tiny")


def test_a_scored_source_that_is_not_sensitive_needs_a_reason(tmp_path):
    home = tiny.tiny_project(tmp_path)
    passport = home / "config/places/tiny/sources/offences.yaml"
    lines = [line for line in passport.read_text().splitlines() if not line.startswith("small_counts_told")]
    passport.write_text("\n".join(lines) + "\n")
    with pytest.raises(ConfigError, match="small_counts_told: a scored source that is not sensitive needs the reason"):
        load_config(home, "tiny")


def test_an_exact_run_lies_apart_is_logged_first_and_is_never_shown(tmp_path):
    home = tiny.tiny_project(tmp_path)
    published = pipeline.run(home, "tiny")
    reason, role = "A complaint about withheld counts is examined.", "data protection officer"
    (folder,) = pipeline.exact(home, "tiny", reason, role)
    assert folder.parent == home / "data" / "exact"
    (entry,) = journal.every_entry(journal.location(home))
    assert entry.record.reason == reason
    assert editions.published_id(home, "tiny") == published
    assert runs.finished(home) == [published]
    shutil.copytree(folder, runs.home(home) / folder.name)
    with pytest.raises(RunMissing, match=r"tiny.CURRENT may not name tiny-\w+, a run for exact readers"):
        editions.publish(home, "tiny", {"area": folder.name})
    with pytest.raises(RunMissing, match="is exact: no page and no verb shows it"):
        runs.load_run(home, "tiny", folder.name)


def test_an_exact_run_of_a_place_with_activities_lies_on_the_published_snapshot(tmp_path):
    home = town(tmp_path)
    change(home / "config" / "scheme.yaml", draws=400)
    outcome = pipeline.execute(home, TOWN)
    (folder,) = pipeline.exact(home, TOWN, "A complaint about withheld counts is examined.", "data protection officer")
    (entry,) = journal.every_entry(journal.location(home))
    assert entry.record.snapshot_id == outcome.snapshot.id
    assert [path.name for path in outcome.snapshot.path.parent.iterdir()] == [outcome.snapshot.path.name]
    exact = runs.stored_frames(folder, ("activity", "window_counts"))
    assert len(exact["activity"])
    assert (exact["window_counts"]["events_low"] == exact["window_counts"]["events_high"]).all()


def test_no_pointer_shows_readers_a_run_that_was_scored_for_others(tmp_path):
    home = tiny.tiny_project(tmp_path)
    internal = pipeline.run(home, "tiny")
    assert editions.published_id(home, "tiny", runs.PUBLIC) == internal, "nothing is withheld, so no run of their own"
    told = rf"tiny.PUBLIC may not name {internal}, a run for internal readers. Run again: harmmodel run tiny"
    with pytest.raises(RunMissing, match=told):
        editions.publish(home, "tiny", {"area": internal}, runs.PUBLIC)
    shutil.copy(runs.home(home) / "tiny.CURRENT", runs.home(home) / "tiny.PUBLIC")
    with pytest.raises(RunMissing, match=told):
        editions.published(home, "tiny", runs.PUBLIC)


@pytest.mark.parametrize(("reason", "role"), [("because", "officer"), ("A reason that is long enough.", "")])
def test_without_a_reason_and_a_role_nothing_exact_is_scored(tmp_path, reason, role):
    home = tiny.tiny_project(tmp_path)
    with pytest.raises(DecisionError, match=r"Reason:|Role:"):
        pipeline.exact(home, "tiny", reason, role)
    assert not (home / "data" / "exact").exists()
