"""The answer to: do assessors agree, and what is still unknown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.config.groups import LEVELS
from harmmodel.lenses.groups.assessments import UNKNOWN
from harmmodel.lenses.groups.spec import VIGNETTE
from harmmodel.method.groups.assessment import ATTRIBUTES, MAXIMUM, krippendorff_alpha, leanings, sheet, weighted_kappa
from harmmodel.views import source, words
from harmmodel.views.blocks import Table
from harmmodel.warehouse.read.groups import GroupRun

RISING = tuple(level for level in LEVELS if level != UNKNOWN)
PAIRS_SHOWN = 20


@dataclass(frozen=True)
class Agreement:
    """What the page Assessments shows."""

    kicker: str
    answer: str
    by_attribute: Table
    pairs: Table
    drift: Table
    vignettes: Table
    disputed: Table
    sleipnir: Table
    source: str


def agreement(run: GroupRun) -> Agreement:
    """Return how raters agree, how each leans over time, and how they did on the vignettes."""
    real, tests = _ratings(run)
    # Two ratings years apart may differ because the group did: agreement is read off those in force.
    standing = real[pd.to_datetime(real["expires_on"]) > pd.Timestamp(str(run.manifest["clock"]))]
    return Agreement(
        kicker=source.place_line(run, "assessments of groups", f"clock {words.date(str(run.manifest['clock']))}"),
        answer=_answer(run, standing),
        by_attribute=_by_attribute(run, standing),
        pairs=_pairs(run, standing),
        drift=_drift(run, real),
        vignettes=_vignettes(run, tests),
        disputed=_disputed(run),
        sleipnir=_sleipnir(run),
        source=source.source_line(run),
    )


def _ratings(run: GroupRun) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ratings of groups and of vignettes, with the level as a number; unknown is no number."""
    points = {level: float(at) for at, level in enumerate(RISING)}
    rows = run.assessments.assign(points=[points.get(str(level), np.nan) for level in run.assessments["level"]])
    test = rows["group_id"].astype(str).str.match(VIGNETTE)
    return rows[~test & (rows["panel"] == "assessors")], rows[test]


