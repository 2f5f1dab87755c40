"""Nasty texts in every sink, by real commands and pages: refused where they come in, harmless where they go out.

Where they go out they are tried with the refusal switched off, so that each sink must hold by itself.
"""

import csv
import html.parser
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from openpyxl import load_workbook
from typer.testing import CliRunner

from harmmodel import journal, pipeline
from harmmodel.app import layout
from harmmodel.cli import app, base, tables
from harmmodel.config import characters, load_config, written_text
from harmmodel.config.deterrence import read_plan
from harmmodel.errors import ConfigError, HarmModelError, PlanError, SnapshotError
from harmmodel.views import export, words
from harmmodel.views.export import Export
from harmmodel.warehouse.entered import entries, sheets
from harmmodel.warehouse.load import personal
from harmmodel.warehouse.store import editions, runs
from tests import tiny
from tests.app.conftest import PAGES, open_app
from tests.decisions import AT, decision
from tests.groups import PLACE, group_project
from tests.shown import texts

HIDDEN = {
    "an escape that colours": "\x1b[31mred",
    "an escape that names the window": "\x1b]0;owned\x07",
    "an escape of one byte": "\x9b31m",
    "a backspace": "ab\x08\x08x",
    "a carriage return": "over\rwritten",
    "a turn of direction": "\u202egnp.exe",
    "an isolate": "\u2066left",
    "a mark of direction": "\u200fright",
    "a line end that few know": "one\u2028two",
    "a space of no width": "a\u200bb",
    "half a sign": "\ud800",
}
SEEN = {
    "markup of the terminal": "[/x] [red]r[/red] [link=//y]",
    "Markdown": "![i](//x) **q** :red[r] $z$ `k`",
    "HTML": "<script>alert(1)</script><img src=x onerror=y>\"'",
    "a formula": "=cmd|' /C calc'!A1",
    "a plus": "+1+1",
    "a minus": "-1+1",
    "an at": "@SUM(1)",
    "a formula after spaces": "  =1+1",
}
WITH_CODES = {"a formula after a tab": "\t=1+1", "a formula after a carriage return": "\r=1+1"}
TOGETHER = " ".join((*SEEN.values(), *(text for name, text in HIDDEN.items() if name != "half a sign")))
BRIEF = " ".join(("[/x] [red]r[/red] <script>alert(1)</script>", *(t for n, t in HIDDEN.items() if n != "half a sign")))
STARTS = ("=", "+", "-", "@", "\t", "\r")
UNITS = ("00", "01", "10", "11")


def refused(text: str) -> list[str]:
    """The characters of a text that no sink may let through; ours stops addresses from becoming links."""
    return [character for character in text if characters.is_refused(character) and character != words.JOINER]


