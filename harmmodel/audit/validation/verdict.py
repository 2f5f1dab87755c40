"""The verdict in plain words, written from the figures and from nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.backtest import Say, backtest
from harmmodel.audit.validation.concentration import PUBLISHED, UNITS, concentrated
from harmmodel.audit.validation.construct_validity import construct, findings
from harmmodel.audit.validation.headline import headline
from harmmodel.audit.validation.intervals import REPLICATES, intervals
from harmmodel.audit.validation.leads import (
    ABOVE,
    ARRESTS,
    BELOW,
    CRIME,
    FINEST,
    LAST,
    NAMES,
    ORDER,
    OUTCOMES,
    OVERALL,
    PILLAR,
    counted,
    guide,
    named,
    standing,
    tally,
    units,
)
from harmmodel.audit.validation.schedule import ASSAULT, FEWEST, HOMICIDE, OPIOID, Origin
from harmmodel.config import Config
from harmmodel.lenses.phrases import interval, width
from harmmodel.views.export import records
from harmmodel.warehouse.read.validation import held_back, read_counts, read_crowding
from harmmodel.warehouse.store import results, runs
from harmmodel.warehouse.store.code_hash import SCORING_LIBRARIES, numeric_stack, source_hash
from harmmodel.warehouse.store.results import Document
from harmmodel.warehouse.store.runs import AreaRun


def verdict(rows: pd.DataFrame, origins: Sequence[Origin], no_arrests: str = "") -> list[str]:
    """Say where ordering by harm does better than counting arrests, where not, and where a simple count is as good.

    Parameters
    ----------
    rows : of the backtest: origin, outcome, candidate, resolution, share, events, sufficient, and the lead in PEI over
        other candidates with its interval, over_<candidate>, over_<candidate>_low, over_<candidate>_high
    origins : the days and later periods that were compared
    no_arrests : why there is no order by drug arrests, where the source does not hold them

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
        *headline(assaults, origins, no_arrests),
        *_beside(assaults, LAST),
        *_beside(assaults, CRIME),
        _aim(assaults, no_arrests),
        *_beside(assaults, "violence_pillar_raw"),
        *_forecast(assaults),
        *_overall(assaults),
        *_others(known),
        *_thin(rows),
    ]


def _beside(rows: pd.DataFrame, against: str) -> Iterator[str]:
    leads = standing(rows, PILLAR, against)
    if leads.empty:
        return
    grouped: dict[str, list[str]] = {}
    for resolution in ORDER:
        part = leads[leads["resolution"] == resolution]
        if len(part):
            above, level, below = tally(part)
            text = f"{units(resolution)} (above {above}, level {level}, below {below})"
            grouped.setdefault(guide(above, level, below), []).append(text)
    clauses = [f"{guide} {NAMES[against]} at {', '.join(where)}" for guide, where in grouped.items()]
    yield f"The violence pillar {'; it '.join(clauses)}.{_lost(leads)}"


def _lost(leads: pd.DataFrame) -> str:
    lost = named(leads[leads["standing"] == BELOW])
    return f" It is below at {'; '.join(lost)}." if lost else ""


