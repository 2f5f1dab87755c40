"""Ids of units that meet no outline: named with their rows and the unit that is meant, never "outside the place"."""

from __future__ import annotations

from tests.cases.case import Case, same_counts
from tests.cases.home import Home

NUMBERS = {f"{row}{n}": str(n + 4 * at) for at, row in enumerate("ABC") for n in range(1, 5)}
TABLES = ("residents", "deaths", "complaints")


def other_name(home: Home) -> None:
    """Let the complaints call an area by its name."""
    home.column("complaints.csv", "area", lambda unit: "Cedar Bank" if unit == "A3" else unit)


def no_name(home: Home) -> None:
    """Let the complaints call an area as nothing in the outlines does."""
    home.column("complaints.csv", "area", lambda unit: "Central Business District" if unit == "A3" else unit)


def spelt(source: str, **pairs: str) -> object:
    """Return a change that declares spellings."""
    return lambda home: home.passport(source, locate={"spellings": pairs})


def numbered(home: Home, form: str = "{}") -> None:
    """Number the areas; the complaints write each number in another form."""
    home.outlines(
        lambda features: [f["properties"].update(area=int(NUMBERS[f["properties"]["area"]])) for f in features]
    )
    for name in TABLES:
        home.column(f"{name}.csv", "area", NUMBERS.__getitem__)
    home.column("complaints.csv", "area", form.format)


def padded(home: Home) -> None:
    """Write the numbers of areas with two digits everywhere but in the complaints."""
    numbered(home)
    home.outlines(lambda features: [f["properties"].update(area=f"{f['properties']['area']:02d}") for f in features])
    for name in ("residents", "deaths"):
        home.column(f"{name}.csv", "area", lambda unit: unit.zfill(2))


def in_complaints(old: str, new: str) -> object:
    """Return a change that writes one id otherwise in the complaints."""
    return lambda home: home.column("complaints.csv", "area", lambda unit: new if unit == old else unit)


def twice(home: Home) -> None:
    """Give one area two outlines that lie apart."""

    def add(features: list[dict]) -> None:
        ring = [[x + 5, y + 5] for x, y in features[2]["geometry"]["coordinates"][0]]
        features.append({**features[2], "geometry": {"type": "Polygon", "coordinates": [ring]}})

    home.outlines(add)


def unnamed(home: Home) -> None:
    """Take the id from one outline."""
    home.outlines(lambda features: features[2]["properties"].update(area=None))


CASES = (
    Case(
        "01a a unit is called otherwise",
        other_name,
        ("complaints.csv, column area", "'Cedar Bank': 10 rows, as the outlines call 'A3'", '{"Cedar Bank": "A3"}'),
        declared=spelt("complaints", **{"Cedar Bank": "A3"}),
        right=same_counts,
    ),
    Case(
        "01a a unit is called as no outline is",
        no_name,
        ("'Central Business District': 10 rows\n", "Units that no row names: 'A3'", "spellings", "outside"),
    ),
    Case(
        "01b codes are written as decimals",
        lambda home: numbered(home, "{}.0"),
        ("holds 12 units", "'3.0': 10 rows, like '3', written as a decimal", "sources/complaints.yaml", '"3.0": "3"'),
        declared=spelt("complaints", **{f"{n}.0": n for n in NUMBERS.values()}),
        right=lambda found, sound: sum_of(found, sound, "complaints"),
    ),
    Case(
        "01b codes lost their leading zeros",
        padded,
        ("holds 9 units", "'3': 10 rows, like '03', written with other leading zeros", '"3": "03"'),
    ),
    Case(
        "01 an id ends in a space that cannot be seen",
        in_complaints("A3", "A3\u00a0"),
        (r"'A3\xa0': 10 rows, like 'A3', written with other spaces",),
    ),
    Case("01 ids are blank", in_complaints("A3", " "), ("10 of 115 rows", "neither a unit nor a point", "accepts")),
    Case(
        "01 residents call a unit otherwise",
        lambda home: home.column("residents.csv", "area", lambda unit: "A3 " if unit == "A3" else unit),
        ("residents.csv, column area", "'A3 ': 1 row, like 'A3', written with other spaces", "unit: area, spelli"),
        declared=lambda home: home.passport("residents", locate={"unit": "area", "spellings": {"A3 ": "A3"}}),
        right=same_counts,
    ),
    Case("01 two outlines have one id", twice, ("areas.geojson", "'A3' (features number 3, 13)", "MultiPolygon")),
    Case("01 an outline has no id", unnamed, ("areas.geojson", "feature number 3 has no area", "left_out")),
)


def sum_of(found, sound, source) -> None:
    """Hold that every row of a source counts, and as many as in the sound project."""
    assert found.line(source) == sound.line(source)
    assert found.line(source)["loaded"] == 115
    assert found.counts["events"].sum() == sound.counts["events"].sum()
