"""Laws of the comparison of stops: symmetry, scale, order, and bounds that hold what they bound."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from harmmodel.lenses.disparity import Benchmark, DescriptionSpec, DisparityMethod, compare
from harmmodel.method.disparity import rate_ratio, ratio_bounds, share, share_bounds

COUNT = st.integers(1, 10**6)
PEOPLE = st.integers(1, 10**7)
HOW = DisparityMethod(
    ethnicities=("a", "b", "mixed"),
    genders=("female", "male"),
    descriptions=(DescriptionSpec("self", (), None), DescriptionSpec("officer", ("mixed",), "b")),
    reasons=("drugs", "other"),
    without_suspicion=(),
    references={"ethnicity": "a", "gender": "female", "both": "a|male"},
    benchmarks=(
        Benchmark("residents", {"a": 5000, "b": 3000, "mixed": 400}, (0.5, 0.45, 0.55)),
        Benchmark("others", {}, None),
    ),
    level=0.9,
)
CELL = st.tuples(
    st.sampled_from(["self", "officer"]),
    st.sampled_from(["a", "b", "mixed", "unknown", "pooled"]),
    st.sampled_from(["female", "male", "other", "pooled"]),
    st.sampled_from(["drugs", "other", "pooled"]),
    st.sampled_from(["arrest", "other_action", "no_action", "pooled"]),
)
TABLE = st.dictionaries(CELL, st.integers(1, 500), min_size=1, max_size=40)


def stops_of(cells: dict[tuple[str, ...], int]) -> pd.DataFrame:
    names = ["scheme", "ethnicity", "gender", "reason", "outcome"]
    frame = pd.DataFrame(list(cells), columns=names)
    return frame.assign(stops=list(cells.values()))


@given(COUNT, PEOPLE, COUNT, PEOPLE)
def test_swapping_the_groups_turns_the_ratio_over(a, of_a, b, of_b):
    one, two = rate_ratio((a, of_a), (b, of_b), 0.9), rate_ratio((b, of_b), (a, of_a), 0.9)
    np.testing.assert_allclose([1 / two.value, 1 / two.high, 1 / two.low], [one.value, one.low, one.high])
    assert one.low <= one.value <= one.high


@given(COUNT, PEOPLE, COUNT, PEOPLE, st.integers(2, 50))
def test_both_populations_times_the_same_change_nothing(a, of_a, b, of_b, times):
    one = rate_ratio((a, of_a), (b, of_b), 0.9)
    np.testing.assert_allclose(rate_ratio((a, of_a * times), (b, of_b * times), 0.9), one)


@given(COUNT, PEOPLE, COUNT, PEOPLE, st.integers(0, 10**5), st.integers(0, 10**5))
def test_bounds_hold_the_ratio_and_widen_with_the_unknown(a, of_a, b, of_b, unknown, more):
    value = (a / of_a) / (b / of_b)
    low, high = ratio_bounds(a, (of_a, of_a), b, (of_b, of_b), (unknown, unknown))
    wider = ratio_bounds(a, (of_a, of_a), b, (of_b, of_b), (unknown + more, unknown + more))
    assert wider[0] * (1 - 1e-12) <= low <= value * (1 + 1e-12)
    assert value * (1 - 1e-12) <= high <= wider[1] * (1 + 1e-12)


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(0, 100), st.integers(0, 100))
def test_shares_and_their_bounds_stay_between_nothing_and_all(hits, misses, more_hits, more_misses):
    found = share(hits, hits + misses, 0.9)
    low, high = share_bounds(hits, hits + misses, more_hits, more_hits + more_misses)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert 0 <= low <= found.value + 1e-12
    assert found.value - 1e-12 <= high <= 1


@settings(max_examples=5, deadline=None)
@given(TABLE, st.randoms())
def test_the_order_of_rows_does_not_matter_and_estimates_lie_in_their_bounds(cells, rng):
    stops = stops_of(cells)
    found = compare(stops, HOW)
    order = list(range(len(stops)))
    rng.shuffle(order)
    again = compare(stops.iloc[order].reset_index(drop=True), HOW)
    for name in found:
        pd.testing.assert_frame_equal(found[name], again[name])
    known = found["ratios"].dropna(subset=["ratio", "bound_low", "bound_high"])
    assert (known["bound_low"] <= known["ratio"] * (1 + 1e-9)).all()
    assert (known["ratio"] <= known["bound_high"] * (1 + 1e-9)).all()


@settings(max_examples=5, deadline=None)
@given(TABLE)
def test_no_stop_is_lost_or_counted_twice(cells):
    stops = stops_of(cells)
    outcomes, ratios = (compare(stops, HOW)[name] for name in ("outcomes", "ratios"))
    for scheme in ("self", "officer"):
        own = stops[stops["scheme"] == scheme]
        rows = ratios[(ratios["scheme"] == scheme) & (ratios["reason"] == "all") & (ratios["benchmark"] == "residents")]
        part = rows[rows["dimension"] == "ethnicity"]
        assert part["stops"].sum() + part["unknown"].iloc[0] == own["stops"].sum()
        told = own[~own["ethnicity"].eq("pooled") & ~own["outcome"].eq("pooled")]
        shares = outcomes[(outcomes["scheme"] == scheme) & (outcomes["reason"] == "all")]
        shares = shares[(shares["dimension"] == "ethnicity") & (shares["measure"] == "arrest")]
        assert shares["stops"].sum() == told["stops"].sum()
        assert shares["hits"].sum() == told.loc[told["outcome"] == "arrest", "stops"].sum()
