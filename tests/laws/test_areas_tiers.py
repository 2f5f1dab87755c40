"""Law 4 on the shipped data: what would change a tier is found to the point, and nothing is released too soon."""

import numpy as np
import pytest

from harmmodel.assembly import areas
from harmmodel.warehouse.store import editions
from tests.shifted_scores import ORDERS, assert_shifts_are_the_least


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


def test_adding_the_shift_changes_the_tier_and_a_little_less_does_not(run):
    scores = run.scores.sort_values("unit_id", ignore_index=True)
    draws = {name: run.draws(name) for name in ORDERS.values()}
    scheme = areas.area_scheme(run.config)
    near = np.flatnonzero((scores["tier"] != "baseline") | (scores["rank"] <= 14))
    assert len(near) >= 14
    for unit in near:
        assert_shifts_are_the_least(scores, draws, scheme, int(unit))


def test_nothing_is_released_that_is_not_baseline_with_and_without_records_of_police_contact(run):
    table = run.scores.merge(run.contrast[["unit_id", "level", "corner"]], on="unit_id", validate="one_to_one")
    low = (table["tier"] == "baseline") & (table["tier_no_contact"] == "baseline")
    assert ((table["corner"] == "release") == (low & (table["level"] == "over"))).all()
    assert (~low & (table["level"] == "over") & (table["corner"] == "change the kind of work")).any()


def test_a_reason_never_shows_a_share_as_the_limit_it_misses(run):
    limits = {"focus": run.config.policy.tiers.focus, "baseline": run.config.policy.tiers.baseline}
    for limit in limits.values():
        told = run.scores["reason"].str.contains(f"in {100 * limit:g}% of draws", regex=False)
        assert np.allclose(run.scores.loc[told, "p_top"], limit)
