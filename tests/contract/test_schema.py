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
FILES = sorted(CONFIG.rglob("*.yaml"))
EXAMPLE = ROOT / "harmmodel" / "example" / "config"


def test_the_shipped_schemas_are_fresh():
    schema.check(ROOT)


def test_there_is_no_schema_of_something_that_is_gone():
    assert {path.name for path in (CONFIG / "schema").iterdir()} == set(schema.schemas())


def test_every_key_has_help():
    contents = {name: json.loads(text) for name, text in schema.schemas().items()}
    assert contents
    silent = [
        f"{name}: {owner}.{key}"
        for name, content in contents.items()
        for owner, part in {"": content, **content.get("$defs", {})}.items()
        for key, described in part.get("properties", {}).items()
        if "description" not in described
    ]
    assert not silent, "\n".join(silent)


def test_a_config_file_names_its_schema_on_its_first_line():
    homes = {CONFIG: FILES, EXAMPLE: sorted(EXAMPLE.rglob("*.yaml"))}
    assert all(homes.values())
    silent = [
        str(path.relative_to(ROOT))
        for home, paths in homes.items()
        for path in paths
        if path.read_text(encoding="utf-8").splitlines()[0] != schema.line(path.relative_to(home).as_posix())
    ]
    assert not silent, "\n".join(silent)


def disagreements(path: Path) -> list[str]:
    """Name what a file says that the schema it names does not allow."""
    text = path.read_text(encoding="utf-8")
    if not (named := path.parent / text.splitlines()[0].partition("$schema=")[2]).is_file():
        return [f"{path.relative_to(CONFIG)}: names no schema"]
    content = json.loads(json.dumps(yaml.safe_load(text), default=str))
    judge = jsonschema.Draft202012Validator(json.loads(named.read_text(encoding="utf-8")))
    return [f"{path.relative_to(CONFIG)}: {fault.json_path}: {fault.message}" for fault in judge.iter_errors(content)]


def test_a_config_file_agrees_with_the_schema_it_names():
    assert FILES
    told = [fault for path in FILES for fault in disagreements(path)]
    assert not told, "\n".join(told)


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
