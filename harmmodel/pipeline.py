"""From raw files to a published run: load, judge by the lens of the place, write, publish."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmmodel import __version__
from harmmodel.config import Config, load_config
from harmmodel.registry import LENSES
from harmmodel.warehouse.load.snapshot import Snapshot, build_snapshot
from harmmodel.warehouse.store import runs, snapshots
from harmmodel.warehouse.store.code_hash import SCORING_SOURCES, source_hash

Progress = Callable[[str], None]


def quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class RunOutcome:
    """What a run of the pipeline did."""

    run_id: str
    snapshot: Snapshot
    was_scored: bool


def run(project: Path, place: str, say: Progress = quiet) -> str:
    """Load, score and publish *place*; return the run id. Same inputs give the same id and the same scores."""
    return execute(project, place, say).run_id


def execute(project: Path, place: str, say: Progress = quiet, *, is_stored: bool = False) -> RunOutcome:
    """As `run`, telling also what had to be done; *is_stored*: of the config that a run keeps."""
    config = load_config(project, place, is_stored=is_stored)
    snapshot = build_snapshot(project, config, say)
    say("Snapshot built" if snapshot.was_built else "Snapshot unchanged: loading skipped")
    code = source_hash(*SCORING_SOURCES)
    moment = LENSES[config.place.lens].moment(config)
    key = "\n".join([snapshot.id, config.digest, code, str(config.scheme.seed), *moment])
    run_id = f"{place}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    was_scored = not runs.exists(project, run_id)
    if was_scored:
        say("Scoring")
        content = judge(snapshot.path, config, snapshot.seal)
        content.documents["manifest"] |= {
            "snapshot_id": snapshot.id,
            "snapshot_seal": snapshot.seal,
            "code_hash": code,
        }
        say("Writing")
        runs.write_run(project, run_id, content)
    runs.publish(project, place, run_id)
    say("Published")
    return RunOutcome(run_id, snapshot, was_scored)


def judge(snapshot: Path, config: Config, seal: str | None = None, *, is_exact: bool = False) -> runs.RunContent:
    """Score a snapshot, of the given seal: everything a run consists of, not yet written.

    *is_exact*: of exact counts, past the release gate; such a run is never published.
    """
    with snapshots.opened(snapshot, seal) as opened:
        content = LENSES[config.place.lens].judge(opened, config, is_exact)
    content.documents["manifest"] = _manifest(config) | content.documents["manifest"]
    return content


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
