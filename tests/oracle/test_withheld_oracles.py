"""What withheld counts may have been: held against SciPy's negative binomial and a search over a grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from harmmodel.method import suppressed
from harmmodel.method.random_streams import stream
from harmmodel.method.withheld import judged, released

K = 5


def cells(seed: int, count: int = 60):
    rng = np.random.default_rng(seed)
    exposure = rng.uniform(0.5, 2.0, count)
    counts = rng.poisson(3.0 * exposure * rng.gamma(1.5, 1 / 1.5, count)).astype(float)
    return counts, exposure, *released(counts, K)


def unlikeliness(low, high, exposure, mean, shape) -> float:
    chance = shape / (shape + mean * exposure)
    inside = nbinom.cdf(high, shape, chance) - nbinom.cdf(low - 1, shape, chance)
    return -float(np.log(inside).sum())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_expected_counts_agree_with_a_search_over_a_grid(seed):
    _, exposure, low, high = cells(seed)
    means, shapes = np.geomspace(1.0, 9.0, 60), np.geomspace(0.3, 20.0, 60)
    fits = [(unlikeliness(low, high, exposure, m, a), m, a) for m in means for a in shapes]
    _, mean, shape = min(fits)
    withheld = np.flatnonzero(low < high)
    chance = nbinom.pmf(np.arange(1, K)[None, :], shape, (shape / (shape + mean * exposure[withheld]))[:, None])
    by_hand = (chance * np.arange(1, K)).sum(axis=1) / chance.sum(axis=1)
    np.testing.assert_allclose(judged(low, high, exposure).expected[withheld], by_hand, rtol=0.02)


def test_nothing_withheld_is_left_as_it_is_and_the_unknown_stays_unknown():
    counts = np.array([0.0, 7.0, np.nan, 12.0])
    beside = judged(*released(counts, K), np.ones(4))
    np.testing.assert_array_equal(beside.expected, counts)


def test_a_cell_without_exposure_is_taken_evenly_between_its_ends():
    low, high = released(np.array([3.0, 9.0, 2.0]), K)
    beside = judged(low, high, np.array([np.nan, 1.0, 1.0]))
    assert beside.expected[0] == pytest.approx(2.5)
    assert beside.chances[0].tolist() == pytest.approx([0.25] * 4)


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(0, 20), min_size=3, max_size=30),
    others=st.randoms(use_true_random=False),
    k=st.integers(5, 12),
)
def test_other_counts_between_the_same_ends_give_the_same_answer_to_the_last_bit(counts, others, k):
    first = np.array(counts, dtype=float)
    second = np.array([others.randrange(1, k) if 0 < n < k else n for n in counts], dtype=float)
    exposure = np.linspace(1.0, 3.0, first.size)
    one, two = (judged(*released(values, k), exposure) for values in (first, second))
    assert one.expected.tobytes() == two.expected.tobytes()
    assert one.chances.tobytes() == two.chances.tobytes()
    known = one.first < one.last
    assert np.all((one.expected >= one.first) & (one.expected <= one.last))
    assert np.all(one.chances[known].sum(axis=1) == pytest.approx(1.0))


def test_drawn_counts_have_the_judged_chances_and_stay_between_the_ends():
    _, exposure, low, high = cells(4)
    beside = judged(low, high, exposure)
    cell = int(np.flatnonzero(low < high)[0])
    drawn = beside.drawn(cell, stream(7, "withheld").random(40_000))
    assert set(drawn) <= set(range(1, K))
    shares = [float(np.mean(drawn == n)) for n in range(1, K)]
    assert shares == pytest.approx(beside.chances[cell].tolist(), abs=0.01)


def test_ends_that_are_no_ends_are_refused():
    for low, high in (([3.0], [2.0]), ([1.5], [2.0])):
        with pytest.raises(ValueError, match="must be whole"):
            judged(np.array(low), np.array(high), np.ones(1))


@pytest.mark.parametrize(("marks", "cells", "told"), [(1, 12, 3), (5, 12, 0), (12, 12, 0)])
def test_chances_of_a_suppressed_sum_agree_with_a_simulation(marks, cells, told):
    mean, shape, (low, high) = 0.9, 2.0, (1, 4)
    rng = np.random.default_rng(7)
    rates = rng.gamma(shape, mean / shape, 2_000_000)
    counts = rng.poisson(rates[:, None], (rates.size, 1)) if marks == 1 else None
    weight = np.ones(rates.size)
    if counts is None:  # every mark lies between the ends too seldom: weigh by its chance, then draw one sum
        each = np.array([np.exp(-rates) * rates**k / np.prod(np.arange(1, k + 1)) for k in range(low, high + 1)])
        weight = each.sum(axis=0) ** marks
        chosen = rng.choice(rates.size, 40_000, p=weight / weight.sum()) if cells == marks else None
        if chosen is None:
            weight = weight * np.exp(-(cells - marks) * rates) * ((cells - marks) * rates) ** told
            chosen = rng.choice(rates.size, 40_000, p=weight / weight.sum())
        shares = each[:, chosen] / each[:, chosen].sum(axis=0)
        drawn = (rng.random((marks, 1, chosen.size)) > np.cumsum(shares, axis=0)[None, :-1]).sum(axis=1) + low
        sums = drawn.sum(axis=0)
    else:
        is_seen = (counts[:, 0] >= low) & (counts[:, 0] <= high) & (rng.poisson((cells - 1) * rates) == told)
        sums = counts[is_seen, 0]
    found = suppressed._sum_chances(marks, (marks * low, marks * high), (told, cells - marks), (mean, shape))
    simulated = np.bincount(sums - marks * low, minlength=found.size) / sums.size
    assert found == pytest.approx(simulated, abs=0.012)


def test_a_unit_with_a_mark_in_each_month_is_judged_higher_than_by_one_mark_alone():
    told = np.full(12, 20.0)
    parts = np.zeros((4, 12))
    parts[3] = told
    parts[:, 0] = 12, 12, 48, 0
    parts[:, 1] = 2, 2, 8, 3
    found = suppressed.judged(parts, np.stack([told, told]) * (parts[0] == 0) + parts[1:3], np.full(12, 1.0), 12.0)
    assert found.chances.sum(axis=1) == pytest.approx(np.ones(12))
    assert found.expected[2:].tolist() == [0.0] * 10
    assert 18 < found.expected[0] < 30
    assert 2 < found.expected[1] < 4