def call(*said: str) -> str:
    outcome = CliRunner().invoke(app, list(said), catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def relabelled(home: Path, label: str) -> None:
    """Give the place a label, written by codes as only YAML in quotes can."""
    path = home / "config" / "places" / "tiny" / "place.yaml"
    content = yaml.safe_load(path.read_text("utf-8")) | {"label": label}
    path.write_text(yaml.dump(content, sort_keys=False, allow_unicode=False), "utf-8")


# --- coming in


@pytest.mark.parametrize("name", [name for name in HIDDEN if name != "half a sign"])
def test_a_label_of_the_config_is_refused_by_file_key_and_character(tmp_path, name):
    home = tiny.tiny_project(tmp_path)
    relabelled(home, f"Town {HIDDEN[name]}")
    with pytest.raises(
        ConfigError, match=r"places/tiny/place\.yaml: label: character \d+: U\+[0-9A-F]{4} \(.*cannot be seen"
    ):
        pipeline.run(home, "tiny")
    outcome = CliRunner().invoke(app, ["check", "tiny", "--project", str(home)])
    assert isinstance(outcome.exception, ConfigError)


def test_a_sign_that_stands_in_the_file_itself_is_refused_with_its_line(tmp_path):
    home = tiny.tiny_project(tmp_path, crosswalk=tiny.CROSSWALK.replace("exact,\n", "exact,\u202etxet\n"))
    with pytest.raises(ConfigError, match=r"crosswalk\.csv: line 2: U\+202E \(RIGHT-TO-LEFT OVERRIDE\) cannot be seen"):
        pipeline.run(home, "tiny")


@pytest.mark.parametrize("name", [name for name in HIDDEN if name != "half a sign"])
def test_a_text_of_a_raw_file_that_would_be_kept_is_refused_by_table_and_column(tmp_path, name):
    home = tiny.tiny_project(tmp_path)
    data, hidden = home / "data" / "tiny", f"North {HIDDEN[name]}"
    outlines = json.loads((data / "areas.geojson").read_text("utf-8"))
    outlines["features"][0]["properties"]["area"] = hidden
    (data / "areas.geojson").write_text(json.dumps(outlines), "utf-8")
    residents = (data / "residents.csv").read_text("utf-8")
    (data / "residents.csv").write_bytes(residents.replace("00,", f'"{hidden}",', 1).encode())
    tiny.write_place(home)
    with pytest.raises(SnapshotError, match=r"raw_areas, column area: 'North .*U\+[0-9A-F]{4} \(") as told:
        pipeline.run(home, "tiny")
    assert refused(str(told.value)) == []


def test_a_text_that_sql_makes_is_refused_too(tmp_path):
    home = tiny.tiny_project(tmp_path)
    area = home / "config" / "places" / "tiny" / "core" / "core_area.sql"
    area.write_text(area.read_text("utf-8").replace("a.area as label", "a.area || chr(27) as label"), "utf-8")
    with pytest.raises(HarmModelError, match=r"core_area, column label: .*U\+001B|chr"):
        pipeline.run(home, "tiny")


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("field", ["reason", "role", "label"])
def test_the_journal_refuses_them(tmp_path, field, name):
    path = journal.location(tmp_path)
    said = f"The evidence was seen {HIDDEN[name]} on site and agreed."
    with pytest.raises(HarmModelError, match="cannot be seen"):
        journal.append(path, decision(**{field: said}), AT)
    assert not path.exists()


def test_a_plan_refuses_them(tmp_path):
    (tmp_path / "plan.yaml").write_text('problem: "Killings \\u202e between groups"\n', "utf-8")
    with pytest.raises(PlanError, match=r"plan\.yaml: problem: character 10: U\+202E"):
        read_plan(tmp_path / "plan.yaml")


def test_letters_of_every_script_are_welcome(tmp_path):
    home = tiny.tiny_project(tmp_path)
    relabelled(home, "Ñuñoa, Łódź, Αθήνα, Москва, ירושלים, القاهرة, 東京, می\u200cخواهم, North\u00a0End 🏙")
    assert pipeline.run(home, "tiny")


# --- going out, with the refusal switched off


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A finished run full of nasty texts, as a file made by other means might hold them."""
    home = tiny.tiny_project(tmp_path_factory.mktemp("nasty"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(characters, "fault", lambda text: None)
        patch.setattr(written_text, "faults", lambda *_, **__: ())
        patch.setattr(personal, "refuse_labels", lambda *_: None)
        relabelled(home, BRIEF)
        scheme = yaml.safe_load((home / "config" / "scheme.yaml").read_text("utf-8"))
        for pillar in scheme["pillars"]:
            pillar["label"] = pillar["short"] = f"{BRIEF} {pillar['id']}"
        (home / "config" / "scheme.yaml").write_text(yaml.dump(scheme, sort_keys=False), "utf-8")
        _name_areas(home)
        pipeline.run(home, "tiny")
        place = home / "config" / "places" / "tiny" / "place.yaml"
        place.write_text(place.read_text("utf-8").replace("squares", "quadrants"), "utf-8")
        pipeline.run(home, "tiny")
        said = f"The evidence was seen and {TOGETHER} agreed."
        journal.append(journal.location(home), decision(reason=said, label=TOGETHER, unit="00"), AT)
        yield home


def _name_areas(home: Path) -> None:
    """Give each area another nasty label, out of the raw file of residents."""
    starts = ("=1+1", *WITH_CODES.values(), "[/x]")
    names = {unit: f"{start} {TOGETHER} {unit}" for unit, start in zip(UNITS, starts, strict=True)}
    path = home / "data" / "tiny" / "areas.geojson"
    outlines = json.loads(path.read_text("utf-8"))
    for feature in outlines["features"]:
        feature["properties"]["name"] = names[feature["properties"]["area"]]
    path.write_text(json.dumps(outlines), "utf-8")
    tiny.write_place(home)
    passport = home / "config" / "places" / "tiny" / "sources" / "areas.yaml"
    content = yaml.safe_load(passport.read_text("utf-8"))
    content["columns"]["name"] = content["columns"]["area"] | {"means": "Name of the area."}
    content["labels"] = ["name"]
    passport.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    relabelled(home, BRIEF)
    area = home / "config" / "places" / "tiny" / "core" / "core_area.sql"
    area.write_text(area.read_text("utf-8").replace("a.area as label", "a.name as label"), "utf-8")


COMMANDS = {
    "show": ("show", "tiny"),
    "explain": ("explain", "tiny", "00"),
    "check": ("check", "tiny"),
    "run": ("run", "tiny"),
    "journal list": ("journal", "list"),
    "journal due": ("journal", "due", "--on", "2030-01-01"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_steers_the_terminal(home, name):
    outcome = CliRunner().invoke(app, [*COMMANDS[name], "--project", str(home)], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    assert refused(outcome.output) == []
    if name != "check":  # which has nothing to say of labels
        seen = " ".join(outcome.output.split())
        assert "[/x]" in seen
        assert "\\x1b[31mred" in seen


def test_nor_does_a_comparison(home):
    first, second = sorted(path.name for path in runs.home(home).iterdir() if path.name.startswith("tiny-"))
    assert refused(call("compare", first, second, "--project", str(home))) == []


def test_nor_does_an_error(home):
    outcome = CliRunner().invoke(app, ["explain", "tiny", "\x1b[31m", "--project", str(home)])
    assert isinstance(outcome.exception, HarmModelError)
    console = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", console)
        base.tell(f"Error: {outcome.exception}")
    assert refused(console.getvalue()) == []


def test_csv_holds_no_formula_and_no_sign_that_is_not_seen(home):
    text = call("show", "tiny", "--format", "csv", "--project", str(home))
    assert refused(text) == []
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    labels = [cell for cell in cells if "[/x]" in cell]
    assert len(labels) >= len(UNITS)
    running = [cell for cell in cells if cell.lstrip(" ").startswith(STARTS) and not _is_number(cell)]
    assert running == []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\uff1d"])
def test_every_start_of_a_formula_is_neutralised(start):
    """Each by itself, since a spreadsheet runs what any one of them begins."""
    text = export.separated(Export(pd.DataFrame({f"{start}head": [f"{start}1+1"]})))
    head, cell = (row[0] for row in csv.reader(io.StringIO(text, newline="")))
    assert head.startswith("'")
    assert cell.startswith("'")
    assert "\r" not in text


def test_json_says_what_stands_in_the_run_and_can_be_put_into_a_page(home):
    text = call("show", "tiny", "--format", "json", "--project", str(home))
    assert refused(text) == []
    assert "</" not in text
    assert {row["label"] for row in json.loads(text)["rows"]} == set(editions.published(home, "tiny").scores["label"])


class Tags(html.parser.HTMLParser):
    """What a browser makes of a page: its tags, their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.said: list[str] = []

    def handle_starttag(self, tag, attrs):
        """Keep the tag and the names of its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        """Keep the text."""
        self.said.append(data)


def test_the_report_holds_our_tags_alone(home):
    page = Tags()
    text = call("report", "tiny", "--project", str(home))
    page.feed(text)
    assert not page.tags & {"script", "img", "iframe", "object", "a", "link", "base"}
    assert not {name for name in page.attributes if name.startswith("on") or name in ("src", "href")}
    assert refused(text) == []
    assert "<script>alert(1)</script>" in "".join(page.said)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_no_sign_that_is_not_seen(monkeypatch, home, name):
    page = open_app(monkeypatch, home, name)
    assert not page.exception
    assert [(kind, text[:80]) for kind, text in texts(page) if kind != "table" and refused(text)] == []


def test_a_download_of_a_page_is_neutralised(monkeypatch, home):
    """As a reader gets it: the bytes behind the button."""
    handed: dict[str, str] = {}
    monkeypatch.setattr(layout, "download", lambda label, data, name, mime: handed.update({name: data.decode("utf-8")}))
    assert not open_app(monkeypatch, home, "overview").exception
    assert handed
    for text in handed.values():
        assert refused(text) == []
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert [cell for cell in cells if cell.lstrip(" ").startswith(STARTS) and not _is_number(cell)] == []


def test_a_workbook_holds_text_alone():
    nasty = [*SEEN.values(), *WITH_CODES.values(), "#N/A", *(t for n, t in HIDDEN.items() if n != "half a sign")]
    content = sheets.template(
        {"groups": {name: ["low", 'a",1)+cmd("b'] for name in nasty}}, [[text, text] for text in nasty]
    )
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")}
    assert not [name for name, text in parts.items() if "<f>" in text or 't="e"' in text or "cmd(" in text]
    assert not [name for name, text in parts.items() if name.startswith("xl/worksheets") and "formula1" in text]
    book = load_workbook(io.BytesIO(content))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.quotePrefix for cell in cells} == {True}
    assert "=cmd|' /C calc'!A1" in {cell.value for cell in cells}


def test_the_workbook_of_a_place_holds_an_anchor_as_text(tmp_path):
    """The way in which an anchor of an indicator once became a formula."""
    home = group_project(tmp_path)
    path = home / "config" / "indicators" / "group" / "extortion.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    content["anchors"]["high"] = '=HYPERLINK("http://example.org";"read")'
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    book = load_workbook(io.BytesIO(entries.template(load_config(home, PLACE), ["=1+1"])))
    cells = [cell for row in book["help"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert '=HYPERLINK("http://example.org";"read")' in {cell.value for cell in cells}


def test_a_table_of_the_terminal_shows_codes(capsys):
    tables.show(
        [tables.TerminalTable(["a\x1b"], [["\x1b[2J\u202e"]], title="\x9b", caption="\x07"), tables.TerminalLine("\r")]
    )
    told = capsys.readouterr().out
    assert refused(told) == []
    assert "\\x1b[2J\\u202e" in told
