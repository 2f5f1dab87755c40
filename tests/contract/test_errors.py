"""Every kind of error has an exit code of its own, so that a script can tell them apart."""

from collections import Counter

from harmmodel import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.HarmModelError)]


def test_no_two_kinds_of_error_share_an_exit_code():
    counts = Counter(kind.exit_code for kind in KINDS)
    assert [code for code, count in counts.items() if count > 1] == []


def test_every_kind_of_error_says_when_it_is_raised():
    assert [kind.__name__ for kind in KINDS if not kind.__doc__] == []
