"""The area lens on a place of twelve areas whose answers are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harmmodel.lenses.areas.score import AreaScores, score_areas
from harmmodel.lenses.areas.spec import AreaInputs
from harmmodel.lenses.scheme import PillarSpec
from tests.schemes import area_scheme, indicator

IDS = [f"a{number:02d}" for number in range(12)]
SPECS = [
    indicator(
        id="complaints", label="Complaints", pillar="corruption", classes=("abuse",), high=400, police_contact=True
    ),
    indicator(id="overdose", label="Overdose deaths", pillar="community", classes=("death",), high=400),
    indicator(
        id="violence", label="Violence", pillar="violence", classes=("killing", "robbery"), high=4000, weighted=True
    ),
]
SCHEME = area_scheme(
    pillars=(
        PillarSpec("violence", "Violence", 1 / 3, (0.2, 0.5), "targeted deterrence"),
        PillarSpec("corruption", "Corruption", 1 / 3, (0.2, 0.5), "integrity body"),
        PillarSpec("community", "Community harm", 1 / 3, (0.2, 0.5), "health services"),
    ),
    class_weights={"killing": 7000, "robbery": 500},
    draws=400,
)


def place() -> AreaInputs:
    """Build a place where harm rises with the number of the area; half of the complaints are known by beat only."""
    levels = {"killing": 4, "robbery": 40, "death": 12, "abuse": 6}
    owner = {"killing": "violence", "robbery": "violence", "death": "overdose", "abuse": "complaints"}
    rows = [
        (unit, owner[name], name, size * (place + 1)) for name, size in levels.items() for place, unit in enumerate(IDS)
    ]
    beats = [(f"b{number}", "complaints", "abuse", 10) for number in range(6)]
    shares = [(f"b{number}", IDS[2 * number + side], 0.5) for number in range(6) for side in (0, 1)]
    days = [(owner[name], name, 365, "2017-08-01", "2018-08-01") for name in levels]
    return AreaInputs(
        units=pd.DataFrame({"unit_id": IDS, "label": IDS, "residents": 20_000}),
        counts=pd.DataFrame(rows, columns=["unit_id", "indicator", "class", "events"]),
        exposure=pd.DataFrame(days, columns=["indicator", "class", "days", "period_from", "period_to"]),
        beat_counts=pd.DataFrame(beats, columns=["beat_id", "indicator", "class", "events"]),
        beat_shares=pd.DataFrame(shares, columns=["beat_id", "unit_id", "share"]),
    )


@pytest.fixture(scope="module")
def scored() -> AreaScores:
    return score_areas(place(), SPECS, SCHEME)


def without(data: AreaInputs, indicator: str) -> AreaInputs:
    return replace(data, exposure=data.exposure[data.exposure["indicator"] != indicator])


def test_the_area_with_most_harm_is_first_and_in_focus(scored):
    last = scored.scores.set_index("unit_id").loc["a11"]
    assert last["rank"] == 1
    assert last["tier"] == "focus"
    assert last["score_low"] < last["score"] < last["score_high"]
    assert last["rank_low"] <= last["rank"] <= last["rank_high"]


def test_the_score_can_be_recomputed_from_the_frames_it_comes_with(scored):
    contributions = scored.indicators.groupby(["unit_id"])["contribution"].sum()
    pillars = scored.pillars.set_index(["unit_id", "pillar"])
    assert contributions.to_numpy() == pytest.approx(pillars["score"].groupby("unit_id").sum().to_numpy())
    square = (pillars["weight"] * pillars["score"] ** 2).groupby("unit_id").sum()
    assert np.sqrt(square.to_numpy()) == pytest.approx(scored.scores["score"].to_numpy())
    assert pillars["share_of_square"].groupby("unit_id").sum().to_numpy() == pytest.approx(1)


def test_a_rate_follows_from_its_classes_and_what_is_expected(scored):
    classes = scored.classes
    worth = classes["expected"] / classes["variance"]
    share = classes["person_years"] / (classes["person_years"] + worth)
    own = classes["events"] / classes["person_years"]
    rate = 1e5 * (classes["expected"] + share * (own - classes["expected"]))
    assert share.to_numpy() == pytest.approx(classes["own_share"].to_numpy())
    assert rate.to_numpy() == pytest.approx(classes["rate"].to_numpy())
    weighted = (classes["rate"] * classes["class_weight"]).groupby([classes["unit_id"], classes["indicator"]]).sum()
    rates = scored.indicators.set_index(["unit_id", "indicator"])["rate"]
    assert weighted.sort_index().to_numpy() == pytest.approx(rates.sort_index().to_numpy())


def test_the_average_event_of_the_place_counts_one(scored):
    classes = scored.classes[scored.classes["indicator"] == "violence"].drop_duplicates("class").set_index("class")
    means = scored.priors.set_index("class")["mean"][classes.index]
    assert (classes["class_weight"] * means).sum() == pytest.approx(means.sum())
    assert classes.loc["killing", "class_weight"] / classes.loc["robbery", "class_weight"] == pytest.approx(14)


def test_events_known_by_beat_are_shared_out_and_said_to_be_approximate(scored):
    complaints = scored.indicators.query("indicator == 'complaints'").set_index("unit_id")["events"]
    assert complaints["a00"] == 6 + 5
    register = scored.register.set_index("indicator")
    assert register["approximate"].to_dict() == {"complaints": True, "overdose": False, "violence": False}


def test_events_of_no_unit_stay_with_the_place():
    data = place()
    city = pd.DataFrame([(None, "overdose", "death", 7)], columns=data.counts.columns)
    stray = pd.DataFrame([("b99", "complaints", "abuse", 3)], columns=data.beat_counts.columns)
    data = replace(data, counts=pd.concat([data.counts, city]), beat_counts=pd.concat([data.beat_counts, stray]))
    register = score_areas(data, SPECS, SCHEME).register.set_index("indicator")
    for end in ("unallocated_low", "unallocated_high"):
        assert register[end].to_dict() == {"complaints": 3, "overdose": 7, "violence": 0}


def test_without_police_contact_two_pillars_remain(scored):
    assert (scored.scores["pillars_scored"] == 3).all()
    pillars = scored.scores[["violence", "community"]].to_numpy()
    assert scored.scores["score_no_contact"].to_numpy() == pytest.approx(np.sqrt((pillars**2).mean(axis=1)))
    variant = score_areas(place(), SPECS, replace(SCHEME, include_contact=False)).scores
    assert variant["score"].to_numpy() == pytest.approx(scored.scores["score_no_contact"].to_numpy())
    assert variant["p_top"].equals(scored.scores["p_top_no_contact"].rename("p_top"))
    assert variant["corruption"].isna().all()


def test_an_indicator_with_few_events_is_shown_with_weight_zero():
    data = place()
    few = data.counts.assign(events=data.counts["events"].where(data.counts["indicator"] != "overdose", 5))
    result = score_areas(replace(data, counts=few), SPECS, SCHEME)
    row = result.register.set_index("indicator").loc["overdose"]
    assert row["screened"]
    assert row["weight"] == 0
    assert "60 events, fewer than 200" in row["reason"]
    assert result.scores["community"].isna().all()
    assert result.indicators.query("indicator == 'overdose'")["scaled"].notna().all()


def test_an_indicator_for_view_counts_nowhere():
    viewed = [replace(spec, role="view") if spec.id == "overdose" else spec for spec in SPECS]
    result = score_areas(place(), viewed, SCHEME)
    assert result.scores["community"].isna().all()
    assert result.register.set_index("indicator").loc["overdose", "reason"] == "shown only, never counted"


def test_an_indicator_that_is_not_observed_keeps_its_weight_so_that_its_pillar_is_missed():
    twin = replace(SPECS[1], id="outage")
    result = score_areas(place(), [*SPECS, twin], SCHEME)
    row = result.register.set_index("indicator").loc["outage"]
    assert (row["weight"], row["screened"], row["reason"]) == (0.5, False, "not observed")
    assert result.scores["community"].isna().all(), "half of the weight is less than two thirds"
    assert (result.scores["pillars_scored"] == 2).all()


def test_with_one_scored_pillar_that_pillar_orders_and_no_overall_is_printed():
    data = without(without(place(), "overdose"), "complaints")
    scores = score_areas(data, SPECS, SCHEME).scores
    assert scores["score"].isna().all()
    assert scores["score_low"].isna().all()
    assert scores["rank"].tolist() == list(range(12, 0, -1))
    assert scores["reason"].iloc[0].startswith("Ordered by violence alone")
    assert set(scores["driver"]) == {"violence"}


def test_without_any_observation_nothing_is_scored():
    data = place()
    result = score_areas(replace(data, exposure=data.exposure.iloc[:0]), SPECS, SCHEME)
    assert set(result.scores["tier"]) == {"not scored"}
    assert result.scores["rank"].isna().all()
    assert np.isnan(result.draws["violence"]).all()


def test_an_area_without_residents_is_not_scored_and_takes_no_place():
    data = place()
    units = data.units.assign(residents=[0, *data.units["residents"][1:]])
    scores = score_areas(replace(data, units=units), SPECS, SCHEME).scores
    assert scores["tier"].iloc[0] == "not scored"
    assert scores["p_top"].sum() == pytest.approx(2)


def test_draws_are_kept_for_later_questions(scored):
    assert scored.draws["overall"].shape == scored.draws["corruption"].shape == (12, 400)
    assert scored.draws["overall"].dtype == np.float32
    assert set(scored.class_draws) == {"complaints/abuse", "overdose/death", "violence/killing", "violence/robbery"}


@pytest.mark.parametrize("name", ["overdose/death", "complaints/abuse"])
def test_draws_centre_on_the_point_also_where_events_are_known_by_beat_only(scored, name):
    rates = scored.classes[scored.classes["class"] == name.split("/")[1]]["rate"].to_numpy()
    assert scored.class_draws[name].mean(axis=1) == pytest.approx(rates, rel=0.1)


def test_draws_are_renormalised_where_an_indicator_is_missing():
    data, twin = place(), replace(SPECS[1], id="outage", weight=0.2, weight_range=(0.1, 0.3))
    rows = data.counts[data.counts["indicator"] == "overdose"].assign(indicator="outage")
    rows["events"] = rows["events"] * 9.0
    rows.loc[rows["unit_id"] == "a00", "events"] = np.nan
    days = data.exposure[data.exposure["indicator"] == "overdose"].assign(indicator="outage")
    grown = replace(data, counts=pd.concat([data.counts, rows]), exposure=pd.concat([data.exposure, days]))
    drawn = score_areas(grown, [*SPECS, twin], SCHEME).draws["community"]
    alone = score_areas(data, SPECS, SCHEME).draws["community"]
    assert drawn[0] == pytest.approx(alone[0], rel=1e-5)
    assert drawn[1].mean() > 1.3 * alone[1].mean()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": pd.concat([place().units, place().units])}, "units repeat"),
        ({"counts": place().counts.assign(unit_id="nowhere")}, "nowhere is not among the units"),
        ({"beat_shares": pd.concat([place().beat_shares, place().beat_shares])}, "twice"),
        ({"beat_counts": place().beat_counts.assign(events=0.5)}, "whole number"),
        ({"exposure": pd.concat([place().exposure, place().exposure])}, "one is needed"),
        ({"counts": place().counts.assign(events=-1)}, "negative"),
    ],
)
def test_inputs_that_contradict_each_other_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        score_areas(replace(place(), **change), SPECS, SCHEME)


@pytest.mark.parametrize(
    ("specs", "message"),
    [
        ([], "no indicators"),
        ([SPECS[0], SPECS[0]], "repeat"),
        ([replace(SPECS[0], pillar="weather")], "no pillar weather"),
        ([replace(SPECS[0], classes=())], "no classes"),
        ([replace(SPECS[2], classes=("arson",))], "no value for arson"),
    ],
)
def test_indicators_that_cannot_be_counted_are_refused(specs, message):
    with pytest.raises(ValueError, match=message):
        score_areas(place(), specs, SCHEME)
