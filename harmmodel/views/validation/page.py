"""Validation: would last year's order have found this year's harm, and better than counting arrests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from harmmodel.views import words
from harmmodel.views.blocks import Picture, Table, intervals
from harmmodel.views.source import interval_name, place_line, source_line
from harmmodel.views.validation.evidence import evidence_tables, three
from harmmodel.views.validation.intervals import Held, held
from harmmodel.warehouse.store import results
from harmmodel.warehouse.store.runs import AreaRun

AREA = "area"
UNITS = {
    AREA: "Areas",  # what is published comes first
    "9": "Resolution 9, 0.1 km²",
    "8": "Resolution 8, 0.7 km²",
    "7": "Resolution 7, 5 km²",
}
NAMES = {
    "random": "By chance",
    "drug_arrests": "Drug arrests",
    "all_crime": "All recorded crime",
    "violence_last": "Violence, last period's count",
    "violence_ewma": "Violence, recent months more",
    "violence_pillar": "Violence pillar",
    "violence_pillar_raw": "Violence pillar, not shrunk",
    "overall": "Overall score",
    "overall_raw": "Overall score, not shrunk",
    "community_pillar": "Community pillar",
    "corruption_pillar": "Corruption pillar",
    "outcome_last": "The same harm, last year",
    "forecast": "Forecast, never the score",
    "best possible": "Best possible",
}
DRAWN = ("violence_pillar", "drug_arrests", "violence_last", "all_crime", "forecast")
DRAWN_OTHER = ("{pillar}_pillar", "drug_arrests", "outcome_last", "overall")
MOST_LINES, CURVE_END, AT_SHARE = 4, 0.20, 0.10


@dataclass(frozen=True)
class ValidationChoices:
    """What can be chosen: names by key, the first one being shown at the start."""

    units: dict[str, str]
    origins: dict[str, str]
    outcomes: dict[str, str]

    @property
    def first_units(self) -> str:
        """Name of the units shown at the start."""
        return next(iter(self.units.values()))

    @property
    def first_outcome(self) -> str:
        """Name of the outcome shown at the start."""
        return next(iter(self.outcomes.values()))

    def units_of(self, name: str | None) -> str:
        """Key of the units called *name*."""
        return next((k for k, v in self.units.items() if v == name), next(iter(self.units)))

    def outcome_of(self, name: str | None) -> str:
        """Key of the outcome called *name*."""
        return next((k for k, v in self.outcomes.items() if v == name), next(iter(self.outcomes)))


@dataclass(frozen=True)
class Validation:
    """The page: the answer is what the verdict says first. Without a result only *empty* is filled."""

    kicker: str
    answer: str
    verdict: tuple[str, ...]
    held: Held
    checks: tuple[str, ...]
    limits: tuple[str, ...]
    choices: ValidationChoices
    empty: tuple[str, str]
    tables: tuple[Table, ...]
    source: str


@dataclass(frozen=True)
class Compared:
    """The pictures of one choice; *empty* says why there are none."""

    curve: Picture
    rows: Picture
    cost: str
    table: Table
    empty: tuple[str, str]


def document(run: AreaRun) -> results.Document:
    """Return the newest result beside a run; empty when it was not validated, or before outcomes were named."""
    found = results.read(run.path, "validation") or {}
    return found if "outcomes" in found else {}


def validation(run: AreaRun, result: results.Document) -> Validation:
    """Tell what the comparison came to."""
    kicker = place_line(run, "compared with what was recorded later")
    if not result:
        missing = (
            "This run has not been validated.",
            f"Compare it with what was recorded later: `harmmodel validate {run.place.id}`",
        )
        return Validation(
            kicker=kicker,
            answer="There is no verdict yet.",
            verdict=(),
            held=Held("", (), missing),
            checks=(),
            limits=(),
            choices=ValidationChoices({}, {}, {}),
            empty=missing,
            tables=(),
            source=source_line(run),
        )
    verdict = [words.plain_markdown(text) for text in result["verdict"]]
    return Validation(
        kicker=kicker,
        answer=" ".join([f"**{verdict[0]}**", *verdict[1:2]]),
        verdict=tuple(verdict[2:]),
        held=held(run, result),
        checks=tuple(words.plain_markdown(text) for text in result["checks"]),
        limits=tuple(words.plain_markdown(text) for text in result["limits"]),
        choices=_choices(result),
        empty=("", ""),
        tables=tuple(evidence_tables(run, result)),
        source=f"{source_line(run)} · validated {words.date(str(result['created_at']))}",
    )


def _choices(result: results.Document) -> ValidationChoices:
    known = {str(row["resolution"]) for row in result["rows"]}
    full = [o for o in result["origins"] if o["full"]]
    ordered = [*full[1:2], *(o for o in reversed(result["origins"]) if o not in full[1:2])]
    return ValidationChoices(
        units={key: name for key, name in UNITS.items() if key in known},
        origins={str(o["as_of"]): _origin(o) for o in ordered},
        outcomes={
            str(one["id"]): words.capital(str(one["label"]))
            for one in result["outcomes"]
            if any(row["outcome"] == one["id"] for row in result["rows"])
        },
    )


def _origin(origin: dict[str, Any]) -> str:
    """Say what was known and what judged it."""
    later = words.period(str(origin["start"]), str(origin["stop"]))
    return f"{words.date(str(origin['as_of']))}, judged by {later}"


def compared(run: AreaRun, result: results.Document, units: str, origin: str, outcome: str) -> Compared:
    """Compare the candidates of one origin, outcome and size of unit."""

    def chosen(name: str) -> pd.DataFrame:
        rows = [r for r in result[name] if (r["resolution"], r["origin"], r["outcome"]) == (units, origin, outcome)]
        return pd.DataFrame(rows)

    judge = next(one for one in result["outcomes"] if one["id"] == outcome)
    what = str(judge["label"])
    cost = str(result["cost"]) if units == AREA else "cells"
    rows, curves = chosen("rows"), chosen("curves")
    table = _table(run, rows)
    events = int(rows["events"].iloc[0]) if len(rows) else 0
    if curves.empty:
        nothing = Picture("", "", curves, "")
        too_few = len(rows) > 0 and not bool(rows["sufficient"].any())
        return Compared(nothing, nothing, cost, table, _why_empty(what, events, too_few))
    return Compared(
        _curve_picture(curves, judge, cost, events), _row_picture(run, rows, what, cost), cost, table, ("", "")
    )


def _why_empty(what: str, events: int, too_few: bool) -> tuple[str, str]:
    if too_few:
        return ("Insufficient.", f"Only {events} {what} were recorded later: under 50 a figure would be noise.")
    return ("No comparison.", f"Later {what} are not known for this day and these units. Choose another.")


def _curve_picture(curves: pd.DataFrame, judge: dict[str, str], cost: str, events: int) -> Picture:
    what, other = judge["label"], [name.format(**judge) for name in DRAWN_OTHER]
    candidates = DRAWN if judge["pillar"] == "violence" else other
    names = [name for name in candidates if name in set(curves["candidate"])][:MOST_LINES]
    start = pd.DataFrame([{"candidate": name, "share": 0.0, "hit_rate": 0.0} for name in names])
    shown = curves[curves["candidate"].isin(names) & (curves["share"] <= CURVE_END + 1e-9)]
    frame = pd.concat([start, shown[["candidate", "share", "hit_rate"]]], ignore_index=True)
    frame["name"] = frame["candidate"].map(NAMES)
    ends = frame[frame["share"].sub(CURVE_END).abs() < 1e-9].sort_values("hit_rate", ascending=False)
    figures = [f"{row['name'].lower()} {words.share(row['hit_rate'])}" for row in ends.to_dict("records")]
    at_end = curves[curves["share"].sub(CURVE_END).abs() < 1e-9].set_index("candidate")
    best = words.share(at_end["hit_rate"].get("best possible"))
    part = words.share(CURVE_END)
    land = words.share(at_end["land_share"].get(names[0])) if names else words.MISSING
    return Picture(
        title=f"Share of later {what} found",
        how_to_read=f"Units are taken in from the highest down until a share of all {cost} is reached.",
        frame=frame,
        alt=f"Share of {words.number(events)} later {what} found in {part} of {cost}: {words.listing(figures)}.",
        note=(
            f"{words.number(events)} later {what}. In {part} of {cost} the best possible choice finds {best}; the "
            f"first line covers {land} of the land there. Lines have no interval: see the rows beside."
        ),
    )


def _row_picture(run: AreaRun, rows: pd.DataFrame, what: str, cost: str) -> Picture:
    known = rows[rows["share"].sub(AT_SHARE).abs() < 1e-9].sort_values("pei", ascending=False)
    frame = pd.DataFrame(
        {
            "row": known["candidate"].map(NAMES),
            "candidate": known["candidate"],
            "value": known["pei"],
            "low": known["pei_low"],
            "high": known["pei_high"],
            "figure": [words.number(value, 2) for value in known["pei"]],
            "detail": intervals(known, "pei", 2),
        }
    ).reset_index(drop=True)
    figures = [f"{name} {figure}" for name, figure in zip(frame["row"], frame["figure"], strict=True)]
    return Picture(
        title=f"How close to the best possible, in {words.share(AT_SHARE)} of {cost}",
        how_to_read=f"Share of the later {what} found, over the most that could be found: 1 is the best possible.",
        frame=frame,
        alt=f"Efficiency in {words.share(AT_SHARE)} of {cost}: {words.listing(figures)}.",
        note=f"Bars are {interval_name(run)}s. All are measured on the same areas: the verdict compares them in pairs.",
    )


def _table(run: AreaRun, rows: pd.DataFrame) -> Table:
    columns = {
        "share": "Share",
        "hit_rate": "Found",
        "land_share": "Land",
        "pai": "PAI",
        "pei": "PEI",
        "pei_low": "PEI low",
        "pei_high": "PEI high",
        "over_drug_arrests": "Over arrests",
        "over_drug_arrests_low": "low",
        "over_drug_arrests_high": "high",
    }
    frame = pd.DataFrame({"Candidate": rows["candidate"].map(NAMES) if len(rows) else []})
    for name, label in columns.items():
        if name in rows:
            frame[label] = rows[name].astype(float)
    return Table(
        label="Table of this comparison",
        frame=frame,
        file_name=f"{run.place.id}-validation.csv",
        alt="One row per candidate and share, with PEI, its interval and its lead over drug arrests.",
        formats={name: three for name in frame.columns if name != "Candidate"},
    )
