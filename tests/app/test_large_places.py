"""Many areas stay readable: colours fitted to the place, a part of it at a time, and no label on another."""

import json
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import yaml
from streamlit.testing.v1 import AppTest

from harmmodel import pipeline
from harmmodel.app.charts import changes, map_labels, maps
from harmmodel.app.charts import rows as row_charts
from harmmodel.config import load_config
from harmmodel.errors import ConfigError
from harmmodel.views import classes
from harmmodel.views.areas import page, part
from harmmodel.views.label_layout import Box, place_labels, text_box
from harmmodel.warehouse.store import editions
from harmmodel.warehouse.store.runs import AreaRun
from tests import tiny as tiny_place
from tests.app.conftest import open_app, texts
from tests.tiny import tiny_project

SIDE = 37  # 37 times 37 squares are 1,369 areas
MARKED = "**West** $end$ `x` <b>"


def scores(values: list[float], reach: float) -> pd.DataFrame:
    """Scores with an interval that reaches as far to both sides."""
    at = np.array(values, dtype=float)
    return pd.DataFrame({"value": at, "low": at - reach, "high": at + reach})


def test_scores_that_lie_close_together_still_differ_in_colour():
    frame = scores([3, 3, 4, 8, 9, 9, 14, 15, 20, 20], reach=0.4)
    found = classes.fitted(frame)
    assert found.words[0].startswith("3")
    assert found.words[-1].endswith("20")
    assert 3 < len(found.words) <= classes.MOST
    assert {found.said(value) for value in frame["value"]} == set(found.words)


@pytest.mark.parametrize(
    ("values", "reach", "words"),
    [
        ([12, 12, 12], 1, ("12",)),
        ([5, 5, 9], 0.5, ("5–8", "9")),
        ([5, 9, 14, 20], 30, ("5–20",)),  # every interval overlaps every other, so nothing parts them
        ([float("nan")], 1, ()),
    ],
)
def test_few_scores_and_scores_that_nothing_parts_have_few_colours(values: list[float], reach: float, words: Any):
    found = classes.fitted(scores(values, reach))
    assert found.words == words
    assert len(maps.ramp(None, len(words))) == len(words)


def test_natural_breaks_have_the_least_spread_of_all():
    values, counts = np.array([1, 2, 4, 7, 8, 13, 30]), np.array([4, 2, 5, 1, 1, 2, 1])

    def spread(starts: tuple[int, ...]) -> float:
        group = np.searchsorted(starts, values, side="right")
        parts = [(values[group == g], counts[group == g]) for g in set(group)]
        return float(sum((n * (v - np.average(v, weights=n)) ** 2).sum() for v, n in parts))

    best = min(((1, *rest) for rest in combinations(values[1:].tolist(), 2)), key=spread)
    assert classes.natural_breaks(values, counts, 3) == list(best)


def test_how_many_intervals_reach_into_another_colour_is_said():
    frame = scores([3, 5, 19, 20], reach=0.2)
    assert "Of 4 areas, 0 have an interval" in classes.sentence(classes.fitted(frame), frame, "areas")
    frame.loc[0, "high"] = 30
    assert "Of 4 areas, 1 have an interval" in classes.sentence(classes.fitted(frame), frame, "areas")


@pytest.fixture(scope="module")
def squares() -> dict[str, Any]:
    """A grid of 1,369 squares."""
    features = []
    for n in range(SIDE**2):
        x, y = (n % SIDE) / 100, 40 + n // SIDE / 100
        ring = [[x, y], [x, y + 0.01], [x + 0.01, y + 0.01], [x + 0.01, y], [x, y]]
        outline = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "unit_id": str(n), "label": f"Square {n}", "geometry": outline})
    return {"type": "FeatureCollection", "features": features}


def test_no_two_labels_meet_on_a_map_of_1369_areas(squares: dict[str, Any]):
    values = np.linspace(100, 1, SIDE**2)
    frame = pd.DataFrame({"unit_id": [str(n) for n in range(SIDE**2)], "value": values})
    frame = frame.assign(rank=[f"{n + 1:,}" for n in range(SIDE**2)], focus=frame.index < 300)
    found = classes.fitted(scores(values.tolist(), 0.1))
    drawn = maps.area_map(squares, frame, found, pillar=None, selected="40").to_dict()
    features = drawn["data"]["values"]
    boxes = map_labels.label_boxes(features, "40", maps.WIDTH, maps.HEIGHT)
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    numbered = [f["rank"] for f in features if f["numbered"]]
    assert numbered[0] == "1"  # the most important is never the one that gives way
    assert 20 < len(numbered) < 300
    hidden = next(given["value"] for given in drawn["params"] if given["name"] == maps.COVERED)
    assert hidden
    assert "40" not in {f["unit_id"] for f in features if f["numbered"]} - set(hidden)


def test_no_two_names_meet_among_1369_points():
    rng = np.random.default_rng(3)
    points = [(float(x), float(y)) for x, y in rng.uniform(0, 500, size=(SIDE**2, 2))]
    texts_ = {n: f"Area number {n}" for n in range(400)}
    clear = [(x, y) for x, y in points[:400]] + [(x / 4, y / 4) for x, y in points[400:]]
    placed = place_labels(clear, texts_, area=Box(0, 0, 600, 500))
    boxes = []
    for label in placed:
        x, y = clear[label.index][0] + label.dx, clear[label.index][1] + label.dy
        half = 0.54 * 12 * len(texts_[label.index]) / 2
        shift = {"left": half, "right": -half, "center": 0}[label.align]
        boxes.append(text_box(x + shift, y, texts_[label.index], 12))
    assert len(boxes) > 5
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))


