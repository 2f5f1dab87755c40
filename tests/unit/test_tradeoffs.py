"""What one more event counts: the slope of the score that is printed, recounted by hand; shares of its variance."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from harmmodel.assembly import areas
from harmmodel.config.types import Dated
from harmmodel.lenses.areas import tradeoffs as lens
from harmmodel.method.aggregation import generalised_mean
from harmmodel.views.indicators import tradeoffs
from harmmodel.warehouse.store import editions


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


def by_hand(run, unit, indicator, name, step=1e-3):
    """Add a little of one event a year and make the score anew from the frames of the run."""
    row = run.classes.query("unit_id == @unit and indicator == @indicator and `class` == @name").iloc[0]
    days = run.priors.query("indicator == @indicator and `class` == @name")["days"].iloc[0]
    residents = row["person_years"] * 365 / days
    item, posts = run.config.indicators[indicator], run.config.goalposts[indicator]
    moved = row["class_weight"] * row["own_share"] * step * 100_000 / residents
    own = run.indicators.query("unit_id == @unit and indicator == @indicator").iloc[0]
    points = own["weight"] * 100 * moved / (posts.high - posts.low)
    pillars = run.pillars.query("unit_id == @unit").set_index("pillar")
    before = pillars["score"].to_numpy()[:, None]
    after = before + points * (pillars.index == item.pillar)[:, None]
    weights, p = pillars["weight"].to_numpy(), float(run.config.scheme.aggregation.across_p)
    return float((generalised_mean(after, weights, p=p) - generalised_mean(before, weights, p=p))[0]) / step


@pytest.mark.parametrize(
    ("unit", "indicator", "name"),
    [
        ("26", "homicide", "homicide"),
        ("50", "corruption_complaints", "corruption_complaint"),
        ("37", "shootings_and_shots_fired", "shots_fired"),
    ],
)
def test_a_gain_is_the_slope_of_the_printed_score(run, unit, indicator, name):
    rows = tradeoffs.gained(run).query("weight_set == @run.config.scheme.weight_set")
    row = rows.query("unit_id == @unit and indicator == @indicator and `class` == @name").iloc[0]
    assert row["gain"] == pytest.approx(by_hand(run, unit, indicator, name), rel=1e-3)


def test_a_homicide_counts_one_homicide_and_what_is_not_scored_counts_nothing(run):
    rows = tradeoffs.gained(run)
    assert (rows.loc[rows["class"] == "homicide", "homicides"] == 1).all()
    assert not set(rows["indicator"]) & {"serious_violence", "intimidation_extortion"}


def test_an_area_can_be_asked_for(run):
    shown = tradeoffs.table(run, "50")
    assert "Pullman" in shown.label
    assert "Most area" not in shown.frame


def test_other_goalposts_change_the_sentence(run):
    rows = tradeoffs.gained(run)
    assert "one more arson a year moves the score by as many as" in tradeoffs.sentences(run)[0]
    specs = areas.indicator_specs(run.config)
    scheme = areas.area_scheme(run.config)
    wide = [lens.IndicatorSpec(**{**vars(s), "high": s.high * (1 + 99 * s.police_contact)}) for s in specs]
    judged = lens.Judgements(wide, scheme.pillars, scheme.class_weights, scheme.p)
    narrow = lens.in_homicides(lens.gains(lens.Scored(run.classes, run.priors, run.indicators, run.pillars), judged))
    complaint = narrow.loc[narrow["class"] == "corruption_complaint", "homicides"].median()
    before = rows.loc[rows["class"] == "corruption_complaint", "homicides"].median()
    assert complaint == pytest.approx(before / 100, rel=1e-6)


def test_shares_of_variance_add_to_one_and_follow_the_part_that_varies():
    values = pd.DataFrame({"flat": [1.0, 1.0, 1.0, np.nan], "steep": [0.0, 5.0, 10.0, 3.0]})
    shares = lens.variance_shares(values, {"flat": 0.5, "steep": 0.5}).set_index("part")["share"]
    assert shares.to_dict() == {"flat": 0.0, "steep": 1.0}


def test_the_shares_of_the_run_add_to_one(run):
    assert sum(tradeoffs.variance(run).values()) == pytest.approx(1)


def with_high(run, **changes):
    """Read the frames of the run with other goalposts, its points as they were scored."""
    posts = {name: posts.model_copy(update=changes.get(name, {})) for name, posts in run.config.goalposts.items()}
    return replace(run, config=replace(run.config, goalposts=posts))


def test_no_allegation_outweighs_a_death_in_the_median_area_of_any_shipped_set(run):
    assert tradeoffs.undecided(run) == []
    (said,) = tradeoffs.outweighing(run, tradeoffs.gained(run))
    rows = tradeoffs.gained(run).query("weight_set == @run.config.scheme.weight_set")
    allegations = ["corruption_complaints", "unlawful_search_false_arrest", "excessive_force"]
    heavy = set(rows[rows["indicator"].isin(allegations) & (rows["deaths"] > 1)]["unit_id"])
    among = run.scores.loc[run.scores["tier"] == "focus", "unit_id"].isin(heavy)
    told = f"In {len(heavy)} of 77 areas some allegation does, {among.sum()} of them among the {len(among)} in focus."
    assert said.endswith(f"No allegation outweighs a death there. {told}")


def test_an_allegation_that_outweighs_a_death_is_told_until_somebody_decides_so(run):
    low = with_high(run, corruption_complaints={"high": 25.0})
    (told,) = tradeoffs.undecided(low)
    assert "one more corruption complaint a year" in told
    assert "raise the goalpost of corruption_complaints in config/places/chicago/goalposts.yaml" in told
    who = Dated.model_validate(
        {"from": "2026-11-27", "decided_by": "Police board", "why": "Heard in public on that day."}
    )
    decided = with_high(run, corruption_complaints={"high": 25.0, "may_outweigh_a_death": who})
    assert tradeoffs.undecided(decided) == []
    assert (
        "So decided by Police board, 27 Nov 2026: Heard in public"
        in tradeoffs.outweighing(decided, tradeoffs.gained(decided))[0]
    )


def test_where_no_death_counts_the_comparison_is_said_to_be_unknown(run):
    items = {name: item.model_copy(update={"counts_deaths": False}) for name, item in run.config.indicators.items()}
    without = replace(run, config=replace(run.config, indicators=items))
    (said,) = tradeoffs.outweighing(without, tradeoffs.gained(without))
    assert said == "No death counts in these scores, so how an allegation compares with one is not known."
    assert tradeoffs.undecided(without) == []


def test_areas_where_no_death_counts_are_in_neither_number(run):
    rows = tradeoffs.gained(run)
    unknown = rows["unit_id"].isin(run.scores.sort_values("rank")["unit_id"].head(3))
    (said,) = tradeoffs.outweighing(run, rows.assign(deaths=rows["deaths"].mask(unknown)))
    assert " of 74 areas some allegation does" in said
    assert "among the 4 in focus" in said
