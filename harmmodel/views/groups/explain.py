"""Where do a group's numbers come from? From shared deaths and assessed levels to its score, row by row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from harmmodel import nullable
from harmmodel.errors import UnknownUnit
from harmmodel.lenses.groups.assessments import UNKNOWN
from harmmodel.lenses.groups.score import WAYS
from harmmodel.lenses.phrases import as_set, mean, observed, percent
from harmmodel.lenses.tiers import FOCUS, NOT_SCORED
from harmmodel.views import gaps, words
from harmmodel.views.blocks import Explanation, Step
from harmmodel.views.export import Export
from harmmodel.views.groups import blame
from harmmodel.views.labels import did_you_mean
from harmmodel.views.ordering import place_words, ranked
from harmmodel.views.source import interval_name
from harmmodel.warehouse.read.groups import GroupRun

FIRST = (
    "unit_id",
    "label",
    "score",
    "sort_key",
    "score_low",
    "score_high",
    "bound_low",
    "bound_high",
    "weight_unknown",
    "rank",
    "rank_low",
    "rank_high",
    "p_top",
    "p_top_unknown",
    "blame_score_low",
    "blame_score_high",
    "blame_rank_low",
    "blame_rank_high",
    "blame_share_low",
    "blame_share_high",
    "rank_own_dead",
    "tier",
    "driver",
    "lead",
)
BESIDE = ("capability", "capacity", "confidence", "size_band")


def group_ranking(run: GroupRun) -> pd.DataFrame:
    """Return one row per ranked group in the columns of ``show``, most harm first; NaN where not scored."""
    pillars = [f"{p.id}{end}" for p in run.config.group_scheme.pillars for end in ("", "_low", "_high")]
    beside = ["deaths_done", "rank_deaths_done"]
    orders = run.orders[["group_id", *WAYS, *(f"rank_{way}" for way in WAYS), *beside]]
    table = run.scores.merge(orders, on="group_id", how="left", validate="one_to_one")
    table = table.rename(columns={"group_id": "unit_id"})
    columns = [*FIRST, *pillars, *BESIDE, *WAYS, *(f"rank_{way}" for way in WAYS), *beside]
    return table.sort_values(["rank", "unit_id"], na_position="last", ignore_index=True)[columns]


def ranking_export(run: GroupRun) -> Export:
    """Return the ranking to be handed out, with the run it comes from."""
    origin = {k: run.manifest[k] for k in ("place", "as_of", "data_end", "draws", "interval", "seed", "clock")}
    return Export(group_ranking(run), {"run_id": run.run_id, **origin})


def size(run: GroupRun, band: object) -> str:
    """Return the words of a size band; an unknown size is marked."""
    labels = {item.id: item.label for item in run.config.group_scheme.size_bands}
    return labels.get(str(band), f"{band}")


def rows(run: GroupRun) -> list[tuple[str, ...]]:
    """Return the cells of the printed table, in the order of `HEADERS`."""
    lines: list[tuple[str, ...]] = []
    ranking = group_ranking(run)
    for place, row in zip(place_words(ranking["rank"]), ranking.to_dict("records"), strict=True):
        lines.append(
            (
                place,
                words.interval(row["rank_low"], row["rank_high"]),
                words.interval(row["blame_rank_low"], row["blame_rank_high"]),
                str(row["unit_id"]),
                str(row["label"]),
                words.score(row["sort_key"]),
                words.interval(row["score_low"], row["score_high"]),
                words.interval(row["bound_low"], row["bound_high"]),
                str(row["tier"]),
                words.number(row["deaths"]),
                str(row["confidence"]),
            )
        )
    return lines


HEADERS = (
    "Rank",
    "Range",
    "Whatever the blame",
    "Id",
    "Group",
    "Score",
    "Interval",
    "Bounds",
    "Tier",
    "Deaths",
    "Confidence",
)


def caption(run: GroupRun) -> str:
    """Return what must be said under the table."""
    return (
        f"{alone(run)} Bounds: everything unknown at nil, and at high. Whatever the blame: the "
        "place with none and with all of the deaths in doubt. Intervals that overlap are not an order. "
        f"Deaths of a fight are {_each_side(run)}{_unless_sided(run)}. The column Deaths is of fights to which a group "
        f"is a party, own dead among them. {blame.own_dead(run)} A person decides."
    )


def halves(run: GroupRun) -> bool:
    """Whether the deaths of a fight are shared half and half."""
    return math.isclose(run.config.group_scheme.dyad_share.value, 0.5)


def sides(run: GroupRun) -> tuple[str, str]:
    """Return what part of the deaths of a fight falls to the side that the records name first, and to the other."""
    first = run.config.group_scheme.dyad_share.value
    return as_set(first), as_set(1 - first)


def _each_side(run: GroupRun) -> str:
    first, other = sides(run)
    return "half to each side" if halves(run) else f"{first} to the side named first and {other} to the other"


def _unless_sided(run: GroupRun) -> str:
    """Say when the score shares deaths between sides: always, or where no record tells on which side they fell."""
    return "" if run.config.group_scheme.own_dead.counted else " in the score where no record tells the side"


def alone(run: GroupRun) -> str:
    """Say by what groups are ordered while most of them have one scored pillar only."""
    few = run.scores["pillars_scored"] < 2
    name = next(p.label for p in run.config.group_scheme.pillars if p.id == run.config.group_scheme.sort_key)
    if few.all():
        return (
            f"Ordered by {name.lower()} alone: the other pillars have not been assessed, so there is no overall score."
        )
    if few.any():
        return f"{words.capital(words.how_many(int(few.sum()), 'group is', 'groups are'))} ordered by one pillar alone."
    return "Ordered by the overall score."


def basis(run: GroupRun) -> str:
    """Say on what pillar the order rests while a single one is scored."""
    scheme = run.config.group_scheme
    name = next(p.label for p in scheme.pillars if p.id == scheme.sort_key)
    return f" on {name.lower()} alone" if (run.scores["pillars_scored"] < 2).all() else ""


def with_unknown(run: GroupRun, ranked: pd.DataFrame) -> str:
    """Say how many groups stay in focus when what is unknown is drawn from nil to high."""
    shares = ranked.loc[ranked["tier"] == FOCUS, "p_top_unknown"]
    if shares.isna().any():
        return ""
    in_focus = int((shares >= run.config.policy.tiers.focus).sum())
    stay = words.listing(percent(float(share)) for share in shares)
    return "" if in_focus == len(shares) else f", and in {stay} with what is unknown drawn from nil to high"


def find_group(run: GroupRun, group: str) -> str:
    """Return the group_id of *group*, given as code or as name in any case.

    Raises
    ------
    UnknownUnit
        If no ranked group has this code or name; a record past its review date is told apart.
    """
    wanted = group.strip().casefold()
    for column in ("group_id", "label"):
        same = run.scores[column].astype(str).str.casefold().eq(wanted)
        if same.any():
            return str(run.scores.loc[same, "group_id"].iloc[0])
    known = run.groups[run.groups["group_id"].eq(wanted) | run.groups["label"].str.casefold().eq(wanted)]
    if len(known) and not known["in_use"].iloc[0]:
        due = words.date(str(known["review_due"].iloc[0]))
        raise UnknownUnit(f"The record of '{group.strip()}' was due for review on {due} and is not used until reviewed")
    hint = did_you_mean(run.scores["label"], wanted)
    raise UnknownUnit(
        f"{run.place.label} ranks no group '{group.strip()}'.{hint} See: harmmodel show {run.place.id} --lens group"
    )


def explain(run: GroupRun, group: str) -> Explanation:
    """Return the path of a group's score, from events and assessments to its place."""
    group_id = find_group(run, group)
    row = run.scores[run.scores["group_id"] == group_id].iloc[0]
    return Explanation(
        unit_id=group_id,
        label=str(row["label"]),
        title=f"Where the numbers of {row['label']} come from",
        finding=finding(run, row),
        steps=(
            _fights(run, group_id),
            _indicators(run, group_id),
            _pillars(run, group_id),
            blame.step(run, row),
            _beside(run, row),
            gaps.step(run),
        ),
        note="Points are the value between the goalposts, times 100; a pillar is their mean by weight. The "
        "interval comes "
        f"from {words.number(float(run.manifest['draws']))} draws of how deaths are shared, of totals between "
        "their lowest "
        "and highest estimate, of the day within a year where only the year is known, of weights and of goalposts.",
    )


