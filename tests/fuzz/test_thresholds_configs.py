"""Threshold files: every fault is listed with its file and line, and rules that contradict each other are refused."""

import shutil

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from harmmodel.config.thresholds import load_thresholds
from harmmodel.errors import ConfigError
from tests.conftest import ROOT
from tests.fuzz.test_configs import EDITS, faults_of

NAMES = ["thresholds/mexico.yaml", "thresholds/oregon.yaml", "threshold_lab.yaml"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("thresholds")
    for name in NAMES:
        (home / "config" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "config" / name, home / "config" / name)
    return home


@pytest.fixture
def edited(home):
    """Change the first rule of Mexico for one test."""
    path = home / "config" / NAMES[0]
    good = path.read_text("utf-8")

    def change(*drop: str, **changes: object) -> str:
        content = yaml.safe_load(good)
        rule = content["rules"][0]
        for key in drop:
            del rule[key]
        rule |= changes
        path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
        with pytest.raises(ConfigError) as told:
            load_thresholds(home)
        return str(told.value)

    yield change
    path.write_text(good, "utf-8")


@settings(
    max_examples=120, deadline=5000, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=EDITS)
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_loads_or_lists_its_faults(home, name, edits):
    faults = faults_of(home / "config" / name, edits, lambda: load_thresholds(home))
    assert all(fault.startswith(f"  config/{name}") for fault in faults), faults


def test_all_faults_of_all_files_are_listed_with_their_lines(home):
    paths = [home / "config" / name for name in NAMES[:2]]
    good = [path.read_text("utf-8") for path in paths]
    try:
        paths[0].write_text(
            good[0].replace("heroin: 0.05", "heroin: -1").replace("nature: decr", "nature: degr"), "utf-8"
        )
        paths[1].write_text(good[1].replace("review_due: 2027-05-21", "review_due: soon"), "utf-8")
        with pytest.raises(ConfigError) as told:
            load_thresholds(home)
    finally:
        for path, text in zip(paths, good, strict=True):
            path.write_text(text, "utf-8")
    lines = str(told.value).splitlines()
    assert lines[0] == "config has 4 problems:"
    wanted = good[0].splitlines().index(next(line for line in good[0].splitlines() if "heroin: 0.05" in line)) + 1
    assert any(
        line.startswith(f"  config/thresholds/mexico.yaml line {wanted}: rules.0.quantities.heroin: ") for line in lines
    )
    assert sum("rules.0.nature" in line or "rules.1.nature" in line for line in lines) == 2
    assert any(line.startswith("  config/thresholds/oregon.yaml line ") and "review_due" in line for line in lines)


@pytest.mark.parametrize(
    ("drop", "changes", "said"),
    [
        (["checked_on"], {}, "needs checked_on"),
        (["checked_by"], {}, "needs checked_on and checked_by"),
        ([], {"source": {"title": "x", "href": "https://example.org", "kind": "to check"}}, "a source that was read"),
        ([], {"from": None}, "needs the day from which it holds"),
        ([], {"review_due": "2020-01-01"}, "review_due must lie after checked_on"),
        ([], {"to": "2001-01-01"}, "not after its start"),
        ([], {"quantities": {"heroin": 0.05, "mdma": 0.04}}, "two rules of nature decriminalised hold for mdma"),
        ([], {"quantities": {"aspirin": 1}}, "aspirin"),
        ([], {"quantities": {}}, "at least 1 item"),
        ([], {"checked": True}, "Extra inputs are not permitted"),
        (["consulted"], {}, "consulted: Field required"),
    ],
)
def test_what_a_rule_must_say(edited, drop, changes, said):
    told = edited(*drop, **changes)
    assert said in told
    assert "config/thresholds/mexico.yaml line " in told


def test_a_file_is_named_like_its_jurisdiction(home):
    path = home / "config" / "thresholds" / "elsewhere.yaml"
    shutil.copy(home / "config" / NAMES[1], path)
    with pytest.raises(ConfigError, match="must equal the file name, 'elsewhere'"):
        load_thresholds(home)
    path.unlink()


def test_without_thresholds_the_message_says_what_to_add(tmp_path):
    (tmp_path / "config").mkdir()
    with pytest.raises(ConfigError, match="one YAML file per jurisdiction"):
        load_thresholds(tmp_path)
    (tmp_path / "config" / "thresholds").mkdir()
    shutil.copy(ROOT / "config" / NAMES[2], tmp_path / "config" / NAMES[2])
    with pytest.raises(ConfigError, match="holds no YAML file"):
        load_thresholds(tmp_path)
