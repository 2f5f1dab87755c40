"""Each promise of the core tables, broken in turn: refused, and named with the rows at fault."""

from pathlib import Path

import pytest

from harmmodel import pipeline
from harmmodel.errors import SnapshotError, SourceError
from harmmodel.warehouse.sql.contract import CHECKS, ENFORCEMENT_CHECKS, GROUP_CHECKS
from tests import tiny
from tests.groups import group_project

AREA, COUNT, ENFORCEMENT = (tiny.CORE[name] for name in ("core_area", "core_count", "act_enforcement"))
BEATS = (
    "select 'b1' as beat_id, min(month) as month, 'robbery' as class, 'other' as place_class, 1::bigint as events "
    "from raw_offences"
)
CITY = COUNT.replace("select unit_id", "select null::varchar as unit_id").replace("count(*)", "100001")
INCIDENT = (
    'select "when" as occurred_at, unit_id, class, offence as code, null::varchar as setting, lon as longitude, '
    "lat as latitude, arrest from act_raw_offences"
)
SHARES = "select 'b1' as beat_id, area as unit_id, 0.25::decimal(12,9) as share from raw_areas"


def of(sql: str, **columns: str) -> str:
    """Change columns of a core table."""
    changes = ", ".join(f"{value} as {name}" for name, value in columns.items())
    return f"select * replace ({changes}) from ({sql})"


BREACHES = {
    "core_area.area_id is empty or repeated": {"core_area": of(AREA, area_id="'00'")},
    "core_area.residents and km2 must be above 0 or empty: where nobody lives, write nullif(residents, 0), and the "
    "area is not scored by residents": {"core_area": of(AREA, residents="0::bigint")},
    "core_area.residents is above 2,000,000,000, more than any area has. Correct the file that tells them": {
        "core_area": of(AREA, residents="2000000001::bigint")
    },
    "core_count.unit_id is not in core_area": {"core_count": of(COUNT, unit_id="'99'")},
    "core_count.events must not be below 0": {"core_count": of(COUNT, events="events - 2")},
    "core_count.events is empty, and so is one of events_low and events_high": {
        "core_count": of(COUNT, events="null::bigint")
    },
    "core_count: events_low is above events_high, or events is given beside other ends": {
        "core_count": f"select * exclude (events), 5::bigint as events_low, 4::bigint as events_high from ({COUNT})"
    },
    "core_count holds a row without month, class or place_class": {"core_count": of(COUNT, place_class="null::text")},
    "core_count is not one row per unit, month, class and place class": {
        "core_count": f"select * from ({COUNT}) union all select * from ({COUNT})"
    },
    "core_area.label is empty": {"core_area": of(AREA, label="' '")},
    "place_class must be shared or other": {"core_count": of(COUNT, place_class="'street'")},
    "month must be the first of a month": {"core_count": of(COUNT, month="(month + interval 1 day)::date")},
    "class is not among the classes of place.yaml": {"core_count": of(COUNT, **{"class": "'theft'"})},
    "core_beat_share is not one share above 0 per beat and unit": {
        "core_count_beat": BEATS,
        "core_beat_share": of(SHARES, share="0::decimal(12,9)"),
    },
    "core_count_beat.events must not be below 0": {
        "core_count_beat": of(BEATS, events="-1::bigint"),
        "core_beat_share": SHARES,
    },
    "core_count_beat.events is empty, and so is one of events_low and events_high": {
        "core_count_beat": f"select *, 1::bigint as events_low from ({of(BEATS, events='null::bigint')})",
        "core_beat_share": SHARES,
    },
    "core_count_beat: events_low is above events_high, or events is given beside other ends": {
        "core_count_beat": f"select *, 0::bigint as events_low, 4::bigint as events_high from ({BEATS})",
        "core_beat_share": SHARES,
    },
    "core_beat_share adds up to more than 1": {
        "core_count_beat": BEATS,
        "core_beat_share": of(SHARES, share="0.3::decimal(12,9)"),
    },
    "core_beat_share.unit_id is not in core_area": {
        "core_count_beat": BEATS,
        "core_beat_share": of(SHARES, unit_id="'9' || unit_id"),
    },
    "core_area.area_id has no outline, nor a line among the units": {"core_area": of(AREA, area_id="'9' || area_id")},
    "core_area lacks a unit that has an outline, as when a join meets no partner. Correct the join, or list the unit "
    "under boundaries.left_out": {"core_area": f"select * from ({AREA}) where area_id <> '11'"},
    "core_count_beat is not one row per beat, month, class and place class": {
        "core_count_beat": f"select * from ({BEATS}) union all select * from ({BEATS})",
        "core_beat_share": SHARES,
    },
    "act_enforcement is not one row per unit, month, class, measure, code and setting": {
        "act_enforcement": f"select * from ({ENFORCEMENT}) union all select * from ({ENFORCEMENT})"
    },
    "act_incident.unit_id is not in core_area": {"act_incident": of(INCIDENT, unit_id="'99'")},
    "act_enforcement.unit_id is not in core_area": {"act_enforcement": of(ENFORCEMENT, unit_id="'99'")},
    "act_enforcement.month must be the first of a month": {
        "act_enforcement": of(ENFORCEMENT, month="(month + interval 1 day)::date")
    },
    "act_enforcement: records and arrests must not be below 0, nor more arrests than records": {
        "act_enforcement": of(ENFORCEMENT, arrests="records + 1")
    },
}
ON_BEATS = {
    "place_class must be shared or other": of(BEATS, place_class="'street'"),
    "month must be the first of a month": of(BEATS, month="(month + interval 1 day)::date"),
    "class is not among the classes of place.yaml": of(BEATS, **{"class": "'theft'"}),
}
CASES = [*BREACHES.items(), *((p, {"core_count_beat": sql, "core_beat_share": SHARES}) for p, sql in ON_BEATS.items())]


