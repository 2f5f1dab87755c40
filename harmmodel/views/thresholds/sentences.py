"""What the lab says in words, from its figures alone; what no figure shows is said as a limit."""

from __future__ import annotations

import datetime as dt
import math

from harmmodel.lenses.phrases import as_set, half_up
from harmmodel.method.thresholds.bunching import LEAST, Bunching
from harmmodel.method.thresholds.classification import LEVEL, Range
from harmmodel.views import words
from harmmodel.views.thresholds.figures import Assessment, Holdings, ThresholdSettings
from harmmodel.views.thresholds.rows import OWN, QuantityRow, grams, named

ONE_OF_MANY = (
    "A threshold is one indicator among others: what a person intends shows in other evidence, not in a weight."
)
WIDENING = (
    "A limit below what people hold for own use turns use into a case of supply, and a new fine or duty for smaller "
    "amounts can reach people whom nobody dealt with before."
)
LIMITS = (
    ONE_OF_MANY,
    "Rates describe what people hold, not whom police search or charge; who is stopped decides who is weighed.",
    "The lognormal curve is an assumption. Quantities bunch at the units in which a substance is sold; a file of "
    "quantities shows that, two percentiles do not.",
    "People who use and people who supply are often the same people; the ROC curve treats them as two groups.",
    "A basis that is not stated is read as weight as sold. Pure weight is compared only where a purity is given.",
    "An unverified quantity was not read beside its source. It is for thinking, not for quoting.",
)


def likely(share: float) -> str:
    """A share of people in whole percent, never 0% or 100%.

    >>> likely(0.285), likely(0.0004), likely(0.9999), likely(float("nan"))
    ('29%', 'under 1%', 'over 99%', '–')
    """
    if math.isnan(share):
        return words.MISSING
    percent = half_up(100 * share)
    if percent < 1:
        return "under 1%"
    return "over 99%" if percent > 99 else f"{percent:.0f}%"


def likely_range(share: Range, dash: str = " to ") -> str:
    """The ends of a share in figures; nothing where it has no range."""
    if math.isnan(share.value) or share.is_exact:
        return ""
    low, high = likely(share.low), likely(share.high)
    return low if low == high else f"{low}{dash}{high}"


def figure(estimate: Range) -> str:
    """A figure of two digits with its range in brackets.

    >>> figure(Range(1.0, 2.0, 4.0)), figure(Range(2.0, 2.0, 2.0)), figure(Range(0.0, 1.0, math.inf))
    ('2.0 (1.0 to 4.0)', '2.0', '1.0 (0 to more than any number)')
    """
    if estimate.is_exact or math.isnan(estimate.value):
        return _digits(estimate.value)
    return f"{_digits(estimate.value)} ({_digits(estimate.low)} to {_digits(estimate.high)})"


def _digits(value: float) -> str:
    return "more than any number" if math.isinf(value) else words.rate(value)


def factor(estimate: Range, dash: str = " to ") -> str:
    """A factor, or its two ends.

    >>> factor(Range(2.0, 2.8, 4.0)), factor(Range(2.0, 2.0, 2.0))
    ('2 to 4', '2')
    """
    return (
        words.exact(estimate.low)
        if estimate.is_exact
        else f"{words.exact(estimate.low)}{dash}{words.exact(estimate.high)}"
    )


def weight(estimate: Range) -> str:
    """A weight with its range."""
    if math.isnan(estimate.value) or estimate.is_exact:
        return grams(estimate.value)
    return f"{grams(estimate.value)} ({grams(estimate.low)} to {grams(estimate.high)})"


def name(row: QuantityRow) -> str:
    """A threshold in a sentence."""
    substance = named(row.substance)
    if row.jurisdiction == OWN:
        return f"a limit of {grams(row.grams)} of {substance}"
    basis = " of active substance" if row.weight_basis == "pure" else ""
    return f"the limit of {row.label} for {substance}, {grams(row.grams)}{basis},"


def held(kind: Holdings) -> str:
    """What people hold, in words."""
    if kind.sample is not None:
        return f"people hold what a file of {words.count(kind.sample.size)} quantities says"
    said = f"half hold more than {weight(kind.median)} and one in ten more than {weight(kind.p90)}"
    return f"{said}, as {words.count(kind.respondents)} people said" if kind.respondents else said


def answer(assessment: Assessment, settings: ThresholdSettings) -> str:
    """The finding in plain text; whoever prints it as Markdown escapes it."""
    if settings.users is None:
        return f"{words.capital(name(assessment.row))} can be judged once it is known what people hold."
    if not assessment.is_comparable:
        return f"{words.capital(name(assessment.row))} counts active substance alone. Give a purity to compare it."
    interval = likely_range(assessment.users)
    return (
        f"{words.capital(name(assessment.row))} is exceeded for own use by {likely(assessment.users.value)}"
        f"{f' ({interval})' if interval else ''} of people who use, if {held(settings.users)}."
    )


