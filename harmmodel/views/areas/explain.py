"""Where do a unit's numbers come from? The path from counted events to the overall score, row by row."""

from __future__ import annotations

import math

import pandas as pd

from harmmodel.config.types import PILLARS
from harmmodel.errors import UnknownUnit
from harmmodel.lenses.areas.spec import GUARDED
from harmmodel.lenses.phrases import as_set, top
from harmmodel.lenses.tiers import NOT_SCORED, rule_words
from harmmodel.views import denominator, gaps, source, words
from harmmodel.views.areas import path, recording
from harmmodel.views.areas.nearest import is_guarded, needs_contact
from harmmodel.views.blocks import Explanation, Step, intervals
from harmmodel.views.corners import advice
from harmmodel.views.export import Export
from harmmodel.views.labels import (
    chance,
    did_you_mean,
    drug_arrests,
    has_arrests,
    pillar_label,
    score_name,
    unfed_sentence,
)
from harmmodel.views.ordering import place_words
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import AreaRun


def pillars(run: AreaRun, unit_id: str, score: pd.Series) -> Step:
    """Give one row per pillar: score, weight and share of the overall square."""
    rows = run.pillars[run.pillars["unit_id"] == unit_id].set_index("pillar")
    order = [pillar.id for pillar in run.config.scheme.pillars if pillar.id in rows.index]
    rows = rows.loc[order].reset_index()
    frame = pd.DataFrame(
        {
            "Pillar": [pillar_label(run, str(pillar)) for pillar in rows["pillar"]],
            "Score": [words.number(value, 2) for value in rows["score"]],
            words.capital(interval_name(run)): intervals(rows),
            "Weight": [words.number(value, 3) for value in rows["weight"].where(rows["score"].notna())],
            "Weight observed": [words.share(value) for value in rows["observed"]],
            "Share of the overall": [words.share(value) for value in rows["share_of_square"]],
        }
    )
    if rows["score"].notna().sum() < 2:
        text = f"{_nothing_combined(run, rows)} {unfed_sentence(run)}"
        frame = frame.drop(columns=["Weight", "Share of the overall"])  # nothing is combined
    else:
        text = f"{_combining(run)} {_by_hand(run, rows, score)}"
    return Step("3 Combine", text.strip(), frame, "Pillar scores, weights and shares of the overall score")


def _nothing_combined(run: AreaRun, rows: pd.DataFrame) -> str:
    scored = rows.loc[rows["score"].notna(), "pillar"]
    if scored.empty:
        return "No pillar is scored, so there is nothing to combine."
    name = score_name(run, scored.iloc[0]).lower()
    return f"One pillar is scored, so nothing is combined: the order follows the {name}."


def _combining(run: AreaRun) -> str:
    power = run.config.scheme.aggregation.across_p
    if power == 1:
        return (
            "The overall score is the mean of the pillars: each pillar times its weight, added up. High harm in one "
            "pillar is offset by a low one in full."
        )
    return (
        f"The overall score is the mean of the pillars with exponent {power:g}: each pillar to the power {power:g}, "
        "times its weight, added up, then the root. High harm in one pillar is offset less by "
        "a low one than in a plain average."
    )


def _by_hand(run: AreaRun, rows: pd.DataFrame, score: pd.Series) -> str:
    """Return the recomputed score beside the printed one."""
    known = rows.dropna(subset=["score"])
    if len(known) < 2 or math.isnan(score["score"]):
        return ""
    power = float(run.config.scheme.aggregation.across_p)
    total = (known["weight"] * known["score"] ** power).sum() / known["weight"].sum()
    power_mean = words.number(total ** (1 / power), 2)
    return f"From these rows: {power_mean}. In the run: {words.number(score['score'], 2)}."


def standing(run: AreaRun, score: pd.Series) -> Step:
    """Give the tests of the tier with their outcome, the driver, and enforcement, which no test reads."""
    highest = top(run.config.scheme.top_share)
    tests = [(f"In the {highest}", chance(run, score["p_top"]), "of draws")]
    if is_guarded(run):
        rule = "of draws; asked for where it drives the score"
        tests.append((f"On {pillar_label(run, GUARDED).lower()} alone", chance(run, score["p_top_violence"]), rule))
    if needs_contact(run):
        tests += _without_contact(run, score)
    tests += recording.rows(run, score) + denominator.rows(run, str(score["unit_id"]))
    driver = str(score["driver"])
    tests.append(("Driver", pillar_label(run, driver) if driver else words.MISSING, _lead(run, score)))
    if has_arrests(run):
        tests.append(_enforcement(run, score))
    tests.append(("Tier", words.capital(str(score["tier"])), str(score["reason"])))
    text = (
        f"{rule_words(run.config.policy.tiers, highest, as_set)} The driver is the pillar whose weight × score² "
        "lies furthest above the median of all areas, or least below; above it in draws enough, it decides who leads."
    )
    rows = pd.DataFrame(tests, columns=["What", "Found", "Rule or note"])
    return Step("4 From score to tier", text, rows, "Tests of the tier, driver and enforcement")


