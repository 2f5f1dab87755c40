"""Words: what the doctests of the formats do not show, and hostile labels."""

import csv
import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from harmmodel.views import words
from harmmodel.views.export import FORMATS, Export
from harmmodel.views.ordering import overlap_groups, overlap_sentence

HOSTILE = [
    "<script>alert(1)</script>",
    "![x](http://example.org/p.png)",
    "[click](javascript:alert(1))",
    "**bold** `code` $x^2$",
    ":red[stop] :material/home: :smile:",
    "# head\n- list",
    "www.example.org",
]


@pytest.mark.parametrize("value", [float("nan"), None, float("inf")])
@pytest.mark.parametrize(
    "form",
    [words.score, words.share, words.ratio, words.excess, words.rate, words.count, words.rank],
)
def test_what_is_not_known_is_a_dash(form, value):
    assert form(value) == words.MISSING


def test_a_count_is_small_below_k_and_told_from_k_on():
    assert [words.count(n, k=5) for n in (4, 5, 6)] == ["fewer than 5", "5", "6"]


def test_what_rounds_up_to_a_tenth_is_not_said_to_be_under_it():
    assert [words.share(n) for n in (0.0004, 0.0005)] == ["under 0.1%", "0.1%"]
    assert [words.ratio(n) for n in (0.04, 0.05)] == ["under 0.1×", "0.1×"]
    assert words.listing(["A", "B"], at_most=2) == "A and B"
    assert (words.areas(12), words.areas(13)) == ("twelve areas", "13 areas")


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_stay_text(label: str):
    escaped = words.plain_markdown(label)
    assert "\n" not in escaped
    for sign in "<>[]*`$#!_":
        assert sign not in escaped.replace(f"\\{sign}", "")
    assert ":smile:" not in escaped
    assert "www." not in escaped


def test_an_escaped_label_reads_as_it_was_written():
    escaped = words.plain_markdown("O'Hare (north) & 1.5")
    assert escaped.replace("\\", "").replace(words.JOINER, "") == "O'Hare (north) & 1.5"


def test_downloads_hold_no_formula_and_numbers_stay_numbers():
    frame = pd.DataFrame({"=name": ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "Loop"], "score": [-1.5, 2, 3, 4, 5, 6, 7]})
    header, *rows = csv.reader(io.StringIO(FORMATS["csv"].text(Export(frame)), newline=""))
    assert header == ["'=name", "score"]
    assert rows[0] == ["'=1+1", "-1.5"]
    assert rows[-1] == ["Loop", "7.0"]
    assert all(cell.startswith("'") for cell, _ in rows[:-1])
    assert FORMATS["csv"].text(Export(frame, seal="EXERCISE")).startswith("EXERCISE\n")


def test_a_line_end_inside_a_cell_ends_no_row():
    text = FORMATS["csv"].text(Export(pd.DataFrame({"a": ["one\rtwo", "one\r\ntwo", "one\ntwo"], "b": [1, 2, 3]})))
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], *([["one\ntwo", n] for n in "123"])]


def test_members_of_a_group_all_overlap_each_other():
    lows, highs = [60, 50, 40, 30], [70, 65, 55, 45]
    for first, last in overlap_groups(lows, highs):
        assert max(lows[first - 1 : last]) <= min(highs[first - 1 : last])


def test_neighbours_of_two_groups_are_said_to_overlap_only_when_they_do():
    assert "across groups" in overlap_sentence([60, 50, 40, 30], [70, 65, 55, 45])
    assert "across groups" not in overlap_sentence([60, 55, 20, 10], [70, 65, 30, 25])


def test_one_rank_is_not_a_range():
    assert words.rank_range(3, 3, 77) == "rank 3 of 77"


def test_hostile_labels_do_not_run_in_the_app():
    app = AppTest.from_string(
        "import streamlit as st\nfrom harmmodel.views.words import plain_markdown\n"
        f"st.markdown(plain_markdown({HOSTILE[0]!r}))"
    ).run()
    assert "\\<script\\>" in app.markdown[0].value
