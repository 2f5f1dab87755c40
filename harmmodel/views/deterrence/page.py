"""Which groups come first under a capacity: by violence and nothing else, with what the order cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel

from harmmodel import journal
from harmmodel.config.deterrence import DeterrencePlan
from harmmodel.errors import PlanError
from harmmodel.journal import Chosen, PlanMade
from harmmodel.lenses.phrases import percent
from harmmodel.lenses.tiers import BASELINE, FOCUS
from harmmodel.method.uncertainty import share_of_draws_in_top
from harmmodel.views import words
from harmmodel.views.blocks import Picture
from harmmodel.views.ordering import overlap_sentence, place_words
from harmmodel.views.source import interval_name
from harmmodel.views.words import unescaped
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.writing.letters import folded

VIOLENCE = "violence"
SHOWN = 12
NAMES = "Not every name can be told from other words. Read each text again for names of people before it is recorded."


@dataclass(frozen=True)
class Focus:
    """The first groups by violence, and who stands so close that the order does not tell them apart."""

    capacity: int
    first: tuple[str, ...]
    near: tuple[str, ...]  # not among the first; their interval overlaps that of the last one chosen
    said: tuple[str, ...]  # Markdown
    picture: Picture
    frame: pd.DataFrame  # group_id, label, value, low, high, rank, in_first


def by_violence(run: GroupRun, capacity: int) -> pd.DataFrame:
    """Return the groups in order of violence alone, with the share of draws in which each is among the first."""
    table = run.scores[["group_id", "label", "size_band", VIOLENCE, f"{VIOLENCE}_low", f"{VIOLENCE}_high"]]
    table = table.set_axis(["group_id", "label", "size_band", "value", "low", "high"], axis=1).sort_values("group_id")
    k = min(capacity, len(table))
    table = table.assign(in_first=share_of_draws_in_top(run.draws(VIOLENCE).astype(np.float64), k))
    table = table[np.isfinite(table["value"].to_numpy(dtype=float))]
    table["rank"] = table["value"].rank(ascending=False, method="average")
    ordered: pd.DataFrame = table.sort_values(["value", "group_id"], ascending=[False, True], ignore_index=True)
    return ordered


def focus(run: GroupRun, capacity: int) -> Focus:
    """Return the first *capacity* groups by violence.

    Raises
    ------
    PlanError
        If no group is ranked, or the capacity is below one.
    """
    table = by_violence(run, capacity)
    if capacity < 1 or table.empty:
        raise PlanError("Capacity: at least one group must be ranked, and the capacity be one or more")
    first, rest = table.head(capacity), table.iloc[capacity:]
    near = rest[rest["high"] >= first["low"].min()]
    return Focus(
        capacity=capacity,
        first=tuple(first["group_id"]),
        near=tuple(near["group_id"]),
        said=(_ends(run), *_said(table, capacity, near)),
        picture=_picture(run, table, capacity),
        frame=table,
    )


def first_named(selection: Focus) -> str:
    """Name the first groups in the middle of a sentence."""
    labels = words.listing(_plain(selection.frame["label"].head(selection.capacity)))
    near = words.listing(_plain(selection.frame["label"][selection.frame["group_id"].isin(selection.near)]), at_most=3)
    overlap = f", though the interval overlaps with that of {near}" if near else ""
    return f"{labels} {'comes' if selection.capacity == 1 else 'come'} first{overlap}"


def _ends(run: GroupRun) -> str:
    last = words.date(str(run.manifest["data_end"]))
    return f"The records end on {last}: what happened since is no part of this order. Look before you act."


def _said(table: pd.DataFrame, capacity: int, near: pd.DataFrame) -> list[str]:
    lines = []
    if len(table) <= capacity:
        lines.append("The capacity reaches every ranked group, so nothing is chosen.")
    elif np.isclose(table["value"].iloc[capacity - 1], table["value"].iloc[capacity]):
        tied = table[np.isclose(table["value"], table["value"].iloc[capacity])]["label"]
        lines.append(
            f"{words.capital(words.listing(_plain(tied)))} are tied at the edge of the capacity: the order between "
            "them is that of their codes and tells nothing."
        )
    if len(near):
        shown = words.listing(_plain(near["label"]), at_most=6)
        subject = f"{words.capital(words.how_many(len(near), 'further group', 'further groups'))} ({shown})"
        lines.append(
            f"{subject} cannot be told apart from the last one chosen: the intervals overlap. A plan may choose one of "
            "them instead, with its reason; it may choose no other."
        )
    lines.append(overlap_sentence(table["low"].tolist(), table["high"].tolist()))
    return [line for line in lines if line]


def _plain(labels: pd.Series[str]) -> list[str]:
    return [words.plain_markdown(label) for label in labels]


def _picture(run: GroupRun, table: pd.DataFrame, capacity: int) -> Picture:
    shown = table.assign(place=place_words(table["rank"], is_short=True)).head(max(SHOWN, capacity))
    frame = pd.DataFrame(
        {
            "row": [f"{place} {label}" for place, label in zip(shown["place"], shown["label"], strict=True)],
            "value": shown["value"],
            "low": shown["low"],
            "high": shown["high"],
            "tier": [FOCUS if at < capacity else BASELINE for at in range(len(shown))],
            "figure": [words.score(value) for value in shown["value"]],
            "detail": [
                f"{words.interval(row['low'], row['high'])} · {percent(float(row['in_first']))}"
                for row in shown.to_dict("records")
            ],
        }
    )
    names = words.listing(str(label) for label in table["label"].head(capacity))
    return Picture(
        "Groups by violence",
        f"Filled: {_first(capacity)}. Bar: {interval_name(run)}. At the right: "
        "violence, its interval, and the share of draws in which the group is among the first.",
        frame,
        f"First by violence: {names}.",
        "Violence is recorded deaths alone, recent ones and those of civilians counting most. How much a group sells, "
        "earns or is arrested is no part of it.",
    )


def _first(capacity: int) -> str:
    return "the first group" if capacity == 1 else f"the first {words.how_many(capacity, 'group', 'groups')}"


def choice_faults(run: GroupRun, plan: DeterrencePlan) -> tuple[str, ...]:
    """Return why the groups of a plan cannot be chosen; nothing when they can."""
    if plan.place != run.place.id:
        return (f"place: the plan is about {plan.place}, and the run about {run.place.id}.",)
    return (*_unfit(run, plan), *_out_of_order(run, plan), *_strangers(run, plan))


def _unfit(run: GroupRun, plan: DeterrencePlan) -> Iterator[str]:
    """Groups that are not ranked, or so small that a plan could single people out."""
    sizes = dict(zip(run.scores["group_id"], run.scores["size_band"], strict=True))
    least = {band.id: band.least for band in run.config.group_scheme.size_bands}
    k = run.config.policy.disclosure.internal
    for group in plan.groups:
        if group not in sizes:
            yield f"groups: {group} is not ranked in run {run.run_id}. Its record may be past its review."
        elif (number := least.get(str(sizes[group]))) is not None and number < k:
            yield f"groups: {group} may have fewer than {k} members, so a plan could single people out."


def _out_of_order(run: GroupRun, plan: DeterrencePlan) -> Iterator[str]:
    """Groups that violence does not put first."""
    # As many as the plan takes, not as it could: whoever takes one of two takes the first.
    taken = len(plan.groups)
    selection, ids = focus(run, taken), set(run.scores["group_id"])
    others = [group for group in plan.groups if group in ids and group not in selection.first]
    if far := [group for group in others if group not in selection.near]:
        yield (
            f"groups: {', '.join(far)} is clearly less violent than the first {taken} "
            f"({', '.join(selection.first)}). Selection is by violence alone."
        )
    elif others and plan.departure is None:
        yield (
            f"departure: {', '.join(others)} is not among the first {taken} by violence, and overlaps with "
            "them. Say why it is chosen instead."
        )


def _strangers(run: GroupRun, plan: DeterrencePlan) -> Iterator[str]:
    known = {str(group) for group in run.groups["group_id"]}
    for audit in plan.audits:
        if strange := sorted({*audit.rivals, *audit.allies} - known):
            yield f"audits: {', '.join(strange)} is no group of the run. Use the codes of the Groups page."


def known_names(run: GroupRun, texts: BaseModel) -> tuple[str, ...]:
    """Return what looks like names of people in texts and is the label of a group or an area of the run."""
    labels = {folded(str(label)) for frame in (run.groups, run.areas) for label in frame["label"]}
    return tuple(name for name in journal.names(journal.of_model(texts)) if folded(name) in labels)


def made(run: GroupRun, plan: DeterrencePlan, supersedes: int | None = None) -> PlanMade:
    """Return the plan as the journal keeps it, with the order as readers saw it.

    Raises
    ------
    PlanError
        With all that keeps the groups from being chosen.
    """
    if lacking := choice_faults(run, plan):
        raise PlanError("\n".join(lacking))
    selection = focus(run, plan.capacity)
    rows = {str(row["group_id"]): row for row in selection.frame.to_dict("records")}
    ranking = tuple(
        Chosen(
            group=group,
            label=str(rows[group]["label"]),
            rank=float(rows[group]["rank"]),
            violence=words.score(rows[group]["value"]),
            interval=words.interval(rows[group]["low"], rows[group]["high"]),
            in_first=percent(float(rows[group]["in_first"])),
        )
        for group in plan.groups
    )
    return PlanMade(
        known=known_names(run, plan),
        place=plan.place,
        plan_id=plan.id,
        run_id=run.run_id,
        plan=plan.model_copy(update={"action": None}),
        ranking=ranking,
        said=unescaped(" ".join(selection.said)),
        supersedes=supersedes,
    )
