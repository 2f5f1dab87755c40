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
from harmmodel.audit.validation.candidates import pillar_order
from harmmodel.audit.validation.concentration import PUBLISHED, UNITS, concentrated
from harmmodel.audit.validation.construct_validity import construct, findings
from harmmodel.audit.validation.headline import headline
from harmmodel.audit.validation.intervals import REPLICATES, intervals
from harmmodel.audit.validation.leads import (
    ABOVE,
    ARRESTS,
    BELOW,
    CRIME,
    LAST,
    NAMES,
    ORDER,
    OVERALL,
    PILLAR,
    counted,
    guide,
    named,
    standing,
    tally,
    units,
)
from harmmodel.audit.validation.limits import limits
from harmmodel.audit.validation.outcomes import Judge, impossible
from harmmodel.audit.validation.panel import all_months, month_of
from harmmodel.audit.validation.schedule import FEWEST, SHARES, Ground, Origin
from harmmodel.config import Config
from harmmodel.lenses.phrases import interval
from harmmodel.views import words
from harmmodel.views.export import records
from harmmodel.warehouse.read.validation import AREA, PlacedCounts, kept, read_counts, read_crowding
from harmmodel.warehouse.store import editions, results, runs
from harmmodel.warehouse.store.code_hash import SCORING_LIBRARIES, numeric_stack, source_hash
from harmmodel.warehouse.store.results import Document
from harmmodel.warehouse.store.runs import AreaRun


