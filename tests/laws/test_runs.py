"""Laws 3 to 5 and the promises about runs, on the shipped data: same inputs, same scores; everything adds up."""

import os
import shutil

import numpy as np
import pandas as pd
import pytest

from harmmodel import pipeline
from harmmodel.views.areas.explain import COLUMNS, area_ranking
from harmmodel.warehouse.store import editions, runs, snapshots
from tests.judging import judged


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


def test_the_same_inputs_give_the_same_run_and_skip_loading(project, tmp_path):
    # Linked, not copied: finished files are never changed, and the pointer is a new file.
    home, said = tmp_path / "project", []
    shutil.copytree(project.path, home, copy_function=os.link)
    outcome = pipeline.execute(home, project.place, said.append)
    assert outcome.run_id == project.run_id
    assert not outcome.was_scored
    assert "Snapshot unchanged: loading skipped" in said


def test_scoring_again_gives_the_same_numbers_to_the_last_bit(project, run):
    snapshot = snapshots.folder(project.path, run.manifest["snapshot_id"])
    again = judged(snapshot, run.config)
    for name in runs.AreaRun.frames():
        left = again.frames[name].reset_index(drop=True)
        pd.testing.assert_frame_equal(left, getattr(run, name), check_exact=True, check_dtype=False)
    assert (again.draws["overall"] == run.draws("overall")).all()


def test_all_areas_are_ranked_in_the_columns_that_are_promised(run):
    ranking = area_ranking(run)
    assert tuple(ranking.columns) == COLUMNS
    assert len(ranking) == 77
    assert ranking["unit_id"].is_unique
    assert ranking["rank"].is_monotonic_increasing


def test_every_score_lies_inside_its_interval_and_on_the_scale(run):
    for name in ("score", "violence", "corruption", "community"):
        value, low, high = (run.scores[f"{name}{end}"] for end in ("", "_low", "_high"))
        assert ((low >= 0) & (high <= 100) & (low < high)).all()
        assert ((value >= low) & (value <= high)).mean() > 0.95


def test_chances_of_the_top_tenth_add_up_to_its_places(run):
    assert run.scores["p_top"].sum() == pytest.approx(8, abs=1e-9)


def test_intervals_and_ranks_follow_from_the_stored_draws(run):
    draws = run.draws("overall")
    order = np.argsort(run.scores["unit_id"].to_numpy(dtype=str))
    low, high = np.quantile(draws.astype(float), [0.05, 0.95], axis=1)
    np.testing.assert_allclose(run.scores["score_low"].to_numpy()[order], low, atol=1e-4)
    np.testing.assert_allclose(run.scores["score_high"].to_numpy()[order], high, atol=1e-4)
    top = np.sort(draws, axis=0)[-8]
    np.testing.assert_allclose(run.scores["p_top"].to_numpy()[order], (draws >= top).mean(axis=1), atol=2e-3)


def test_every_row_of_every_file_is_accounted_for(run):
    table = run.reconciliation
    parts = ["loaded", "enforcement", "reduced", "outside_city", "outside_period", "rejected", "no_location"]
    assert set(table["source"]) == {"crimes", "homicides", "complaints", "opioid_deaths"}
    told = table.dropna(subset=["rows"])
    assert set(told["source"]) == {"crimes", "homicides"}, "of sensitive files no number is told"
    assert (told[parts] >= 0).all().all()
    assert (told[parts].sum(axis=1) == told["rows"]).all()


def test_a_small_population_gets_a_wide_interval_by_the_method_alone(run):
    width = run.scores.set_index("label").eval("score_high - score_low")
    assert width["Burnside"] > 1.5 * width.median()


def test_a_thin_indicator_is_shown_but_does_not_count(run):
    row = run.register.set_index("indicator").loc["intimidation_extortion"]
    assert row["screened"]
    assert row["weight"] == 0
    assert row["reason"]


def test_no_indicator_of_one_pillar_counts_an_event_that_another_counts(run):
    seen = set()
    for name in run.place.indicators:
        item = run.config.indicators[name]
        if item.role == "score":
            keys = {(item.pillar, c, p) for c in item.count.classes for p in item.count.place_classes}
            assert not keys & seen
            seen |= keys
