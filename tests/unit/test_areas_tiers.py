"""Rules of the tiers, their words and the four corners."""

from dataclasses import replace

import numpy as np
import pytest

from harmmodel.lenses.areas.contrast import corner
from harmmodel.lenses.areas.estimate import PillarDraws, Scored
from harmmodel.lenses.areas.tiers import SharesInTop, TierEvidence, change_columns, judge
from harmmodel.lenses.phrases import percent
from harmmodel.lenses.scheme import PillarSpec
from harmmodel.lenses.tiers import UNDECIDED, driver_shares, drivers, led, limit_tier
from tests.schemes import area_scheme

NAN = float("nan")
LABELS = ("violence", "corruption", "community harm")
SCHEME = area_scheme(
    pillars=tuple(
        PillarSpec(id=label.split()[0], label=label, weight=1, weight_range=(0.5, 1.5), lead="") for label in LABELS
    ),
)


def standing(p_top, p_guarded=0.95, p_no_contact=0.95, driver="violence", scored=LABELS):
    return TierEvidence(p_top=p_top, p_guarded=p_guarded, p_no_contact=p_no_contact, driver=driver, scored=scored)


@pytest.mark.parametrize(
    ("p_top", "tier"),
    [(1.0, "focus"), (0.8, "focus"), (0.79, "contested"), (0.11, "contested"), (0.1, "baseline"), (0, "baseline")],
)
def test_the_limits_belong_to_the_outer_tiers(p_top, tier):
    without = 0.95 if p_top > 0.1 else p_top
    assert limit_tier(p_top, SCHEME) == judge(standing(p_top, p_no_contact=without), SCHEME).tier == tier


def test_few_complaints_make_no_area_baseline():
    verdict = judge(standing(0.02, p_no_contact=0.13), SCHEME)
    assert verdict.tier == "contested"
    assert verdict.reason == (
        "In the top tenth in 2% of draws, but without records that need police contact in 13%; the rule for baseline "
        "is 10% at most each time."
    )
    assert judge(standing(0.02, p_no_contact=0.1), SCHEME).tier == "baseline"
    assert judge(standing(0.02, p_no_contact=float("nan")), SCHEME).tier == "baseline"


def test_a_focus_says_which_rule_it_meets_with_which_figures():
    assert judge(standing(0.96, 0.93, 0.91), SCHEME).reason == (
        "In the top tenth in 96% of draws (93% on violence alone, 91% without records that need police contact); "
        "the rule asks for 80%."
    )


def test_focus_driven_by_violence_must_hold_on_violence_alone():
    verdict = judge(standing(0.96, p_guarded=0.62), SCHEME)
    assert verdict.tier == "contested"
    assert verdict.reason == (
        "In the top tenth in 96% of draws, but violence drives its score and on violence alone it is there in 62%; "
        "the rule asks for 80% each time."
    )


def test_focus_driven_by_another_pillar_need_not_hold_on_violence_alone():
    assert judge(standing(0.96, p_guarded=0.1, driver="community"), SCHEME).tier == "focus"


def test_focus_must_survive_without_records_that_need_police_contact():
    verdict = judge(standing(0.85, p_no_contact=0.796, driver="corruption"), SCHEME)
    assert verdict.tier == "contested"
    assert "without records that need police contact it is there in 79.6%" in verdict.reason


def test_a_focus_that_just_meets_every_limit_stands():
    assert judge(standing(0.8, p_guarded=0.8, p_no_contact=0.8), SCHEME).tier == "focus"


def test_a_limit_that_is_met_asks_for_no_gain():
    """Of ten draws the first is in the top in eight, which focus asks for, and in none without police contact."""
    scheme = replace(SCHEME, draws=10, top_share=0.5)
    draws = np.array([[2.0] * 8 + [0.0] * 2, [1.0] * 10], dtype=np.float32)
    even = np.full((3, 2), 50.0)
    main, bare = (Scored({}, even, values, even) for values in (np.array([2.0, 1.0]), np.array([1.0, 2.0])))
    drawn, drawn_bare = (PillarDraws({"violence": values}, values) for values in (draws, draws[::-1]))
    in_top = SharesInTop(top=np.array([0.8, 0.2]), guarded=np.array([0.8, 0.2]), no_contact=np.array([0.2, 0.8]))
    judged = {"tier": ["contested", "contested"], "driver": ["corruption", "corruption"]}
    columns = change_columns(((main, drawn), (bare, drawn_bare)), in_top, judged, scheme)
    assert np.isnan(columns["shift_up"][0])
    assert columns["shift_up"][1] == 1.0, "from 1 to above 2"
    assert columns["shift_up_no_contact"][0] == 1.0
    assert np.isnan(columns["shift_up_no_contact"][1])


