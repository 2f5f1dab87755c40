"""Outlines that cannot be are refused with file, feature or pair, and remedy."""

import json

import pytest

from harmmodel import pipeline
from harmmodel.errors import SourceError
from harmmodel.warehouse.load.geography import Outlines, features
from tests import tiny
from tests.conftest import ROOT

POLYGON = tiny.square(0, 0)["geometry"]
NESTED = {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": [POLYGON]}]}


def polygon(*ring) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [list(ring)]}


def collection(*geometries) -> str:
    made = [{"type": "Feature", "properties": {"area": "x"}, "geometry": geometry} for geometry in geometries]
    return json.dumps({"type": "FeatureCollection", "features": made})


def deep(times: int) -> str:
    return "[" * times + "]" * times


REFUSED = {
    "no geometry": (collection(POLYGON, None), "number 2 has no geometry"),
    "a collection in a collection": (collection(NESTED), "number 1 is a GeometryCollection"),
    "a feature for a geometry": (collection({"type": "Feature", "geometry": POLYGON}), "number 1 is a Feature"),
    "a kind that is a list": (collection({"type": ["Polygon"], "coordinates": []}), "number 1 is a ['Polygon']"),
    "a geometry as text": (collection("POLYGON ((0 0, 1 0, 1 1, 0 0))"), "number 1 has no geometry"),
    "coordinates as text": (
        collection(polygon(["0", "0"], ["1", "0"], ["1", "1"], ["0", "0"])),
        "number 1 has coordinates that are not numbers",
    ),
    "one text for all coordinates": (collection({"type": "Polygon", "coordinates": "0,0"}), "not lists of points"),
    "coordinates without end": (
        collection(POLYGON).replace("[0, 0]", "[1e999, 0]", 1),
        "number 1 has coordinates that are not numbers",
    ),
    "a coordinate of 400 digits": (collection(polygon([0, 0], [10**400, 0], [1, 1], [0, 0])), "outline cannot be read"),
    "an empty outline": (collection({"type": "MultiPolygon", "coordinates": []}), "number 1 has no coordinates"),
    "metres": (collection(polygon([5e5, 4e5], [6e5, 4e5], [6e5, 5e5], [5e5, 4e5])), "features number 1 lie outside"),
    "an outline open": (collection(polygon([0, 0], [1, 0], [1, 1])), "an outline cannot be read"),
    "an outline that crosses itself": (
        collection(POLYGON, polygon([0, 0], [1, 1], [1, 0], [0, 1], [0, 0])),
        "features number 2 cross themselves",
    ),
    "properties that are a list": (collection(POLYGON).replace('{"area": "x"}', "[1]"), "number 1 has no properties"),
    "no features": ('{"type": "FeatureCollection", "features": []}', "no list of features"),
    "features that are numbers": ('{"features": [1, 2]}', "number 1 has no properties; number 2 has no properties"),
    "a list": ("[1]", "no list of features"),
    "nothing": ("null", "no list of features"),
    "lists in lists": (deep(100_000), "nested too deeply"),
    "coordinates in lists": (collection(POLYGON).replace("[0, 0]", deep(50_000), 1), "nested too deeply"),
    "half a letter": (collection(POLYGON).replace('"x"', r'"\ud800"'), "cannot be read as GeoJSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_without_proper_outlines_is_refused_by_name(tmp_path, name):
    text, words = REFUSED[name]
    path = tmp_path / "areas.geojson"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as told:
        features(path)
    assert path.name in str(told.value)
    assert words in str(told.value)


def outlines(*boxes) -> Outlines:
    """Make outlines a, b, … of boxes, each west, south, east, north."""
    rings = [polygon([w, s], [e, s], [e, n], [w, n], [w, s]) for w, s, e, n in boxes]
    return Outlines(list("abcdef"[: len(boxes)]), [json.dumps(ring) for ring in rings])


def test_outlines_that_overlap_are_named_in_pairs_with_the_share_of_the_smaller_one(tmp_path):
    with pytest.raises(SourceError) as told:
        outlines((0, 0, 10, 10), (9, 0, 14, 10), (20, 0, 30, 10), (22, 2, 24, 4)).refuse_overlaps(
            tmp_path / "a.geojson"
        )
    assert "a.geojson: outlines overlap" in str(told.value)
    assert "  c and d: 100% of the smaller one\n  a and b: 20% of the smaller one\n" in str(told.value)
    assert "Cut one out of the other, or merge the two" in str(told.value)


def test_slivers_between_neighbours_are_taken_and_more_is_not():
    outlines((0, 0, 1, 1), (0.9901, 0, 1.9901, 1), (0, 1, 2, 2)).refuse_overlaps("a")
    with pytest.raises(SourceError, match="a and b: 1%"):
        outlines((0, 0, 1, 1), (0.9899, 0, 1.9899, 1)).refuse_overlaps("a")


@pytest.mark.parametrize("name", ["chicago/community_areas", "chicago/police_beats_2012", "mexico/states"])
def test_outlines_of_real_places_pass(name):
    path = ROOT / "data" / f"{name}.geojson"
    table = features(path)
    Outlines([str(n) for n in range(len(table))], list(table["geometry"])).refuse_overlaps(path.name)


def test_a_place_with_overlapping_outlines_is_stopped(tmp_path):
    home = tiny.tiny_project(tmp_path)
    path = home / "data" / "tiny" / "areas.geojson"
    content = json.loads(path.read_text("utf-8"))
    content["features"][0]["geometry"] = polygon([0, 0], [1.5, 0], [1.5, 1], [0, 1], [0, 0])
    path.write_text(json.dumps(content), "utf-8")
    tiny.write_place(home)
    with pytest.raises(SourceError, match=r"areas.geojson: outlines overlap(.|\n)*00 and 10: 50% of the smaller one"):
        pipeline.run(home, "tiny")


def test_a_point_on_a_border_goes_to_the_first_unit_whatever_the_order_of_the_file():
    for order in (slice(None), slice(None, None, -1)):
        boxes = [polygon([x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]) for x in (0, 1)]
        made = Outlines(["a", "b"][order], [json.dumps(box) for box in boxes[order]])
        assert list(made.unit_of([0.5, 1.0, 1.5, 3.0], [0.5] * 4)) == ["a", "a", "b", None]
