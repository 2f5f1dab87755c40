"""Validation: the verdict first, pictures that follow the choice, and what is said when there is nothing to show."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from harmmodel import pipeline
from harmmodel.app.charts import validation
from harmmodel.cli import app
from harmmodel.errors import ValidationImpossible
from harmmodel.views.validation import page as view
from harmmodel.warehouse.store import results, runs
from tests.app.conftest import OpenPage, is_titled, texts
from tests.tiny import tiny_project

CANDIDATES = {"violence_pillar": 0.60, "drug_arrests": 0.45, "violence_last": 0.59, "all_crime": 0.58, "random": 0.20}
LIMIT = "A limit made up for this test."


def made_up(verdict: str = "Ordering by <b>violence</b> finds more.") -> results.Document:
    """A small result: two sizes of unit, one origin, too few homicides."""
    head = {"origin": "2024-03-01", "outcome": "aggravated_assault", "resolution": "9", "events": 400}
    rows, curves = [], []
    for name, hit in CANDIDATES.items():
        pei = {"pei": hit, "pei_low": hit - 0.05, "pei_high": hit + 0.05}
        rows.append(head | {"candidate": name, "share": 0.1, "sufficient": True, "hit_rate": hit, **pei})
        rows.append(head | {"outcome": "homicide", "events": 7, "candidate": name, "share": 0.1, "sufficient": False})
        rows.append(rows[-1] | {"resolution": "area"})
        curves += [
            head | {"candidate": name, "share": s, "hit_rate": hit * s / 0.2, "land_share": s} for s in (0.1, 0.2)
        ]
    empty = ("whole", "stability", "concentration", "shared", "halves", "partial", "left_out")
    return {
        "run_id": "made-up",
        "created_at": "2026-11-21T00:00:00+00:00",
        "verdict": [verdict, "Where it does not: nowhere."],
        "limits": [LIMIT],
        "checks": ["Left out one at a time, nothing changes."],
        "origins": [{"as_of": "2024-03-01", "start": "2024-03-01", "stop": "2024-06-01", "full": True}],
        "rows": rows,
        "curves": curves,
        "tried": [{"resolution": "9", "method": "without shrinkage", "pei_0.1": 0.5, "spearman": 0.7}],
        "published": [
            {"what": "50% of crime", "figure": "4.7% to 6.1%", "unit": "street segments", "source": "a book"}
        ],
        "units": "Segments are not cells.",
        **{name: [] for name in empty},
    }


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a run that nobody validated."""
    home = tiny_project(tmp_path_factory.mktemp("bare"))
    pipeline.run(home, "tiny")
    return home


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a run and a result beside it."""
    home = tiny_project(tmp_path_factory.mktemp("validated"))
    run_id = pipeline.run(home, "tiny")
    results.write(runs.home(home) / run_id, "validation", "0123456789ab", made_up())
    return home


def test_without_a_result_the_page_says_what_to_do(open_page: OpenPage, bare: Path):
    page = open_page("validation", home=bare)
    assert not page.exception
    assert is_titled(page, "validation")
    assert "There is no verdict yet" in texts(page)
    assert "`harmmodel validate tiny`" in texts(page)


def test_the_verdict_comes_first_and_its_words_are_escaped(open_page: OpenPage, validated: Path):
    page = open_page("validation", home=validated)
    assert not page.exception
    assert page.markdown[0].value.startswith("**Ordering by \\<b\\>violence")
    assert LIMIT.replace(".", "\\.") in texts(page)


def test_other_units_draw_another_comparison(open_page: OpenPage, validated: Path):
    page = open_page("validation", home=validated)
    page.button_group(key="units").set_value("Areas").run()
    assert not page.exception
    assert "No comparison" in texts(page)


def test_few_events_are_insufficient_and_not_drawn(open_page: OpenPage, validated: Path):
    page = open_page("validation", home=validated)
    page.button_group(key="later").set_value("Homicides").run()
    assert not page.exception
    assert "Insufficient" in texts(page)
    assert "Only 7 homicides" in texts(page)


def test_at_most_four_lines_are_drawn_and_each_is_named_at_its_end(validated: Path):
    run = runs.published(validated, "tiny")
    comparison = view.compared(run, view.document(run), "9", "2024-03-01", "aggravated_assault")
    assert comparison.curve.frame["candidate"].nunique() == 4
    drawn = validation.capture(comparison.curve.frame, comparison.cost).to_dict()
    labels = [row["label"] for rows in drawn["datasets"].values() for row in rows if "label" in row]
    assert labels == [
        "Violence pillar  60%",
        "Violence, last period's count  59%",
        "All recorded crime  58%",
        "Drug arrests  45%",
    ]
    offsets = [layer["mark"]["dy"] for layer in drawn["layer"] if layer["mark"]["type"] == "text"]
    assert offsets == sorted(offsets[:3]) + offsets[3:]
    assert "violence pillar 60%" in comparison.curve.alt


def test_rows_are_ordered_by_efficiency_with_their_interval(validated: Path):
    run = runs.published(validated, "tiny")
    rows = view.compared(run, view.document(run), "9", "2024-03-01", "aggravated_assault").rows.frame
    assert rows["candidate"].iloc[0] == "violence_pillar"
    assert rows["detail"].iloc[0] == "0.55–0.65"


def test_a_place_without_later_records_is_refused_with_what_to_do(bare: Path):
    outcome = CliRunner().invoke(app, ["validate", "tiny", "--project", str(bare)])
    assert isinstance(outcome.exception, ValidationImpossible)
    assert "no source with use: validation" in str(outcome.exception)
