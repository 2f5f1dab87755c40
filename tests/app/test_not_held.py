"""What the sources of a place do not hold is "–" with the reason on every page and in every verb, and never 0.

Each column that may be empty is made empty in the core SQL of a place, or in what came of it, and everything that views
and verbs say is read. A town of twelve areas stands for what takes a whole run; the shipped places for the rest.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pandas as pd
import pytest

from harmmodel import pipeline, registry
from harmmodel.assembly import activities, areas
from harmmodel.config.group_relations import GROUP_CORE
from harmmodel.errors import SnapshotError
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.warehouse.sql.contract import OPTIONAL, REQUIRED
from harmmodel.warehouse.sql.empty import MAY_BE_EMPTY
from harmmodel.warehouse.store import editions, snapshots
from harmmodel.warehouse.store.runs import AreaRun
from tests import town
from tests.app.test_nothing_strange import area_pages, group_pages, printed, strange
from tests.app.test_settings import TOWN
from tests.conftest import ROOT, Project
from tests.groups import fewer_draws, group_project
from tests.said import said
from tests.tiny import OFFENCES, tiny_project

NONE_OF_IT = re.compile(r"\b0 \(0[–-]0\)|(?<![\d.,])0[–-]0(?![\d.])")
Empty = dict[str, tuple[str, ...]]
# Columns that are made empty together, what has to be said then, and what may not.
KINDS: dict[str, tuple[Empty, tuple[str, ...], tuple[str, ...]]] = {
    "records": (
        {"act_enforcement": ("records", "arrests")},
        ("This source holds no number of records", "– enforcement records", "hold no arrests, so harm cannot be set"),
        ("\n0 enforcement records", "order by arrests", "Most arrests first"),
    ),
    "record points": (
        {"act_incident": ("longitude", "latitude", "setting")},
        (
            "No record of enforcement has both a time and a point here",
            "That none was recorded near such a record is not",
        ),
        ("0 serious events were recorded", "Times are known by month only"),
    ),
    "harm points": (
        {"core_incident": ("occurred_at", "longitude", "latitude")},
        ("No serious violence has both a time and a point here",),
        ("0 serious events were recorded",),
    ),
    "sizes": (
        {"core_area": ("residents", "km2")},
        ("how many residents it has is not known", "order by harm is left out: no area is scored"),
        (" 0 residents", "order by harm reaches"),
    ),
}


def emptied(core: Path, empty: Empty) -> None:
    """Make columns of core tables empty: each file is wrapped, so that its own checks of columns still hold."""
    for table, columns in empty.items():
        path = core / f"{table}.sql"
        sql = re.sub(r"(?m)^--.*\n", "", path.read_text("utf-8"))
        kinds = REQUIRED.get(table, {}) | OPTIONAL.get(table, {})
        known = [c for c in columns if re.search(rf"\b{c}\b", sql)]
        nulls = ", ".join(f"null::{kinds.get(c, NOT_READ.get(c, 'varchar'))} as {c}" for c in known)
        path.write_text(f"select * exclude ({', '.join(known)}), {nulls} from ({sql}) as whole", "utf-8")


NOT_READ = {"occurred_at": "timestamp", "longitude": "double", "latitude": "double", "arrest": "boolean"}


def whole(answers: list[tuple[str, Any]]) -> str:
    """Give all that is said in one text, without the marks of Markdown."""
    return "\n".join(text for name, answer in answers for _, text in said(answer, name)).replace("\\", "")


def told(run: AreaRun, every: int = 1) -> str:
    """Give what every page and verb says of a run in which nothing strange is said and no measure is 0 (0–0)."""
    answers = [*area_pages(run, every), *printed(run)]
    assert strange(answers) == []
    effort = [text for name, answer in answers for where, text in said(answer, name) if "activit" in where]
    assert [text for text in effort if NONE_OF_IT.search(text)] == []
    return whole(answers)


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_and_verb_gives_the_reason(kind: str, tmp_path: Path):
    empty, needed, refused = KINDS[kind]
    home = town.town(tmp_path / "town")
    few = {"draws": 100}
    town.write(home / "config" / "scheme.yaml", town.read(ROOT / "config" / "scheme.yaml") | TOWN | few)
    town.write(home / "config" / "policy.yaml", town.read(ROOT / "config" / "policy.yaml"))
    emptied(home / "config" / "places" / town.PLACE / "core", empty)
    pipeline.run(home, town.PLACE)
    run = registry.published(home, town.PLACE)
    assert isinstance(run, AreaRun)
    text = told(run, every=4)
    assert [words for words in needed if words not in text] == []
    assert [words for words in refused if words in text] == []


@dataclass(frozen=True)
class Judged(AreaRun):
    """A run with other frames of activities than those it keeps."""

    own: dict[str, pd.DataFrame] | None = None

    def activities(self) -> dict[str, pd.DataFrame]:
        """Return them."""
        return self.own or {}


def set_beside(run: AreaRun, home: Path, folder: Path, where: str, *, judged: bool) -> AreaRun:
    """Set harm beside enforcement of which some arrests are not held, and judge activities; scores are the run's."""
    snapshot = snapshots.folder(home, run.manifest["snapshot_id"])
    with duckdb.connect(str(shutil.copy(snapshot / snapshots.ACT, folder / "act.duckdb"))) as con:
        snapshots.attach_harm(con, snapshot / snapshots.HARM)
        con.execute(f"update act.act_enforcement set arrests = null where {where}")
        contrast, _ = areas.contrast_with_arrests(con, run.config, SimpleNamespace(scores=run.scores))
        frames, about = activities.activity_frames(con, run.config, run.scores) if judged else ({}, None)
    stored = {f.name: getattr(run, f.name) for f in fields(run)}
    facts = run.facts | contrast.facts | {"activity": about}
    return Judged(**(stored | {"contrast": contrast.frame, "facts": facts}), own=frames)


