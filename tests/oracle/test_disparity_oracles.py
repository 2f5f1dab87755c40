"""Ratios and intervals of stops against SciPy, against the shipped file counted by hand, and against simulation."""

import csv
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, binom, binomtest, norm
from scipy.stats.contingency import relative_risk

from harmmodel.method.disparity import found_above, rate_ratio, ratio_bounds, share, share_ratio
from harmmodel.warehouse.read import disparity
from tests.conftest import ROOT, Project

COUNTS = ROOT / "data" / "london_stops" / "stops.csv"
BLACK, WHITE = 1_188_370, 4_731_172


def counted(**wanted: str) -> int:
    with COUNTS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return sum(int(row["stops"]) for row in rows if all(row[k] == v for k, v in wanted.items()))


@pytest.mark.parametrize(("x", "n", "y", "m"), [(30, 100, 20, 110), (8205, 25634, 8445, 25907), (12, 90, 400, 1000)])
def test_ratios_of_shares_agree_with_scipy(x, n, y, m):
    found, expected = share_ratio(x, n, y, m, 0.9), relative_risk(x, n, y, m)
    interval = expected.confidence_interval(0.9)
    assert tuple(map(float, found)) == pytest.approx((expected.relative_risk, interval.low, interval.high))


@pytest.mark.parametrize(("x", "n"), [(0, 25), (1, 30), (8205, 25634), (10, 10)])
def test_shares_agree_with_scipys_wilson_interval(x, n):
    found, interval = share(x, n, 0.9), binomtest(x, n).proportion_ci(0.9, method="wilson")
    assert (float(found.low), float(found.high)) == pytest.approx((interval.low, interval.high))


def test_the_rate_ratio_covers_the_truth_as_often_as_it_says():
    rng = np.random.Generator(np.random.Philox(7))
    a, b = rng.poisson(60, 20_000), rng.poisson(90, 20_000)
    found = rate_ratio((a, 1000), (b, 3000), 0.9)
    covered = np.mean((found.low <= 2) & (found.high >= 2))
    assert covered == pytest.approx(0.9, abs=0.01)


def test_the_interval_is_that_of_the_share_of_the_first_group_where_counts_are_large():
    """Given their sum, the count of one group is binomial: an exact way to the same interval."""
    a, b = 25_634, 25_907
    low, high = (binom.ppf(q, a + b, a / (a + b)) / (a + b) for q in (0.05, 0.95))
    found = rate_ratio((a, 1), (b, 1), 0.9)
    exact = (low / (1 - low), high / (1 - high))
    assert (float(found.low), float(found.high)) == pytest.approx(exact, rel=1e-3)


def test_the_run_gives_the_ratio_that_the_file_gives_by_hand(london: Project):
    run = disparity.published(london.path, london.place)
    rows = run.ratios.set_index(["scheme", "reason", "dimension", "benchmark", "group"])
    found = rows.loc[("self", "drugs", "ethnicity", "census_2021", "black")]
    a, b = (counted(scheme="self", reason="drugs", ethnicity=e) for e in ("black", "white"))
    ratio = (a / BLACK) / (b / WHITE)
    reach = math.exp(norm.ppf(0.95) * math.sqrt(1 / a + 1 / b))
    assert found["stops"] == a
    assert found["ratio"] == pytest.approx(ratio, rel=1e-12)
    assert (found["low"], found["high"]) == pytest.approx((ratio / reach, ratio * reach), rel=1e-12)
    unknown = sum(counted(scheme="self", reason="drugs", ethnicity=e) for e in ("unknown", "pooled"))
    assert found["bound_low"] == pytest.approx((a / BLACK) / ((b + unknown) / WHITE), rel=1e-12)
    assert found["bound_high"] == pytest.approx(((a + unknown) / BLACK) / (b / WHITE), rel=1e-12)
    others = [counted(scheme="self", reason="other", ethnicity=e) for e in ("black", "white")]
    inside = rows.loc[("self", "drugs", "ethnicity", "other_stops", "black")]
    spread = math.exp(norm.ppf(0.95) * math.sqrt(1 / a + 1 / b + 1 / others[0] + 1 / others[1]))
    assert inside["ratio"] == pytest.approx((a / others[0]) / (b / others[1]), rel=1e-12)
    assert inside["high"] / inside["ratio"] == pytest.approx(spread, rel=1e-12)


def test_bounds_are_the_ends_of_every_way_to_deal_out_the_unknown():
    a, b, unknown, of_a, of_b = 20, 30, 15, 100.0, 300.0
    ways = [((a + i) / of_a) / ((b + j) / of_b) for i in range(unknown + 1) for j in range(unknown + 1 - i)]
    low, high = ratio_bounds(a, (of_a, of_a), b, (of_b, of_b), (unknown, unknown))
    assert (float(low), float(high)) == pytest.approx((min(ways), max(ways)))


def test_one_rule_gives_two_shares_where_chances_differ():
    for a, b in ((2.0, 8.0), (1.0, 9.0), (0.5, 3.0)):
        tail = quad(lambda p, a=a, b=b: p * beta.pdf(p, a, b), 0.2, 1)[0] / beta.sf(0.2, a, b)
        assert found_above(0.2, a, b) == pytest.approx(tail)
    assert found_above(0.2, 2, 8) > found_above(0.2, 1, 9) + 0.02
