"""Faults in what config says about activities are named; tiers follow the limits and their guards."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harmmodel.config import load_config
from harmmodel.errors import ConfigError
from harmmodel.lenses.activities.score import judge
from harmmodel.lenses.activities.spec import ActivitySpec
from harmmodel.lenses.activities.verdict import ActivityVerdict, like_verdict
from harmmodel.lenses.tiers import CONTESTED, FOCUS, LOWER, UNMEASURABLE
from tests.schemes import activity_scheme

ROOT = Path(__file__).resolve().parents[2]
SCHEME = activity_scheme()
NAMED = ActivitySpec("a", "A", pathway="a service")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("services.yaml", "needs_guilty_plea: false", "needs_guilty_plea: true", "needs_guilty_plea"),
        ("services.yaml", "needs_abstinence: false", "needs_abstinence: true", "needs_abstinence"),
        ("services.yaml", "rating: null", "rating: 0.9", "a rating needs people who gave it"),
        ("costs.yaml", "  assumption: true\n", "", "give either a source or assumption: true"),
        ("costs.yaml", "range: [50, 110]", "range: [80, 110]", "lies outside its range"),
        ("costs.yaml", "  found:\n", "  fund:\n", "no activity is of family 'fund'"),
        ("activities.yaml", "services: [methadone, outreach, naloxone]", "services: [cinema]", "'cinema' is not in"),
        ("activities.yaml", "id: cultivation", "id: paraphernalia", "named twice"),
        ("activities.yaml", "id: cultivation", "id: not_classed", "reserved"),
        ("activities.yaml", "permutations: 1999", "permutations: 99", "permutations"),
    ],
)
def test_a_fault_is_named(tmp_path, file, old, new, said):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    path = tmp_path / "config" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError, match=f"(?s){file}.*{said}"):
        load_config(tmp_path, "chicago")


def test_one_of_the_three_files_alone_is_a_fault(tmp_path):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "costs.yaml").unlink()
    with pytest.raises(ConfigError, match=r"costs\.yaml"):
        load_config(tmp_path, "chicago")


def figures(low: float, high: float, occasions: int = 500, dense: float = 0.0) -> dict[str, float]:
    shown = {"excess": (low + high) / 2, "excess_low": low, "excess_high": high, "occasions": occasions}
    like = dict.fromkeys(("like_cells", "like_matched"), 60) | {"like_difference": 0.05, "like_verdict": "under"}
    like |= {"like_ratio": 1.1, "like_low": 1.0, "like_high": 1.2}
    return {**shown, **like, "covered": 0.5, "undiluted_low": low, "undiluted_high": high + dense}


@pytest.mark.parametrize(
    ("spec", "row", "tier"),
    [
        (NAMED, figures(0.9, 1.09), LOWER),
        (NAMED, figures(0.9, 1.10), CONTESTED),
        (NAMED, figures(0.9, 1.0, dense=0.1), CONTESTED),
        (NAMED, figures(0.8, 0.99), CONTESTED),
        (NAMED, {**figures(0.9, 1.05), "like_verdict": "more", "like_high": 1.4}, CONTESTED),
        (NAMED, {**figures(0.9, 1.05), "like_verdict": "less", "like_high": 0.9}, CONTESTED),
        (NAMED, {**figures(0.9, 1.05), "like_verdict": "few"}, CONTESTED),
        (NAMED, {**figures(0.9, 1.05), "like_verdict": "unbalanced"}, CONTESTED),
        (NAMED, figures(1.251, 1.6), FOCUS),
        (NAMED, figures(1.25, 1.6), CONTESTED),
        (NAMED, figures(0.9, 1.0, 199), CONTESTED),
        (NAMED, figures(1.4, 1.6, 199), CONTESTED),
        (NAMED, figures(float("nan"), float("nan")), CONTESTED),
        (ActivitySpec("a", "A"), figures(0.9, 1.0), CONTESTED),
        (ActivitySpec("a", "A", pathway="a service", objections=1), figures(0.9, 1.0), CONTESTED),
        (ActivitySpec("a", "A", pathway="a service", unmeasurable="elsewhere"), figures(0.9, 1.0), UNMEASURABLE),
    ],
)
def test_a_tier_follows_its_limits_and_guards(spec, row, tier):
    verdict = judge(spec, row, SCHEME)
    assert verdict.tier == tier
    assert len(verdict.reason) > 5


def told(**given: float) -> ActivityVerdict:
    row = {**figures(0.9, 1.05), **given}
    row["like_verdict"] = like_verdict(NAMED, row, SCHEME)
    return judge(NAMED, row, SCHEME)


@pytest.mark.parametrize(
    ("given", "why", "said"),
    [
        ({}, "both_passed", "1.10 times the violence of like cells without (1.00 to 1.20), under 1.25"),
        ({"excess_low": 0.7, "excess_high": 0.99}, "falls", "violence falls after such records: less of it could let"),
        ({"like_ratio": 1.4, "like_low": 1.1, "like_high": 1.7}, "held_back", "1.40 times the violence of like cells"),
        ({"like_ratio": 0.8, "like_low": 0.6, "like_high": 0.99}, "held_back", "may be what keeps violence low there"),
        ({"like_high": 1.25}, "held_back", "the upper end has to lie under 1.25"),
        ({"like_matched": 29}, "held_back", "cannot be judged: 29 of 60 cells with such records have like cells"),
        ({"like_cells": 130}, "held_back", "cannot be judged: 60 of 130 cells"),
        ({"like_difference": 0.2}, "held_back", "cannot be judged: matched cells differ by up to 0.20"),
        ({"like_matched": float("nan")}, "held_back", "cannot be judged: the place names no offences"),
        ({"like_ratio": float("nan")}, "held_back", "cannot be judged: too little violence"),
        ({"excess_high": 1.2, "like_high": 1.4}, "rise_unclear", "nor under 1.10"),
    ],
)
def test_the_reason_says_which_of_the_two_questions_failed(given, why, said):
    verdict = told(**given)
    assert verdict.why == why
    assert said in verdict.reason
    assert (verdict.tier == LOWER) == (why == "both_passed")


@pytest.mark.parametrize(
    ("class_", "said"),
    [("robbery", "violence that is compared"), ("drug_possession", "found by police"), ("kittens", "has no source")],
)
def test_like_places_are_never_found_by_violence_or_enforcement(tmp_path, class_, said):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    path = tmp_path / "config" / "places" / "chicago" / "place.yaml"
    path.write_text(path.read_text("utf-8").replace("matched_on: [theft", f"matched_on: [{class_}"), "utf-8")
    with pytest.raises(ConfigError, match=f"(?s)matched_on.*{said}"):
        load_config(tmp_path, "chicago")


def test_where_times_are_months_nothing_is_measurable():
    assert judge(NAMED, figures(0.9, 1.0), SCHEME, lacking="untimed").tier == UNMEASURABLE


@given(low=st.floats(0, 3), width=st.floats(0, 3), occasions=st.integers(0, 400), objections=st.integers(0, 2))
def test_lower_priority_never_comes_without_records_a_small_excess_and_a_clear_record(
    low, width, occasions, objections
):
    spec = ActivitySpec("a", "A", pathway="a service", objections=objections)
    if judge(spec, figures(low, low + width, occasions), SCHEME).tier == LOWER:
        assert occasions >= SCHEME.minimum_records
        assert low + width < SCHEME.lower_priority
        assert objections == 0
