"""What a run dropped or assumed: a line for each file, limits, repeats, and what reached the cube."""

import hashlib
from contextlib import contextmanager
from dataclasses import replace

import duckdb
import pandas as pd
import pytest
import yaml

from harmmodel.config import load_config
from harmmodel.config.rows.account import Accepts
from harmmodel.errors import ConfigError, SnapshotError, SourceError
from harmmodel.pipeline import quiet
from harmmodel.warehouse.load.account import core as core_account
from harmmodel.warehouse.load.snapshot import build_snapshot
from harmmodel.warehouse.store import snapshots
from tests import tiny

REASON = "Made for a test, where so much is lost on purpose."
PERIOD = {"from": "2024-01-01", "to": "2024-04-01"}
HEAD = tiny.OFFENCES.splitlines()[0]


def row(number, when="2024-01-03 10:00", lon=0.5, lat=0.5, offence="ROBBERY"):
    return f"{number},{when},{lon},{lat},{offence},false"


def rows(*lines):
    return "\n".join([HEAD, *lines]) + "\n"


def passport(home, **changes):
    """Change what the passport of the offences says; None takes a key out."""
    path = home / "config/places/tiny/sources/offences.yaml"
    content = {**yaml.safe_load(path.read_text()), **changes}
    path.write_text(yaml.safe_dump({key: value for key, value in content.items() if value is not None}))


def place(home, **changes):
    """Write the place anew; that its rows are of few days is right."""
    quiet = changes.get("covers", PERIOD) | {"reason": "Made up: its rows are of few days."}
    tiny.write_place(home, **{"quiet": [quiet], **changes})


def project(path, offences=tiny.OFFENCES):
    """Make a tiny place with these offences."""
    home = tiny.tiny_project(path, offences)
    place(home)
    return home


def files(home, **contents):
    """Let the source of the offences have these files."""
    listed = []
    for name, text in contents.items():
        (home / f"data/tiny/{name}.csv").write_text(text)
        listed.append({"file": f"{name}.csv", "sha256": hashlib.sha256(text.encode()).hexdigest()})
    passport(home, file=None, sha256=None, files=listed)


@contextmanager
def loaded(home):
    """Load the place without scoring it; yields its snapshot."""
    snapshot = build_snapshot(home, load_config(home, "tiny"), quiet)
    with duckdb.connect(str(snapshot.path / snapshots.HARM), read_only=True) as con:
        yield con


def lines(home):
    """Load the place and return the lines of the offences by file."""
    with loaded(home) as con:
        return con.execute("from load_reconciliation where source = 'offences'").df().set_index("file")


def refused(home, *words, kind=(SourceError, SnapshotError, ConfigError)):
    with pytest.raises(kind) as error:
        build_snapshot(home, load_config(home, "tiny"), quiet)
    assert all(word in str(error.value) for word in words), str(error.value)


MANY = [row(n) for n in range(20)]
LOST = {
    "outside": [row(100 + n, lon=9) for n in range(12)],
    "no_location": [row(100 + n, lon="", lat="") for n in range(12)],
    "rejected": [row(100 + n, when="soon") for n in range(12)],
    "repeats": [row(n) for n in range(12)],
}


@pytest.mark.parametrize("kind", LOST)
def test_a_file_that_loses_much_stops_the_run_until_the_passport_says_why(tmp_path, kind):
    home = project(tmp_path, rows(*MANY, *LOST[kind]))
    place(home, bad_rows="reject")
    refused(home, "offences.csv", "12 of 32 rows of the period (38%)", "policy.yaml allows 5%", f"{kind}: {{upto: 0.38")
    passport(home, accepts={kind: {"upto": 0.3, "reason": REASON}})
    refused(home, "accepts 30%")
    passport(home, accepts={kind: {"upto": 0.38, "reason": REASON}})
    assert lines(home).loc["offences.csv", "loaded"] == len(MANY)