def finding(run: GroupRun, row: pd.Series) -> str:
    """Say place, score and how much is unknown."""
    if row["tier"] == NOT_SCORED:
        return f"{row['label']} is not scored. {row['reason']}"
    what = "an overall score" if row["pillars_scored"] > 1 else f"a {_driver(run, row)} score"
    return (
        f"{row['label']} has {what} of {words.score(row['sort_key'])} ({interval_name(run)} "
        f"{words.span(row['score_low'], row['score_high'])}), "
        f"{words.rank_range(row['rank_low'], row['rank_high'], ranked(run))}. "
        f"{words.share(row['weight_unknown'])} of the weight is unknown: with it at nil or at high the score lies "
        "between "
        f"{words.score(row['bound_low'])} and {words.score(row['bound_high'])}. {row['reason']} "
        f"{blame.sentence(run, row)} {alone(run)}"
    )


def _driver(run: GroupRun, row: pd.Series) -> str:
    """Return the name of the pillar that drives the score, inside a sentence."""
    return next((p.label.lower() for p in run.config.group_scheme.pillars if p.id == row["driver"]), str(row["driver"]))


def _fights(run: GroupRun, group_id: str) -> Step:
    facts = run.facts
    ties = opponents(run, group_id)
    own = _facts(run.orders, group_id, "group_id")[group_id]
    placed, coarse = float(own["deaths_precise"]), float(own["deaths_coarse"])
    rows = pd.DataFrame(
        {
            "Against": ties["opponent"],
            "Kind": ties["tie"],
            "Events": [words.number(v) for v in ties["events"]],
            "Deaths of both sides": [words.number(v) for v in ties["deaths"]],
            "Years": [words.span_of_years(*ends) for ends in zip(ties["since"], ties["until"], strict=True)],
            "Confidence": ties["confidence"],
        }
    )
    counted = "Half of the deaths of a fight are counted for each side"
    if not halves(run):
        first, other = sides(run)
        counted = f"Of the deaths of a fight {first} are counted for the side named first and {other} for the other"
    said = (
        f"{words.number(placed + coarse)} deaths in {words.years(facts['from_year'], facts['to_year'])}: "
        f"{words.number(placed)} dated to a month and placed in a municipality, "
        f"{words.number(coarse)} known by year or state alone. {counted}{_unless_sided(run)}, "
        "all deaths of an attack on civilians for the attacker. The table holds all years."
    )
    return Step("Deaths and fights", said, rows, "Opponents and allies with events and deaths")


