"""Laws of the method, tried on inputs that no one thought of.

1. Missing is not harmless: NaN stays NaN, and a missing part never lowers a mean by counting as zero.
2. Scores are bounded by 0 and 100, means by their parts.
3. More harm never scores less.
4. Only relative weights and relative exposure matter.
5. A stream belongs to its key alone.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harmmodel.method.aggregation import generalised_mean, mean_event_weights, weighted_mean
from harmmodel.method.random_streams import rate_draws, stream
from harmmodel.method.scales import scaled
from harmmodel.method.shrinkage import marshall_prior, own_share, posterior_mean
from harmmodel.method.uncertainty import leeway, rank_draws, share_of_draws_in_top

tried = settings(max_examples=60, deadline=None)

AREAS = 6
rates = arrays(np.float64, AREAS, elements=st.floats(0, 1e4))
scores = st.one_of(st.floats(0, 100), st.just(float("nan")))
tables = arrays(np.float64, (3, AREAS), elements=scores)
weights = arrays(np.float64, 3, elements=st.floats(0.01, 1))
powers = st.sampled_from([1.0, 2.0, 3.0, float("inf")])
events = arrays(np.int64, AREAS, elements=st.integers(0, 400)).map(lambda counts: counts.astype(np.float64))
exposures = arrays(np.float64, AREAS, elements=st.floats(50, 1e6))


@tried
@given(rates, st.floats(1, 1e4), st.floats(0, 1e3))
def test_scores_are_bounded_and_more_harm_never_scores_less(values, high, extra):
    low_scores, high_scores = scaled(values, low=0, high=high), scaled(values + extra, low=0, high=high)
    assert ((low_scores >= 0) & (high_scores <= 100)).all()
    assert (high_scores >= low_scores).all()


@tried
@given(rates, st.floats(1, 1e4), st.floats(1e-3, 1e3))
def test_a_change_of_unit_changes_no_score(values, high, factor):
    same = scaled(values * factor, low=0, high=high * factor)
    np.testing.assert_allclose(same, scaled(values, low=0, high=high), atol=1e-9)


@tried
@given(tables, weights)
def test_a_pillar_lies_between_its_observed_parts_and_is_unknown_without_enough_of_them(values, own):
    result = weighted_mean(values, own, minimum=2 / 3)
    seen = np.where(np.isfinite(values), own[:, None], 0).sum(axis=0) / own.sum()
    assert (np.isfinite(result) == (seen >= 2 / 3 - 1e-9)).all()
    for unit in np.flatnonzero(np.isfinite(result)):
        parts = values[:, unit][np.isfinite(values[:, unit])]
        assert parts.min() - 1e-9 <= result[unit] <= parts.max() + 1e-9


@tried
@given(tables, weights, powers)
def test_the_overall_lies_between_the_mean_and_the_worst_of_the_scored_pillars(values, own, p):
    result = generalised_mean(values, own, p=p)
    assert (np.isfinite(result) == np.isfinite(values).any(axis=0)).all()
    for unit in np.flatnonzero(np.isfinite(result)):
        known = np.isfinite(values[:, unit])
        assert result[unit] <= values[known, unit].max() + 1e-9
        assert result[unit] >= np.average(values[known, unit], weights=own[known]) - 1e-9


@tried
@given(tables, weights, powers, st.integers(0, 2), st.floats(0, 50))
def test_more_harm_in_one_pillar_never_lowers_the_overall(values, own, p, pillar, extra):
    worse = values.copy()
    worse[pillar] += extra
    before, after = generalised_mean(values, own, p=p), generalised_mean(worse, own, p=p)
    assert (np.nan_to_num(after) >= np.nan_to_num(before) - 1e-9).all()


@tried
@given(tables, weights, st.floats(0.1, 10))
def test_only_relative_weights_matter(values, own, factor):
    for mine, other in (
        (weighted_mean(values, own, minimum=0.5), weighted_mean(values, own * factor, minimum=0.5)),
        (generalised_mean(values, own, p=2), generalised_mean(values, own * factor, p=2)),
    ):
        np.testing.assert_allclose(mine, other, atol=1e-9)


@tried
@given(weights, arrays(np.float64, 3, elements=st.floats(1e-6, 1)), st.floats(0.1, 1000))
def test_the_average_event_counts_one_whatever_the_unit_of_the_weight_set(own, means, factor):
    found = mean_event_weights(own * factor, means)
    np.testing.assert_allclose((found * means).sum(), means.sum())
    np.testing.assert_allclose(found, mean_event_weights(own, means))


@tried
@given(events, exposures)
def test_a_shrunk_rate_lies_between_the_areas_own_and_the_places(counts, exposure):
    prior = marshall_prior(counts, exposure)
    shrunk = posterior_mean(counts, exposure, prior)
    assert (shrunk > 0).all()
    assert ((own_share(exposure, prior.rate) > 0) & (own_share(exposure, prior.rate) < 1)).all()
    if counts.sum() > 0:
        low, high = np.minimum(counts / exposure, prior.mean), np.maximum(counts / exposure, prior.mean)
        assert (shrunk >= low * (1 - 1e-9)).all()
        assert (shrunk <= high * (1 + 1e-9)).all()


@tried
@given(events, exposures, st.integers(0, AREAS - 1), st.integers(1, 50))
def test_under_a_fixed_prior_one_more_event_always_scores_more_and_moves_no_other_area(counts, exposure, area, extra):
    prior = marshall_prior(counts, exposure)
    more = counts.copy()
    more[area] += extra
    gain = posterior_mean(more, exposure, prior) - posterior_mean(counts, exposure, prior)
    assert gain[area] > 0
    assert (np.delete(gain, area) == 0).all()


@tried
@given(events, exposures, st.floats(1e-3, 1e3))
def test_the_unit_of_exposure_changes_no_shrunk_rate(counts, exposure, factor):
    one, other = marshall_prior(counts, exposure), marshall_prior(counts, exposure * factor)
    np.testing.assert_allclose(own_share(exposure, one.rate), own_share(exposure * factor, other.rate), rtol=1e-6)
    rate = posterior_mean(counts, exposure * factor, other) * factor
    np.testing.assert_allclose(rate, posterior_mean(counts, exposure, one), rtol=1e-6)


@tried
@given(st.integers(-(2**63), 2**63), st.lists(st.text(max_size=5), max_size=3))
def test_a_stream_depends_on_its_key_alone_and_every_integer_is_a_seed(seed, names):
    first = stream(seed, *names).random(3)
    stream(seed, "other").random(100)
    assert (stream(seed, *names).random(3) == first).all()
    assert (stream(seed + 1, *names).random(3) != first).any()


@tried
@given(st.integers(0, 50), st.floats(10, 1e5), st.integers(0, 1000))
def test_draws_are_positive_and_do_not_depend_on_how_many_follow(count, exposure, seed):
    prior = marshall_prior(np.array([3.0, 9.0]), np.array([500.0, 700.0]))
    few = rate_draws(float(count), exposure, prior, draws=5, rng=stream(seed, "A"))
    many = rate_draws(float(count), exposure, prior, draws=9, rng=stream(seed, "A"))
    assert (few > 0).all()
    assert (many[:5] == few).all()


drawn_tables = arrays(np.float32, (5, 7), elements=st.integers(0, 6).map(float))


@tried
@given(drawn_tables, st.permutations(range(5)), st.integers(1, 4))
def test_swapping_areas_swaps_their_ranks_places_and_shifts(drawn, order, k):
    order = list(order)
    assert (rank_draws(drawn[order]) == rank_draws(drawn)[order]).all()
    np.testing.assert_allclose(share_of_draws_in_top(drawn[order], k), share_of_draws_in_top(drawn, k)[order])
    np.testing.assert_array_equal(leeway(drawn[order], k, (1, 6)), leeway(drawn, k, (1, 6))[:, order])


@tried
@given(drawn_tables, st.integers(1, 4), st.integers(1, 7))
def test_just_beyond_its_leeway_a_unit_is_in_the_top_in_fewer_draws_and_just_short_of_it_is_not(drawn, k, needed):
    found = leeway(drawn, k, (needed,))[0]
    for unit, points in enumerate(found):
        for change, enough in ((0.5, True), (-0.5, False)):  # the scores are whole, so half a point parts them
            moved = drawn.astype(float)
            moved[unit] += change - points
            assert (round(share_of_draws_in_top(moved, k)[unit] * 7) >= needed) == enough


@tried
@given(drawn_tables, st.integers(1, 4))
def test_places_in_the_top_always_add_to_its_size(drawn, k):
    np.testing.assert_allclose(share_of_draws_in_top(drawn, k).sum(), k)
