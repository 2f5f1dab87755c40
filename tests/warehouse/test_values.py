"""What stands in the place of a value: marks of suppression, words for what is missing, wide and yearly tables."""

import json

import pytest

from harmmodel import pipeline
from harmmodel.errors import ConfigError, SnapshotError, SourceError
from harmmodel.views import notes
from harmmodel.warehouse.store import runs
from tests import tiny

COLUMNS = {
    "month": {"type": "date", "tells": "harm", "format": "%Y-%m", "means": "Month."},
    "area": {"type": "text", "tells": "harm", "means": "Area."},
    "offence": {"type": "text", "tells": "harm", "means": "Offence."},
    "n": {"type": "integer", "tells": "harm", "means": "Offences."},
}
ENDS = (
    "select unit_id, month, class, 'other' as place_class, cast(sum(n_low) as bigint) as events_low, "
    "cast(sum(n_high) as bigint) as events_high from raw_offences group by all"
)
SUMS = (
    "select unit_id, month, class, 'other' as place_class, cast(sum(n) as bigint) as events from raw_offences "
    "group by all"
)
ACT = (
    "select unit_id, month, class, 'police_record' as measure, cast(count(*) as bigint) as records, "
    "cast(0 as bigint) as arrests from act_raw_offences group by all"
)
MARKS = {"marks": ["*", "<5"], "low": 1, "high": 4}
ROWS = [
    ("2024-01", "00", "ROBBERY", "7"),
    ("2024-02", "00", "ROBBERY", "9"),
    ("2024-01", "01", "ROBBERY", "12"),
    ("2024-01", "10", "ROBBERY", "6"),
    ("2024-02", "11", "SHOOTING", "5"),
]


def place(home, cells, core=SUMS, n=None, **changes):
    """Make the tiny place with a file of counts; *cells*: what stands in the place of counts, by row."""
    rows = [(*row[:3], cells.get(at, row[3])) for at, row in enumerate(ROWS)]
    content = "month,area,offence,n\n" + "".join(",".join(row) + "\n" for row in rows)
    tiny.tiny_project(home, content)
    return with_passport(home, core, {**COLUMNS, "n": COLUMNS["n"] | (n or {})}, **changes)


def with_passport(home, core, columns, **changes):
    sources = home / "config/places/tiny/core"
    (sources / "core_count.sql").write_text(core, "utf-8")
    (sources / "act_enforcement.sql").write_text(ACT, "utf-8")
    given = {"columns": columns, "time": ["month"], "locate": {"unit": "area"}, "counted": "n", "unique": []}
    if "covers" not in changes:
        given["quiet"] = [
            {"from": "2024-01-01", "to": "2024-04-01", "reason": "A few made-up rows, and all there are."}
        ]
    tiny.write_place(home, **given | changes)
    return home


def classes(home):
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    robbery = run.classes[run.classes["class"] == "robbery"].set_index("unit_id")
    return run, robbery[["events_low", "events_high", "events"]]


@pytest.mark.parametrize("bad_rows", ["refuse", "reject"])
def test_a_count_that_cannot_be_read_is_never_left_out_and_its_marks_are_proposed(tmp_path, bad_rows):
    home = place(tmp_path, {1: "<5", 2: "<5", 3: "n/a"}, bad_rows=bad_rows)
    with pytest.raises(SourceError) as told:
        pipeline.run(home, "tiny")
    assert "column n: '<5' in 2 rows, 'n/a' in 1 row." in str(told.value)
    assert 'suppressed: {marks: ["<5", "n/a"], low: 1, high: 4}' in str(told.value)
    assert 'missing: ["<5", "n/a"]' in str(told.value)
    assert "bad_rows: reject is not for it" in str(told.value)
    assert "or let the passport say bad_rows: reject" not in str(told.value)


def test_a_suppressed_count_is_an_interval_from_file_to_page_and_never_0(tmp_path):
    run, robbery = classes(place(tmp_path, {1: "<5", 3: "*"}, ENDS, {"suppressed": MARKS}))
    assert robbery.loc["00", ["events_low", "events_high"]].tolist() == [8, 11]
    assert robbery.loc["10", ["events_low", "events_high"]].tolist() == [1, 4]
    assert robbery.loc["01", ["events_low", "events_high"]].tolist() == [12, 12]
    assert 1 < robbery.loc["10", "events"] < 4
    assert any("two rows in which the publisher suppressed a small count" in said for said in notes.told(run))


def test_sql_that_would_take_a_suppressed_count_as_0_is_refused(tmp_path):
    home = place(tmp_path, {1: "<5"}, SUMS, {"suppressed": MARKS})
    with pytest.raises(SnapshotError, match=r"raw_offences\.n: read n_low and n_high, as cast"):
        pipeline.run(home, "tiny")


def test_a_missing_count_is_refused_until_declared_and_then_not_observed(tmp_path):
    with pytest.raises(SourceError, match="column n: '' in 1 row"):
        pipeline.run(place(tmp_path / "a", {1: ""}), "tiny")
    run, robbery = classes(place(tmp_path / "b", {1: "NULL"}, missing=["NULL"]))
    assert robbery.loc["00"].isna().all()
    assert robbery.loc["01", "events"] == 12
    assert any("one row without a count" in said for said in notes.told(run))


