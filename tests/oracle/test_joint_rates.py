"""The joint model of rates against its definition: another optimiser, a dense grid, draws from known truth."""

import numpy as np
import pytest
from scipy import optimize, stats

from harmmodel.method import joint_rates
from harmmodel.method.area_levels import JointModel, Record, levels_of
from harmmodel.method.joint_rates import believed, learned, level_draws, rates_at
from harmmodel.method.random_streams import stream

GRID = np.linspace(-14, 14, 701)  # steps far below the spread of any level, so that a sum is an integral


def place(areas=60, columns=4, seed=0):
    """Make a place from the model itself: counts, exposures and the true parameters."""
    rng = np.random.default_rng(seed)
    loading, shape = rng.uniform(0.4, 1.2, columns), rng.uniform(3, 20, columns)
    base = 10 ** rng.uniform(-3.5, -2.5, columns)
    exposure = rng.uniform(1_000, 40_000, (areas, 1)) * np.ones(columns)
    level = rng.standard_normal((areas, 1))
    own = rng.gamma(shape, 1 / shape, (areas, columns))
    return rng.poisson(exposure * base * np.exp(loading * level) * own).astype(float), exposure, loading, shape


def log_likelihoods(model: JointModel, y, x):
    """Log chance of each count at each level of the grid, written out; shape (areas, columns, levels)."""
    central = np.exp(np.log(model.mean)[:, None] + model.intercept[:, None] + model.loading[:, None] * GRID)
    expected = x[:, :, None] * central
    a = model.shape[:, None]
    return stats.nbinom.logpmf(y[:, :, None], a, a / (a + expected)), central


def penalised(parameters, y, x, mean, outer=0.0):
    """Minus the penalised log likelihood, written out; the last parameter is the link."""
    (intercept, loading, log_shape), link = parameters[:-1].reshape(-1, 3).T, parameters[-1]
    model = JointModel(mean, intercept, loading, np.exp(log_shape), link)
    prior = stats.norm.logpdf(GRID - link * np.reshape(outer, (-1, 1)))
    by_level = log_likelihoods(model, y, x)[0].sum(axis=1) + prior
    total = np.log(np.exp(by_level - by_level.max(axis=1, keepdims=True)).sum(axis=1)) + by_level.max(axis=1)
    weak = (loading / joint_rates.LOADING_SD) ** 2
    weak = weak + ((log_shape - joint_rates.LOG_SHAPE) / joint_rates.LOG_SHAPE_SD) ** 2
    return -(total.sum() - weak.sum() / 2 - (link / joint_rates.LOADING_SD) ** 2 / 2)


@pytest.mark.parametrize("follows", [False, True])
def test_no_other_parameters_are_likelier(follows):
    y, x, *_ = place(areas=40, columns=3)
    outer = np.log(y[:, 0] + 1) - np.log(y[:, 0] + 1).mean() if follows else None
    model = learned(Record(y, x, outer))
    found = np.append(np.stack([model.intercept, model.loading, np.log(model.shape)], axis=1).ravel(), model.link)
    rest = (y, x, model.mean, outer if follows else 0.0)
    bounds = [(None, None), (0, None), (None, None)] * 3 + [(0, None if follows else 0)]
    start = np.append(np.tile([0.0, 0.5, 1.0], 3), 0.0)
    other = optimize.minimize(penalised, start, rest, method="L-BFGS-B", bounds=bounds)
    assert penalised(found, *rest) <= other.fun + 1e-6
    np.testing.assert_allclose(found, other.x, atol=2e-2)
    assert (model.link > 0) == follows


def test_an_outer_level_raises_what_is_expected_and_is_not_moved_itself():
    y, x, *_ = place(areas=80, columns=3, seed=11)
    outer = np.log(y[:, 0] + 1) - np.log(y[:, 0] + 1).mean()
    model = learned(Record(y, x, outer))
    higher = outer + np.where(np.arange(80) == 5, 1.0, 0.0)
    before, after = (believed(model, Record(y, x, level)).expected for level in (outer, higher))
    assert (after[5] > before[5]).all()
    np.testing.assert_array_equal(np.delete(after, 5, axis=0), np.delete(before, 5, axis=0))
    assert levels_of(model, Record(y, x, higher))[5] > levels_of(model, Record(y, x, outer))[5]


