"""What was not delivered, or not told: named, declared, and then not observed; never a count of 0."""

from __future__ import annotations

import math
from collections.abc import Callable

from tests import town
from tests.cases.case import Case, told
from tests.cases.home import Home, Loaded
from tests.cases.lost import several

YEAR = {"from": "2024-01-01", "to": "2025-01-01"}
ENDS = """with counted as (
    select unit_id, month, class, 1 as low, 1 as high from raw_offences
    union all select unit_id, month, class, complaints, complaints from raw_complaints
    union all select unit_id, month, class, deaths_low, deaths_high from raw_deaths
)
select unit_id, month, class, 'other' as place_class, cast(sum(low) as bigint) as events_low,
    cast(sum(high) as bigint) as events_high, case when sum(low) = sum(high) then cast(sum(low) as bigint) end as events
from counted group by all order by all"""


def silent(home: Home) -> None:
    """Deliver no complaint of one area."""
    home.rows("complaints.csv", lambda row: None if row["area"] == "C3" else row)


def did_not_report(home: Home) -> None:
    """Say in the passport that the area did not report."""
    home.passport("complaints", gaps=[{**YEAR, "units": ["C3"], "reason": "The station delivered nothing in 2024."}])


def named_where_nobody_says_more(found: Loaded, sound: Loaded) -> None:
    """Hold that the area is named with its source, and the file may say no more than that."""
    told(found, "complaints.csv", "no row of the period lies in 'C3'", "a count of 0 would be wrong")
    assert found.line("complaints")["loaded"] == 104


def not_observed(found: Loaded, sound: Loaded) -> None:
    """Hold that the area has no score of what it did not report, and keeps its score of the rest."""
    scores, before = found.scores, sound.scores
    assert math.isnan(scores.loc["C3", "corruption"])
    assert before.loc["C3", "corruption"] > 50
    assert abs(scores.loc["C3", "violence"] - before.loc["C3", "violence"]) < 1
    assert scores["corruption"].notna().sum() == len(scores) - 1


def marked(mark: str, unit: str | None = None) -> Callable[[Home], None]:
    """Return a change that puts a mark in the place of deaths, of small counts or of all in one unit."""

    def change(home: Home) -> None:
        home.rows(
            "deaths.csv",
            lambda row: (
                row | {"deaths": mark} if (int(row["deaths"]) < 5 if unit is None else row["area"] == unit) else row
            ),
        )

    return change


def suppressed(mark: str, high: int) -> Callable[[Home], None]:
    """Return a change that declares a mark of suppression, and reads the ends of the counts."""

    def change(home: Home) -> None:
        marks = {"marks": [mark], "low": 1, "high": high}
        home.passport("deaths", bad_rows=None, columns={"deaths": {"suppressed": marks}})
        home.core("core_count", ENDS)

    return change


def an_interval(found: Loaded, sound: Loaded) -> None:
    """Hold that the counts of the area lie between their ends, and that it does not read as one without deaths."""
    told(found, "deaths.csv", "12 rows in which deaths is suppressed: between its ends, never 0")
    ends = found.query(
        "select sum(events_low) as low, sum(events_high) as high, count(events) as known from core_count "
        "where class = 'overdose_death' and unit_id = 'B3'"
    ).iloc[0]
    assert (ends["low"], ends["high"], ends["known"]) == (12, 48, 0)
    row, before = found.scores.loc["B3"], sound.scores.loc["B3"]
    assert before["community"] > 60, "it is the area with most deaths; read as without any it has 11"
    assert row["community_low"] > 20
    assert row["community_high"] > 45
    assert row["community_high"] - row["community_low"] > 20


def not_known(found: Loaded, sound: Loaded) -> None:
    """Hold that units and months without a count are not observed."""
    told(found, "deaths.csv", "rows without a count in deaths: their units and months are not observed")
    assert found.query("select count(*) as n from load_uncounted")["n"][0] > 0


def month_gone(home: Home) -> None:
    """Take one month out of the passport and leave what it covers."""
    files = town.read(home.config / "sources" / "street.yaml")["files"]
    home.passport("street", files=[file for file in files if "2019-01" not in file["file"]])


def month_is_a_gap(home: Home) -> None:
    """Say that the month is not there."""
    home.passport("street", gaps=[{"from": "2019-01-01", "to": "2019-02-01", "reason": "The month was not published."}])


