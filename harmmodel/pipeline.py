"""From raw files to a published run: the only place where warehouse and lenses meet."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmmodel import __version__
from harmmodel.assembly import activities as activity_assembly
from harmmodel.assembly import areas as assembly
from harmmodel.assembly import disparity, groups
from harmmodel.config import Config, load_config
from harmmodel.lenses.areas.score import score_areas
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.store import runs
from harmmodel.warehouse.store.connection import reading as open_snapshot
from harmmodel.warehouse.store.snapshot import SCORING_SOURCES, Snapshot, build_snapshot, source_hash

Progress = Callable[[str], None]


def quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Outcome:
    """What a run of the pipeline did."""

    run_id: str
    snapshot: Snapshot
    was_scored: bool


def run(project: Path, place: str, say: Progress = quiet) -> str:
    """Load, score and publish *place*; return the run id. Same inputs give the same id and the same scores."""
    return execute(project, place, say).run_id


def execute(project: Path, place: str, say: Progress = quiet) -> Outcome:
    """As `run`, telling also what had to be done."""
    config = load_config(project, place)
    snapshot = build_snapshot(project, config, say)
    say("Snapshot built" if snapshot.was_built else "Snapshot unchanged: loading skipped")
    code = source_hash(*SCORING_SOURCES)
    clock = [groups.clock(config).isoformat()] if config.place.lens == "group" else []
    key = "\n".join([snapshot.id, config.digest, code, str(config.scheme.seed), *clock])
    run_id = f"{place}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    was_scored = not runs.exists(project, run_id)
    if was_scored:
        say("Scoring")
        content = judge(snapshot.path, config)
        content.documents["manifest"] |= {"snapshot_id": snapshot.id, "code_hash": code}
        say("Writing")
        runs.write_run(project, run_id, content)
    runs.publish(project, place, run_id)
    say("Published")
    return Outcome(run_id, snapshot, was_scored)


def judge(snapshot: Path, config: Config) -> runs.RunContent:
    """Score a snapshot: everything a run consists of, not yet written."""
    if config.place.lens == "group":
        return _judge_groups(snapshot, config)
    if config.place.lens == "disparity":
        return _judge_stops(snapshot, config)
    with open_snapshot(snapshot) as con:
        data = assembly.area_inputs(con, config)
        scheme = assembly.area_scheme(config, units=len(data.units))
        scores = score_areas(data, assembly.indicator_specs(config), scheme)
        contrast, period = assembly.contrast_with_arrests(con, config, scores)
        activities, about = activity_assembly.activity_frames(con, config, scores.scores)
        frames = {
            "units": data.units,
            "scores": scores.scores,
            "pillars": scores.pillars,
            "indicators": scores.indicators,
            "classes": scores.classes,
            "priors": scores.priors,
            "register": scores.register,
            "contrast": contrast.frame,
            "reconciliation": areas.reconciliation(con, config.scheme.as_of),
            "trend": assembly.yearly_rates(con, config, data.units),
            "arrest_shares": areas.arrest_shares(con),
            **assembly.window_frames(con, config, data),
            **activities,
        }
        documents = {
            "manifest": _manifest(config) | {"draws": scheme.draws},
            "facts": {**contrast.facts, **period, "activity": about},
            "boundaries": areas.boundaries(con),
            "sql": _sql(config),
        }
    return runs.RunContent(frames, {**scores.draws, **scores.class_draws}, documents)


def _judge_groups(snapshot: Path, config: Config) -> runs.RunContent:
    with open_snapshot(snapshot) as con:
        found = groups.judge(con, config)
    manifest = {**_manifest(config), "draws": config.scheme.draws, "clock": groups.clock(config).isoformat()}
    return runs.RunContent(found.frames, found.draws, {"manifest": manifest, **found.documents})


def _judge_stops(snapshot: Path, config: Config) -> runs.RunContent:
    """Compare the stops of a place; nothing is drawn and nothing is scored."""
    with open_snapshot(snapshot) as con:
        frames, facts = disparity.compared(con, config)
    documents = {"manifest": {**_manifest(config), "draws": 0}, "facts": facts, "boundaries": {}, "sql": {}}
    return runs.RunContent(frames, {}, documents)


def _manifest(config: Config) -> dict[str, Any]:
    scheme = config.scheme
    ends = [p.covers.to for p in config.passports.values() if p.covers and p.use == "scored"]
    return {
        "place": config.place.id,
        "lens": config.place.lens,
        "version": __version__,
        "config_hash": config.digest,
        "seed": scheme.seed,
        "interval": list(scheme.interval),
        "as_of": scheme.as_of.isoformat(),
        "weight_set": scheme.weight_set,
        "across_p": scheme.aggregation.across_p,
        "data_end": (min(scheme.as_of, max(ends)) - dt.timedelta(days=1)).isoformat(),
        "created_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
    }


def _sql(config: Config) -> dict[str, str]:
    """Return, for each indicator, the SQL that counted it, headed by the parameters it ran with."""
    covers = assembly.covers_of(config)
    found = {}
    for name in sorted(config.place.indicators):
        values = areas.parameters([config.indicators[name]], config.scheme.as_of, covers)
        header = "".join(f"-- ${key} = {', '.join(str(v) for v in value)}\n" for key, value in values.items())
        found[name] = header + areas.query("indicator_count")
    return found