def test_chicago_without_arrests_is_compared_with_none(project: Project, tmp_path: Path):
    run = set_beside(editions.published(project.path, project.place), project.path, tmp_path, "true", judged=True)
    assert run.contrast["drug_arrests"].isna().all()
    text = told(run, every=40)
    assert "hold no arrests, so harm cannot be set beside them" in text
    assert "shares of arrests are –: this source holds no arrests" in text


def test_an_area_of_which_arrests_are_not_held_has_no_ratio_and_others_have(project: Project, tmp_path: Path):
    before = editions.published(project.path, project.place)
    run = set_beside(before, project.path, tmp_path, "unit_id = '1'", judged=False)
    unknown = run.contrast.set_index("unit_id")["drug_arrests"].isna()
    assert unknown.index[unknown].tolist() == ["1"]
    answers = list(area_pages(run, every=77))
    assert strange(answers) == []
    text = whole(answers)
    assert "Of one area the source does not hold all drug arrests" in text
    assert "No ratio:** the source does not hold all drug arrests of this area" in text


def test_groups_of_which_nobody_told_where_and_when_have_pages(tmp_path: Path):
    home = fewer_draws(group_project(tmp_path / "home"), 150)
    core = home / "config" / "places" / "mexico" / "core"
    tables = [name for name in MAY_BE_EMPTY if name in GROUP_CORE and (core / f"{name}.sql").is_file()]
    emptied(core, {name: tuple(MAY_BE_EMPTY[name]) for name in tables})
    pipeline.run(home, "mexico")
    run = registry.published(home, "mexico", "group")
    assert isinstance(run, GroupRun)
    answers = [*group_pages(run), *printed(run)]
    # So few draws give half ranks.
    assert [fault for fault in strange(answers) if not fault.startswith("half a rank")] == []
    text = whole(answers)
    assert "where or when deaths happened is not known" in text
    assert "how many died in its fights is not known" in text
    reached = run.indicators[run.indicators["indicator"] == "municipalities_reached"]
    assert reached["value"].isna().all(), "that none was reached is not known"


EMPTY_CELLS = {
    "core_count": ("month", "place_class"),
    "core_area": ("label",),
    "act_enforcement": ("measure", "class"),
}


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in EMPTY_CELLS.items() for c in columns])
def test_what_may_not_be_empty_stops_the_run(table: str, column: str, tmp_path: Path):
    home = tiny_project(tmp_path)
    emptied(home / "config" / "places" / "tiny" / "core", {table: (column,)})
    with pytest.raises(SnapshotError, match=rf"{table}"):
        pipeline.run(home, "tiny")


def test_no_arrest_of_all_where_no_file_tells_of_arrests_is_refused(tmp_path: Path):
    home = tiny_project(tmp_path, OFFENCES.replace(",true", ",").replace(",false", ","))
    with pytest.raises(SnapshotError, match=r"gives 0 arrests of 2 records.*cast\(null as bigint\) as arrests"):
        pipeline.run(home, "tiny")


def test_the_column_that_may_be_empty_is_one_that_the_engine_reads():
    known = {table: {**REQUIRED.get(table, {}), **OPTIONAL.get(table, {})} for table in MAY_BE_EMPTY}
    strangers = {(t, c) for t, columns in MAY_BE_EMPTY.items() for c in columns if c not in known[t]} - {
        ("core_incident", name) for name in ("occurred_at", "longitude", "latitude")
    }
    assert strangers == {("act_incident", "arrest")}
