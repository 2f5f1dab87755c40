"""What one threshold does to the people of one distribution: every figure of the lab, each with its range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from harmmodel.errors import QuantityError
from harmmodel.method.arrays import Floats
from harmmodel.method.thresholds import classification, holdings
from harmmodel.method.thresholds.classification import Lognormal
from harmmodel.method.thresholds.holdings import UNKNOWN, Range, exactly
from harmmodel.views.thresholds.rows import Row

ONCE = exactly(1.0)
LEAST_SAMPLE = 10


@dataclass(frozen=True)
class Held:
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
            held = classification.lognormal(median, p90)
            if self.respondents is None:
                ends.append(float(classification.share_above(end, held)))
            else:
                ends += classification.share_above_interval(end, held, respondents=self.respondents)
        return Range(min(ends), float(classification.share_above(limit.value, self.central)), max(ends))


def _counted(sample: Floats, limit: Range, *, at_limit: bool) -> Range:
    hits = [
        classification.counted_above(sample, end, at_limit=at_limit) for end in (limit.low, limit.value, limit.high)
    ]
    ends = [end for n in hits for end in classification.wilson_interval(n, sample.size)]
    return Range(min(ends), hits[1] / sample.size, max(ends))


@dataclass(frozen=True)
class Settings:
    """What the reader says about people and substance; ``sources`` tells where the two distributions come from."""

    users: Held | None
    suppliers: Held
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

    row: Row
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


def assess(row: Row, settings: Settings) -> Assessment:
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
        doses=holdings.doses(total, dose),
        days=holdings.days_of_supply(total, dose, settings.doses_a_day, settings.days_a_week),
        groups={
            name: UNKNOWN if settings.users is None else settings.users.above(total, at_limit=at_limit, factor=factor)
            for name, factor in settings.factors.items()
        },
        widening=_widening(users, settings.warn_above),
    )


def weights_of(row: Row, purity: Range | None) -> tuple[Range, Range]:
    """The threshold as weight sold and as active substance; a basis that is not stated is read as weight sold."""
    stated = exactly(row.grams)
    if row.weight_basis == "pure":
        return (UNKNOWN if purity is None else holdings.total_weight(stated, purity)), stated
    return stated, (UNKNOWN if purity is None else holdings.active_weight(stated, purity))


def roc_area(settings: Settings) -> float:
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
