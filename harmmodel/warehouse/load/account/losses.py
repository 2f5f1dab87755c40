"""How much of a file may be lost: over the limits of policy.yaml a run stops, unless a passport says why."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.config.rows.account import Accepted
from harmmodel.errors import SourceError
from harmmodel.warehouse.store.connection import Connection, reading, single

# Whole numbers of a line of the reconciliation, one line for each file. The first but one and those after it up to
# no_location add up to the rows; those behind are told beside.
NUMBERS = (
    *("rows", "loaded", "enforcement", "reduced", "outside_city", "outside_period", "rejected", "no_location"),
    *("unread", "copies", "contradictions", "alike", "again", "no_key"),
)
# Of each kind of loss: what its rows did, and what to do besides accepting it.
KINDS = {
    "rejected": (
        "are rejected",
        "Correct the file, or say in the passport how it is written",
    ),
    "outside": (
        "lie outside the place",
        "Correct the columns under locate, or the outlines and their projection",
    ),
    "no_location": (
        "have neither a unit nor a point",
        "Correct the columns under locate, or the file",
    ),
    "repeats": (
        "repeat another row",
        "Take out the file or the rows that come twice, or correct unique",
    ),
}
FATES = {
    "rejected": "rejected",
    "outside_city": "outside the place",
    "no_location": "without a location",
    "outside_period": "outside the period",
    "reduced": "dropped by the reduction",
}


def refuse_kept(harm: Path, config: Config) -> None:
    """Judge a snapshot that is there already: limits may have changed since it was made.

    Raises
    ------
    SourceError
        With every file of which too much is lost.
    """
    with reading(harm) as con:
        rows = con.execute("from load_reconciliation").df()
    if faults := [fault for name in sorted(config.passports) for fault in judged(rows, config, name)]:
        raise SourceError("\n".join(faults))


def of_source(con: Connection, config: Config, name: str) -> list[str]:
    """Tell of what a source that was just loaded lost beyond the limits; it still lies in the temporary tables."""
    rows = con.execute("from harm.load_reconciliation").df()
    first, last = con.execute("select min(month), max(month) from tally").fetchall()[0]
    times = f"Its times run from {first:%Y-%m} to {last:%Y-%m}. " if first is not None else ""
    return judged(rows, config, name, times)


def is_empty(con: Connection, name: str) -> bool:
    """Say whether no row of a source counts."""
    counted = "select coalesce(sum(loaded + enforcement), 0) from harm.load_reconciliation where source = $source"
    return single(con, counted, {"source": name}) == (0,)


def judged(rows: pd.DataFrame, config: Config, name: str, times: str = "") -> list[str]:
    """Return every loss of a source beyond the limits of policy.yaml and of its passport.

    Parameters
    ----------
    rows : lines of the reconciliation, a row for each file, before a run takes out what is later than its day
    times : a sentence on the months of the rows
    """
    own, passport = rows[rows["source"] == name], config.passports[name]
    if own.empty:
        return []
    if not own[["loaded", "enforcement"]].to_numpy().sum():
        return list(_none(own, passport, times))
    return [fault for line in own.to_dict("records") for fault in _of_file(line, config, passport)]


def _none(own: pd.DataFrame, passport: Passport, times: str) -> Iterator[str]:
    """Tell of a source of which no row counts."""
    if passport.accepts.no_rows:
        return
    total = int(own["rows"].sum())
    went = ", ".join(f"{int(own[fate].sum()):,} {text}" for fate, text in FATES.items() if own[fate].sum())
    spans = " and ".join(f"{start} to {stop}" for start, stop in passport.observed.spans) if passport.observed else ""
    asked = f"The passport covers {spans}. " if own["outside_period"].sum() else ""
    files = ", ".join(own["file"].dropna().astype(str))
    yield (
        f"{files} (source {passport.id}): none of its {total:,} rows counts: {went}. {times if asked else ''}{asked}"
        f"Correct covers, the format of its times, or the columns under locate; or say in sources/{passport.id}.yaml "
        "why it is right, as accepts: {no_rows: REASON}"
    )


def _of_file(line: dict[object, object], config: Config, passport: Passport) -> Iterator[str]:
    """Tell of each loss of one file that is over its limit."""
    number = {name: int(str(line[name])) for name in NUMBERS}
    repeated = number["copies"] + number["contradictions"]
    lost = {
        "rejected": number["rejected"] - repeated,
        "outside": number["outside_city"],
        "no_location": number["no_location"],
        "repeats": repeated + number["again"],
    }
    whole = number["rows"] - number["outside_period"]
    limits = config.policy.losses
    for kind, rows in lost.items():
        if rows < limits.least_rows:
            continue
        accepted: Accepted | None = getattr(passport.accepts, kind)
        allowed = float(getattr(limits, kind))
        if rows / whole > (accepted.upto if accepted else allowed):
            did, remedy = KINDS[kind]
            why = f" ({line['reasons']})" if kind == "rejected" else ""
            said = f"its passport accepts {accepted.upto:.0%}" if accepted else f"policy.yaml allows {allowed:.0%}"
            yield (
                f"{line['file']} (source {passport.id}): {rows:,} of {whole:,} rows of the period "
                f"({share(rows, whole)}) {did}{why}, and {said} (losses.{kind}). {remedy}; or say in "
                f"sources/{passport.id}.yaml why it is right, as {accepting(kind, rows / whole)}"
            )


def share(part: int, whole: int) -> str:
    """Write a share so that a small one is not nought and a great one not all.

    >>> share(1, 3), share(3175, 3175), share(999, 1000)
    ('33%', '100%', '99.9%')
    """
    value = 100 * part / whole
    return (
        f"{value:.0f}%"
        if value in (0, 100) or 0.5 <= value <= 99
        else f"{value:.2g}%"
        if value < 1
        else f"{value:.1f}%"
    )


def accepting(kind: str, least: float) -> str:
    """Write how a passport accepts a share of at least *least*.

    >>> accepting("outside", 0.361)
    'accepts: {outside: {upto: 0.37, reason: …}}'
    """
    return f"accepts: {{{kind}: {{upto: {math.ceil(100 * least - 1e-9) / 100:g}, reason: …}}}}"