def test_a_snapshot_that_is_there_is_judged_by_the_limits_of_today(tmp_path):
    home = project(tmp_path, rows(*(row(1000 + n) for n in range(400)), *LOST["outside"]))
    assert lines(home).loc["offences.csv", "outside_city"] == 12
    path = home / "config/policy.yaml"
    path.write_text(path.read_text().replace("outside: 0.05", "outside: 0.02"))
    refused(home, "12 of 412 rows", "policy.yaml allows 2%")


def test_a_source_of_which_no_row_counts_stops_the_run(tmp_path):
    home = project(tmp_path, rows(row(1, when="2020-05-01"), row(2, when="2021-05-01")))
    refused(home, "none of its 2 rows counts: 2 outside the period", "from 2020-05 to 2021-05", "2024-01-01")
    passport(home, accepts={"no_rows": REASON})
    assert lines(home).loc["offences.csv", "outside_period"] == 2


def test_a_time_before_1900_is_a_fault_of_its_row(tmp_path):
    home = project(tmp_path, rows(*MANY, row(50, when="0024-03-01 10:00"), row(51, when="1899-12-30")))
    refused(home, "row 21, column when: year 24 lies before 1900", "row 22", "1899")
    place(home, bad_rows="reject")
    found = lines(home).loc["offences.csv"]
    assert (found["rejected"], found["reasons"]) == (2, "not as the passport says (when) 2")


def test_a_row_without_a_key_repeats_none_and_is_named(tmp_path):
    home = project(tmp_path, rows(*MANY, *(row("", offence="SHOOTING") for _ in range(15))))
    found = lines(home).loc["offences.csv"]
    assert (found["loaded"], found["no_key"], found["alike"]) == (35, 15, 14)
    assert found["repeats"] == "alike shooting 14; without a key shooting 15"


CHANGED = {
    "class": row(3, offence="SHOOTING"),
    "day": row(3, when="2024-01-05 10:00"),
    "place": row(3, lon=1.5),
}


@pytest.mark.parametrize("what", CHANGED)
def test_rows_of_one_key_that_contradict_each_other_stop_the_load_with_examples(tmp_path, what):
    home = project(tmp_path, rows(*MANY, CHANGED[what]))
    refused(home, "1 record stands there more than once", f"differ in {what} (1)", "row 4 and row 21 (id 3)", "wins:")


def test_the_same_event_at_another_hour_is_a_copy(tmp_path):
    home = project(tmp_path, rows(*MANY, row(3, when="2024-01-03 11:00", lon=0.6)))
    found = lines(home).loc["offences.csv"]
    assert (found["copies"], found["contradictions"], found["reasons"]) == (1, 0, "repeated row 1")


def classes_of(home):
    with loaded(home) as con:
        return dict(con.execute("select class, sum(events)::int from core_count group by class").fetchall())


@pytest.mark.parametrize("is_first", [True, False])
def test_the_passport_says_which_of_two_versions_counts(tmp_path, is_first):
    other = row(3, offence="SHOOTING")
    home = project(tmp_path, rows(*([other, *MANY] if is_first else [*MANY, other])))
    passport(home, wins=[{"gravest": ["shooting", "robbery"]}])
    found = lines(home).loc["offences.csv"]
    assert (found["contradictions"], found["reasons"]) == (1, "contradicts another row 1")
    assert found["repeats"] == "contradictions robbery 1"
    assert classes_of(home) == {"robbery": 19, "shooting": 1}
    passport(home, wins=[{"gravest": ["murder"]}])
    refused(home, "wins: gravest", "murder")


def test_the_file_that_is_listed_last_may_win(tmp_path):
    home = project(tmp_path)
    files(home, a=rows(*MANY), b=rows(row(3, offence="SHOOTING"), row(60)))
    refused(home, "a.csv row 4 and b.csv row 1", "[last_file]")
    passport(home, wins=["last_file"])
    assert lines(home)["contradictions"].to_dict() == {"a.csv": 1, "b.csv": 0}
    assert classes_of(home) == {"robbery": 20, "shooting": 1}


