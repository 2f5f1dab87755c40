"""Did violence rise or move after a month: Poisson CUSUM of an area and the rings around it, displacement quotient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.config.deterrence import Backfire, Monitoring
from harmmodel.lenses.phrases import as_set
from harmmodel.method.deterrence import displacement as method
from harmmodel.method.deterrence.displacement import Places, Quotient
from harmmodel.method.random_streams import stream
from harmmodel.views import words
from harmmodel.views.blocks import Picture
from harmmodel.views.deterrence.backfire import label_of, month_words, monthly
from harmmodel.views.source import interval_name
from harmmodel.warehouse.read.groups import GroupRun

AFTER = 24
LEAST_AFTER = 6
LEAST = 0.05  # events a month; less cannot be watched month by month
DRAWS = 4000
RUNS, LONGEST, MANY = 400, 1200, 600  # a mean above MANY is cut short by LONGEST, so it is told as a bound
CANNOT = (
    "Only events dated to a month and placed in a municipality are counted, each once, whoever took part. Neither the "
    "sum nor the quotient tells why something changed; better recording looks the same as more violence. Whether "
    "anything was done in that month is not in the records: without an action, this only shows how often the watch "
    "alarms."
)
OWN, REST = "its own months before", "what the rest of {whole} recorded"
RINGS = ("target", "ring 1", "ring 2")


@dataclass(frozen=True)
class Watched:
    """The months after an action, watched."""

    title: str
    picture: Picture
    said: tuple[str, ...]  # Markdown
    quotient: Quotient
    table: pd.DataFrame
    limit: float


def rings(run: GroupRun, state: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the areas that border *state*, those that border these, and the rest."""
    near = run.borders.groupby("unit_id")["neighbour_id"].apply(set).to_dict()
    first = set(near.get(state, set()))
    second = set().union(*(near[other] for other in first)) - first - {state} if first else set()
    rest = set(run.areas["unit_id"]) - first - second - {state}
    return tuple(sorted(first)), tuple(sorted(second)), tuple(sorted(rest))


def starts(run: GroupRun, assumed: Backfire) -> tuple[str, ...]:
    """Return the months that can be looked at: enough months before, at least half a year after; newest first.

    None where no two areas are known to border each other, as without outlines: rings that are not known hold no zeros.
    """
    if run.borders.empty:
        return ()
    months = monthly(run, ()).index
    return tuple(str(month) for month in months[assumed.monitoring.baseline_months : 1 - LEAST_AFTER][::-1])


def too_short(run: GroupRun, assumed: Backfire) -> tuple[str, str]:
    """Return why no month can be looked at: nothing is near, or the records are shorter than what is compared."""
    if run.borders.empty:
        return (
            "Which areas border each other is not known.",
            "The watch looks at an area and at those around it, and no outlines tell which these are.",
        )
    before, known = assumed.monitoring.baseline_months, len(monthly(run, ()))
    return (
        "The records are too short for a watch.",
        f"It needs {before} months before an action and {LEAST_AFTER} after it; the run holds {known}.",
    )


def watch(run: GroupRun, assumed: Backfire, state: str, start: str, *, with_country: bool) -> Watched:
    """Watch an area and its rings from month *start* on.

    Parameters
    ----------
    with_country : True measures against what the rest of the place recorded in the same month, so that a general
        change of recording is no alarm; False against the area's own months before
    """
    settings, at = assumed.monitoring, pd.Period(start, "M")
    first, second, rest = rings(run, state)
    series = dict(zip((*RINGS, "control"), (monthly(run, s) for s in ((state,), first, second, rest)), strict=True))
    before = {name: s.loc[at - settings.baseline_months : at - 1] for name, s in series.items()}
    after = {name: s.loc[at : at + AFTER - 1] for name, s in series.items()}
    cusums = {name: _cusum(before, after, name, settings, with_country=with_country) for name in RINGS}
    rng = stream(int(run.manifest["seed"]), "displacement", state, start)
    quotient = method.drawn_quotient(
        _places(before), _places(after), rng, draws=DRAWS, interval=run.config.scheme.interval
    )
    place = label_of(run, state)
    return Watched(
        title=f"After {month_words(at)} in {place}",
        picture=_picture(place, at, cusums, settings, (REST if with_country else OWN).format(whole=run.place.whole)),
        said=(
            *_alarms(run, state, at, cusums, len(after["target"])),
            _false_alarms(before["target"], settings, rng),
            _quotient(run, quotient),
            CANNOT,
        ),
        quotient=quotient,
        table=_table(before, after),
        limit=settings.limit,
    )


