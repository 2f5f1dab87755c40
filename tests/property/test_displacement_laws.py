"""Laws of the backfire score, the sum of evidence and the displacement quotient."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from harmmodel.config.deterrence import load_backfire
from harmmodel.method.deterrence.backfire import score_bounds
from harmmodel.method.deterrence.displacement import Places, displacement_quotient, poisson_cusum
from tests.conftest import ROOT

ASSUMED = load_backfire(ROOT)[0]
POINTS = ASSUMED.points
counts = st.lists(st.integers(0, 40), min_size=1, max_size=30)
places = st.builds(Places, *(st.integers(1, 500) for _ in range(3)))
answers = st.fixed_dictionaries({sign: st.sampled_from(["yes", "no", "unknown"]) for sign in POINTS})


@given(answers, st.sampled_from(sorted(POINTS)))
def test_another_warning_never_asks_for_less(said, sign):
    low, high = score_bounds(said, POINTS)
    more = score_bounds({**said, sign: "yes"}, POINTS)
    assert low <= more[0]
    assert high <= more[1]
    assert set(ASSUMED.band(high).asks) <= set(ASSUMED.band(more[1]).asks)


@given(answers, st.sampled_from(sorted(POINTS)))
def test_not_knowing_asks_for_no_less_than_either_answer(said, sign):
    unknown = score_bounds({**said, sign: "unknown"}, POINTS)
    for answer in ("yes", "no"):
        known = score_bounds({**said, sign: answer}, POINTS)
        assert unknown[0] <= known[0] <= known[1] <= unknown[1]


@settings(max_examples=60)
@given(counts, st.floats(0.2, 30), st.integers(0, 29))
def test_more_events_never_delay_the_first_alarm(months, expected, at):
    few = np.array(months, dtype=float)
    many = few.copy()
    many[at % many.size] += 7
    first = [
        poisson_cusum(y, np.full(y.size, expected), ratio=1.5, limit=4.0).alarms[:1].tolist() or [y.size]
        for y in (few, many)
    ]
    assert first[1] <= first[0]


@settings(max_examples=60)
@given(counts, st.floats(0.2, 30))
def test_the_sum_is_never_below_nothing_and_alarms_are_where_it_reaches_the_limit(months, expected):
    found = poisson_cusum(np.array(months, dtype=float), np.full(len(months), expected), ratio=1.5, limit=4.0)
    assert (found.path >= 0).all()
    assert np.flatnonzero(found.path >= 4.0).tolist() == found.alarms.tolist()


@given(places, places, st.integers(2, 9))
def test_longer_periods_do_not_move_the_quotient(before, after, times):
    longer = Places(after.target * times, after.ring * times, after.control * times)
    one, other = displacement_quotient(before, after), displacement_quotient(before, longer)
    assert np.isclose(one, other, rtol=1e-9, equal_nan=True)


@given(places, places, st.integers(1, 100))
def test_more_in_the_ring_never_looks_less_like_displacement(before, after, more):
    worse = Places(after.target, after.ring + more, after.control)
    one, other = displacement_quotient(before, after), displacement_quotient(before, worse)
    assert np.isnan(one) == np.isnan(other)
    assert np.isnan(one) or other <= one