def _lead(run: AreaRun, score: pd.Series) -> str:
    """Say who leads, and in which share of draws the driver is the same."""
    if math.isnan(score["p_lead"]):
        return f"lead: {score['lead']}"
    least = as_set(run.config.policy.tiers.lead)
    share = chance(run, score["p_lead"])
    return (
        f"lead: {score['lead']}; above the median as the driver in {share} of draws, and under {least} nobody leads yet"
    )


def _without_contact(run: AreaRun, score: pd.Series) -> list[tuple[str, str, str]]:
    name = "Without police-contact indicators"
    places = dict(zip(run.scores["unit_id"], place_words(run.scores["rank_no_contact"]), strict=True))
    place = f"place {places[score['unit_id']]}, {score['tier_no_contact']}"
    return [
        (name, chance(run, score["p_top_no_contact"]), "of draws"),
        (f"Score {name.lower()}", words.score(score["score_no_contact"]), place),
    ]


def _enforcement(run: AreaRun, score: pd.Series) -> tuple[str, str, str]:
    """Return the ratio of shares with the number of arrests, and what follows on the Overview."""
    row = run.contrast.set_index("unit_id").loc[score["unit_id"]]
    arrests = drug_arrests(row["drug_arrests"])
    corner = f"; {advice(str(score['tier']), str(row['corner']))}" if row["corner"] != NOT_SCORED else ""
    note = f"share of drug arrests ÷ share of weighted serious violence, {arrests}; never part of the score{corner}"
    return "Enforcement beside harm", words.ratio(row["ratio"]), note


def find_unit(run: AreaRun, unit: str) -> str:
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
        hint = did_you_mean(units["label"], wanted)
        noun = run.place.unit_noun
        raise UnknownUnit(
            f"{run.place.label} has no {noun.one} '{unit.strip()}'.{hint} See: harmmodel show {run.place.id}"
        )
    return str(units.loc[same, "unit_id"].iloc[0])


def explain(run: AreaRun, unit: str) -> Explanation:
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
        finding=" ".join(filter(None, (_finding(run, score), reporting(run, unit_id)))),
        steps=(
            path.counts(run, unit_id),
            path.indicators(run, unit_id),
            pillars(run, unit_id, score),
            standing(run, score),
            path.sources(run),
            gaps.step(run, "6 "),
        ),
        note="The score uses estimated rates and central weights, so this path gives it by hand. The interval comes "
        f"from {words.number(float(run.manifest['draws']))} draws of rates, weights and goalposts together.",
    )


def reporting(run: AreaRun, unit_id: str) -> str:
    """Say what a unit did not report enough of, and of what nothing is recorded there although some is probable."""
    short, silent = source.reported(run).get(unit_id), source.silent(run).get(unit_id)
    told = f"Not observed, since too little was reported: {short}." if short else ""
    none = (
        f"No record, at all or for long, which is improbable beside the other areas: {silent}. Did it report?"
        if silent
        else ""
    )
    return " ".join(filter(None, (told, none)))


def _finding(run: AreaRun, score: pd.Series) -> str:
    if score["tier"] == NOT_SCORED:
        return f"{score['label']} is not scored: {score['reason']}"
    if math.isnan(score["score"]):
        only = _alone(run, score)
        return f"{score['label']} has no overall score, since one pillar is scored: {only}. {score['reason']}"
    interval = words.span(score["score_low"], score["score_high"])
    return f"{score['label']} has a harm score of {words.score(score['score'])} ({interval_name(run)} {interval})."


def _alone(run: AreaRun, score: pd.Series) -> str:
    """Return the only scored pillar of a unit with its score and interval."""
    pillar = next(p.id for p in run.config.scheme.pillars if not math.isnan(score[p.id]))
    ends = words.span(score[f"{pillar}_low"], score[f"{pillar}_high"])
    return f"{score_name(run, pillar).lower()} {words.score(score[pillar])} ({interval_name(run)} {ends})"


RANKED = ("unit_id", "label", "score", "score_low", "score_high", "rank", "rank_low", "rank_high", "p_top", "tier")
COLUMNS = (
    *RANKED,
    "driver",
    "lead",
    "enforcement_to_harm",
    *(f"{p}{end}" for p in PILLARS for end in ("", "_low", "_high")),
    "score_no_contact",
    "rank_no_contact",
    "tier_no_contact",
)


def area_ranking(run: AreaRun) -> pd.DataFrame:
    """Return one row per unit in the columns of ``show``, highest harm first; NaN where something is not scored."""
    ratio = run.contrast[["unit_id", "ratio"]].rename(columns={"ratio": "enforcement_to_harm"})
    table = run.scores.merge(ratio, on="unit_id", how="left", validate="one_to_one")
    for column in COLUMNS:
        if column not in table:
            table[column] = float("nan")  # a pillar that the scheme does not have
    return table.sort_values(["rank", "unit_id"], na_position="last", ignore_index=True)[list(COLUMNS)]


def ranking_export(run: AreaRun) -> Export:
    """Return the ranking to be handed out, with the run it comes from."""
    origin = {
        k: run.manifest[k]
        for k in ("place", "as_of", "data_end", "draws", "interval", "seed", "weight_set", "audience", "withheld_below")
    }
    return Export(area_ranking(run), {"run_id": run.run_id, **origin})
