"""Laws of the Threshold lab, tried on inputs that no one thought of.

1. A higher threshold never misclassifies more users, by a curve or by a file.
2. Holding more never lowers the rate; units of measure do not matter.
3. Every interval holds its value and lies between 0 and 1; a wider input never narrows it.
4. A higher purity means a lower weight as sold, and the way there and back changes nothing.
5. More suppliers among those found never raise the users misclassified per supplier.
6. Unverified rows reach no official export, whatever the day.
"""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmmodel.config.thresholds import load_thresholds
from harmmodel.errors import QuantityError
from harmmodel.method.thresholds.bunching import bunching
from harmmodel.method.thresholds.classification import (
    Range,
    active_weight,
    between,
    counted_above,
    exactly,
    lognormal,
    share_above,
    share_above_interval,
    total_weight,
    users_per_supplier,
    wilson_interval,
)
from harmmodel.views.thresholds import rows
from harmmodel.views.thresholds.figures import Holdings
from harmmodel.views.thresholds.settings import parsed_range, parsed_sample
from tests.conftest import ROOT

tried = settings(max_examples=80, deadline=None)
grams = st.floats(1e-4, 1e4)
spreads = st.tuples(st.floats(1e-3, 1e3), st.floats(1.05, 50)).map(lambda pair: (pair[0], pair[0] * pair[1]))
samples = st.lists(st.floats(1e-3, 1e3), min_size=10, max_size=60).map(np.array)
shares = st.floats(0.01, 0.99)
ROWS = rows.rows(load_thresholds(ROOT))


def outcome(reading):
    """What *reading* returns, or None and what it says instead."""
    try:
        return reading(), ""
    except QuantityError as error:
        return None, str(error)


def close(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)


@tried
@given(spreads, grams, st.floats(1, 100), samples)
def test_a_higher_threshold_never_misclassifies_more_users(spread, low, factor, sample):
    held = lognormal(*spread)
    assert share_above(low * factor, held) <= share_above(low, held)
    assert (
        counted_above(sample, low * factor) <= counted_above(sample, low) <= counted_above(sample, low, at_limit=True)
    )


@tried
@given(spreads, grams, st.floats(1, 20))
def test_holding_more_never_lowers_the_rate_and_units_do_not_matter(spread, at, factor):
    held = lognormal(*spread)
    assert share_above(at, held.held(factor)) >= share_above(at, held)
    assert close(
        float(share_above(at * 1000, lognormal(spread[0] * 1000, spread[1] * 1000))), float(share_above(at, held))
    )


@tried
@given(spreads, grams, st.integers(10, 5000))
def test_an_interval_holds_its_value_and_shrinks_with_the_sample(spread, at, n):
    held = lognormal(*spread)
    low, high = share_above_interval(at, held, respondents=n)
    finer_low, finer_high = share_above_interval(at, held, respondents=4 * n)
    assert 0 <= low <= finer_low <= float(share_above(at, held)) <= finer_high <= high <= 1


@tried
@given(spreads, grams, st.floats(1, 1.5))
def test_a_wider_input_never_narrows_the_range(spread, at, width):
    median, p90 = spread[0], spread[1] * width
    narrow = Holdings(exactly(median), exactly(p90)).above(exactly(at), at_limit=False)
    wide = Holdings(between(median / width, median), exactly(p90)).above(between(at, at * width), at_limit=False)
    assert wide.low - 1e-12 <= narrow.value <= wide.high + 1e-12
    assert 0 <= wide.low <= wide.value <= wide.high <= 1


@tried
@given(samples, st.floats(1e-3, 1e3), st.floats(1, 5))
def test_a_file_gives_an_interval_around_what_it_counts(sample, at, factor):
    held = Holdings(exactly(1), exactly(2), sample=sample)
    found = held.above(exactly(at), at_limit=False)
    more = held.above(exactly(at), at_limit=False, factor=between(1, factor))
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert more.high >= found.high - 1e-12


@tried
@given(grams, st.floats(0.01, 0.5), st.floats(1, 2))
def test_purity_there_and_back(at, purity, factor):
    total = total_weight(exactly(at), exactly(purity))
    assert close(active_weight(total, exactly(purity)).value, at)
    assert total_weight(exactly(at), exactly(purity * factor)).value <= total.value * (1 + 1e-12)


@tried
@given(shares, shares, shares, st.floats(0, 0.5))
def test_more_suppliers_never_raise_users_per_supplier(users, suppliers, share, more):
    higher = share + more * (1 - share)
    assert users_per_supplier(users, suppliers, higher) <= users_per_supplier(users, suppliers, share) + 1e-12


@tried
@given(st.integers(0, 200), st.integers(0, 200))
def test_a_counted_share_lies_in_its_interval(hits, misses):
    low, high = wilson_interval(hits, hits + misses)
    if hits + misses == 0:
        assert math.isnan(low)
    else:
        assert low - 1e-12 <= hits / (hits + misses) <= high + 1e-12


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100), st.integers(1, 400))
def test_bunching_never_fails_and_does_not_depend_on_order_or_unit(seed, at, n):
    rng = np.random.default_rng(seed)
    weights = np.exp(rng.normal(np.log(at), 0.6, n))
    found, shuffled = bunching(weights, at), bunching(rng.permutation(weights), at)
    assert found.jump == pytest.approx(shuffled.jump, nan_ok=True)
    if found.is_known:
        assert 0 <= found.p_value <= 1
        assert found.jump_low <= found.jump <= found.jump_high


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_range_above_0_or_a_fault_that_names_its_field(text):
    found, told = outcome(lambda: parsed_range(text, "Purity", most=1))
    assert told.startswith("Purity: ") if found is None else 0 < found.low <= found.value <= found.high <= 1


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_quantities_or_faults(raw):
    found, told = outcome(lambda: parsed_sample(b"grams,role\n" + raw, "x.csv"))
    assert told.startswith("x.csv") if found is None else ((found.all > 0) & np.isfinite(found.all)).all()


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
@settings(max_examples=60, deadline=None)
def test_unverified_rows_reach_no_official_export(day):
    exported = rows.table(rows.official(ROWS, day), day)
    assert set(exported["status"]) <= {"verified"}
    verified = {(row.jurisdiction, row.substance, row.instrument) for row in ROWS if row.status == "verified"}
    assert {tuple(row) for row in exported[["jurisdiction", "substance", "instrument"]].to_numpy()} <= verified


def test_a_range_divides_to_its_widest():
    assert Range(1, 2, 4) / Range(0.5, 1, 2) == Range(0.5, 2, 8)


def test_an_overdue_review_takes_a_row_out():
    row = next(row for row in ROWS if row.status == "verified")
    assert row.review_due is not None
    late = row.review_due + dt.timedelta(days=1)
    assert row.is_official(row.review_due)
    assert not row.is_official(late)
    assert row.standing(late) == "review overdue"
    assert not replace(row, status="unverified").is_official(row.review_due)
