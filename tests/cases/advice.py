"""Messages whose advice can be followed: what they ask for is taken by config, and then the file loads."""

from __future__ import annotations

from collections.abc import Callable

from tests.cases.case import Case, same_counts
from tests.cases.home import Home, Loaded
from tests.cases.values import same_residents

NOTHING_IGNORED = {"ignore": [""]}


def nameless(home: Home) -> None:
    """Put a column of row numbers without a heading first."""
    head, *body = home.read("residents.csv").splitlines()
    home.write("residents.csv", "\n".join([f",{head}", *(f"{n},{line}" for n, line in enumerate(body))]) + "\n")


def blank_offence(value: str) -> Callable[[Home], None]:
    """Return a change that leaves the offence of one record blank."""
    return lambda home: home.rows("offences.csv", lambda row: row | {"offence": value} if row["id"] == "5" else row)


def one_more(found: Loaded, sound: Loaded) -> None:
    """Hold that the record counts as what the crosswalk says of a blank offence."""
    assert found.events("theft") == sound.events("theft") + 1
    assert found.line("offences")["loaded"] == 2393


def semicolons(home: Home) -> None:
    """Write the offences with semicolons and decimal commas."""
    lines = [line.split(",") for line in home.read("offences.csv").splitlines()]
    text = [
        ";".join(cell.replace(".", ",") if at in (2, 3) else cell for at, cell in enumerate(line)) for line in lines
    ]
    home.write("offences.csv", "\n".join(text) + "\n")


def parted_by(sign: str) -> Callable[[Home], None]:
    """Return a change that parts the columns of the residents by another sign."""
    return lambda home: home.write("residents.csv", home.read("residents.csv").replace(",", sign))


def titled(home: Home) -> None:
    """Put a title above the header."""
    home.write("residents.csv", "Residents of the town\n\n" + home.read("residents.csv"))


def doubled(home: Home) -> None:
    """Let a column stand there twice."""
    lines = home.read("residents.csv").splitlines()
    home.write("residents.csv", "".join(f"{line},{line.split(',')[1]}\n" for line in lines))


CASES = (
    Case(
        "12a a column has no name",
        nameless,
        ("residents.csv", "column 1 has no name", 'List "" under ignore'),
        declared=lambda home: home.passport("residents", ignore=[""]),
        right=same_residents,
    ),
    Case(
        "12a every line ends in a comma",
        lambda home: home.write("residents.csv", home.read("residents.csv").replace("\n", ",\n")),
        ("column 3 has no name", 'List "" under ignore'),
    ),
    Case(
        "12a a column stands there twice",
        doubled,
        ("stands twice in the header: residents (columns 2, 3)", "Rename one"),
    ),
    Case(
        "12b an offence is blank",
        blank_offence(""),
        ("offences.csv", "1 offence that crosswalk.csv does not know", "a blank value, to be written (empty): 1 row"),
        declared=lambda home: home.crosswalk("offences,(empty),theft,false,closest,Blank in the file."),
        right=one_more,
    ),
    Case(
        "12b an offence is blank, and the line of the crosswalk is",
        lambda home: (blank_offence("")(home), home.crosswalk("offences,,theft,false,closest,Blank in the file.")),
        right=one_more,
    ),
    Case(
        "12b an offence is spaces",
        blank_offence("  "),
        ("a blank value, to be written (empty): 1 row",),
        declared=lambda home: home.crosswalk("offences,(empty),theft,false,closest,Blank in the file."),
        right=one_more,
    ),
    Case(
        "12c decimals have a comma",
        lambda home: (semicolons(home), home.passport("offences", delimiter=";")),
        ("row 1, column longitude", "row 1, column latitude", "3,175 rows in all", 'decimal: ","'),
        declared=lambda home: home.passport("offences", decimal=","),
        right=same_counts,
    ),
    Case(
        "12c semicolons part the columns",
        semicolons,
        ("offences.csv", "columns missing: id, at", 'delimiter: ";"'),
        declared=lambda home: home.passport("offences", delimiter=";", decimal=","),
        right=same_counts,
    ),
    Case(
        "12c tabs part the columns",
        parted_by("\t"),
        ("residents.csv", r'delimiter: "\t"'),
    ),
    Case("12 a title stands above the header", titled, ("columns missing: area, residents", "line 3", "lines above")),
)
