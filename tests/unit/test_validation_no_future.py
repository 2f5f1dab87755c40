"""Nothing that happens from a day on reaches a candidate of that day."""

import datetime as dt
import json
import shutil

import duckdb
import numpy as np
import pytest

from harmmodel.audit.validation import distilled, schedule, verdict
from harmmodel.audit.validation.candidates import candidates
from harmmodel.audit.validation.panel import after, all_months, before, month_of
from harmmodel.audit.validation.schedule import Task
from harmmodel.config import load_config
from harmmodel.errors import SealBroken
from harmmodel.warehouse.load import distil
from harmmodel.warehouse.read import placed as placed_records
from harmmodel.warehouse.read import validation
from harmmodel.warehouse.store import editions, results, runs, seal

DAY = dt.date(2018, 4, 1)
PLANTED = """
insert into core_count (unit_id, month, class, place_class, events) select area_id, month, class, 'other', 5000 from
    (select distinct class from core_count), (select area_id from core_area where area_id = '12'),
    (select unnest([date '{month}']) as month);
insert into core_count_beat (beat_id, month, class, place_class, events)
    select beat_id, date '{month}', class, 'other', 5000 from
    (select distinct class from core_count_beat), (select min(beat_id) as beat_id from core_beat_share);
insert into core_incident
    select source, timestamp '{month} 12:00', date '{month}', '12', class, 'other', 'other', -87.75, 41.99
    from (select any_value(source) as source, class from core_incident group by class), range(300);
insert into act_raw_crimes by name select * replace (timestamp '{month} 12:00' as occurred_at, date '{month}' as month)
    from act_raw_crimes;
insert into act_held_aggravated_assaults by name select * replace (timestamp '{month} 12:00' as occurred_at)
    from act_held_aggravated_assaults limit 3000;
"""


def scored(work, folder, project, planted_month=None):
    """Score areas and large cells on the day, from a work folder with events planted in a month."""
    config = load_config(project.path, project.place)
    with duckdb.connect(str(shutil.copy(work, folder / "work.duckdb"))) as con:
        if planted_month is not None:
            con.execute(PLANTED.format(month=planted_month))
        distil.store(con, distil.ACT, distilled.count(con, config))
        placed = validation.read_counts(con, config)
        ground = schedule.ground(config)
        origin = schedule.Origin(DAY, DAY, dt.date(2018, 8, 1), full=True, since=ground.short_from)
        past = before(all_months(placed), DAY)
        return {level: candidates(con, Task(past, origin, level, config, ground)) for level in ("area", "7")}


@pytest.fixture(scope="module", autouse=True)
def only_large_cells():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "RESOLUTIONS", (7,))
        patch.setattr(placed_records, "RESOLUTIONS", (7,))
        yield


@pytest.fixture(scope="module")
def plain(work, project, tmp_path_factory):
    """Score the records as they are, once."""
    return scored(work, tmp_path_factory.mktemp("plain"), project)


def test_events_planted_on_the_day_and_after_change_no_candidate(work, project, plain, tmp_path):
    future = scored(work, tmp_path, project, DAY)
    for level, candidates_ in plain.items():
        assert set(candidates_) == set(future[level])
        for name, values in candidates_.items():
            np.testing.assert_array_equal(values, future[level][name], err_msg=f"{name} at {level} saw the future")


def test_the_same_events_planted_the_month_before_do_change_them(work, project, plain, tmp_path):
    month = dt.date(2018, 3, 1)
    past = scored(work, tmp_path, project, month)
    same = [
        (level, name)
        for level, scores in plain.items()
        for name, values in scores.items()
        if np.array_equal(values, past[level][name], equal_nan=True)
    ]
    assert same == [("area", "random"), ("7", "random")]


def test_a_task_refuses_a_past_that_reaches_beyond_its_day(project):
    config = load_config(project.path, project.place)
    run = editions.published(project.path, project.place)
    with runs.snapshot_of(project.path, run) as snapshot, snapshot.with_enforcement() as con:
        placed = validation.read_counts(con, config)
    ground, everything = schedule.ground(config), all_months(placed)
    origin = schedule.Origin(DAY, DAY, dt.date(2018, 8, 1), full=True, since=ground.short_from)
    with pytest.raises(ValueError, match="reaches beyond"):
        Task(before(everything, dt.date(2018, 5, 1)), origin, "7", config, ground)
    for level in ("area", "7"):
        assert after(everything, DAY, dt.date(2018, 5, 1)).tables[level].month.min() == month_of(DAY)
        assert before(everything, DAY).tables[level].month.max() == month_of(DAY) - 1


def test_a_result_is_laid_beside_its_run_whole_and_read_back(tmp_path):
    folder = runs.home(tmp_path) / "a-run"
    folder.mkdir(parents=True)
    seal.close(folder)
    assert results.read(folder, "validation") is None
    path = results.write(folder, "validation", "0123", {"rows": [1]})
    assert json.loads(path.read_text())["document"] == results.read(folder, "validation") == {"rows": [1]}
    assert sorted(p.name for p in folder.iterdir()) == ["seal.json", "validation-0123.json"]


def test_a_result_that_was_made_up_changed_or_is_of_another_run_is_refused(tmp_path):
    one, two = tmp_path / "runs" / "one", tmp_path / "runs" / "two"
    for folder in (one, two):
        folder.mkdir(parents=True)
        (folder / "facts.json").write_text(folder.name)
        seal.close(folder)
    path = results.write(one, "validation", "0123", {"rows": [1]})
    shutil.copy(path, two / path.name)
    with pytest.raises(SealBroken, match="belongs to another run"):
        results.read(two, "validation")
    path.write_text(path.read_text().replace("[1]", "[2]"))
    with pytest.raises(SealBroken, match="was changed after it was written"):
        results.read(one, "validation")
    path.write_text(json.dumps({"verdict": ["It works."]}))
    with pytest.raises(SealBroken, match="cannot be read as a result"):
        results.read(one, "validation")


def test_rows_handed_out_have_the_agreed_keys_and_no_number_where_events_are_few():
    row = {"origin": "2018-06-01", "outcome": "homicide", "candidate": "random", "resolution": "9", "share": 0.1}
    known = row | {"sufficient": True, "events": 60, "hit_rate": 0.1, "pei": 0.2, "pei_low": 0.1, "pei_high": 0.3}
    few = row | {"sufficient": False, "events": 49}
    other = known | {"candidate": "overall_raw"}
    full, thin = verdict.public_rows({"rows": [known, few, other]})
    assert list(full) == [*row, "hit_rate", "pei", "low", "high", "events"]
    assert (full["low"], full["high"]) == (0.1, 0.3)
    assert {thin[name] for name in ("hit_rate", "pei", "low", "high")} == {"insufficient"}
