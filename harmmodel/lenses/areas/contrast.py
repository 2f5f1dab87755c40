"""Enforcement beside harm: the one room that is given enforcement, after the harm scores are finished."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel import nullable
from harmmodel.lenses.areas.spec import DAYS_PER_YEAR
from harmmodel.lenses.tiers import CONTESTED, FOCUS, NOT_SCORED
from harmmodel.method import contrast as method
from harmmodel.method.arrays import Floats
from harmmodel.method.contrast import Level
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import quantiles, ranks

CHANGE = "change the kind of work"
MOVE = "move attention here"
RELEASE = "release"
LEAVE = "leave"
KEEP = "keep, lead by driver"
HIGH_TIERS = (FOCUS, CONTESTED)


def is_high(tier: str, tier_no_contact: str) -> bool:
    """Tell whether harm is high: focus or contested, with or without the indicators that need police contact."""
    return tier in HIGH_TIERS or (tier != NOT_SCORED and tier_no_contact in HIGH_TIERS)


def corner(tier: str, tier_no_contact: str, level: Level | None) -> str:
    """Name the corner of an area.

    An area is low only where it is baseline in both versions of its tier, and only a low area is released. Indicators
    that need police contact, such as complaints, are few where people do not complain: one area's rank can fall
    because others gain on them. Nothing is released on the strength of such indicators, and nothing on their absence.

    Parameters
    ----------
    tier : focus and contested are high harm, baseline is low
    tier_no_contact : the same without the indicators that need police contact
    level : enforcement relative to harm; None when not known

    Returns
    -------
    One of the five words, or ``not scored`` when tier or level is not known, or a low tier cannot be confirmed: no
    advice follows from ignorance. For a contested area the words are what follows if it is confirmed.

    Examples
    --------
    >>> corner("focus", "focus", "over"), corner("contested", "baseline", "level")
    ('change the kind of work', 'keep, lead by driver')
    >>> corner("baseline", "baseline", "over"), corner("baseline", "contested", "over")
    ('release', 'change the kind of work')
    """
    if tier == NOT_SCORED or level is None:
        return NOT_SCORED
    if is_high(tier, tier_no_contact):
        return {"over": CHANGE, "under": MOVE, "level": KEEP}[level]
    if tier_no_contact == NOT_SCORED:
        return NOT_SCORED
    return RELEASE if level == "over" else LEAVE


HALF = 0.5  # of weighted serious violence
FIRST = 10  # the first so many by either order are compared, as people do


@dataclass(frozen=True)
class ContrastInputs:
    """Finished harm scores beside counts of arrests and of serious violence.

    Attributes
    ----------
    scores : unit_id, label, residents, rank, rank_low, rank_high, tier, tier_no_contact
    arrests : unit_id (missing: not placed), class, arrests (missing: not held by the source); drug enforcement only
    violence : unit_id (missing: not placed), class, events; serious violence of the same period
    class_weights : offence weights of the violence classes
    days : of the common period
    burden : share of draws from which an area is named among the fewest that hold half of serious violence
    held : whether the sources of the place hold drug arrests; an area without a record of them then has 0, else none
        is known of any
    unheard : areas that reported too little serious violence of the period to be compared
    """

    scores: pd.DataFrame
    arrests: pd.DataFrame
    violence: pd.DataFrame
    class_weights: Mapping[str, float]
    days: int
    seed: int
    draws: int
    interval: tuple[float, float]
    burden: float
    held: bool
    unheard: frozenset[str]


@dataclass(frozen=True)
class Contrast:
    """One row per area in order of unit id, and figures of the whole place."""

    frame: pd.DataFrame
    facts: dict[str, float]


def contrast_areas(data: ContrastInputs) -> Contrast:
    """Compare each area's share of drug arrests with its share of weighted serious violence.

    Returns
    -------
    Contrast
        ``ratio`` is of the recorded shares, without any prior. Its interval comes from draws of all arrests together
        and of each class of violence, each count with half an event of prior in an area of average size, more or less
        by residents. Where very little is recorded the two differ, and the interval is stretched to hold the ratio.
        ``p_burden`` is the share of the same draws in which an area is among the
        fewest that together hold half of the weighted serious violence. ``moves`` is the rank by arrests less the rank
        by harm: positive when harm puts the area higher. A move is clear when the rank by arrests lies outside the
        interval of the rank by harm.

    Raises
    ------
    ValueError
        If a class has no weight, a count names an unknown unit or the period has no days.
    """
    if data.days <= 0:
        raise ValueError(f"the common period must have days; got {data.days}")
    scores = data.scores.sort_values("unit_id", ignore_index=True)
    units = [str(unit) for unit in scores["unit_id"]]
    counts = _Counts.read(data, units)
    frame = _shares(scores, counts, data.days)
    sizes = scores["residents"].to_numpy(np.float64)
    violence = _drawn_violence(counts, units, data, sizes)
    low, high = _interval(counts, units, data, sizes, violence)
    among = method.among_fewest(violence, HALF)
    frame = frame.assign(p_burden=among, has_burden=among >= data.burden)
    # NaN without arrests or violence: there is no ratio then, whatever the prior would draw. Nor is there one of an
    # area that did not report its violence.
    heard = ~frame["unit_id"].astype(str).isin(data.unheard).to_numpy()
    frame = frame.assign(ratio=frame["ratio"].where(heard), has_burden=frame["has_burden"] & heard)
    ratio = frame["ratio"].to_numpy(np.float64)
    ends = {"ratio_low": np.minimum(low, ratio), "ratio_high": np.maximum(high, ratio)}
    frame = _compared(frame.assign(**ends), scores)
    return Contrast(frame=frame, facts=_facts(frame, scores, data))


def _table(frame: pd.DataFrame, value: str, units: list[str]) -> tuple[Floats, list[str]]:
    """Count by class and unit, shape (classes, units), classes in order of their names."""
    placed = frame.dropna(subset=["unit_id"])
    strangers = sorted(set(placed["unit_id"].astype(str)) - set(units))
    if strangers:
        raise ValueError(f"{value}: units {', '.join(strangers)} are not among the scored units")
    classes = sorted(set(frame["class"].astype(str)))
    rows, columns = {name: i for i, name in enumerate(classes)}, {unit: i for i, unit in enumerate(units)}
    table = np.zeros((len(classes), len(units)))
    values = nullable.floats(placed[value])
    for unit, name, events in zip(placed["unit_id"], placed["class"], values, strict=True):  # NaN stays NaN
        table[rows[str(name)], columns[str(unit)]] += events
    return table, classes


@dataclass(frozen=True)
class _Counts:
    """Arrests, shape (units,), and violence by class, shape (classes, units), with its weights."""

    arrests: Floats
    violence: Floats
    classes: list[str]
    weights: Floats

    @classmethod
    def read(cls, data: ContrastInputs, units: list[str]) -> "_Counts":
        arrests, _ = _table(data.arrests, "arrests", units)
        if not data.held:
            arrests = np.full((1, len(units)), np.nan)
        violence, classes = _table(data.violence, "events", units)
        missing = [name for name in classes if name not in data.class_weights]
        if missing:
            raise ValueError(f"the weight set has no value for {', '.join(missing)}")
        weights = np.array([float(data.class_weights[name]) for name in classes])
        return cls(arrests=arrests.sum(axis=0), violence=violence, classes=classes, weights=weights)

    @property
    def weighted(self) -> Floats:
        total = np.zeros(self.arrests.shape)
        for weight, row in zip(self.weights, self.violence, strict=True):
            total += weight * row
        return total


def _drawn_violence(counts: _Counts, units: list[str], data: ContrastInputs, sizes: Floats) -> Floats:
    """Draw the weighted serious violence of each area, shape (units, draws)."""
    return method.weighted_count_draws(
        counts.violence,
        counts.weights,
        sizes,
        draws=data.draws,
        open_stream=lambda kind, unit: stream(data.seed, "violence", counts.classes[kind], units[unit]),
    )


def _interval(
    counts: _Counts, units: list[str], data: ContrastInputs, sizes: Floats, violence: Floats
) -> tuple[Floats, Floats]:
    drawn_arrests = method.weighted_count_draws(
        counts.arrests[None, :],
        np.ones(1),
        sizes,
        draws=data.draws,
        open_stream=lambda _, unit: stream(data.seed, "arrests", units[unit]),
    )
    ratios = method.share_of_total(drawn_arrests) / method.share_of_total(violence)
    low, high = quantiles(ratios, data.interval)
    return low, high


def _shares(scores: pd.DataFrame, counts: _Counts, days: int) -> pd.DataFrame:
    arrests, violence = counts.arrests, counts.weighted
    person_years = scores["residents"].to_numpy(np.float64) * days / DAYS_PER_YEAR
    arrest_share, violence_share = method.share_of_total(arrests), method.share_of_total(violence)
    return scores[["unit_id", "label"]].assign(
        drug_arrests=arrests,
        arrest_share=arrest_share,
        arrests_per_1000=1000 * arrests / person_years,
        rank_arrests=ranks(arrests / person_years),
        violence_weighted=violence,
        violence_share=violence_share,
        ratio=method.ratio(arrest_share, violence_share),
    )


def _compared(frame: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    levels = [method.level(low, high) for low, high in zip(frame["ratio_low"], frame["ratio_high"], strict=True)]
    moves = (frame["rank_arrests"] - scores["rank"]).round()
    outside = (frame["rank_arrests"] < scores["rank_low"]) | (frame["rank_arrests"] > scores["rank_high"])
    return frame.assign(
        rank_harm=scores["rank"],
        rank_low=scores["rank_low"],
        rank_high=scores["rank_high"],
        level=[level or "" for level in levels],
        corner=[
            corner(tier, other, level)
            for tier, other, level in zip(scores["tier"], scores["tier_no_contact"], levels, strict=True)
        ],
        moves=moves.astype("Int64"),
        clear_move=outside,
    )


def _facts(frame: pd.DataFrame, scores: pd.DataFrame, data: ContrastInputs) -> dict[str, float]:
    by_arrests = -frame["rank_arrests"].to_numpy(np.float64)
    by_harm = -scores["rank"].to_numpy(np.float64)
    k = min(FIRST, int(np.isfinite(by_harm).sum()))
    focus = (scores["tier"] == FOCUS).to_numpy()
    unplaced = data.arrests.loc[data.arrests["unit_id"].isna(), "arrests"]
    return {
        "spearman": method.spearman(by_arrests, by_harm),
        "top_overlap": float(method.top_overlap(by_arrests, by_harm, k)),
        "top_k": float(k),
        "focus_arrest_share": nullable.total(frame.loc[focus, "arrest_share"]),
        "focus_violence_share": nullable.total(frame.loc[focus, "violence_share"]),
        "drug_arrests": nullable.total(frame["drug_arrests"]),
        "drug_arrests_unplaced": nullable.total(unplaced) if data.held else float("nan"),
    }
