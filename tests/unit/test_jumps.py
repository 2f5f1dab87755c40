"""A class that jumps beside its like is found; what moves both is not taken for a change of recording."""

import numpy as np
import pytest

from harmmodel.method.jumps import Jump, jump

CLASSES, TRIALS = 8, 120


def series(rng: np.random.Generator, factor: float, scatter: float) -> Jump | None:
    """Two years of a class and its like with a season of 30%; *factor* multiplies the class in the second year."""
    season = 1 + 0.3 * np.sin(np.arange(24) / 12 * 2 * np.pi)
    level = np.where(np.arange(24) < 12, 1.0, factor)
    own, like = (rng.poisson(mean * season * rng.gamma(1 / scatter, scatter, 24)) for mean in (60 * level, 150.0))
    return jump(own.astype(float), like.astype(float), tried=CLASSES)


@pytest.mark.parametrize(
    ("factor", "scatter", "least", "most"), [(1, 0.1, 0.0, 0.01), (2, 0.02, 0.9, 1), (0.5, 0.02, 0.9, 1)]
)
def test_a_doubled_or_halved_class_is_found_and_scatter_is_not(
    factor: float, scatter: float, least: float, most: float
):
    rng = np.random.default_rng(20261127)
    found = [series(rng, factor, scatter) for _ in range(TRIALS)]
    assert least <= np.mean([one is not None for one in found]) <= most
    if factor != 1:
        ratios = [one.ratio for one in found if one is not None]
        assert np.median(ratios) == pytest.approx(factor, rel=0.15)
        assert np.mean([one.low <= factor <= one.high for one in found if one is not None]) > 0.85


def test_what_moves_both_alike_is_no_jump():
    both = np.array([50.0] * 6 + [150.0] * 6)
    assert jump(both, 2 * both) is None


def test_months_and_rates_of_a_jump_are_those_of_the_counts():
    own, like = np.array([100.0] * 6 + [260.0] * 6), np.array([150.0] * 6 + [180.0] * 6)
    found = jump(own, like)
    assert found is not None
    assert (found.at, found.before, found.after, found.like_before, found.like_after) == (6, 100, 260, 150, 180)
    assert found.ratio == pytest.approx(2.6 / 1.2)
    assert found.low < found.ratio < found.high


@pytest.mark.parametrize("events", [[10.0] * 3 + [90.0] * 2, [2.0] * 4 + [9.0] * 4])
def test_too_few_months_or_events_tell_nothing(events: list[float]):
    assert jump(np.array(events), np.full(len(events), 100.0)) is None
