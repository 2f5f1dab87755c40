"""Every verb and every page of a shipped place, unit by unit: no nan, no year 2014.0, no rank 12.5, no empty reason.

The views are asked and nothing is drawn, so that hundreds of units take seconds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from harmmodel import journal, pipeline, registry
from harmmodel.cli import verbs
from harmmodel.cli.tables import TerminalTable
from harmmodel.config.deterrence import PlannedAction, load_backfire
from harmmodel.views.activities import page as activities
from harmmodel.views.areas import detail as area_detail
from harmmodel.views.areas import explain as area_explain
from harmmodel.views.areas import page as areas
from harmmodel.views.changes import page as changes
from harmmodel.views.decisions import form as decisions_form
from harmmodel.views.decisions import page as decisions
from harmmodel.views.deterrence import backfire, displacement
from harmmodel.views.deterrence import page as deterrence
from harmmodel.views.disparity import page as disparity
from harmmodel.views.groups import assessments, detail, explain
from harmmodel.views.groups import page as groups
from harmmodel.views.indicators import page as indicators
from harmmodel.views.overview import briefing
from harmmodel.views.overview import page as overview
from harmmodel.views.whatif import page as whatif
from harmmodel.views.whatif import settings as whatif_settings
from harmmodel.warehouse.read.disparity import DisparityRun
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.warehouse.store.runs import AreaRun
from tests.conftest import ROOT, Project, place_project
from tests.said import said

FEW = 16  # one in so many of what is alike: cells, and states of a watch
TODAY = dt.date(2026, 12, 1)
Answers = Iterator[tuple[str, Any]]
STRANGE = {
    "not a number": re.compile(r"\b(nan|NaN|NaT|inf)\b|<NA>|\bNone\b(?! (stands out|can be judged)|\\?[:.] )"),
    "a year with decimals": re.compile(r"\b(19|20)\d\d\\?\.0\b"),
    "half a rank": re.compile(r"(?i:\brank|\bplaces?) \d+\\?\.5\b|^\d+\\?\.5( \D|$)"),
    "an interval between two unknowns": re.compile("––|– to –"),
    "a gap in a sentence": re.compile(r"[^\s.]\s[.,;]( |$)|,\s*\.|: ?\.$|\(\s*\)|\w  \w"),
}
CODE = ("sql",)  # what is no sentence
IS_RANK = re.compile(r"[Rr]ank|, row$|options")
NEVER_EMPTY = re.compile(r"(?i)\.reason$|, why$|\.finding$|\.answer$|\.alt$|, reason$")
TYPED = ("decide.subject", "briefing.focus.alt")  # what a reader fills in, and a picture that paper shows as a table


def area_pages(run: AreaRun, every: int = 1) -> Answers:
    yield "overview", overview.overview(run)
    yield "areas", [areas.areas(run, view) for view in areas.views(run)]
    yield "changes", changes.uncompared(run) or changes.what_changes(run)
    yield "indicators", [indicators.register(run, name) for name in indicators.options(run)]
    nothing = journal.reading(run.path / "none.sqlite")
    yield "decisions", decisions.decisions(run, nothing, TODAY)
    yield "briefing", briefing.briefing(run, nothing, TODAY)
    for unit in run.units["unit_id"].iloc[::every]:
        yield f"area {unit}", area_detail.area(run, unit)
        yield f"explain {unit}", area_explain.explain(run, unit)
        yield f"decide on {unit}", decisions_form.form(run, unit, (), TODAY)
    if run.activities():
        yield "activities", activities.activities(run)
        yield from (
            (f"activity {unit}", activities.detail(run, unit)) for unit in run.activities()["activity"]["unit_id"]
        )
    yield from _what_if(run)


def _what_if(run: AreaRun) -> Answers:
    basis, offered = whatif.basis(run), whatif_settings.controls(run)
    for key, value in (("", ""), ("p", 4.0)):
        given = whatif_settings.mended(offered, {key: value} if key else {})
        chosen = whatif_settings.settings(run, given)
        yield f"what if {key} {value}", whatif.what_if(run, chosen, basis, whatif.unchanged(run))


def group_pages(run: GroupRun) -> Answers:
    yield "groups", groups.groups(run)
    yield "stability", detail.stability(run)
    yield "assessments", assessments.agreement(run)
    yield "show", [explain.rows(run), explain.caption(run)]
    for group in run.scores["group_id"]:
        yield f"group {group}", detail.detail(run, group)
        yield f"explain {group}", explain.explain(run, group)
    yield "network", detail.network(run, str(run.scores["group_id"].iloc[0]))
    yield from ((f"focus {n}", deterrence.focus(run, n)) for n in (1, 2, 5, 10))
    assumed, _ = load_backfire(ROOT)
    for state in run.areas["unit_id"].iloc[::FEW]:
        start = displacement.starts(run, assumed)[0]
        yield f"watch {state}", displacement.watch(run, assumed, state, start, with_country=True)
        for kind in ("leader", "lieutenant", "notice", "other"):
            action = PlannedAction(kind=kind, state=state, groups=("cjng",), begins=TODAY, answers={})
            yield f"fan {state} {kind}", backfire.projection(run, assumed, action, contested="unknown")


def disparity_pages(run: DisparityRun) -> Answers:
    offered = disparity.choices(run)
    first = next(iter(offered.reasons)), next(iter(offered.schemes)), next(iter(offered.benchmarks))
    asked = {(reason, scheme, first[2]) for reason in offered.reasons for scheme in offered.schemes}
    for one in sorted(asked | {(*first[:2], benchmark) for benchmark in offered.benchmarks}):
        yield "disparity " + " ".join(one), disparity.disparity(run, disparity.Asked(*one))


def printed(run: Any) -> Answers:
    """Give what the verb show prints and hands out, by each lens that orders units."""
    for lens in registry.lenses_of(run.config):
        if lens.is_ranking and isinstance(run, lens.run):
            parts = list(verbs.PRINTED[lens.feed.lens](run, None))
            yield f"show {lens.feed.lens}", [part_words(part) for part in parts]


def part_words(part: Any) -> Any:
    if isinstance(part, TerminalTable):
        rows = pd.DataFrame([list(row) for row in part.rows], columns=list(part.columns))
        return [str(part.title), str(part.caption), {"table": rows.astype(str)}]
    return str(getattr(part, "text", part))


def strange(answers: Answers) -> list[str]:
    """Name each text that no reader should see, with where it stands; the same fault in one place is named once."""
    found: dict[tuple[str, str], str] = {}
    for name, answer in answers:
        for where, text in said(answer, name.split()[0]):
            if where.rpartition(".")[2] in CODE or where.startswith(TYPED):
                continue
            if not text.strip() and NEVER_EMPTY.search(where):
                found.setdefault(("empty", where), name)
            for fault, pattern in STRANGE.items():
                if pattern.search(text) and (fault != "half a rank" or IS_RANK.search(where) or "ank" in text):
                    found.setdefault((fault, where), f"{name}: {text[:200]!r}")
    return [f"{fault}, {where}: {text}" for (fault, where), text in found.items()]


def test_nothing_strange_is_said_of_any_area_or_activity(project: Project):
    run = registry.published(project.path, project.place)
    assert isinstance(run, AreaRun)
    assert strange([*area_pages(run), *printed(run)]) == []


def test_nothing_strange_is_said_of_any_group(mexico: Project):
    run = registry.published(mexico.path, mexico.place, "group")
    assert isinstance(run, GroupRun)
    assert strange([*group_pages(run), *printed(run)]) == []


def test_nothing_strange_is_said_of_any_state_whose_deaths_alone_are_known(mexico: Project):
    run = registry.published(mexico.path, mexico.place, "area")
    assert isinstance(run, AreaRun)
    assert strange([*area_pages(run, every=FEW), *printed(run)]) == []


def test_nothing_strange_is_said_where_one_pillar_is_scored_and_cells_are_nameless(tmp_path: Path):
    home = place_project(tmp_path / "cells", "police_uk")
    pipeline.run(home, "police_uk")
    run = registry.published(home, "police_uk")
    assert isinstance(run, AreaRun)
    assert strange([*area_pages(run, every=FEW), *printed(run)]) == []


def test_nothing_strange_is_said_of_stops(london: Project):
    run = registry.published(london.path, london.place)
    assert isinstance(run, DisparityRun)
    assert strange(disparity_pages(run)) == []
