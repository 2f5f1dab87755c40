"""The Activities page: the ladder and its words follow the figures; the safety list stands before what it frees."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from harmmodel.app.charts import activities as ladder
from harmmodel.app.charts import cells as cell_ratio
from harmmodel.views.activities import explain, like, place
from harmmodel.views.activities import page as activities_page
from harmmodel.views.activities import table as activities_table
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests.app.conftest import OpenPage, texts
from tests.conftest import Project


@pytest.fixture(scope="module")
def run(project: Project) -> AreaRun:
    return editions.published(project.path, project.place)


def test_choosing_an_activity_shows_its_safety_list_before_what_it_frees(open_page: OpenPage):
    page = open_page("activities")
    page.selectbox(key="activity").set_value("cocaine_possession").run()
    assert not page.exception
    heads = [head.value for head in page.header]
    assert "Crack or cocaine possession" in heads
    assert heads.index("Safety list: what happened near such records") < heads.index("What it frees")
    assert "guilty plea" in texts(page)


def test_the_activity_lives_in_the_address(open_page: OpenPage):
    assert open_page("activities", activity="trespass").selectbox(key="activity").value == "trespass"
    page = open_page("activities", activity="nothing")
    assert "The address names no activity" in texts(page)


def test_a_place_without_activities_says_what_is_missing(open_page: OpenPage, tiny: Path):
    page = open_page("activities", home=tiny)
    assert not page.exception
    assert "config/activities" in texts(page).replace("\\", "")


def test_the_answer_follows_the_figures(run: AreaRun):
    table = activities_table.ladder(run)
    assert activities_table.finding(run, table)[0] == "None stands out."
    one = table.copy()
    one.loc[one["unit_id"] == "soliciting", "p_family"] = 0.001
    assert activities_table.finding(run, one)[0] == "One stands out: Soliciting drugs on the public way."
    nothing = table.assign(p_family=float("nan"))
    assert activities_table.finding(run, nothing)[0] == "Nothing can be said."


def test_the_answer_says_what_like_places_and_falls_say_both_ways(run: AreaRun):
    table = activities_table.ladder(run)
    judged = table["p_family"].notna()
    said = activities_table.finding(run, table)[1]
    assert "violence falls" not in said
    assert f"{judged.sum()} of {judged.sum()} activities with enough records lie in cells with more violence" in said
    other = table.assign(why="falls", like_verdict="under")
    said = activities_table.finding(run, other)[1]
    assert "violence falls: less of it could let it rise" in said
    assert f"0 of {judged.sum()} activities with enough records lie in cells with more violence" in said
    assert f"and {judged.sum()} stay under the limit" in said
    said = activities_table.finding(run, table.assign(like_verdict="few"))[1]
    assert f"{judged.sum()} cannot be judged" in said


def test_like_places_say_what_was_matched_on_and_how_strong_a_hidden_cause_must_be(run: AreaRun):
    tables = run.activities()
    row = tables["activity"].set_index("unit_id", drop=False).loc["cocaine_possession"]
    step = like.like_places(run, tables, row)
    assert "theft, burglary, criminal damage, vehicle theft and fraud, by kind of place" in step.words
    assert "could explain the ratio" in step.words
    assert "More violence" in set(step.rows["Figure"])
    near = row.copy()
    near[["like_low", "like_high", "like_e_value_end", "like_verdict"]] = 0.9, 1.2, 1.0, "under"
    assert "could explain" not in like.like_places(run, tables, near).words


def test_the_ladder_shows_every_judged_activity_in_order_of_excess(run: AreaRun):
    rows = activities_page.activities(run).ladder.frame
    judged = rows[rows["judged"]]
    assert judged["value"].is_monotonic_decreasing
    assert len(judged) == (activities_table.ladder(run)["p_family"].notna()).sum()
    assert not rows[~rows["judged"]]["row"].str.startswith(("●", "◐", "○")).any()
    spec = str(ladder.ladder(rows, band=(0.9, 1.1), interval="90% interval").to_dict())
    assert all(name in spec for name in rows["row"])


def test_a_cell_with_few_records_and_events_tells_neither(run: AreaRun):
    shown = activities_page.detail(run, "heroin_possession").cells
    k = run.config.policy.disclosure.internal
    figures = pd.concat([shown.frame["records"], shown.frame["events"]])
    assert not {str(n) for n in range(1, k)} & set(figures)
    assert (shown.frame.loc[shown.frame["bucket"] < 0, "records"].isin(["0", f"fewer than {k}"])).all()
    deck = json.loads(cell_ratio.cell_ratio(run.boundaries, shown.frame).to_json())
    assert "latitude" not in str(deck["layers"][0])


def test_small_counts_of_the_safety_list_are_not_shown(run: AreaRun):
    k = run.config.policy.disclosure.internal
    table = activities_page.detail(run, "trespass").safety.rows
    assert table.iloc[:-1, 1:].isin([f"fewer than {k}"]).any().any()
    for name in run.activities()["activity_safety"]["activity"].unique():
        step = activities_page.detail(run, name).safety
        assert not step.rows.iloc[:, 1:].isin([str(n) for n in range(1, k)]).any().any(), name
        assert step.words.split()[0] not in {str(n) for n in range(1, k)}, name


def test_areas_with_few_events_are_joined_until_no_total_tells_their_sum(run: AreaRun):
    units = run.units["unit_id"].tolist()[:3]
    counts = zip(
        [units[0]] * 2 + [units[1]] * 2 + [units[2]], ("01", "02", "01", "02", "01"), (8, 7, 20, 20, 3), strict=True
    )
    rows = [(unit, dt.date(2018, int(month), 1), n) for unit, month, n in counts]
    safety = pd.DataFrame(rows, columns=["unit_id", "month", "events"]).assign(activity="trespass", weight=1.0)
    shown = place.safety_table(run, {"activity_safety": safety}, "trespass")
    assert shown["All"].tolist() == ["40", "18", "58"], "3 alone would be 58 less the 55 of the others"


def test_an_activity_with_a_handful_of_records_has_no_place_on_the_map(run: AreaRun):
    few = run.activities()["activity"].query("0 < records < @run.config.policy.disclosure.internal")
    assert len(few)
    for name in few["unit_id"]:
        cells = activities_page.detail(run, name).cells.frame
        assert set(cells["records"]) == {"–"}
        assert set(cells["bucket"]) == {-1}


def test_one_cell_with_few_records_is_not_hidden_alone(run: AreaRun):
    rows = [("record", "trespass", f"cell{n}", count) for n, count in enumerate((3, 9, 20))]
    rows += [("event", "serious violence", f"cell{n}", 30) for n in range(3)]
    frames = {"activity_cell": pd.DataFrame(rows, columns=["kind", "activity", "cell", "n"])}
    records = place.cells(run, frames, "trespass").frame["records"].tolist()
    assert records == ["fewer than 5", "not shown", "20"]


def test_one_area_with_few_records_has_no_ratio_alone(run: AreaRun):
    area = run.activities()["activity_area"].query("activity == 'trespass'").sort_values("unit_id")
    area = area.assign(records=[3.0, 9.0, *([20.0] * (len(area) - 2))])
    shown = place.ratio_table(run, {"activity_area": area}, "trespass").frame
    assert shown["Records"].isna().sum() == 2, "the total of the place less all others would be 3"


def test_labels_are_escaped_where_they_reach_the_page(run: AreaRun):
    frames = run.activities()
    frames["activity"] = frames["activity"].assign(label="<b>[*x*](javascript:1)</b>", p_family=0.001)
    fake = replace(run)
    object.__setattr__(fake, "activities", lambda: frames)
    answer = activities_page.activities(fake).answer
    assert "<b>" not in answer.replace("\\<b\\>", "")


def test_the_ratio_of_an_activity_is_told_for_every_area_with_enough_records(run: AreaRun):
    shown = activities_page.detail(run, "cocaine_possession").ratio_table
    assert sorted(shown.frame["Area"]) == sorted(run.units["label"])
    k = run.config.policy.disclosure.internal
    told = shown.frame.dropna(subset=["Records"])
    assert 0 < len(told) < len(shown.frame)
    assert (told["Records"] >= k).all()
    known = told.dropna(subset=["Ratio"])
    assert ((known["Low"] <= known["Ratio"]) & (known["Ratio"] <= known["High"])).all()
    assert shown.frame.loc[shown.frame["Records"].isna(), ["Ratio", "Low", "High"]].isna().all(axis=None)
    assert set(shown.download["run_id"]) == {run.run_id}


def test_each_figure_of_what_it_frees_says_its_source_or_that_it_is_an_assumption(run: AreaRun):
    shown = activities_page.detail(run, "heroin_possession")
    assert all("source: " in said or "an assumption" in said for said in shown.frees.rows["Rests on"])
    assert shown.services.rows["Capacity"].str.contains("an assumption").all()


def test_an_activity_with_too_few_to_tell_says_so_in_words(run: AreaRun):
    path = explain.explain_activity(run, "bulk_supply")
    k = run.config.policy.disclosure.internal
    assert f"Fewer than {k} serious events" in path.steps[5].words
    assert not path.steps[5].rows.isin([str(n) for n in range(1, k)]).any().any()
    assert "No area has enough of this activity" in path.steps[3].words


def test_equal_effort_says_what_is_built_in(run: AreaRun):
    said = activities_page.activities(run).effort.words
    assert "With 50% of all hours" in said
    assert "built in" in said