def matrix(ratings: pd.DataFrame) -> tuple[list[str], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    """Return raters and a matrix of raters by cell; the newest rating of a rater in a cell counts."""
    ordered = ratings.sort_values("assessed_on").drop_duplicates(["assessor", "group_id", "attribute"], keep="last")
    table = ordered.pivot(index="assessor", columns=["group_id", "attribute"], values="points")
    return [str(name) for name in table.index], table.to_numpy(dtype=np.float64)


def _answer(run: GroupRun, real: pd.DataFrame) -> str:
    cells = run.assessed
    if cells.empty:
        return "No group is ranked, so none is assessed."
    unknown = int((cells["level_low"] == UNKNOWN).sum())
    of_all = f"{words.number(unknown)} of {words.number(len(cells))}"
    start = f"{of_all} assessments are unknown: each is an interval from nil to high."
    if real.empty:
        return f"{start} Nobody has entered an assessment yet."
    alpha = krippendorff_alpha(matrix(real)[1])
    if np.isnan(alpha):
        return f"{start} No two raters have rated the same thing, so nothing can be said about agreement."
    wanted = run.config.group_scheme.agreement
    verdict = "enough" if alpha >= wanted else "not enough"
    figure = f"Krippendorff's alpha is {words.number(alpha, 2)}"
    return f"{start} {figure}, {verdict} against the {words.number(wanted, 2)} asked for."


def _by_attribute(run: GroupRun, real: pd.DataFrame) -> Table:
    rows = []
    for name, item in run.config.group_indicators.items():
        if not item.is_assessed:
            continue
        own = real[real["attribute"] == name]
        raters, values = matrix(own) if len(own) else ([], np.zeros((0, 0)))
        shared = int((np.isfinite(values).sum(axis=0) >= 2).sum()) if len(own) else 0
        alpha = krippendorff_alpha(values) if len(own) else float("nan")
        rows.append((item.label, len(raters), shared, alpha, int(own["level"].eq(UNKNOWN).sum())))
    frame = pd.DataFrame(rows, columns=["Attribute", "Raters", "Cells rated twice or more", "Alpha", "Said unknown"])
    return Table(
        label="Agreement on each attribute",
        frame=frame,
        file_name=f"{run.place.id}-agreement.csv",
        alt="Krippendorff's alpha of each attribute",
        formats={"Alpha": lambda value: words.number(value, 2)},
        note="Alpha is 1 when raters always agree and 0 when they agree as chance would. Unknown is left out: it "
        "is no level.",
    )


def _pairs(run: GroupRun, real: pd.DataFrame) -> Table:
    raters, values = matrix(real) if len(real) else ([], np.zeros((0, 0)))
    rows = []
    for at, one in enumerate(raters):
        for other in range(at + 1, len(raters)):
            shared = int((np.isfinite(values[at]) & np.isfinite(values[other])).sum())
            kappa = weighted_kappa(values[at], values[other], levels=len(RISING))
            rows.append((one, raters[other], shared, kappa))
    frame = pd.DataFrame(rows[:PAIRS_SHOWN], columns=["Rater", "Other rater", "Cells both rated", "Weighted kappa"])
    return Table(
        label="Each pair of raters",
        frame=frame,
        file_name=f"{run.place.id}-raters.csv",
        alt="Weighted kappa of each pair of raters",
        formats={"Weighted kappa": lambda value: words.number(value, 2)},
        note="Quadratic weights: to differ by two levels counts four times as much as to differ by one."
        + (f" The first {PAIRS_SHOWN} of {len(rows)} pairs are shown." if len(rows) > PAIRS_SHOWN else ""),
    )


def _drift(run: GroupRun, real: pd.DataFrame) -> Table:
    rows = []
    halves = real.assign(half=[_half(day) for day in real["assessed_on"]])
    for half, own in halves.groupby("half", sort=True):
        raters, values = matrix(own)
        rows += [(half, name, lean) for name, lean in zip(raters, leanings(values), strict=True) if np.isfinite(lean)]
    frame = pd.DataFrame(rows, columns=["Half-year", "Rater", "Levels above the others"])
    return Table(
        label="Does a rater lean, and does it drift?",
        frame=frame,
        file_name=f"{run.place.id}-drift.csv",
        alt="How far each rater lies above or below the others, by half-year",
        formats={"Levels above the others": lambda value: words.number(value, 2)},
        note="Mean difference to the other raters in the same cells and half-year. A number that moves is drift.",
    )


def _half(day: object) -> str:
    date = dt.date.fromisoformat(str(day)[:10])
    return f"{date.year}, {'first' if date.month <= 6 else 'second'} half"


def _vignettes(run: GroupRun, tests: pd.DataFrame) -> Table:
    rows = []
    for case in run.config.group_scheme.vignettes:
        given = tests[(tests["group_id"] == case.id) & (tests["attribute"] == case.attribute)]
        right = int(given["level"].isin(case.expected).sum())
        rows.append(
            (
                case.id,
                run.config.group_indicators[case.attribute].label,
                case.text,
                " or ".join(case.expected),
                len(given),
                right / len(given) if len(given) else float("nan"),
                ", ".join(sorted(given["level"])) or words.MISSING,
            )
        )
    names = ["Vignette", "Attribute", "Facts", "Expected", "Answers", "As expected", "Given"]
    return Table(
        label="Vignettes: the same facts for every rater",
        frame=pd.DataFrame(rows, columns=names),
        file_name=f"{run.place.id}-vignettes.csv",
        alt="Vignettes with expected and given levels",
        formats={"As expected": words.share},
        note="Enter a vignette's number in the place of a group. Where nobody looked, unknown is the right "
        "answer, not nil.",
    )


def _disputed(run: GroupRun) -> Table:
    labels = dict(zip(run.groups["group_id"], run.groups["label"], strict=True))
    cells = run.assessed[run.assessed["is_disputed"] | (run.assessed["community_level"] != "")]
    frame = pd.DataFrame(
        {
            "Group": [labels[str(g)] for g in cells["group_id"]],
            "Attribute": [run.config.group_indicators[str(i)].label for i in cells["indicator"]],
            "Lowest": cells["level_low"],
            "Highest": cells["level_high"],
            "Raters": cells["raters"],
            "Community panel": cells["community_level"].where(cells["community_level"] != "", "not asked"),
        }
    )
    return Table(
        label="Where raters disagree, and what the community panel says",
        frame=frame.reset_index(drop=True),
        file_name=f"{run.place.id}-disputed.csv",
        alt="Assessments on which raters disagree",
        note="Shown, not averaged away: draws take one rater's level at a time. The community panel stands beside the "
        "assessors and is not mixed with them.",
    )


def _sleipnir(run: GroupRun) -> Table:
    """Show on three made sheets why unknown must not score as medium."""
    weighty = {"Corruption", "Violence", "Infiltration", "Expertise", "Sophistication"}
    sheets = {
        "Nothing is known": {},
        "All medium": dict.fromkeys(ATTRIBUTES, "medium"),
        "Five weightiest found low, the rest unknown": dict.fromkeys(weighty, "low"),
    }
    rows = []
    for name, levels in sheets.items():
        score = sheet(levels)
        rows.append((name, score.published, f"{score.low} to {score.high}", score.unknown))
    points = [row[1] for row in rows]
    frame = pd.DataFrame(rows, columns=["Sheet", "Published score", "What it allows to be said", "Weight unknown"])
    return Table(
        label="Why unknown is not medium: the published SLEIPNIR arithmetic beside ours",
        frame=frame,
        file_name=f"{run.place.id}-sleipnir.csv",
        alt="Published scores beside intervals",
        formats={"Weight unknown": words.share},
        note=f"Of {MAXIMUM} points a group gets {points[0]} when nothing is known of it, {points[1]} when all is found "
        f"medium, and {points[2]} when somebody looked and found the five weightiest low. To score a filled sheet: "
        "harmmodel assessments sleipnir FILE.",
    )


def vignette_names(run: GroupRun) -> dict[str, str]:
    """Return what the vignettes are called in a list of groups."""
    return {case.id: f"Vignette {case.id}" for case in run.config.group_scheme.vignettes}
