"""What verbs hand out: a format that is added reaches every verb and page; no text of config or data is markup."""

import csv
import io

import pytest
import yaml
from rich.console import Console
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from harmmodel import pipeline
from harmmodel.cli import app, tables
from harmmodel.cli.tables import TerminalLine, TerminalTable
from harmmodel.views.export import FORMATS, Format, separated
from tests.conftest import ROOT
from tests.tiny import tiny_project

MARKUP = "[/x] [red]r[/red] :smile: [link=//y]"


def call(*words: str) -> str:
    outcome = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


@pytest.fixture
def tabbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a format while the tests run, by its one entry."""
    made = Format("tsv", "tabs", "text/tab-separated-values", lambda rows: separated(rows, "\t"), on_pages=True)
    monkeypatch.setitem(FORMATS, "tsv", made)


@pytest.mark.usefixtures("tabbed")
def test_a_format_that_is_added_is_offered_and_printed_by_a_verb():
    asked = ("thresholds", "--substance", "heroin", "--project", str(ROOT))
    assert "'tsv'" in CliRunner().invoke(app, ["thresholds", "--format", "nonsense"]).stderr
    first, second = (
        list(csv.reader(io.StringIO(call(*asked, "--format", name)), delimiter=by))
        for name, by in (("tsv", "\t"), ("csv", ","))
    )
    assert first == second
    assert len(first) > 20


def test_the_former_name_of_the_terminals_format_is_still_understood():
    asked = ("thresholds", "--substance", "heroin", "--project", str(ROOT))
    assert call(*asked, "--format", "text") == call(*asked, "--format", "table") == call(*asked)


@pytest.mark.usefixtures("tabbed")
def test_a_format_that_is_added_is_offered_under_every_table_of_a_page():
    page = AppTest.from_string(
        "import pandas as pd\nfrom harmmodel.app import layout\nfrom harmmodel.views.blocks import Table\n"
        "layout.table(Table('All', pd.DataFrame({'a': ['=1', 'x']}), 'place-all.csv', 'All of it'))"
    ).run()
    assert not page.exception
    assert [button.label for button in page.get("download_button")] == ["Download as CSV", "Download as tabs"]


def test_a_table_in_the_terminal_reads_no_markup():
    shown = TerminalTable(
        columns=[MARKUP], rows=[[f"{MARKUP} in a cell"]], title=f"{MARKUP} on top", caption=f"{MARKUP} below"
    )
    console = Console(width=200, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(tables.drawn(shown))
    printed = console.file.getvalue()
    assert printed.count(MARKUP) == 4
    assert "\x1b[31m" not in printed, "nothing is red"


def test_a_line_in_the_terminal_reads_no_markup(capsys: pytest.CaptureFixture[str]):
    tables.show(
        [TerminalLine(MARKUP), TerminalLine(MARKUP, is_bold=True, wraps=True), TerminalLine(MARKUP, aside=True)]
    )
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"{MARKUP}\n{MARKUP}\n", f"{MARKUP}\n")


def test_no_verb_reads_markup_in_a_label(tmp_path):
    home = tiny_project(tmp_path)
    place = home / "config" / "places" / "tiny"
    content = yaml.safe_load((place / "place.yaml").read_text("utf-8")) | {"label": MARKUP}
    (place / "place.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    scheme = yaml.safe_load((home / "config" / "scheme.yaml").read_text("utf-8"))
    for pillar in scheme["pillars"]:
        pillar["label"] = f"{MARKUP} {pillar['id']}"
    (home / "config" / "scheme.yaml").write_text(yaml.safe_dump(scheme, allow_unicode=True), "utf-8")
    area = place / "core" / "core_area.sql"
    area.write_text(area.read_text("utf-8").replace("a.area as label", f"'{MARKUP} ' || a.area as label"), "utf-8")
    pipeline.run(home, "tiny")
    shown = " ".join(call("show", "tiny", "--project", str(home)).split())
    assert shown.count(MARKUP) == 6, "the place in the title, four areas, the pillar under the table"
    for words in (("explain", "tiny", "00"), ("robustness", "tiny")):
        assert MARKUP in " ".join(call(*words, "--project", str(home)).split())
