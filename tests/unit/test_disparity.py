"""Small counts are kept from view, the command answers in three formats, and a place without stops says so."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from harmmodel.assembly.disparity import disparity_method
from harmmodel.cli import app
from harmmodel.config.disparity import DisparityScheme
from harmmodel.errors import NoStops, WrongLens
from harmmodel.lenses.disparity import compare
from harmmodel.views.disparity import page as view
from harmmodel.views.disparity import tables as told
from harmmodel.warehouse.read import disparity
from harmmodel.warehouse.read.disparity import DisparityRun
from tests.conftest import Project

DEFAULT = ("drugs", "self", "census_2021")


@pytest.fixture(scope="module")
def run(london: Project) -> DisparityRun:
    return disparity.published(london.path, london.place)


def with_counts(run: DisparityRun, white: tuple[int, int, int], asian: tuple[int, int, int]) -> DisparityRun:
    """The same run with few drug stops of two groups of men and nothing else."""
    outcomes = ("arrest", "other_action", "no_action")
    cells = [("white", o, n) for o, n in zip(outcomes, white, strict=True)]
    cells += [("asian", o, n) for o, n in zip(outcomes, asian, strict=True)]
    frame = pd.DataFrame(cells, columns=["ethnicity", "outcome", "stops"])
    frame = frame.assign(scheme="self", gender="male", reason="drugs")
    return replace(run, stops=frame, **compare(frame, disparity_method(run.config)))


def chosen(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    return frame[
        (frame["scheme"] == "self")
        & (frame["reason"] == "drugs")
        & (frame["dimension"] == "ethnicity")
        & (frame["group"] == group)
    ]


def test_all_figures_of_a_group_with_a_small_count_are_gone(run: DisparityRun):
    few = with_counts(run, (40, 50, 60), (30, 4, 60))
    gone = chosen(told.told_outcomes(few), "asian")
    assert gone[told.FIGURES].isna().all(axis=None)
    assert "too few to tell" in set(view.disparity(few, view.Asked(*DEFAULT)).outcomes[0].frame["detail"])


def test_a_second_group_is_kept_back_where_a_total_would_give_the_small_count_away(run: DisparityRun):
    few = with_counts(run, (40, 50, 60), (30, 4, 60))
    assert chosen(told.told_outcomes(few), "white")[told.FIGURES].isna().all(axis=None)
    enough = with_counts(run, (40, 50, 60), (30, 20, 60))
    assert chosen(told.told_outcomes(enough), "white")["share"].notna().all()


def test_a_group_with_few_stops_has_no_ratio(run: DisparityRun):
    few = with_counts(run, (40, 50, 60), (1, 1, 2))
    assert chosen(told.told_ratios(few), "asian")[["stops", "ratio", "bound_high"]].isna().all(axis=None)
    assert "4" not in set(told.long_table(few).query("group == 'asian'")["stops"].astype(str))


def test_a_place_with_no_stop_at_all_says_so(run: DisparityRun):
    none = with_counts(run, (0, 0, 0), (0, 0, 0))
    assert view.disparity(none, view.Asked(*DEFAULT)).answer.startswith("Too few stops are recorded")


def test_no_small_count_reaches_the_download(run: DisparityRun):
    k = run.config.policy.disclosure.internal
    table = told.long_table(run)
    shown = table[["stops", "hits"]].to_numpy(np.float64)
    assert not ((shown > 0) & (shown < k)).any()
    misses = (table["stops"] - table["hits"]).dropna()
    assert not ((misses > 0) & (misses < k)).any()


def test_the_unknown_are_a_class_of_their_own_and_a_bound(run: DisparityRun):
    result = view.disparity(run, view.Asked(*DEFAULT))
    assert "Not stated or not recorded" in set(result.outcomes[0].frame["row"])
    picture = result.ratios.frame
    assert (picture["bound_low"] < picture["low"]).all()
    assert (picture["high"] < picture["bound_high"]).all()


def test_each_row_names_its_population_and_the_sentences_its_status(run: DisparityRun):
    result = view.disparity(run, view.Asked(*DEFAULT))
    labels = [b.label for b in told.scheme(run).benchmarks]
    assert all(any(row.endswith(label) for label in labels) for row in result.ratios.frame["row"])
    assert "was verified beside its source" in result.told
    assert set(result.tables[2].frame["Status"]) == {"verified", "unverified"}
    assert any("not proof of fairness" in line for line in result.limits)
    assert "infra" in result.warning


def test_other_stops_are_set_beside_drug_stops_alone(run: DisparityRun):
    assert view.asked(run, "All stops", None, "other_stops").benchmark == "census_2021"
    assert view.asked(run, "For drugs", None, "Stops for other reasons").benchmark == "other_stops"
    assert "Stops for other reasons" not in view.fitting(run, "All stops")
    other = run.ratios[run.ratios["benchmark"] == "other_stops"]
    assert set(other["reason"]) == {"drugs"}


def test_what_an_address_misspells_gives_way_to_the_first(run: DisparityRun):
    assert view.asked(run, "x", "<b>", "") == view.Asked(*DEFAULT)


def test_residents_of_a_group_that_officers_do_not_know_are_in_the_bounds(run: DisparityRun):
    rows = run.ratios.set_index(["scheme", "reason", "dimension", "benchmark", "group"])
    people = {b.id: b.people for b in told.scheme(run).benchmarks}["census_2021"]
    other = rows.loc[("officer", "all", "ethnicity", "census_2021", "other")]
    black = rows.loc[("officer", "all", "ethnicity", "census_2021", "black")]
    white = rows.loc[("officer", "all", "ethnicity", "census_2021", "white")]
    assert other["population"] == people["other"] + people["mixed"]
    low = (black["stops"] / (people["black"] + people["mixed"])) / (
        (white["stops"] + white["unknown"]) / people["white"]
    )
    assert black["bound_low"] == pytest.approx(low)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reference": {"ethnicity": "green", "gender": "female", "both": ["white", "male"]}}, "no such ethnicity"),
        ({"without_suspicion": ["whim"]}, "no such reason"),
        ({"genders": [{"id": "female", "label": "F"}, {"id": "female", "label": "F"}]}, "stands twice"),
    ],
)
def test_a_scheme_that_contradicts_itself_is_refused(run: DisparityRun, change: dict[str, object], said: str):
    content = told.scheme(run).model_dump() | change
    with pytest.raises(ValueError, match=said):
        DisparityScheme.model_validate(content)


def test_the_command_answers_in_three_formats(london: Project):
    def call(*more: str) -> str:
        result = CliRunner().invoke(app, ["disparity", london.place, "--project", str(london.path), *more])
        assert result.exit_code == 0, result.output
        return result.output

    exported = json.loads(call("--format", "json"))
    assert exported["stops"] == 149_749
    assert {row["benchmark"] for row in exported["rows"]} >= {"census_2021", "census_2011", "other_stops"}
    assert "not proof of fairness" in exported["caution"][0]
    assert {b["status"] for b in exported["benchmarks"]} == {"verified", "unverified"}
    lines = call("--format", "csv").splitlines()
    assert len(lines) == len(exported["rows"]) + 1
    assert lines[0].startswith("test,scheme,reason,dimension,group,reference,benchmark,status,measure,stops")
    assert "not proof of fairness" in call()


def test_a_place_without_stops_names_those_that_have_them(project: Project, london: Project):
    with pytest.raises(NoStops, match=r"chicago has no records of stops .* No place with a run has any"):
        disparity.published(project.path, project.place)
    result = CliRunner().invoke(app, ["show", london.place, "--project", str(london.path)])
    assert isinstance(result.exception, WrongLens)
    assert "harmmodel disparity london_stops" in str(result.exception)
