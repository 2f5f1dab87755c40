"""Differences that cannot be seen, and files that are not what they are called: both are told by name."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable

from openpyxl import Workbook

from tests.cases.case import Case, same_counts
from tests.cases.home import Home
from tests.cases.values import same_residents

COMPOSED = "AGRESI\u00d3N"


def offence(written: str, listed: str = "ROBBERY") -> Callable[[Home], None]:
    """Return a change that writes an offence otherwise in the file, and in the crosswalk."""

    def change(home: Home) -> None:
        home.write("offences.csv", home.read("offences.csv").replace("ROBBERY", written))
        path = home.config / "crosswalk.csv"
        path.write_text(path.read_text("utf-8").replace("ROBBERY", listed), "utf-8")

    return change


def called(name: str) -> Callable[[Home], None]:
    """Return a change that gives the file of outlines another name."""

    def change(home: Home) -> None:
        home.file("areas.geojson").rename(home.file(name))
        home.passport("areas", file=name)

    return change


def workbook(home: Home) -> None:
    """Write a workbook under the name of a CSV file."""
    book, content = Workbook(), io.BytesIO()
    book.active.append(["area", "residents"])
    book.save(content)
    home.write("residents.csv", content.getvalue())


def encoded(name: str) -> Callable[[Home], None]:
    """Return a change that writes the offences in another encoding, with an accent in one."""

    def change(home: Home) -> None:
        offence(COMPOSED, COMPOSED)(home)
        home.write("offences.csv", home.read("offences.csv").encode(name))

    return change


def one_feature(home: Home) -> None:
    """Write one feature alone."""
    home.write("areas.geojson", json.dumps(json.loads(home.read("areas.geojson"))["features"][0]))


CASES = (
    Case(
        "15a accents are composed otherwise",
        offence(COMPOSED, unicodedata.normalize("NFD", COMPOSED)),
        ("offences.csv", f"'{COMPOSED}': 534 rows, like ", "written with accents composed otherwise"),
        declared=lambda home: home.crosswalk(f"offences,{COMPOSED},robbery,false,exact,"),
        right=same_counts,
    ),
    Case(
        "15a a sign is invisible",
        offence("ROB\u200bBERY"),
        (r"'ROB\u200bBERY': 534 rows, like 'ROBBERY', written with an invisible sign", "Add a row"),
    ),
    Case(
        "15a a heading ends in a space",
        lambda home: home.write("residents.csv", home.read("residents.csv").replace("residents\n", "residents \n")),
        ("columns missing: residents (like 'residents ', written with other spaces)",),
    ),
    Case(
        "15a the encoding is another one",
        encoded("latin-1"),
        ("offences.csv", "line 2, column offence", "534 rows in all", "encoding: cp1252"),
        declared=lambda home: home.passport("offences", encoding="latin-1"),
        right=same_counts,
    ),
    Case(
        "15a a mark tells the encoding",
        encoded("utf-16"),
        ("offences.csv begins with the mark of utf-16", "Say encoding: utf-16"),
    ),
    Case("15b outlines are called .json", called("areas.json"), right=same_counts),
    Case("15b outlines are called .csv", called("areas.csv"), right=same_counts),
    Case(
        "15b a workbook is called .csv", workbook, ("residents.csv is an Excel workbook", "Save the sheet as CSV UTF-8")
    ),
    Case("15b one feature stands alone", one_feature, ("is not a GeoJSON FeatureCollection", "no list of features")),
    Case(
        "15b the download was a page",
        lambda home: home.write("residents.csv", "<!DOCTYPE html><html><body>Not found</body></html>"),
        ("residents.csv is a web page", "get the file itself"),
    ),
    Case(
        "15b lines end as on Windows, behind a mark",
        lambda home: home.write("residents.csv", "\ufeff" + home.read("residents.csv").replace("\n", "\r\n")),
        right=same_residents,
    ),
)
