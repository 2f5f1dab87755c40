"""Runs of the group lens, read back for pages and commands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.warehouse.store import runs
from harmmodel.warehouse.store.runfiles import stored_draws

FRAMES = (
    "groups",
    "scores",
    "pillars",
    "indicators",
    "register",
    "orders",
    "yearly",
    "assessed",
    "value",
    "assessments",
    "aliases",
    "ties",
    "attribution",
    "totals",
    "states",
    "spots",
    "months",
    "placed",
    "areas",
    "borders",
    "reconciliation",
)


@dataclass(frozen=True)
class GroupRun(runs.Stored):
    """A finished run of the group lens: its frames."""

    groups: pd.DataFrame
    scores: pd.DataFrame
    pillars: pd.DataFrame
    indicators: pd.DataFrame
    register: pd.DataFrame
    orders: pd.DataFrame
    yearly: pd.DataFrame
    assessed: pd.DataFrame
    value: pd.DataFrame
    assessments: pd.DataFrame
    aliases: pd.DataFrame
    ties: pd.DataFrame
    attribution: pd.DataFrame
    totals: pd.DataFrame
    states: pd.DataFrame
    spots: pd.DataFrame
    months: pd.DataFrame
    placed: pd.DataFrame
    areas: pd.DataFrame
    borders: pd.DataFrame
    reconciliation: pd.DataFrame

    def draws(self, name: str) -> NDArray[np.float32]:
        """Return the stored draws of ``overall``, ``deaths`` or the sort key.

        Shape (groups, draws), rows in order of group_id.
        """
        return stored_draws(self.path, [name])[name]


def published(project: Path, place: str) -> GroupRun:
    """Return the published run of *place*."""
    return load_run(project, place, runs.published_id(project, place))


def load_run(project: Path, place: str, run_id: str) -> GroupRun:
    """Read a finished run of the group lens.

    Raises
    ------
    WrongLens
        When the place is scored by the area lens.
    """
    return GroupRun(**runs.stored(project, place, run_id, "group", FRAMES))
