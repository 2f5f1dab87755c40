"""Headers of pages: each page's docstring says which question it answers and where it stands in the sidebar.

Router, README and tests read this one list. It is read from the files' text, because importing a page would run it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from harmmodel.config.feeds import FEEDS

FOLDER = Path(__file__).parent / "pages"
PARTS = ("Review", "Audit", "Train")  # headings of the sidebar, from the top
FORM = '''"""The question that the page answers?

Review, 25: Its name in the sidebar
"""'''
HEADER = re.compile(
    r"(?P<question>[^\n?]+\?)\n\n(?P<part>\w+), (?P<order>\d+): (?P<title>[^\n]+?)(?: \(for (?P<lens>\w+)\))?"
    r"(?P<unit> \(shows one unit\))?(?: \(at (?P<address>\w+)\))?\n?"
)


@dataclass(frozen=True)
class Header:
    """What a page says of itself; *name* is its file, and its address where it says no other."""

    name: str
    address: str
    question: str
    part: str
    order: int
    title: str
    shows_unit: bool  # it follows a link to one unit itself
    lens: str = ""  # what a place must feed to have it; empty where any place has it, or none is needed


def question(docstring: str) -> str:
    """Return the question of a page's docstring, which is its title."""
    return docstring.partition("\n")[0]


def read(path: Path) -> Header:
    """Read the header of a page without running it.

    Raises
    ------
    ValueError
        When there is none, or one that does not say what it must.
    """
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    fields = HEADER.fullmatch(docstring)
    if fields is None or fields["part"] not in PARTS or fields["lens"] not in (None, *FEEDS):
        raise ValueError(
            f"app/pages/{path.name} does not say which question it answers and where it stands. Begin it with\n{FORM}\n"
            f"with one of the parts {', '.join(PARTS)}, a number that orders the pages of the part, and after the name "
            f"'(for LENS)' if only places that feed one of {', '.join(FEEDS)} have it, '(shows one unit)' if the page "
            "follows a link to a unit itself, and '(at ADDRESS)' if its address is not its file's name"
        )
    address = fields["address"] or path.stem
    return Header(
        path.stem,
        address,
        fields["question"],
        fields["part"],
        int(fields["order"]),
        fields["title"],
        bool(fields["unit"]),
        fields["lens"] or "",
    )


@cache
def pages(folder: Path = FOLDER) -> tuple[Header, ...]:
    """Return the headers of all pages in the order of the sidebar; the first is the one that opens.

    Raises
    ------
    ValueError
        When a header is missing or wrong, or two pages claim one place.
    """
    listed = sorted(map(read, folder.glob("*.py")), key=lambda h: (PARTS.index(h.part), h.order, h.name))
    for one, other in pairwise(listed):
        if (one.part, one.order) == (other.part, other.order):
            raise ValueError(
                f"app/pages/{one.name}.py and app/pages/{other.name}.py both stand at {one.part}, {one.order}. "
                "Give one of them another number"
            )
    return tuple(listed)
