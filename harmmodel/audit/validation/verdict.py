"""The verdict in plain words, written from the figures and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from harmmodel.audit.validation.plan import ASSAULT, FEWEST, HOMICIDE, OPIOID

PILLAR, ARRESTS, CRIME, LAST = "violence_pillar", "drug_arrests", "all_crime", "violence_last"
ABOVE, LEVEL, BELOW = "above", "level", "below"
FINEST = "9"
ORDER = ("9", "8", "7", "area")
NAMES = {
    ARRESTS: "drug arrests",
    CRIME: "all recorded crime",
    LAST: "last period's count of violence",
    "violence_pillar_raw": "the same pillar without shrinkage",
    "forecast": "the forecast",
    PILLAR: "the violence pillar",
    "overall": "the overall score",
    "community_pillar": "the community pillar",
}
OUTCOMES = {ASSAULT: "aggravated assaults", HOMICIDE: "homicides", OPIOID: "opioid deaths"}


def verdict(rows: pd.DataFrame) -> list[str]:
    """Say where ordering by harm does better than counting arrests, where not, and where a simple count is as good.

    Parameters
    ----------
    rows : of the backtest: origin, outcome, candidate, resolution, share, events, sufficient, and the lead in PEI over
        other candidates with its interval, over_<candidate>, over_<candidate>_low, over_<candidate>_high

    Returns
    -------
    Sentences, the most important one first.
    """
    known = rows[rows["sufficient"].astype(bool)]
    assaults = known[known["outcome"] == ASSAULT]
    if assaults.empty:
        return [
            f"There is no verdict: no comparison has at least {FEWEST} recorded aggravated assaults to be judged by.",
            *_thin(rows),
        ]
    return [
        *_arrests(assaults),
        *_beside(assaults, LAST),
        *_beside(assaults, CRIME),
        _aim(assaults),
        *_beside(assaults, "violence_pillar_raw"),
        *_forecast(assaults),
        *_overall(assaults),
        *_others(known),
        *_thin(rows),
    ]


def standing(rows: pd.DataFrame, candidate: str, against: str) -> pd.DataFrame:
    """Say of each comparison whether the interval of a lead lies above 0, below it, or contains it.

    Returns
    -------
    origin, resolution, share, lead, low, high, standing; empty when the two never meet
    """
    column = f"over_{against}"
    if column not in rows:
        return pd.DataFrame(columns=["origin", "resolution", "share", "lead", "low", "high", "standing"])
    mine = rows[(rows["candidate"] == candidate) & rows[column].notna()]
    found = mine[["origin", "resolution", "share"]].assign(
        lead=mine[column], low=mine[f"{column}_low"], high=mine[f"{column}_high"]
    )
    found["standing"] = [
        ABOVE if low > 0 else BELOW if high < 0 else LEVEL
        for low, high in zip(found["low"], found["high"], strict=True)
    ]
    return found.reset_index(drop=True)


def _tally(found: pd.DataFrame) -> tuple[int, int, int]:
    counted = found["standing"].value_counts()
    return int(counted.get(ABOVE, 0)), int(counted.get(LEVEL, 0)), int(counted.get(BELOW, 0))


def _arrests(rows: pd.DataFrame) -> Iterator[str]:
    found = standing(rows, PILLAR, ARRESTS)
    if found.empty:
        yield "Whether harm does better than drug arrests is not known: they are never recorded for the same period."
        return
    above, level, below = _tally(found)
    yield _opening(above, level, below)
    for resolution in ORDER:
        part = found[found["resolution"] == resolution]
        if len(part):
            yield f"{_units(resolution)}, against drug arrests: {_counted(part)}.{_where(part)}"


def _opening(above: int, level: int, below: int) -> str:
    total = above + level + below
    if above == total:
        return (
            "Ordering by recorded violence finds more of the later aggravated assaults than ordering by drug arrests "
            f"does, in all {total} comparisons, each with its interval clear of zero."
        )
    if below == 0 and above > total / 2:
        return (
            "Ordering by recorded violence finds more of the later aggravated assaults than ordering by drug arrests "
            f"does in {above} of {total} comparisons; in the other {level} the interval contains zero, and in none do "
            "arrests find clearly more."
        )
    if below > above:
        return (
            "Ordering by recorded violence does not do better than ordering by drug arrests: arrests find clearly more "
            f"of the later aggravated assaults in {below} of {total} comparisons, recorded violence in {above}."
        )
    if above == 0:
        return (
            "The figures do not tell ordering by recorded violence from ordering by drug arrests: in "
            f"{level} of {total} comparisons the interval contains zero."
        )
    return (
        f"The evidence is mixed: against drug arrests, ordering by recorded violence finds clearly more of the later "
        f"aggravated assaults in {above} of {total} comparisons, clearly fewer in {below}, and cannot be told apart in "
        f"{level}."
    )


def _units(resolution: str) -> str:
    return "Areas" if resolution == "area" else f"Cells of resolution {resolution}"


def _counted(part: pd.DataFrame) -> str:
    above, level, below = _tally(part)
    middle = part["lead"].median()
    words = [f"{n} {name}" for n, name in ((above, ABOVE), (level, LEVEL), (below, BELOW)) if n]
    return f"{', '.join(words)} (median difference in PEI {middle:+.2f})"


def _where(part: pd.DataFrame) -> str:
    """Name where the interval is not above zero."""
    other = part[part["standing"] != ABOVE]
    if other.empty or len(other) == len(part) > 8:
        return "" if other.empty else " The interval contains zero at every share or lies below it."
    named = [f"{share:.0%} ({_origins(group)})" for share, group in other.groupby("share")]
    return f" Not clear of zero at {', '.join(named)}."


def _origins(group: pd.DataFrame) -> str:
    return ", ".join(
        f"from {row['origin']}{' below' if row['standing'] == BELOW else ''}" for row in group.to_dict("records")
    )


def _beside(rows: pd.DataFrame, against: str) -> Iterator[str]:
    found = standing(rows, PILLAR, against)
    if found.empty:
        return
    above, level, below = _tally(found)
    total, name = len(found), NAMES[against]
    if below > above:
        start = f"{name.capitalize()} is the better guide"
    elif above > total / 2 and below == 0:
        start = f"The pillar does better than {name}"
    elif level >= total / 2:
        start = f"{name.capitalize()} is about as good as the pillar"
    else:
        start = f"The pillar is level with {name} or better"
    start += f": the pillar is above it in {above} of {total} comparisons, level in {level}, below in {below}."
    by = [f"{_units(r).lower()} {_counted(p)}" for r in ORDER if len(p := found[found["resolution"] == r])]
    where = _named(found[found["standing"] == BELOW])
    yield f"{start} By unit: {'; '.join(by)}." + (f" Below at: {'; '.join(where)}." if where else "")


def _named(found: pd.DataFrame) -> list[str]:
    rows = found.to_dict("records")
    return [f"{_units(r['resolution']).lower()} at {r['share']:.0%} from {r['origin']}" for r in rows]


def aim_misses(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Name where the aim is missed: below a simple count, and not clear above arrests at the finest cells."""
    below = []
    for against in (LAST, CRIME):
        found = standing(rows, PILLAR, against)
        below += [f"{name} against {NAMES[against]}" for name in _named(found[found["standing"] == BELOW])]
    fine = standing(rows, PILLAR, ARRESTS)
    fine = fine[fine["resolution"] == FINEST]
    unclear = [f"{r['share']:.0%} from {r['origin']}" for r in fine[fine["standing"] != ABOVE].to_dict("records")]
    return below, unclear