def test_every_promise_is_broken_here():
    assert set(BREACHES) == {*CHECKS, *ENFORCEMENT_CHECKS}


@pytest.mark.parametrize(("promise", "broken"), CASES, ids=[f"{p[:48]} {next(iter(b))}" for p, b in CASES])
def test_a_core_table_that_breaks_its_promise_is_refused(tmp_path: Path, promise: str, broken: dict[str, str]):
    home = place_with(tmp_path, broken)
    with pytest.raises(SnapshotError, match="core tables break their contract") as told:
        pipeline.run(home, "tiny")
    assert f"{promise}: " in str(told.value)
    assert "for example" in str(told.value)
    assert not list((home / "data" / "snapshots").glob("tiny-*"))


def test_the_tables_that_are_broken_here_are_sound_themselves(tmp_path: Path):
    assert pipeline.run(place_with(tmp_path, {"core_count_beat": BEATS, "core_beat_share": SHARES}), "tiny")


def place_with(path: Path, tables: dict[str, str]) -> Path:
    """Make a tiny place with other core tables, which need not hold what its file counts."""
    home = tiny.accept(tiny.tiny_project(path), "core_lost", "core_gained")
    for name, sql in tables.items():
        (home / "config" / "places" / "tiny" / "core" / f"{name}.sql").write_text(sql, "utf-8")
    return home


def many(count: str, events: int) -> str:
    """Count one robbery of unit 00 (1,000 residents) in January as *events*."""
    return of(count, events=f"case when unit_id = '00' and month = '2024-01-01' then {events} else events end")


def test_more_events_than_an_area_of_so_many_residents_can_have_are_refused(tmp_path: Path):
    with pytest.raises(SourceError) as told:
        pipeline.run(place_with(tmp_path, {"core_count": many(COUNT, 10_001)}), "tiny")
    assert "  offences.csv: 00 (00), robbery, 2024-01: 10,001 events, 1,000 residents\n" in str(told.value)
    assert (
        "more than 10 events of one class in a month for each resident, or 10,000 where fewer than 1,000 live"
        in str(told.value)
    )


@pytest.mark.parametrize("residents", ["1000::bigint", "1::bigint", "null::bigint"])
def test_a_small_area_that_many_visit_may_have_more_events_than_residents(tmp_path: Path, residents: str):
    small = of(AREA, residents=f"case when area_id = '00' then {residents} else residents end")
    assert pipeline.run(place_with(tmp_path, {"core_area": small, "core_count": many(COUNT, 10_000)}), "tiny")


@pytest.mark.parametrize(
    ("table", "sql", "words"),
    [
        (
            "core_count_beat",
            of(BEATS, events="100001::bigint"),
            "beat b1, robbery, 2024-01: 100,001 events, 10,000 residents",
        ),
        ("core_count", of(CITY, events="events::bigint"), "the whole place, "),
    ],
)
def test_events_of_beats_and_of_the_whole_place_are_held_against_residents_too(tmp_path, table, sql, words):
    with pytest.raises(SourceError) as told:
        pipeline.run(place_with(tmp_path, {table: sql, "core_beat_share": SHARES}), "tiny")
    assert words in str(told.value)


def test_tables_of_groups_hold_no_row_twice_no_point_and_no_digits_for_a_name(tmp_path: Path):
    home = group_project(tmp_path)
    core = home / "config/places/mexico/core"
    broken = {
        "core_event": "select * replace (municipality || longitude as municipality, "
        "nullif(state_id, '08') as state_id) from ({})",
        "core_group_alias": "select * from ({0}) union all select * from ({0})",
        "core_group_tie": "select * from ({0}) union all select * from ({0})",
    }
    for name, sql in broken.items():
        path = core / f"{name}.sql"
        plain = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("--"))
        path.write_text(sql.format(plain), "utf-8")
    with pytest.raises(SnapshotError) as told:
        pipeline.run(home, "mexico")
    for promise in list(GROUP_CHECKS)[-4:]:
        if "names a group" not in promise:
            assert f"{promise}: " in str(told.value)
    assert "core_event.state_name is of no state in core_area" in str(told.value)
    assert "for example Chihuahua, Chihuahua" in str(told.value)
