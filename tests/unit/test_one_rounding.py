"""One number, one rounding: every figure on a page is the formatter applied to the numbers of the run."""

import io

import pandas as pd
import pytest

from harmmodel.lenses.phrases import percent
from harmmodel.views import words
from harmmodel.views.areas import explain
from harmmodel.views.areas import page as areas_page
from harmmodel.views.blocks import Table
from harmmodel.views.changes import page as changes_page
from harmmodel.views.export import FORMATS, Export
from harmmodel.views.indicators import page as indicators_page
from harmmodel.views.ordering import place_words
from harmmodel.views.overview import page as overview_page
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests.conftest import Project

WHOLE = ("Rank", "Arrests rank", "Residents", "Drug arrests")


@pytest.fixture(scope="module")
def run(project: Project) -> AreaRun:
    return editions.published(project.path, project.place)


@pytest.fixture(scope="module")
def shown(run: AreaRun) -> pd.DataFrame:
    return explain.area_ranking(run).merge(run.contrast, on=["unit_id", "label"]).set_index("label")


@pytest.fixture(scope="module")
def tables(run: AreaRun) -> dict[str, Table]:
    pages = {
        "overview": overview_page.overview(run),
        "areas": areas_page.areas(run),
        "changes": changes_page.what_changes(run),
    }
    return {name: page.table for name, page in pages.items()}


EXPECTED = {
    "Score": ("score", words.score),
    "Violence": ("violence", words.score),
    "Corruption": ("corruption", words.score),
    "Community": ("community", words.score),
    "Ratio": ("ratio", words.ratio),
    "Drug arrests": ("drug_arrests", words.count),
    "Arrests, %": ("arrest_share", lambda share: words.share(share).removesuffix("%")),
    "Violence, %": ("violence_share", lambda share: words.share(share).removesuffix("%")),
}


@pytest.mark.parametrize("page", ["overview", "areas", "changes"])
def test_every_figure_of_a_table_is_the_run_s_number_written_once(tables: dict[str, Table], shown: pd.DataFrame, page):
    table = tables[page]
    written = table.written().set_index("Area")
    assert len(written) == len(shown)
    for name, (column, form) in EXPECTED.items():
        if name in written:
            expected = shown[column].reindex(written.index).map(form)
            assert written[name].tolist() == expected.tolist(), name
    ranks = pd.Series(place_words(shown["rank"]), index=shown.index)
    assert written["Rank"].tolist() == ranks.reindex(written.index).tolist()
    assert set(table.frame.select_dtypes("number")) == set(table.formats)


@pytest.mark.parametrize("view", ["Overall", "Violence", "Corruption", "Community"])
def test_every_figure_of_the_list_is_the_run_s_number(run: AreaRun, shown: pd.DataFrame, view: str):
    rows = areas_page.areas(run, view).ranking.frame
    column = "score" if view == "Overall" else view.lower()
    labels = rows["row"].str.replace(r"^[\d.]+ ", "", regex=True)
    assert rows["figure"].tolist() == shown[column].reindex(labels).map(words.score).tolist()
    ends = [
        words.interval(low, high) for low, high in shown[[f"{column}_low", f"{column}_high"]].reindex(labels).values
    ]
    assert rows["detail"].tolist() == ends


def test_every_figure_of_the_overview_s_ranking_is_the_run_s_number(run: AreaRun, shown: pd.DataFrame):
    rows = overview_page.overview(run).harm.frame
    labels = rows["row"].str.replace(r"^[\d.]+ ", "", regex=True)
    assert rows["figure"].tolist() == shown["score"].reindex(labels).map(words.score).tolist()


def test_downloads_of_two_pages_hold_the_same_numbers_and_lead_back_to_the_run(run: AreaRun, tables: dict[str, Table]):
    read = {
        name: pd.read_csv(io.StringIO(FORMATS["csv"].text(Export(table.download))), dtype=str)
        for name, table in tables.items()
    }
    for name, frame in read.items():
        assert set(frame["run_id"]) == {run.run_id}, name
        assert set(frame["as_of"]) == {str(run.manifest["as_of"])}
        assert set(frame["unit_id"]) == set(run.units["unit_id"])
        for column in WHOLE:
            assert frame.get(column, pd.Series(dtype=str)).dropna().str.isdecimal().all(), (name, column)
    by_unit = [read[name].set_index("unit_id")["Score"].sort_index() for name in ("overview", "areas")]
    assert by_unit[0].equals(by_unit[1])


def test_a_share_in_a_reason_is_rounded_as_a_number_on_a_page():
    for thousandths in range(10, 991):
        share = thousandths / 1000
        assert percent(share) == f"{words.number(100 * share)}%"


def test_goalposts_are_printed_as_they_are_set(run: AreaRun):
    for name in indicators_page.options(run):
        facts = dict(indicators_page.register(run, name).card.facts.itertuples(index=False, name=None))
        posts = run.config.goalposts[name]
        opening = f"{words.exact(posts.low)} and {words.exact(posts.high)}. "
        assert facts["Goalposts"].startswith(opening)
        assert float(words.exact(posts.high).replace(",", "")) == posts.high
