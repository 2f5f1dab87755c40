"""Whatever the blame, in words: how far a group's place hangs on who is said to have killed whom, and on own dead."""

from __future__ import annotations

import pandas as pd

from harmmodel.views import words
from harmmodel.views.blocks import Step
from harmmodel.views.ordering import place_words, ranked
from harmmodel.warehouse.read.groups import GroupRun


def sentence(run: GroupRun, row: pd.Series) -> str:
    """Give the places between which a group lies however blame is divided; a single place is said to be certain."""
    low, high = int(row["blame_rank_low"]), int(row["blame_rank_high"])
    if low == high:
        return f"Whatever the blame, it is in place {low}."
    return f"Whatever the blame, its place is between {low} and {high} of {ranked(run)}."


def step(run: GroupRun, row: pd.Series) -> Step:
    """Give the bounds of score, share and place over every division of blame, and the place by the other rule."""
    ends = [
        ("Score", words.score(row["blame_score_low"]), words.score(row["blame_score_high"])),
        ("Share of all deaths that it did", words.share(row["blame_share_low"]), words.share(row["blame_share_high"])),
        # The higher the harm, the smaller the number of the place.
        ("Place", words.rank(row["blame_rank_high"]), words.rank(row["blame_rank_low"])),
    ]
    counted = run.config.group_scheme.own_dead.counted
    rule = "its own dead count as its harm; without them" if counted else "its own dead are no harm it did; with them"
    return Step(
        "Whatever the blame",
        f"{_known(run)} By the rule in force {rule} its place would be {_other(run, row)}. The share of "
        "other deaths is an assumption of the draws; these are bounds, with totals, ages and weights held and each "
        "death in doubt its own or not. Places compare it with all others at their other end: wider than need be, "
        "never too narrow.",
        pd.DataFrame(ends, columns=["What", "With none of the deaths in doubt", "With all of them"]),
        "Bounds of score, share of deaths and place over every division of blame",
    )


def _known(run: GroupRun) -> str:
    """Say of how many of the dead of fights the side is recorded."""
    fought, sided = int(run.facts["deaths_fought"]), int(run.facts["deaths_sided"])
    if not fought:
        return "No death of a fight is recorded."
    return (
        f"Of {words.number(fought)} deaths of fights the records tell for {words.number(sided)} "
        f"({words.share(sided / fought)}) on which side they fell."
    )


def _other(run: GroupRun, row: pd.Series) -> str:
    places = dict(zip(run.scores["group_id"], place_words(run.scores["rank_own_dead"]), strict=True))
    return str(places[row["group_id"]])


def own_dead(run: GroupRun) -> str:
    """Say what counting own dead the other way would change: how many groups have another place."""
    ranked = run.scores.dropna(subset=["rank", "rank_own_dead"])
    moved = int((ranked["rank_own_dead"] != ranked["rank"]).sum())
    many = f"{words.how_many(moved, 'group', 'groups')} of {len(ranked)}"
    if run.config.group_scheme.own_dead.counted:
        return f"Own dead are counted as harm done; without them {many} would have another place."
    return f"Own dead are not counted as harm done; with them {many} would have another place."