def verdict(
    rows: pd.DataFrame,
    origins: Sequence[Origin],
    judges: Sequence[Judge],
    no_arrests: str = "",
    cost: str = "residents",
) -> list[str]:
    """Say where ordering by harm does better than counting arrests, where not, and where a simple count is as good.

    Parameters
    ----------
    rows : of the backtest: origin, outcome, candidate, resolution, share, events, sufficient, and the lead in PEI over
        other candidates with its interval, over_<candidate>, over_<candidate>_low, over_<candidate>_high
    origins : the days and later periods that were compared
    judges : what came later; the first one gives the verdict
    no_arrests : why there is no order by drug arrests, where the source does not hold them
    cost : what taking areas in costs

    Returns
    -------
    Sentences, the most important one first.
    """
    known = rows[rows["sufficient"].astype(bool)]
    label, first = judges[0].label, known[known["outcome"] == judges[0].id]
    if first.empty:
        return [
            f"There is no verdict: no comparison has at least {FEWEST} {label} to be judged by.",
            *_thin(rows, judges),
        ]
    return [
        *headline(first, origins, label, cost, no_arrests),
        *_beside(first, LAST),
        *_beside(first, CRIME),
        _aim(first, no_arrests),
        *_beside(first, "violence_pillar_raw"),
        *_forecast(first),
        *_overall(first, label),
        *_others(known, judges[1:]),
        *_thin(rows, judges),
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
    """Name where the aim is missed: below a simple count, and not clear above arrests in the smallest units."""
    below = []
    for against in (LAST, CRIME):
        leads = standing(rows, PILLAR, against)
        below += [f"{name} against {NAMES[against]}" for name in named(leads[leads["standing"] == BELOW])]
    fine = standing(rows, PILLAR, ARRESTS)
    fine = fine[fine["resolution"] == smallest(rows)]
    unclear = [f"{r['share']:.0%} from {r['origin']}" for r in fine[fine["standing"] != ABOVE].to_dict("records")]
    return below, unclear


def smallest(rows: pd.DataFrame) -> str:
    """Return the size of the smallest units that were compared."""
    return next(size for size in reversed(ORDER) if (rows["resolution"] == size).any())


def _aim(rows: pd.DataFrame, no_arrests: str = "") -> str:
    below, unclear = aim_misses(rows)
    size = smallest(rows)
    where = "in whole areas" if size == AREA else f"at resolution {size}"
    if no_arrests:
        part = f"it is below a simple count in {len(below)} ({'; '.join(below)})" if below else "no count is above it"
        unknown = f"Whether the aim is met is not known, since arrests cannot be compared: {no_arrests}"
        return f"{unknown}; {part}."
    if not below and not unclear:
        return (
            "The aim is met: the violence pillar is nowhere below last period's count of violence or all recorded "
            f"crime, and {where} its lead over drug arrests is clear of zero at every share and origin."
        )
    parts = []
    if below:
        parts.append(f"it is below a simple count in {len(below)} ({'; '.join(below)})")
    if unclear:
        parts.append(f"{where} its lead over drug arrests is not clear of zero at {'; '.join(unclear)}")
    return f"The aim is not met everywhere: {', and '.join(parts)}."


def _forecast(rows: pd.DataFrame) -> Iterator[str]:
    leads = standing(rows, "forecast", PILLAR)
    if len(leads):
        yield (
            f"The forecast by gradient boosting, which is never the score, {guide(*tally(leads))} the pillar: "
            f"{counted(leads)}. It reads years of the kind of record it is judged by."
        )


def _overall(rows: pd.DataFrame, label: str) -> Iterator[str]:
    leads = standing(rows, OVERALL, ARRESTS)
    if len(leads):
        yield (
            f"The overall score of areas {guide(*tally(leads))} drug arrests: {counted(leads)}. It also weighs "
            f"other harm than {label}."
        )


def _others(rows: pd.DataFrame, judges: Sequence[Judge]) -> Iterator[str]:
    """Say what holds for the other outcomes."""
    for judge in judges:
        candidate = pillar_order(judge.pillar)
        part = rows[rows["outcome"] == judge.id]
        for against in (ARRESTS, LAST) if candidate == PILLAR else (ARRESTS,):
            leads = standing(part, candidate, against)
            if len(leads):
                yield (
                    f"For later {judge.label}, {NAMES[candidate]} {guide(*tally(leads))} {NAMES[against]}: "
                    f"{counted(leads)} (median difference in PEI {leads['lead'].median():+.2f}).{_lost(leads)}"
                )


def _thin(rows: pd.DataFrame, judges: Sequence[Judge]) -> Iterator[str]:
    thin = rows[~rows["sufficient"].astype(bool)][["origin", "outcome"]].drop_duplicates()
    if len(thin):
        named = {judge.id: judge.label for judge in judges}
        few = [f"{named[str(r['outcome'])]} from {r['origin']}" for r in thin.to_dict("records")]
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


def validate(
    project: Path, place: str, say: Say, *, replicates: int = schedule.REPLICATES, made_up: int = REPLICATES
) -> Document:
    """Validate the published run of *place* and lay the result beside it; the same inputs are not compared twice.

    Parameters
    ----------
    replicates : samples of areas behind each interval of a comparison
    made_up : places of known truth that are scored for each kind of truth, fewer where areas are many
    """
    run = editions.published(project, place)
    key = _key(run, replicates, made_up)
    if results.path_of(run.path, KIND, key).is_file():
        say("Nothing changed since this run was validated")
        return results.read(run.path, KIND) or {}
    document = {"run_id": run.run_id, **_compared(project, run, say, replicates), "replicates": replicates}
    say("Whether intervals hold where the truth is known")
    document["intervals"] = intervals(run, say, replicates=made_up)
    document["created_at"] = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    results.write(run.path, KIND, key, document)
    return document


def _compared(project: Path, run: AreaRun, say: Say, replicates: int) -> Document:
    """Compare the orders with what came later, and check how they are made."""
    config, ground = run.config, schedule.ground(run.config)
    origins = schedule.origins(ground, config)
    _refuse_few(run)
    with runs.snapshot_of(project, run) as snapshot, snapshot.with_enforcement() as con:
        say("Reading counts of areas and cells")
        placed = read_counts(con, config)
        _refuse_nothing(placed, config, ground)
        compared = backtest(con, placed, config, say, replicates=replicates)
        no_arrests = schedule.no_arrests(all_months(placed), config)
        say("Concentration")
        lying = concentrated(read_crowding(con), config, ground)
        say("Construct checks")
        checks = construct(con, run)
    cost, has_points = placed.levels[AREA].cost, len(lying.shares) > 0
    published = [dict(zip(("what", "figure", "unit", "source"), row, strict=True)) for row in PUBLISHED]
    return {
        "verdict": verdict(compared.rows, origins, ground.judges, no_arrests, cost),
        "outcomes": [{"id": judge.id, "label": judge.label, "pillar": judge.pillar} for judge in ground.judges],
        "cost": cost,
        "limits": limits(config, ground, compared, cost),
        "origins": [{k: str(v) for k, v in vars(o).items()} | {"full": o.full} for o in origins],
        **{name: _records(getattr(compared, name)) for name in ("rows", "whole", "curves", "stability", "tried")},
        "concentration": _records(lying.shares),
        "shared": _records(lying.shared),
        "published": published if has_points else [],
        "units": UNITS.format(whole=config.place.whole) if has_points else "",
        "checks": findings(checks, interval(config.scheme.interval)),
        **{name: _records(getattr(checks, name)) for name in ("halves", "partial", "left_out")},
    }


def _refuse_few(run: AreaRun) -> None:
    """Refuse where the largest share of areas that is compared is less than one of them."""
    if len(run.units) * max(SHARES) < 1:
        raise impossible(
            run.config,
            f"it has {words.areas(len(run.units))}, and the largest share that is compared, {max(SHARES):.0%}, is less "
            "than one of them",
            "Divide it into smaller units",
        )


def _refuse_nothing(placed: PlacedCounts, config: Config, ground: Ground) -> None:
    """Refuse where nothing of what gives the verdict was counted by unit."""
    main = ground.main
    if not len(placed.counts) or not all_months(placed).has(main.wanted, month_of(main.first), month_of(main.stop)):
        raise impossible(
            config,
            f"no unit has any {main.label} from {main.first} to {main.stop} in the snapshot",
            f"Name what is recorded under outcomes in config/places/{config.place.id}/validation.yaml",
        )


def _key(run: AreaRun, replicates: int, made_up: int) -> str:
    """Name what went into a result: the run, the files kept for validation, the code and its libraries."""
    files = [raw.sha256 for held in kept(run.config) for raw in held.passport.raw_files]
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
