"""The one-page briefing: words and figures of the views, every character escaped, nothing to run or to fetch."""

import datetime as dt
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from harmmodel import journal
from harmmodel.cli import app
from harmmodel.report.briefing import as_html
from harmmodel.views import words
from harmmodel.views.areas import explain
from harmmodel.views.changes import page as changes_page
from harmmodel.views.overview.briefing import FOCUS_ROWS, PERSON, briefing
from harmmodel.warehouse.store import editions
from tests.decisions import AT, decision

DAY = dt.date(2026, 11, 21)
EMPTY = journal.Reading(journal.Examination(0, journal.EMPTY_SEAL, ()))
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)> [a](javascript:b) **c** '&amp;"
DRAWN = {"svg", "line", "rect", "circle", "path", "text"}
TAGS = {"html", "head", "meta", "title", "style", "body", "main", "header", "section", "div", "figure", "figcaption"}
TAGS |= {
    "h1",
    "h2",
    "p",
    "b",
    "code",
    "ul",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "dl",
    "dt",
    "dd",
} | DRAWN


class Outline(HTMLParser):
    """What a browser would make of the text: elements, attributes and words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words, self.cells = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note an element and its attributes; a cell starts a new figure."""
        self.tags.add(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        """Note words, and the figure they make."""
        self.words.append(data)
        if self.cells and self.lasttag in {"td", "b"}:
            self.cells[-1] += data


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


@pytest.fixture(scope="module")
def text(run):
    return as_html(briefing(run, EMPTY, DAY))


def renamed(run, label):
    """Give every unit and the place a name of another's choosing."""
    frames = {name: getattr(run, name).assign(label=label) for name in ("units", "scores", "contrast")}
    return replace(run, **frames, place=run.place.model_copy(update={"label": label}))


def test_a_hostile_name_stays_text(run):
    outline = Outline(as_html(briefing(renamed(run, HOSTILE), EMPTY, DAY)))
    assert outline.tags <= {name.lower() for name in TAGS}
    assert "alert(1)" in "".join(outline.words)
    assert not [a for a in outline.attributes if a[1].startswith("on") or a[1] in ("src", "href", "srcset", "action")]


def test_nothing_is_fetched_and_nothing_runs(text):
    assert not re.search(r"https?:|//\w|url\(|@import|<script|<link|<iframe|javascript:", text)
    assert "default-src 'none'" in text.replace("&#x27;", "'")


def test_every_focus_area_stands_with_the_figures_of_show(run, text):
    cells = Outline(text).cells
    focus = explain.area_ranking(run).query("tier == 'focus'").head(FOCUS_ROWS)
    assert len(focus) > 2
    for row in focus.to_dict("records"):
        at = cells.index(row["label"])
        assert cells[at - 2] == words.rank(row["rank"])
        assert cells[at - 1] == words.interval(row["rank_low"], row["rank_high"])
        assert cells[at + 2] == words.score(row["score"])
        assert cells[at + 3] == words.interval(row["score_low"], row["score_high"])
        assert cells[at + 4] == words.ratio(row["enforcement_to_harm"])
        assert cells[at + 6].split(": ")[1].startswith(row["lead"])


def test_it_says_where_it_comes_from_and_who_decides(run, text):
    said = " ".join(Outline(text).words)
    assert run.run_id in said
    assert words.date(run.manifest["data_end"]) in said
    assert "no decisions recorded" in said
    assert PERSON in said
    assert "recorded harm" in said


def test_what_changes_is_said_in_the_words_of_its_page(run):
    page = briefing(run, EMPTY, DAY)
    assert changes_page.agreement(run, changes_page.compared(run)) in page.changes


def test_decisions_stand_beside_the_proposal_and_the_seal_is_printed(run, tmp_path):
    first = run.scores.query("tier == 'focus'").iloc[0]
    path = tmp_path / "journal.sqlite"
    mine = decision(str(first["unit_id"]), place=run.place.id, run_id=run.run_id, label=str(first["label"]))
    journal.append(path, mine, AT)
    held = journal.reading(path)
    said = " ".join(Outline(as_html(briefing(run, held, DAY))).words)
    assert "One decision is in force" in said
    assert "Decided:" in said
    assert journal.verify(path).seal in said
    assert mine.reason not in said
    other = replace(mine, place="elsewhere")
    elsewhere = replace(held, entries=(replace(held.entries[0], record=other),))
    assert "Decided:" not in as_html(briefing(run, elsewhere, DAY))


def test_a_journal_of_another_version_lends_no_seal_and_nobody_is_said_to_have_tampered(run):
    strange = journal.Examination(3, "ab" * 32, (journal.Fault(2, "cannot be read", is_unknown=True),))
    text = as_html(briefing(run, journal.Reading(strange), DAY))
    assert "This version cannot read the journal," in text
    assert "not given: this version cannot read the journal" in text
    assert "not whole" not in text


def test_a_journal_that_is_not_whole_lends_no_seal(run):
    broken = journal.Examination(3, "ab" * 32, (journal.Fault(2, "was altered"),))
    said = " ".join(Outline(as_html(briefing(run, journal.Reading(broken), DAY))).words)
    assert "not whole" in said
    assert "ab" * 32 not in said


def test_a_place_where_no_area_is_in_focus_says_so(run):
    calm = replace(run, scores=run.scores.assign(tier="baseline"))
    said = " ".join(Outline(as_html(briefing(calm, EMPTY, DAY))).words)
    assert "No area is in focus" in said
    assert "No area is sure enough to be in focus" in said


def test_the_command_prints_it_or_writes_it(project, tmp_path):
    command = ["report", project.place, "--project", str(project.path), "--kind", "briefing", "--format", "html"]
    printed = CliRunner().invoke(app, command)
    written = CliRunner().invoke(app, [*command, "--output", str(tmp_path / "page.html")])
    assert printed.exit_code == written.exit_code == 0
    assert printed.stdout.startswith("<!DOCTYPE html>")
    assert (tmp_path / "page.html").read_text("utf-8") == printed.stdout
    assert written.stdout == ""
