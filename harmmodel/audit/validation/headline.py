"""The headline of the verdict: areas first, since they are what is published, then cells; and what both rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from harmmodel.audit.validation.leads import (
    ABOVE,
    ARRESTS,
    BELOW,
    CHANCE,
    LAST,
    ORDER,
    OVERALL,
    PILLAR,
    guide,
    listed,
    named,
    standing,
    tally,
    units,
)
from harmmodel.audit.validation.schedule import Origin
from harmmodel.views.words import date, period
from harmmodel.warehouse.read.validation import AREA

TENTH = 0.1  # the share at which what was found is told
BETTER, WORSE = "does better than", "does worse than"


NEVER = "they are never recorded for the same period"


def headline(rows: pd.DataFrame, origins: Sequence[Origin], no_arrests: str = "") -> Iterator[str]:
    """Say what areas, then cells, find against arrests, how much that is, what it rests on and that it is persistence.

    Parameters
    ----------
    rows : of later assaults, with enough events, as `verdict` takes them
    origins : the comparisons' days and later periods
    no_arrests : why there is no order by drug arrests, where the source does not hold them
    """
    leads = standing(rows, PILLAR, ARRESTS)
    if leads.empty:
        yield f"Whether harm does better than drug arrests is not known: {no_arrests or NEVER}."
        yield from _found(rows, origins)
    else:
        yield from _areas(rows, leads)
        yield from _found(rows, origins)
        yield from _cells(leads)
        yield _rests_on(leads, origins)
        yield from _where(leads)
    yield from _persistence(rows)


def _areas(rows: pd.DataFrame, leads: pd.DataFrame) -> Iterator[str]:
    """One sentence that can be repeated: what is published, against arrests."""
    own = leads[leads["resolution"] == AREA]
    if own.empty:
        return
    overall = standing(rows[rows["resolution"] == AREA], OVERALL, ARRESTS)
    above, level, below = tally(own)
    beside = ""
    if len(overall):
        more, _, fewer = tally(overall)
        whose = "" if len(overall) == len(own) else f" of {len(overall)}"
        beside = f"; the overall score finds more in {_number(more)}{whose} and fewer in {_number(fewer)}"
    yield (
        f"For whole areas, {_whether(above, level, below)}: an order by recorded violence finds clearly more of the "
        f"later aggravated assaults in {_number(above)} of {len(own)} comparisons and clearly fewer in "
        f"{_number(below)}{beside}."
    )


def _whether(above: int, level: int, below: int) -> str:
    found = {
        BETTER: "recorded violence does better than drug arrests",
        WORSE: "drug arrests do better than recorded violence",
    }.get(guide(above, level, below))
    if found:
        return found
    if above and below:
        return "neither order is the better one throughout"
    return "recorded violence and drug arrests mostly cannot be told apart"


def _number(count: int) -> str:
    return str(count) if count else "none"


def _found(rows: pd.DataFrame, origins: Sequence[Origin]) -> Iterator[str]:
    """Say how much of the newest later period the areas found that were first before it."""
    own = rows[(rows["resolution"] == AREA) & ((rows["share"] - TENTH).abs() < 1e-9)]
    known = {origin.name: origin for origin in origins}
    if "hit_rate" not in own or not (days := sorted(set(own["origin"]) & set(known))):
        return
    newest = own[own["origin"] == days[-1]].set_index("candidate")
    hits, pei = newest["hit_rate"], newest["pei"]
    if PILLAR not in hits or not hits[PILLAR] > 0:
        return
    others = [f"{words} {hits[name]:.0%}" for name, words in BESIDE.items() if name in hits]
    origin, best = known[days[-1]], hits[PILLAR] / pei[PILLAR]
    later = period(str(origin.start), str(origin.stop))
    yield (
        f"By what was recorded before {date(origin.as_of)}, the areas first by violence, with {TENTH:.0%} of all "
        f"residents, held {hits[PILLAR]:.0%} of the aggravated assaults of {later}; it would be "
        f"{listed([*others, f'{best:.0%} at most'])}."
    )


BESIDE = {
    OVERALL: "by the overall score",
    ARRESTS: "by drug arrests",
    LAST: "by last period's count",
    CHANCE: "by chance",
}


def _cells(leads: pd.DataFrame) -> Iterator[str]:
    """Say the same of cells, size by size."""
    parts = [(size, part) for size in ORDER if size != AREA and len(part := leads[leads["resolution"] == size])]
    if parts:
        told = [_ahead(size, part) for size, part in parts]
        yield f"For cells, which are compared but not published, recorded violence is clearly ahead {', '.join(told)}."


def _ahead(size: str, part: pd.DataFrame) -> str:
    above, _, below = tally(part)
    lost = f" and behind in {below}" if below else ""
    return f"at resolution {size} in {_number(above)} of {len(part)}{lost}"


def _rests_on(leads: pd.DataFrame, origins: Sequence[Origin]) -> str:
    """Say how few separate things the comparisons rest on."""
    days = sorted(set(leads["origin"]))
    apart = separate([origin for origin in origins if origin.name in days])
    shares, sizes = leads["share"].nunique(), leads["resolution"].nunique()
    periods = "" if len(days) == 1 else f", of whose later periods no more than {apart} lie apart"
    if apart == 1 < len(days):
        periods = ", whose later periods all overlap"
    return (
        f"Comparisons overlap: these {len(leads)} count the same later assaults in {_many(sizes, 'size')} of unit and "
        f"at {_many(shares, 'share')}, from {_many(len(days), 'day')}{periods}. They are one outcome, and not "
        f"{len(leads)} separate tests."
    )


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def separate(origins: Sequence[Origin]) -> int:
    """Count the most later periods that can be picked so that no two share a day."""
    number, reached = 0, None
    for origin in sorted(origins, key=lambda origin: origin.stop):
        if reached is None or origin.start >= reached:
            number, reached = number + 1, origin.stop
    return number


def _where(leads: pd.DataFrame) -> Iterator[str]:
    """Name where harm is never clear of arrests, and where arrests find more."""
    parts = [(size, part) for size in ORDER if len(part := leads[leads["resolution"] == size])]
    if nowhere := [text for size, part in parts if (text := _never_clear(size, part))]:
        yield f"Where it is not ahead, from any day: {'; '.join(nowhere)}."
    if lost := named(leads[leads["standing"] == BELOW]):
        yield f"Where arrests find clearly more: {'; '.join(lost)}."


def _never_clear(size: str, part: pd.DataFrame) -> str:
    """Name the shares at which no comparison is clear of zero."""
    none = [float(str(share)) for share, group in part.groupby("share") if not (group["standing"] == ABOVE).any()]
    return f"{units(size)} at {listed([f'{share:.0%}' for share in none])}" if none else ""


def _persistence(rows: pd.DataFrame) -> Iterator[str]:
    """Say that violence before finds violence after because it lasts, if it does, and what a plain count finds."""
    own = rows[rows["resolution"] == AREA]
    where, shown = ("areas", own) if len(own) else ("cells", rows)
    chance, last = standing(shown, PILLAR, CHANCE), standing(shown, PILLAR, LAST)
    if len(chance):
        above, _, _ = tally(chance)
        clear = (
            f"an order of {where} by recorded violence is clearly ahead of chance in {_number(above)} of {len(chance)}"
        )
        if above > len(chance) / 2:
            yield f"That violence finds later violence is persistence, it stays where it was: {clear} comparisons."
        else:
            yield f"Violence does not stay where it was as far as these figures tell: {clear} comparisons."
    if len(last):
        yield _plain_count(*tally(last))


def _plain_count(above: int, level: int, below: int) -> str:
    """Say whether it takes a score at all, or last period's count would do."""
    found = {
        BETTER: "The pillar finds more than last period's plain count of violence does",
        WORSE: "Last period's plain count of violence finds more than the pillar does",
    }.get(guide(above, level, below), "Last period's plain count of violence mostly cannot be told from the pillar")
    total = above + level + below
    return f"{found}: the pillar is clearly ahead in {_number(above)} of {total} and behind in {_number(below)}."
