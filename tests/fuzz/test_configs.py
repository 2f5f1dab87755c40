"""Five hundred damaged configs: each loads, or every fault is listed with its file, and nothing else happens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harmmodel.config import load_config
from harmmodel.errors import ConfigError
from tests import tiny

FILES = [
    "scheme.yaml",
    "policy.yaml",
    "weights/csi_2009.yaml",
    "indicators/area/robbery.yaml",
    "places/tiny/place.yaml",
    "places/tiny/sources/offences.yaml",
    "places/tiny/crosswalk.csv",
]
SNIPPETS = [
    "surprise: 1\n",
    "\t",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!!python/object/apply:os.system [echo]\n",
    "!!binary x",
    "null",
    "~",
    ".nan",
    ".inf",
    "-1",
    "1e400",
    "9" * 400,
    "true",
    "2024-02-30",
    "0x7fffffff",
    "'",
    '"',
    "\x00",
    "\u202e",
    "\ud7ff",
    "a: &a [x, x]\nb: &b [*a, *a]\n",
    "[" * 300,
    "id: other\n",
    "<<: {}\n",
    "../../etc",
    "%",
    "|\n  text\n",
    "# ",
    "tells: enforcement",
]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "delete", "replace line", "drop line", "cut"]),
        st.floats(0, 1),
        st.sampled_from(SNIPPETS),
    ),
    min_size=1,
    max_size=3,
)


def damaged(text: str, edits) -> str:
    for kind, where, snippet in edits:
        at = int(where * len(text))
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at) + 1 or len(text)
        if kind == "insert":
            text = text[:at] + snippet + text[at:]
        elif kind == "delete":
            text = text[:at] + text[at + 9 :]
        elif kind == "replace line":
            text = text[:start] + snippet + "\n" + text[end:]
        elif kind == "drop line":
            text = text[:start] + text[end:]
        else:
            text = text[:at]
    return text


def faults_of(path: Path, edits, load: Callable[[], object]) -> list[str]:
    """Load while a file is damaged; return the faults that are listed."""
    good = path.read_text("utf-8")
    lines: list[str] = []
    try:
        path.write_text(damaged(good, edits), "utf-8")
        load()
    except ConfigError as error:
        lines = str(error).splitlines()
    finally:
        path.write_text(good, "utf-8")
    assert not lines or lines[0].startswith("config has ")
    return lines[1:]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tiny.tiny_project(tmp_path_factory.mktemp("configs"))


@settings(max_examples=75, deadline=5000, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_config_loads_or_lists_its_faults(home, name, edits):
    faults = faults_of(home / "config" / name, edits, lambda: load_config(home, "tiny"))
    assert all(fault.startswith("  config/") for fault in faults), faults


def test_an_alias_bomb_is_refused_at_once(home):
    path = home / "config" / "policy.yaml"
    good = path.read_text("utf-8")
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i + 1}: &a{i + 1} [*a{i}, *a{i}, *a{i}]\n" for i in range(40))
    try:
        path.write_text(bomb, "utf-8")
        with pytest.raises(ConfigError, match=r"policy.yaml: line 2, column \d+: aliases"):
            load_config(home, "tiny")
    finally:
        path.write_text(good, "utf-8")
