"""Damaged projects of every kind: each verb ends with an exit code of its own kind and never with a traceback."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from harmmodel import cli, errors
from tests import town

EXAMPLES = 60
KNOWN = {0, 2} | {
    kind.exit_code
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.HarmModelError) and kind is not errors.Unforeseen
}
STRANGE: tuple[Any, ...] = (
    None,
    [],
    [None],
    [[]],
    {},
    {"a": {"b": {"c": None}}},
    [{"a": []}],
    0,
    -1,
    2.5,
    10**18,
    10**30,
    1e300,
    float("inf"),
    float("nan"),
    True,
    "",
    " ",
    "x",
    "x" * 5000,
    "[/x]",
    "=1+1",
    "\u202eabc",
    "../..",
    dt.date(2024, 2, 29),
    dt.date(1, 1, 1),
    dt.datetime(9999, 12, 31, 23, 59),
    b"\xff\x00",
)
CELLS = (
    "",
    " ",
    "0",
    "-1",
    "2.5",
    "9" * 18,
    "9" * 30,
    "1e999",
    "nan",
    "x" * 3000,
    "2024-13-01",
    "\u202e",
    '"',
    "A1\x00",
    ";",
)
BYTES = (b"\x00", b"\xff\xfe", b'"', b"\n", b"[" * 3000, b"{", b"}", b",", b"\xef\xbb\xbf", b"null", b"1e999", b"\r")
SETTINGS = sorted(["scheme.yaml", "policy.yaml", "activities.yaml", "simulator.yaml"])


def nodes(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every node below the top."""
    keys = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in keys:
        yield (*path, key)
        yield from nodes(value, (*path, key))


def put(content: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        content = content[key]
    content[path[-1]] = value


def other_node(text: bytes, rng: random.Random, load: Callable[..., Any], dump: Callable[..., str]) -> bytes:
    """Replace one node of a structured file by something strange."""
    content = load(text)
    put(content, rng.choice(list(nodes(content))), rng.choice(STRANGE))
    return dump(content).encode("utf-8", "surrogatepass")


def other_yaml(text: bytes, rng: random.Random) -> bytes:
    return other_node(text, rng, yaml.safe_load, lambda content: yaml.safe_dump(content, sort_keys=False))


def other_json(text: bytes, rng: random.Random) -> bytes:
    return other_node(text, rng, json.loads, lambda content: json.dumps(content, default=str))


def other_cells(text: bytes, rng: random.Random) -> bytes:
    lines = text.decode().split("\n")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        cells = lines[at].split(",")
        cells[rng.randrange(len(cells))] = rng.choice(CELLS)
        lines[at] = ",".join(cells)
    return "\n".join(lines).encode()


def other_bytes(text: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(BYTES) + text[at + rng.choice([0, 0, 1, 50]) :]
    return text


def other_sql(text: bytes, rng: random.Random) -> bytes:
    words = re.split(rb"(\W+)", text)
    words[rng.randrange(len(words))] = rng.choice(
        [b"", b"null", b"(", b"1e400", b"'", b"sum", b"*", b"date '9999-12-31'"]
    )
    return b"".join(words)


WAYS = {
    ".yaml": (other_yaml, other_yaml, other_yaml, other_bytes),
    ".geojson": (other_json, other_json, other_bytes),
    ".csv": (other_cells, other_cells, other_bytes),
    ".sql": (other_sql,),
}


@contextmanager
def damaged(home: Path, rng: random.Random) -> Iterator[str]:
    """Damage one file of the project, with a passport that fits its new bytes, and mend it afterwards."""
    config, data = home / "config", home / "data" / town.PLACE
    files = [*(config / "places" / town.PLACE).rglob("*.*"), *(config / "indicators").rglob("*.yaml")]
    files += [*(config / "weights").glob("*.yaml"), *(path for name in SETTINGS if (path := config / name).exists())]
    path = rng.choice(sorted(files) if rng.random() < 0.6 else sorted(data.iterdir()))
    way = rng.choice(WAYS[path.suffix])
    before = {file: file.read_bytes() for file in [path, *config.rglob("sources/*.yaml")]}
    after = way(before[path], rng)
    for file, text in before.items():
        if path.parent == data:
            old, new = (hashlib.sha256(content).hexdigest().encode() for content in (before[path], after))
            file.write_bytes(text.replace(old, new))
    path.write_bytes(after)
    yield f"{way.__name__} of {path.relative_to(home)}"
    for file, text in before.items():
        file.write_bytes(text)


def ended(*words: str) -> int:
    """Run a verb in this process and return its exit code."""
    sys.argv = ["harmmodel", *words]
    try:
        cli.main()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = town.town(tmp_path_factory.mktemp("net") / "town")
    town.change(made / "config" / "scheme.yaml", draws=100)
    return made


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_a_damaged_project_ends_plainly(home, seed, monkeypatch, capfd):
    monkeypatch.delenv(errors.TRACEBACK)
    monkeypatch.setattr(sys, "argv", sys.argv)
    rng = random.Random(seed)  # noqa: S311 - the same damage each time
    with damaged(home, rng) as what:
        verb = rng.choice(["check", "run"])
        code = ended(verb, town.PLACE, "--project", str(home))
    told = "".join(capfd.readouterr())
    assert code in KNOWN, f"{verb} after {what}: {code}\n{told}"
    assert "Traceback" not in told, f"{verb} after {what}\n{told}"
