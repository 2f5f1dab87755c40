"""The verdict follows the figures: feed other figures and it says something else."""

import pandas as pd

from harmmodel.audit.validation.verdict import verdict

SHARES = (0.01, 0.05, 0.10)
LEADS = {"better": (0.10, 0.05, 0.15), "level": (0.01, -0.03, 0.05), "worse": (-0.10, -0.15, -0.05)}


def rows(arrests="better", last="level", crime="level", *, events=900, candidate="violence_pillar", **more):
    """Make rows of one origin at two resolutions."""
    leads = {"drug_arrests": arrests, "violence_last": last, "all_crime": crime, **more}
    made = []
    for resolution in ("9", "area"):
        for share in SHARES:
            row = {"origin": "2018-06-01", "outcome": "aggravated_assault", "candidate": candidate, "share": share}
            row |= {"resolution": resolution, "events": events, "sufficient": events >= 50}
            for name, lead in leads.items():
                row |= dict(zip((f"over_{name}", f"over_{name}_low", f"over_{name}_high"), LEADS[lead], strict=True))
            made.append(row)
    return pd.DataFrame(made)


def said(frame):
    return " ".join(verdict(frame))


def test_better_everywhere_is_said_and_the_aim_is_met():
    text = said(rows())
    assert verdict(rows())[0].startswith("Ordering by recorded violence finds more")
    assert "in all 6 comparisons" in text
    assert "The aim is met" in text
    assert "Where it does not" not in text


def test_arrests_that_find_more_are_said_first():
    first = verdict(rows(arrests="worse"))[0]
    assert "does not do better" in first
    assert "arrests find clearly more of the later aggravated assaults in 6 of 6" in first
    assert "Where arrests find clearly more: cells of resolution 9 at 1%" in said(rows(arrests="worse"))


def test_figures_that_cannot_tell_are_not_called_a_win():
    assert verdict(rows(arrests="level"))[0].startswith("The figures do not tell")
    assert "Where it does not, from any day: cells of resolution 9 at 1%, 5% and 10%" in said(rows(arrests="level"))


def test_mixed_figures_are_called_mixed():
    frame = pd.concat([rows(), rows(arrests="worse").assign(origin="2018-04-01")])
    assert verdict(frame)[0].startswith("The evidence is mixed")


def test_last_periods_count_is_named_where_it_is_as_good_and_where_it_is_better():
    assert "The violence pillar is level with last period's count of violence" in said(rows())
    worse = said(rows(last="worse"))
    assert "The violence pillar does worse than last period's count of violence" in worse
    assert "The aim is not met everywhere" in worse
    assert "The violence pillar does better than last period's count" in said(rows(last="better"))


def test_the_aim_needs_an_interval_clear_of_zero_at_the_finest_cells():
    frame = rows()
    frame.loc[(frame["resolution"] == "9") & (frame["share"] == 0.01), "over_drug_arrests_low"] = -0.01
    assert "not clear of zero at 1% from 2018-06-01" in said(frame)
    coarse = rows()
    coarse.loc[coarse["resolution"] == "area", "over_drug_arrests_low"] = -0.01
    assert "The aim is met" in said(coarse)


def test_too_few_events_give_no_verdict():
    sentences = verdict(rows(events=49))
    assert sentences[0].startswith("There is no verdict")
    assert sentences[1] == "Insufficient, under 50 events: aggravated assaults from 2018-06-01."


def test_the_forecast_is_compared_and_never_called_the_score():
    forecast = rows(candidate="forecast", violence_pillar="better")
    text = said(pd.concat([rows(), forecast]))
    assert "which is never the score, does better than the pillar" in text


def test_without_arrests_nothing_is_claimed_about_them():
    frame = rows().drop(columns=["over_drug_arrests", "over_drug_arrests_low", "over_drug_arrests_high"])
    assert verdict(frame)[0].startswith("Whether harm does better than drug arrests is not known")