def _aim(rows: pd.DataFrame) -> str:
    below, unclear = aim_misses(rows)
    if not below and not unclear:
        return (
            "The aim is met: the violence pillar is nowhere below last period's count of violence or all recorded "
            f"crime, and at resolution {FINEST} its lead over drug arrests is clear of zero at every share and origin."
        )
    parts = []
    if below:
        parts.append(f"it is below a simple count in {len(below)} ({'; '.join(below)})")
    if unclear:
        parts.append(f"at resolution {FINEST} its lead over drug arrests is not clear of zero at {'; '.join(unclear)}")
    return f"The aim is not met everywhere: {', and '.join(parts)}."


def _forecast(rows: pd.DataFrame) -> Iterator[str]:
    found = standing(rows, "forecast", PILLAR)
    if found.empty:
        return
    above, level, below = _tally(found)
    better = "does better than" if above > below else "does worse than" if below > above else "is level with"
    yield (
        f"The forecast by gradient boosting, which is never the score, {better} the pillar: above it in {above} of "
        f"{len(found)} comparisons, level in {level}, below in {below}. It reads years of the kind of record it "
        "is judged by."
    )


def _overall(rows: pd.DataFrame) -> Iterator[str]:
    found = standing(rows, "overall", ARRESTS)
    if len(found):
        yield (
            f"The overall score of areas, against drug arrests: {_counted(found)}. It also weighs other "
            "harm than assaults."
        )


def _others(rows: pd.DataFrame) -> Iterator[str]:
    """Say what holds for the other outcomes."""
    for outcome, candidate in ((HOMICIDE, PILLAR), (OPIOID, "community_pillar")):
        part = rows[rows["outcome"] == outcome]
        for against in (ARRESTS, LAST) if outcome == HOMICIDE else (ARRESTS,):
            found = standing(part, candidate, against)
            if len(found):
                yield (
                    f"Later {OUTCOMES[outcome]}, {NAMES[candidate]} against {NAMES[against]}: {_counted(found)} in "
                    f"{len(found)} comparisons."
                )


def _thin(rows: pd.DataFrame) -> Iterator[str]:
    thin = rows[~rows["sufficient"].astype(bool)][["origin", "outcome"]].drop_duplicates()
    if len(thin):
        named = [f"{OUTCOMES.get(r['outcome'], r['outcome'])} from {r['origin']}" for r in thin.to_dict("records")]
        yield f"Insufficient, under {FEWEST} events: {', '.join(named)}."
