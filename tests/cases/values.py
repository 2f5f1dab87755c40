"""Numbers as people write them: read as they are meant where the passport says how, and otherwise refused."""

from __future__ import annotations

from collections.abc import Callable

from tests.cases.case import Case
from tests.cases.home import Home, Loaded

TOLD = "row 1, column residents"


def parted(sign: str) -> Callable[[Home], None]:
    """Return a change that parts the thousands of the residents."""
    return lambda home: home.column("residents.csv", "residents", lambda n: f"{int(n):,}".replace(",", sign))


def by(sign: str) -> Callable[[Home], None]:
    """Return a change that declares what parts thousands."""
    return lambda home: home.passport("residents", thousands=sign)


def same_residents(found: Loaded, sound: Loaded) -> None:
    """Hold that every area has the residents that it has."""
    asked = "select area_id, residents from core_area order by 1"
    assert found.query(asked).equals(sound.query(asked))
    assert found.query(asked).set_index("area_id")["residents"]["A1"] == 9200


def parting(name: str, sign: str, declared: str) -> Case:
    """Return the case of a sign that parts thousands."""
    said = f'thousands: "{declared}"'
    if sign in "\u2019,":  # one load for each way of reading is enough
        return Case(name, parted(sign), (TOLD, "is no integer", said))
    return Case(name, parted(sign), (TOLD, "is no integer", said), declared=by(declared), right=same_residents)


CASES = (
    parting("06a a point parts thousands", ".", "."),
    parting("06a an apostrophe parts thousands", "\u2019", "'"),
    parting("06a a narrow space parts thousands", "\u202f", " "),
    parting("06a a comma parts thousands", ",", ","),
    Case(
        "06a deaths are no whole numbers",
        lambda home: home.column("deaths.csv", "deaths", lambda n: f"{n}.4"),
        ("deaths.csv", "row 1, column deaths", "it would become another value", "a row left out would count as 0"),
        ("or let the passport say bad_rows: reject",),
    ),
    Case(
        "06a whole numbers are written as a spreadsheet does",
        lambda home: home.column("residents.csv", "residents", lambda n: f"{n}.0"),
        right=same_residents,
    ),
    Case(
        "06a no row can be read",
        lambda home: (parted(".")(home), home.passport("residents", bad_rows="reject")),
        ("residents.csv", TOLD, "12 rows in all", 'thousands: "."', "no row is left"),
    ),
)
