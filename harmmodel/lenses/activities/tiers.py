"""The tier of an activity and the sentence that gives its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from harmmodel.lenses.activities.spec import CONTESTED, FOCUS, LOWER, UNMEASURABLE, ActivityScheme, ActivitySpec
from harmmodel.lenses.areas.tiers import Verdict


def judge(spec: ActivitySpec, row: Mapping[str, Any], scheme: ActivityScheme, timed: bool) -> Verdict:
    """Apply the limits to the interval, and the guards of lower priority.

    Parameters
    ----------
    spec : the activity
    row : excess, excess_low, excess_high, covered, undiluted_low, undiluted_high, occasions, p_family
    timed : whether times are known well enough for anything to follow anything
    """
    if spec.unmeasurable:
        return Verdict(UNMEASURABLE, spec.unmeasurable)
    if not timed:
        return Verdict(UNMEASURABLE, "Times are known by month only, so nothing can be said to follow a record.")
    if row["occasions"] < scheme.minimum_records:
        return Verdict(
            CONTESTED,
            f"Too few records to judge: {row['occasions']:,.0f} at a place and day of their own, "
            f"{scheme.minimum_records:,} are needed.",
        )
    if not math.isfinite(row["excess"]):
        return Verdict(CONTESTED, "No serious violence is expected near its records, so there is nothing to compare.")
    said = (
        f"Violence after a record is {row['excess']:.2f} times what the same place gives in other weeks "
        f"({row['excess_low']:.2f} to {row['excess_high']:.2f})"
    )
    if row["excess_low"] > scheme.focus:
        return Verdict(FOCUS, f"{said}; focus asks for more than {scheme.focus:.2f} at the lower end.")
    if row["excess_high"] >= scheme.lower_priority:
        return Verdict(
            CONTESTED,
            f"{said}: neither above {scheme.focus:.2f} nor under {scheme.lower_priority:.2f} with its whole interval.",
        )
    return _guarded(spec, row, said, scheme)


def _guarded(spec: ActivitySpec, row: Mapping[str, Any], said: str, scheme: ActivityScheme) -> Verdict:
    faults = []
    if not row["undiluted_high"] < scheme.lower_priority:
        faults.append(
            f"{row['covered']:.0%} of the time it is compared with follows such a record itself, and with that taken "
            f"out the interval reaches {row['undiluted_high']:.2f}"
        )
    if spec.objections:
        faults.append("evidence of corruption or control stands against lower priority")
    if not spec.pathway:
        faults.append("no health or diversion pathway is named")
    if faults:
        return Verdict(
            CONTESTED, f"{said}, the whole interval under {scheme.lower_priority:.2f}, but {' and '.join(faults)}."
        )
    alone = f"{row['undiluted_low']:.2f} to {row['undiluted_high']:.2f}"
    return Verdict(
        LOWER,
        f"{said}, the whole interval under {scheme.lower_priority:.2f}, also against time that follows no such record "
        f"({alone}); no evidence of corruption or control has been entered against it and a pathway is named.",
    )
