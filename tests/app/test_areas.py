"""The Areas page: map, ranking and detail agree, and say their doubts."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from harmmodel.app.charts import areas, indicators, map_labels, maps
from harmmodel.lenses.phrases import half_up
from harmmodel.views import words
from harmmodel.views.areas import detail
from harmmodel.views.areas import page as areas_page
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests.app.conftest import OpenPage, texts
from tests.conftest import Project


@pytest.fixture(scope="module")
def run(project: Project) -> AreaRun:
    return editions.published(project.path, project.place)


def test_a_link_opens_the_area_it_names(open_page: OpenPage, run: AreaRun):
    unit = str(run.units.loc[run.units["label"] == "Burnside", "unit_id"].iloc[0])
    for asked in (unit, "burnside"):
        page = open_page("areas", unit=asked)
        assert page.selectbox(key="unit").value == unit
        assert page.query_params["unit"] == unit


def test_a_link_to_no_area_is_told_and_the_first_is_shown(open_page: OpenPage, run: AreaRun):
    page = open_page("areas", unit="**nobody**")
    assert "no community area" in texts(page)
    assert page.selectbox(key="unit").value == run.scores.sort_values("rank")["unit_id"].iloc[0]


def test_the_chosen_area_is_written_into_the_link_and_shown(open_page: OpenPage, run: AreaRun):
    row = run.scores.sort_values("rank").iloc[-1]
    page = open_page("areas")
    page.selectbox(key="unit").set_value(row["unit_id"]).run()
    assert page.query_params["unit"] == row["unit_id"]
    shown = texts(page)
    assert words.plain_markdown(row["label"]) in [header.value for header in page.header]
    assert f"harm score **{words.score(row['score'])}**" in shown
    assert words.rank_range(row["rank_low"], row["rank_high"], len(run.scores)) in shown
    assert "Not part of the score" in shown


def test_the_list_is_in_the_order_of_the_chosen_pillar(open_page: OpenPage, run: AreaRun):
    page = open_page("areas")
    page.segmented_control(key="by").set_value("Corruption").run()
    first = run.scores.sort_values("corruption", ascending=False).iloc[0]
    told = f"{words.plain_markdown(first['label'])} with {words.score(first['corruption'])}"
    assert f"the highest is {told}" in texts(page)
    rows = areas_page.areas(run, "Corruption").ranking.frame
    assert rows["row"].iloc[0] == f"1 {first['label']}"
    assert rows["value"].is_monotonic_decreasing


def test_a_place_with_one_pillar_and_hostile_labels_is_shown_as_text(open_page: OpenPage, tiny: Path):
    for by in ("Overall", "Violence", "Community"):
        page = open_page("areas", home=tiny, place="tiny", by=by)
        assert not page.exception
    assert "only one pillar is scored" in texts(open_page("areas", home=tiny, place="tiny"))


def test_overlaps_and_doubts_are_said(run: AreaRun):
    assert "overlap: read" in areas_page.areas(run).ranking.note
    assert "90% interval" in areas_page.areas(run).ranking.how_to_read


def layers(chart: Any) -> list[dict[str, Any]]:
    drawn: list[dict[str, Any]] = chart.to_dict()["layer"]
    return drawn


def drawn_map(run: AreaRun, frame: pd.DataFrame, pillar: str | None = None) -> Any:
    return maps.area_map(run.boundaries, frame, areas_page.areas(run).classes, pillar=pillar, selected="25")


def test_a_click_on_the_map_answers_with_the_unit_at_the_top_of_each_shape(run: AreaRun):
    shown = drawn_map(run, areas_page.areas(run).map.frame).to_dict()
    shapes = shown["data"]["values"]
    assert {shape["unit_id"] for shape in shapes} == set(run.units["unit_id"])
    (parameter,) = (given for given in shown["params"] if "select" in given)
    assert parameter["name"] == maps.SELECTION
    assert parameter["select"]["fields"] == ["unit_id"]


def test_a_map_is_drawn_once_whichever_area_is_chosen(run: AreaRun):
    result = areas_page.areas(run)
    first, second = (
        maps.area_map(run.boundaries, result.map.frame, result.classes, pillar=None, selected=unit).to_dict()
        for unit in ("25", "9")
    )
    for shown, unit in ((first, "25"), (second, "9")):
        assert [given["value"] for given in shown["params"] if given["name"] == maps.CHOSEN] == [unit]
    assert first["layer"] is second["layer"]


def test_rings_run_clockwise_so_that_an_area_is_not_everything_else(run: AreaRun):
    shapes = drawn_map(run, areas_page.areas(run).map.frame, "violence").to_dict()["data"]["values"]
    shape = shapes[0]["geometry"]
    ring = shape["coordinates"][0][0] if shape["type"] == "MultiPolygon" else shape["coordinates"][0]
    area_twice = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))
    assert area_twice < 0


def test_no_number_on_the_map_lies_on_another_or_under_the_name_of_the_chosen_area(run: AreaRun):
    shown = drawn_map(run, areas_page.areas(run).map.frame).to_dict()
    features = shown["data"]["values"]
    boxes = map_labels.label_boxes(features, "25", maps.WIDTH, maps.HEIGHT)
    assert len(boxes) > 1
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    assert sum(f["numbered"] for f in features) <= int((run.scores["tier"] == "focus").sum())


def test_the_legend_of_a_map_states_the_bounds_of_the_scores_of_the_place(run: AreaRun):
    result = areas_page.areas(run)
    whole = [half_up(score) for score in run.scores["score"].dropna()]
    assert result.classes.words[0].startswith(f"{min(whole):.0f}")
    assert result.classes.words[-1].endswith(f"{max(whole):.0f}")
    assert "fitted to the scores here" in result.colours


def test_an_area_without_a_score_is_dashed(run: AreaRun):
    frame = areas_page.areas(run).map.frame.copy()
    assert not any("strokeDash" in layer["mark"] for layer in layers(drawn_map(run, frame)))
    frame.loc[frame["unit_id"] == "9", "value"] = float("nan")
    drawn = layers(drawn_map(run, frame))
    assert any("strokeDash" in layer["mark"] for layer in drawn)


def test_every_area_stands_behind_the_chosen_one(run: AreaRun):
    area = detail.area(run, "Burnside")
    assert len(area.pillars.ticks) == 3 * len(run.units)
    assert area.pillars.rows["pillar"].tolist() == ["violence", "corruption", "community"]
    assert layers(areas.strips(area.pillars.rows, area.pillars.ticks))


def test_the_labels_at_the_line_ends_never_touch(run: AreaRun):
    shown = detail.area(run, "Burnside").trend
    ends = [
        layer["mark"]["dy"]
        for layer in layers(areas.trend(shown.area, shown.city, labels=shown.labels, pillar="violence"))[-2:]
    ]
    top = max(shown.area["high"].max(), shown.city["rate"].max())
    distance = (shown.area["rate"].iloc[-1] - shown.city["rate"].iloc[-1]) / top * areas.HEIGHT
    assert abs(distance - (ends[0] - ends[1])) >= areas.GAP - 1e-6


def test_each_area_has_its_own_place_in_the_spread():
    rates = pd.DataFrame({"unit_id": list("abc"), "label": list("ABC"), "rate": [1.0, 1.01, 9.0]})
    dots = indicators.stacked(rates, start=0, end=10)
    assert dots["place"].tolist() == [1, 2, 1]
    assert not dots.duplicated(["at", "place"]).any()
