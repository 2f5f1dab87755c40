"""The activity lens on the shipped data: records classed, tiers as the policy says, arrest flags without effect.

1. Every enforcement record has an activity and the rule that classed it; narcotics are all classed.
2. Permuting arrest flags changes no score of an activity.
3. Entering every record of an activity twice changes no score of an activity.
4. No lower priority without the policy's minimum of records, a small excess, a pathway and no evidence against it.
5. The whole lens takes less than 30 seconds.
"""

import shutil
import time
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest

from harmmodel.assembly import activities, linked
from harmmodel.config.activities import NOT_CLASSED
from harmmodel.errors import SnapshotError, UnknownUnit
from harmmodel.views.activities import explain as activities_explain
from harmmodel.views.activities import place
from harmmodel.views.activities import table as activities_table
from harmmodel.warehouse.load import distil
from harmmodel.warehouse.store import editions, runs

SCORES = ["excess", "excess_low", "excess_high", "p_alone", "p_family", "place_risk", "like_ratio", "like_high"]
FLAGS = """create table shuffled as select * replace (b.flag as arrest) from (
    select *, row_number() over (order by hash(occurred_at, longitude, code)) as n from act_incident) as a
    join (select arrest as flag, row_number() over (order by hash(latitude, occurred_at, 5)) as n
          from act_incident) as b using (n)"""
TWICE = "create table shuffled as from act_incident union all from act_incident where class = 'drug_possession'"


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


@pytest.fixture(scope="module")
def frames(run):
    return run.activities()


def judged(con: duckdb.DuckDBPyConnection, run) -> pd.DataFrame:
    """Link the records of an open work folder as the loader does, and judge what was counted."""
    distil.store(con, distil.ACT, linked.link(con, run.config))
    found, _ = activities.activity_frames(con, run.config, run.scores)
    return found["activity"].set_index("unit_id")


