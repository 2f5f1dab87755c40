"""Displacement and backfire against sums done by hand, an exact chain, planted changes and the raw file."""

import numpy as np
import pandas as pd
import pytest

from harmmodel.method.deterrence.backfire import fan, score_bounds, target_effect
from harmmodel.method.deterrence.displacement import (
    Places,
    dispersion,
    displacement_quotient,
    drawn_quotient,
    poisson_cusum,
    run_lengths,
)
from harmmodel.views.deterrence import backfire as fan_view
from harmmodel.views.deterrence import displacement
from harmmodel.warehouse.read import groups
from tests.conftest import ROOT

RATIO, LIMIT = 1.5, 4.0


@pytest.mark.parametrize(
    ("before", "after", "quotient"),
    [
        # (60/1000 - 50/1000) / (80/1000 - 100/1000) = .01 / -.02: half of the gain moved
        (Places(100, 50, 1000), Places(80, 60, 1000), -0.5),
        # (40 - 50) / (80 - 100): half as much gained next door
        (Places(100, 50, 1000), Places(80, 40, 1000), 0.5),
        # (80 - 50) / (80 - 100): more moved than was gained
        (Places(100, 50, 1000), Places(80, 80, 1000), -1.5),
        # the control halved: target .1 -> .16 rose against it, so nothing was gained
        (Places(100, 50, 1000), Places(80, 40, 500), float("nan")),
        # 90/900 = .1 -> 60/1200 = .05; ring 45/900 = .05 -> 90/1200 = .075; .025 / -.05
        (Places(90, 45, 900), Places(60, 90, 1200), -0.5),
        (Places(100, 50, 1000), Places(100, 70, 1000), float("nan")),
        (Places(100, 50, 0), Places(80, 60, 1000), float("nan")),
    ],
)
def test_the_quotient_is_the_one_done_by_hand(before, after, quotient):
    assert displacement_quotient(before, after) == pytest.approx(quotient, nan_ok=True)


def test_the_sum_of_evidence_is_the_one_done_by_hand():
    # ln 1.5 = .405465; a month of 4 expected takes 2: 5 gives .0273, 10 gives 2.0547, 2 gives -1.1891
    found = poisson_cusum(np.array([5.0, 10, 2, 10, 11, 3]), np.full(6, 4.0), ratio=RATIO, limit=LIMIT)
    assert found.path == pytest.approx([0.02733, 2.08198, 0.89291, 2.94756, 5.40768, 0.0], abs=1e-4)
    assert found.alarms.tolist() == [4]


def test_an_alarm_is_given_when_the_sum_reaches_the_limit():
    counts, expected = np.array([5.0, 10.0, 5.0]), np.full(3, 4.0)
    reached = float(poisson_cusum(counts, expected, ratio=RATIO, limit=LIMIT).path[1])
    assert poisson_cusum(counts, expected, ratio=RATIO, limit=reached).alarms.tolist() == [1]
    assert poisson_cusum(counts, expected, ratio=RATIO, limit=np.nextafter(reached, 9)).alarms.tolist() == [2]


def test_a_simulated_alarm_is_given_when_the_sum_reaches_the_limit():
    drawn = np.random.default_rng(9).poisson(4.0, 1)[0]
    reached = float(drawn * np.log(RATIO) - 4.0 * (RATIO - 1))
    assert reached > 0
    given = run_lengths(4.0, np.random.default_rng(9), ratio=RATIO, limit=reached, runs=1, longest=2)
    later = run_lengths(4.0, np.random.default_rng(9), ratio=RATIO, limit=np.nextafter(reached, 9), runs=1, longest=2)
    assert (given.tolist(), later.tolist()) == ([1], [2])


def chain_mean(mean: float, reference: int, limit: int) -> float:
    """Mean run length of S = max(0, S + y - reference), alarm at S >= limit: solved exactly, as Brook and Evans do."""
    pmf = np.exp(-mean) * np.cumprod(np.r_[1.0, mean / np.arange(1, 200)])
    move = np.zeros((limit, limit))
    for state in range(limit):
        for count, share in enumerate(pmf):
            to = max(0, state + count - reference)
            if to < limit:
                move[state, to] += share
    return float(np.linalg.solve(np.eye(limit) - move, np.ones(limit))[0])


@pytest.mark.parametrize("change", [1.0, 1.25, 1.5, 2.0])
def test_the_simulated_run_length_is_that_of_the_exact_chain(change):
    # With 5 ln(1.5) / .5 expected, evidence is a whole number of ln(1.5): the reference is 5, and 10 of them pass 4.
    expected = 5 * np.log(RATIO) / (RATIO - 1)
    exact = chain_mean(expected * change, 5, int(np.ceil(LIMIT / np.log(RATIO))))
    found = run_lengths(expected, np.random.default_rng(7), ratio=RATIO, limit=LIMIT, change=change, runs=4000)
    assert found.mean() == pytest.approx(exact, abs=4 * found.std() / np.sqrt(found.size))


@pytest.mark.parametrize("expected", [0.5, 4.0, 30.0])
def test_without_a_change_alarms_come_no_sooner_than_the_bound(expected):
    found = run_lengths(expected, np.random.default_rng(9), ratio=RATIO, limit=LIMIT, runs=1500)
    assert found.mean() > np.exp(LIMIT)
    assert (
        run_lengths(expected, np.random.default_rng(9), ratio=RATIO, limit=LIMIT, dispersion=3.0).mean() < found.mean()
    )


