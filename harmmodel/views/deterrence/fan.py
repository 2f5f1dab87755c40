"""What an action may set off, as a fan of monthly events; the assumptions are named beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.config.backfire import FILE, Backfire, Effect
from harmmodel.config.plans import Action
from harmmodel.lenses.wording import percent
from harmmodel.method.arrays import Floats
from harmmodel.method.deterrence import backfire as method
from harmmodel.method.streams import stream
from harmmodel.views import words
from harmmodel.views.parts import Picture
from harmmodel.warehouse.store.groupruns import GroupRun

DRAWS = 4000
NINE_TENTHS = np.array([-1.645, 1.645])  # of a normal distribution
AFTERWARDS = 6  # months shown after the effect is taken to end
CONTESTED = {method.YES: (1.0, 1.0), method.NO: (0.0, 0.0), method.UNKNOWN: (0.0, 1.0)}
SPREADS = ("leader", "lieutenant")


@dataclass(frozen=True)
class Projection:
    """A fan of monthly events, or why there is none."""

    picture: Picture | None
    said: tuple[str, ...]  # Markdown
    neighbours: pd.DataFrame

    @property
    def plain(self) -> str:
        """The finding in one sentence, as the journal keeps it."""
        return self.picture.alt if self.picture else self.said[0]


def projection(run: GroupRun, assumed: Backfire, action: Action, *, contested: str) -> Projection:
    """Return the fan of an action in its area, and what is assumed next door."""
    effect = next((found for found in assumed.effects if found.id == action.kind), None)
    if effect is None:
        said = "No source gives a size for this kind of action, so no fan is drawn. That is no sign of no harm."
        return Projection(None, (said,), pd.DataFrame())
    before = recorded(run, (action.state,), assumed.monitoring.baseline_months)
    rng = stream(int(run.manifest["seed"]), "backfire", assumed.version, action.state, action.kind)
    drawn = method.target_effect(effect.centre, effect.spread, rng, DRAWS)
    fan = method.fan(_floats(before), drawn, rng, lasting=effect.months, horizon=effect.months + AFTERWARDS)
    neighbours = _next_door(run, assumed, action, contested) if action.kind in SPREADS else pd.DataFrame()
    return Projection(_picture(run, action, before, fan, effect), _said(assumed, effect, fan), neighbours)


def recorded(run: GroupRun, states: tuple[str, ...], months: int) -> pd.Series[float]:
    """Return events dated to a month and placed in these areas, for the last *months* of the data."""
    end = pd.Period(f"{run.facts['to_year']}-12", "M")
    return monthly(run, states).loc[end - months + 1 : end]


def monthly(run: GroupRun, states: tuple[str, ...]) -> pd.Series[float]:
    """Return the events of these areas month by month over all years of the data; a month without one is 0."""
    rows = run.placed[(run.placed["group_id"] == "") & run.placed["state_id"].isin(states)]
    when = pd.to_datetime(rows["month"]).dt.to_period("M")
    first = pd.Period(f"{run.facts['from_year']}-01", "M")
    span = pd.period_range(first, pd.Period(f"{run.facts['to_year']}-12", "M"), freq="M")
    return rows["events"].groupby(when.to_numpy()).sum().reindex(span).fillna(0.0).astype(float)


def label_of(run: GroupRun, state: str) -> str:
    """Return the name of an area."""
    return str(run.areas.set_index("unit_id")["label"].get(state, state))


def _floats(months: pd.Series[float]) -> Floats:
    return np.asarray(months, dtype=np.float64)


def _picture(run: GroupRun, action: Action, before: pd.Series[float], fan: method.Fan, effect: Effect) -> Picture:
    ahead = pd.DataFrame(fan.months, columns=["p5", "p25", "p50", "p75", "p95"]).assign(
        month=np.arange(1, len(fan.months) + 1), low=fan.records[:, 0], high=fan.records[:, 1]
    )
    past = pd.DataFrame({"month": np.arange(1 - len(before), 1), "events": before.to_numpy()})
    place, (low, _, middle, _, high) = label_of(run, action.state), fan.months[0]
    last = words.number(float(before.mean()), 1)
    return Picture(
        f"Events a month in {place}, if the action is taken",
        f"Dots: events of all groups recorded from {_month(before.index[0])} to {_month(before.index[-1])}, dated to a "
        "month and placed. Fan: middle half and 90% of draws of the expected number. "
        f"Dashed: 90% of what a single month may record. The effect is taken to last {effect.months} months.",
        pd.concat([past, ahead], ignore_index=True),
        f"{place}: {last} events a month of all groups, dated to a month and placed, were recorded from "
        f"{_month(before.index[0])} to {_month(before.index[-1])}; with {effect.label} the assumptions give "
        f"{words.span(low, high, 1)} a month, half of draws above {words.number(middle, 1)}.",
        f"The level is the mean of the last {len(before)} months of the data, and no later one is known; whether they "
        "rose is in the dots and not in the fan.",
    )


def _month(month: pd.Period) -> str:
    return f"{words.MONTHS[month.month - 1]} {month.year}"


def _said(assumed: Backfire, effect: Effect, fan: method.Fan) -> tuple[str, ...]:
    low, high = fan.extra[0], fan.extra[-1]
    ends = np.exp(np.log(effect.centre) + effect.spread * NINE_TENTHS)
    ratio = words.span(float(ends[0]), float(ends[1]), 2)
    plain = words.plain_markdown
    return (
        f"Over {effect.months} months, against no action: {_signed(low)} to {_signed(high)} (90% of draws). There are "
        f"more events than without it in {percent(fan.p_more)} of draws.",
        f"Assumptions file: `config/{FILE}`, version `{assumed.version}`. {words.capital(plain(effect.label))}: events "
        f"times {ratio} ({effect.status}). {plain(effect.why)}",
        plain(assumed.transfer),
    )


def _signed(value: float) -> str:
    return f"{words.number(abs(value))} {'more' if value >= 0 else 'fewer'}"


def _next_door(run: GroupRun, assumed: Backfire, action: Action, contested: str) -> pd.DataFrame:
    borders = run.borders[run.borders["unit_id"] == action.state]["neighbour_id"]
    rows = []
    for state in sorted(str(other) for other in borders):
        before = recorded(run, (state,), assumed.monitoring.baseline_months)
        rng = stream(int(run.manifest["seed"]), "backfire", assumed.version, action.state, action.kind, state)
        effect = method.neighbour_effect(assumed.spillover.reach, CONTESTED[contested], rng, DRAWS)
        fan = method.fan(_floats(before), effect, rng, lasting=1, horizon=1)
        rows.append(
            {
                "Next door": label_of(run, state),
                "Recorded a month": float(before.mean()),
                "With the action": words.interval(fan.months[0][0], fan.months[0][-1], 1),
            }
        )
    return pd.DataFrame(rows)