def test_known_parameters_are_found_again():
    y, x, loading, shape = place(areas=1_500, columns=4, seed=3)
    model = learned(Record(y, x))
    np.testing.assert_allclose(model.loading, loading, atol=0.08)
    np.testing.assert_allclose(np.log(model.shape), np.log(shape), atol=0.3)


def test_what_is_expected_is_the_integral_over_the_level_without_the_own_count():
    y, x, *_ = place()
    x[3, 1] = np.nan  # not observed there
    model = learned(Record(y, x))
    belief = believed(model, Record(y, x))
    logs, central = log_likelihoods(model, np.where(np.isnan(x), 0, y), np.where(np.isnan(x), 1e-12, x))
    for area, column in [(0, 0), (3, 1), (3, 2), (17, 3)]:
        others = [k for k in range(4) if k != column and np.isfinite(x[area, k])]
        chances = np.exp(logs[area, others].sum(axis=0) + stats.norm.logpdf(GRID))
        chances /= chances.sum()
        mean = float(chances @ central[column])
        square = float(chances @ central[column] ** 2) * (1 + 1 / model.shape[column])
        assert belief.expected[area, column] == pytest.approx(mean, rel=1e-9)
        assert belief.variance[area, column] == pytest.approx(square - mean**2, rel=1e-8)


def test_draws_of_the_level_and_of_a_rate_have_the_distribution_of_the_model():
    y, x, *_ = place(seed=5)
    model = learned(Record(y, x))
    logs, central = log_likelihoods(model, y, x)
    chances = np.exp((by := logs[7].sum(axis=0) + stats.norm.logpdf(GRID)) - by.max())
    reach = (np.cumsum(chances) - chances / 2) / chances.sum()
    level = level_draws(model, y[7][:, None], Record(y[7:8], x[7:8]), stream(0, "u").random(40_000)).level
    assert stats.kstest(level, lambda at: np.interp(at, GRID, reach)).pvalue > 0.001
    rate = rates_at(float(model.shape[2]), model.central(2, level), float(y[7, 2]), float(x[7, 2]), stream(0, "r"))
    posterior = (model.shape[2] + y[7, 2]) / (model.shape[2] / central[2] + x[7, 2])
    assert rate.mean() == pytest.approx(float((chances / chances.sum()) @ posterior), rel=0.01)


def test_each_distinct_count_gets_a_level_of_its_own():
    y, x, *_ = place(seed=6)
    model, uniform = learned(Record(y, x)), stream(0, "u").random(600)
    drawn = np.repeat(y[4][:, None], 600, axis=1)
    drawn[1, ::2] += 30
    mine = Record(y[4:5], x[4:5])
    mixed = level_draws(model, drawn, mine, uniform).level
    low = level_draws(model, y[4][:, None], mine, uniform).level
    high = level_draws(model, drawn[:, :1], mine, uniform).level
    np.testing.assert_array_equal(mixed[1::2], low[1::2])
    np.testing.assert_array_equal(mixed[::2], high[::2])
    assert (high > low).all()


def test_a_column_that_goes_with_no_other_gets_no_loading_and_keeps_its_own_mean():
    y, x, *_ = place(areas=200, columns=3, seed=8)
    rng = np.random.default_rng(1)
    against = rng.poisson(x[:, 0] * 1e-3 * np.exp(-0.8 * np.log((y[:, 0] + 1) / x[:, 0] / 1e-3)))[:, None]
    model = learned(Record(np.hstack([y, against]), np.hstack([x, x[:, :1]])))
    assert model.loading[3] == 0
    assert (model.loading[:3] > 0).all()


@pytest.mark.parametrize(("row", "message"), [([-1.0, 2.0], "negative"), ([0.0, 0.0], "event")])
def test_what_cannot_teach_is_refused(row, message):
    with pytest.raises(ValueError, match=message):
        learned(Record(np.array([row, [0.0, 3.0]]), np.full((2, 2), 10.0)))
