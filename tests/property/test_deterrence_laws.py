"""Laws of the deterrence model that hold in every run, whatever the parameters.

That more capacity leaves fewer groups in violation is not among them: it holds on average and not run by run.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from harmmodel.method.deterrence.game import POLICIES, Experiment, Twists, simulate, tips
from tests.schemes import rules, thresholds

tried = settings(max_examples=40, deadline=None)
GROUPS = 12

assumed = st.builds(
    rules,
    groups=st.just(GROUPS),
    rounds=st.integers(5, 40),
    window=st.just(5),
    thresholds=st.builds(thresholds, mean=st.floats(0.2, 0.8), sd=st.floats(0, 0.3)),
    noise=st.floats(0, 0.3),
    prior_escaped=st.floats(0.5, 9),
    memory=st.floats(0, 0.98),
)
twists = st.builds(
    Twists,
    surge_extra=st.integers(0, 20),
    surge_rounds=st.integers(0, 50),
    retaliation=st.floats(0, 1),
    removal=st.floats(0, 1),
    removal_log_mean=st.floats(-0.5, 1),
    removal_log_sd=st.floats(0, 0.5),
    removal_rounds=st.integers(0, 20),
    misidentified=st.floats(0, 1),
    escalation=st.floats(0, 1),
)
experiments = st.builds(
    Experiment, rules=assumed, twists=twists, seed=st.integers(0, 2**31 - 1), seeds=st.integers(1, 4)
)
policies = st.sampled_from(POLICIES)
capacities = st.lists(st.integers(0, GROUPS), min_size=1, max_size=3, unique=True)


def same(one, other):
    return (one.violators == other.violators).all() and (one.sanctions == other.sanctions).all()


@tried
@given(experiments, policies, capacities)
def test_a_round_gives_as_many_sanctions_as_violators_and_capacity_allow(setting, policy, sizes):
    found = simulate(policy, sizes, setting)
    lent = np.where(np.arange(setting.rules.rounds) < setting.twists.surge_rounds, setting.twists.surge_extra, 0)
    possible = np.asarray(sizes)[None, :, None] + lent[:, None, None]
    assert (found.sanctions == np.minimum(found.violators, possible)).all()
    assert ((found.violators >= 0) & (found.violators <= GROUPS)).all()


@tried
@given(experiments, policies, capacities, st.integers(1, 3))
def test_a_run_depends_on_its_seed_alone(setting, policy, sizes, more):
    found = simulate(policy, sizes, setting)
    longer = simulate(
        policy, [*sizes, 0], Experiment(setting.rules, setting.twists, setting.seed, setting.seeds + more)
    )
    assert (longer.violators[:, : len(sizes), : setting.seeds] == found.violators).all()
    assert same(found, simulate(policy, sizes, setting))


@tried
@given(experiments)
def test_whom_sanctions_reach_matters_only_when_there_are_too_few_or_any_at_all(setting):
    random, focused = (simulate(policy, [0, GROUPS], setting) for policy in ("random", "concentration"))
    assert (random.violators[:, 1] == focused.violators[:, 1]).all()
    if not (setting.twists.surge_extra and setting.twists.surge_rounds):
        assert (random.violators[:, 0] == focused.violators[:, 0]).all()
        assert not random.sanctions[:, 0].any()


@tried
@given(experiments, st.sampled_from(["random", "concentration"]), st.integers(0, GROUPS - 1))
def test_capacity_that_was_never_used_up_changes_nothing(setting, policy, size):
    found = simulate(policy, [size, size + 1], setting)
    enough = (found.violators[:, 0] <= size).all(axis=0)
    assert (found.violators[:, 0, enough] == found.violators[:, 1, enough]).all()


@tried
@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=4))
def test_a_tipping_point_is_the_first_capacity_from_which_all_settle(runs):
    settled, sizes = np.array(runs).T, [1, 2, 4, 8, 16]
    for run, tip in zip(settled.T, tips(settled, sizes), strict=True):
        assert all(value for size, value in zip(sizes, run, strict=True) if size >= tip)
        below = [value for size, value in zip(sizes, run, strict=True) if size < tip]
        assert not below or not below[-1]
