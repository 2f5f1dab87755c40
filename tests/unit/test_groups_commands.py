"""run, show and explain of a place of groups."""

import io
import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from harmmodel.cli import app
from harmmodel.errors import UnknownUnit, WrongLens
from harmmodel.warehouse.store import editions
from tests.groups import PLACE


@pytest.fixture
def call(mexico):
    def run(*words: str):
        return CliRunner().invoke(app, [*words, "--project", str(mexico.path)], catch_exceptions=False)

    return run


def test_show_gives_every_group_with_bounds_and_what_is_unknown(call, mexico):
    ranking = json.loads(call("show", PLACE, "--lens", "group", "--format", "json").stdout)
    assert ranking["run_id"] == editions.published_id(mexico.path, PLACE, lens="group")
    first = ranking["rows"][0]
    assert (first["unit_id"], first["tier"], first["score"], first["capability"]) == ("cjng", "focus", None, "unknown")
    assert first["bound_low"] <= first["score_low"] <= first["sort_key"] <= first["score_high"] <= first["bound_high"]
    table = pd.read_csv(io.StringIO(call("show", PLACE, "--lens", "group", "--format", "csv").stdout))
    assert table["unit_id"].tolist() == [row["unit_id"] for row in ranking["rows"]]


def test_the_printed_table_says_by_what_groups_are_ordered(call):
    shown = call("show", PLACE, "--lens", "group").stdout
    assert "Ordered by violence alone" in shown
    assert "not an order" in shown
    assert "28,424" in shown


def test_explain_goes_from_fights_to_the_score(call):
    shown = call("explain", PLACE, "Jalisco Cartel New Generation").stdout
    assert all(word in shown for word in ("Deaths and fights", "rival", "not assessed", "Beside harm", "size unknown"))
    assert call("explain", PLACE, "cjng").stdout == shown


def test_a_group_that_is_not_ranked_is_told_apart(call):
    with pytest.raises(UnknownUnit, match="due for review on 1 Jan 2026"):
        call("explain", PLACE, "group:autodefensas")
    with pytest.raises(UnknownUnit, match="Did you mean Juarez Cartel"):
        call("explain", PLACE, "group:juarez cart")
    with pytest.raises(UnknownUnit, match=r"\(for groups: harmmodel show mexico --lens group\)"):
        call("explain", PLACE, "juarez cart")


def test_the_other_lens_is_refused_by_name(call, mexico):
    with pytest.raises(WrongLens, match=r"Mexico has no activities to show: they need .* core/act_enforcement.sql"):
        call("show", PLACE, "--lens", "activity")
    with pytest.raises(WrongLens, match=r"mexico has no stops .* harmmodel show mexico --lens group"):
        editions.published_id(mexico.path, PLACE, lens="disparity")


def test_check_says_what_the_place_feeds_and_what_the_others_need(call):
    told = call("check", PLACE).stdout
    assert "core_incident_group" in told
    assert "mexico: feeds areas, groups\n" in told
    assert "mexico: feeds no activities: needs core/act_enforcement.sql\n" in told
    assert "mexico: feeds no stops by ethnicity and gender: needs disparity.yaml, core/act_stops.sql\n" in told


def test_two_runs_of_groups_can_be_compared(call):
    comparison = json.loads(call("compare", f"{PLACE}:group", f"{PLACE}:group", "--format", "json").stdout)
    assert {row["unit_id"] for row in comparison["units"]} >= {"cjng", "sinaloa"}
    assert comparison["data"] == []
