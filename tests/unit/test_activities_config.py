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
    return {**shown, "covered": 0.5, "undiluted_low": low, "undiluted_high": high + dense}


@pytest.mark.parametrize(
    ("spec", "row", "tier"),
    [
        (NAMED, figures(0.9, 1.09), LOWER),
        (NAMED, figures(0.9, 1.10), CONTESTED),
        (NAMED, figures(0.9, 1.0, dense=0.1), CONTESTED),
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
    verdict = judge(spec, row, SCHEME, timed=True)
    assert verdict.tier == tier
    assert len(verdict.reason) > 5


def test_where_times_are_months_nothing_is_measurable():
    assert judge(NAMED, figures(0.9, 1.0), SCHEME, timed=False).tier == UNMEASURABLE


@given(low=st.floats(0, 3), width=st.floats(0, 3), occasions=st.integers(0, 400), objections=st.integers(0, 2))
def test_lower_priority_never_comes_without_records_a_small_excess_and_a_clear_record(
    low, width, occasions, objections
):
    spec = ActivitySpec("a", "A", pathway="a service", objections=objections)
    if judge(spec, figures(low, low + width, occasions), SCHEME, timed=True).tier == LOWER:
        assert occasions >= SCHEME.minimum_records
        assert low + width < SCHEME.lower_priority
        assert objections == 0
