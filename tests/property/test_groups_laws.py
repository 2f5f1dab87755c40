"""Laws of the group lens on places that nobody thought of."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harmmodel.lenses.groups.score import score_groups
from harmmodel.lenses.groups.spec import GroupInputs
from harmmodel.lenses.scheme import PillarSpec
from harmmodel.warehouse.entered import entries
from tests.schemes import group_indicator, group_method

LEVELS = {"nil": 0.0, "low": 25.0, "medium": 50.0, "high": 100.0}
METHOD = group_method(
    pillars=(
        PillarSpec("violence", "Violence", 0.5, (0.4, 0.6), "targeted deterrence"),
        PillarSpec("corruption", "Corruption", 0.5, (0.4, 0.6), "integrity body"),
    ),
    indicators=(
        group_indicator("decayed_deaths", "Deaths", "violence", "decayed_deaths", high=500.0),
        group_indicator("bribes", "Bribes", "corruption", None, police_contact=True),
        group_indicator("posts", "Posts", "corruption", None),
    ),
    levels=LEVELS,
    sort_key="violence",
    draws=60,
    sensitivity_draws=20,
)
GROUPS = ("a", "b", "c")
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
deaths = st.lists(st.integers(0, 300), min_size=3, max_size=3)
level = st.sampled_from([*LEVELS, "unknown", None])
levels = st.lists(st.tuples(level, level), min_size=3, max_size=3)


def place(counts: list[int], said: list[tuple[str | None, str | None]]) -> GroupInputs:
    """Three groups that fought one after another, and what was said of them."""
    groups = pd.DataFrame({"group_id": GROUPS, "label": GROUPS, "kind": "criminal_group", "parent_id": ""})
    groups = groups.assign(
        size_band="unknown", first_seen="2010-01-01", last_year=2021, review_due="2030-01-01", origin="register"
    )
    cells = pd.DataFrame({"dyad_id": [1, 2, 3], "class": "non_state", "year": [2019, 2020, 2021], "month": None})
    cells = cells.assign(
        is_precise=False, events=1, low=[n // 2 for n in counts], best=counts, high=[2 * n for n in counts]
    )
    pairs = {1: ("a", "b"), 2: ("b", "c"), 3: ("c", "a")}
    sides = [(d, "non_state", s, g, 1) for d, pair in pairs.items() for s, g in zip("ab", pair, strict=True)]
    parties = [(d, g, 2018 + d, False, 1) for d, pair in pairs.items() for g in pair]
    told = [
        (g, name, lv, "B", "2", "analyst-1", "assessors", "2021-01-01", "2023-01-01")
        for g, pair in zip(GROUPS, said, strict=True)
        for name, lv in zip(("bribes", "posts"), pair, strict=True)
        if lv is not None
    ]
    return GroupInputs(
        groups=groups,
        cells=cells.assign(civilians=0, dead_a=0, dead_b=0),
        sides=pd.DataFrame(sides, columns=["dyad_id", "class", "side", "group_id", "members"]),
        parties=pd.DataFrame(parties, columns=["dyad_id", "group_id", "year", "is_precise", "events"]),
        reached=pd.DataFrame(columns=["group_id", "year", "state_id", "municipality"]),
        assessments=pd.DataFrame(told, columns=list(entries.COLUMNS["assessments"])),
    )


@few
@given(deaths, levels)
def test_bounds_hold_the_interval_and_unknown_is_told_apart_from_nil(counts, said):
    scores = score_groups(place(counts, said), METHOD).scores
    assert (scores["bound_low"] <= scores["score_low"] + 1e-9).all()
    assert (scores["score_high"] <= scores["bound_high"] + 1e-9).all()
    unknown = [sum(lv in (None, "unknown") for lv in pair) / 4 for pair in said]
    assert scores["weight_unknown"].to_numpy() == pytest.approx(np.array(unknown))
    both = [all(lv not in (None, "unknown") for lv in pair) for pair in said]
    assert scores["corruption"].notna().tolist() == both


@few
@given(deaths, levels, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(counts, said, random):
    first = place(counts, said)
    turned = GroupInputs(
        **{
            name: getattr(first, name).sample(frac=1, random_state=random.randint(0, 999)).reset_index(drop=True)
            for name in ("groups", "cells", "sides", "parties", "reached", "assessments")
        }
    )
    one, other = score_groups(first, METHOD).scores, score_groups(turned, METHOD).scores
    pd.testing.assert_frame_equal(one, other)


@few
@given(deaths, levels, st.integers(1, 400))
def test_more_deaths_never_score_the_parties_less(counts, said, more):
    before = score_groups(place(counts, said), METHOD).scores.set_index("group_id")["violence"]
    after = score_groups(place([counts[0] + more, *counts[1:]], said), METHOD).scores.set_index("group_id")["violence"]
    assert (after >= before - 1e-9).all()
    assert after["c"] == pytest.approx(before["c"])


@settings(few, max_examples=4)
@given(deaths, levels)
def test_what_is_learned_lies_inside_the_bounds_that_were_told_before(counts, said):
    before = score_groups(place(counts, said), METHOD).scores.set_index("group_id")
    for word in LEVELS:
        learned = [tuple(word if lv in (None, "unknown") else lv for lv in pair) for pair in said]
        after = score_groups(place(counts, learned), METHOD).scores.set_index("group_id")
        assert (after["score_low"] >= before["bound_low"] - 1e-6).all()
        assert (after["score_high"] <= before["bound_high"] + 1e-6).all()


@few
@given(deaths)
def test_deaths_of_all_sides_add_up_to_the_total_in_the_point_and_in_every_draw(counts):
    found = score_groups(place(counts, [(None, None)] * 3), METHOD)
    assert found.orders["deaths"].sum() == pytest.approx(sum(counts))
    fixed = replace(METHOD, dyad_range=(0.5, 0.5))
    narrow = score_groups(place(counts, [(None, None)] * 3), fixed)
    assert narrow.orders["deaths"].to_numpy() == pytest.approx(found.orders["deaths"].to_numpy())
    # However a fight is shared in a draw, all groups together have the deaths that were drawn.
    assert narrow.draws["deaths"].sum(axis=0) == pytest.approx(found.draws["deaths"].sum(axis=0))


def test_a_group_is_not_ranked_for_an_assessment_that_has_expired():
    data = place([1, 1, 1], [(None, None), (None, None), ("high", "low")])
    quiet = replace(data, parties=data.parties[data.parties["group_id"] != "c"])
    assert list(score_groups(quiet, METHOD).scores["group_id"]) == ["a", "b", "c"]
    later = replace(METHOD, clock=dt.date(2023, 1, 1))
    assert list(score_groups(quiet, later).scores["group_id"]) == ["a", "b"]
