"""The frames of the lab's pictures: what people hold, the ROC curve, jurisdictions side by side, who holds more."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from harmmodel.lenses.tiers import BASELINE, FOCUS
from harmmodel.method.arrays import Floats
from harmmodel.method.thresholds import bunching as around
from harmmodel.method.thresholds.classification import counted_above, share_above
from harmmodel.views import words
from harmmodel.views.thresholds import sentences
from harmmodel.views.thresholds.figures import Assessment, Holdings, ThresholdSettings
from harmmodel.views.thresholds.rows import NATURES, OWN, QuantityRow, grams, in_force_words

POINTS = 160
MOST_BINS = 30
SHORT = {"decriminalised": "no crime", "presumption": "supply", "guideline": "guide", "severity": "crime"}
SHAPES = {"verified": FOCUS, "unverified": BASELINE, "review overdue": BASELINE}  # a full disc, or a ring


def density(kind: Holdings, at: Floats) -> Floats:
    """Density per unit of log grams: a curve, or for a file the heights of its bins."""
    if kind.sample is None:
        return kind.central.density(at)
    logs = np.log(kind.sample)
    bars = min(max(round(math.sqrt(logs.size)), 5), MOST_BINS)
    edges = np.linspace(logs.min() - 1e-9, logs.max() + 1e-9, bars + 1)
    heights = np.histogram(logs, bins=edges, density=True)[0]
    bins = np.searchsorted(edges, np.log(at), side="right") - 1
    inside = (bins >= 0) & (bins < bars)
    return np.where(inside, heights[np.clip(bins, 0, bars - 1)], 0.0)


def span(settings: ThresholdSettings, total: float) -> tuple[float, float]:
    """Lowest and highest quantity worth drawing, in grams."""
    kinds = [kind for kind in (settings.users, settings.suppliers) if kind is not None]
    spreads = [
        (kind.central.mu - 2.6 * kind.central.sigma, kind.central.mu + 2.6 * kind.central.sigma) for kind in kinds
    ]
    known = [math.log(total)] if math.isfinite(total) else []
    low, high = min([*(a for a, _ in spreads), *known]), max([*(b for _, b in spreads), *known])
    return math.exp(low - 0.2), math.exp(high + 0.2)


def distribution(settings: ThresholdSettings, total: float) -> pd.DataFrame:
    """Quantities with the density of users and suppliers; ``above`` splits them at the threshold, which is in both."""
    low, high = span(settings, total)
    points = np.geomspace(low, high, POINTS)
    split = total if math.isfinite(total) else high
    parts = [(np.append(points[points < split], split), False), (np.insert(points[points > split], 0, split), True)]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "grams": at,
                    "users": density(settings.users, at) if settings.users else np.zeros(at.size),
                    "suppliers": density(settings.suppliers, at),
                    "above": above,
                }
            )
            for at, above in parts
        ],
        ignore_index=True,
    )


def roc(settings: ThresholdSettings, assessment: Assessment) -> pd.DataFrame:
    """Shares of users and suppliers above every threshold; a few have a ``name``, one ``is_chosen``."""
    if settings.users is None:
        return pd.DataFrame(columns=["grams", "users", "suppliers", "name", "is_chosen"])
    low, high = span(settings, math.nan)
    at = np.geomspace(low / 3, high * 3, POINTS)
    frame = pd.DataFrame(
        {"grams": at, "users": _above(settings.users, at), "suppliers": _above(settings.suppliers, at)}
    )
    frame = frame.assign(name="", is_chosen=False)
    marks = [
        v for v in _decades(low, high) if _is_apart(v, assessment.total.value) and _is_inside(settings.suppliers, v)
    ]
    named = pd.DataFrame({"grams": np.array(marks, dtype=np.float64)})
    named = named.assign(
        users=_above(settings.users, named["grams"].to_numpy(dtype=np.float64)),
        suppliers=_above(settings.suppliers, named["grams"].to_numpy(dtype=np.float64)),
        name=[grams(value) for value in marks],
        is_chosen=False,
    )
    here = {"grams": assessment.total.value, "users": assessment.users.value, "suppliers": assessment.suppliers.value}
    one = pd.DataFrame(
        [{**here, "name": grams(assessment.total.value), "is_chosen": True}] if assessment.is_comparable else []
    )
    return pd.concat([part for part in (frame, named, one) if len(part)], ignore_index=True)


def _is_apart(value: float, chosen: float) -> bool:
    return not math.isfinite(chosen) or abs(math.log(value / chosen)) > 0.8


def _is_inside(kind: Holdings, value: float) -> bool:
    """Whether a point stands clear of both ends of the curve, so that its label is read."""
    return bool(0.08 < _above(kind, np.array([value]))[0] < 0.99)


def _decades(low: float, high: float) -> list[float]:
    return [10.0**n for n in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]


def _above(kind: Holdings, at: Floats) -> Floats:
    if kind.sample is None:
        return share_above(at, kind.central)
    return np.array([counted_above(kind.sample, float(t)) for t in at]) / kind.sample.size


def compared(assessments: Sequence[Assessment], chosen: QuantityRow, on: dt.date) -> pd.DataFrame:
    """Interval rows of thresholds: a disc is verified, a ring is not; the chosen one is marked by a sign."""
    labels = [assessment.row.label for assessment in assessments]
    return pd.DataFrame(
        [
            {
                "row": _row_name(assessment.row, chosen, is_twin=labels.count(assessment.row.label) > 1, on=on),
                "value": assessment.total.value,
                "low": assessment.total.low,
                "high": assessment.total.high,
                "tier": SHAPES[assessment.row.standing(on)],
                "figure": _figure(assessment.row, on),
                "detail": sentences.likely(assessment.users.value),
            }
            for assessment in assessments
        ],
        columns=["row", "value", "low", "high", "tier", "figure", "detail"],
    )


def _figure(row: QuantityRow, on: dt.date) -> str:
    """The quantity as the law states it; a question mark says that nobody read it beside its source lately."""
    basis = " pure" if row.weight_basis == "pure" else ""
    return f"{grams(row.grams)}{basis}{'' if row.is_official(on) else ' ?'}"


def _row_name(row: QuantityRow, chosen: QuantityRow, *, is_twin: bool, on: dt.date) -> str:
    sign = "▸ " if row == chosen else ""
    past = ", past" if in_force_words(row, on) == "no" else ""
    return f"{sign}{row.label}{f', {SHORT[row.nature]}' if is_twin else ''}{past}"


def groups(assessment: Assessment, settings: ThresholdSettings, names: dict[str, str]) -> pd.DataFrame:
    """Rows of the misclassified-user rate, in percent: everybody, then those who hold more."""
    rates = {"All as entered": (assessment.users, "")}
    rates |= {
        names[name]: (rate, f"×{sentences.factor(settings.factors[name], '–')} · ")
        for name, rate in assessment.groups.items()
    }
    return pd.DataFrame(
        [
            {
                "row": label,
                "value": 100 * rate.value,
                "low": 100 * rate.low,
                "high": 100 * rate.high,
                "figure": sentences.likely(rate.value),
                "detail": f"{multiple}{sentences.likely_range(rate, '–') or 'no range'}",
            }
            for label, (rate, multiple) in rates.items()
        ]
    )


def binned(weights: Floats, threshold: float) -> pd.DataFrame:
    """Counts of weights in equal bins of log grams that end at the threshold."""
    counts = around.binned(np.log(weights), math.log(threshold))
    edges = threshold * np.exp((np.arange(counts.size + 1) - around.BINS) * around.HALF_WIDTH / around.BINS)
    return pd.DataFrame(
        {
            "start": edges[:-1],
            "end": edges[1:],
            "weights": counts.astype(int),
            "above": edges[:-1] >= threshold * 0.9999,
        }
    )


def figures(assessment: Assessment, settings: ThresholdSettings) -> pd.DataFrame:
    """Every figure of one threshold, a row each, in words."""
    rows = [
        ("Quantity as the law states it", grams(assessment.row.grams), assessment.row.weight_basis + " weight"),
        ("Quantity as sold", sentences.weight(assessment.total), "grams"),
        ("Active substance", sentences.weight(assessment.active), "grams; needs a purity"),
        (
            "Misclassified-user rate",
            _rated(assessment.users.value),
            sentences.likely_range(assessment.users) or "no range",
        ),
        (
            "Suppliers above it",
            _rated(assessment.suppliers.value),
            sentences.likely_range(assessment.suppliers) or "no range",
        ),
        (
            "Users misclassified per supplier caught",
            sentences.figure(assessment.per_supplier),
            settings.suppliers_from,
        ),
        ("Area under the ROC curve", words.number(assessment.roc_area, 2), "0.50 is chance"),
        ("Doses", sentences.figure(assessment.doses), "needs a dose"),
        ("Days of supply", sentences.figure(assessment.days), "needs a dose; for one person"),
    ]
    what = "meaning" if assessment.row.jurisdiction == OWN else NATURES[assessment.row.nature]
    frame = pd.DataFrame(rows, columns=["Figure", "Value", "Range or unit"])
    return frame.assign(Meaning=["" if n else what for n in range(len(frame))])


def _rated(value: float) -> str:
    return sentences.likely(value)
