"""run, show and explain of a place of groups."""

import io
import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from harmmodel.cli import app
from harmmodel.errors import UnknownUnit, WrongLens
from tests.groups import PLACE


@pytest.fixture
def call(mexico):
    def run(*words: str):
        return CliRunner().invoke(app, [*words, "--project", str(mexico.path)], catch_exceptions=False)

    return run


def test_show_gives_every_group_with_bounds_and_what_is_unknown(call, mexico):
    ranking = json.loads(call("show", PLACE, "--lens", "group", "--format", "json").stdout)
    assert ranking["run_id"] == mexico.run_id
    first = ranking["rows"][0]
    assert (first["unit_id"], first["tier"], first["score"], first["capability"]) == ("cjng", "focus", None, "unknown")
    assert first["bound_low"] <= first["score_low"] <= first["sort_key"] <= first["score_high"] <= first["bound_high"]
    table = pd.read_csv(io.StringIO(call("show", PLACE, "--format", "csv").stdout))
    assert table["unit_id"].tolist() == [row["unit_id"] for row in ranking["rows"]]


def test_the_printed_table_says_by_what_groups_are_ordered(call):
    shown = call("show", PLACE).stdout
    assert "Ordered by violence alone" in shown
    assert "not an order" in shown
    assert "28,424" in shown


def test_explain_goes_from_fights_to_the_score(call):
    shown = call("explain", PLACE, "Jalisco Cartel New Generation").stdout
    assert all(word in shown for word in ("Deaths and fights", "rival", "not assessed", "Beside harm", "size unknown"))
    assert call("explain", PLACE, "cjng").stdout == shown


def test_a_group_that_is_not_ranked_is_told_apart(call):
    with pytest.raises(UnknownUnit, match="due for review on 1 Jan 2026"):
        call("explain", PLACE, "autodefensas")
    with pytest.raises(UnknownUnit, match="Did you mean Juarez Cartel"):
        call("explain", PLACE, "juarez cart")


def test_the_other_lens_is_refused_by_name(call):
    with pytest.raises(WrongLens, match="--lens group"):
        call("show", PLACE, "--lens", "area")


def test_check_examines_a_place_of_groups(call):
    assert "core_incident_group" in call("check", PLACE).stdout


def test_two_runs_of_groups_can_be_compared(call):
    comparison = json.loads(call("compare", PLACE, PLACE, "--format", "json").stdout)
    assert {row["unit_id"] for row in comparison["units"]} >= {"cjng", "sinaloa"}
    assert comparison["data"] == []
