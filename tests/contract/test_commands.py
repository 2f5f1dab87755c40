"""Every verb explains itself and is in the README."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from harmmodel.cli import app

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
VERBS = get_command(app).commands


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb_has_help_and_is_in_the_readme(verb):
    assert VERBS[verb].help
    assert f"`harmmodel {verb}" in README


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_option_of_a_verb_has_help(verb):
    options = [option for option in VERBS[verb].params if option.param_type_name == "option"]
    assert [option.name for option in options if not option.help] == []


def test_the_readme_names_no_verb_that_does_not_exist():
    assert set(re.findall(r"`harmmodel (\w+)", README)) <= set(VERBS)
