"""The verdict in plain words, written from the figures and from nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from harmmodel.audit.validation import schedule
from harmmodel.audit.validation.backtest import Say, backtest
from harmmodel.audit.validation.concentration import PUBLISHED, UNITS, concentrated
from harmmodel.audit.validation.construct_validity import construct, findings
from harmmodel.audit.validation.schedule import ASSAULT, FEWEST, HOMICIDE, OPIOID
from harmmodel.config import Config
from harmmodel.lenses.phrases import interval, width
from harmmodel.views.export import records
from harmmodel.warehouse.read.validation import held_back, read_counts, read_crowding
from harmmodel.warehouse.store import results, runs
from harmmodel.warehouse.store.code_hash import SCORING_LIBRARIES, numeric_stack, source_hash
from harmmodel.warehouse.store.results import Document
from harmmodel.warehouse.store.runs import AreaRun

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
    comparisons = rows[(rows["candidate"] == candidate) & rows[column].notna()]
    leads = comparisons[["origin", "resolution", "share"]].assign(
        lead=comparisons[column], low=comparisons[f"{column}_low"], high=comparisons[f"{column}_high"]
    )
    leads["standing"] = [
        ABOVE if low > 0 else BELOW if high < 0 else LEVEL
        for low, high in zip(leads["low"], leads["high"], strict=True)
    ]
    return leads.reset_index(drop=True)


def _tally(leads: pd.DataFrame) -> tuple[int, int, int]:
    counted = leads["standing"].value_counts()
    return int(counted.get(ABOVE, 0)), int(counted.get(LEVEL, 0)), int(counted.get(BELOW, 0))


def _arrests(rows: pd.DataFrame) -> Iterator[str]:
    leads = standing(rows, PILLAR, ARRESTS)
    if leads.empty:
        yield "Whether harm does better than drug arrests is not known: they are never recorded for the same period."
        return
    yield _opening(*_tally(leads))
    parts = [(r, p) for r in ORDER if len(p := leads[leads["resolution"] == r])]
    clear = [f"{_units(r)} in {_tally(p)[0]} of {len(p)}" for r, p in parts if _tally(p)[0]]
    if clear:
        yield f"Where harm beats arrests, comparisons with the interval clear of zero: {', '.join(clear)}."
    if nowhere := [text for r, p in parts if (text := _never_clear(r, p))]:
        yield f"Where it does not, from any day: {'; '.join(nowhere)}."
    lost = _named(leads[leads["standing"] == BELOW])
    if lost:
        yield f"Where arrests find clearly more: {'; '.join(lost)}."


def _never_clear(resolution: str, part: pd.DataFrame) -> str:
    """Name the shares at which no comparison is clear of zero."""
    none = [float(str(share)) for share, group in part.groupby("share") if not (group["standing"] == ABOVE).any()]
    return f"{_units(resolution)} at {_listed(none)}" if none else ""


def _listed(shares: list[float]) -> str:
    return " and ".join(", ".join(f"{share:.0%}" for share in shares).rsplit(", ", 1))


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
    return "areas" if resolution == "area" else f"cells of resolution {resolution}"


def _counted(part: pd.DataFrame) -> str:
    above, level, below = _tally(part)
    words = [f"{name} in {n}" for n, name in ((above, ABOVE), (level, LEVEL), (below, BELOW)) if n]
    return f"{', '.join(words)} of {len(part)} comparisons"


def _guide(above: int, level: int, below: int) -> str:
    """Say in one word how a candidate does against another: it takes more than half of the comparisons to be called."""
    total = above + level + below
    if above > total / 2 and below == 0:
        return "does better than"
    if below > total / 2 or (below > above and below > level):
        return "does worse than"
    return "is level with" if level >= total / 2 else "cannot be told from"


def _beside(rows: pd.DataFrame, against: str) -> Iterator[str]:
    leads = standing(rows, PILLAR, against)
    if leads.empty:
        return
    grouped: dict[str, list[str]] = {}
    for resolution in ORDER:
        part = leads[leads["resolution"] == resolution]
        if len(part):
            above, level, below = _tally(part)
            counted = f"{_units(resolution)} (above {above}, level {level}, below {below})"
            grouped.setdefault(_guide(above, level, below), []).append(counted)
    clauses = [f"{guide} {NAMES[against]} at {', '.join(where)}" for guide, where in grouped.items()]
    yield f"The violence pillar {'; it '.join(clauses)}.{_lost(leads)}"


def _lost(leads: pd.DataFrame) -> str:
    lost = _named(leads[leads["standing"] == BELOW])
    return f" It is below at {'; '.join(lost)}." if lost else ""


def _named(leads: pd.DataFrame) -> list[str]:
    rows = leads.to_dict("records")
    return [f"{_units(r['resolution'])} at {r['share']:.0%} from {r['origin']}" for r in rows]


def aim_misses(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Name where the aim is missed: below a simple count, and not clear above arrests at the finest cells."""
    below = []
    for against in (LAST, CRIME):
        leads = standing(rows, PILLAR, against)
        below += [f"{name} against {NAMES[against]}" for name in _named(leads[leads["standing"] == BELOW])]
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
    leads = standing(rows, "forecast", PILLAR)
    if len(leads):
        yield (
            f"The forecast by gradient boosting, which is never the score, {_guide(*_tally(leads))} the pillar: "
            f"{_counted(leads)}. It reads years of the kind of record it is judged by."
        )


