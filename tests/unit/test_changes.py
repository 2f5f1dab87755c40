"""Enforcement beside harm, and yearly trends, on places whose answers are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harmmodel.lenses.areas.contrast import ContrastInputs, contrast_areas
from harmmodel.lenses.areas.trend import yearly_trend
from tests.schemes import INTERVAL

SCORES = pd.DataFrame(
    {
        "unit_id": ["d", "a", "b", "c"],
        "label": ["D", "A", "B", "C"],
        "residents": [10_000, 10_000, 20_000, np.nan],
        "rank": [np.nan, 1.0, 2.0, 3.0],
        "rank_low": [np.nan, 1.0, 2.0, 2.0],
        "rank_high": [np.nan, 1.0, 3.0, 3.0],
        "tier": ["not scored", "focus", "baseline", "contested"],
        "tier_no_contact": ["not scored", "focus", "baseline", "baseline"],
    }
)
DATA = ContrastInputs(
    scores=SCORES,
    arrests=pd.DataFrame(
        {
            "unit_id": ["a", "b", "b", "c", None],
            "class": ["sale", "sale", "use", "use", "use"],
            "arrests": [100, 200, 500, 200, 9],
        }
    ),
    violence=pd.DataFrame(
        {
            "unit_id": ["a", "a", "b", "c"],
            "class": ["killing", "robbery", "robbery", "robbery"],
            "events": [20, 400, 200, 200],
        }
    ),
    class_weights={"killing": 10, "robbery": 1},
    days=365,
    seed=0,
    draws=1000,
    burden=0.8,
    held=True,
    unheard=frozenset(),
    interval=INTERVAL,
)


def test_a_ratio_is_the_share_of_arrests_over_the_share_of_weighted_violence():
    frame = contrast_areas(DATA).frame.set_index("unit_id")
    assert frame.index.tolist() == ["a", "b", "c", "d"]
    assert frame["arrest_share"].tolist() == pytest.approx([0.1, 0.7, 0.2, 0])
    assert frame["violence_share"].tolist() == pytest.approx([0.6, 0.2, 0.2, 0])
    assert frame["ratio"].tolist()[:3] == pytest.approx([1 / 6, 3.5, 1])
    known = frame.drop(index="d")
    assert (known["ratio_low"] < known["ratio_high"]).all()
    assert frame.loc["d", ["ratio", "ratio_low", "ratio_high"]].isna().all(), "nothing recorded, nothing compared"
    assert frame["level"].tolist()[:3] == ["under", "over", "level"]
    assert frame["corner"].tolist() == ["move attention here", "release", "keep, lead by driver", "not scored"]


def test_an_area_that_is_baseline_only_with_records_of_police_contact_is_not_released():
    scores = SCORES.assign(tier_no_contact=["not scored", "focus", "contested", "baseline"])
    frame = contrast_areas(replace(DATA, scores=scores)).frame.set_index("unit_id")
    assert frame.loc["b", ["level", "corner"]].tolist() == ["over", "change the kind of work"]


def test_a_move_is_clear_when_the_rank_by_arrests_lies_outside_the_interval_by_harm():
    frame = contrast_areas(DATA).frame.set_index("unit_id")
    assert frame.loc["a", "rank_arrests"] == 2
    assert frame.loc["a", "moves"] == 1
    assert frame.loc["a", "clear_move"]
    assert pd.isna(frame.loc["c", "rank_arrests"]), "without residents there is no rate"
    assert not frame.loc["c", "clear_move"]


def test_arrests_are_per_thousand_residents_and_year():
    half = contrast_areas(replace(DATA, days=73)).frame.set_index("unit_id")
    assert half.loc["a", "arrests_per_1000"] == pytest.approx(50)


def test_figures_of_the_place_are_given_with_what_could_not_be_placed():
    facts = contrast_areas(DATA).facts
    assert facts["drug_arrests"] == 1000
    assert facts["drug_arrests_unplaced"] == 9
    assert facts["focus_arrest_share"] == pytest.approx(0.1)
    assert facts["focus_violence_share"] == pytest.approx(0.6)
    assert facts["top_k"] == 3, "the first ten, or all where there are fewer"
    assert facts["top_overlap"] == 2, "of the two areas that both orders know"
    assert facts["spearman"] == pytest.approx(-1)


def test_the_order_of_rows_changes_no_bit_of_the_contrast():
    shuffled = replace(DATA, scores=SCORES[::-1], arrests=DATA.arrests[::-1], violence=DATA.violence[::-1])
    pd.testing.assert_frame_equal(contrast_areas(shuffled).frame, contrast_areas(DATA).frame, check_exact=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"days": 0}, "days"),
        ({"class_weights": {"killing": 1}}, "no value for robbery"),
        ({"arrests": DATA.arrests.assign(unit_id="nowhere")}, "nowhere"),
    ],
)
def test_contrasts_that_cannot_be_drawn_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        contrast_areas(replace(DATA, **change))


def test_a_trend_gives_each_covered_year_and_the_whole_place():
    counts = pd.DataFrame({"unit_id": ["a", "a", None, "b"], "year": [2016, 2016, 2017, 2001], "events": [2, 1, 4, 9]})
    trend = yearly_trend(counts, {"a": 50_000, "b": 150_000}, {2016: 365, 2017: 73}, INTERVAL).set_index(
        ["unit_id", "year"]
    )
    assert len(trend) == 6
    assert trend.loc[("a", 2016), "rate"] == pytest.approx(6)
    assert trend.loc[("b", 2017), ["events", "low"]].tolist() == [0, 0]
    assert trend.loc[("b", 2017), "high"] > 0
    assert trend.loc[("city", 2017), "events"] == 4
    assert trend.loc[("city", 2017), "rate"] == pytest.approx(10)


def test_a_trend_of_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="nowhere"):
        yearly_trend(
            pd.DataFrame({"unit_id": ["nowhere"], "year": [2016], "events": [1]}), {"a": 1.0}, {2016: 365}, INTERVAL
        )
