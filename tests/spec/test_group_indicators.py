"""Run the spec of each group indicator: deaths and assessments in, value, level and points out."""

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import yaml

from harmmodel.assembly.groups import group_method
from harmmodel.config import load_config
from harmmodel.lenses.groups.score import score_groups
from harmmodel.lenses.groups.spec import GroupInputs, GroupMethod

ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    "groups": {"kind": "criminal_group", "parent_id": "", "size_band": "unknown", "first_seen": "2000-01-01"}
    | {"last_year": 2021, "review_due": "2030-01-01", "origin": "register"},
    "cells": {"dyad_id": 1, "class": "non_state", "month": None, "is_precise": False, "events": 1, "civilians": 0}
    | {"dead_a": 0, "dead_b": 0},
    "sides": {"dyad_id": 1, "class": "non_state", "members": 1},
    "parties": {"dyad_id": 1, "year": 2021, "is_precise": False, "events": 1},
    "reached": {"year": 2021, "state_id": "01", "municipality": "M"},
    "assessments": {"level": "low", "evidence": "B", "information": "2", "assessor": "analyst-1", "panel": "assessors"}
    | {"assessed_on": "2026-01-01", "expires_on": "2027-01-01"},
}
EMPTY = {
    "reached": ["group_id", *TABLES["reached"]],
    "assessments": ["group_id", "attribute", *TABLES["assessments"]],
}
# Two groups that fought once, so that every case has groups to rank.
FOUGHT = {
    "groups": [{"group_id": "a", "label": "A"}, {"group_id": "b", "label": "B"}],
    "cells": [{"year": 2021, "low": 10, "best": 10, "high": 10}],
    "sides": [{"side": "a", "group_id": "a"}, {"side": "b", "group_id": "b"}],
    "parties": [{"group_id": "a"}, {"group_id": "b"}],
}
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "group").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@cache
def method() -> GroupMethod:
    """Return the shipped method with few draws and a fixed clock."""
    shipped = group_method(load_config(ROOT, "mexico"))
    return replace(shipped, draws=200, sensitivity_draws=20, clock=dt.date(2026, 12, 1))


def inputs(given: dict) -> GroupInputs:
    """Fill in what a case does not say."""
    rows = {**FOUGHT, **given}
    return GroupInputs(
        **{
            name: pd.DataFrame([{**defaults, **row} for row in rows.get(name, [])], columns=EMPTY.get(name))
            for name, defaults in TABLES.items()
        }
    )


@pytest.mark.parametrize(("name", "case"), CASES)
def test_the_rows_given_count_as_expected(name, case):
    found = score_groups(inputs(case["given"]), method()).indicators
    rows = found[found["indicator"] == name].set_index("group_id")
    for expected in case["expect"]:
        row = rows.loc[expected["group_id"]]
        for key, value in expected.items():
            if key == "group_id":
                continue
            if value is None:
                assert pd.isna(row[key]), key
            elif isinstance(value, str):
                assert row[key] == value, key
            else:
                assert row[key] == pytest.approx(value, rel=1e-3), key
