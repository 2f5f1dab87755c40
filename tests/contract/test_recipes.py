"""The recipe in CONTRIBUTING.md works when it is followed to the letter."""

import re
import shutil
import textwrap
from pathlib import Path

import pytest
import yaml

from harmmodel.config import Indicator, load_config
from tests.spec.test_indicators import check_case

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def recipe():
    """Read the two YAML blocks of 'Add an indicator': the indicator and its spec."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("### Add an indicator")[1].split("\n###")[0]
    indicator, spec = (textwrap.dedent(block) for block in re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL))
    return indicator, yaml.safe_load(spec)


def test_the_indicator_of_the_recipe_loads_with_the_place_that_feeds_it(recipe, tmp_path):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    name = yaml.safe_load(recipe[0])["id"]
    (tmp_path / "config" / "indicators" / "area" / f"{name}.yaml").write_text(recipe[0], encoding="utf-8")
    place = tmp_path / "config" / "places" / "chicago" / "place.yaml"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("indicators:\n", f"indicators:\n  - {name}\n", 1), encoding="utf-8")
    config = load_config(tmp_path, "chicago")
    assert name in config.indicators
    assert name in config.place.indicators


def test_the_spec_of_the_recipe_passes(recipe):
    for case in recipe[1]:
        check_case(Indicator.model_validate(yaml.safe_load(recipe[0])), case)