def test_the_highest_value_of_a_column_may_win_and_a_tie_is_undecided(tmp_path):
    home = project(tmp_path)
    changed = "id,when,lon,lat,offence,arrest,changed\n"
    text = "".join(f"{row(n)},2024-01-09\n" for n in range(5)) + f"{row(3, offence='SHOOTING')},2024-02-09\n"
    (home / "data/tiny/offences.csv").write_text(changed + text)
    columns = tiny.COLUMNS | {"changed": {"type": "date", "tells": "neither", "means": "Day of the last change."}}
    place(home, columns=columns, wins=[{"highest": "changed"}])
    assert classes_of(home) == {"robbery": 4, "shooting": 1}
    (home / "data/tiny/offences.csv").write_text(changed + text.replace("2024-02-09", "2024-01-09"))
    place(home, columns=columns, wins=[{"highest": "changed"}])
    refused(home, "The rules under wins do not decide")


def test_numbers_used_again_each_year_displace_no_row(tmp_path):
    period = {"from": "2023-01-01", "to": "2024-04-01"}
    text = rows(*MANY, *(row(n, when="2023-05-03 10:00") for n in range(20)))
    home = project(tmp_path, text)
    place(home, gaps=[{"from": "2023-05-01", "to": "2024-01-01", "reason": REASON}])
    assert lines(home).loc["offences.csv", ["loaded", "outside_period"]].to_list() == [20, 20]
    place(home, covers=period)
    refused(home, "20 of them stand in different years", "unique_per: year")
    place(home, covers=period, unique_per="year")
    assert lines(home).loc["offences.csv", "loaded"] == 40


def test_rows_without_a_number_that_are_alike_are_kept_and_named_by_class(tmp_path):
    home = project(tmp_path, rows(row(1), row(1), row(2, offence="SHOOTING"), row(3)))
    passport(home, unique=None)
    found = lines(home).loc["offences.csv"]
    assert (found["loaded"], found["alike"], found["repeats"]) == (4, 1, "alike robbery 1")


def test_a_file_that_holds_the_rows_of_another_one_stops_the_run(tmp_path):
    home = project(tmp_path)
    files(home, a=rows(*MANY), b=rows(*reversed(MANY), row(60)))
    passport(home, unique=None)
    refused(home, "b.csv", "20 of 21 rows of the period (95%) repeat another row")
    files(home, a=rows(*(row("", lon=n / 99) for n in range(20))), b=rows(*(row("", lon=n / 99) for n in range(21))))
    passport(home, unique=["id"])
    refused(home, "b.csv", "20 of 21 rows of the period (95%) repeat another row")


def test_one_file_under_two_names_is_refused_in_one_source_and_in_two(tmp_path):
    home = project(tmp_path)
    files(home, a=rows(*MANY), b=rows(*MANY))
    refused(home, "a.csv and b.csv have one sha256", kind=ConfigError)
    files(home, a=rows(*MANY))
    (home / "data/tiny/c.csv").write_text(rows(*MANY))
    sources = home / "config/places/tiny/sources"
    digest = hashlib.sha256(rows(*MANY).encode()).hexdigest()
    content = {**yaml.safe_load((sources / "offences.yaml").read_text()), "id": "more", "file": "c.csv"}
    content |= {"sha256": digest, "classify": {"class": "robbery"}}
    content.pop("files")
    (sources / "more.yaml").write_text(yaml.safe_dump(content))
    refused(home, "sha256 of", "one file under two names", kind=ConfigError)


def counts(home, *lines, **changes):
    """Let the offences be counts by month, area and offence."""
    (home / "data/tiny/offences.csv").write_text("month,area,offence,n\n" + "\n".join(lines) + "\n")
    core = home / "config/places/tiny/core"
    total = "cast(sum(n) as bigint)"
    (core / "core_count.sql").write_text(
        f"select unit_id, month, class, 'other' as place_class, {total} as events from raw_offences group by all"
    )
    (core / "act_enforcement.sql").write_text(
        f"select unit_id, month, class, 'police_record' as measure, {total} as records, 0::bigint as arrests "
        "from act_raw_offences group by all"
    )
    columns = {
        "month": {"type": "date", "tells": "harm", "means": "First day of the month."},
        "area": {"type": "text", "tells": "harm", "means": "Area."},
        "offence": {"type": "text", "tells": "harm", "means": "Offence."},
        "n": {"type": "integer", "tells": "harm", "means": "Records."},
    }
    locate = {"unit": "area"}
    told = {"columns": columns, "time": ["month"], "locate": locate, "unique": [], "counted": "n", **changes}
    place(home, **told)


