"""The path of a score can be followed by hand: its rows give the score that the run holds."""

import math

import pandas as pd
import pytest

from harmmodel.errors import UnknownUnit
from harmmodel.views import area, explain
from harmmodel.warehouse import runs
from harmmodel.warehouse.runs import Run
from tests.conftest import Project


@pytest.fixture(scope="module")
def run(project: Project) -> Run:
    return runs.published(project.path, project.place)


def figure(text: str) -> float:
    return math.nan if text == "–" else float(text.replace(",", ""))


def column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].map(figure)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_points_add_up_to_pillars_and_pillars_to_the_score(run: Run, place: int):
    score = run.scores.sort_values("rank").iloc[place]
    found = explain.explain(run, str(score["unit_id"]))
    points = column(found.indicators.rows, "Points").groupby(found.indicators.rows["Pillar"]).sum()
    pillars = column(found.pillars.rows, "Score").set_axis(found.pillars.rows["Pillar"])
    assert (points - pillars).abs().max() < 0.05
    weights = column(found.pillars.rows, "Weight").to_numpy()
    by_hand = math.sqrt((weights * pillars.to_numpy() ** 2).sum() / weights.sum())
    assert by_hand == pytest.approx(score["score"], abs=0.05)


def test_a_shrunk_rate_lies_between_own_rate_and_mean(run: Run):
    rows = explain.explain(run, "Burnside").counts.rows
    own, share, mean = (column(rows, name) for name in ("Own rate", "Own share", "Mean"))
    by_hand = share * own + (1 - share) * mean
    known = by_hand.notna()
    assert known.any()
    assert (by_hand - column(rows, "Shrunk rate"))[known].abs().max() < 0.5  # the share is printed with 3 decimals


def test_small_counts_of_sensitive_sources_are_not_given_away(run: Run):
    rows = explain.explain(run, "Burnside").counts.rows.set_index("Counted as")
    assert rows.loc["opioid death", "Events"] == "fewer than 5"
    assert rows.loc["opioid death", "Own rate"] == "–"
    assert "fewer than 5" in set(explain.explain(run, "Burnside").indicators.rows["Burden"])


def test_sources_are_named_with_their_hash(run: Run):
    rows = explain.explain(run, "Burnside").sources.rows
    hashes = {file.sha256[:12] for passport in run.config.passports.values() for file in passport.raw_files}
    assert len(rows)
    assert set(rows["sha256"]) <= hashes


def test_a_unit_is_found_by_id_and_by_name_in_any_case(run: Run):
    unit = explain.find_unit(run, "burnside")
    assert explain.find_unit(run, f" {unit} ") == unit


def test_an_unknown_unit_is_told_with_what_comes_close(run: Run):
    with pytest.raises(UnknownUnit, match=r"no community area 'garfield'. Did you mean .*Garfield"):
        explain.find_unit(run, "garfield")


@pytest.mark.parametrize(
    ("up", "down", "said"),
    [
        (6.2, 4.4, "about 6 points more would bring it into focus, about 4 points less would make it baseline"),
        (math.nan, 0.2, "about 1 point less would make it baseline"),
        (math.nan, math.inf, ""),
        (math.nan, math.nan, ""),
    ],
)
def test_what_would_change_the_tier_is_said_in_points(up: float, down: float, said: str):
    text = area.what_changes(pd.Series({"shift_to_focus": up, "shift_to_baseline": down, "tier": "contested"}))
    assert said in text
    assert bool(said) == bool(text)