def test_a_planted_rise_is_found_and_none_before_it():
    rng, found, early = np.random.default_rng(11), [], 0
    for _ in range(300):
        counts = np.r_[rng.poisson(6.0, 24), rng.poisson(9.0, 36)].astype(float)
        alarms = poisson_cusum(counts, np.full(60, 6.0), ratio=RATIO, limit=LIMIT).alarms
        early += bool((alarms < 24).any())
        later = alarms[alarms >= 24]
        found.append(later[0] - 23 if later.size else np.nan)
    assert np.isfinite(found).mean() > 0.98
    assert np.nanmean(found) < 9
    assert early / 300 < 0.12


def test_planted_displacement_is_found_and_its_interval_covers_it():
    rng, covered, sure = np.random.default_rng(5), 0, 0
    truth = displacement_quotient(Places(400, 200, 2000), Places(200, 300, 2000))
    for _ in range(200):
        before, after = (Places(*map(float, rng.poisson(means))) for means in ((400, 200, 2000), (200, 300, 2000)))
        quotient = drawn_quotient(before, after, rng, draws=1000, interval=(0.05, 0.95))
        covered += quotient.low <= truth <= quotient.high
        sure += quotient.high < 0
    assert truth == -0.5
    assert 0.84 <= covered / 200 <= 0.96
    assert sure / 200 > 0.95


def test_nothing_is_said_to_have_moved_where_nothing_was_gained():
    rng = np.random.default_rng(2)
    named = 0
    for _ in range(200):
        before, after = (Places(*map(float, rng.poisson((100, 80, 900)))) for _ in range(2))
        named += drawn_quotient(before, after, rng, draws=500, interval=(0.05, 0.95)).is_defined
    assert named / 200 < 0.1


def test_the_fan_without_spread_is_the_closed_form_and_ends_with_the_effect():
    before = np.tile([39.0, 41.0], 500)  # varies less than chance: the level is known to within a percent
    effect = np.full(4000, np.log(1.5))
    found = fan(before, effect, np.random.default_rng(1), lasting=3, horizon=5, interval=(0.05, 0.95))
    assert found.months[:, 2] == pytest.approx([60, 60, 60, 40, 40], rel=0.01)
    assert found.extra[2] == pytest.approx(3 * 20, rel=0.02)
    assert found.p_more == 1.0


def test_the_effect_drawn_has_the_centre_and_spread_that_were_set():
    drawn = target_effect(1.5, 0.25, np.random.default_rng(0), 100_000)
    assert np.exp(np.median(drawn)) == pytest.approx(1.5, rel=0.01)
    assert drawn.std() == pytest.approx(0.25, rel=0.01)


def test_months_that_vary_more_than_chance_widen_the_fan():
    effect = np.zeros(4000)
    calm, wild = (
        fan(before, effect, np.random.default_rng(4), lasting=1, horizon=1, interval=(0.05, 0.95))
        for before in (np.full(24, 20.0), np.r_[np.zeros(12), np.full(12, 40.0)])
    )
    assert dispersion(np.r_[np.zeros(12), np.full(12, 40.0)]) > 20
    assert np.ptp(wild.months[0]) > 3 * np.ptp(calm.months[0])


def test_the_score_is_the_sum_done_by_hand():
    points = {"B1": 3, "B2": 3, "B3": 2, "B4": 2, "B5": 2, "B6": 1, "B7": 1, "B8": 1, "B9": 2}
    assert score_bounds(dict.fromkeys(points, "yes"), points) == (17, 17)
    assert score_bounds({"B1": "yes", "B3": "yes", "B9": "no"}, points) == (5, 15)
    with pytest.raises(ValueError, match="maybe"):
        score_bounds({"B1": "maybe"}, points)


def test_the_months_of_a_state_are_those_of_the_raw_file(mexico):
    run = groups.published(mexico.path, "mexico")
    (file,) = (ROOT / "data" / "mexico").glob("ucdp_ged_*.parquet")
    raw = pd.read_parquet(file)
    start, end = (pd.to_datetime(raw[name]).dt.to_period("M") for name in ("date_start", "date_end"))
    is_precise = (raw["date_prec"] <= 4) & (raw["where_prec"] <= 3) & (start == end)
    mine = is_precise & (raw["adm_1"] == "Guanajuato state") & (start >= pd.Period("2012-01", "M"))
    wanted = start[mine].value_counts()
    found = fan_view.monthly(run, ("11",))
    assert found[found > 0].astype(int).to_dict() == wanted.astype(int).to_dict()


def test_guanajuato_after_2017_as_shown(mexico):
    from harmmodel.config.deterrence import load_backfire

    run, (assumed, _) = groups.published(mexico.path, "mexico"), load_backfire(mexico.path)
    first, second, rest = displacement.rings(run, "11")
    assert set(first) == {"14", "16", "22", "24", "32"}
    assert len({"11", *first, *second, *rest}) == 32
    found = displacement.watch(run, assumed, "11", "2018-01", with_country=True)
    events = found.table.set_index("Place")
    assert events.loc["Target", ["Events before", "Events after"]].tolist() == [9, 189]
    assert "first in June 2018" in found.said[0]
    assert not found.quotient.is_defined
    assert "not defined" in found.said[2]


def test_a_fall_that_chance_can_explain_has_no_quotient():
    small = drawn_quotient(
        Places(10, 5, 1000), Places(8, 6, 1000), np.random.default_rng(4), draws=2000, interval=(0.05, 0.95)
    )
    assert small.fall < 0 < small.fall_high
    assert not small.is_defined
    assert np.isnan([small.value, small.low, small.high]).all()


def test_no_effect_at_all_is_not_more_events():
    made = fan(np.full(12, 5.0), np.zeros(50), np.random.default_rng(1), lasting=6, horizon=12, interval=(0.05, 0.95))
    assert made.p_more == 0
    assert made.extra.tolist() == [0.0] * 5
