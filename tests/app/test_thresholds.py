"""The Threshold lab: settings in the address, files with faults by row, what is said whatever is chosen."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from harmmodel.app.charts import thresholds as charts
from harmmodel.app.parts import thresholds
from harmmodel.views.thresholds import sentences
from tests.app.conftest import OpenPage, is_titled, texts


def plain(page) -> str:
    return texts(page).replace("\\", "").replace("\u2060", "")


def test_the_page_says_whom_the_limit_catches_and_what_it_is_not(open_page: OpenPage):
    page = open_page("thresholds")
    assert is_titled(page, "thresholds")
    said = plain(page)
    assert "The limit of Mexico for heroin, 0.05 g, is exceeded for own use by over 99% of people who use" in said
    assert sentences.ONE_OF_MANY in said
    assert sentences.WIDENING in said
    assert "an example, not a survey" in said
    assert "No interval: neither a range nor a number of respondents was given" in said


def test_another_limit_and_other_people_change_the_answer(open_page: OpenPage):
    page = open_page("thresholds")
    page.selectbox(key="jurisdiction").set_value("portugal").run()
    page.text_input(key="median").set_value("0.5 to 0.8").run()
    assert not page.exception
    assert "The limit of Portugal for heroin, 1 g, is exceeded for own use by 30% (25% to 37%)" in plain(page)
    assert "Unverified: Law 30/2000" in plain(page)


def test_a_link_carries_its_settings(open_page: OpenPage):
    page = open_page("thresholds", jurisdiction="Oregon (US)", median="0.3", respondents="100", dose="0.1")
    assert page.text_input(key="median").value == "0.3"
    said = plain(page)
    assert "The limit of Oregon (US) for heroin, 1 g" in said
    assert "as 100 people said" in said
    assert "It holds 10 doses." in said


def test_an_own_quantity_needs_no_law(open_page: OpenPage):
    page = open_page("thresholds")
    page.selectbox(key="jurisdiction").set_value("own").run()
    page.text_input(key="grams").set_value("5").run()
    assert "A limit of 5 g of heroin is exceeded for own use by 1% of people" in plain(page)
    assert "it stands in no law" in plain(page)


def test_a_pure_limit_asks_for_a_purity_and_is_drawn_with_one(open_page: OpenPage):
    page = open_page("thresholds")
    page.selectbox(key="jurisdiction").set_value("austria").run()
    assert not page.exception
    assert "Give a purity to compare it." in plain(page)
    page.text_input(key="purity").set_value("30%").run()
    assert "As sold, that is 10 g." in plain(page)


def test_what_cannot_be_read_is_told_and_no_old_figure_stays(open_page: OpenPage):
    page = open_page("thresholds")
    page.text_input(key="median").set_value("<b>0,6</b>").run()
    page.text_input(key="dose").set_value("x").run()
    assert not page.exception
    assert "\\<b\\>" in page.error[0].value
    assert "One dose" in page.error[0].value
    assert "exceeded for own use" not in plain(page)


def test_a_substance_without_a_limit_names_those_that_have_one(open_page: OpenPage):
    page = open_page("thresholds")
    page.selectbox(key="substance").set_value("ketamine").run()
    assert not page.exception
    assert "Mexico has no quantity of ketamine" in page.error[0].value
    page.selectbox(key="jurisdiction").set_value("own").run()
    assert "Quantities of ketamine side by side" in plain(page)


def test_files_are_counted_and_tested_for_bunching(open_page: OpenPage):
    rng = np.random.default_rng(0)
    held = "grams,role\n" + "".join(f"{g:.3f},user\n" for g in rng.lognormal(np.log(0.6), 0.9, 60))
    weights = "grams\n" + "".join(f"{g:.4f}\n" for g in rng.lognormal(np.log(1), 0.6, 400))
    page = open_page("thresholds")
    page.selectbox(key="jurisdiction").set_value("portugal").run()
    page.file_uploader(key="held").set_value(("held.csv", held.encode(), "text/csv")).run()
    page.file_uploader(key="weights").set_value(("weights.csv", weights.encode(), "text/csv")).run()
    assert not page.exception
    said = plain(page)
    assert "if people hold what a file of 60 quantities says" in said
    assert "Do recorded weights bunch at the threshold?" in said
    assert "Rounded weights alone make jumps" in said


def test_faults_of_a_file_are_listed_by_row(open_page: OpenPage):
    page = open_page("thresholds")
    page.file_uploader(key="held").set_value(("held.csv", b"grams\n1\nx\n", "text/csv")).run()
    assert not page.exception
    assert "row 3" in page.error[0].value


def test_a_project_without_thresholds_says_what_to_add(open_page: OpenPage, tiny: Path):
    page = open_page("thresholds", home=tiny)
    assert not page.exception
    assert not page.error
    assert "This project describes no thresholds" in texts(page)


@pytest.mark.parametrize(("day", "statuses"), [(dt.date(2026, 11, 21), {"verified"}), (dt.date(2040, 1, 1), set())])
def test_the_official_table_holds_verified_rows_alone_and_says_so(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, day: dt.date, statuses: set[str]
):
    monkeypatch.setattr(thresholds, "today", lambda: day)
    page = open_page("thresholds")
    official = next(frame.value for frame in page.dataframe if "review_due" in frame.value.columns)
    assert set(official["status"]) == statuses
    assert [box.label.replace("\\", "").replace("\u2060", "") for box in page.expander][-2:] == [
        "Working table: unverified quantities too, not for official use",
        "Official table: verified quantities alone",
    ]


def drawn(chart) -> str:
    return str(chart.to_dict())


@pytest.mark.parametrize("is_counted", [True, False])
def test_the_threshold_is_drawn_inside_the_picture_and_named(is_counted: bool):
    import pandas as pd

    at = np.geomspace(0.01, 100, 40)
    frame = pd.DataFrame({"grams": at, "users": 1 / at, "suppliers": 0.1, "above": at > 1})
    spec = drawn(charts.distribution(frame, 1.0, "1 g", is_counted=is_counted))
    assert "1 g" in spec
    assert ("step-after" in spec) is is_counted
    assert "1 g" not in drawn(charts.distribution(frame, float("nan"), "1 g", is_counted=is_counted))