def same_rates(found: Loaded, sound: Loaded) -> None:
    """Hold that the exposure lost the month as the events did, so that no rate falls by a fifth."""
    kept = sound.query("select coalesce(sum(events), 0)::bigint as n from core_count where month <> '2019-01-01'")["n"][
        0
    ]
    assert found.counts["events"].sum() == kept > 0
    scores, before = found.scores, sound.scores
    top = before["violence"].nlargest(5).index
    ratio = scores.loc[top, "violence"].mean() / before.loc[top, "violence"].mean()
    assert 0.93 < ratio < 1.07, ratio


def without(source: str, column: str, is_left_out: Callable[[str], bool]) -> Callable[[Home], None]:
    """Return a change that leaves rows out by their time."""
    return lambda home: home.rows(f"{source}.csv", lambda row: None if is_left_out(row[column]) else row)


def quarterly(home: Home) -> None:
    """Write the first day of the quarter as the month of every complaint."""
    first = {n: f"2024-{(n - 1) // 3 * 3 + 1:02d}-01" for n in range(1, 13)}
    home.column("complaints.csv", "month", lambda day: first[int(day[5:7])])


def quarters(found: Loaded, sound: Loaded) -> None:
    """Hold that quarters count whole."""
    assert found.events("corruption_complaint") == sound.events("corruption_complaint")
    assert found.line("complaints")["loaded"] == 115


CASES = (
    Case("04a an area did not report, and nothing says so", silent, right=named_where_nobody_says_more),
    Case("04a an area did not report", several(silent, did_not_report), right=not_observed),
    Case(
        "04b counts are suppressed",
        several(marked("*", "B3"), lambda home: home.passport("deaths", bad_rows="reject")),
        ("deaths.csv", "'*' in 12 rows", 'suppressed: {marks: ["*"], low: 1', "bad_rows: reject is not for it"),
        ("or let the passport say bad_rows: reject",),
        declared=suppressed("*", 4),
        right=an_interval,
    ),
    Case(
        "04b small counts are told as under ten",
        marked("<10"),
        ("'<10' in", 'suppressed: {marks: ["<10"], low: 1, high: 9}', "a row left out would count as 0"),
        ("or let the passport say bad_rows: reject",),
    ),
    Case(
        "04b small counts are told as ranges, and core SQL still adds up the empty column",
        several(
            marked("1-4"),
            lambda home: home.passport(
                "deaths", columns={"deaths": {"suppressed": {"marks": ["1-4"], "low": 1, "high": 4}}}
            ),
        ),
        ("raw_deaths.deaths", "sums would take it as 0", "deaths_low", "deaths_high"),
        code=15,
    ),
    Case(
        "04b counts are not known",
        marked("n/a"),
        ("'n/a' in", 'missing: ["n/a"]', "bad_rows: reject is not for it"),
        declared=lambda home: home.passport("deaths", columns={"deaths": {"missing": ["n/a"]}}),
        right=not_known,
    ),
    Case(
        "04b a row of counts has no month that can be read",
        several(
            lambda home: home.rows(
                "complaints.csv", lambda row: row | {"month": "soon"} if row["area"] == "C1" else row
            ),
            lambda home: home.passport("complaints", bad_rows="reject"),
        ),
        ("complaints.csv", "column month", "a row left out would count as 0, so bad_rows: reject is not for it"),
    ),
    Case(
        "04c the file of a month is missing",
        month_gone,
        ("source street", "2019-01: 0", "beside them a month holds about", "gaps:", "from: 2019-01-01, to: 2019-02-01"),
        declared=month_is_a_gap,
        right=same_rates,
        place="police_uk",
    ),
    Case(
        "04c a month is cut off",
        without("offences", "at", lambda time: "2024-05-04" <= time < "2024-06"),
        ("offences.csv", "2024-05: 20", "beside them a month holds about 200", "gaps:", "quiet:"),
    ),
    Case(
        "04c the end is cut off",
        without("offences", "at", lambda time: time > "2024-12-10"),
        (
            "its last row is of 2024-12-09, 22 days inside what covers says",
            "covers: {from: 2024-01-01, to: 2024-12-10}",
        ),
    ),
    Case(
        "04c covers goes past the end",
        lambda home: home.passport("complaints", covers={"to": "2025-07-01"}),
        ("complaints.csv", "2025-01: 0, 2025-02: 0", "The last row is of 2024-12-01", "to: 2025-01-01}"),
    ),
    Case(
        "04c a date stands for a quarter",
        quarterly,
        ("complaints.csv", "stand there more than once", "repeats: sum"),
        declared=lambda home: home.passport("complaints", grain="quarter", repeats="sum"),
        right=quarters,
    ),
)