def test_an_enlarged_map_shows_what_is_around_the_area(squares: dict[str, Any]):
    run = cast(AreaRun, SimpleNamespace(boundaries=squares))
    whole = frozenset(str(n) for n in range(SIDE**2))
    middle = str(SIDE * (SIDE // 2) + SIDE // 2)
    sizes = [len(part.around(run, middle, zoom, whole)) for zoom in part.ZOOMS]
    assert sizes[0] == SIDE**2
    assert sizes == sorted(sizes, reverse=True)
    assert part.FEWEST <= sizes[-1] < SIDE**2 / 20
    near = part.around(run, middle, "8×", whole)
    assert {middle, str(int(middle) + 1), str(int(middle) - SIDE)} <= near
    assert part.around(run, "nobody", "8×", whole) == whole


def test_ticks_of_many_ranks_are_few():
    for units in (77, 400, 1_369, 30_000):
        axis = changes.rank_axis(units)
        assert isinstance(axis, row_charts.Axis)
        assert axis.ticks[0] == units
        assert axis.ticks[-1] == 1
        assert len(axis.ticks) <= 8


def districted(home: Path, column: str = "ward", **changes: Any) -> Path:
    """Let the outlines of the tiny place say in which ward each square lies; *changes* go into place.yaml."""
    tiny_project(home)
    config, data = home / "config" / "places" / "tiny", home / "data" / "tiny"
    outlines = json.loads((data / "areas.geojson").read_text("utf-8"))
    for feature in outlines["features"]:
        feature["properties"]["ward"] = MARKED if feature["properties"]["area"].startswith("0") else "East"
    (data / "areas.geojson").write_text(json.dumps(outlines), "utf-8")
    tiny_place.write_place(home)
    path = config / "sources" / "areas.yaml"
    passport = yaml.safe_load(path.read_text("utf-8"))
    passport["columns"]["ward"] = {"type": "text", "tells": "neither", "means": "Ward."}
    passport["labels"] = [*passport.get("labels", []), "ward"]
    path.write_text(yaml.safe_dump(passport, sort_keys=False), "utf-8")
    path = config / "place.yaml"
    place = yaml.safe_load(path.read_text("utf-8")) | {"district": column} | changes
    path.write_text(yaml.safe_dump(place, sort_keys=False), "utf-8")
    return home


@pytest.fixture(scope="module")
def wards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny place in two wards, with a finished run."""
    home = districted(tmp_path_factory.mktemp("wards"))
    pipeline.run(home, "tiny")
    return home


def test_areas_are_narrowed_to_a_district_with_their_places_in_the_whole(wards: Path):
    run = editions.published(wards, "tiny")
    assert part.districts(run) == {"": "All 2 districts", MARKED: f"{MARKED} (2)", "East": "East (2)"}
    whole, east = (page.areas(run, "Overall", page.Shown(district)) for district in ("", "East"))
    assert set(east.map.frame["unit_id"]) == {"10", "11"}
    assert set(east.ranking.frame["row"]) < set(whole.ranking.frame["row"])
    assert east.classes == whole.classes
    assert east.table.label == "Table of 2 areas in East"
    assert len(east.table.download) == 2


@pytest.mark.parametrize("name", ["areas", "overview"])
def test_a_link_opens_a_district_and_its_name_is_plain_text(monkeypatch: pytest.MonkeyPatch, wards: Path, name: str):
    opened: AppTest = open_app(monkeypatch, wards, name, district=MARKED.lower())
    assert not opened.exception
    assert opened.selectbox(key="district").value == MARKED
    assert opened.query_params["district"] == MARKED
    assert "\\*\\*West\\*\\*" in texts(opened)
    assert "**West**" not in texts(opened)


def test_a_link_to_no_district_is_told(monkeypatch: pytest.MonkeyPatch, wards: Path):
    opened = open_app(monkeypatch, wards, "areas", district="**North**")
    assert "has no district" in texts(opened)
    assert "**North**" not in texts(opened)
    assert opened.selectbox(key="district").value == ""


def test_another_district_opens_with_its_own_first_area(monkeypatch: pytest.MonkeyPatch, wards: Path):
    opened = open_app(monkeypatch, wards, "areas", district="East", unit="10")
    assert opened.selectbox(key="unit").value == "10"
    opened.selectbox(key="district").set_value(MARKED).run()
    assert opened.selectbox(key="unit").value in {"00", "01"}
    assert opened.query_params["district"] == MARKED


@pytest.mark.parametrize(
    ("column", "place", "said"),
    [
        ("wart", {}, "areas has no column wart. Did you mean ward"),
        ("km2", {}, "km2 is of type number"),
        ("ward", {"boundaries": {"h3": 7, "within": {"west": 0, "south": 0, "east": 2, "north": 2}}}, "has neither"),
    ],
)
def test_a_district_that_cannot_be_one_is_refused(tmp_path: Path, column: str, place: dict[str, Any], said: str):
    with pytest.raises(ConfigError, match=said):
        load_config(districted(tmp_path, column, **place), "tiny")
