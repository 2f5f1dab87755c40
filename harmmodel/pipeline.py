"""From raw files to a published run: load, judge by the lens of the place, write, publish."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmmodel import __version__, journal
from harmmodel.assembly import release
from harmmodel.audit.goalposts import Proposal, proposals
from harmmodel.config import Config, load_config
from harmmodel.config.feeds import fed
from harmmodel.errors import ConfigError
from harmmodel.registry import Lens, distillation, judging
from harmmodel.warehouse.entered import entries
from harmmodel.warehouse.entered.entries import EnteredRecords
from harmmodel.warehouse.load.snapshot import Snapshot, build_snapshot
from harmmodel.warehouse.read.areas import months_before
from harmmodel.warehouse.store import editions, runs, snapshots
from harmmodel.warehouse.store.code_hash import SCORING_LIBRARIES, SCORING_SOURCES, numeric_stack, source_hash

Progress = Callable[[str], None]
MOST_PERIODS = 60  # of a series


def quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class RunOutcome:
    """What a run of the pipeline did.

    Attributes
    ----------
    results : run id by lens
    was_scored : whether any of them had to be made
    """

    results: dict[str, str]
    snapshot: Snapshot
    was_scored: bool
    was_published: bool = True

    @property
    def run_id(self) -> str:
        """The run of the first lens that the place feeds."""
        return next(iter(self.results.values()))


def run(project: Path, place: str, say: Progress = quiet) -> str:
    """Load, score and publish *place* by every lens that it feeds; return the id of the first run.

    Same inputs give the same ids and the same scores.
    """
    return execute(project, place, say).run_id


@dataclass(frozen=True)
class Asked:
    """What is asked of a run besides its place.

    Attributes
    ----------
    is_stored : the config is one that a run keeps
    as_of : the day to judge instead of the config's: the first of a month
    publishes : readers are shown this run from now on; otherwise it is kept beside the one they are shown
    """

    is_stored: bool = False
    as_of: dt.date | str | None = None
    publishes: bool = True


def execute(project: Path, place: str, say: Progress = quiet, asked: Asked = Asked()) -> RunOutcome:
    """As `run`, telling also what had to be done."""
    config = load_config(project, place, is_stored=asked.is_stored, as_of=asked.as_of)
    snapshot = build_snapshot(project, config, say, distillation(config))
    say("Snapshot built" if snapshot.was_built else "Snapshot unchanged: loading skipped")
    wanted = audiences(config) if asked.publishes else (runs.INTERNAL,)
    made = {audience: _scored(project, snapshot, config, audience, say) for audience in wanted}
    results, was_scored = made[runs.INTERNAL]
    outcome = RunOutcome(results, snapshot, was_scored, asked.publishes)
    if not asked.publishes:
        return outcome
    for audience, (shown, _) in made.items():
        editions.publish(project, place, shown, audience)
    editions.withdraw(project, place, set(editions.POINTERS) - set(made))
    say("Published")
    return outcome


def score_periods(project: Path, place: str, every: int, say: Progress = quiet) -> str:
    """Score a place as of days that lie *every* so many months apart, from its own backwards; publish nothing.

    Returns
    -------
    Why the first day that could not be scored could not be, as where a source had not begun; empty after
    ``MOST_PERIODS`` days.
    """
    day = load_config(project, place).scheme.as_of
    for _ in range(MOST_PERIODS):
        say(f"As of {day}")
        try:
            execute(project, place, say, Asked(as_of=day, publishes=False))
        except ConfigError as error:
            return str(error)
        day = months_before(day, every)
    return ""


def exact(project: Path, place: str, reason: str, role: str, say: Progress = quiet) -> list[Path]:
    """Score a place of exact counts, apart from all runs, and return the folders of the results, one a lens.

    It is scored on the snapshot that a run of the same inputs has. The use is written to the journal as soon as that is
    there, before anything is scored; what the result holds may be shown to nobody without leave.
    """
    config = load_config(project, place)
    snapshot = build_snapshot(project, config, say, distillation(config))
    use = journal.ExactUse(place=place, snapshot_id=snapshot.id, reason=reason, role=role)
    entry = journal.append(journal.location(project), use)
    say(f"Written to the journal as entry {entry.seq}")
    people = entries.load(project, place)
    tasks = [Task(snapshot, config, lens, runs.EXACT, people) for lens in judging(config)]
    return [runs.write_run(project, task.name, _judged(task, say)) for task in tasks]


def goalposts(project: Path, place: str, say: Progress = quiet) -> list[Proposal]:
    """Propose goalposts for a place of areas from its data, which are loaded; those that stand decide nothing here."""
    config = load_config(project, place, for_goalposts=True)
    if "area" not in fed(config):
        raise ConfigError(f"{place} feeds no areas: only goalposts of areas are proposed")
    snapshot = build_snapshot(project, config, say, distillation(config))
    say("Estimating rates")
    with snapshots.opened(snapshot.path, snapshot.seal) as opened:
        return proposals(opened, config)


def audiences(config: Config) -> tuple[str, ...]:
    """Return for whom a place is scored: for readers outside the force anew only where more is withheld from them."""
    return (runs.PUBLIC, runs.INTERNAL) if release.gate(config).classes else (runs.INTERNAL,)


def _scored(
    project: Path, snapshot: Snapshot, config: Config, audience: str, say: Progress
) -> tuple[dict[str, str], bool]:
    """Return the runs for an audience by lens, and whether any had to be made."""
    people, results, was_scored = entries.load(project, config.place.id), {}, False
    for lens in judging(config):
        task = Task(snapshot, config, lens, audience, people)
        run_id = results[lens.feed.lens] = task.name
        if not runs.exists(project, run_id):
            content = _judged(task, say)
            say("Writing")
            runs.write_run(project, run_id, content)
            was_scored = True
    return results, was_scored


@dataclass(frozen=True)
class Task:
    """All that decides the figures of one run."""

    snapshot: Snapshot
    config: Config
    lens: Lens
    audience: str
    people: EnteredRecords

    @property
    def name(self) -> str:
        """The id of the run."""
        config, moment = self.config, self.lens.moment(self.config, self.people)
        others = () if self.audience == runs.INTERNAL else (self.audience,)
        made_by = (source_hash(*SCORING_SOURCES), str(numeric_stack(*SCORING_LIBRARIES)), self.lens.feed.lens)
        key = "\n".join([self.snapshot.id, config.digest, *made_by, str(config.scheme.seed), *moment, *others])
        return f"{config.place.id}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _judged(task: Task, say: Progress) -> runs.RunContent:
    """Return what a run consists of, with its origin."""
    what = task.lens.feed.units
    say(f"Scoring {what}" if task.audience == runs.INTERNAL else f"Scoring {what}, {task.audience}")
    content = judge(task)
    content.documents["manifest"] |= {
        "snapshot_id": task.snapshot.id,
        "snapshot_seal": task.snapshot.seal,
        "code_hash": source_hash(*SCORING_SOURCES),
        "libraries": numeric_stack(*SCORING_LIBRARIES),
    }
    return content


def judge(task: Task) -> runs.RunContent:
    """Return everything a run consists of, not yet written and without the origin of its snapshot."""
    with snapshots.opened(task.snapshot.path, task.snapshot.seal) as opened:
        content = task.lens.judge(opened, task.config, task.audience, task.people)
    content.documents["manifest"] |= {"audience": task.audience}
    content.documents["manifest"] = _manifest(task.config, task.lens.feed.lens) | content.documents["manifest"]
    return content


def _manifest(config: Config, lens: str) -> dict[str, Any]:
    scheme = config.scheme
    ends = [o.spans[-1][1] for p in config.passports.values() if p.use == "scored" and (o := p.observed)]
    return {
        "place": config.place.id,
        "lens": lens,
        "version": __version__,
        "config_hash": config.digest,
        "seed": scheme.seed,
        "interval": list(scheme.interval),
        "as_of": scheme.as_of.isoformat(),
        "asked_as_of": config.asked_as_of and config.asked_as_of.isoformat(),
        "method_hash": config.method_digest,
        "weight_set": scheme.weight_set,
        "across_p": scheme.aggregation.across_p,
        "data_end": (min(scheme.as_of, max(ends)) - dt.timedelta(days=1)).isoformat(),
        "created_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
    }