def test_words_for_what_is_missing_are_no_value_of_any_type(tmp_path):
    columns = tiny.COLUMNS | {"note": {"type": "text", "tells": "neither", "means": "Note."}}
    lines = tiny.OFFENCES.splitlines()
    content = "\n".join(
        [f"{lines[0]},note", f"{lines[1].replace('false', 'unknown')},-", *(f"{r},x" for r in lines[2:])]
    )
    home = tiny.tiny_project(tmp_path, content + "\n")
    tiny.write_place(home, columns=columns)
    with pytest.raises(SourceError, match="arrest"):
        pipeline.run(home, "tiny")
    tiny.write_place(home, columns=columns, missing=["unknown", "-"])
    assert pipeline.run(home, "tiny")


def wide(home, cells):
    """Make the tiny place with a column for each month."""
    tiny.tiny_project(home, "area,offence,2024-01,2024-02\n" + "".join(",".join(row) + "\n" for row in cells))
    made = {"columns": ["2024-*"], "heading": "month", "value": "n"}
    return with_passport(home, SUMS, COLUMNS, wide=made)


def test_months_as_columns_become_rows_and_a_fault_names_row_and_heading(tmp_path):
    cells = [("00", "ROBBERY", "7", "9"), ("01", "ROBBERY", "12", "0"), ("11", "SHOOTING", "0", "5")]
    run, robbery = classes(wide(tmp_path / "a", cells))
    assert robbery["events"].to_dict() == {"00": 16, "01": 12, "10": 0, "11": 0}
    assert run.reconciliation["rows"].tolist() == [6]
    cells[1] = ("01", "ROBBERY", "12", "x1")
    with pytest.raises(SourceError, match=r"row 2 below 2024-02, column n: x\* is no integer"):
        pipeline.run(wide(tmp_path / "b", cells), "tiny")


def test_a_date_may_stand_in_several_columns(tmp_path):
    head, *rows = tiny.OFFENCES.splitlines()
    parts = [row.split(",") for row in rows]
    split = [[p[0], *p[1].replace("-", " ").split(" "), *p[2:]] for p in parts]
    content = "\n".join([head.replace("when", "y,m,d,hour"), *(",".join(p) for p in split)]) + "\n"
    home = tiny.tiny_project(tmp_path, content)
    when = tiny.COLUMNS["when"] | {"from": ["y", "m", "d", "hour"], "format": "%Y %m %d %H:%M"}
    tiny.write_place(home, columns=tiny.COLUMNS | {"when": when})
    joined = pipeline.run(home, "tiny")
    tiny.tiny_project(tmp_path / "whole")
    whole = pipeline.run(tmp_path / "whole", "tiny")
    one, other = (
        runs.load_run(h, "tiny", r).classes["events"] for h, r in ((home, joined), (tmp_path / "whole", whole))
    )
    assert one.sum() == 4
    assert one.tolist() == other.tolist()


def test_yearly_counts_are_read_in_whole_years_only(tmp_path):
    tiny.tiny_project(tmp_path, "month,area,offence,n\n2023,00,ROBBERY,7\n2023,11,SHOOTING,5\n")
    columns = COLUMNS | {"month": COLUMNS["month"] | {"format": "%Y"}}
    covers = {"from": "2023-01-01", "to": "2024-01-01"}
    home = with_passport(tmp_path, SUMS, columns, covers=covers)
    with pytest.raises(ConfigError, match="hold no whole calendar year"):
        pipeline.run(home, "tiny")
    scheme = home / "config/scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace("2024-04-01", "2024-01-01"), "utf-8")
    run, robbery = classes(home)
    assert robbery.loc["00", "events"] == 7
    assert {day[:10] for day in run.register["period_from"]} == {"2023-01-01"}
    covers["from"] = "2023-02-01"
    with_passport(tmp_path, SUMS, columns, covers=covers)
    with pytest.raises(ConfigError, match="covers whole calendar years"):
        pipeline.run(home, "tiny")


def test_square_kilometres_of_the_file_stand_and_a_difference_is_told(tmp_path):
    home = tiny.tiny_project(tmp_path)
    path = home / "data/tiny/areas.geojson"
    outlines = json.loads(path.read_text("utf-8"))
    for feature in outlines["features"]:
        feature["properties"]["km2"] = 5
    path.write_text(json.dumps(outlines), "utf-8")
    tiny.write_place(home)
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    assert run.units["km2"].tolist() == [5.0] * 4
    (said,) = [said for said in notes.told(run) if "square kilometres" in said]
    assert "00 (5.00, its outline 12,3" in said


def test_rows_that_would_lie_inside_with_their_axes_swapped_are_told(tmp_path):
    swapped = tiny.OFFENCES.replace("0.5,1.5,SHOOTING", "1.5,-0.5,SHOOTING").replace("9.0,9.0", "30,1")
    home = tiny.tiny_project(tmp_path, swapped)
    for feature_file in [home / "data/tiny/areas.geojson"]:
        content = json.loads(feature_file.read_text("utf-8"))
        for feature in content["features"]:
            ring = feature["geometry"]["coordinates"][0]
            feature["geometry"]["coordinates"] = [[[x - 0.9, y] for x, y in ring]]
        feature_file.write_text(json.dumps(content), "utf-8")
    tiny.write_place(home)
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    assert any("would lie inside with longitude and latitude swapped" in said for said in notes.told(run))
