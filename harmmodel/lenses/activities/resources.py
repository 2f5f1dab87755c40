"""What less enforcement of an activity would free: hours, custody and money, and what money would buy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel import nullable
from harmmodel.method.arrays import Floats
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import ends_around

PER_RECORD = ("officer_hours",)
PER_ARREST = ("custody_nights", "criminal_records", "court_cost", "force_complaints")


@dataclass(frozen=True)
class CostEntry:
    """One value with its range, and a name: the same name draws the same numbers wherever it is used.

    ``is_cash`` tells of a price whether it is money that could buy something else; time of people is none.
    """

    name: str
    value: float
    low: float
    high: float
    is_cash: bool = False

    def draws(self, seed: int, draws: int) -> Floats:
        """Draw from the triangle between the ends of the range with its top at the value: shape (draws,)."""
        if self.low == self.high:
            return np.full(draws, self.value)
        return stream(seed, "cost", self.name).triangular(self.low, self.value, self.high, size=draws)


@dataclass(frozen=True)
class Price:
    """What one unit of a service costs."""

    service: str
    price: CostEntry


@dataclass(frozen=True)
class CostScheme:
    """Costs in force: entries of each activity by name, prices of an hour and a night, and prices of services.

    Attributes
    ----------
    entries : activity → officer_hours, custody_nights, criminal_records, court_cost, force_complaints
    services : activity → services of its pathway
    """

    entries: Mapping[str, Mapping[str, CostEntry]]
    officer_hour: CostEntry
    custody_night: CostEntry
    services: Mapping[str, tuple[Price, ...]]
    seed: int
    draws: int
    interval: tuple[float, float]


def freed(counts: pd.DataFrame, scheme: CostScheme) -> pd.DataFrame:
    """Give what the records of each activity took.

    Parameters
    ----------
    counts : activity, records, arrests; missing where the source does not hold them
    scheme : costs in force

    Returns
    -------
    activity, what (officer_hours, custody_nights, criminal_records, force_complaints, capacity and cash, both in
    money, or ``buys <service>``, with the cash alone),
    value (of the values in force), low, high (of draws of all values together; they hold the value, see `ends_around`).
    NaN where it takes a number of records or arrests that is not known.
    """
    rows = []
    numbers = zip(*(nullable.floats(counts[name]) for name in ("records", "arrests")), strict=True)
    for activity, (records, arrests) in zip(counts["activity"], numbers, strict=True):
        for what, value, drawn in _of_one(str(activity), float(records), float(arrests), scheme):
            low, high = ends_around(np.array([value]), drawn[None, :], scheme.interval)[:, 0]
            rows.append((activity, what, value, float(low), float(high)))
    return pd.DataFrame(rows, columns=["activity", "what", "value", "low", "high"])


def _of_one(activity: str, records: float, arrests: float, scheme: CostScheme) -> list[tuple[str, float, Floats]]:
    values: dict[str, float] = {}
    drawn: dict[str, Floats] = {}
    for name in (*PER_RECORD, *PER_ARREST):
        entry = scheme.entries[activity][name]
        times = records if name in PER_RECORD else arrests
        values[name], drawn[name] = times * entry.value, times * entry.draws(scheme.seed, scheme.draws)
    money = {what: (0.0, np.zeros(scheme.draws)) for what in ("capacity", "cash")}
    for name, price in (("officer_hours", scheme.officer_hour), ("custody_nights", scheme.custody_night)):
        _add(money, price.is_cash, values[name] * price.value, drawn[name] * price.draws(scheme.seed, scheme.draws))
    _add(money, scheme.entries[activity]["court_cost"].is_cash, values["court_cost"], drawn["court_cost"])
    shown = [(name, values[name], drawn[name]) for name in values if name != "court_cost"]
    cash, cash_drawn = money["cash"]
    bought = [
        (f"buys {p.service}", cash / p.price.value, cash_drawn / p.price.draws(scheme.seed, scheme.draws))
        for p in scheme.services.get(activity, ())
    ]
    return [*shown, *((what, *amount) for what, amount in money.items()), *bought]


def _add(money: dict[str, tuple[float, Floats]], is_cash: bool, value: float, drawn: Floats) -> None:
    what = "cash" if is_cash else "capacity"
    money[what] = money[what][0] + value, money[what][1] + drawn


def equal_effort(
    hours: pd.DataFrame, harm: pd.DataFrame, budgets: tuple[float, ...], *, held: bool = True
) -> pd.DataFrame:
    """Spend the same hours in areas in two orders: most arrests first, and most harm first.

    Parameters
    ----------
    hours : unit_id, hours, arrests; what enforcement takes in each area now, NaN where it is not known
    harm : unit_id, rank (1 is the greatest harm; missing when not scored), violence (weighted serious violence)
    budgets : shares of all hours
    held : whether the source holds arrests

    Returns
    -------
    One row per budget and order: budget, order (arrests | harm), areas (how many are reached in full), arrests and
    violence (shares of the place's). The area at the edge counts by the part of its hours that is left. Where the
    arrests of any area are not known there is no order by them and no share; where no area is ranked there is none by
    harm; without all hours there is no row.
    """
    table = harm.merge(hours, on="unit_id", how="left")
    has_none = ~table["unit_id"].isin(hours["unit_id"])
    table = table.assign(
        hours=table["hours"].mask(has_none, 0.0), arrests=table["arrests"].mask(has_none, 0.0 if held else np.nan)
    )
    orders = {
        "arrests": table.sort_values(["arrests", "unit_id"], ascending=[False, True]),
        "harm": table.sort_values(["rank", "unit_id"], na_position="last"),
    }
    if table["arrests"].isna().any():
        del orders["arrests"]
    if not table["rank"].notna().any():
        del orders["harm"]
    if table["hours"].isna().any():
        orders = {}
    rows = []
    for budget in budgets:
        for name, ordered in orders.items():
            spent = ordered["hours"].to_numpy(np.float64)
            before = np.cumsum(spent) - spent
            left = budget * spent.sum() - before
            part = np.clip(np.divide(left, spent, out=(left > 0).astype(np.float64), where=spent > 0), 0, 1)
            reached = {what: _reached(part, ordered[what].to_numpy(np.float64)) for what in ("arrests", "violence")}
            rows.append({"budget": budget, "order": name, "areas": int((part >= 1).sum()), **reached})
    return pd.DataFrame(rows, columns=["budget", "order", "areas", "arrests", "violence"])


def _reached(part: Floats, values: Floats) -> float:
    """Share of all *values* that is reached; NaN where one is not known or there is nothing to reach."""
    whole = float(values.sum())
    return float(part @ values) / whole if whole > 0 else float("nan")
