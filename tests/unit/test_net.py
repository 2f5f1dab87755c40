"""No traceback ever reaches a user: what nobody foresaw is told in a sentence, with an exit code of its own."""

import sys

import pytest

from harmmodel import cli, errors, pipeline
from harmmodel.cli import base


@pytest.fixture
def untraced(monkeypatch):
    """Tell faults as a user is told them."""
    monkeypatch.delenv(errors.TRACEBACK)


def ended(monkeypatch, capfd, error, *words):
    """Run a verb in which *error* arises after a step was told, and return its exit code and what it printed."""

    def fails(project, place, say, asked):
        say("Loading deaths")
        raise error

    monkeypatch.setattr(pipeline, "execute", fails)
    monkeypatch.setattr(sys, "argv", ["harmmodel", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    told = capfd.readouterr()
    return stopped.value.code, " ".join((told.out + told.err).split())


@pytest.mark.parametrize(
    "error",
    [
        TypeError("boolean value of NA is ambiguous\nand a second line"),
        RecursionError("maximum recursion depth exceeded"),
        KeyError("x"),
        AssertionError(),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.usefixtures("untraced")
def test_a_fault_that_nobody_foresaw_is_told_in_one_sentence(monkeypatch, capfd, error):
    code, told = ended(monkeypatch, capfd, error, "run", "tiny")
    assert code == errors.Unforeseen.exit_code
    assert "Traceback" not in told
    assert "second line" not in told
    assert "Error: harmmodel run (Loading deaths) stopped by a fault of this program that nobody foresaw: " in told
    assert f"{type(error).__name__} in cli/verbs.py line " in told
    assert "Please report this line and version" in told


@pytest.mark.usefixtures("untraced")
def test_too_little_memory_is_said_so(monkeypatch, capfd):
    code, told = ended(monkeypatch, capfd, MemoryError(), "run", "tiny")
    assert code == errors.Unforeseen.exit_code
    assert "there is not enough memory. Close other programs" in told


@pytest.mark.usefixtures("untraced")
def test_the_step_of_another_verb_is_not_named(monkeypatch, capfd):
    base.steps.append("Loading something long ago")
    monkeypatch.setattr("harmmodel.registry.findings", lambda *_: {}["x"])
    monkeypatch.setattr(sys, "argv", ["harmmodel", "check", "tiny"])
    with pytest.raises(SystemExit):
        cli.main()
    assert "harmmodel check stopped by a fault" in " ".join(capfd.readouterr().err.split())


def test_those_who_mend_the_program_see_the_traceback(monkeypatch, capfd):
    def fails(*_):
        raise TypeError("ambiguous")

    monkeypatch.setattr(pipeline, "execute", fails)
    monkeypatch.setattr(sys, "argv", ["harmmodel", "run", "tiny"])
    with pytest.raises(TypeError, match="ambiguous"):
        cli.main()
