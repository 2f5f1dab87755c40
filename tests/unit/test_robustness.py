"""Robustness: the same snapshot under other choices, tiers set beside those in force."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from harmmodel import pipeline
from harmmodel.audit import robustness as audit
from harmmodel.cli import app
from harmmodel.config import load_config
from harmmodel.warehouse.store import editions
from tests.tiny import ROOT, tiny_project

WITHOUT = "without police-contact indicators"


@pytest.fixture(scope="module")
def found(robust):
    """Keep the first three cases of the shipped data: in force, another power, without police contact."""
    return robust[robust["case"].isin(list(dict.fromkeys(robust["case"]))[:3])]


def test_the_case_without_police_contact_gives_the_tiers_that_show_prints(project, found):
    case = found[found["case"] == WITHOUT].set_index("unit_id")["tier"]
    shown = editions.published(project.path, project.place).scores.set_index("unit_id")["tier_no_contact"]
    assert len(case) == 77
    assert case.to_dict() == shown.to_dict()


def test_every_row_carries_the_tier_in_force(project, found):
    own = editions.published(project.path, project.place).scores.set_index("unit_id")["tier"]
    assert found["tier_in_force"].tolist() == own.loc[found["unit_id"]].tolist()


def test_areas_that_change_tier_are_named_with_both_tiers(found):
    said = audit.changes(found)
    assert list(said) == ["p = 1", WITHOUT]
    for case, text in said.items():
        group = found[found["case"] == case]
        moved = group[group["tier"] != group["tier_in_force"]]
        assert text.count(" → ") == len(moved)
        for row in moved.to_dict("records"):
            assert f"{row['label']}: {row['tier_in_force']} → {row['tier']}" in text


def test_one_line_a_case_counts_every_area_once(found):
    table = audit.summary(found)
    assert table["case"].tolist() == list(dict.fromkeys(found["case"]))
    assert (table[["focus", "contested", "baseline"]].sum(axis=1) == 77).all()
    assert "not scored" not in table, "all are scored"


def test_cases_without_a_change_say_so():
    frame = pd.DataFrame(
        {
            "case": ["in force", "other"],
            "unit_id": ["1", "1"],
            "label": ["A", "A"],
            "rank": [1.0, 1.0],
            "tier": ["focus", "focus"],
            "tier_in_force": ["focus", "focus"],
            "corner": ["not scored", "not scored"],
            "top_stay": [1.0, 1.0],
            "rank_correlation": [1.0, 1.0],
        }
    )
    assert audit.changes(frame) == {"other": "no tier changes"}
    assert audit.changes(frame, {"other": "nothing is weighted"}) == {"other": "nothing is weighted"}
    assert audit.summary(frame)["areas in focus"].tolist() == ["A", "A"]


def test_a_choice_that_can_change_nothing_says_why(tmp_path):
    idle = audit.idle(load_config(tiny_project(tmp_path), "tiny"))
    assert idle["weight set cchi_2026"] == "no scored indicator here is weighted by offence, so no tier can change"
    assert idle["p = 1"] == "one pillar is scored here, so how pillars are joined can change no tier"
    assert WITHOUT in idle
    assert audit.idle(load_config(ROOT, "chicago")) == {}


def test_the_command_prints_a_table_and_a_line_for_each_case(tmp_path):
    home = tiny_project(tmp_path)
    pipeline.run(home, "tiny")
    result = CliRunner().invoke(app, ["robustness", "tiny", "--project", str(home)])
    assert result.exit_code == 0
    assert "areas in focus" in result.stdout
    lines = result.stdout.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("Tiers that differ from in force"))
    assert [line.split(": ")[0] for line in lines[at + 1 : at + 3]] == ["p = 1", WITHOUT]
    table = CliRunner().invoke(app, ["robustness", "tiny", "--project", str(home), "--format", "csv"]).stdout
    assert "tier_in_force" in table.splitlines()[0]
