"""The schemas for editors are fresh, explain every key, and agree with every shipped config file."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from harmmodel.cli import app
from harmmodel.config import schema
from harmmodel.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
FILES = sorted(path for path in CONFIG.rglob("*.yaml"))
EXAMPLE = sorted((ROOT / "harmmodel" / "example" / "config").rglob("*.yaml"))


def test_the_shipped_schemas_are_fresh():
    schema.check(ROOT)


def test_there_is_no_schema_of_something_that_is_gone():
    assert {path.name for path in (CONFIG / "schema").iterdir()} == set(schema.schemas())


@pytest.mark.parametrize("name", sorted(schema.schemas()))
def test_every_key_has_help(name):
    content = json.loads(schema.schemas()[name])
    owners = {name: content, **content.get("$defs", {})}
    silent = [
        f"{o}.{k}"
        for o, part in owners.items()
        for k, v in part.get("properties", {}).items()
        if "description" not in v
    ]
    assert silent == []


@pytest.mark.parametrize("path", [*FILES, *EXAMPLE], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_config_file_names_its_schema_on_its_first_line(path):
    home = CONFIG if path in FILES else ROOT / "harmmodel" / "example" / "config"
    assert path.read_text(encoding="utf-8").splitlines()[0] == schema.line(path.relative_to(home).as_posix())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CONFIG)))
def test_a_config_file_agrees_with_the_schema_it_names(path):
    text = path.read_text(encoding="utf-8")
    named = path.parent / text.splitlines()[0].split("$schema=")[1]
    content = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.Draft202012Validator(json.loads(named.read_text(encoding="utf-8"))).validate(content)


def test_an_unknown_key_is_red_in_the_editor():
    found = json.loads(schema.schemas()["indicator.schema.json"])
    assert found["additionalProperties"] is False


def test_a_stale_schema_fails_and_writing_mends_it(tmp_path):
    (tmp_path / "config").mkdir()
    with pytest.raises(ConfigError, match=r"scheme\.schema\.json.*harmmodel schema"):
        schema.check(tmp_path)
    assert CliRunner().invoke(app, ["schema", "--project", str(tmp_path)]).exit_code == 0
    schema.check(tmp_path)
    (tmp_path / "config" / "schema" / "place.schema.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"missing: place\.schema\.json"):
        schema.check(tmp_path)


def test_without_config_the_command_says_what_to_point_at(tmp_path):
    with pytest.raises(ConfigError, match="--project"):
        schema.check(tmp_path)