def burden(assessment: Assessment, settings: ThresholdSettings) -> str:
    """How many users stand behind each supplier that is caught."""
    if math.isnan(assessment.per_supplier.value):
        return ""
    share = settings.supplier_share
    spoken = as_set(share.value) if share.is_exact else f"{as_set(share.low)} to {as_set(share.high)}"
    return (
        f"For each supplier it catches, it treats {figure(assessment.per_supplier)} people who use as suppliers, "
        f"if {spoken} of the people found with the substance supply it ({settings.suppliers_from})."
    )


def warning(assessment: Assessment, settings: ThresholdSettings) -> str:
    """The net-widening warning, or that there is none on these figures."""
    limit = as_set(settings.warn_above)
    if assessment.widening == "clear":
        return f"{WIDENING} Here the misclassified-user rate lies above {limit}."
    if assessment.widening == "possible":
        return f"{WIDENING} Here the misclassified-user rate may lie above {limit}."
    if assessment.widening == "none":
        return f"On these figures the misclassified-user rate stays up to {limit}; some people hold more."
    return ""


def certainty(settings: ThresholdSettings) -> str:
    """How sure the rate is, where anything tells."""
    users = settings.users
    if users is None:
        return ""
    if users.sample is not None:
        return f"The interval is a {as_set(LEVEL)} interval of the share counted in the file (Wilson)."
    if users.respondents is not None:
        people = words.count(users.respondents)
        return f"The interval is a {as_set(LEVEL)} interval for a random sample of {people} people."
    if users.has_interval:
        return "The range comes from the range of the inputs alone; it is no interval of a survey."
    return "No interval: neither a range nor a number of respondents was given, so the rate looks surer than it is."


def meaning(assessment: Assessment) -> tuple[str, ...]:
    """What the quantity means in use: doses, days, purity."""
    lines = []
    if not math.isnan(assessment.doses.value):
        few = " That is less than one dose." if assessment.doses.high < 1 else ""
        lines.append(f"It holds {figure(assessment.doses)} doses.{few}")
    if not math.isnan(assessment.days.value):
        lines.append(f"It lasts one person {figure(assessment.days)} days.")
    if assessment.row.days is not None:
        lines.append(f"The law has {words.number(assessment.row.days)} days of use in mind.")
    if assessment.row.weight_basis == "pure" and assessment.is_comparable:
        lines.append(f"As sold, that is {weight(assessment.total)}.")
    elif not math.isnan(assessment.active.value):
        lines.append(f"It holds {weight(assessment.active)} of active substance.")
    if assessment.row.together:
        lines.append("The limit is one for several substances together; who holds two reaches it sooner than shown.")
    return tuple(lines)


def standing(row: QuantityRow, on: dt.date) -> str:
    """What must be known before the quantity is quoted."""
    if row.jurisdiction == OWN:
        return "This quantity is set by you; it stands in no law."
    period = f"since {words.date(row.valid_from)}" if row.valid_from else "since a day that is not known"
    ended = f" until {words.date(row.valid_to - dt.timedelta(days=1))}" if row.valid_to else ""
    read = (
        f"read on {words.date(row.checked_on)}" if row.checked_on and row.status == "verified" else "not read beside it"
    )
    people = words.listing(row.consulted) if row.consulted else "nobody yet"
    due = f" Review due {words.date(row.review_due)}." if row.review_due else ""
    return (
        f"{words.capital(row.standing(on))}: {row.instrument}, {period}{ended}. Source: {row.source} "
        f"({row.source_kind}; {read}). Consulted: {people}.{due}{f' {row.note}' if row.note else ''}"
    )


def bunched(bunching: Bunching, threshold: float) -> tuple[str, ...]:
    """What weights around a threshold show, and how sure that is."""
    near = (
        f"{words.count(bunching.below)} weights lie within a tenth below {grams(threshold)} "
        f"({words.count(bunching.exactly)} of them exactly on it) and {words.count(bunching.above)} "
        "within a tenth above."
    )
    if not bunching.is_known:
        return (
            near,
            f"Too few for a test: {words.count(bunching.in_window)} between half and twice it; {LEAST} are needed.",
        )
    ends = f"{words.number(bunching.jump, 2)} ({words.span(bunching.jump_low, bunching.jump_high, 2)})"
    if bunching.jump_low <= 1 <= bunching.jump_high:
        finding = f"No clear jump: weights just above are {ends} times as dense as just below, and 1 lies inside."
    else:
        side = "below" if bunching.jump < 1 else "above"
        finding = f"Weights pile up just {side} the threshold: they are {ends} times as dense just above as just below."
    placebo = (
        f"Of {words.count(bunching.placebos)} other points of the same file, {likely(bunching.placebo_share)} show a "
        "jump as clear. Rounded weights alone make jumps, and hide them."
        if bunching.placebos
        else "There are no other points to compare with."
    )
    why = "A jump is consistent with charging, weighing or packing to the limit; the weights do not say which."
    return (near, finding, placebo, why)