def _overall(rows: pd.DataFrame) -> Iterator[str]:
    leads = standing(rows, "overall", ARRESTS)
    if len(leads):
        yield (
            f"The overall score of areas {_guide(*_tally(leads))} drug arrests: {_counted(leads)}. It also weighs "
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
                    f"For later {OUTCOMES[outcome]}, {NAMES[candidate]} {_guide(*_tally(leads))} {NAMES[against]}: "
                    f"{_counted(leads)} (median difference in PEI {leads['lead'].median():+.2f}).{_lost(leads)}"
                )


def _thin(rows: pd.DataFrame) -> Iterator[str]:
    thin = rows[~rows["sufficient"].astype(bool)][["origin", "outcome"]].drop_duplicates()
    if len(thin):
        named = [f"{OUTCOMES.get(r['outcome'], r['outcome'])} from {r['origin']}" for r in thin.to_dict("records")]
        yield f"Insufficient, under {FEWEST} events: {', '.join(named)}."


KIND = "validation"
CODE = ("audit/validation", "method", "lenses", "assembly", "warehouse", "views/export.py")
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
    "How the pillar of cells is made was chosen among the tries listed here, on the origins of 2018, and the say "
    "of homicides in the named history on the yearly ones: it is judged on data that helped to choose it. How "
    "strongly it shrinks is learned from the past alone.",
    "Last period's count, all crime and arrests are counted over the months of the short sources. Areas are "
    "compared per resident, and what taking them in costs is residents; cells cost land.",
    "All cells that touch the place are among the units, about a fifth of the finest without any record: parks, "
    "airports, water. Shares found look higher than among cells with records; the differences between candidates "
    "hardly change.",
    "Level means that the interval of the difference contains zero: the figures cannot tell the two apart, which does "
    "not make them equal. Areas are few and differ in size, so their intervals are wide.",
)


def limits(config: Config) -> list[str]:
    """Say what the comparison cannot show."""
    return [
        *LIMITS,
        *_by_area_alone(config),
        f"Intervals are {width(config.scheme.interval)}, from resampling whole areas. Among this many comparisons some "
        "miss zero by chance. Kendall, calibration, Brier, deviance and Moran's I are given without one.",
    ]


def _by_area_alone(config: Config) -> list[str]:
    """Name the classes of violence of which a cell knows nothing."""
    violence = [i for i in config.listed_indicators if i.pillar == "violence"]
    counted = {*config.place.serious_violence, *(c for i in violence for c in i.count.classes)}
    unknown = sorted(counted & set(config.place.classes) - set(config.place.counted_in_cells))
    if not unknown:
        return []
    named = ", ".join(name.replace("_", " ") for name in unknown)
    return [f"Counted by area alone, so that no record points at a person: {named}. Orders of cells do without them."]


def validate(project: Path, place: str, say: Say, *, replicates: int = schedule.REPLICATES) -> Document:
    """Validate the published run of *place* and lay the result beside it; the same inputs are not compared twice."""
    run = runs.published(project, place)
    key = _key(run, replicates)
    if results.path_of(run.path, KIND, key).is_file():
        say("Nothing changed since this run was validated")
        return results.read(run.path, KIND) or {}
    with runs.snapshot_of(project, run) as snapshot, snapshot.with_enforcement() as con:
        say("Reading counts of areas and cells")
        placed = read_counts(con, run.config)
        compared = backtest(con, placed, run.config, say, replicates=replicates)
        say("Concentration")
        ground = schedule.ground(run.config)
        lying = concentrated(read_crowding(con), run.config, ground)
        say("Construct checks")
        checks = construct(con, run)
        origins = schedule.origins(ground, run.config.scheme.as_of)
    document = {
        "run_id": run.run_id,
        "created_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
        "replicates": replicates,
        "verdict": verdict(compared.rows),
        "limits": limits(run.config),
        "origins": [{k: str(v) for k, v in vars(o).items()} | {"full": o.full} for o in origins],
        "rows": _records(compared.rows),
        "whole": _records(compared.whole),
        "curves": _records(compared.curves),
        "stability": _records(compared.stability),
        "tried": _records(compared.tried),
        "concentration": _records(lying.shares),
        "shared": _records(lying.shared),
        "published": [dict(zip(("what", "figure", "unit", "source"), row, strict=True)) for row in PUBLISHED],
        "units": UNITS,
        "halves": _records(checks.halves),
        "checks": findings(checks, interval(run.config.scheme.interval)),
        "partial": _records(checks.partial),
        "left_out": _records(checks.left_out),
    }
    results.write(run.path, KIND, key, document)
    return document


def _key(run: AreaRun, replicates: int) -> str:
    """Name what went into a result: the run, the file kept for validation, the code and its libraries."""
    files = [raw.sha256 for raw in held_back(run.config).passport.raw_files]
    code = [source_hash(*CODE), str(numeric_stack(*SCORING_LIBRARIES))]
    text = "\n".join([run.run_id, str(replicates), *code, *files])
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
