"""Texts of config and data are shown as they are written: none becomes a picture, a link, HTML, code or a colour."""

import re
from pathlib import Path

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from harmmodel import journal, pipeline
from harmmodel.views import words
from harmmodel.warehouse.store import results, runs
from tests import tiny
from tests.app.conftest import PAGES, open_app
from tests.app.test_validation import made_up
from tests.conftest import ROOT
from tests.shown import texts

HOSTILE = "![i](//x) <b>q</b> :red[r] $z$ **y** `k`"
ALIVE = re.compile(r"!\[i|\]\(//|<b>|:red\[|(?<!\\)\$z|\*\*y|(?<!\\)`k", re.IGNORECASE)
UNIT = "00"


@pytest.fixture(scope="module", params=[1, 2], ids=["one pillar", "two pillars"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the tiny place with hostile texts wherever config and data hold free text."""
    walk = tiny.CROSSWALK.replace("exact,\n", f"exact,{HOSTILE}\n")
    home = tiny.tiny_project(tmp_path_factory.mktemp("hostile"), crosswalk=walk)
    config, place = home / "config", home / "config" / "places" / "tiny"
    for path in sorted((config / "indicators" / "area").glob("*.yaml")):
        spoilt(path, "label", "unit", "limits", question=f"{HOSTILE}?")
        spoilt(path, references=[{**tiny.REFERENCE, "title": HOSTILE}])
    if request.param == 2:
        spoilt(config / "indicators" / "area" / "shooting.yaml", pillar="corruption", police_contact=True)
    because = f"{HOSTILE} because."
    spoilt(place / "goalposts.yaml", robbery=tiny.goalposts(because), shooting=tiny.goalposts(because))
    spoilt(place / "place.yaml", "label", unit_noun={"one": HOSTILE, "many": HOSTILE})
    spoilt(place / "place.yaml", trend={"class": "robbery", "label": HOSTILE})
    for path in [*(place / "sources").glob("*.yaml")]:
        spoilt(path, "title", "producer", "citation", "reduction", "known_gaps")
    for path in (config / "weights").glob("*.yaml"):
        spoilt(path, "title", "unit", "citation")
    _spoil_judgements(config)
    _spoil_thresholds(config)
    _spoil_simulator(config)
    area = place / "core" / "core_area.sql"
    area.write_text(area.read_text("utf-8").replace("a.area as label", f"'{HOSTILE} ' || a.area as label"), "utf-8")
    told = made_up(HOSTILE) | {"limits": [HOSTILE], "checks": [HOSTILE], "units": HOSTILE}
    told["published"] = [dict.fromkeys(told["published"][0], HOSTILE)]
    results.write(runs.home(home) / pipeline.run(home, "tiny"), "validation", "0123456789ab", told)
    return home


def _spoil_simulator(config: Path) -> None:
    assumed = yaml.safe_load((ROOT / "config" / "simulator.yaml").read_text("utf-8"))
    assumed |= {"limits": HOSTILE, "runs": 10, "references": [{**assumed["references"][0], "title": HOSTILE}]}
    assumed["groups"] |= {"why": HOSTILE}
    assumed["variations"] = [{**assumed["variations"][0], "label": HOSTILE}]
    (config / "simulator.yaml").write_text(yaml.safe_dump(assumed, sort_keys=False, allow_unicode=True), "utf-8")


def _spoil_thresholds(config: Path) -> None:
    (config / "thresholds").mkdir()
    source = {"title": HOSTILE, "href": "https://example.org/", "kind": "law"}
    texts = {"instrument": HOSTILE, "note": HOSTILE, "checked_by": HOSTILE, "consulted": [HOSTILE], "source": source}
    days = {"from": "2001-01-01", "checked_on": "2026-01-01", "review_due": "2099-01-01"}
    kind = {"nature": "presumption", "weight_basis": "total", "legal_level": "law", "status": "verified"}
    rule = {**texts, **days, **kind, "quantities": {"heroin": 1}}
    content = {"id": "elsewhere", "label": HOSTILE[:60], "rules": [rule]}
    (config / "thresholds" / "elsewhere.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    lab = yaml.safe_load((ROOT / "config" / "threshold_lab.yaml").read_text("utf-8"))
    lab["groups"][0] |= {"label": HOSTILE, "why": HOSTILE}
    (config / "threshold_lab.yaml").write_text(yaml.safe_dump(lab, allow_unicode=True), "utf-8")


def _spoil_judgements(config: Path) -> None:
    policy = yaml.safe_load((config / "policy.yaml").read_text("utf-8"))
    spoilt(config / "policy.yaml", leads=dict.fromkeys(policy["leads"], HOSTILE))
    pillars = yaml.safe_load((config / "scheme.yaml").read_text("utf-8"))["pillars"]
    for pillar in pillars:
        pillar["label"] = pillar["short"] = f"{HOSTILE} {pillar['id']}"
    spoilt(config / "scheme.yaml", pillars=pillars)


def spoilt(path: Path, *names: str, **changes: object) -> None:
    """Write hostile text into fields of a YAML file."""
    content = yaml.safe_load(path.read_text("utf-8")) | dict.fromkeys(names, HOSTILE) | changes
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")


@pytest.fixture(scope="module")
def pages(home: Path) -> dict[str, AppTest]:
    with pytest.MonkeyPatch.context() as patch:
        return {name: open_app(patch, home, name) for name in PAGES}


def alive(page: AppTest) -> list[tuple[str, str]]:
    """What came alive on a page on which hostile texts stand."""
    assert not page.exception
    shown = list(texts(page))
    assert any(words.plain_markdown("![i](//x)") in text for _, text in shown), "they must be on the page"
    return [(kind, text) for kind, text in shown if ALIVE.search(text)]


@pytest.mark.parametrize("name", PAGES)
def test_no_text_of_the_config_or_the_data_comes_alive(pages: dict[str, AppTest], name: str):
    assert alive(pages[name]) == []


def test_nor_by_what_a_reader_chooses_or_a_link_asks(monkeypatch: pytest.MonkeyPatch, home: Path):
    page = open_app(monkeypatch, home, "areas", unit=HOSTILE)
    assert alive(page) == []
    for option in page.button_group[0].options:
        page.button_group[0].set_value(option)
        assert alive(page.run()) == []


def test_nor_by_a_decision(monkeypatch: pytest.MonkeyPatch, home: Path):
    page = open_app(monkeypatch, home, "decisions")
    assert alive(page.button_group[0].set_value("change").run()) == []
    page.button_group[0].set_value("accept")
    page.text_area[0].set_value(f"{HOSTILE} is why.")
    page.text_input[0].set_value(HOSTILE)
    page.multiselect[0].set_value([HOSTILE, journal.PEOPLE_AFFECTED])
    page.button(key="record").click().run()
    assert not page.warning, page.warning[0].value
    assert page.table[0].value.size
    assert alive(page) == []


def test_titles_read_as_they_are_written(pages: dict[str, AppTest]):
    titles = [re.sub(r"\\(.)", r"\1", header.value).replace(words.JOINER, "") for header in pages["areas"].header]
    assert f"{HOSTILE} per 100,000 residents" in titles
    assert any(title.startswith(f"{HOSTILE} 0") for title in titles)
    names = [
        re.sub(r"\\(.)", r"\1", expander.label).replace(words.JOINER, "") for expander in pages["overview"].expander
    ]
    assert f"Table of all 4 {HOSTILE}" in names
