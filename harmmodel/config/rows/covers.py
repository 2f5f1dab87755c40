"""When a source holds everything: the periods it covers, less its gaps, for all units or for some of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from harmmodel.config.types import Identifier, Reason, Strict

UnitId = Annotated[str, Field(min_length=1, max_length=120)]
Span = tuple[dt.date, dt.date]  # half-open
# How many months one date of a source stands for; WHOLE: for all of what it covers.
GRAINS = {"month": 1, "quarter": 3, "year": 12}
WHOLE = "whole"
Grain = Literal["month", "quarter", "year", "whole"]


class Covers(Strict):
    """A period that a file covers, half-open."""

    from_: dt.date = Field(alias="from", description="First day of which the file holds everything.")
    to: dt.date = Field(description="First day of which it does not.")

    @model_validator(mode="after")
    def _ordered(self) -> Covers:
        if not self.from_ < self.to:
            raise ValueError(f"to ({self.to}) must be after from ({self.from_})")
        return self

    @property
    def span(self) -> Span:
        """First day, and first day after."""
        return self.from_, self.to


class Quiet(Covers):
    """A period with far fewer records than its neighbours, in which nothing is missing."""

    classes: tuple[Identifier, ...] = Field(default=(), description="Harm classes that it is about; all if absent.")
    reason: Reason = Field(description="How it is known that so little happened, or was reported.")


class Gap(Covers):
    """A period of which a source, or a source in some units, does not hold everything: it is not counted there."""

    units: tuple[UnitId, ...] = Field(
        default=(), description="Ids of the units that did not report; all units if absent."
    )
    classes: tuple[Identifier, ...] = Field(
        default=(), description="Harm classes that were not recorded; all classes if absent."
    )
    reason: Reason = Field(description="Why nothing, or not everything, is there.")


def _as_several(value: Any) -> Any:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else [value]


Periods = Annotated[
    tuple[Covers, ...],
    BeforeValidator(_as_several, json_schema_input_type=Covers | Annotated[tuple[Covers, ...], Field(min_length=1)]),
]


def fault(covers: Sequence[Covers], gaps: Sequence[Gap], quiet: Sequence[Quiet]) -> str:
    """Say what is wrong with periods, gaps and quiet periods taken together; an empty text where nothing is."""
    whole = [g for g in gaps if not g.units and not g.classes]
    for name, spans in (("covers", covers), ("gaps", whole), ("quiet", [q for q in quiet if not q.classes])):
        for one, other in pairwise(spans):
            if not one.to <= other.from_:
                return (
                    f"{name}: the period from {other.from_} begins before the one from {one.from_} has ended on "
                    f"{one.to}. Put them in order, so that none overlaps another"
                )
    if (gaps or quiet) and not covers:
        return "gaps and quiet say something of the period that a file covers. Add covers"
    for gap in gaps:
        if len(set(gap.units)) < len(gap.units):
            return f"gaps: the gap from {gap.from_} names a unit twice. Keep one of the two"
    seen = Observed(tuple(c.span for c in covers), tuple(gaps))
    if covers and not seen.spans:
        return "gaps: nothing is left of what the file covers. Correct covers or gaps"
    for each in quiet:
        if seen.days(*each.span) < (each.to - each.from_).days:
            return f"quiet: the period from {each.from_} to {each.to} is not covered throughout, or is a gap"
    return ""


@dataclass(frozen=True)
class Observed:
    """The days of which a source holds everything.

    Attributes
    ----------
    periods : what it covers: half-open, in order, without overlap
    gaps : what it does not hold in between, in all units or in some
    is_yearly : whether nothing is known within a year, so that windows are of whole calendar years
    """

    periods: tuple[Span, ...]
    gaps: tuple[Gap, ...] = ()
    is_yearly: bool = False

    @property
    def spans(self) -> tuple[Span, ...]:
        """The periods less the gaps of all units, in order; periods that touch are one."""
        spans: list[Span] = []
        for start, stop in self.periods:
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], stop)
            else:
                spans.append((start, stop))
        return _without(spans, [gap.span for gap in self.gaps if not gap.units and not gap.classes])

    @property
    def first(self) -> dt.date:
        """First day that it covers."""
        return self.periods[0][0]

    @property
    def end(self) -> dt.date:
        """First day after all that it covers."""
        return self.periods[-1][1]

    @property
    def stretch(self) -> Covers:
        """The longest period without a gap; of those as long, the last."""
        start, stop = max(self.spans, key=lambda span: (span[1] - span[0], span[0]))
        return Covers.model_validate({"from": start, "to": stop})

    def days(self, start: dt.date, stop: dt.date, unit: str | None = None) -> int:
        """Count the observed days from *start* to before *stop*, in all units or in one with gaps of its own."""
        spans = self.spans
        if unit is not None:
            spans = _without(spans, [gap.span for gap in self.gaps if unit in gap.units and not gap.classes])
        return sum(max(0, (min(stop, last) - max(start, first)).days) for first, last in spans)

    @property
    def silent_units(self) -> frozenset[str]:
        """The units with gaps of their own."""
        return frozenset(unit for gap in self.gaps if not gap.classes for unit in gap.units)

    def of_class(self, name: str) -> Observed:
        """Return the days of which it holds everything of one harm class: gaps of other classes are none of it."""
        gaps = [g.model_copy(update={"classes": ()}) for g in self.gaps if not g.classes or name in g.classes]
        return Observed(self.periods, tuple(gaps), self.is_yearly)


def _without(spans: Sequence[Span], gaps: Sequence[Span]) -> tuple[Span, ...]:
    left = list(spans)
    for start, stop in gaps:
        left = [part for span in left for part in ((span[0], min(span[1], start)), (max(span[0], stop), span[1]))]
        left = [(first, last) for first, last in left if first < last]
    return tuple(sorted(set(left)))


def months_between(start: dt.date, stop: dt.date) -> Iterator[Span]:
    """Yield the months from that of *start* to before *stop*, each half-open.

    >>> [first.isoformat() for first, _ in months_between(dt.date(2018, 11, 5), dt.date(2019, 1, 2))]
    ['2018-11-01', '2018-12-01', '2019-01-01']
    """
    first = start.replace(day=1)
    while first < stop:
        following = (first + dt.timedelta(days=31)).replace(day=1)
        yield first, following
        first = following
