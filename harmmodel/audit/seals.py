"""What ``harmmodel verify`` finds: that a run, its snapshot and its results are as they were when finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harmmodel import journal
from harmmodel.audit.compare import run_named
from harmmodel.errors import SealBroken
from harmmodel.warehouse.store import editions, results, runs, seal, snapshots


@dataclass(frozen=True)
class VerifiedRun:
    """A run of which every byte and every row is as sealed.

    Attributes
    ----------
    seal : of the run
    snapshot : id of the snapshot that it was made of, and its seal
    files, tables : how many were compared, in both folders
    results : what lies beside the run, bound to its seal
    published : for which place pages and commands show it; empty where they show another
    noted : the entries of the journal that name this run with this seal
    """

    run_id: str
    place: str
    seal: str
    snapshot: str
    snapshot_seal: str
    files: int
    tables: int
    results: tuple[str, ...]
    published: str
    noted: tuple[int, ...]


def verify(project: Path, name: str) -> VerifiedRun:
    """Compare a run and its snapshot with their seals, byte by byte and row by row.

    Parameters
    ----------
    name : id of a run, its beginning, or a place

    Raises
    ------
    RunMissing
        When there is no such run.
    SealBroken
        When anything in it was changed, added or removed; it is named.
    """
    run_id = run_named(project, name)
    folder = runs.home(project) / run_id
    closed = runs.verified(project, run_id)
    seal.verify(folder)
    seal.contents(folder, closed)
    manifest = runs.manifest_of(project, run_id)
    base = snapshots.folder(project, manifest["snapshot_id"])
    below = seal.verify(base, manifest["snapshot_seal"])
    if strange := seal.strangers(base, below):
        raise SealBroken(f"{base} holds files that its seal does not know: {', '.join(strange)}. {SealBroken.remedy}")
    seal.contents(base, below)
    place = str(manifest["place"])
    is_shown = any(
        path.is_file() and run_id in path.read_text("utf-8").split()
        for path in (runs.home(project) / f"{place}.{ending}" for ending in editions.POINTERS.values())
    )
    return VerifiedRun(
        run_id=run_id,
        place=place,
        seal=closed.id,
        snapshot=base.name,
        snapshot_seal=below.id,
        files=len(closed.files) + len(below.files),
        tables=sum(len(tables) for one in (closed, below) for tables in one.tables.values()),
        results=results.all_beside(folder),
        published=place if is_shown else "",
        noted=_noted(project, run_id, closed.id),
    )


def _noted(project: Path, run_id: str, sealed: str) -> tuple[int, ...]:
    """Return the entries of the journal on a run's seal.

    Raises
    ------
    SealBroken
        When the journal names another seal of that run: it was changed and sealed anew.
    """
    entries = journal.holding(journal.every_entry(journal.location(project)), journal.PublishedRun)
    own = [entry for entry in entries if entry.record.run_id == run_id]
    for entry in own:
        if entry.record.seal != sealed:
            raise SealBroken(
                f"run {run_id} has seal {sealed[:12]}, but entry {entry.seq} of the journal says "
                f"{entry.record.seal[:12]}: it was changed and sealed anew. {SealBroken.remedy}"
            )
    return tuple(entry.seq for entry in own)


def sentences(run: VerifiedRun) -> Iterator[str]:
    """Say what was found."""
    yield f"{run.run_id}: {run.files} files and {run.tables} tables are as they were sealed"
    yield f"seal of the run {run.seal}"
    yield f"seal of its snapshot {run.snapshot} {run.snapshot_seal}"
    yield f"results bound to it: {', '.join(run.results) or 'none'}"
    yield f"pages and commands show it for {run.published}" if run.published else "pages and commands show another run"
    told = ", ".join(map(str, run.noted))
    yield f"the journal names this seal: entry {told}" if told else "the journal does not name it: harmmodel run does"


def findings(project: Path, asked: str | None = None) -> list[str]:
    """Say of every published run that it is as sealed, and list what has no seal: it is kept and never shown.

    Parameters
    ----------
    asked : the place whose run is told alone
    """
    lines = []
    for place in editions.places_with_runs(project):
        if asked not in (None, place):
            continue
        for run_id in editions.edition(project, place).results.values():
            run = verify(project, run_id)
            lines.append(f"{place}: run {run.run_id} and its snapshot are as sealed ({run.seal[:12]})")
    if asked is not None:
        return lines
    old = "made by a version without seals; it is not shown. Run again, then remove it"
    return lines + [f"unsealed: {path.relative_to(project)}, {old}" for path in runs.unsealed(project)]
