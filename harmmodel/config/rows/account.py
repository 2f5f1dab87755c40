"""What a passport says of lost and repeated rows: how much may be lost and why, and which of two versions counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from harmmodel.config.rows.columns import ColumnName
from harmmodel.config.rows.table import Laid
from harmmodel.config.types import Identifier, Reason, Strict

# A file of a source may lie one folder deeper, as in 2018-10/2018-10-cleveland-street.csv.
FilePath = Annotated[
    str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9_.\-]*/)?[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=240)
]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class RawFile(Strict):
    """One file of a source and its hash."""

    file: FilePath = Field(description="The file, below data/<place>/.")
    sha256: Digest = Field(description="SHA-256 of the file's bytes.")


class Accepted(Strict):
    """How much of a file may be lost, or come twice, without stopping the run, and why that is right."""

    upto: float = Field(ge=0, le=1_000_000, description="Largest share that is accepted; .4 is 40 of 100 rows.")
    reason: Reason = Field(description="How it is known that these rows are rightly left out.")


class Accepts(Strict):
    """What is accepted of a source beyond the limits under ``losses`` in policy.yaml, each with its reason."""

    rejected: Accepted | None = Field(default=None, description="Faulty rows: no date, values not as declared.")
    outside: Accepted | None = Field(default=None, description="Rows that lie outside the place.")
    no_location: Accepted | None = Field(default=None, description="Rows with neither a unit nor a point.")
    repeats: Accepted | None = Field(default=None, description="Rows that repeat another row.")
    core_lost: Accepted | None = Field(default=None, description="Counted events that core SQL leaves out.")
    core_gained: Accepted | None = Field(
        default=None, description="Events in core tables beyond those that the class's source counts."
    )
    unlisted: Reason | None = Field(
        default=None,
        description="Of a table of counts: why a unit, class and month that it does not list is a count of 0, though "
        "it lists nearly all others. Without it that is not observed.",
    )
    no_rows: Reason | None = Field(default=None, description="Why no row of it counts.")


class Highest(Strict):
    """Of rows with one key, the one with the highest value of a column counts, such as a day of change."""

    highest: ColumnName = Field(description="The column; it tells harm or neither.")


class Gravest(Strict):
    """Of rows with one key, the one of the gravest class counts."""

    gravest: tuple[Identifier, ...] = Field(min_length=1, description="Classes, the gravest first; others come last.")


Wins = Literal["last_file"] | Highest | Gravest


class Accounted(Laid):
    """What a passport says of rows that repeat each other, and of rows that may be lost."""

    unique: tuple[ColumnName, ...] = Field(
        default=(),
        description="Columns that no two rows share; repeats are left out. A row with an empty one repeats none.",
    )
    unique_per: Literal["year"] | None = Field(
        default=None, description="year: the values under unique begin anew each year, so rows of two years differ."
    )
    wins: tuple[Wins, ...] = Field(
        default=(),
        description="Which row counts where rows share what is unique and differ in class, day or place: rules, the "
        "first that tells them apart decides. Without it such rows stop the load.",
    )
    repeats: Literal["sum"] | None = Field(
        default=None, description="sum: in a file of counts, rows of one month, unit and class add up."
    )
    accepts: Accepts = Field(
        default=Accepts(), description="What is lost or comes twice beyond the limits of policy.yaml, with reasons."
    )
    counted: ColumnName | None = Field(
        default=None, description="Column with how many records a row stands for; such a file holds counts alone."
    )

    @property
    def winning_columns(self) -> tuple[str, ...]:
        """The columns whose highest value wins, in order of the rules."""
        return tuple(rule.highest for rule in self.wins if isinstance(rule, Highest))


def faults(told: Accounted, files: Sequence[RawFile], counts_column: str | None) -> Iterator[str]:
    """Say what does not fit between the files of a source and how its rows are told apart."""
    names: dict[str, str] = {}
    for one in files:
        if (same := names.setdefault(one.sha256, one.file)) != one.file:
            yield (
                f"files: {same} and {one.file} have one sha256, so they are one file under two names and each row "
                "would count twice. Keep one of the two"
            )
    if (told.unique_per or told.wins) and not told.unique:
        yield "unique_per and wins say how rows of one key are told apart. Name the key under unique"
    if "last_file" in told.wins and len(files) == 1:
        yield "wins: last_file: the source has one file. Name another rule, or list its files"
    if told.repeats and counts_column is None:
        yield "repeats: sum is for a file of counts. Name the column of its counts under counted"
