"""Each figure about data that README.md and METHOD.md tell stands in a run of the shipped data."""

from __future__ import annotations

import re

from harmmodel import registry
from harmmodel.views import words
from harmmodel.views.disparity import page as disparity
from harmmodel.warehouse.read.disparity import DisparityRun
from harmmodel.warehouse.read.groups import GroupRun
from tests.conftest import ROOT, Project

METHOD, README = (" ".join((ROOT / name).read_text("utf-8").split()) for name in ("METHOD.md", "README.md"))


def test_the_figures_of_mexico_are_those_of_its_run(mexico: Project):
    run = registry.published(mexico.path, mexico.place, "group")
    assert isinstance(run, GroupRun)
    events = words.number(float(run.totals["events"].sum()))
    assert all(f"from {events} events" in text for text in (METHOD, README))
    years = words.years(run.facts["from_year"], run.facts["to_year"])
    assert f"Four fifths of the deaths of {years} are known only by year or by state" in METHOD
    fought, sided = (words.number(float(run.facts[f"deaths_{name}"])) for name in ("fought", "sided"))
    assert f"{sided} of the {fought} deaths in fights of {years}" in " ".join(METHOD.split())
    assert 0.75 < run.facts["deaths_coarse"] / run.facts["deaths"] < 0.85


def test_the_figures_of_london_are_those_of_its_run(london: Project):
    run = registry.published(london.path, london.place)
    assert isinstance(run, DisparityRun)
    stops = words.number(float(run.facts["stops"]))
    assert f"holds {stops} stops" in METHOD
    assert f"counts of {stops} stops" in README
    asked = disparity.Asked("drugs", "self", "census_2021")
    told = re.search(
        r"for drugs \*\*(?P<ratio>[\d.]+) times.*; (?P<low>[\d.]+) to (?P<high>[\d.]+) by.* (?P<none>\d+%) of these",
        disparity.disparity(run, asked).answer,
    )
    assert told
    assert f"stopped for drugs {told['ratio']} times as often as people recorded as White" in METHOD
    assert f"between {told['low']} and {told['high']} times whatever the unknown are" in METHOD
    assert f"Of the drug stops, {told['none']} ended in no further action" in METHOD
    rows = run.ratios.set_index(["scheme", "reason", "benchmark", "group"])
    ratio = rows.loc[("self", "drugs", "other_stops", "black"), "ratio"]
    assert f"Set against stops for other reasons, the ratio is {words.number(ratio, 1)}." in METHOD


def test_no_document_tells_results_of_areas_or_activities():
    """These move with every change of the method; a run tells them, and no document does."""
    for text in (METHOD, README):
        assert not re.search(r"stands out\.|in focus, and|most differences|every excess lies", text)
