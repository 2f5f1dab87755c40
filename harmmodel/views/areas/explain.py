"""Where do a unit's numbers come from? The path from counted events to the overall score, row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from harmmodel.errors import UnknownUnit
from harmmodel.views import words
from harmmodel.views.areas import path
from harmmodel.views.areas import standing as areas_standing
from harmmodel.views.areas.path import Step
from harmmodel.views.reach import score_name
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import Run


@dataclass(frozen=True)
class Explanation:
    """The path of one unit's score."""

    unit_id: str
    label: str
    title: str
    finding: str
    counts: Step
    indicators: Step
    pillars: Step
    standing: Step
    sources: Step
    note: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in reading order."""
        return (self.counts, self.indicators, self.pillars, self.standing, self.sources)


def find_unit(run: Run, unit: str) -> str:
    """Return the unit_id of *unit*, given as id or as label in any case.

    Raises
    ------
    UnknownUnit
        If no unit has this id or label.
    """
    units = run.units
    wanted = unit.strip().casefold()
    same = units["unit_id"].astype(str).eq(unit.strip())
    if not same.any():
        same = units["label"].astype(str).str.casefold().eq(wanted)
    if not same.any():
        close = units.loc[units["label"].astype(str).str.casefold().str.contains(wanted, regex=False), "label"]
        hint = f" Did you mean {' or '.join(close.head(3))}?" if wanted and len(close) else ""
        noun = run.place.unit_noun
        raise UnknownUnit(
            f"{run.place.label} has no {noun.one} '{unit.strip()}'.{hint} See: harmmodel show {run.place.id}"
        )
    return str(units.loc[same, "unit_id"].iloc[0])


def explain(run: Run, unit: str) -> Explanation:
    """Return the path of *unit*'s score, from counts to overall.

    Parameters
    ----------
    run : a finished run
    unit : id or label

    Raises
    ------
    UnknownUnit
        If the run has no such unit.
    """
    unit_id = find_unit(run, unit)
    score = run.scores[run.scores["unit_id"] == unit_id].iloc[0]
    label = str(score["label"])
    return Explanation(
        unit_id=unit_id,
        label=label,
        title=f"Where the numbers of {label} come from",
        finding=_finding(run, score),
        counts=path.counts(run, unit_id),
        indicators=path.indicators(run, unit_id),
        pillars=areas_standing.pillars(run, unit_id, score),
        standing=areas_standing.standing(run, score),
        sources=path.sources(run),
        note="The score uses estimated rates and central weights, so this path gives it by hand. The interval comes "
        f"from {words.number(float(run.manifest['draws']))} draws of rates, weights and goalposts together.",
    )


def _finding(run: Run, score: pd.Series) -> str:
    if score["tier"] == "not scored":
        return f"{score['label']} is not scored: {score['reason']}"
    if math.isnan(score["score"]):
        only = _alone(run, score)
        return f"{score['label']} has no overall score, since one pillar is scored: {only}. {score['reason']}"
    interval = words.span(score["score_low"], score["score_high"])
    return f"{score['label']} has a harm score of {words.score(score['score'])} ({interval_name(run)} {interval})."


def _alone(run: Run, score: pd.Series) -> str:
    """Return the only scored pillar of a unit with its score and interval."""
    pillar = next(p.id for p in run.config.scheme.pillars if not math.isnan(score[p.id]))
    ends = words.span(score[f"{pillar}_low"], score[f"{pillar}_high"])
    return f"{score_name(run, pillar).lower()} {words.score(score[pillar])} ({interval_name(run)} {ends})"