def changed(work, run, home, sql: str) -> pd.DataFrame:
    """Judge activities on a copy of the work folder in which the enforcement records were changed."""
    path = shutil.copy(work, home / "changed.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute(sql)
        con.execute("drop table act_incident")
        con.execute("alter table shuffled rename to act_incident")
        con.execute("drop table act_enforcement")
        con.execute(f"create table act_enforcement as {run.config.core_sql['act_enforcement']}")
        return judged(con, run)


def test_every_record_is_classed_and_its_rule_is_named(frames, run):
    table = frames["activity_rule"]
    with duckdb.connect() as con:
        con.execute("create table crimes as from read_parquet($p)", {"p": str(narcotics_file(run))})
        descriptions = con.execute(
            "select 'NARCOTICS | ' || description, count(*) from crimes "
            "where primary_type = 'NARCOTICS' and date < '2018-08-01' group by 1"
        ).fetchall()
    assert len(descriptions) > 30
    counted = table[table["activity"] != NOT_CLASSED].groupby("code")["records"].sum()
    assert {code: counted.get(code) for code, _ in descriptions} == dict(descriptions)
    assert table["rule"].str.len().gt(3).all()
    assert table["records"].sum() == frames["activity"]["records"].sum()


def narcotics_file(run):
    return run.path.parents[2] / "data" / "chicago" / "crimes_2018_jan_aug.parquet"


def test_permuting_arrest_flags_changes_no_score(work, run, frames, tmp_path):
    after = changed(work, run, tmp_path, FLAGS)
    before = frames["activity"].set_index("unit_id")
    assert not after["arrests"].equals(before["arrests"]), "the flags did move"
    pd.testing.assert_frame_equal(after[[*SCORES, "tier"]], before[[*SCORES, "tier"]], check_exact=True)


def test_entering_records_twice_changes_no_score(work, run, frames, tmp_path):
    after = changed(work, run, tmp_path, TWICE)
    before = frames["activity"].set_index("unit_id")
    assert after["records"]["heroin_possession"] == 2 * before["records"]["heroin_possession"]
    np.testing.assert_allclose(after[SCORES], before[SCORES], rtol=1e-9)
    assert after["tier"].equals(before["tier"])


def test_lower_priority_keeps_every_guard(frames, run):
    limits, config = run.config.policy.activities, run.config.activities
    table = frames["activity"]
    assert (table["why"] == "held_back").any(), "some pass the short-term rise and are held back by another guard"
    for row in table.to_dict("records"):
        if row["tier"] != "lower priority":
            assert row["why"] != "both_passed"
            continue
        activity = config.activity(row["unit_id"])
        assert row["like_verdict"] == "under"
        assert row["like_high"] < limits.like_places.high
        assert row["like_matched"] >= limits.like_places.cells
        assert row["records"] >= row["occasions"] >= limits.minimum_records
        assert row["excess_high"] < limits.lower_priority
        assert row["undiluted_high"] < limits.lower_priority
        assert activity.pathway
        assert not activity.objections
        assert len(place.safety_table(run, frames, row["unit_id"])), "each proposal carries its safety list"


def test_dense_activities_are_not_cleared_by_weeks_that_follow_their_own_records(frames):
    table = frames["activity"].set_index("unit_id")
    heroin = table.loc["heroin_possession"]
    assert heroin["excess_high"] < 1.10 < heroin["undiluted_high"]
    assert heroin["covered"] > 0.5
    assert heroin["tier"] == "contested"
    assert "follows such a record itself" in heroin["reason"]


def test_places_with_records_are_compared_with_balanced_places_without(frames, run):
    table, limits = frames["activity"], run.config.policy.activities.like_places
    told = table.dropna(subset=["like_ratio"])
    assert len(told) > 20
    assert (told["like_difference"] <= limits.balance).all()
    assert (told["like_matched"] >= np.maximum(limits.cells, limits.share * told["like_cells"])).all()
    assert ((told["like_low"] <= told["like_ratio"]) & (told["like_ratio"] <= told["like_high"])).all()
    before = frames["activity_balance"].query("activity == 'cocaine_possession'")
    assert before["before"].abs().max() > 0.25, "cells differ much before they are matched"
    assert set(before["setting"]) == {"street", "residence", "business", "other"}
    crack = table.set_index("unit_id").loc["cocaine_possession"]
    assert crack["like_low"] > 1
    assert crack["why"] == "held_back"
    assert "like cells without" in crack["reason"]


def test_harm_away_from_the_record_is_not_measured(frames):
    table = frames["activity"].set_index("unit_id")
    for name in ("firearms", "bulk_supply", "manufacture"):
        assert table["tier"][name] == "not measurable here"
        assert np.isnan(table["excess"][name])


def test_on_these_months_places_differ_and_activities_hardly_do(frames):
    judged = frames["activity"].dropna(subset=["p_family"])
    assert len(judged) > 10
    assert (judged["p_family"] > 0.01).all()
    assert judged["excess"].between(0.85, 1.15).all()
    assert judged["place_risk"].max() > 2 * judged["place_risk"].min()


def test_the_lens_is_quick(work, run, tmp_path):
    with duckdb.connect(str(shutil.copy(work, tmp_path / "work.duckdb"))) as con:
        start = time.perf_counter()
        judged(con, run)
    assert time.perf_counter() - start < 30


def test_the_weeks_that_are_kept_add_up_to_the_figures(frames, run, project):
    with runs.snapshot_of(project.path, run) as snapshot, snapshot.with_enforcement() as con:
        weeks = con.execute("from act_linked_week").df()
    sums = weeks.groupby("activity")[["judged", "linked", "expected"]].sum()
    table = frames["activity"].set_index("unit_id").loc[sums.index]
    assert sums["judged"].equals(table["judged"])
    assert sums["linked"].equals(table["linked"])
    np.testing.assert_allclose(sums["expected"].where(sums["expected"] > 0), table["expected"], rtol=1e-9)


def test_figures_linked_under_other_settings_are_refused(project, run):
    typology = run.config.activities.typology
    other = typology.linked_harm.model_copy(update={"metres": 300.0})
    config = replace(
        run.config,
        activities=replace(run.config.activities, typology=typology.model_copy(update={"linked_harm": other})),
    )
    refused = pytest.raises(SnapshotError, match="linked under other settings")
    with runs.snapshot_of(project.path, run) as snapshot, snapshot.with_enforcement() as con, refused:
        activities.activity_frames(con, config, run.scores)
    assert linked.distil(config).key != linked.distil(run.config).key


def test_the_easiest_to_catch_are_shown_by_area_and_tier(frames, run):
    table = frames["activity_easiest"]
    assert set(table["scope"]) == {"area", "tier", "place"}
    assert set(table.loc[table["scope"] == "tier", "name"]) <= set(run.scores["tier"])
    assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    whole = table[table["scope"] == "place"].iloc[0]
    assert whole["records"] == frames["activity"]["records"].sum()


def test_show_has_the_columns_that_are_promised(run):
    ranking = activities_table.activity_ranking(run)
    assert tuple(ranking.columns) == activities_table.COLUMNS
    assert NOT_CLASSED in set(ranking["unit_id"])
    assert ranking["effort_share"].sum() == pytest.approx(1)
    known = ranking.dropna(subset=["excess"])
    assert ((known["excess_low"] <= known["excess"]) & (known["excess"] <= known["excess_high"])).all()


def test_costs_have_ranges_and_no_service_is_bought_without_a_pathway(frames, run):
    freed = frames["activity_freed"]
    assert (freed["low"] <= freed["high"]).all()
    bought = freed[freed["what"].str.startswith("buys ")]
    assert set(bought["activity"]) <= {a.id for a in run.config.activities.typology.activities if a.pathway}


def test_the_same_hours_reach_more_violence_in_the_order_of_harm(frames):
    table = frames["activity_effort"].pivot(index="budget", columns="order", values="violence")
    assert (table["harm"] > table["arrests"]).all()


def test_an_activity_is_explained_by_id_and_by_name(run):
    assert activities_explain.find_activity(run, "Heroin possession") == "heroin_possession"
    with pytest.raises(UnknownUnit, match="has no activity '26'"):
        activities_explain.find_activity(run, "26")
    path = activities_explain.explain_activity(run, "heroin_possession")
    assert [step.title.split()[0] for step in path.steps] == [*"123456789", "10"]
    assert not any(step.rows.empty for step in path.steps)


def test_an_unknown_name_is_still_told(run):
    from harmmodel.views.areas.explain import explain

    with pytest.raises(UnknownUnit):
        explain(run, "no such thing")
