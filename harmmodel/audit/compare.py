"""Two runs side by side: ranks, tiers that changed, and what was changed in config, data and code between them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from harmmodel.config.difference import Change, differences
from harmmodel.errors import RunMissing, RunsNotComparable
from harmmodel.views.export import Export, records
from harmmodel.warehouse.store import editions, runs

SETTINGS = ("as_of", "seed", "draws", "interval", "weight_set", "across_p")
ORIGIN = (*SETTINGS, "version", "snapshot_id", "code_hash", "libraries")
FRAMES = ("scores", "reconciliation", "register")
COUNTS = ("rows", "loaded", "enforcement", "reduced", "outside_city", "outside_period", "rejected", "no_location")
EVENTS = ("events", "weight", "period_from", "period_to")
Table = dict[tuple[str, str], Any]
COLUMNS = ("rank", "rank_low", "rank_high", "tier", "lead", "score", "score_low", "score_high")


@dataclass(frozen=True)
class Comparison:
    """What differs from the first run to the second.

    Attributes
    ----------
    place, first, second : the place and the ids of the runs
    origin : what the runs say of themselves, such as seed, draws and the hash of the scoring code
    config : differences of the config each run keeps, but for the hashes of raw files
    data : differences of raw files, of rows loaded and of events counted
    units : one row per unit in order of the second rank: unit_id, label, moved (places; above 0: towards rank 1),
        tier_changed, lead_changed, and rank, rank_low, rank_high, tier, lead, score, score_low, score_high, each with
        _first and _second
    """

    place: str
    first: str
    second: str
    origin: tuple[Change, ...]
    config: tuple[Change, ...]
    data: tuple[Change, ...]
    units: pd.DataFrame


def compare(project: Path, first: str, second: str) -> Comparison:
    """Compare two finished runs.

    Parameters
    ----------
    first, second : a run's id, the beginning of the letters and figures at its end, or a place: its published run

    Raises
    ------
    RunMissing
        If there is no such run, or more than one.
    RunsNotComparable
        If the runs are of different places.
    """
    ids = run_named(project, first), run_named(project, second)
    homes = [runs.home(project) / run_id for run_id in ids]
    manifests = [runs.manifest_of(project, run_id) for run_id in ids]
    if manifests[0]["place"] != manifests[1]["place"]:
        raise RunsNotComparable(f"{ids[0]} and {ids[1]} are of different places. Choose two runs of one place")
    frames = [_frames(home) for home in homes]
    are_counted = all("events" in frame["register"] for frame in frames)  # groups are not counted by indicator
    changes = differences(homes[0] / "config", homes[1] / "config")
    files = [change for change in changes if _is_hash(change)]
    return Comparison(
        place=str(manifests[0]["place"]),
        first=ids[0],
        second=ids[1],
        origin=tuple(_differing("manifest", *({key: m.get(key) for key in ORIGIN} for m in manifests))),
        config=tuple(change for change in changes if change not in files),
        data=(*files, *_counts(*frames), *(_events(*frames) if are_counted else ())),
        units=_units(frames[0]["scores"], frames[1]["scores"]),
    )


def units_export(comparison: Comparison) -> Export:
    """Return a comparison to be handed out: one row per unit; a document also holds every change."""
    parts: dict[str, Any] = {"place": comparison.place, "first": comparison.first, "second": comparison.second}
    for name in ("origin", "config", "data"):
        parts[name] = [asdict(change) for change in getattr(comparison, name)]
    return Export(comparison.units, document=parts | {"units": records(comparison.units)})


def _frames(home: Path) -> runs.Frames:
    """Read what is compared; a group stands in the place of a unit."""
    frames = runs.stored_frames(home, FRAMES)
    return {**frames, "scores": frames["scores"].rename(columns={"group_id": "unit_id"})}


def run_named(project: Path, name: str) -> str:
    """Return the id of the run that *name* means.

    That is an id, the beginning of its last part, a place, or a place and a lens, as ``mexico:group``.
    """
    known = runs.finished(project)
    if name in known:
        return name
    place, _, lens = name.partition(":")
    if place in editions.places_with_runs(project):
        return editions.published_id(project, place, lens=lens or None)
    matches = [run_id for run_id in known if name and run_id.rpartition("-")[2].startswith(name)]
    if len(matches) == 1:
        return matches[0]
    where = runs.home(project)
    if matches:
        raise RunMissing(f"{name} may mean any of these runs: {', '.join(matches)}. Write more of the id")
    raise RunMissing(f"There is no run {name} in {where}. Finished runs: {', '.join(known) or 'none'}")


def _is_hash(change: Change) -> bool:
    return "/sources/" in change.file and change.key.rpartition(".")[2] == "sha256"


def _differing(file: str, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    keys = list(dict.fromkeys([*old, *new]))
    return [Change(file, key, _said(old.get(key)), _said(new.get(key))) for key in keys if old.get(key) != new.get(key)]


def _told(value: Any) -> Any:
    return None if pd.isna(value) else value


def _said(value: Any) -> str | None:
    return None if value is None else str(value)


def _counts(first: runs.Frames, second: runs.Frames) -> list[Change]:
    """Compare how many rows of each source were loaded, and where the others went."""
    tables = [
        {
            (str(source), name): _told(part[name].sum(min_count=1)) if name in part else None
            for source, part in frames["reconciliation"].groupby("source")
            for name in COUNTS
        }
        for frames in (first, second)
    ]
    return _between("source", tables[0], tables[1])


def _events(first: runs.Frames, second: runs.Frames) -> list[Change]:
    """Compare how many events each indicator counts, over which period, and its weight in its pillar."""
    tables = [
        {
            (row["indicator"], name): _figure(row[name])
            for row in frames["register"].to_dict("records")
            for name in EVENTS
        }
        for frames in (first, second)
    ]
    return _between("indicator", tables[0], tables[1])


def _figure(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _between(kind: str, old: Table, new: Table) -> list[Change]:
    keys = dict.fromkeys([*old, *new])
    return [
        Change(f"{kind} {key[0]}", key[1], _said(old.get(key)), _said(new.get(key)))
        for key in keys
        if old.get(key) != new.get(key)
    ]


def _units(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    columns = ["unit_id", "label", *COLUMNS]
    rows = first[columns].merge(second[columns], on="unit_id", how="outer", suffixes=("_first", "_second"))
    rows["label"] = rows["label_second"].fillna(rows["label_first"])
    rows["moved"] = rows["rank_first"] - rows["rank_second"]
    for name in ("tier", "lead"):
        rows[f"{name}_changed"] = rows[f"{name}_first"].ne(rows[f"{name}_second"])
    pairs = [f"{name}{end}" for name in COLUMNS for end in ("_first", "_second")]
    rows = rows.sort_values(["rank_second", "unit_id"], na_position="last", ignore_index=True)
    return rows[["unit_id", "label", "moved", "tier_changed", "lead_changed", *pairs]]
