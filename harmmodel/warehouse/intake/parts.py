"""What is drafted of a place before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harmmodel.config import CrosswalkRow
from harmmodel.warehouse.intake.passports import Drafted


@dataclass(frozen=True)
class Parts:
    """What is drafted of a place: sources of records with their crosswalks, outlines and residents."""

    records: Sequence[tuple[Drafted, list[CrosswalkRow]]]
    outlines: Drafted | None  # or the table that lists the units of a place without any
    residents: Drafted | None
    left_out: tuple[str, ...] = ()
    failing: Mapping[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> list[Drafted]:
        """The sources of records."""
        return [draft for draft, _ in self.records]

    @property
    def is_listed(self) -> bool:
        """Whether a table lists the units, which have no outlines."""
        return self.outlines is not None and not self.outlines.whole.is_outlines

    @property
    def every(self) -> list[Drafted]:
        """All sources."""
        return [*self.sources, *(d for d in (self.outlines, self.residents) if d is not None)]

    @property
    def rows(self) -> list[CrosswalkRow]:
        """All lines of the crosswalk."""
        return [row for _, lines in self.records for row in lines]
