"""What a source covers is held against its rows: what is missing is named with the line to write, never a 0."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from harmmodel import pipeline
from harmmodel.config import Passport, Policy
from harmmodel.config.rows.covers import months_between
from harmmodel.errors import SnapshotError, SourceError
from harmmodel.views.areas.explain import explain
from harmmodel.views.indicators.page import register
from harmmodel.views.source import reported_note, silent_note
from harmmodel.warehouse.load import coverage
from harmmodel.warehouse.load.row_classes import ScoredSource
from harmmodel.warehouse.load.told import notes, silent
from harmmodel.warehouse.store import runs
from tests import tiny
from tests.conftest import ROOT

LIMITS = Policy.model_validate(yaml.safe_load((ROOT / "config" / "policy.yaml").read_text("utf-8"))).completeness
REASON = "Made up: the agency sent nothing."


def passport(**given: object) -> Passport:
    """A passport of dated rows."""
    files = {"file": "offences.csv", "sha256": "0" * 64} if "files" not in given else {}
    described = {
        **{"id": "offences", **files, **tiny.PASSPORT, "use": "scored", "columns": tiny.COLUMNS, "time": ["when"]},
        **{"classify": {"columns": ["offence"]}, "locate": {"longitude": "lon", "latitude": "lat"}},
    }
    return Passport.model_validate({**described, **given})


def rows(counts: Mapping[str, int], *, days: bool = True, file: int = 0) -> pd.DataFrame:
    """Spread counts of months over their days, or put them on the first."""
    found = []
    for month, n in counts.items():
        start = dt.date.fromisoformat(f"{month}-01")
        ((_, stop),) = months_between(start, start + dt.timedelta(days=1))
        length = (stop - start).days if days else 1
        for day in range(length):
            found.append((file, start + dt.timedelta(days=day), (n * (day + 1)) // length - (n * day) // length))
    frame = pd.DataFrame(found, columns=["file", "day", "n"])
    return frame[frame["n"] > 0].reset_index(drop=True)


def months(start: str, size: int, n: int | list[int]) -> dict[str, int]:
    first = dt.date.fromisoformat(f"{start}-01")
    spans = list(months_between(first, first + dt.timedelta(days=31 * size)))[:size]
    return {f"{a:%Y-%m}": n if isinstance(n, int) else n[at] for at, (a, _) in enumerate(spans)}


def told(counted: pd.DataFrame, **given: object) -> str:
    return "\n".join(coverage.faults(counted, passport(**given), LIMITS))


YEAR = {"covers": {"from": "2018-01-01", "to": "2019-01-01"}}


def test_a_month_without_rows_is_named_with_the_line_to_write():
    counted = rows(months("2018-01", 12, 60) | {"2018-06": 0})
    said = told(counted, **YEAR)
    assert "2018-06: 0; beside them a month holds about 60" in said
    line = '  - {from: 2018-06-01, to: 2018-07-01, reason: "'
    assert line in said
    declared = yaml.safe_load("gaps:\n" + next(text for text in said.splitlines() if text.startswith(line)))
    assert not told(counted, **YEAR, **declared), "what the message says to write is accepted"
    assert not told(counted, **YEAR, quiet=declared["gaps"])


@pytest.mark.parametrize(
    ("n", "is_named"),
    [(0, True), (6, True), (14, True), (30, False)],
    ids=["none", "a tenth", "under a quarter", "half"],
)
def test_a_month_with_a_small_part_of_its_neighbours_is_named(n: int, is_named: bool):
    assert bool(told(rows(months("2018-01", 12, 60) | {"2018-06": n}), **YEAR)) == is_named


def test_three_julys_in_a_period_of_years_are_named():
    counted = rows({"2016-07": 900, "2017-07": 1000, "2018-07": 950})
    said = told(counted, covers={"from": "2016-07-01", "to": "2018-08-01"})
    assert said.count("too few records") == 2
    assert "2016-08: 0" in said
    assert "2017-08: 0" in said
    julys = [{"from": f"{year}-07-01", "to": f"{year}-08-01"} for year in (2016, 2017, 2018)]
    assert not told(counted, covers=julys)


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param(months("2016-01", 36, [1, 0, 0, 2, 1, 0] * 6), id="one a month"),
        pytest.param(months("2016-01", 36, [40, 55, 38, 61, 70, 82, 90, 85, 66, 50, 44, 30] * 3), id="seasons"),
        pytest.param({"2018-03": 1}, id="a single row"),
        pytest.param(months("2016-01", 24, [4 * (at + 1) for at in range(24)]), id="growth"),
    ],
)
def test_what_is_sparse_seasonal_or_growing_by_nature_is_no_fault(counts: dict[str, int]):
    first, last = min(counts), max(counts)
    if counts == {"2018-03": 1}:
        first, last = "2018-01", "2018-12"
    end = next(months_between(dt.date.fromisoformat(f"{last}-01"), dt.date.fromisoformat(f"{last}-02")))[1]
    assert not told(rows(counts), covers={"from": f"{first}-01", "to": str(end)})


def test_few_records_by_chance_stop_hardly_a_load():
    rng = np.random.default_rng(3)
    series = [rng.negative_binomial(mean / 2, 1 / 3, 60) for mean in (0.3, 2, 12, 50) for _ in range(25)]
    wide = {"covers": {"from": "2014-01-01", "to": "2019-01-01"}}
    stopped = [bool(told(rows(months("2014-01", 60, list(map(int, counts))), days=False), **wide)) for counts in series]
    assert sum(stopped) <= 3


def test_an_end_past_the_last_row_and_a_begin_before_the_first_name_the_true_one():
    counted = rows(months("2018-03", 7, 90))
    said = told(counted, covers={"from": "2018-01-01", "to": "2019-01-01"})
    assert "covers: {from: 2018-03-01, to: 2019-01-01}" in said
    assert "covers: {from: 2018-01-01, to: 2018-10-01}" in said
    late = counted[counted["day"] < dt.date(2018, 9, 19)]
    said = told(late, covers={"from": "2018-03-01", "to": "2018-10-01"})
    assert "its last row is of 2018-09-18, 12 days inside what covers says" in said
    assert "covers: {from: 2018-03-01, to: 2018-09-19}" in said
    early = counted[counted["day"] > dt.date(2018, 3, 12)]
    assert "covers: {from: 2018-03-13, to: 2018-10-01}" in told(
        early, covers={"from": "2018-03-01", "to": "2018-10-01"}
    )
    assert not told(counted, covers={"from": "2018-03-01", "to": "2018-10-01"})


def test_rows_beyond_what_is_covered_are_named_unless_they_are_left_out_on_purpose():
    counted = rows(months("2017-01", 24, 80))
    said = told(counted, **YEAR)
    assert "960 records outside what covers says" in said
    assert "covers: {from: 2017-01-01, to: 2019-01-01}" in said
    left_out = [{"from": "2017-01-01", "to": "2018-01-01", "reason": REASON}]
    assert not told(counted, **YEAR, gaps=left_out)
    strays = rows(months("2018-01", 12, 80) | {"2017-03": 2, "2019-02": 1})
    assert not told(strays, **YEAR)


def test_a_last_day_written_as_the_end_is_found():
    said = told(rows(months("2018-01", 12, 3_100)), covers={"from": "2018-01-01", "to": "2018-12-31"})
    assert "covers: {from: 2018-01-01, to: 2019-01-01}" in said


def test_a_table_of_years_says_so_and_its_empty_year_is_named():
    years = {f"{year}-01": n for year, n in ((2014, 50), (2015, 60), (2016, 0), (2017, 55), (2018, 40))}
    covers = {"from": "2014-01-01", "to": "2019-01-01"}
    counted = rows(years, days=False)
    assert "grain: year" in told(counted, covers=covers)
    said = told(counted, covers=covers, grain="year")
    assert "2016-01 to 2016-12: 0" in said
    assert "{from: 2016-01-01, to: 2017-01-01" in said
    assert not told(rows(years | {"2016-01": 45}, days=False), covers=covers, grain="year")
    assert not told(rows({"2014-01": 500}, days=False), covers=covers, grain="whole")


def test_months_of_one_of_several_forces_are_missed_although_the_sum_hardly_falls():
    named = [
        f"2018-{month:02}/2018-{month:02}-{force}-street.csv" for force in ("north", "south") for month in range(1, 7)
    ]
    files = [
        {"file": name, "sha256": f"{n:064x}"}
        for n, name in enumerate(named)
        if name != "2018-04/2018-04-south-street.csv"
    ]
    parts = [
        rows({name["file"][:7]: 900 if "north" in name["file"] else 300}, days=False, file=at)
        for at, name in enumerate(files)
    ]
    half_a_year = {"covers": {"from": "2018-01-01", "to": "2018-07-01"}, "files": files}
    said = told(pd.concat(parts, ignore_index=True), **half_a_year)
    assert "south-street.csv and 4 more of such a name" in said
    assert "2018-04: 0" in said
    gap = [{"from": "2018-04-01", "to": "2018-05-01", "units": ["01"], "reason": REASON}]
    assert not told(pd.concat(parts, ignore_index=True), **half_a_year, gaps=gap)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"covers": [{"from": "2018-03-01", "to": "2018-05-01"}, {"from": "2018-01-01", "to": "2018-02-01"}]}, "order"),
        (
            {"covers": [{"from": "2018-01-01", "to": "2018-04-01"}, {"from": "2018-03-01", "to": "2018-05-01"}]},
            "overlaps",
        ),
        ({**YEAR, "gaps": [{"from": "2017-01-01", "to": "2020-01-01", "reason": REASON}]}, "nothing is left"),
        ({**YEAR, "quiet": [{"from": "2017-01-01", "to": "2018-02-01", "reason": REASON}]}, "not covered throughout"),
        (
            {**YEAR, "gaps": [{"from": "2018-02-01", "to": "2018-03-01", "units": ["1", "1"], "reason": REASON}]},
            "twice",
        ),
    ],
)
def test_periods_that_contradict_each_other_are_refused(changes: dict[str, object], fault: str):
    with pytest.raises(ValueError, match=fault):
        passport(**changes)


# A year of four squares of 3,000 residents: 24 robberies and 12 shootings a month in each.
SILENT = SimpleNamespace(policy=SimpleNamespace(completeness=LIMITS))  # what is read of the config


def silent_months(counts: Mapping[str, int], **given: object) -> list[str]:
    covers = {"from": "2024-01-01", "to": "2025-01-01"}
    found = silent._months_of(rows(counts), "robbery", passport(covers=covers, **given), SILENT)
    return [f"{line['start']:%m}-{line['stop']:%m}" for line in found]


def test_months_without_a_row_of_a_class_are_named_unless_the_passport_says_of_the_class_why():
    half = months("2024-07", 6, 40)
    assert silent_months(half) == ["01-07"]
    span = {"from": "2024-01-01", "to": "2024-07-01", "reason": REASON}
    for key in ("gaps", "quiet"):
        assert silent_months(half, **{key: [span | {"classes": ["robbery"]}]}) == []
        assert silent_months(half, **{key: [span | {"classes": ["homicide"]}]}) == ["01-07"]
    assert silent_months({"2024-01": 2, "2024-12": 3}) == []  # as sparse as homicides are


def test_a_gap_of_one_class_leaves_the_exposure_of_the_others():
    span = {"from": "2024-01-01", "to": "2024-07-01", "reason": REASON, "classes": ["robbery"]}
    observed = passport(covers={"from": "2024-01-01", "to": "2025-01-01"}, gaps=[span]).observed
    assert observed is not None
    year = dt.date(2024, 1, 1), dt.date(2025, 1, 1)
    assert [seen.days(*year) for seen in (observed, observed.of_class("robbery"), observed.of_class("homicide"))] == [
        366,
        184,
        366,
    ]


def test_rows_of_a_class_in_a_gap_of_its_own_are_a_fault():
    con = duckdb.connect()
    con.execute("create table rows_ as select date '2024-03-01' as at_, 'robbery' as class_, 'A' as unit_, 1 as fate")
    span = {"from": "2024-01-01", "to": "2024-07-01", "reason": REASON, "classes": ["robbery"]}
    for gap, n in ((span, 1), (span | {"units": ["A"]}, 1), (span | {"units": ["B"]}, 0)):
        covers = {"from": "2024-01-01", "to": "2025-01-01"}
        source = ScoredSource(passport(covers=covers, gaps=[gap]), [], "rows_")
        assert len(silent._in_gaps(con, source, "'loaded'")) == n


@pytest.mark.parametrize(
    ("left_out", "counts", "is_named"),
    [
        ([("A", "robbery")], [0, 9, 9], True),  # each 0 is listed
        ([("A", "robbery")], [9, 9, 9], True),  # none is, but it would be most improbable
        ([("A", "robbery")], [1, 2, 1], False),  # a table that leaves each 0 out
        ([(unit, "robbery") for unit in "ABC"], [0, 9, 9], False),  # it lists too few to tell
    ],
)
def test_a_cell_that_a_table_of_counts_leaves_out_is_no_0_where_it_lists_the_others(left_out, counts, is_named):
    covers = {"from": "2024-01-01", "to": "2025-01-01"}
    con = duckdb.connect()
    con.execute("attach ':memory:' as harm")
    notes.prepare(con)
    table = pd.DataFrame(
        [
            (unit, code, class_, dt.date(2024, month, 1), counts[(ord(unit) + month) % 3])
            for unit in "ABCD"
            for code, class_ in enumerate(("robbery", "assault", "homicide"))
            for month in range(1, 5)
            if (unit, class_) not in left_out
        ],
        columns=["unit_", "code_", "class_", "month_", "n"],
    )
    con.register("cells", table.astype({"month_": "datetime64[s]"}))
    con.execute("create table rows_ as select * replace (month_::date as month_) from cells")
    columns = {**tiny.COLUMNS, "n": {"type": "integer", "tells": "harm", "means": "Records."}}
    source = ScoredSource(passport(covers=covers, counted="n", columns=columns), [], "rows_")
    silent.record_cells(con, source, "true", SILENT)
    found = con.execute("select unit_id, class, count(*) from harm.load_uncounted group by all").fetchall()
    assert found == ([("A", "robbery", 4)] if is_named else [])
    assert len(con.execute("from harm.load_note where kind = 'unlisted'").fetchall()) == is_named


def offences(*, without: str = "", silent: str = "", part: str = "") -> str:
    """Rows of a year; *without*: a month; *silent*: a square; *part*: a square that is silent from March on."""
    found, number = ["id,when,lon,lat,offence,arrest"], 0
    for month in range(1, 13):
        for x, y in ((0, 0), (0, 1), (1, 0), (1, 1)):
            if f"{month:02}" == without or f"{x}{y}" == silent or (f"{x}{y}" == part and month > 2):
                continue
            for n in range(36):
                number += 1
                kind = "ROBBERY" if n % 3 else "SHOOTING"
                found.append(
                    f"{number},2023-{month:02}-{1 + n % 28:02} 10:00,{x}.5,{y}.5,{kind},{str(n % 9 == 0).lower()}"
                )
    drugs = [f"{number + n},2023-{1 + n % 12:02}-09 10:00,{n % 2}.5,{n // 2 % 2}.5,DRUGS,true" for n in range(1, 49)]
    return "\n".join([*found, *drugs]) + "\n"


def a_year(home: Path, text: str, **changes: object) -> Path:
    tiny.tiny_project(home, text)
    (home / "data" / "tiny" / "residents.csv").write_text(
        "area,residents\n00,3000\n01,3000\n10,3000\n11,3000\n", "utf-8"
    )
    scheme = home / "config" / "scheme.yaml"
    scheme.write_text(yaml.safe_dump(yaml.safe_load(scheme.read_text("utf-8")) | {"as_of": "2024-01-01"}), "utf-8")
    tiny.write_place(home, **{"covers": {"from": "2023-01-01", "to": "2024-01-01"}, **changes})
    return home


def scored(home: Path) -> runs.AreaRun:
    return runs.load_run(home, "tiny", pipeline.run(home, "tiny"))


def rates(run: runs.AreaRun) -> pd.DataFrame:
    return run.classes.set_index(["unit_id", "class"])


def test_a_gap_leaves_the_exposure_so_that_rates_stay(tmp_path: Path):
    with pytest.raises(SourceError, match=r"2023-05: 0[\s\S]*gaps:\n  - \{from: 2023-05-01, to: 2023-06-01"):
        scored(a_year(tmp_path / "silent", offences(without="05")))
    gap = [{"from": "2023-05-01", "to": "2023-06-01", "reason": REASON}]
    run = scored(a_year(tmp_path / "told", offences(without="05"), gaps=gap))
    row = rates(run).loc[("00", "robbery")]
    assert row["person_years"] == pytest.approx(3000 * (365 - 31) / 365)
    assert row["own_rate"] == pytest.approx(24 * 11 / (3000 * 334 / 365) * 100_000)
    assert run.facts["contrast_to"] == "2024-01-01"
    assert run.facts["contrast_from"] == "2023-06-01", "the longest time without a gap"
    chosen = register(run, "robbery").card.facts.set_index("fact")["value"]
    assert chosen["Period"].startswith("2023 without May 2023")
    assert "January to April 2023 and June to December 2023" in explain(run, "00").steps[-2].rows["Covers"].tolist()


def test_rows_in_a_gap_are_outside_the_period_and_counted_there(tmp_path: Path):
    gap = [{"from": "2023-05-01", "to": "2023-06-01", "reason": REASON}]
    run = scored(a_year(tmp_path, offences(), gaps=gap))
    line = run.reconciliation.set_index("source").loc["offences"]
    assert line["outside_period"] == 4 * 36 + 4
    assert rates(run).loc[("00", "robbery"), "events"] == 24 * 11


def test_a_unit_without_a_row_is_named_and_with_a_gap_it_is_not_scored(tmp_path: Path):
    run = scored(a_year(tmp_path / "silent", offences(silent="11")))
    assert run.silent["unit_id"].tolist() == ["11"]
    assert "11 (offences, where about 432 are expected)" in silent_note(run)
    stopped = scored(a_year(tmp_path / "stopped", offences(part="11")))
    assert "11 (offences March to December 2023, where about" in silent_note(stopped), "no row for ten months"
    assert "Did it report?" in explain(run, "11").finding
    gap = [{"from": "2023-01-01", "to": "2024-01-01", "units": ["11"], "reason": REASON}]
    told = scored(a_year(tmp_path / "told", offences(silent="11"), gaps=gap))
    score = told.scores.set_index("unit_id").loc["11"]
    assert told.silent.empty
    assert score["tier"] == "not scored"
    assert "Robbery: this area reported 0 of 12 months" in score["reason"]
    assert "11 (Robbery: this area reported 0 of 12 months; Shooting" in reported_note(told)
    assert told.contrast.set_index("unit_id").loc["11", ["ratio", "ratio_low"]].isna().all()
    assert rates(told).loc[("11", "robbery"), ["events", "person_years", "own_rate"]].isna().all(), "never 0"


def coverage_sql(home: Path, *lines: str) -> None:
    values = ", ".join(lines)
    sql = f"select unit_id, 'offences' as source, month, share from (values {values}) as t(unit_id, month, share)\n"
    (home / "config" / "places" / "tiny" / "core" / "core_coverage.sql").write_text(sql, "utf-8")


def reported(unit: str, month: int, share: str) -> str:
    return f"('{unit}', date '2023-{month:02}-01', {share}::decimal(5, 4))"


def test_a_unit_that_sent_two_of_twelve_months_is_not_observed_and_one_that_sent_ten_is_by_what_it_sent(tmp_path: Path):
    home = a_year(tmp_path / "two", offences(part="11"))
    coverage_sql(home, *(reported("11", month, "0") for month in range(3, 13)))
    run = scored(home)
    assert "this area reported 2 of 12 months" in explain(run, "11").finding
    assert run.scores.set_index("unit_id").loc["11", "tier"] == "not scored"
    home = a_year(tmp_path / "ten", offences())
    coverage_sql(home, reported("10", 1, "0.5"), reported("10", 2, "0.5"))
    run = scored(home)
    row = rates(run).loc[("10", "robbery")]
    assert row["person_years"] == pytest.approx(3000 * (365 - 59 / 2) / 365)
    assert row["events"] == 24 * 12
    assert not reported_note(run)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (reported("11", 4, "0"), r"11, source offences, 2023-04: robbery, shooting"),
        (reported("99", 4, "0.5"), "core_coverage.unit_id is not in core_area"),
        (reported("11", 4, "1.5"), "core_coverage.share must be from 0 to 1"),
        ("('11', date '2023-04-02', 0.5::decimal(5, 4))", "core_coverage.month must be the first"),
        (f"{reported('11', 4, '0.5')}, {reported('11', 4, '0.4')}", "not one row per unit, source and month"),
    ],
)
def test_what_cannot_be_true_of_a_report_is_refused(tmp_path: Path, line: str, fault: str):
    home = a_year(tmp_path, offences())
    coverage_sql(home, line)
    with pytest.raises(SnapshotError, match=fault):
        pipeline.run(home, "tiny")


def test_a_gap_of_a_unit_that_has_rows_then_is_refused(tmp_path: Path):
    gap = [{"from": "2023-04-01", "to": "2023-05-01", "units": ["11"], "reason": REASON}]
    home = a_year(tmp_path, offences(), gaps=gap)
    with pytest.raises(SourceError, match="11, 2023-04-01 to 2023-05-01: 36 rows"):
        pipeline.run(home, "tiny")


def test_enforcement_records_neither_fill_nor_make_a_month(tmp_path: Path):
    """Harm of May is missing; arrests of May do not hide that, and without any the load is the same."""
    text = offences(without="05")
    filled = text + "".join(f"{9000 + n},2023-05-07 10:00,0.5,0.5,DRUGS,true\n" for n in range(150))
    for name, variant in (
        ("more", filled),
        ("none", "\n".join(r for r in text.splitlines() if "DRUGS" not in r) + "\n"),
    ):
        with pytest.raises(SourceError, match="2023-05: 0"):
            pipeline.run(a_year(tmp_path / name, variant), "tiny")


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path):
    home = a_year(tmp_path, offences(without="05"))
    place, data = home / "config" / "places" / "tiny", home / "data" / "tiny"
    (data / "more.csv").write_text(offences(without="08").replace("ROBBERY", "RIOT"), "utf-8")
    described = yaml.safe_load((place / "sources" / "offences.yaml").read_text("utf-8"))
    digest = hashlib.sha256((data / "more.csv").read_bytes()).hexdigest()
    described |= {"id": "more", "file": "more.csv", "sha256": digest}
    (place / "sources" / "more.yaml").write_text(yaml.safe_dump(described), "utf-8")
    walk = place / "crosswalk.csv"
    walk.write_text(
        walk.read_text("utf-8") + "more,RIOT,robbery,false,exact,\nmore,SHOOTING,shooting,false,exact,\n"
        "more,DRUGS,drug_possession,true,exact,\n",
        "utf-8",
    )
    with pytest.raises(SourceError) as stopped:
        pipeline.run(home, "tiny")
    assert "more.csv (source more)" in str(stopped.value)
    assert "2023-08: 0" in str(stopped.value)
    assert "offences.csv (source offences)" in str(stopped.value)
    assert "2023-05: 0" in str(stopped.value)
