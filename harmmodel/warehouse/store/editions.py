"""Editions: what readers are shown of a place, one run for each lens that it feeds, published by one atomic rename."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmmodel.config.feeds import FEEDS
from harmmodel.errors import RunMissing, SealBroken, WrongLens
from harmmodel.warehouse.store import disk, seal
from harmmodel.warehouse.store.runs import INTERNAL, PUBLIC, RUN_ID, AreaRun, home, load_run, manifest_of, verified

POINTERS = {INTERNAL: "CURRENT", PUBLIC: "PUBLIC"}


@dataclass(frozen=True)
class Edition:
    """What an audience is shown of a place.

    Attributes
    ----------
    results : run id by lens, in the order of `FEEDS`; all are made of one snapshot
    id : hash of the runs with their seals: two editions are the same only if they show the same figures
    """

    place: str
    results: Mapping[str, str]
    id: str

    @property
    def first(self) -> str:
        """The lens that is shown where none is asked for."""
        return next(iter(self.results))

    def of(self, lens: str | None) -> str:
        """Return the run of a lens, the first one where none is named.

        Raises
        ------
        WrongLens
            When the place shows nothing of that lens.
        """
        if lens is not None and lens not in self.results:
            there = " or ".join(FEEDS[known].command.format(place=self.place) for known in self.results)
            raise WrongLens(
                f"{self.place} has no {FEEDS[lens].units} to show: harmmodel check {self.place} says what it would "
                f"have to feed. Run instead: {there}"
            )
        return self.results[lens or self.first]


def publish(project: Path, place: str, results: Mapping[str, str], audience: str = INTERNAL) -> None:
    """Make runs, scored for an audience, the edition it is shown, by one atomic rename; the pointer names their seals.

    Parameters
    ----------
    results : run id by lens
    """
    pointer = home(project) / f"{place}.{POINTERS[audience]}"
    manifests = {run_id: manifest_of(project, run_id) for run_id in results.values()}
    for run_id, manifest in manifests.items():
        _meant_for(audience, pointer, manifest, run_id)
    if len({manifest["snapshot_id"] for manifest in manifests.values()}) > 1:
        raise RunMissing(f"{', '.join(manifests)} are of different snapshots. Run again: harmmodel run {place}")
    order = sorted(results, key=list(FEEDS).index)
    text = "".join(f"{results[lens]} {verified(project, results[lens]).id} {lens}\n" for lens in order).encode()
    if pointer.is_file() and pointer.read_bytes() == text:
        return disk.tidy(home(project))
    with disk.workplace(home(project)) as work:
        (work / pointer.name).write_bytes(text)
        disk.put(work / pointer.name, pointer)


def _meant_for(audience: str, pointer: Path, manifest: dict[str, Any], run_id: str) -> None:
    """Refuse a run that was scored for others than the readers whom *pointer* shows it: it may tell too much."""
    if (made_for := manifest.get("audience")) != audience:
        raise RunMissing(
            f"{pointer} may not name {run_id}, a run for {made_for} readers. Run again: harmmodel run {pointer.stem}"
        )


def withdraw(project: Path, place: str, audiences: set[str]) -> None:
    """Stop showing audiences an edition of their own; the runs stay."""
    for audience in audiences:
        (home(project) / f"{place}.{POINTERS[audience]}").unlink(missing_ok=True)


def places_with_runs(project: Path) -> list[str]:
    """Return the places that have a published edition, sorted."""
    return sorted(p.name.removesuffix(".CURRENT") for p in home(project).glob("[a-z]*.CURRENT"))


def edition(project: Path, place: str, audience: str = INTERNAL) -> Edition:
    """Return the edition of *place* that an audience is shown, whose runs have the seals that were published.

    Where nothing is withheld, readers outside the force are shown the same edition.

    Raises
    ------
    RunMissing
        When nothing is published, a run of it is gone, or was scored for another audience.
    SealBroken
        When a run or what points at it was changed since.
    """
    pointer = home(project) / f"{place}.{POINTERS[audience]}"
    if audience == PUBLIC and not pointer.exists():
        shown = edition(project, place)
        if any(manifest_of(project, run_id).get("withheld_below") for run_id in shown.results.values()):
            raise RunMissing(f"No run of {place} for the public. Build one: harmmodel run {place}")
        return shown
    try:
        text = pointer.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise RunMissing(f"No run of {place} in {home(project)}. Build one: harmmodel run {place}") from None
    results = {}
    for run_id, sealed, lens in _lines(pointer, place, text):
        if not (home(project) / run_id).is_dir():
            raise RunMissing(f"The published run {run_id} of {place} is gone. Build it again: harmmodel run {place}")
        manifest = manifest_of(project, run_id, sealed)
        _meant_for(audience, pointer, manifest, run_id)
        if manifest.get("lens") != lens:
            raise SealBroken(_changed(pointer, place))
        results[lens] = run_id
    return Edition(place, results, hashlib.sha256(text.encode()).hexdigest()[:12])


def _changed(pointer: Path, place: str) -> str:
    return f"{pointer} was changed: it names no run of {place} with a seal. Run again: harmmodel run {place}"


def _lines(pointer: Path, place: str, text: str) -> list[tuple[str, str, str]]:
    """Return run, seal and lens of each line of a pointer."""
    lines = [line.split() for line in text.splitlines()]
    if [words for words in lines if len(words) < 3 and words and RUN_ID.match(words[0])]:
        raise RunMissing(
            f"The run {lines[0][0][:80]} of {place} is unsealed, or was published by a version that knew one lens for "
            f"a place. Build it again: harmmodel run {place}"
        )
    for words in lines:
        if (
            len(words) != 3
            or words[2] not in FEEDS
            or not (words[0].startswith(f"{place}-") and RUN_ID.match(words[0]) and seal.SEAL.match(words[1]))
        ):
            raise SealBroken(_changed(pointer, place))
    if not lines or len({words[2] for words in lines}) < len(lines):
        raise SealBroken(_changed(pointer, place))
    return [(run_id, sealed, lens) for run_id, sealed, lens in lines]


def published_id(project: Path, place: str, audience: str = INTERNAL, lens: str | None = None) -> str:
    """Return the id of the run of *place* that an audience is shown, of a lens or of the first that it feeds.

    Raises
    ------
    RunMissing, SealBroken
        As `edition`.
    WrongLens
        When the place shows nothing of that lens.
    """
    return edition(project, place, audience).of(lens)


def published(project: Path, place: str, audience: str = INTERNAL) -> AreaRun:
    """Return the run of areas of *place* that an audience is shown."""
    return load_run(project, place, published_id(project, place, audience, AreaRun.lens))
