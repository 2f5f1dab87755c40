"""Each page is given the opposite of its figures, equal figures and none: no sentence may contradict what it got."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from harmmodel import registry
from harmmodel.config import load_simulator
from harmmodel.lenses.tiers import BASELINE, CONTESTED, FOCUS, NOT_SCORED
from harmmodel.views import words
from harmmodel.views.activities import page as activities
from harmmodel.views.areas import page as areas
from harmmodel.views.changes import page as changes
from harmmodel.views.deterrence import page as deterrence
from harmmodel.views.disparity import page as disparity
from harmmodel.views.groups import detail as group_detail
from harmmodel.views.groups import page as groups
from harmmodel.views.indicators import page as indicators
from harmmodel.views.overview import page as overview
from harmmodel.views.simulator import page as simulator
from harmmodel.views.simulator import results
from harmmodel.warehouse.read.disparity import DisparityRun
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.warehouse.store.runs import AreaRun
from tests.conftest import ROOT, Project
from tests.said import sentences

SWAPPED, EQUAL, NOTHING = "swapped", "equal", "nothing"
HOWS = (SWAPPED, EQUAL, NOTHING)
ENDS = ("score", "score_low", "score_high", "score_q25", "score_q75")
LOW_FOR_HIGH = {"low": "high", "high": "low", "q25": "q75", "q75": "q25"}
NAN = float("nan")


def altered(frame: pd.DataFrame, columns: tuple[str, ...], how: str, most: float = 100) -> pd.DataFrame:
    """Give a value and the ends of its interval, in this order, the other way round, all alike, or as not known."""
    known = frame[list(columns)]
    if how == SWAPPED:
        turned = {name: most - known[_other(name)] for name in columns}
    else:
        turned = {name: _alike(name, most) if how == EQUAL else NAN for name in columns}
    return frame.assign(**turned)


def _other(name: str) -> str:
    head, _, end = name.rpartition("_")
    return "_".join(filter(None, (head, LOW_FOR_HIGH.get(end, end))))


def _alike(name: str, most: float) -> float:
    return most * {"low": 0.4, "q25": 0.45, "q75": 0.55, "high": 0.6}.get(name.rpartition("_")[2], 0.5)


def ranked_anew(scores: pd.DataFrame, how: str) -> pd.DataFrame:
    ranks = scores["score"].rank(ascending=False)
    tiers = {SWAPPED: scores["tier"].map({FOCUS: BASELINE, BASELINE: FOCUS}).fillna(CONTESTED), EQUAL: CONTESTED}
    return scores.assign(rank=ranks, rank_low=ranks, rank_high=ranks, tier=tiers.get(how, NOT_SCORED))


def areas_altered(run: AreaRun, how: str) -> AreaRun:
    """Score, pillars and rates altered; the ranks follow, and so does the ranking by arrests, the other way round."""
    scores = ranked_anew(altered(run.scores, ENDS, how), how)
    harm = run.contrast["unit_id"].map(scores.set_index("unit_id")["rank"])
    spearman = {SWAPPED: -1.0, EQUAL: 1.0, NOTHING: NAN}[how]
    arrests = {SWAPPED: len(scores) + 1 - harm, EQUAL: run.contrast["rank_harm"], NOTHING: harm}[how]
    contrast = altered(
        run.contrast, ("ratio", "ratio_low", "ratio_high"), how, most=float(run.contrast["ratio_high"].max())
    )
    contrast = contrast.assign(rank_arrests=arrests, rank_harm=arrests if how == EQUAL else harm)
    contrast["moves"] = contrast["rank_arrests"] - contrast["rank_harm"]
    return replace(
        run,
        scores=scores,
        pillars=altered(run.pillars, ("score", "low", "high", "q25", "q75"), how),
        contrast=contrast.assign(level="level" if how != NOTHING else None),
        indicators=altered(run.indicators, ("rate", "rate_low", "rate_high"), how, most=1e6),
        facts=run.facts | {"spearman": spearman},
    )  # fmt: skip


def highest(labels: pd.Series[str], values: pd.Series[float]) -> list[str]:
    """All that share the highest value."""
    return labels[np.isclose(values, values.max(), rtol=1e-9)].tolist() if values.notna().any() else []


def names_the_highest(text: str, first: list[str], opening: str) -> None:
    """A text that says what is highest names one, or all that share it; of nothing it says no such thing."""
    named = re.search(rf"(?i){opening}(?: is| are)? (?P<named>[^.;]*)", text)
    if not first:
        assert named is None, text
        return
    assert named is not None, text
    if len(first) == 1:
        assert named["named"].startswith(words.plain_markdown(first[0])), text
    else:
        assert f"{len(first) - 3} more" in named["named"] or all(name in named["named"] for name in first), text


def of_areas(run: AreaRun, how: str) -> None:
    by_score = run.scores.rename(columns={"score": "value", "score_low": "low", "score_high": "high"})
    for view in areas.views(run):
        pillar = next((p.id for p in run.config.scheme.pillars if view in (p.id, p.label, p.short)), None)
        rows = by_score if pillar is None else run.pillars[run.pillars["pillar"] == pillar]
        rows = rows.rename(columns={"score": "value"})
        if "label" not in rows:
            rows = rows.merge(run.scores[["unit_id", "label"]], on="unit_id")
        answer = areas.areas(run, view).answer
        names_the_highest(answer, highest(rows["label"], rows["value"]), "the highest")
        assert ("scored" in answer and "No area" in answer) or how != NOTHING or "not scored" in answer, answer
        ordered = rows.sort_values("value", ascending=False)
        clear = "stands clear of the next" in answer
        assert not clear or ordered["low"].iloc[0] > ordered["high"].iloc[1], answer


def of_overview(run: AreaRun, how: str) -> None:
    answer = overview.overview(run)
    names_the_highest(answer.harm.alt, highest(run.scores["label"], run.scores["score"]), "Harm is highest in")
    focus = int((run.scores["tier"] == FOCUS).sum())
    assert ("No area is in focus" in answer.answer) == (focus == 0), answer.answer


def of_changes(run: AreaRun, how: str) -> None:
    answer = changes.what_changes(run)
    text = f"{answer.answer} {answer.detail}"
    assert ("agree closely" in text) == (how == EQUAL), text
    assert ("differ widely" in text) == (how == SWAPPED), text
    assert ("cannot be compared" in text) == (how == NOTHING), text
    assert "much the same areas" not in text or how == EQUAL, text
    assert "to different areas" not in text or how == SWAPPED, text
    assert " in part" not in text, text
    names_the_highest(answer.ratio_rows.alt, _with_arrests(run), "The largest ratio:")


def _with_arrests(run: AreaRun) -> list[str]:
    first = highest(run.contrast["label"], run.contrast["ratio"])
    return first if len(first) < changes.RATIO_ROWS else first[: changes.RATIO_ROWS]  # the picture holds so many rows


def of_indicators(run: AreaRun, how: str) -> None:
    labels = run.scores.set_index("unit_id")["label"]
    for name in indicators.options(run):
        rows = run.indicators[run.indicators["indicator"] == name]
        alt = indicators.register(run, name).card.spread_alt
        names_the_highest(alt, highest(rows["unit_id"].map(labels), rows["rate"]), "highest")


def activity_frames(frames: dict[str, pd.DataFrame], how: str) -> dict[str, pd.DataFrame]:
    """Swapped: places alike and activities far apart, each with its own violence; equal: all at chance."""
    table = frames["activity"]
    judged = table["p_family"].notna()
    spread = pd.Series(np.where(judged, np.linspace(0.2, 5, len(table)), NAN), index=table.index)
    excess = {SWAPPED: spread, EQUAL: pd.Series(1.0, table.index).where(judged)}.get(how, pd.Series(NAN, table.index))
    chance = {SWAPPED: 0.001, EQUAL: 0.9}.get(how, NAN)
    risk = table["place_risk"] if how == NOTHING else pd.Series(2.0, table.index)
    table = table.assign(
        excess=excess, excess_low=excess * 0.99, excess_high=excess * 1.01, place_risk=risk,
        p_family=pd.Series(chance, table.index).where(judged), expected=0.0 if how == SWAPPED else table["linked"],
    )  # fmt: skip
    by_area = frames["activity_area"]
    apart = by_area.groupby("activity").cumcount() + 1.0
    by_area = (
        by_area.assign(excess=apart, excess_low=apart * 0.999, excess_high=apart * 1.001) if how == SWAPPED else by_area
    )
    return frames | {"activity": table, "activity_area": by_area}


def of_activities(run: AreaRun, how: str) -> None:
    frames = activity_frames(run.activities(), how)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AreaRun, "activities", lambda _: frames)
        answer = activities.activities(run)
        details = [activities.detail(run, unit) for unit in list(answer.options)[:3]]
    table = frames["activity"].dropna(subset=["p_family"])
    assert ("None stands out" in answer.answer.replace("\\", "")) == (how == EQUAL), answer.answer
    assert ("Nothing can be said" in answer.answer) == (how == NOTHING), answer.answer
    if how == SWAPPED:
        times = words.number(table["excess"].max() / table["excess"].min(), 1)
        assert f"differs 1.0 times, the short-term rise {times} times" in answer.answer.replace("\\", "")
    everything = sentences([answer, details])
    assert not re.search(r"most differences|[Mm]ost (intervals|would)|far wider|mostly", everything)
    if how == SWAPPED:
        assert "Other weeks of the same places give 0% of the number" in everything
        assert "the order is clear" in details[0].more[2].words


def of_groups(run: GroupRun, how: str) -> None:
    answer, everything = groups.groups(run), ""
    deaths = run.orders.merge(run.scores[["group_id", "label"]], on="group_id")
    first = highest(deaths["label"], deaths["deaths"]) if deaths["deaths"].max() > 0 else []
    names_the_highest(f"The first: {answer.precision.alt}", first if first else ["No group"], "The first:")
    wider = (run.scores["bound_high"] - run.scores["bound_low"]) > (run.scores["score_high"] - run.scores["score_low"])
    known = run.scores["rank"].notna()
    assert f"for {int(wider[known].sum())} of {int(known.sum())}" in answer.ranking.alt
    for group in run.scores["group_id"]:
        everything += sentences(group_detail.detail(run, group))
    assert "most deaths" not in everything or how != NOTHING


def groups_altered(run: GroupRun, how: str) -> GroupRun:
    """Deaths the other way round, one number for all, or none; bounds of the unknown narrower than the intervals."""
    most = float(run.orders["deaths"].max())
    names = ("deaths", "deaths_low", "deaths_high")
    orders = altered(run.orders, names, how if how != NOTHING else EQUAL, most)
    scores = altered(run.scores, ENDS, how if how != NOTHING else EQUAL)
    scores = ranked_anew(scores, how if how != NOTHING else EQUAL)
    scores = scores.assign(bound_low=scores["score_low"] + 1, bound_high=scores["score_high"] - 1)
    if how == NOTHING:
        orders = orders.assign(deaths=0.0, deaths_low=0.0, deaths_high=0.0)
    share = 0.0 if how == NOTHING else 1.0
    return replace(
        run,
        scores=scores,
        orders=orders,
        yearly=run.yearly.assign(deaths=run.yearly["deaths"] * share, rank=run.yearly["rank"] if share else NAN),
        states=run.states.assign(deaths=run.states["deaths"] * share),
        ties=run.ties.assign(deaths=(run.ties["deaths"] * share).astype(int)),
    )


def of_deterrence(run: GroupRun, how: str) -> None:
    focus = deterrence.focus(run, 2)
    values = run.scores["violence"]
    text = " ".join(focus.said)
    assert ("are tied at the edge" in text) == (values.nunique() == 1), text
    assert ("the order is clear" in text) == (not focus.near and "overlap:" not in text), text


def violence_altered(run: GroupRun, how: str) -> GroupRun:
    names = ("violence", "violence_low", "violence_high")
    return replace(run, scores=altered(run.scores, names, how if how != NOTHING else EQUAL))


def stops_altered(run: DisparityRun, how: str) -> DisparityRun:
    """Every ratio turned round, all at 1, or none known."""
    names = ("ratio", "low", "high", "bound_low", "bound_high")
    turned = {name: 1 / run.ratios[_other(name)].replace(0, NAN) for name in names}
    same = dict.fromkeys(names, 1.0)
    ratios = run.ratios.assign(**{SWAPPED: turned, EQUAL: same}.get(how, dict.fromkeys(names, NAN)))
    reference = run.ratios["ratio"].isna()
    return replace(run, ratios=ratios.assign(**{name: ratios[name].mask(reference) for name in names}))


def of_disparity(run: DisparityRun, how: str) -> None:
    for reason in disparity.choices(run).reasons:
        answer = disparity.disparity(
            run, disparity.Asked(reason, "self", "other_stops" if reason == "drugs" else "census_2021")
        )
        most = re.search(r"drug stops fall most on .*?: ([\d.]+) times", answer.told.replace("\\", ""))
        assert most is None or float(most[1]) >= 1, answer.told
        assert ("Too few stops" in answer.answer) == (how == NOTHING), answer.answer
        assert how != EQUAL or "fall most on" not in answer.told
        wide = re.search(r"In (\w+) rows? of", answer.both.note)
        assert (wide is None) == (how != SWAPPED), answer.both.note


def of_simulator() -> None:
    """What random enforcement does is said of concentration, and the other way round."""
    assumed = load_simulator(ROOT)
    assert assumed
    few = assumed.model_copy(update={"capacities": (1, 5, 10, 20, 40), "variations": (), "reference": ()})
    setting = results.experiment(few, runs=10)
    swept, paths = results.sweep(few, setting), results.of_policies([10], setting)
    turned = {"random": "concentration", "concentration": "random", "concentration_warning": "random"}
    tips = {policy: replace(swept.tips[turned[policy]], policy=policy) for policy in swept.tips}
    rows = pd.concat([swept.rows[swept.rows["policy"] == turned[p]].assign(policy=p) for p in tips], ignore_index=True)
    other = replace(swept, tips=tips, rows=rows)
    answer = simulator.simulator(few, (), {p: paths[turned[p]] for p in tips}, other, other)
    text = sentences(answer)
    assert "Concentrated enforcement tips at a higher capacity" in text
    assert not re.search("lower capacity|More rounds|never end", text)


ALTER: dict[str, Callable[[Any, str], Any]] = {
    "areas": areas_altered, "overview": areas_altered, "changes": areas_altered, "indicators": areas_altered,
    "activities": lambda run, _: run, "groups": groups_altered, "deterrence": violence_altered,
    "disparity": stops_altered,
}  # fmt: skip
CHECK: dict[str, Callable[[Any, str], None]] = {
    "areas": of_areas, "overview": of_overview, "changes": of_changes, "indicators": of_indicators,
    "activities": of_activities, "groups": of_groups, "deterrence": of_deterrence, "disparity": of_disparity,
}  # fmt: skip
LENS = {"groups": "group", "deterrence": "group"}
FIXTURE = {"groups": "mexico", "deterrence": "mexico", "disparity": "london"}


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("page", CHECK)
def test_no_sentence_contradicts_the_figures_it_is_given(page: str, how: str, request: pytest.FixtureRequest):
    shown: Project = request.getfixturevalue(FIXTURE.get(page, "project"))
    run = ALTER[page](registry.published(shown.path, shown.place, LENS.get(page)), how)
    CHECK[page](run, how)


def test_the_simulator_says_of_swapped_runs_what_they_did():
    of_simulator()