def aim_misses(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Name where the aim is missed: below a simple count, and not clear above arrests at the finest cells."""
    below = []
    for against in (LAST, CRIME):
        leads = standing(rows, PILLAR, against)
        below += [f"{name} against {NAMES[against]}" for name in named(leads[leads["standing"] == BELOW])]
    fine = standing(rows, PILLAR, ARRESTS)
    fine = fine[fine["resolution"] == FINEST]
    unclear = [f"{r['share']:.0%} from {r['origin']}" for r in fine[fine["standing"] != ABOVE].to_dict("records")]
    return below, unclear


def _aim(rows: pd.DataFrame, no_arrests: str = "") -> str:
    below, unclear = aim_misses(rows)
    if no_arrests:
        part = f"it is below a simple count in {len(below)} ({'; '.join(below)})" if below else "no count is above it"
        unknown = f"Whether the aim is met is not known, since arrests cannot be compared: {no_arrests}"
        return f"{unknown}; {part}."
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
    leads = standing(rows, "forecast", PILLAR)
    if len(leads):
        yield (
            f"The forecast by gradient boosting, which is never the score, {guide(*tally(leads))} the pillar: "
            f"{counted(leads)}. It reads years of the kind of record it is judged by."
        )


def _overall(rows: pd.DataFrame) -> Iterator[str]:
    leads = standing(rows, OVERALL, ARRESTS)
    if len(leads):
        yield (
            f"The overall score of areas {guide(*tally(leads))} drug arrests: {counted(leads)}. It also weighs "
            "other harm than assaults."
        )


def _others(rows: pd.DataFrame) -> Iterator[str]:
    """Say what holds for the other outcomes."""
    for outcome, candidate in ((HOMICIDE, PILLAR), (OPIOID, "community_pillar")):
        part = rows[rows["outcome"] == outcome]
        for against in (ARRESTS, LAST) if outcome == HOMICIDE else (ARRESTS,):
            leads = standing(part, candidate, against)
            if len(leads):
                yield (
                    f"For later {OUTCOMES[outcome]}, {NAMES[candidate]} {guide(*tally(leads))} {NAMES[against]}: "
                    f"{counted(leads)} (median difference in PEI {leads['lead'].median():+.2f}).{_lost(leads)}"
                )


def _thin(rows: pd.DataFrame) -> Iterator[str]:
    thin = rows[~rows["sufficient"].astype(bool)][["origin", "outcome"]].drop_duplicates()
    if len(thin):
        few = [f"{OUTCOMES.get(r['outcome'], r['outcome'])} from {r['origin']}" for r in thin.to_dict("records")]
        yield f"Insufficient, under {FEWEST} events: {', '.join(few)}."


KIND = "validation"
CODE = (
    "audit/validation",
    "audit/calibration.py",
    "nullable.py",
    "method",
    "lenses",
    "assembly",
    "warehouse",
    "views/export.py",
)
LIMITS = (
    "Arrests, robbery, shootings and sexual violence are recorded for January to July 2018 alone, so arrests are "
    "compared from few origins inside that year, once up to 2019. What came later overlaps between them: they are"
    " not independent.",
    "The yearly origins use a named history, homicides and aggravated assaults, in place of the whole pillar: "
    "homicides keep their say, the assaults speak for the other indicators. Arrests and all recorded crime do not"
    " exist for them.",
    "The later aggravated assaults and the recorded violence of the pillar are of one kind and written down by "
    "one police force: where violence goes unrecorded, both miss it. Agreement over time does not show that every"
    " harm is found.",
    "Cells are estimated as areas are, by the classes that are counted in cells, all of them together. They have no "
    "goalposts: each indicator counts by how far a cell is above the average cell. The say of homicides in the named "
    "history was chosen on the yearly origins, which judge it as well. How strongly counts are shrunk is learned from "
    "the past alone.",
    "Last period's count, all crime and arrests are counted over the months of the short sources. Areas are "
    "compared per resident, and what taking them in costs is residents; cells cost land.",
    "All cells that touch the place are among the units, about a fifth of the finest without any record: parks, "
    "airports, water. Shares found look higher than among cells with records; the differences between candidates "
    "hardly change.",
    "Level means that the interval of the difference contains zero: the figures cannot tell the two apart, which does "
    "not make them equal. Areas are few and differ in size, so their intervals are wide.",
)


def limits(config: Config, tried: pd.DataFrame) -> list[str]:
    """Say what the comparison cannot show; *tried* holds the ways that were tried for cells, as the backtest has it."""
    return [
        *LIMITS,
        *_other_ways(tried),
        *_by_area_alone(config),
        f"Intervals are {width(config.scheme.interval)}, from resampling whole areas. Among this many comparisons some "
        "miss zero by chance. Kendall, calibration, Brier, deviance and Moran's I are given without one.",
    ]


def _other_ways(tried: pd.DataFrame) -> list[str]:
    """Say whether another way would find more in the finest cells than the one by which areas are published."""
    fine = [row for row in tried.to_dict("records") if row["resolution"] == FINEST]
    if not fine:
        return []
    own, best = fine[-1], max(fine, key=lambda row: float(row[AT]))
    where = f"in {SHARE:.0%} of cells of resolution {FINEST}"
    if best[AT] <= own[AT]:
        return [f"No other way that was tried for cells finds more than the one in force {where} (PEI {own[AT]:.2f})."]
    return [
        f"Another way that was tried for cells finds more {where}: {best['method']} (PEI {best[AT]:.2f}, in force "
        f"{own[AT]:.2f}). It is not in force, since cells are to show what the way of areas finds, and it was picked "
        "by the same later records."
    ]


SHARE = 0.1
AT = f"pei_{SHARE:g}"


def _by_area_alone(config: Config) -> list[str]:
    """Name the classes of violence of which a cell knows nothing."""
    violence = [i for i in config.listed_indicators if i.pillar == "violence"]
    classes = {*config.place.serious_violence, *(c for i in violence for c in i.count.classes)}
    unknown = sorted(classes & set(config.place.classes) - set(config.place.counted_in_cells))
    if not unknown:
        return []
    text = ", ".join(name.replace("_", " ") for name in unknown)
    return [f"Counted by area alone, so that no record points at a person: {text}. Orders of cells do without them."]


def validate(
    project: Path, place: str, say: Say, *, replicates: int = schedule.REPLICATES, made_up: int = REPLICATES
) -> Document:
    """Validate the published run of *place* and lay the result beside it; the same inputs are not compared twice.

    Parameters
    ----------
    replicates : samples of areas behind each interval of a comparison
    made_up : places of known truth that are scored for each kind of truth, fewer where areas are many
    """
    run = runs.published(project, place)
    key = _key(run, replicates, made_up)
    if results.path_of(run.path, KIND, key).is_file():
        say("Nothing changed since this run was validated")
        return results.read(run.path, KIND) or {}
    ground = schedule.ground(run.config)
    origins = schedule.origins(ground, run.config.scheme.as_of)
    with runs.snapshot_of(project, run) as snapshot, snapshot.with_enforcement() as con:
        say("Reading counts of areas and cells")
        placed = read_counts(con, run.config)
        compared = backtest(con, placed, run.config, say, replicates=replicates)
        no_arrests = schedule.no_arrests(schedule.all_months(placed), run.config)
        say("Concentration")
        lying = concentrated(read_crowding(con), run.config, ground)
        say("Construct checks")
        checks = construct(con, run)
    say("Whether intervals hold where the truth is known")
    held = intervals(run, say, replicates=made_up)
    document = {
        "run_id": run.run_id,
        "created_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
        "replicates": replicates,
        "verdict": verdict(compared.rows, origins, no_arrests),
        "intervals": held,
        "limits": limits(run.config, compared.tried),
        "origins": [{k: str(v) for k, v in vars(o).items()} | {"full": o.full} for o in origins],
        **{name: _records(getattr(compared, name)) for name in ("rows", "whole", "curves", "stability", "tried")},
        "concentration": _records(lying.shares),
        "shared": _records(lying.shared),
        "published": [dict(zip(("what", "figure", "unit", "source"), row, strict=True)) for row in PUBLISHED],
        "units": UNITS,
        "checks": findings(checks, interval(run.config.scheme.interval)),
        **{name: _records(getattr(checks, name)) for name in ("halves", "partial", "left_out")},
    }
    results.write(run.path, KIND, key, document)
    return document


def _key(run: AreaRun, replicates: int, made_up: int) -> str:
    """Name what went into a result: the run, the file kept for validation, the code and its libraries."""
    files = [raw.sha256 for raw in held_back(run.config).passport.raw_files]
    code = [source_hash(*CODE), str(numeric_stack(*SCORING_LIBRARIES))]
    text = "\n".join([run.run_id, str(replicates), str(made_up), *code, *files])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a frame as plain rows; what is not known is None."""
    rows = records(frame, decimals=6)
    return [{k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()} for row in rows]


def public_rows(document: Document) -> list[dict[str, Any]]:
    """Give the rows that are handed out: the nine candidates, and "insufficient" where a number would be noise."""
    figures = {"hit_rate": "hit_rate", "pei": "pei", "low": "pei_low", "high": "pei_high"}
    return [
        {
            **{name: row[name] for name in ("origin", "outcome", "candidate", "resolution", "share")},
            **{name: row.get(column) if row["sufficient"] else "insufficient" for name, column in figures.items()},
            "events": row["events"],
        }
        for row in document["rows"]
        if row["candidate"] in schedule.CANDIDATES
    ]