def _cusum(
    before: dict[str, pd.Series[float]], after: dict[str, pd.Series[float]], name: str, settings: Monitoring,
    *, with_country: bool,
) -> method.Cusum:  # fmt: skip
    usual = (float(before[name].sum()) + method.JEFFREYS) / len(before[name])
    expected = np.full(len(after[name]), usual)
    if with_country:
        level = (float(before["control"].sum()) + method.JEFFREYS) / len(before["control"])
        expected = usual * after["control"].to_numpy() / level
    return method.poisson_cusum(
        np.asarray(after[name], dtype=np.float64),
        np.maximum(expected, LEAST),
        ratio=settings.ratio,
        limit=settings.limit,
    )


def _places(period: dict[str, pd.Series[float]]) -> Places:
    return Places(*(float(period[name].sum()) for name in ("target", "ring 1", "control")))


def _picture(place: str, at: pd.Period, cusums: dict[str, method.Cusum], settings: Monitoring, against: str) -> Picture:
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "month": np.arange(1, len(cusum.path) + 1),
                    "sum": cusum.path,
                    "place": place if name == "target" else name,
                    "alarm": np.isin(np.arange(len(cusum.path)), cusum.alarms),
                }
            )
            for name, cusum in cusums.items()
        ],
        ignore_index=True,
    )
    first = cusums["target"].alarms
    told = f"first alarm in month {int(first[0]) + 1}" if first.size else "no alarm"
    return Picture(
        "Evidence of a rise, month by month",
        f"The sum grows in months with clearly more events than expected from {against}, and falls to 0 else. At "
        f"{words.exact(settings.limit)} (line) it is an alarm and starts anew. Ring 1 borders the place, ring 2 "
        f"borders ring 1. Month 1 is {month_words(at)}.",
        frame,
        f"{place}: {told} for a rise by {as_set(settings.ratio - 1)}.",
    )


def _alarms(run: GroupRun, state: str, at: pd.Period, cusums: dict[str, method.Cusum], months: int) -> tuple[str, ...]:
    lines = []
    for name, cusum in cusums.items():
        place = words.plain_markdown(label_of(run, state)) if name == "target" else words.capital(name)
        if not cusum.alarms.size:
            lines.append(f"**{place}: no alarm** in {months} months.")
            continue
        when = month_words(at + int(cusum.alarms[0]))
        times = words.how_many(cusum.alarms.size, "alarm", "alarms")
        lines.append(f"**{place}: {times}** in {months} months, the first in {when}.")
    return (" ".join(lines),)


def _false_alarms(before: pd.Series[float], settings: Monitoring, rng: np.random.Generator) -> str:
    """Say how soon an alarm comes without a change, and with the one that is looked for: simulated, not asserted."""
    usual = max((float(before.sum()) + method.JEFFREYS) / len(before), LEAST)
    spread = method.dispersion(np.asarray(before, dtype=np.float64))

    def mean(change: float = 1.0, spread: float = 1.0) -> float:
        lengths = method.run_lengths(
            usual, rng, ratio=settings.ratio, limit=settings.limit, change=change, dispersion=spread, runs=RUNS,
            longest=LONGEST,
        )  # fmt: skip
        return float(lengths.mean())

    text = (
        f"Were nothing to change, an alarm would come after {_long(mean())} on average if counts varied by chance alone"
    )
    if np.isfinite(spread) and spread > 1.2:
        text += f", and after {_long(mean(spread=spread))} since they vary {words.number(spread, 1)} times as much"
    rise = _long(mean(change=settings.ratio))
    return f"{text}. A rise by {as_set(settings.ratio - 1)} would be found after {rise}."


def _long(months: float) -> str:
    return f"over {words.number(MANY)} months" if months > MANY else f"{words.number(months)} months"


def _quotient(run: GroupRun, quotient: Quotient) -> str:
    if not quotient.is_defined:
        return (
            "Displacement quotient: not defined. The target did not surely fall against the rest of "
            f"{words.plain_markdown(run.place.whole)}, so there is no gain that could have moved."
        )
    ends = f"{interval_name(run)} {words.span(quotient.low, quotient.high, 2)}"
    if quotient.low > 0:
        told = "ring 1 shared the gain"
    elif quotient.high < -1:
        told = "more moved to ring 1 than was gained"
    elif quotient.high < 0:
        told = "part of the gain moved to ring 1"
    else:
        told = "the interval contains 0, so neither displacement nor a shared gain is clear"
    return f"Displacement quotient: **{words.number(quotient.value, 2)}** ({ends}): {told}."


def _table(before: dict[str, pd.Series[float]], after: dict[str, pd.Series[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Place": [words.capital(name) for name in before],
            "Months before": [len(s) for s in before.values()],
            "Events before": [float(s.sum()) for s in before.values()],
            "Months after": [len(s) for s in after.values()],
            "Events after": [float(s.sum()) for s in after.values()],
        }
    )


def month_name(month: str) -> str:
    """Return a month in words."""
    return month_words(pd.Period(month, "M"))
