"""The briefing fits one sheet of A4 and calls nobody, with usual names and with long ones."""

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest

from harmmodel import journal
from harmmodel.report.briefing import as_html
from harmmodel.views.overview.briefing import briefing
from harmmodel.warehouse.store import editions
from tests.browser.conftest import SCREENSHOTS

pytestmark = pytest.mark.browser
DAY = dt.date(2026, 11, 21)
EMPTY = journal.Reading(journal.Examination(0, journal.EMPTY_SEAL, ()))
PAGE = re.compile(rb"/Type\s*/Page[^s]")
BOX = re.compile(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]")
A4 = (595, 842)  # points


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


def crowded(run):
    """Long names everywhere, and as many areas in focus and contested as a large place has."""
    order = np.argsort(np.argsort(run.scores["rank"].to_numpy()))
    tiers = np.select([order < 12, order < 40], ["focus", "contested"], "baseline")
    labels = run.units.set_index("unit_id")["label"]
    names = {unit: f"{name} and its neighbours" for unit, name in labels.items()}
    frames = {n: getattr(run, n).assign(label=getattr(run, n)["unit_id"].map(names)) for n in ("units", "contrast")}
    scores = run.scores.assign(label=run.scores["unit_id"].map(names), tier=tiers)
    scores["driver"] = scores["driver"].where(scores["driver"].notna(), "community")
    scores["lead"] = "health and community services, with police in support"
    return replace(run, **frames, scores=scores)


@pytest.mark.parametrize("name", ["usual", "crowded"])
def test_it_prints_on_one_page(browser, run, tmp_path, name):
    shown = run if name == "usual" else crowded(run)
    path = tmp_path / "briefing.html"
    path.write_text(as_html(briefing(shown, EMPTY, DAY)), "utf-8")
    called = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("request", lambda request: called.append(request.url))
        page.goto(path.as_uri())
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 703, "height": 1047})  # the printable part of A4 at 96 px an inch
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"briefing-{name}.png", full_page=True)
    assert len(PAGE.findall(pdf)) == 1
    assert [round(float(side)) for side in BOX.search(pdf).groups()] == pytest.approx(A4, abs=1)
    assert called == [path.as_uri()]
