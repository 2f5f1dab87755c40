"""Validation: the verdict first, pictures that follow the choice, and what is said when there is nothing to show."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from harmmodel import pipeline
from harmmodel.app.charts import validation
from harmmodel.cli import app
from harmmodel.errors import ValidationImpossible
from harmmodel.views.validation import intervals
from harmmodel.views.validation import page as view
from harmmodel.views.words import unescaped
from harmmodel.warehouse.store import editions, results, runs
from tests.app.conftest import OpenPage, is_titled, texts
from tests.tiny import tiny_project

CANDIDATES = {"violence_pillar": 0.60, "drug_arrests": 0.45, "violence_last": 0.59, "all_crime": 0.58, "random": 0.20}
LIMIT = "A limit made up for this test."


def made_up_intervals(**changed: float | None) -> results.Document:
    """Figures of made-up places that hold; *changed* replaces some of the lognormal world."""
    gamma = {"all": 0.9, "leading": 0.88, "small": 0.86, "stated": 60, "true": 0.95}
    gamma |= {f"narrow_{name}": 0.8 for name in ("all", "leading", "small")}
    worlds = [
        {"world": "gamma", "replicates": 20, **gamma},
        {"world": "lognormal", "replicates": 20, **gamma, "all": 0.92, "stated": 84, "true": 0.93, **changed},
    ]
    return {
        "draws": 500,
        "areas": 77,
        "small": 8,
        "small_residents": 14_000.0,
        "stated": [0.8, 0.95],
        "worlds": worlds,
    }


def made_up(verdict: str = "Ordering by <b>violence</b> finds more.") -> results.Document:
    """A small result: areas and two sizes of cells, of which one has no assaults; one origin, too few homicides."""
    head = {"origin": "2024-03-01", "outcome": "aggravated_assault", "resolution": "9", "events": 400}
    rows, curves = [], []
    for name, hit in CANDIDATES.items():
        pei = {"pei": hit, "pei_low": hit - 0.05, "pei_high": hit + 0.05}
        rows.append(head | {"candidate": name, "share": 0.1, "sufficient": True, "hit_rate": hit, **pei})
        rows.append(head | {"outcome": "homicide", "events": 7, "candidate": name, "share": 0.1, "sufficient": False})
        rows += [rows[-1] | {"resolution": "area"}, rows[-1] | {"resolution": "7"}, rows[-2] | {"resolution": "area"}]
        curves += [
            head | {"resolution": size, "candidate": name, "share": s, "hit_rate": hit * s / 0.2, "land_share": s}
            for size in ("9", "area")
            for s in (0.1, 0.2)
        ]
    empty = ("whole", "stability", "concentration", "shared", "halves", "partial", "left_out")
    return {
        "run_id": "made-up",
        "cost": "residents",
        "outcomes": [
            {"id": "aggravated_assault", "label": "aggravated assaults", "pillar": "violence"},
            {"id": "homicide", "label": "homicides", "pillar": "violence"},
        ],
        "created_at": "2026-11-21T00:00:00+00:00",
        "verdict": [verdict, "Where it does not: nowhere."],
        "intervals": made_up_intervals(),
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
    assert unescaped(page.markdown[0].value).endswith("finds more. Where it does not: nowhere.")
    assert LIMIT.replace(".", "\\.") in texts(page)


def test_other_units_draw_another_comparison(open_page: OpenPage, validated: Path):
    page = open_page("validation", home=validated)
    assert page.button_group(key="units").value == "Areas"  # what is published comes first
    assert "No comparison" not in texts(page)
    page.button_group(key="units").set_value("Resolution 7, 5 km²").run()
    assert not page.exception
    assert "No comparison" in texts(page)


def test_few_events_are_insufficient_and_not_drawn(open_page: OpenPage, validated: Path):
    page = open_page("validation", home=validated)
    page.button_group(key="later").set_value("Homicides").run()
    assert not page.exception
    assert "Insufficient" in texts(page)
    assert "Only 7 homicides" in texts(page)


def test_whether_intervals_hold_is_told_from_the_figures(open_page: OpenPage, validated: Path):
    page = open_page("validation", home=validated)
    assert "Do the intervals hold?" in [header.value for header in page.header]
    said = unescaped(texts(page))
    assert (
        "On made-up places whose truth is known, 90% intervals of the score held the truth in 90% (gamma) and 92% "
        "(lognormal) of all areas, in 88% and 88% of the leading ones and in 86% and 86% of the small ones (intervals "
        "of drawn rates alone in 80% and 80% of all); a share of draws in the top between 80% and 95% was stated 144 "
        "times, and 94% of them came true."
    ) in said
    assert "do not hold" not in said
    run = editions.published(validated, "tiny")
    (table,) = intervals.held(run, view.document(run)).tables
    assert list(table.written()["Small, rates alone"]) == ["80%", "80%"]
    assert table.download["Stated"].tolist() == [60, 84]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"all": 0.85}, "do not hold (under 86% of all areas with lognormal truth)"),
        ({"leading": 0.83}, "do not hold (under 84% of leading areas with lognormal truth)"),
        ({"small": 0.8, "true": 0.7}, "small areas with lognormal truth and under 75% of statements true"),
    ],
)
def test_intervals_that_fall_short_are_said_not_to_hold(changed, told):
    assert told in intervals.sentence(made_up_intervals(**changed), (0.05, 0.95))


def test_what_is_not_known_of_intervals_is_neither_a_fault_nor_nothing():
    told = intervals.sentence(made_up_intervals(small=None, stated=0, true=None), (0.05, 0.95))
    assert "do not hold" not in told
    assert "in 86% and – of the small ones" in told
    assert "was stated 60 times, and 95% of them came true" in told
    few = made_up_intervals(stated=3, true=0.0)
    few["worlds"] = few["worlds"][1:]
    assert "stated 3 times, and 0% of them came true, too few to judge by" in intervals.sentence(few, (0.05, 0.95))


def test_without_any_overall_score_whether_intervals_hold_is_not_known():
    worlds = [row | {"all": None} for row in made_up_intervals()["worlds"]]
    told = intervals.sentence(made_up_intervals() | {"worlds": worlds}, (0.05, 0.95))
    assert told == "Whether the intervals hold is not known: no area of a made-up place has an overall score."


def test_a_validation_from_before_says_how_to_get_the_section(open_page: OpenPage, tmp_path: Path):
    home = tiny_project(tmp_path)
    run_id = pipeline.run(home, "tiny")
    old = {name: part for name, part in made_up().items() if name != "intervals"}
    results.write(runs.home(home) / run_id, "validation", "0123456789ab", old)
    page = open_page("validation", home=home)
    assert not page.exception
    assert "made before intervals were tried on made-up places" in texts(page)
    assert "`harmmodel validate tiny`" in texts(page)


def test_at_most_four_lines_are_drawn_and_each_is_named_at_its_end(validated: Path):
    run = editions.published(validated, "tiny")
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
    run = editions.published(validated, "tiny")
    rows = view.compared(run, view.document(run), "9", "2024-03-01", "aggravated_assault").rows.frame
    assert rows["candidate"].iloc[0] == "violence_pillar"
    assert rows["detail"].iloc[0] == "0.55–0.65"


def test_a_place_without_later_records_is_refused_with_what_to_do(bare: Path):
    outcome = CliRunner().invoke(app, ["validate", "tiny", "--project", str(bare)])
    assert isinstance(outcome.exception, ValidationImpossible)
    assert str(outcome.exception).startswith("tiny cannot be validated, because its files hold 3 whole months")
