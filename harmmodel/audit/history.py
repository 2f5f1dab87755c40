"""Periods of one place: the finished runs of one method and the same data, by the day they judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from harmmodel.views.history import RAW, SCORES, History
from harmmodel.views.ordering import ordered_scores
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.warehouse.store import runs
from harmmodel.warehouse.store.runs import AreaRun

SAME = ("lens", "method_hash", "code_hash", "libraries", "audience", "seed")  # what runs of one history share
DAYS = 365.25 / 12  # of a month


def history(project: Path, place: str, published: str) -> History:
    """Return all finished runs of a place that the method of one of its runs made, of the same data.

    Parameters
    ----------
    published : the run that readers are shown; it says what the method is, and for whom the runs are
    """
    method = _method(runs.manifest_of(project, published))
    same, others = dict[str, dict[str, Any]](), []
    for run_id in runs.finished(project):
        if run_id.rpartition("-")[0] != place:
            continue
        manifest = runs.manifest_of(project, run_id)
        if _method(manifest) == method:
            same[str(manifest["as_of"])] = manifest | {"run_id": run_id}
        elif manifest.get("audience") == method[SAME.index("audience")]:
            others.append(run_id)
    tables = [_of(project, place, same[day]) for day in sorted(same)]
    units = pd.concat([scores for scores, _ in tables], ignore_index=True)
    order = list(dict.fromkeys([*tables[-1][0]["unit_id"], *units["unit_id"]]))
    units = units.assign(place=units["unit_id"].map({unit: n for n, unit in enumerate(order)}))
    raw = pd.concat([counted for _, counted in tables], ignore_index=True)
    return History(
        place=place,
        periods=_periods([same[day] for day in sorted(same)], raw),
        units=units.sort_values(["place", "as_of"], ignore_index=True).drop(columns="place"),
        raw=raw,
        others=tuple(others),
    )


def _method(manifest: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(manifest.get(name)) for name in SAME)


def _periods(manifests: list[dict[str, Any]], raw: pd.DataFrame) -> pd.DataFrame:
    """Return as_of, run_id, data_end and the months of the longest window; missing where nothing is counted so."""
    frame = pd.DataFrame(manifests)[["as_of", "run_id", "data_end"]]
    if raw.empty:
        return frame.assign(months=float("nan"))
    days = pd.to_datetime(raw["period_to"]) - pd.to_datetime(raw["period_from"])
    months = (days.dt.days / DAYS).round().groupby(raw["as_of"]).max()
    return frame.assign(months=frame["as_of"].map(months))


def _of(project: Path, place: str, manifest: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the scores, in order, and what was counted of one run, each with its day and run."""
    origin = {"as_of": manifest["as_of"], "run_id": manifest["run_id"]}
    if manifest["lens"] != AreaRun.lens:
        scores = GroupRun.load(project, place, manifest["run_id"]).scores.sort_values("rank", na_position="last")
        scores = scores.assign(score=scores["sort_key"]).rename(columns={"group_id": "unit_id"})
        return scores[["unit_id", "label", *SCORES]].assign(**origin), pd.DataFrame()
    run = AreaRun.load(project, place, manifest["run_id"])
    windows = run.register[["indicator", "label", "period_from", "period_to"]].rename(columns={"label": "called"})
    raw = run.indicators[["unit_id", "indicator", *RAW]].merge(windows, on="indicator")
    return ordered_scores(run)[["unit_id", "label", *SCORES]].assign(**origin), raw.assign(**origin)
