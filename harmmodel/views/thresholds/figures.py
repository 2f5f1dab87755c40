"""What one threshold does to the people of one distribution: every figure of the lab, each with its range."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from harmmodel.errors import QuantityError
from harmmodel.method.arrays import Floats
from harmmodel.method.thresholds import classification
from harmmodel.method.thresholds.bunching import Bunching
from harmmodel.method.thresholds.classification import UNKNOWN, Lognormal, Range, exactly
from harmmodel.views.thresholds.rows import QuantityRow

ONCE = exactly(1.0)
LEAST_SAMPLE = 10


@dataclass(frozen=True)
class Holdings:
    """What a kind of people holds: median and 90th percentile, perhaps from a survey of known size, or a sample."""

    median: Range
    p90: Range
    respondents: int | None = None
    sample: Floats | None = None

    def __post_init__(self) -> None:
        """Refuse what no distribution can have."""
        if self.sample is None and not self.median.high < self.p90.low:
            raise QuantityError(
                f"The 90th percentile ({self.p90.low:g} g) must lie above the median ({self.median.high:g} g)"
            )
        if self.sample is not None and self.sample.size < LEAST_SAMPLE:
            raise QuantityError(f"A sample needs at least {LEAST_SAMPLE} quantities; it has {self.sample.size}")
        if self.respondents is not None and self.respondents < LEAST_SAMPLE:
            raise QuantityError(f"A survey needs at least {LEAST_SAMPLE} respondents; it has {self.respondents}")

    @property
    def central(self) -> Lognormal:
        """The lognormal distribution in the middle of the ranges."""
        return classification.lognormal(self.median.value, self.p90.value)

    @property
    def has_interval(self) -> bool:
        """Whether anything tells how far the share may be off."""
        return (
            self.sample is not None or self.respondents is not None or not (self.median.is_exact and self.p90.is_exact)
        )

    def above(self, total: Range, *, at_limit: bool, factor: Range = ONCE) -> Range:
        """Share that holds more than *total* grams when each holds *factor* times as much."""
        limit = total / factor
        if math.isnan(limit.value):
            return UNKNOWN
        if self.sample is not None:
            return _counted(self.sample, limit, at_limit=at_limit)
        ends: list[float] = []
        for median, p90, end in product(self.median.ends, self.p90.ends, limit.ends):
            distribution = classification.lognormal(median, p90)
            if self.respondents is None:
                ends.append(float(classification.share_above(end, distribution)))
            else:
                ends += classification.share_above_interval(end, distribution, respondents=self.respondents)
        return Range(min(ends), float(classification.share_above(limit.value, self.central)), max(ends))


def _counted(sample: Floats, limit: Range, *, at_limit: bool) -> Range:
    hits = [
        classification.counted_above(sample, end, at_limit=at_limit) for end in (limit.low, limit.value, limit.high)
    ]
    ends = [end for n in hits for end in classification.wilson_interval(n, sample.size)]
    return Range(min(ends), hits[1] / sample.size, max(ends))


@dataclass(frozen=True)
class ThresholdSettings:
    """What the reader says about people and substance; ``sources`` tells where the two distributions come from."""

    users: Holdings | None
    suppliers: Holdings
    supplier_share: Range
    suppliers_from: str
    purity: Range | None = None
    dose: Range | None = None
    doses_a_day: Range = ONCE
    days_a_week: float = 7.0
    factors: Mapping[str, Range] = field(default_factory=dict)
    warn_above: float = 0.1


@dataclass(frozen=True)
class Assessment:
    """One threshold, judged against what people hold. Shares are 0 to 1, weights grams; NaN is not known."""

    row: QuantityRow
    total: Range
    active: Range
    users: Range
    suppliers: Range
    per_supplier: Range
    roc_area: float
    doses: Range
    days: Range
    groups: Mapping[str, Range]
    widening: str

    @property
    def is_comparable(self) -> bool:
        """Whether the threshold can be set beside weights as people hold them."""
        return math.isfinite(self.total.value)


def assess(row: QuantityRow, settings: ThresholdSettings) -> Assessment:
    """Judge one threshold; a pure weight is turned into weight as sold, and left out where no purity is given."""
    total, active = weights_of(row, settings.purity)
    at_limit = row.limit == "less than"
    users = UNKNOWN if settings.users is None else settings.users.above(total, at_limit=at_limit)
    suppliers = settings.suppliers.above(total, at_limit=at_limit)
    dose = settings.dose or UNKNOWN
    return Assessment(
        row=row,
        total=total,
        active=active,
        users=users,
        suppliers=suppliers,
        per_supplier=_per_supplier(users, suppliers, settings.supplier_share),
        roc_area=roc_area(settings),
        doses=classification.doses(total, dose),
        days=classification.days_of_supply(total, dose, settings.doses_a_day, settings.days_a_week),
        groups={
            name: UNKNOWN if settings.users is None else settings.users.above(total, at_limit=at_limit, factor=factor)
            for name, factor in settings.factors.items()
        },
        widening=_widening(users, settings.warn_above),
    )


def weights_of(row: QuantityRow, purity: Range | None) -> tuple[Range, Range]:
    """The threshold as weight sold and as active substance; a basis that is not stated is read as weight sold."""
    stated = exactly(row.grams)
    if row.weight_basis == "pure":
        return (UNKNOWN if purity is None else classification.total_weight(stated, purity)), stated
    return stated, (UNKNOWN if purity is None else classification.active_weight(stated, purity))


def roc_area(settings: ThresholdSettings) -> float:
    """Area under the ROC curve of users and suppliers, counted where both are samples."""
    users, suppliers = settings.users, settings.suppliers
    if users is None:
        return math.nan
    if users.sample is not None and suppliers.sample is not None:
        return classification.counted_roc_area(users.sample, suppliers.sample)
    return math.nan if users.sample is not None else classification.roc_area(users.central, suppliers.central)


def _per_supplier(users: Range, suppliers: Range, share: Range) -> Range:
    """Users per supplier with every input at the end that makes it least, then most."""
    return Range(
        classification.users_per_supplier(users.low, suppliers.high, share.high),
        classification.users_per_supplier(users.value, suppliers.value, share.value),
        classification.users_per_supplier(users.high, suppliers.low, share.low),
    )


def _widening(users: Range, warn_above: float) -> str:
    """``clear`` when the whole interval lies above the limit, ``possible`` when a part does, else nothing."""
    if math.isnan(users.value):
        return "not known"
    if users.low > warn_above:
        return "clear"
    return "possible" if users.high > warn_above else "none"


Cell = str | float | int | bool | None


def flat(assessment: Assessment, settings: ThresholdSettings, on: dt.date) -> dict[str, Cell]:
    """One threshold and all its figures. Names say the unit: ``_grams``, ``_days``; rates and shares are 0 to 1."""
    return {
        **_quantity(assessment.row, on),
        **_held("users", settings),
        "misclassified_user_rate": _known(assessment.users.value),
        **_ends("misclassified_user_rate", assessment.users),
        "net_widening": assessment.widening,
        "suppliers_above_rate": _known(assessment.suppliers.value),
        **_ends("suppliers_above_rate", assessment.suppliers),
        "suppliers_from": settings.suppliers_from,
        "supplier_share_low": settings.supplier_share.low,
        "supplier_share_high": settings.supplier_share.high,
        "users_misclassified_per_supplier": _known(assessment.per_supplier.value),
        **_ends("users_misclassified_per_supplier", assessment.per_supplier),
        "roc_area": _known(assessment.roc_area),
        **_with_ends("threshold_total_grams", assessment.total),
        **_with_ends("threshold_active_grams", assessment.active),
        **_with_ends("doses", assessment.doses),
        **_with_ends("supply_days", assessment.days),
        **{
            key: cell
            for name, rate in assessment.groups.items()
            for key, cell in _with_ends(f"misclassified_user_rate_{name}", rate).items()
        },
        "review_due": _day(assessment.row.review_due),
        "consulted": "; ".join(assessment.row.consulted) or "nobody yet",
        "source": assessment.row.source,
        "source_kind": assessment.row.source_kind,
        "source_href": assessment.row.href,
    }


def _quantity(row: QuantityRow, on: dt.date) -> dict[str, Cell]:
    """What the law says, and since when."""
    return {
        "jurisdiction": row.jurisdiction,
        "label": row.label,
        "substance": row.substance,
        "threshold_grams": row.grams,
        "limit": row.limit,
        "weight_basis": row.weight_basis,
        "nature": row.nature,
        "legal_level": row.legal_level,
        "instrument": row.instrument,
        "valid_from": _day(row.valid_from),
        "valid_to": _day(row.valid_to),
        "in_force": row.in_force(on) if row.valid_from else None,
        "status": row.standing(on),
        "official": row.is_official(on),
    }


def flat_bunching(bunching: Bunching) -> dict[str, Cell]:
    """The bunching test of a threshold, beside its other figures."""
    names = ("weights", "in_window", "below", "above", "exactly", "share_below", "share_below_low", "share_below_high")
    more = ("jump", "jump_low", "jump_high", "p_value", "placebos", "placebo_share")
    return {f"bunching_{name}": _known(getattr(bunching, name)) for name in (*names, *more)}


def _held(name: str, settings: ThresholdSettings) -> dict[str, Cell]:
    users = settings.users
    if users is None:
        return {f"{name}_from": None, f"{name}_median_grams": None, f"{name}_p90_grams": None, f"{name}_n": None}
    n = users.respondents if users.sample is None else int(users.sample.size)
    source = "median and 90th percentile" if users.sample is None else "file of quantities"
    return {
        f"{name}_from": source,
        f"{name}_median_grams": users.median.value,
        f"{name}_p90_grams": users.p90.value,
        f"{name}_n": n,
    }


def _with_ends(name: str, estimate: Range) -> dict[str, Cell]:
    return {name: _known(estimate.value), **_ends(name, estimate)}


def _ends(name: str, estimate: Range) -> dict[str, Cell]:
    """Both ends; empty where nothing tells how far the figure may be off."""
    if estimate.is_exact:
        return {f"{name}_low": None, f"{name}_high": None}
    return {f"{name}_low": _known(estimate.low), f"{name}_high": _known(estimate.high)}


def _known(value: float) -> float | None:
    """JSON has no NaN and no infinity: both are empty."""
    return value if math.isfinite(value) else None


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
