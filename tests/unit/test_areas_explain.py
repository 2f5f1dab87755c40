"""The path of a score can be followed by hand: its rows give the score that the run holds."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from harmmodel.errors import UnknownUnit
from harmmodel.views import labels, words
from harmmodel.views.areas import detail, explain, nearest, recording
from harmmodel.views.indicators import page
from harmmodel.views.source import clipping_note
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests.conftest import Project


@pytest.fixture(scope="module")
def run(project: Project) -> AreaRun:
    return editions.published(project.path, project.place)


def figure(text: str) -> float:
    return math.nan if text == "–" else float(text.replace(",", ""))


def column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].map(figure)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_points_add_up_to_pillars_and_pillars_to_the_score(run: AreaRun, place: int):
    score = run.scores.sort_values("rank").iloc[place]
    explanation = explain.explain(run, str(score["unit_id"]))
    points = column(explanation.steps[1].rows, "Points").groupby(explanation.steps[1].rows["Pillar"]).sum()
    pillars = column(explanation.steps[2].rows, "Score").set_axis(explanation.steps[2].rows["Pillar"])
    assert (points - pillars).abs().max() < 0.05
    weights = column(explanation.steps[2].rows, "Weight").to_numpy()
    by_hand = math.sqrt((weights * pillars.to_numpy() ** 2).sum() / weights.sum())
    assert by_hand == pytest.approx(score["score"], abs=0.05)


def test_a_shrunk_rate_lies_between_own_rate_and_what_is_expected(run: AreaRun):
    rows = explain.explain(run, "Burnside").steps[0].rows
    own, share, expected = (column(rows, name) for name in ("Own rate", "Own share", "Expected"))
    by_hand = share * own + (1 - share) * expected
    known = by_hand.notna()
    assert known.any()
    assert (by_hand - column(rows, "Shrunk rate"))[known].abs().max() < 0.5  # the share is printed with 3 decimals


def test_a_withheld_count_is_told_by_its_ends_and_by_what_it_is_taken_as(run: AreaRun):
    """All other figures of the row follow from these alone, so they are told; see `tests.laws.test_release`."""
    rows = explain.explain(run, "Burnside").steps[0].rows.set_index("Counted as")
    events, taken = rows.loc["opioid death", "Events"].split(", taken as ")
    assert events == "1 to 4"
    assert 1 < figure(taken) < 4
    own = figure(taken) / figure(rows.loc["opioid death", "Person-years"]) * 100_000
    assert own == pytest.approx(figure(rows.loc["opioid death", "Own rate"]), rel=0.01)
    assert "Their publishers release these records" in explain.explain(run, "Burnside").steps[0].words


def test_pictures_and_sentences_tell_no_count_that_is_withheld(run: AreaRun):
    area = detail.area(run, "Burnside")
    strip = area.indicators.rows.set_index("name").loc["Opioid deaths"]
    assert strip["low"] < strip["value"] < strip["high"]
    assert "opioid deaths 1 " not in " ".join(area.reasons)
    rates = page.register(run, "opioid_deaths").card.rates
    assert "events" not in rates
    assert len(rates) == len(run.units)


def test_own_share_and_shrunk_rate_follow_from_the_printed_row(run: AreaRun):
    rows = explain.explain(run, "West Englewood").steps[0].rows
    years, worth, share = column(rows, "Person-years"), column(rows, "Worth"), column(rows, "Own share")
    assert (years / (years + worth) - share).abs().max() < 0.001
    expected, own = column(rows, "Expected"), column(rows, "Own rate")
    assert ((expected + share * (own - expected) - column(rows, "Shrunk rate")).abs() / own.clip(lower=1)).max() < 0.01


def test_what_is_only_shown_stays_out_of_the_path(run: AreaRun):
    explanation = explain.explain(run, "West Englewood")
    assert "Serious violence, weighted" not in set(explanation.steps[0].rows["Indicator"])
    assert "Serious violence, weighted" in explanation.steps[0].words


def test_the_path_ends_in_tier_driver_and_enforcement(run: AreaRun):
    rows = explain.explain(run, "West Englewood").steps[3].rows.set_index("What")["Found"]
    score = run.scores.set_index("label").loc["West Englewood"]
    assert rows["Tier"] == score["tier"].capitalize()
    assert rows["Score without police-contact indicators"] == words.score(score["score_no_contact"])
    assert rows["Driver"].startswith("Violence")
    assert rows["Enforcement beside harm"].endswith("×")


def test_sources_are_named_with_their_hash(run: AreaRun):
    rows = explain.explain(run, "Burnside").steps[4].rows
    hashes = {file.sha256[:12] for passport in run.config.passports.values() for file in passport.raw_files}
    assert len(rows)
    assert set(rows["sha256"]) <= hashes


def test_a_unit_is_found_by_id_and_by_name_in_any_case(run: AreaRun):
    unit = explain.find_unit(run, "burnside")
    assert explain.find_unit(run, f" {unit} ") == unit


def test_an_unknown_unit_is_told_with_what_comes_close(run: AreaRun):
    with pytest.raises(UnknownUnit, match=r"no community area 'garfield'. Did you mean .*Garfield"):
        explain.find_unit(run, "garfield")


SHIFTS = [f"shift_{way}{of}" for way in ("up", "down") for of in ("", "_no_contact", "_violence")]


@pytest.mark.parametrize(
    ("tier", "shifts", "said"),
    [
        ("baseline", {"shift_up": 0.26}, "about 0.3 points more would make it contested"),
        (
            "contested",
            {"shift_up": 6.2, "shift_down": 4.4},
            "about 4.4 points less would make it baseline; about 6.2 points more would bring it into focus",
        ),
        (
            "contested",
            {"shift_up": 1.5, "shift_up_violence": 0.6, "shift_up_no_contact": 4.0, "shift_down": 12.4},
            "about 1.5 points more overall would pass 80%, but violence alone must also rise by 0.6 points and the "
            "score without police-contact indicators by 4 points; about 12 points less would make it baseline",
        ),
        ("contested", {"shift_up_violence": 1.04}, "for focus, violence alone must rise by about 1 point,"),
        ("contested", {"shift_up_no_contact": math.inf, "shift_down": 0.01}, "about 0.1 points less would make it"),
        (
            "focus",
            {"shift_down": 0.49, "shift_down_no_contact": 0.36, "shift_down_violence": 3.4},
            "about 0.4 points less on the score without police-contact indicators would make it contested, as would "
            "0.5 points less overall or 3.4 points less on violence alone",
        ),
        ("focus", {"shift_down": 25.0}, "about 25 points less would make it contested,"),
        ("focus", {"shift_down": math.inf}, ""),
        ("not scored", {}, ""),
    ],
)
def test_what_would_change_the_tier_is_said_in_points_the_nearest_first(
    run: AreaRun, tier: str, shifts: dict, said: str
):
    following = {"baseline": ("contested", ""), "contested": ("focus", "baseline"), "focus": ("", "contested")}
    up, down = following.get(tier, ("", ""))
    row = {"tier_up": up, "tier_down": down, "rank_no_contact": 9.0, **dict.fromkeys(SHIFTS, math.nan), **shifts}
    text = nearest.nearest_tiers(run, pd.Series(row))
    assert said in text
    assert bool(said) == bool(text)


def test_an_area_that_cannot_be_checked_without_police_contact_is_told_so(run: AreaRun):
    row = dict.fromkeys([*SHIFTS, "rank_no_contact"], math.nan) | {"shift_up": 1.0, "shift_up_no_contact": math.inf}
    text = nearest.nearest_tiers(run, pd.Series(row | {"tier_up": "focus", "tier_down": "baseline"}))
    assert "cannot be in focus while it has no score without police-contact indicators" in text


def test_a_run_from_before_says_that_it_does_not_hold_what_would_change_the_tier(run: AreaRun):
    assert "harmmodel run chicago" in nearest.nearest_tiers(run, run.scores.drop(columns="tier_up").iloc[0])


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("West Garfield Park", "less overall would make it contested"),
        ("West Englewood", "less on violence alone would make it contested, as would"),
        ("Pullman", "more overall would make it contested, as would"),
        ("Greater Grand Crossing", "more overall would pass 80%, but violence alone must also rise by"),
        ("Riverdale", "points less on the score without police-contact indicators would make it baseline"),
        ("Austin", "less on the score without police-contact indicators would make it baseline"),
        ("Chatham", "more on the score without police-contact indicators would make it contested, as would"),
    ],
)
def test_areas_near_a_limit_read_right(run: AreaRun, label: str, said: str):
    text = " ".join(detail.area(run, label).reasons)
    assert said in text
    assert "all other areas staying as they are" in text


def test_a_page_writes_a_share_of_draws_as_the_reason_does(run: AreaRun):
    for row in run.scores.to_dict("records"):
        assert f"in {labels.chance(run, row['p_top'])} of draws" in row["reason"]


def test_what_ends_at_a_goalpost_is_said_in_the_path_and_beside_the_run(run: AreaRun):
    assert clipping_note(run) == ""
    assert "ended" not in " ".join(explain.explain(run, "Austin").steps[1].rows["Scaled"])
    over = run.indicators.assign(
        rate=run.indicators["rate"].mask(run.indicators["indicator"].eq("homicide"), 1e6),
        scaled=run.indicators["scaled"].mask(run.indicators["indicator"].eq("homicide"), 100.0),
    )
    register = run.register.assign(clipped_share=run.register["indicator"].eq("homicide") * 0.5)
    cut = replace(run, indicators=over, register=register)
    rows = explain.explain(cut, "Austin").steps[1].rows.set_index("Indicator")
    assert rows.loc["Homicide", "Scaled"] == "100.00, ended at its goalpost"
    assert clipping_note(cut).endswith("(share of areas): Homicide (50%).")


def test_how_wrong_recording_may_be_is_told_alike_on_the_page_and_by_explain(run: AreaRun):
    """In both ways, and what is held is named from config: the indicators that are physically verified."""
    told = 0
    for score in run.scores.to_dict("records"):
        row = run.recording.set_index("unit_id").loc[score["unit_id"]]
        page_words = [text for text in detail.area(run, score["unit_id"]).reasons if text.startswith("**If recording")]
        (sentence,) = page_words
        assert sentence.endswith("homicide and opioid deaths staying as recorded.")
        rows = explain.explain(run, score["unit_id"]).steps[3].rows.set_index("What")
        for way, name in (("more", "more complete here than elsewhere"), ("less", "more complete elsewhere than here")):
            percent, tier = row[way], row[f"tier_{way}"]
            found = rows.loc[f"Recording {name}"]
            if math.isnan(percent):
                assert found["Found"] == "none up to 100%"
                assert tier == ""
                continue
            told += 1
            assert found["Found"] == f"{percent:.0f}%"
            assert f"it would be {tier} if recording is {percent:.0f}% {name}" in sentence
            assert tier != score["tier"]
    assert told > 10


def test_the_overview_counts_areas_of_each_tier_that_a_small_error_of_recording_would_change(run: AreaRun):
    moves = (run.recording.set_index("unit_id")[["more", "less"]].min(axis=1) < 20)[run.scores["unit_id"]]
    parts = moves.groupby(run.scores["tier"].to_numpy()).agg(["sum", "size"])
    said = recording.near_a_tier(run)
    assert said.startswith(words.capital(words.how_many(int(moves.sum()), "area", "areas")))
    for tier, name in (("focus", "in focus"), ("contested", "contested"), ("baseline", "baseline")):
        assert f"{parts.loc[tier, 'sum']} of {parts.loc[tier, 'size']} {name}" in said
    sure = replace(run, recording=run.recording.assign(more=math.nan, less=math.nan))
    assert "0 of 7 in focus, 0 of 3 contested and 0 of 67 baseline" in recording.near_a_tier(sure)
