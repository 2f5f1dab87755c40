"""A label of a kept table stands in a list: no SQL can write a record's time, point and number into a count."""

from __future__ import annotations

from pathlib import Path

import pytest

from harmmodel import pipeline
from harmmodel.config import load_config
from harmmodel.errors import SnapshotError
from harmmodel.warehouse.load import labels
from tests import tiny
from tests.laws.test_no_persons import snapshot
from tests.town import change

PLACE = "config/places/tiny"
RECORD = """"when"::varchar || ' ' || lon || ' ' || lat"""
WHOLE = (
    "select unit_id, month, class, 'police_record' as measure, {code} as code, {setting} as setting, "
    "count(*) as records, count(*) filter (arrest) as arrests, 1.5::double as amount from act_raw_offences group by all"
)
SOUND = WHOLE.format(code="offence", setting="'open'")
BEATS = (
    "select {beat} as beat_id, month, 'robbery' as class, 'other' as place_class, 1::bigint as events "
    "from raw_offences group by all"
)


def refused(home: Path, table: str, sql: str) -> str:
    (home / PLACE / "core" / f"{table}.sql").write_text(sql, "utf-8")
    with pytest.raises(SnapshotError) as told:
        pipeline.run(home, "tiny")
    assert not list((home / "data" / "snapshots").glob("tiny-*"))
    return str(told.value)


def test_single_records_written_as_codes_and_settings_are_refused_by_column_without_a_record(tmp_path: Path):
    home = tiny.tiny_project(tmp_path)
    told = refused(home, "act_enforcement", WHOLE.format(code=RECORD, setting="id::varchar"))
    assert "core/act_enforcement.sql, column code: 2 values, for example '2***-**-** **:**:** *.* *.*'" in told
    assert "Write the code as it stands in crosswalk.csv" in told
    assert "core/act_enforcement.sql, column setting: 2 values, for example '5'. Write open or closed" in told
    assert "2024-03-07" not in told


@pytest.mark.parametrize(
    ("column", "value", "remedy"),
    [
        ("class", RECORD, "Take class of the act_raw_"),
        ("class", "null::varchar", "column class: 2 rows are empty"),
        ("measure", "id::varchar", "Declare it under measures in place.yaml"),
        ("measure", "null::varchar", "column measure: 2 rows are empty"),
        ("code", "offence || id", "Write the code as it stands in crosswalk.csv"),
        ("setting", "offence", "Write open or closed"),
    ],
)
def test_each_label_of_enforcement_stands_in_a_list(tmp_path: Path, column: str, value: str, remedy: str):
    kept = "from (select {} as label, * from act_raw_offences) group by all"
    columns = {
        "unit_id": "unit_id",
        "month": "month",
        "class": "class",
        "measure": "'police_record'",
        "code": "offence",
        "setting": "'open'",
        "records": "count(*)",
        "arrests": "count(*) filter (arrest)",
    }
    listed = ", ".join(f"{sql} as {name}" for name, sql in (columns | {column: "label"}).items())
    told = refused(tiny.tiny_project(tmp_path), "act_enforcement", f"select {listed} {kept.format(value)}")
    assert f"core/act_enforcement.sql, column {column}: " in told
    assert remedy in told


def test_declared_labels_pass_and_a_measure_passes_once_it_is_declared(tmp_path: Path):
    home = tiny.tiny_project(tmp_path)
    stop = SOUND.replace("'police_record'", "'stop'")
    assert "column measure: 1 values, for example 's***'" in refused(home, "act_enforcement", stop)
    change(home / PLACE / "place.yaml", measures=["stop"])
    pipeline.run(home, "tiny")
    assert snapshot(home, "tiny")


@pytest.mark.parametrize(
    ("table", "sql", "told"),
    [
        (
            "act_enforcement",
            SOUND.replace("1.5::double", "'x'::varchar"),
            "column amount must be DOUBLE, but is VARCHAR",
        ),
        ("act_enforcement", SOUND.replace("'open'", "['open']"), "column setting must be VARCHAR, but is VARCHAR[]"),
        (
            "core_count",
            tiny.CORE["core_count"].replace("count(*)", "list_sort(list(id))"),
            "column events must be BIGINT",
        ),
    ],
)
def test_a_column_that_is_kept_has_its_type(tmp_path: Path, table: str, sql: str, told: str):
    assert told in refused(tiny.tiny_project(tmp_path), table, sql)


@pytest.mark.parametrize(("beat", "told"), [(RECORD, "column beat_id: 4 values"), ("'b' || unit_id", "")])
def test_beats_are_short_codes(tmp_path: Path, beat: str, told: str):
    home = tiny.tiny_project(tmp_path)
    shares = (
        "select beat_id, min(area) as unit_id, 0.25::decimal(12,9) as share from core_count_beat, raw_areas group by 1"
    )
    (home / PLACE / "core" / "core_beat_share.sql").write_text(shares, "utf-8")
    if told:
        assert told in refused(home, "core_count_beat", BEATS.format(beat=beat))
        return
    (home / PLACE / "core" / "core_count_beat.sql").write_text(BEATS.format(beat=beat), "utf-8")
    tiny.accept(home, "core_gained")
    assert pipeline.run(home, "tiny")


def test_more_beats_than_a_few_stand_in_a_file_of_reference(tmp_path: Path):
    rows = "".join(f"{n},2024-01-03 10:00,0.5,0.5,ROBBERY,false\n" for n in range(1, 40))
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES.splitlines()[0] + "\n" + rows)
    tiny.write_place(home, quiet=[tiny.ALL_IN_JANUARY])
    shares = "select distinct beat_id, '00' as unit_id, 0.25::decimal(12,9) as share from core_count_beat"
    (home / PLACE / "core" / "core_beat_share.sql").write_text(shares, "utf-8")
    told = refused(home, "core_count_beat", BEATS.format(beat="'b' || id"))
    assert "column beat_id: 39 values, for example 'b*'" in told


def test_stops_have_the_labels_that_the_place_declares(tmp_path: Path):
    """Without disparity.yaml none is declared, so that stops of single people are kept nowhere."""
    home = tiny.tiny_project(tmp_path)
    stops = (
        "select 'officer' as scheme, 'white' as ethnicity, 'male' as gender, {reason} as reason, 'arrest' as outcome, "
        "count(*) as stops from act_raw_offences group by all"
    )
    told = refused(home, "act_stops", stops.format(reason=RECORD))
    assert "core/act_stops.sql, column reason: 2 values, for example '2***-**-**" in told
    known = {one.column: one.known for one in labels.closed(load_config(tiny.ROOT, "london_stops"))}
    assert {"drugs", "no_suspicion", "pooled"} <= set(known["reason"])
    assert set(known["outcome"]) == {"arrest", "other_action", "no_action", "unknown", "pooled"}
    twice = stops.format(reason="'drugs'")
    assert "act_stops is not one row per scheme" in refused(home, "act_stops", f"{twice} union all {twice}")
