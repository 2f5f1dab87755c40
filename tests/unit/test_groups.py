"""What the group lens does with disagreement, weak evidence, what the police alone know, and what is not known."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harmmodel.lenses.groups.assessments import assessed, in_force
from harmmodel.lenses.groups.deaths import _ages, _parts
from harmmodel.lenses.groups.score import score_groups, verdict
from harmmodel.lenses.tiers import limit_tiers
from harmmodel.method.uncertainty import tiers_changed
from tests.property.test_groups_laws import GROUPS, METHOD, place

NOTHING = [(None, None)] * 3


def rating(level: str, **changes: str) -> dict[str, str]:
    return {
        "group_id": "a",
        "attribute": "posts",
        "level": level,
        "evidence": "B",
        "information": "2",
        "assessor": "analyst-1",
        "panel": "assessors",
        "assessed_on": "2021-01-01",
        "expires_on": "2023-01-01",
    } | changes


def test_learning_counts_the_tiers_that_change_over_the_levels():
    scores = np.repeat([[50.0], [40.0], [30.0]], 20, axis=1)
    levels = [np.full(20, score) for score in (0.0, 10.0, 20.0, 100.0)]
    change = tiers_changed(scores, 1, levels, k=1, named=lambda shares: limit_tiers(shares, METHOD))
    # At one level of four the second takes the first one's place: two tiers change, and two shares move by one.
    assert (change.tiers, change.most, change.moved) == (0.5, 2, 0.5)
    assert scores[1, 0] == 40.0


def test_sensitivity_is_told_of_what_is_unknown_and_of_nothing_else():
    found = score_groups(place([30, 20, 10], [("high", None), ("unknown", "low"), ("nil", "nil")]), METHOD).sensitivity
    assert set(zip(found["group_id"], found["indicator"], strict=True)) == {("a", "posts"), ("b", "bribes")}
    assert found["tiers_changed"].is_monotonic_decreasing
    assert found["tiers_changed"].nunique() == 2, "the first is the one to learn"


def test_raters_who_disagree_are_drawn_one_at_a_time_and_the_community_is_not_mixed_in():
    rows = pd.DataFrame(
        [
            rating("low"),
            rating("high", assessor="analyst-2"),
            rating("medium", assessor="panel-1", panel="community"),
        ]
    )
    assessment = assessed(rows, METHOD, list(GROUPS))
    assert set(assessment.draws["posts"][0]) == {25.0, 100.0}
    assert assessment.point["posts"][0] == 62.5
    cell = assessment.cells.set_index(["group_id", "indicator"]).loc[("a", "posts")]
    assert (cell["level_low"], cell["level_high"], cell["community_level"]) == ("low", "high", "medium")
    assert cell["raters"] == 2


def test_a_rating_counts_until_the_day_before_it_expires():
    clock = replace(METHOD, clock=dt.date(2022, 5, 1))
    rows = pd.DataFrame([rating("low", expires_on="2022-05-01"), rating("high", assessor="b", expires_on="2022-05-02")])
    assert in_force(rows, clock)["level"].tolist() == ["high"]


@pytest.mark.parametrize(("before", "after"), [("nil", "high"), ("high", "nil")])
def test_the_newest_rating_of_a_rater_counts_whatever_its_level_and_its_row(before, after):
    rows = [rating(before, assessed_on="2021-01-01"), rating(after, assessed_on="2021-06-01")]
    for order in (rows, rows[::-1]):
        assert in_force(pd.DataFrame(order), METHOD)["level"].tolist() == [after]


def test_the_weakest_grade_that_a_level_leans_on_is_told():
    rows = [rating("low", evidence="B", information="4"), rating("high", assessor="b", evidence="D", information="1")]
    cell = assessed(pd.DataFrame(rows), METHOD, ["a"]).cells.set_index("indicator").loc["posts"]
    assert (cell["evidence"], cell["information"]) == ("D", "4")


def test_a_death_is_weighed_at_the_middle_of_its_month_and_one_without_month_over_its_year():
    months = pd.DataFrame({"month": pd.to_datetime(["2021-12-01", "2021-01-01"]), "best": [1.0, 1.0]})
    # Months before 2022 with a half-life of a year; what never changes is to keep its yearly number.
    dated = [np.log(2) * 0.5 ** (age / 12) for age in (0.5, 11.5)]
    assert _ages(months, 2021, METHOD) == pytest.approx([sum(dated) / 2] * 3)
    months.loc[1, "month"] = pd.NaT
    low, high, mean = _ages(months, 2021, METHOD)
    assert [low, high] == pytest.approx([(dated[0] + np.log(2) * end) / 2 for end in (0.5, 1.0)])
    assert low < mean < high


def test_who_attacks_civilians_has_all_of_the_deaths():
    sides = pd.DataFrame([("7", "one_sided", "a", "a")], columns=["dyad_id", "class", "side", "group_id"])
    ((pair, [member]),) = _parts(replace(place([1, 1, 1], NOTHING), sides=sides), METHOD)
    assert (pair, member.group, member.share, member.inside) == ("7 one_sided", "a", 1.0, 1.0)
    assert set(member.shares) == set(member.insides) == {1.0}


@pytest.mark.parametrize(("changes", "word"), [({}, "high"), ({"evidence": "D"}, "low"), ({"information": "4"}, "low")])
def test_an_assessment_of_a_weak_source_makes_confidence_low(changes, word):
    data = place([30, 20, 10], NOTHING)
    data = replace(data, cells=data.cells.assign(is_precise=True), assessments=pd.DataFrame([rating("low", **changes)]))
    assert score_groups(data, METHOD).scores["confidence"].tolist() == [word, "high", "high"]


def test_focus_must_hold_without_what_is_known_only_where_police_look():
    row = {"p_top": 0.9, "p_top_no_contact": 0.9, "p_top_unknown": 0.9, "violence": 50.0, "corruption": 50.0}
    assert verdict(row, METHOD).tier == "focus"
    told = verdict(row | {"p_top_no_contact": 0.5}, METHOD)
    assert told.tier == "contested"
    assert "only where police look" in told.reason
