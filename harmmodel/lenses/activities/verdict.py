"""The tier of one activity, with a code and a sentence for its reason: two questions, both have to be answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harmmodel.lenses.activities.spec import ActivityScheme, ActivitySpec
from harmmodel.lenses.phrases import decimals, percent
from harmmodel.lenses.tiers import CONTESTED, FOCUS, LOWER, UNMEASURABLE

Row = Mapping[str, Any]
# Codes of `why`.
UNMEASURED, FEW, NOTHING = "unmeasurable", "few_records", "nothing_expected"
# What a place lacks, so that nothing can be said to follow any record of it.
UNPLACED, UNTIMED, NO_EVENTS = "unplaced", "untimed", "no_events"
LACKING = {
    UNPLACED: "No record of enforcement has both a time and a point here, so nothing can be said to follow one.",
    UNTIMED: "Times are known by month only, so nothing can be said to follow a record.",
    NO_EVENTS: "No serious violence has both a time and a point here, so none can be said to follow a record.",
}
RISES, FALLS, UNCLEAR, HELD, PASSED = "rises", "falls", "rise_unclear", "held_back", "both_passed"
# Codes of `like_verdict`: what the comparison of like places says, or why it cannot.
NOT_MATCHED, FEW_CELLS, FEW_LIKE, UNBALANCED, NO_VIOLENCE = (
    "not_matched",
    "few",
    "few_like",
    "unbalanced",
    "no_violence",
)
MORE, OPEN, UNDER, LESS = "more", "open", "under", "less"
SAYS = (MORE, OPEN, UNDER, LESS)  # the others: cannot be judged


@dataclass(frozen=True)
class ActivityVerdict:
    """A tier, the code of its reason and the sentences that give it."""

    tier: str
    why: str
    reason: str


def like_verdict(spec: ActivitySpec, row: Row, scheme: ActivityScheme) -> str:
    """Say what the comparison of like places says of an activity, or why it says nothing.

    Parameters
    ----------
    row : like_cells, like_matched, like_difference, like_ratio, like_low, like_high
    """
    limits = scheme.like
    if spec.unmeasurable:
        return UNMEASURED
    if math.isnan(row["like_matched"]):
        return NOT_MATCHED
    if row["like_matched"] < limits.cells:
        return FEW_CELLS
    if row["like_matched"] < limits.share * row["like_cells"]:
        return FEW_LIKE
    if not row["like_difference"] <= limits.balance:
        return UNBALANCED
    if not math.isfinite(row["like_ratio"]):
        return NO_VIOLENCE
    if row["like_high"] < 1:
        return LESS
    if row["like_high"] < limits.high:
        return UNDER
    return MORE if row["like_low"] > 1 else OPEN


def like_words(row: Row, scheme: ActivityScheme) -> str:
    """Say the same in a sentence without its stop."""
    limits, verdict = scheme.like, row["like_verdict"]
    counted = f"{row['like_matched']:,.0f} of {row['like_cells']:,.0f} cells with such records have like cells without"
    if verdict in SAYS:
        return (
            f"cells with such records have {row['like_ratio']:.2f} times the violence of like cells without "
            f"({row['like_low']:.2f} to {row['like_high']:.2f})"
        )
    said = {
        NOT_MATCHED: "the place names no offences by which like cells could be found",
        FEW_CELLS: f"{counted}, {limits.cells} are needed",
        FEW_LIKE: f"{counted}, at least {percent(limits.share)} are needed",
        UNBALANCED: f"matched cells differ by up to {row['like_difference']:.2f} standard deviations, "
        f"{decimals(limits.balance, 2)} are allowed",
        NO_VIOLENCE: "too little violence was recorded in like cells",
    }
    return f"like places cannot be judged: {said[verdict]}"


def judge(spec: ActivitySpec, row: Row, scheme: ActivityScheme, *, lacking: str = "") -> ActivityVerdict:
    """Apply the limits to both intervals, and the guards of lower priority.

    Parameters
    ----------
    spec : the activity
    row : excess, excess_low, excess_high, covered, undiluted_low, undiluted_high, occasions, and like_verdict with what
        `like_verdict` reads
    lacking : the code of what keeps anything from following anything here, one of `LACKING`; empty where nothing does
    """
    if spec.unmeasurable:
        return ActivityVerdict(UNMEASURABLE, UNMEASURED, spec.unmeasurable)
    if lacking:
        return ActivityVerdict(UNMEASURABLE, lacking, LACKING[lacking])
    if row["occasions"] < scheme.minimum_records:
        few = f"Too few records to judge: {row['occasions']:,.0f} at a place and day of their own"
        return ActivityVerdict(CONTESTED, FEW, f"{few}, {scheme.minimum_records:,} are needed.")
    if not math.isfinite(row["excess"]):
        none = "No serious violence is expected near its records, so there is nothing to compare."
        return ActivityVerdict(CONTESTED, NOTHING, none)
    return _of_rise(spec, row, scheme)


def _of_rise(spec: ActivitySpec, row: Row, scheme: ActivityScheme) -> ActivityVerdict:
    opening = (
        f"Short-term rise: violence after a record is {row['excess']:.2f} times what the same place gives in other "
        f"weeks ({row['excess_low']:.2f} to {row['excess_high']:.2f})"
    )
    beside = f"Beside that, {like_words(row, scheme)}."
    if row["excess_low"] > scheme.focus:
        said = f"{opening}; focus asks for more than {decimals(scheme.focus, 2)} at the lower end. {beside}"
        return ActivityVerdict(FOCUS, RISES, said)
    if row["excess_high"] < 1:
        said = f"{opening}: violence falls after such records: less of it could let it rise. {beside}"
        return ActivityVerdict(CONTESTED, FALLS, said)
    if row["excess_high"] >= scheme.lower_priority:
        neither = f"neither above {decimals(scheme.focus, 2)} nor under {_under(scheme)} with its whole interval"
        return ActivityVerdict(CONTESTED, UNCLEAR, f"{opening}: {neither}. {beside}")
    return _guarded(spec, row, opening, scheme)


def _under(scheme: ActivityScheme) -> str:
    return decimals(scheme.lower_priority, 2)


def _guarded(spec: ActivitySpec, row: Row, opening: str, scheme: ActivityScheme) -> ActivityVerdict:
    faults = []
    if not row["undiluted_high"] < scheme.lower_priority:
        faults.append(
            f"{row['covered']:.0%} of the time it is compared with follows such a record itself, and with that taken "
            f"out the interval reaches {row['undiluted_high']:.2f}"
        )
    limit = decimals(scheme.like.high, 2)
    if row["like_verdict"] in (MORE, OPEN):
        faults.append(f"{like_words(row, scheme)}, and the upper end has to lie under {limit}")
    elif row["like_verdict"] == LESS:
        faults.append(f"{like_words(row, scheme)}: such records may be what keeps violence low there")
    elif row["like_verdict"] != UNDER:
        faults.append(like_words(row, scheme))
    if spec.objections:
        faults.append("evidence of corruption or control stands against lower priority")
    if not spec.pathway:
        faults.append("no health or diversion pathway is named")
    if faults:
        said = f"{opening}, the whole interval under {_under(scheme)}, but {'; and '.join(faults)}."
        return ActivityVerdict(CONTESTED, HELD, said)
    alone = f"{row['undiluted_low']:.2f} to {row['undiluted_high']:.2f}"
    said = (
        f"{opening}, the whole interval under {_under(scheme)}, also against time that follows no such record "
        f"({alone}). Like places: {like_words(row, scheme)}, under {limit}. No evidence of corruption or control has "
        "been entered against it and a pathway is named."
    )
    return ActivityVerdict(LOWER, PASSED, said)