def test_an_area_leaves_the_baseline_with_more_draws_than_the_limit():
    """Of ten draws it is in the top in one, a tenth; with a second one it is contested."""
    scheme = replace(SCHEME, draws=10, top_share=0.5)
    draws = np.array([[5.0, 4.0, 3.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 0.0], [1.0] * 10], dtype=np.float32)
    even = np.full((3, 2), 50.0)
    main, drawn = Scored({}, even, np.array([2.0, 1.0]), even), PillarDraws({"violence": draws}, draws)
    in_top = SharesInTop(*[np.array([0.9, 0.1])] * 3)
    judged = {"tier": ["focus", "baseline"], "driver": ["corruption", "corruption"]}
    columns = change_columns(((main, drawn), (main, drawn)), in_top, judged, scheme)
    assert columns["shift_up"][1] == 1.0, "from 1 to above 2 in one more draw"
    assert columns["shift_down"][0] == 1.0, "in eight draws of ten it is at least 1 above"


def test_focus_that_cannot_be_checked_without_police_contact_is_contested():
    verdict = judge(standing(0.85, p_no_contact=NAN, driver="corruption"), SCHEME)
    assert verdict.tier == "contested"
    assert "cannot be scored without" in verdict.reason


def test_both_faults_are_named_in_one_sentence():
    reason = judge(standing(0.85, p_guarded=0.3, p_no_contact=0.4), SCHEME).reason
    assert reason.count(".") == 1
    assert "violence alone" in reason
    assert "40%" in reason


def test_contested_and_baseline_name_their_limits():
    assert judge(standing(0.43), SCHEME).reason == (
        "In the top tenth in 43% of draws: more than the 10% of baseline, less than the 80% that focus asks for."
    )
    assert judge(standing(0.0, p_no_contact=0.0), SCHEME).reason == (
        "In the top tenth in under 1% of draws; the rule for baseline is 10% at most."
    )


@pytest.mark.parametrize(("p_top", "words"), [(0.7999, "79.99%"), (0.1032, "10.3%"), (0.1, "10%"), (0.796, "79.6%")])
def test_rounding_never_makes_a_share_look_like_the_limit_it_misses(p_top, words):
    assert f"in {words} of draws" in judge(standing(p_top), SCHEME).reason


@pytest.mark.parametrize(
    ("share", "limit", "words"),
    [
        (0.1032, 0.1, "10.3%"),
        (0.0968, 0.1, "9.7%"),
        (0.104, 0.1, "10.4%"),
        (0.106, 0.1, "11%"),
        (0.445, 0.1, "45%"),
        (0.8045, 0.804, "80.5%"),
        (0.799999, 0.8, "just under 80%"),
        (0.1000001, 0.1, "just over 10%"),
    ],
)
def test_a_share_is_written_on_its_own_side_of_a_limit(share, limit, words):
    assert percent(share, limits=(limit,)) == words


def test_a_unit_on_fewer_pillars_says_so():
    assert judge(standing(0.5, scored=("violence",)), SCHEME).reason.startswith(
        "Ordered by violence alone, the one scored pillar"
    )
    two = judge(standing(0.5, scored=("violence", "community harm")), SCHEME).reason
    assert two.startswith("On violence and community harm, the scored pillars, it is in the top tenth in 50%")


def test_a_unit_without_a_scored_pillar_is_not_scored():
    verdict = judge(standing(NAN, NAN, NAN, driver="", scored=()), SCHEME)
    assert verdict.tier == "not scored"


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "under 1%"), (0.007, "under 1%"), (0.992, "over 99%"), (NAN, "unknown")]
)
def test_no_share_of_draws_is_called_certain(share, words):
    assert percent(share) == words


def test_the_driver_is_what_sets_a_unit_apart_not_what_is_high_everywhere():
    pillars = np.array([[90.0, 90.0, 91.0], [10.0, 50.0, 10.0], [NAN, NAN, NAN]])
    assert drivers(pillars, np.array([1.0, 1.0, 1.0]))[1:] == [1, 0]


def test_a_unit_without_pillars_has_no_driver():
    assert drivers(np.array([[NAN, 5.0]]), np.ones(1)) == [None, 0]


@pytest.mark.parametrize(
    ("tier", "without", "level", "words"),
    [
        ("focus", "focus", "over", "change the kind of work"),
        ("contested", "baseline", "under", "move attention here"),
        ("contested", "not scored", "level", "keep, lead by driver"),
        ("baseline", "contested", "over", "change the kind of work"),
        ("baseline", "focus", "under", "move attention here"),
        ("baseline", "baseline", "over", "release"),
        ("baseline", "baseline", "level", "leave"),
        ("baseline", "baseline", "under", "leave"),
        ("baseline", "not scored", "over", "not scored"),
        ("not scored", "focus", "over", "not scored"),
        ("focus", "focus", None, "not scored"),
    ],
)
def test_each_corner_has_its_words_and_release_asks_for_baseline_twice(tier, without, level, words):
    assert corner(tier, without, level) == words


def test_where_no_pillar_lies_above_the_median_nothing_drives_a_score_and_nobody_leads():
    low, high = np.full((1, 100), 5.0), np.linspace(20.0, 30.0, 100)[None, :]
    drawn = [np.concatenate([low, high, high + 1]), np.concatenate([low + 1, high, high + 1])]
    shares = driver_shares(drawn, np.array([0.5, 0.5]))
    assert shares[:, 0].tolist() == [0.0, 0.0], "the least low of two low pillars is no reason to lead"
    assert shares[:, 2].sum() == 1
    assert led(["oversight"], [float(shares[:, 0].max())], 0.6) == [UNDECIDED]
