"""Every verb explains itself and is in the README."""

import re
from pathlib import Path

from typer.main import get_command

from harmmodel.cli import app

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
VERBS = get_command(app).commands


def test_a_verb_has_help_and_is_in_the_readme():
    assert VERBS
    assert [name for name, verb in VERBS.items() if not verb.help] == []
    assert [name for name in VERBS if f"`harmmodel {name}" not in README] == []


def test_every_option_of_a_verb_has_help():
    options = [(name, item) for name, verb in VERBS.items() for item in verb.params if item.param_type_name == "option"]
    assert options
    assert [f"{name} --{option.name}" for name, option in options if not option.help] == []


def test_the_readme_names_no_verb_that_does_not_exist():
    assert set(re.findall(r"`harmmodel (\w+)", README)) <= set(VERBS)
