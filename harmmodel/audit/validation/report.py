"""All of validation for one place, laid beside its published run."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from harmmodel.audit.validation import plan
from harmmodel.audit.validation.backtest import Say, backtest
from harmmodel.audit.validation.concentration import PUBLISHED, UNITS, concentrated
from harmmodel.audit.validation.construct import construct, findings
from harmmodel.audit.validation.verdict import verdict
from harmmodel.warehouse.read.validation import read_points, validation_passport
from harmmodel.warehouse.store import results, runs
from harmmodel.warehouse.store.connection import reading as open_snapshot
from harmmodel.warehouse.store.runs import Run
from harmmodel.warehouse.store.snapshot import source_hash

KIND = "validation"
CODE = ("audit/validation", "method", "lenses", "assembly", "warehouse")
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
    "Intervals are 90%, from resampling whole areas. Among this many comparisons some miss zero by chance. "
    "Kendall, calibration, Brier, deviance and Moran's I are given without one.",
)


def validate(project: Path, place: str, say: Say, *, replicates: int = plan.REPLICATES) -> results.Document:
    """Validate the published run of *place* and lay the result beside it; the same inputs are not compared twice."""
    run = runs.published(project, place)
    key = _key(run, replicates)
    if results.result_path(project, run.run_id, KIND, key).is_file():
        say("Nothing changed since this run was validated")
        return results.read_result(run.path, KIND) or {}
    snapshot = project / "data" / "snapshots" / f"{run.manifest['snapshot_id']}.duckdb"
    with open_snapshot(snapshot) as con:
        say("Placing points in areas and cells")
        points = read_points(con, project, run.config)
        compared = backtest(con, points, run.config, say, replicates=replicates)
        say("Concentration")
        found = plan.ground(run.config, points)
        lying = concentrated(points, run.config, found)
        say("Construct checks")
        checks = construct(con, run)
        origins = plan.origins(found, run.config.scheme.as_of)
    document = {
        "run_id": run.run_id,
        "created_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
        "replicates": replicates,
        "verdict": verdict(compared.rows),
        "limits": list(LIMITS),
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
        "checks": findings(checks),
        "partial": _records(checks.partial),
        "left_out": _records(checks.left_out),
    }
    results.write_result(project, run.run_id, KIND, key, document)
    return document


def _key(run: Run, replicates: int) -> str:
    """Name what went into a result: the run, the file kept for validation, and the code."""
    files = [raw.sha256 for raw in validation_passport(run.config).raw_files]
    text = "\n".join([run.run_id, str(replicates), source_hash(*CODE), *files])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a frame as plain rows; what is not known is None."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=6))
    return [{k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()} for row in rows]


def public_rows(document: results.Document) -> list[dict[str, Any]]:
    """Give the rows that are handed out: the nine candidates, and "insufficient" where a number would be noise."""
    figures = {"hit_rate": "hit_rate", "pei": "pei", "low": "pei_low", "high": "pei_high"}
    return [
        {
            **{name: row[name] for name in ("origin", "outcome", "candidate", "resolution", "share")},
            **{name: row.get(column) if row["sufficient"] else "insufficient" for name, column in figures.items()},
            "events": row["events"],
        }
        for row in document["rows"]
        if row["candidate"] in plan.CANDIDATES
    ]
