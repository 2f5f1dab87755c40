"""Rows that are the same, or seem so: an empty key equals nothing, and two versions of a record are not two copies."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from tests.cases.case import Case, same_counts
from tests.cases.home import ZEROS, Home, Loaded
from tests.cases.lost import several


def keyless(mark: str, **columns: str) -> Callable[[Home], None]:
    """Return a change that takes the id from every assault; ids are texts where the column is one."""

    def change(home: Home) -> None:
        before = "HZ" if columns else ""
        home.rows("offences.csv", lambda row: row | {"id": mark if row["offence"] == "ASSAULT" else before + row["id"]})
        home.passport("offences", columns={"id": columns})

    return change


def all_kept(found: Loaded, sound: Loaded) -> None:
    """Hold that every row counts and that those without an id are told."""
    same_counts(found, sound)
    lines = found.lines("offences")
    assert (lines["no_key"].sum(), lines["loaded"].sum()) == (968, 2392)
    assert lines["repeats"].iloc[0] == "without a key assault 968"


def again(old: str, new: str, most: int = 60) -> Callable[[Home], None]:
    """Return a change that repeats rows of one class at the end, under the same ids, as another class."""

    def change(home: Home) -> None:
        text = home.read("offences.csv")
        more = [line.replace(f",{old},", f",{new},") for line in text.splitlines() if f",{old}," in line]
        home.write("offences.csv", text + "\n".join(more[:most]) + "\n")

    return change


def contradicted(found: Loaded, sound: Loaded) -> None:
    """Hold that the graver class counts and the other one is told."""
    same_counts(found, sound)
    lines = found.lines("offences")
    assert lines["reasons"].iloc[0] == "contradicts another row 60"
    assert lines["repeats"].iloc[0] == "contradictions assault 60"


def copied(found: Loaded, sound: Loaded) -> None:
    """Hold that copies are left out once and told by class."""
    same_counts(found, sound)
    assert found.lines("offences")["repeats"].iloc[0] == "copies shooting 60"


def second(name: str, source: str, content: Callable[[str], str | bytes]) -> Callable[[Home], None]:
    """Return a change that lists a second file of a source, made of the first one."""

    def change(home: Home) -> None:
        home.write(name, content(home.read(f"{source}.csv")))
        files = [
            {"file": one, "sha256": ZEROS.replace("0", digit)} for one, digit in ((f"{source}.csv", "0"), (name, "1"))
        ]
        home.passport(source, file=None, sha256=None, files=files)

    return change


CASES = (
    Case("05a ids are empty", keyless(""), right=all_kept),
    Case(
        "05a ids are a word for nothing",
        keyless("NULL", type="text"),
        ("offences.csv", "1 record stands there more than once, in 968 rows", "missing"),
        declared=lambda home: home.passport("offences", missing=["NULL"]),
        right=all_kept,
    ),
    Case(
        "05b records were reclassified",
        again("SHOOTING", "ASSAULT"),
        (
            "60 records stand there more than once, in 120 rows",
            "differ in class (60)",
            "row 42 and row 3176",
            "gravest",
        ),
        declared=lambda home: home.passport("offences", wins=[{"gravest": ["shooting", "assault"]}]),
        right=contradicted,
    ),
    Case("05b records came again as they were", again("SHOOTING", "SHOOTING"), right=copied),
    Case(
        "05b many records came again",
        again("SHOOTING", "SHOOTING", 200),
        ("200 of 3,375 rows of the period (6%) repeat another row", "allows 5%", "accepts: {repeats:"),
    ),
    Case(
        "05c one file stands there twice",
        second("complaints-1.csv", "complaints", lambda text: text),
        ("complaints.csv and complaints-1.csv have one sha256", "each row would count twice", "Keep one"),
        code=10,
    ),
    Case(
        "05c a file of counts stands there with other line ends",
        second("complaints-1.csv", "complaints", lambda text: text.replace("\n", "\r\n")),
        ("complaints-1.csv", "115 keys of time, unit and class stand there more than once", "repeats: sum"),
    ),
    Case(
        "05c a file of records stands there packed, and nothing is unique",
        several(
            second("offences-1.csv.gz", "offences", lambda text: gzip.compress(text.encode())),
            lambda home: home.passport("offences", unique=None),
        ),
        ("offences-1.csv.gz", "3,175 of 3,175 rows of the period (100%) repeat another row"),
    ),
)
