"""What a score trades against what: how far one more recorded event of each class moves it, counted in homicides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.spec import DAYS_PER_YEAR, IndicatorSpec
from harmmodel.lenses.scheme import PillarSpec
from harmmodel.method.aggregation import generalised_mean_slope, mean_event_weights
from harmmodel.method.arrays import quotient


@dataclass(frozen=True)
class Scored:
    """Frames of a finished run, as `harmmodel.lenses.areas.score.AreaScores` names them."""

    classes: pd.DataFrame
    priors: pd.DataFrame
    indicators: pd.DataFrame
    pillars: pd.DataFrame


@dataclass(frozen=True)
class Judgements:
    """Weights and goalposts that turn rates into scores; class_weights rank the classes of weighted indicators."""

    indicators: Sequence[IndicatorSpec]
    pillars: Sequence[PillarSpec]
    class_weights: Mapping[str, float]
    p: float


def gains(scored: Scored, judged: Judgements) -> pd.DataFrame:
    """Find the points of the overall score that one more recorded event a year adds, what is expected standing still.

    Only the rate of the event's own class moves: what other kinds of harm learn from it is left out, and so is that
    values end at a goalpost.

    Returns
    -------
    One row per unit and class of an indicator that counts: unit_id, indicator, class, gain (points; NaN where the
    pillar or the overall score is not scored).
    """
    specs = {spec.id: spec for spec in judged.indicators}
    counting = scored.indicators.loc[scored.indicators["weight"] > 0, ["unit_id", "indicator", "weight"]]
    rows = scored.classes.merge(counting, on=["unit_id", "indicator"]).merge(
        scored.priors[["indicator", "class", "mean", "days"]], on=["indicator", "class"]
    )
    inside = _class_weights(scored.priors, judged)
    chosen = [specs[str(name)] for name in rows["indicator"]]
    event = np.array([spec.scale for spec in chosen]) * rows["days"] / DAYS_PER_YEAR / rows["person_years"]
    rate = event * rows["own_share"] * [inside[key] for key in zip(rows["indicator"], rows["class"], strict=True)]
    points = 100 * rate * rows["weight"] / np.array([spec.high - spec.low for spec in chosen])
    slopes = _pillar_slopes(scored.pillars, judged)
    pillars = pd.Series([spec.pillar for spec in chosen], index=rows.index)
    keys = pd.MultiIndex.from_arrays([rows["unit_id"], pillars])
    gain = points.to_numpy() * slopes.reindex(keys).to_numpy()
    return rows[["unit_id", "indicator", "class"]].assign(gain=gain)


def _class_weights(priors: pd.DataFrame, judged: Judgements) -> dict[tuple[str, str], float]:
    """Return the weight of each class inside its indicator, as the score takes it: the average event counts 1."""
    found: dict[tuple[str, str], float] = {}
    for spec in judged.indicators:
        part = priors[priors["indicator"] == spec.id]
        names = [str(name) for name in part["class"]]
        weights = np.ones(len(names))
        if spec.weighted:
            own = np.array([float(judged.class_weights[name]) for name in names])
            weights = mean_event_weights(own, part["mean"].to_numpy(dtype=np.float64))
        found |= {(spec.id, name): float(weight) for name, weight in zip(names, weights, strict=True)}
    return found


def _pillar_slopes(pillars: pd.DataFrame, judged: Judgements) -> pd.Series[float]:
    """Return the points of overall score for a point of each pillar, by unit_id and pillar."""
    table = pillars.pivot(index="pillar", columns="unit_id", values="score")
    order = [pillar for pillar in judged.pillars if pillar.id in table.index]
    values = table.loc[[pillar.id for pillar in order]]
    central = np.array([pillar.weight for pillar in order])
    slopes = generalised_mean_slope(values.to_numpy(dtype=np.float64), central, p=judged.p)
    keys = pd.MultiIndex.from_product([values.columns, values.index], names=["unit_id", "pillar"])
    return pd.Series(np.asarray(slopes).T.ravel(), index=keys)


def in_homicides(gained: pd.DataFrame, unit: str = "homicide") -> pd.DataFrame:
    """Count each gain in events of class *unit* of the same area; NaN where that class does not count there."""
    one = gained[gained["class"] == unit].groupby("unit_id")["gain"].max()
    measure = gained["unit_id"].map(one).to_numpy(dtype=np.float64, na_value=np.nan)
    return gained.assign(homicides=quotient(gained["gain"].to_numpy(dtype=np.float64), measure))


def in_least_deaths(gained: pd.DataFrame, deaths: Collection[str]) -> pd.DataFrame:
    """Count each gain in deaths of the same unit, by the kind of death that moves its score least.

    Parameters
    ----------
    gained : from `gains`
    deaths : indicators each of whose events is a death

    Returns
    -------
    *gained* with deaths: NaN where no death counts in the score of the unit.
    """
    least = gained[gained["indicator"].isin(deaths)].groupby("unit_id")["gain"].min()
    measure = gained["unit_id"].map(least).to_numpy(dtype=np.float64, na_value=np.nan)
    return gained.assign(deaths=quotient(gained["gain"].to_numpy(dtype=np.float64), measure))


def variance_shares(values: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Share out the variance of a weighted sum over units to its parts.

    Parameters
    ----------
    values : one row per unit, one column per part; units with a missing part are left out
    weights : of the parts

    Returns
    -------
    One row per part: part, share; each the covariance of the weighted part with the sum over the variance of the sum,
    so that they add to 1. NaN where nothing varies.

    References
    ----------
    Shorrocks (1982), Inequality decomposition by factor components, Econometrica 50(1): the natural decomposition.
    """
    known = values.dropna()
    parts = known * pd.Series(dict(weights))[known.columns]
    total = parts.sum(axis=1)
    variance = float(total.var(ddof=0)) if len(known) else float("nan")
    covered = [float(((parts[name] - parts[name].mean()) * (total - total.mean())).mean()) for name in parts]
    shares = [part / variance if variance > 0 else float("nan") for part in covered]
    return pd.DataFrame({"part": list(parts), "share": shares})
