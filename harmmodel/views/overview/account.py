"""What a run dropped or assumed, a line for each file: where its rows went, which repeat, and what reached the cube."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from harmmodel.config import Passport
from harmmodel.errors import RunMissing
from harmmodel.views import source, words
from harmmodel.views.export import Export
from harmmodel.warehouse.store.runs import StoredRun

FATES = {
    "loaded": "Counted",
    "enforcement": "Enforcement",
    "reduced": "Merged or dropped",
    "outside_city": "Outside the place",
    "outside_period": "Outside the period",
    "rejected": "Rejected",
    "no_location": "No location",
}
# What an older run does not tell of its files.
LATER = ("no_location", "unread", "copies", "contradictions", "alike", "again", "no_key")
# What is told of a file in any case, and what only where there is any.
ALWAYS = {
    "loaded": "counted",
    "outside_city": "outside the place",
    "outside_period": "outside the period",
    "rejected": "rejected",
    "no_location": "without a location",
}
SOMETIMES = {"enforcement": "enforcement", "reduced": "merged or dropped by the reduction"}
REPEATS = {
    "copies": "copies left out",
    "contradictions": "contradict another row and left out",
    "alike": "alike in every column that is read, and kept",
    "again": "as in another file and kept",
    "without a key": "without what is unique, so equal to none, and kept",
}
ACCEPTED = {
    "rejected": "rejected rows",
    "outside": "rows outside the place",
    "no_location": "rows without a location",
    "repeats": "repeats",
    "core_lost": "events that core SQL leaves out",
    "core_gained": "events that core SQL adds",
}
Line = Mapping[Hashable, Any]


def files(run: StoredRun) -> pd.DataFrame:
    """Return a line for each file: its numbers, whether they are told, and what its passport accepts and why.

    What an older run did not tell apart is 0 there; it has one line for each source.
    """
    rows = run.reconciliation
    names = rows["source"] if "file" not in rows else rows["file"].fillna(rows["source"] + ", all files")
    rows = rows.assign(
        file=names.astype(str),
        repeats=rows.get("repeats", pd.Series("", index=rows.index)),
        **{name: rows.get(name, pd.Series(0, index=rows.index)) for name in LATER},
    )
    passports = run.config.passports
    reasons = [_reasons(passports[str(name)]) if name in passports else "" for name in rows["source"]]
    numbers = {name: rows[name].astype("Int64") for name in ("rows", *FATES, *LATER)}
    rows = rows.assign(**numbers, accepted=reasons, is_told=rows["rows"].notna())
    return rows.sort_values(["source", "file"], kind="stable", ignore_index=True)


def _reasons(passport: Passport) -> str:
    """Say what a passport accepts beyond the limits of policy.yaml, each with its reason."""
    accepts = passport.accepts
    stated = {kind: getattr(accepts, kind) for kind in ACCEPTED}
    told = [f"{ACCEPTED[kind]} up to {words.share(one.upto)}: {one.reason}" for kind, one in stated.items() if one]
    told += [f"no row counts: {accepts.no_rows}"] if accepts.no_rows else []
    return "; ".join([*told, *([f"what is not listed is 0: {accepts.unlisted}"] if accepts.unlisted else [])])


def told_repeats(line: Line) -> str:
    """Say which rows of a file repeat another, by class; empty where none does or nothing may be told.

    >>> told_repeats({"repeats": "alike homicide 10; copies theft 6, assault 2"})
    'alike in every column that is read, and kept: homicide 10; copies left out: theft 6, assault 2'
    """
    parts = [part for part in str(line["repeats"] or "").split("; ") if part]
    said = []
    for part in parts:
        kind = next((name for name in REPEATS if part.startswith(f"{name} ")), "")
        said.append(f"{REPEATS[kind]}: {part[len(kind) + 1 :].replace('_', ' ')}" if kind else part)
    return "; ".join(said)


def lines(run: StoredRun) -> list[str]:
    """Return what stands at the end of ``run`` and ``show``: a line for each file, then what reached the cube."""
    return [*(_line(row) for row in files(run).to_dict("records")), *core_sentences(run)]


def _line(row: Line) -> str:
    if not row["is_told"]:
        return f"{row['file']}: a sensitive file, so where its rows went is not told in numbers; they add up."
    why = {"rejected": f" ({row['reasons']})"} if row["reasons"] else {}
    parts = [f"{words.count(int(row[fate]))} {text}{why.get(fate, '')}" for fate, text in ALWAYS.items()]
    parts += [f"{words.count(int(row[fate]))} {text}" for fate, text in SOMETIMES.items() if int(row[fate])]
    repeats = f" {words.capital(told)}." if (told := told_repeats(row)) else ""
    accepted = f" Accepted: {row['accepted']}" if row["accepted"] else ""
    end = "" if accepted.endswith(".") or not accepted else "."
    rows = words.how_many(int(row["rows"]), "row", "rows")
    return f"{row['file']}: {rows}: {', '.join(parts)}.{repeats}{accepted}{end}"


def classes(run: StoredRun, *, by_month: bool = False) -> pd.DataFrame:
    """Return counted events beside those in core tables.

    Returns
    -------
    source, class, (month,) counted, listed (single events in core_incident), events (in the cube; missing where the
    class is counted from another source or nowhere), difference. All missing where a sensitive source feeds the class.
    """
    rows = run.core_account()
    keys = ["source", "class", *(["month"] if by_month else [])]
    numbers = ["counted", "listed", "events"]
    rows[numbers] = rows[numbers].astype("Int64")
    summed = rows.groupby(keys, dropna=False, sort=True)[numbers].sum(min_count=1).reset_index()
    return summed.assign(difference=summed["events"] - summed["counted"])


def core_sentences(run: StoredRun) -> list[str]:
    """Say what core SQL lost or gained, and which classes another source counts; nothing of an older run."""
    try:
        rows = classes(run)
    except RunMissing:
        return []
    asked = rows[rows["events"].notna()]
    sentences = []
    if len(asked):
        held, counted = int(asked["events"].sum()), int(asked["counted"].sum())
        sentences.append(f"Core tables hold {words.count(held)} of {words.count(counted)} counted events of harm.")
    for row in asked[asked["difference"] != 0].to_dict("records"):
        change = int(row["difference"])
        sentences.append(
            f"Class {_class(row)} of {row['source']}: {words.count(int(row['counted']))} counted, "
            f"{words.count(int(row['events']))} in core tables, {words.count(abs(change))} "
            f"{'gained' if change > 0 else 'lost'}."
        )
    return [*sentences, *_elsewhere(run, rows)]


def _elsewhere(run: StoredRun, rows: pd.DataFrame) -> Iterator[str]:
    """Name classes of which a source holds rows that are counted from another one, or that no class of the place is."""
    left = rows[rows["events"].isna() & rows["counted"].notna()]
    for row in left.to_dict("records"):
        other = run.place.class_sources.get(str(row["class"]))
        how = f"that class is counted from {other}" if other else "place.yaml names no source for that class"
        yield f"Class {_class(row)} of {row['source']}: {words.count(int(row['counted']))} rows not counted; {how}."


def _class(row: Line) -> str:
    return str(row["class"]).replace("_", " ")


def export(run: StoredRun, by: str = "file") -> Export:
    """Return the rows that the verb reconcile hands out: by file, class or month."""
    if by == "file":
        names = ["source", "file", "rows", *FATES, *LATER[1:], "reasons", "repeats", "accepted"]
        frame = files(run)[names]
    else:
        frame = classes(run, by_month=by == "month")
        if by == "month":
            frame = frame.assign(month=pd.to_datetime(frame["month"]).dt.strftime("%Y-%m"))
    origin = source.origin(run, [""] * len(frame)).drop(columns="unit_id")
    return Export(pd.concat([origin, frame.reset_index(drop=True)], axis=1), about={"place": run.place.id})