def opponents(run: GroupRun, group_id: str) -> pd.DataFrame:
    """Return the ties of a group with other_id and opponent, most deaths first."""
    ties = run.ties.assign(deaths=nullable.floats(run.ties["deaths"]))
    here = ties.assign(opponent=ties["other_label"])[ties["group_id"] == group_id]
    there = ties.assign(opponent=ties["label"], other_id=ties["group_id"])[ties["other_id"] == group_id]
    return pd.concat([here, there]).sort_values(["deaths", "opponent"], ascending=[False, True], ignore_index=True)


def _indicators(run: GroupRun, group_id: str) -> Step:
    config = run.config.group_indicators
    rows = _facts(run.indicators, group_id, "indicator")
    lines = []
    for name in (item.id for item in run.config.listed_group_indicators):
        row, item = rows[name], config[name]
        lines.append(
            {
                "Indicator": item.label,
                "Pillar": str(item.pillar),
                "Value": value(row),
                "Interval": words.interval(row["low"], row["high"], 0 if row["high"] >= 10 else 2),
                "Points": words.number(row["points"], 1) if item.role == "score" else "shown only",
                "Weight": words.share(row["weight"]) if item.role == "score" else words.MISSING,
                "Contribution": words.number(row["contribution"], 1),
            }
        )
    return Step(
        "Indicators",
        "Counted in events, or assessed by people. What nobody assessed is unknown: an interval from nil to high.",
        pd.DataFrame(lines),
        "Indicators with value, interval, points and weight",
    )


def _facts(frame: pd.DataFrame, group_id: str, key: str) -> dict[Any, dict[Any, Any]]:
    """Return the rows of one group by *key*."""
    facts: dict[Any, dict[Any, Any]] = frame[frame["group_id"] == group_id].set_index(key).to_dict("index")
    return facts


def value(row: Mapping[Any, Any]) -> str:
    """Return a counted value, or an assessed level; raters who disagree are both named."""
    if isinstance(row["level_low"], str):
        low, high = row["level_low"], row["level_high"]
        raters = f" ({words.how_many(int(row['raters']), 'rater', 'raters')})" if row["raters"] else ""
        return "not assessed" if low == UNKNOWN else f"{low if low == high else f'{low} to {high}'}{raters}"
    number = row["value"]
    return words.number(number, 0 if not number < 10 or float(number).is_integer() else 2)


def _pillars(run: GroupRun, group_id: str) -> Step:
    rows, scheme = _facts(run.pillars, group_id, "pillar"), run.config.scheme
    amount, verb = observed(scheme.minimum_observed)
    lines = [
        {
            "Pillar": p.label,
            "Score": words.score(rows[p.id]["score"]),
            "Interval": words.interval(rows[p.id]["low"], rows[p.id]["high"]),
            "Weight": words.share(rows[p.id]["weight"]),
            "Observed": words.share(rows[p.id]["observed"]),
        }
        for p in run.config.group_scheme.pillars
    ]
    return Step(
        "Pillars",
        f"A pillar is scored when {amount} of its weight {verb} observed. Two or more are joined by their "
        f"{mean(scheme.aggregation.across_p)}.",
        pd.DataFrame(lines),
        "Pillars with score, weight and share observed",
    )


def _beside(run: GroupRun, row: pd.Series) -> Step:
    lines = [
        {"Beside harm": "Capability", "Level": row["capability"]},
        {"Beside harm": "Capacity to respond", "Level": row["capacity"]},
        {"Beside harm": "Confidence in the records", "Level": row["confidence"]},
        {"Beside harm": "Size", "Level": size(run, row["size_band"])},
        {"Beside harm": "Record to be reviewed by", "Level": words.date(str(row["review_due"]))},
    ]
    return Step(
        "Beside harm",
        "These stand apart and are never multiplied into the score.",
        pd.DataFrame(lines),
        "What stands beside harm",
    )