def test_counts_of_one_key_stand_once_unless_the_passport_says_that_they_add(tmp_path):
    home, twice = project(tmp_path), ["2024-01-01,00,ROBBERY,7", "2024-01-01,00,ROBBERY,5"]
    counts(home, *twice, "2024-01-01,00,SHOOTING,2", "2024-02-01,00,ROBBERY,1")
    refused(home, "offences.csv", "1 keys", "2024-01-01, '00', robbery: 2 rows", "repeats: sum")
    counts(home, *twice, repeats="sum")
    assert classes_of(home) == {"robbery": 12}


def test_rows_that_stand_for_several_records_without_a_word_are_a_gain(tmp_path):
    home = project(tmp_path)
    counts(home, "2024-01-01,00,ROBBERY,7", "2024-02-01,00,ROBBERY,5", counted=None)
    refused(home, "12 events of class robbery", "counts 2: 10 gained", "2024-01 6", "counted", kind=SnapshotError)
    passport(home, accepts={"core_gained": {"upto": 5, "reason": REASON}})
    assert classes_of(home) == {"robbery": 12}


def test_events_gained_of_another_source_are_no_gain_to_accept(tmp_path):
    config = load_config(project(tmp_path), "tiny")
    own, accepts = config.passports["offences"], {"core_gained": {"upto": 9, "reason": REASON}}
    own = own.model_copy(update={"accepts": Accepts.model_validate(accepts)})
    config = replace(config, passports={"offences": own, "more": own.model_copy(update={"id": "more"})})
    for month in ("2024-01-01", "2030-01-01"):  # the second is not covered: its rows would count for no score
        table = pd.DataFrame(
            [("more", "robbery", month, 355, None), ("offences", "robbery", month, 100, 455)],
            columns=["source", "class", "month", "counted", "events"],
        ).assign(month=lambda rows: pd.to_datetime(rows["month"]))
        told = list(core_account.judged(table, config, {}))
        assert len(told) == (month == "2030-01-01")
    assert "the 355 that offences.csv (source more) holds then are not counted" in told[0]
    assert "core_gained" not in told[0]


def core(home, condition):
    (home / "config/places/tiny/core/core_count.sql").write_text(
        "select unit_id, month, class, 'other' as place_class, count(*) as events from raw_offences "
        f"where {condition} group by all"
    )


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("unit_id <> '10'", ["12 lost (11%)", "Nothing is left of 10", "core_lost: {upto: 0.11"]),
        ("month <> '2024-02-01'", ["12 lost (11%)", "2024-02 12"]),
        ("class <> 'robbery'", ["112 lost (100%)"]),
    ],
    ids=["area", "month", "class"],
)
def test_what_core_sql_loses_stops_the_run_until_the_passport_says_why(tmp_path, condition, words):
    text = rows(*(row(n) for n in range(100)), *(row(100 + n, when="2024-02-05", lon=1.5) for n in range(12)))
    home = project(tmp_path, text)
    core(home, condition)
    refused(home, "of the 112 events of class robbery", "core/core_count.sql", *words, kind=SnapshotError)
    passport(home, accepts={"core_lost": {"upto": 1, "reason": REASON}})
    with loaded(home) as con:
        (lost,) = con.execute("select sum(counted - events) from load_core where class = 'robbery'").fetchone()
    assert lost in (12, 112)


def test_a_unit_that_is_a_small_part_of_a_class_may_not_be_lost_whole(tmp_path):
    text = rows(*(row(n) for n in range(2000)), *(row(3000 + n, lon=1.5) for n in range(12)))
    home = project(tmp_path, text)
    core(home, "unit_id <> '10'")
    refused(home, "12 lost", "Nothing is left of 10", kind=SnapshotError)
