"""Whatever the blame: every division of blame of a small table, by other code, lies inside the bounds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from harmmodel.lenses.groups.blame import rank_bounds
from harmmodel.lenses.groups.score import score_groups
from harmmodel.method.groups.attribution import mean_age_weight
from tests.property.test_groups_laws import METHOD, place
from tests.schemes import group_indicator

NOTHING = [(None, None)] * 3
# Three pairs fight, a with b, b with c, c with a: all dead, and the dead of each side.
DEAD = {(0, 1): (200, 30, 10), (1, 2): (120, 0, 0), (2, 0): (50, 5, 20)}
AGES = {(0, 1): 3, (1, 2): 2, (2, 0): 1}  # years before the reference date
INDICATORS = (
    group_indicator("decayed_deaths", "Deaths", "violence", "decayed_deaths", high=500.0),
    *METHOD.indicators[1:],
)


def fought(method=METHOD):
    data = place([all_ for all_, _, _ in DEAD.values()], NOTHING)
    cells = data.cells.assign(dead_a=[a for _, a, _ in DEAD.values()], dead_b=[b for _, _, b in DEAD.values()])
    return score_groups(replace(data, cells=cells), replace(method, indicators=INDICATORS))


def done(blame, counted=False):
    """Deaths a year that each of the three did, when the first side did these shares of what is in doubt."""
    total = np.zeros(3)
    for (pair, (whole, dead_a, dead_b)), share in zip(DEAD.items(), blame, strict=True):
        first, second = pair
        weight = mean_age_weight(12 * (AGES[pair] - 1), 12 * AGES[pair], 12)
        doubt = whole if counted else whole - dead_a - dead_b
        total[first] += weight * (share * doubt + (0 if counted else dead_b))
        total[second] += weight * ((1 - share) * doubt + (0 if counted else dead_a))
    return total


@pytest.mark.parametrize("counted", [False, True])
def test_every_division_of_blame_lies_inside_and_the_ends_are_attained(counted):
    scores = fought(replace(METHOD, own_dead=counted)).scores
    low, high = (scores[f"blame_score_{end}"].to_numpy() for end in ("low", "high"))
    first, last = (scores[f"blame_rank_{end}"].to_numpy() for end in ("low", "high"))
    rng = np.random.default_rng(5)
    corners = np.array(np.meshgrid(*[[0.0, 1.0]] * 3)).reshape(3, -1).T
    points = np.array([done(b, counted) / 5 for b in [*corners, *rng.random((500, 3))]])
    assert (points >= low - 1e-9).all()
    assert (points <= high + 1e-9).all()
    assert points.min(axis=0) == pytest.approx(low)
    assert points.max(axis=0) == pytest.approx(high)
    ranked = rankdata(-points, axis=1)
    assert (ranked >= first).all()
    assert (ranked <= last).all()
    assert done([0.5] * 3, counted) / 5 == pytest.approx(scores["violence"].to_numpy())


def test_a_death_whose_side_is_known_is_no_harm_of_its_own_side():
    """Where each death has a side nothing is in doubt, and the draws of blame move nothing but the noise of counts."""
    data = place([100, 0, 0], NOTHING)
    cells = data.cells.assign(low=data.cells["best"], high=data.cells["best"], dead_a=[70, 0, 0], dead_b=[30, 0, 0])
    scores = score_groups(replace(data, cells=cells), METHOD).scores.set_index("group_id")
    assert (scores["blame_score_low"] == scores["blame_score_high"]).all()
    assert scores.loc["b", "violence"] / scores.loc["a", "violence"] == pytest.approx(7 / 3)
    assert scores["rank"].to_dict() == {"a": 2.0, "b": 1.0, "c": 3.0}
    assert scores["rank_own_dead"].to_dict() == {"a": 1.5, "b": 1.5, "c": 3.0}


def test_the_order_without_own_dead_stands_beside_the_deaths_of_both_sides():
    orders = fought().orders.set_index("group_id")
    assert orders["deaths"].to_dict() == {"a": 125.0, "b": 160.0, "c": 85.0}
    # a: half of the 160 in doubt and 10 of b, half of the 25 in doubt and 5 of c; and so on.
    assert orders["deaths_done"].to_dict() == {"a": 107.5, "b": 170.0, "c": 92.5}


def test_ranks_of_equal_values_lie_inside_the_bounds():
    low, high = rank_bounds(np.array([4.0, 4.0, 1.0, np.nan]), np.array([4.0, 4.0, 9.0, np.nan]))
    pd.testing.assert_series_equal(pd.Series(low), pd.Series([1.0, 1.0, 1.0, np.nan]))
    pd.testing.assert_series_equal(pd.Series(high), pd.Series([3.0, 3.0, 3.0, np.nan]))


def test_the_shipped_bounds_hold_the_printed_place_and_no_name_is_left_out(mexico):
    from harmmodel.views.groups.explain import explain
    from harmmodel.warehouse.read import groups

    run = groups.published(mexico.path, mexico.place)
    scores = run.scores
    assert (scores["blame_rank_low"] <= scores["rank"]).all()
    assert (scores["rank"] <= scores["blame_rank_high"]).all()
    assert (scores["blame_score_low"] <= scores["violence"] + 1e-9).all()
    assert (scores["violence"] <= scores["blame_score_high"] + 1e-9).all()
    row = scores[scores["group_id"] == "cjng"].iloc[0]
    said = explain(run, "cjng")
    low, high = int(row["blame_rank_low"]), int(row["blame_rank_high"])
    assert f"Whatever the blame, its place is between {low} and {high} of {len(scores)}." in said.finding
    (step,) = [step for step in said.steps if step.title == "Whatever the blame"]
    assert "972 (1.1%)" in step.words
