"""A project in which something is written otherwise than in a sound one, and what loading makes of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from harmmodel.config import load_config
from harmmodel.errors import HarmModelError
from harmmodel.registry import LENSES, distillation
from harmmodel.warehouse.entered import entries
from harmmodel.warehouse.load import files
from harmmodel.warehouse.load.build import Inputs, build
from harmmodel.warehouse.store import runs, snapshots
from harmmodel.warehouse.store.connection import reading
from tests import town

ZEROS = "0" * 64
LINES = "select * exclude (source) from load_reconciliation where source = $source order by file"


@dataclass(frozen=True)
class Home:
    """A project folder of one place; each method changes it."""

    path: Path
    place: str = "example"

    def file(self, name: str) -> Path:
        """Return the path of a raw file."""
        return self.path / "data" / self.place / name

    def read(self, name: str) -> str:
        """Return the text of a raw file."""
        return self.file(name).read_text("utf-8")

    def write(self, name: str, text: str | bytes) -> None:
        """Write a raw file."""
        self.file(name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def rows(self, name: str, edit: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
        """Replace each row of a CSV file by what *edit* returns of it; None leaves it out."""
        before = list(csv.DictReader(io.StringIO(self.read(name))))
        after = [row for one in before if (row := edit(dict(one))) is not None]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(after[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(after)
        self.write(name, text.getvalue())

    def column(self, name: str, column: str, edit: Callable[[str], str]) -> None:
        """Replace each value of a column of a CSV file."""
        self.rows(name, lambda row: row | {column: edit(row[column])})

    def outlines(self, edit: Callable[[list[dict[str, Any]]], None], name: str = "areas.geojson") -> None:
        """Let *edit* change the features of a GeoJSON file."""
        content = json.loads(self.read(name))
        edit(content["features"])
        self.write(name, json.dumps(content, ensure_ascii=False))

    @property
    def config(self) -> Path:
        """The folder of the place's config."""
        return self.path / "config" / "places" / self.place

    def passport(self, source: str, **changes: Any) -> None:
        """Change what a passport says: mappings are merged, None takes a key out."""
        path = self.config / "sources" / f"{source}.yaml"
        town.write(path, merged(town.read(path), changes))

    def crosswalk(self, line: str) -> None:
        """Add a line to the crosswalk."""
        path = self.config / "crosswalk.csv"
        path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")

    def core(self, name: str, sql: str) -> None:
        """Write a file of core SQL."""
        (self.config / "core" / f"{name}.sql").write_text(sql, "utf-8")

    def seal(self) -> None:
        """Write the hash of each raw file that is there into its passport."""
        for path in sorted((self.config / "sources").glob("*.yaml")):
            content = town.read(path)
            for one in content.get("files") or [content]:
                if (raw := self.file(one["file"])).is_file():
                    one["sha256"] = hashlib.sha256(raw.read_bytes()).hexdigest()
            town.write(path, content)


def merged(content: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping with others merged in; None takes a key out."""
    whole = {**content}
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(content.get(key), dict)
        whole[key] = merged(content[key], value) if both else value
    return {key: value for key, value in whole.items() if value is not None}


@dataclass
class Loaded:
    """What a place has become: the tables that loading made, what it said, and on demand the scores."""

    home: Home
    snapshot: Path
    said: list[str] = field(default_factory=list)

    def query(self, sql: str, name: str = snapshots.HARM, **parameters: Any) -> pd.DataFrame:
        """Ask a file of the snapshot."""
        with duckdb.connect(str(self.snapshot / name), read_only=True) as con:
            return con.execute(sql, parameters or None).df()

    def lines(self, source: str) -> pd.DataFrame:
        """Return where the rows of a source went, by file."""
        return self.query(LINES, source=source).set_index("file")

    def line(self, source: str) -> dict[str, Any]:
        """Return where the rows of a source went, over all its files."""
        return dict(self.lines(source).sum(numeric_only=True).astype(int))

    @property
    def counts(self) -> pd.DataFrame:
        """The cube that every indicator reads."""
        return self.query("select * from core_count order by all")

    def events(self, class_: str, unit: str | None = None) -> int:
        """Return how many events of a class count, everywhere or in a unit."""
        rows = self.counts
        is_asked = (rows["class"] == class_) & (True if unit is None else rows["unit_id"] == unit)
        return int(rows.loc[is_asked, "events"].sum())

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Score the place for readers inside the force, and return its scores by unit."""
        config = load_config(self.home.path, self.home.place)
        with reading(self.snapshot / snapshots.HARM) as con:
            opened = snapshots.OpenSnapshot(self.snapshot, con)
            content = LENSES["area"].judge(opened, config, runs.INTERNAL, entries.load(self.home.path, self.home.place))
        return content.frames["scores"].set_index("unit_id")


def load(home: Home) -> Loaded:
    """Load a place as a run does, and keep the work folder of it instead of a sealed snapshot; score nothing."""
    home.seal()
    config, said = load_config(home.path, home.place), list[str]()
    work = Path(tempfile.mkdtemp(prefix="work-", dir=home.path))
    raw, copies = home.path / "data" / home.place, work / "raw"
    paths = {name: files.taken(raw, passport, copies) for name, passport in sorted(config.passports.items())}
    build(work, Inputs(paths), config, said.append, distillation(config))
    return Loaded(home, work, said)


def refusal(home: Home) -> HarmModelError:
    """Load a place that must not load, and return the error that a person is told."""
    try:
        loaded = load(home)
    except HarmModelError as error:
        return error
    raise AssertionError(f"the place was loaded, and said: {loaded.said}; {loaded.query('from load_reconciliation')}")


def copied(source: Path, target: Path, place: str = "example") -> Home:
    """Copy config and raw files of a project."""
    shutil.copytree(source / "config", target / "config")
    shutil.copytree(source / "data" / place, target / "data" / place)
    return Home(target, place)
