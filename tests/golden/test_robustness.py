"""The tiers of the shipped data under each other honest choice, kept so that every change is seen in a review."""

from harmmodel.audit import robustness as audit
from tests.golden.kept import assert_kept


def test_what_each_choice_gives_has_not_moved(robust, update_golden):
    assert_kept("chicago_robustness", audit.summary(robust), update_golden)
