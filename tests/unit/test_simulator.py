"""Edges of the deterrence model: what is switched on does what it says, and what is no model is refused."""

import pytest

from harmmodel.method.deterrence.game import Twists, simulate, tipping, tips
from tests.schemes import experiment, rules, thresholds

PAIR = rules(groups=2, rounds=30, window=5, thresholds=thresholds(sd=0.0), noise=0.0)


def ends(twists: Twists) -> list[int]:
    return simulate("concentration", [2], experiment(PAIR, twists, seeds=1)).violators[:, 0, 0].tolist()


def test_two_groups_that_are_both_sanctioned_stop_after_three():
    assert ends(Twists()) == [2] * 3 + [0] * 27


def test_rivals_that_always_strike_back_never_stop():
    assert ends(Twists(retaliation=1.0)) == [2] * 30


def test_a_group_that_always_loses_its_leader_never_learns():
    assert ends(Twists(removal=1.0, removal_rounds=4)) == [2] * 30


def test_a_sanction_that_never_hits_whom_it_is_meant_for_deters_nobody_and_is_spent():
    assert ends(Twists(misidentified=1.0)) == [2] * 30
    outcome = simulate("concentration", [1], experiment(PAIR, Twists(misidentified=1.0), seeds=1))
    assert outcome.sanctions[:, 0, 0].tolist() == [1] * 30


def test_groups_that_always_answer_what_was_done_to_them_never_stop():
    assert ends(Twists(escalation=1.0)) == [2] * 30


def test_violence_of_a_rival_is_answered_where_nobody_is_sanctioned():
    """Nobody is tempted, so that all violence is noise and the answers to it: twice as much at a chance of a half."""
    calm = rules(groups=100, rounds=200, window=150, thresholds=thresholds(mean=0.06, sd=0.0), noise=0.03)
    noise, race = (
        simulate("concentration", [0], experiment(calm, twists, seeds=10)).mean_violators.mean()
        for twists in (Twists(), Twists(escalation=0.5))
    )
    assert noise == pytest.approx(3, abs=0.2)
    assert race == pytest.approx(6, abs=0.6)


@pytest.mark.parametrize("name", ["misidentified", "escalation"])
def test_the_more_it_is_switched_on_the_later_concentration_tips_and_at_last_never(name):
    sizes = [4, 6, 8, 10, 12, 14, 16, 20, 25, 30, 40, 60]
    shares = (0.0, 0.2, 0.3, 0.45 if name == "misidentified" else 0.6)
    found = [
        tipping(simulate("concentration", sizes, experiment(rules(), Twists(**{name: share}), seeds=20))).capacity
        for share in shares
    ]
    assert found[:3] == sorted(set(found[:3]))
    assert found[-1] == float("inf")


def test_it_is_the_rival_that_strikes_back():
    """One sanction: group 1 stops after three, and violates again only in the round after group 2 was sanctioned."""
    outcome = simulate("concentration", [1], experiment(PAIR, Twists(retaliation=1.0), seeds=1))
    assert outcome.violators[:6, 0, 0].tolist() == [2, 2, 2, 1, 2, 1]


def test_a_successor_has_not_even_learned_that_violations_go_unpunished():
    """The first belief deters everybody; who escaped goes on, until a sanction brings a successor."""
    calm = rules(groups=40, rounds=100, window=50, thresholds=thresholds(mean=0.24, sd=0.0), noise=0.03)
    outcome = simulate("random", [3], experiment(calm, Twists(removal=1.0), seeds=20))
    assert outcome.mean_violators.mean() < 2 * calm.noise * calm.groups


def test_a_lost_leader_tempts_for_as_long_as_is_said():
    """One round of sanctions takes the leader of one group in ten; these violate for five rounds and then stop."""
    forgetful = rules(groups=200, rounds=30, window=5, thresholds=thresholds(mean=0.15, sd=0.0), noise=0.1, memory=0.0)
    once = Twists(surge_extra=200, surge_rounds=1, removal=1.0, removal_log_mean=1.0, removal_rounds=5)
    counts = simulate("concentration", [0], experiment(forgetful, once, seeds=20)).violators[:, 0].mean(axis=1)
    assert counts[0] == pytest.approx(20, abs=3)
    assert counts[1:6] == pytest.approx(20 * 0.9 + 180 * 0.1, abs=3)
    assert counts[6:] == pytest.approx(20, abs=3.5)


def test_a_surge_adds_capacity_for_its_rounds_only():
    short = rules(rounds=30, window=5)
    given = simulate("random", [5], experiment(short, Twists(surge_extra=20, surge_rounds=10), seeds=1)).sanctions
    assert given[:, 0, 0].tolist() == [25] * 10 + [5] * 20


def test_a_policy_that_never_tips_is_said_to_tip_nowhere():
    tip = tipping(simulate("random", [1, 2], experiment(rules(rounds=20, window=5), seeds=3)))
    assert (tip.capacity, tip.low, tip.never) == (float("inf"), float("inf"), 1.0)
    assert tip.peak_capacity == 2


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (lambda: rules(window=0), "window"),
        (lambda: rules(rounds=20, window=21), "window"),
        (lambda: rules(memory=1.0), "memory"),
        (lambda: rules(prior_escaped=0.0), "prior"),
        (lambda: thresholds(mean=0.01), "thresholds"),
        (lambda: Twists(retaliation=1.1), "chances"),
        (lambda: Twists(misidentified=-0.1), "chances"),
        (lambda: Twists(escalation=1.5), "chances"),
        (lambda: Twists(surge_rounds=-1), "below 0"),
        (lambda: experiment(seeds=0), "one run"),
        (lambda: simulate("random", [101], experiment()), "between 0 and 100"),
        (lambda: simulate("random", [], experiment()), "between 0 and 100"),
        (lambda: simulate("all", [1], experiment()), "no policy"),
        (lambda: tips(simulate("random", [2, 3], experiment(seeds=1)).is_settled, [3, 2]), "increase"),
    ],
)
def test_what_is_no_model_is_refused(wrong, word):
    with pytest.raises(ValueError, match=word):
        wrong()
