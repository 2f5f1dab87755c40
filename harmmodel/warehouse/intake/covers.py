"""What period the rows of a file speak for: proposed from the rows themselves, with months that are empty or thin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

THIN = 0.25  # share of the usual number of rows under which a month is asked about
STRAY = 0.05  # share under which a month at an end, beside an empty one, is taken for slips of the pen
FEW_DAYS = 7  # at an end; fewer without a row may be chance
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The proposed periods, half-open and in order, and what is askew with the months in them.

    Attributes
    ----------
    months : rows of each month that has any, inside and outside
    thin : months with far fewer rows than usual
    is_complete : whether a month without a row is one without an event
    outside : rows before or after, which are most likely slips of the pen
    """

    spans: tuple[tuple[dt.date, dt.date], ...]
    months: Mapping[dt.date, int]
    thin: tuple[dt.date, ...] = ()
    outside: int = 0
    is_complete: bool = False

    @property
    def as_config(self) -> object:
        """The periods as a passport has them."""
        written = [{"from": a, "to": b} for a, b in self.spans]
        return written[0] if len(written) == 1 else written

    @property
    def empty(self) -> tuple[dt.date, ...]:
        """Months between the first and the last without any row."""
        if self.is_complete:
            return ()
        inside, found = {m for m in self.months if any(a <= m < b for a, b in self.spans)}, []
        month = min(inside, default=None)
        while month is not None and month < max(inside):
            month = after(month)
            found += [month] if month not in inside else []
        return tuple(found)


def after(month: dt.date) -> dt.date:
    """Return the first of the next month."""
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def proposed(days: Mapping[dt.date, int], *, is_yearly: bool = False) -> Period | None:
    """Return what the rows speak for; None without any.

    Parameters
    ----------
    days : rows by day
    is_yearly : whether a date stands for its year
    """
    if not days:
        return None
    months: dict[dt.date, int] = {}
    for day, rows in days.items():
        months[day.replace(day=1)] = months.get(day.replace(day=1), 0) + rows
    if is_yearly:
        years = _runs(sorted(months), lambda m: m.replace(year=m.year + 1))
        return Period(years, months, is_complete=True)  # its other months have no row, and no gap
    kept = _without_strays(dict(sorted(months.items())))
    usual = median(kept.values())
    spans = list(_runs(list(kept), after))
    if any(day.day != 1 for day in days):
        spans[0] = (_first(min(d for d in days if d >= spans[0][0])), spans[0][1])
        spans[-1] = (spans[-1][0], _last(max(d for d in days if d < spans[-1][1])))
    ends = {spans[0][0].replace(day=1), (spans[-1][1] - DAY).replace(day=1)}
    is_part = {m for m in ends if not any(a <= m and after(m) <= b for a, b in spans)}
    thin = tuple(m for m, rows in kept.items() if rows < THIN * usual and m not in is_part)
    return Period(tuple(spans), months, thin, sum(months.values()) - sum(kept.values()))


def whole_years(days: Mapping[dt.date, int]) -> Period | None:
    """Return the calendar years from the first row to the last, of a file of which a silent month is no gap."""
    if not days:
        return None
    months: dict[dt.date, int] = {}
    for day, rows in days.items():
        months[day.replace(day=1)] = months.get(day.replace(day=1), 0) + rows
    span = (dt.date(min(days).year, 1, 1), dt.date(max(days).year + 1, 1, 1))
    return Period((span,), dict(sorted(months.items())), is_complete=True)


def _without_strays(months: dict[dt.date, int]) -> dict[dt.date, int]:
    """Leave out months at either end of next to no rows that lie apart from the others."""
    order = list(months)
    usual = median(sorted(months.values())[len(months) // 2 :])
    while len(order) > 2 and months[order[0]] < STRAY * usual and order[1] != after(order[0]):
        order.pop(0)
    while len(order) > 2 and months[order[-1]] < STRAY * usual and order[-1] != after(order[-2]):
        order.pop()
    return {month: months[month] for month in order}


def _runs(months: list[dt.date], next_: Callable[[dt.date], dt.date]) -> tuple[tuple[dt.date, dt.date], ...]:
    spans: list[tuple[dt.date, dt.date]] = []
    for month in months:
        if spans and spans[-1][1] == month:
            spans[-1] = (spans[-1][0], next_(month))
        else:
            spans.append((month, next_(month)))
    return tuple(spans)


def _first(day: dt.date) -> dt.date:
    return day.replace(day=1) if day.day <= FEW_DAYS else day


def _last(day: dt.date) -> dt.date:
    end = after(day)
    return end if (end - day).days <= FEW_DAYS else day + DAY
