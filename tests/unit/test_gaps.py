"""Known gaps of the sources reach the reader: what is missing, in which source, and which indicators it touches."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harmmodel import journal, pipeline, registry
from harmmodel.cli import app
from harmmodel.report.briefing import as_html
from harmmodel.views import gaps
from harmmodel.views.indicators.page import register
from harmmodel.views.overview.briefing import briefing
from harmmodel.views.overview.page import overview
from harmmodel.warehouse.store.runs import AreaRun
from tests import tiny
from tests.town import change

EMPTY = journal.Reading(journal.Examination(0, journal.EMPTY_SEAL, ()))
GAP = "Winter *months* only <b>. No night shifts."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tiny.tiny_project(tmp_path_factory.mktemp("gaps") / "project")
    change(home / "config/places/tiny/sources/offences.yaml", title="Offences", known_gaps=GAP)
    change(home / "config/places/tiny/sources/residents.yaml", title="Residents", known_gaps="One census day.")
    pipeline.run(home, "tiny")
    return home


@pytest.fixture(scope="module")
def run(home: Path) -> AreaRun:
    run = registry.published(home, "tiny")
    assert isinstance(run, AreaRun)
    return run


def test_each_source_is_named_with_its_gaps_and_what_they_touch(run: AreaRun):
    rows = gaps.frame(run).set_index("Source")
    assert rows.loc["Offences", "Known gaps"] == GAP
    assert rows.loc["Offences", "Touches"] == "Robbery and Shooting"
    assert rows.loc["Residents", "Touches"] == "what is joined to it, which may be all"
    assert next(iter(rows.index)) == "Offences"


def test_the_overview_counts_them_and_hands_out_the_table(run: AreaRun):
    page = overview(run)
    assert page.data_notes[0].startswith(
        "One source that is counted tells of known gaps, which touch 2 of 2 indicators"
    )
    assert page.gaps.label == "Known gaps of the sources: three sources"
    assert GAP in page.gaps.download["Known gaps"].tolist()
    assert set(page.gaps.download["run_id"]) == {run.run_id}


def test_the_card_of_an_indicator_holds_those_of_what_it_counts_alone(run: AreaRun):
    card = register(run, "robbery").card
    assert card.gaps.frame["Source"].tolist() == ["Offences"]
    assert card.gaps.frame["Known gaps"].tolist() == [GAP]


def test_explain_ends_with_them(home: Path):
    told = CliRunner().invoke(app, ["explain", "tiny", "00", "--project", str(home)])
    assert told.exit_code == 0
    assert "6 Known gaps of the sources" in told.stdout
    assert "Winter *months* only <b>" in told.stdout


def test_the_briefing_has_a_line_for_each_source_that_is_counted_and_escapes_it(run: AreaRun):
    page = briefing(run, EMPTY, dt.date(2026, 11, 27))
    (line,) = [text for text in page.gaps if text.startswith("Offences (touches 2 of 2 indicators)")]
    assert line.endswith("\\.")
    assert page.gaps[-1] == "One more is in the app."
    html = as_html(page)
    assert "Winter *months* only &lt;b&gt;." in html
    assert "One census day" not in html
