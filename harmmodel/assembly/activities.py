"""From a snapshot and the config to judged activities: what the lens is given and what a run keeps of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from harmmodel import nullable
from harmmodel.assembly.linked import CELLS, activity_scheme, period
from harmmodel.assembly.linked import read as read_linked
from harmmodel.config import Config
from harmmodel.config.activities import ActivityConfig, MoneyAmount, Quantity
from harmmodel.lenses.activities.areas import beside_harm, easiest_share
from harmmodel.lenses.activities.resources import (
    PER_ARREST,
    PER_RECORD,
    CostEntry,
    CostScheme,
    Price,
    equal_effort,
    freed,
)
from harmmodel.lenses.activities.score import judge_activities
from harmmodel.lenses.activities.spec import ActivityScheme
from harmmodel.warehouse.read import activities as source
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.read.activities import classed
from harmmodel.warehouse.store.connection import Connection

Frames = dict[str, pd.DataFrame]
BUDGETS = (0.1, 0.25, 0.5)
PRICED = 10_000  # draws of costs


def activity_frames(con: Connection, config: Config, scores: pd.DataFrame) -> tuple[Frames, dict[str, Any]]:
    """Judge the activities of a place whose areas are scored; nothing without config of activities or enforcement.

    Returns
    -------
    The frames that a run keeps, by their names in the run, and facts of the whole.
    """
    if config.activities is None or "act_enforcement" not in config.core_sql:
        return {}, {}
    start, stop = period(config)
    counted = classed(source.enforcement(con, start, stop), config.activities, config.kinds)
    units, scheme = areas.areas(con), activity_scheme(config)
    linked = read_linked(con, config)
    violence = areas.class_counts(con, config.place.serious_violence, start, stop)
    main = _main_measure(counted)
    effort = counted[counted["measure"] == main]
    totals = _totals(effort)
    records = dict(zip(totals["activity"], nullable.floats(totals["records"]), strict=True))
    judged = judge_activities(linked, scheme, records)
    frames = {
        "activity": _summary(judged.activities, effort, config.activities),
        "activity_area": _areas(judged.areas, beside_harm(effort, violence, units, scheme)),
        "activity_variant": judged.variants,
        "activity_safety": judged.safety,
        "activity_balance": judged.balance,
        "activity_cell": source.linked(con, CELLS),
        "activity_rule": _rules(counted),
        "activity_measure": _measures(counted),
        "activity_freed": freed(totals, _costs(config.activities, scheme)),
    }
    frames["activity_easiest"] = _easiest(effort, scores, scheme)
    frames["activity_effort"] = _equal_effort(effort, violence, scores, scheme, config.activities)
    timed = bool(linked.whole["timed"].iloc[0])
    facts = {**judged.facts, "from": start.isoformat(), "to": stop.isoformat(), "measure": main, "timed": timed}
    return frames, facts


def _main_measure(counted: pd.DataFrame) -> str:
    """Return the measure that is compared: records of offences where a place has them, else its most frequent."""
    totals = counted.groupby("measure")["records"].sum().sort_values(ascending=False, kind="stable")
    return "police_record" if "police_record" in totals.index or totals.empty else str(totals.index[0])


def _totals(effort: pd.DataFrame) -> pd.DataFrame:
    return nullable.sums(effort, "activity", ["records", "arrests"])


def _summary(judged: pd.DataFrame, effort: pd.DataFrame, config: ActivityConfig) -> pd.DataFrame:
    """Put counts and config beside what was judged; activities without a record are kept."""
    specs = {a.id: a for a in config.typology.activities}
    totals = _totals(effort).rename(columns={"activity": "unit_id"})
    table = judged.merge(totals, on="unit_id", how="left", validate="one_to_one")
    has_row = table["unit_id"].isin(totals["unit_id"])
    table = table.assign(
        records=nullable.or_none(table["records"], has_row=has_row, held=True),
        arrests=nullable.or_none(table["arrests"], has_row=has_row, held=nullable.is_held(effort["arrests"])),
    )
    # Of records without a place or a time nobody knows what followed them.
    unplaced = (
        pd.Series(nullable.floats(table["records"]) != 0, table.index)
        & table["judged"].eq(0)
        & ~(table["left_out"] > 0)
    )
    table = table.assign(**table[["linked", "expected", "self_matches"]].mask(unplaced))
    known = [specs.get(str(name)) for name in table["unit_id"]]
    return table.assign(
        effort_share=nullable.floats(table["records"]) / max(nullable.total(table["records"]), 1.0),
        family=[a.family if a else "not_classed" for a in known],
        easiest=pd.array([False if a is None else a.easiest for a in known], dtype="boolean"),
        pathway=[(a.pathway if a else "") or "" for a in known],
    )


def _areas(judged: pd.DataFrame, ratios: pd.DataFrame) -> pd.DataFrame:
    return ratios.merge(judged, on=["activity", "unit_id"], how="left", validate="one_to_one")


def _rules(counted: pd.DataFrame) -> pd.DataFrame:
    """List every offence as the source writes it, with its activity, the rule that classed it and its records."""
    keys = ["class", "code", "setting", "activity", "rule"]
    return nullable.sums(counted, keys, ["records"])


def _measures(counted: pd.DataFrame) -> pd.DataFrame:
    """Sum every measure of enforcement by activity; an amount is summed where the place gives one."""
    keys = ["measure", "activity"]
    sums = nullable.sums(counted, keys, ["records", "arrests"])
    amounts = counted.groupby(keys, as_index=False, sort=True)["amount"].sum(min_count=1)
    whole = nullable.sums(sums, "measure", ["records"]).rename(columns={"records": "whole"})
    table = sums.merge(amounts, on=keys).merge(whole, on="measure")
    share = nullable.floats(table["records"]) / nullable.floats(table["whole"])
    return table.drop(columns="whole").assign(share=share)


def _entry(name: str, quantity: Quantity) -> CostEntry:
    is_cash = isinstance(quantity, MoneyAmount) and quantity.is_cash
    return CostEntry(name, quantity.value, *quantity.range, is_cash=is_cash)


def _costs(config: ActivityConfig, scheme: ActivityScheme) -> CostScheme | None:
    """Return what enforcement takes; None where the place gives no costs."""
    costs = config.costs
    if costs is None:
        return None
    services = {s.id: Price(s.id, _entry(f"price of {s.id}", s.price)) for s in config.services}
    entries = {}
    for spec in scheme.activities:
        quantities = {name: costs.of(spec.family, name) for name in (*PER_RECORD, *PER_ARREST)}
        entries[spec.id] = {name: _entry(f"{family} {name}", q) for name, (family, q) in quantities.items()}
    return CostScheme(
        entries=entries,
        officer_hour=_entry("officer hour", costs.officer_hour),
        custody_night=_entry("custody night", costs.custody_night),
        services={a.id: tuple(services[s] for s in a.services if s in services) for a in config.typology.activities},
        seed=scheme.seed,
        draws=PRICED,
        interval=scheme.interval,
    )


def _easiest(effort: pd.DataFrame, scores: pd.DataFrame, scheme: ActivityScheme) -> pd.DataFrame:
    """Share of enforcement that goes to the easiest to catch: by area, by tier of areas, and in the whole place."""
    untold = {spec.id for spec in scheme.activities if spec.easiest is None}
    easiest = effort["activity"].isin({spec.id for spec in scheme.activities if spec.easiest}).astype("boolean")
    rows = effort.assign(easiest=easiest.mask(effort["activity"].isin(untold)), place="all")
    rows = rows.merge(scores[["unit_id", "tier"]], on="unit_id", how="left")
    frames = []
    for scope, column in (("area", "unit_id"), ("tier", "tier"), ("place", "place")):
        table = easiest_share(rows.dropna(subset=[column]), column, scheme.interval)
        frames.append(table.rename(columns={column: "name"}).assign(scope=scope))
    return pd.concat(frames, ignore_index=True)


def _equal_effort(
    effort: pd.DataFrame, violence: pd.DataFrame, scores: pd.DataFrame, scheme: ActivityScheme, config: ActivityConfig
) -> pd.DataFrame:
    costs = config.costs
    hours = {a.id: costs.of(a.family, "officer_hours")[1].value if costs else float("nan") for a in scheme.activities}
    counted = nullable.sums(effort, ["unit_id", "activity"], ["records", "arrests"])
    each = counted["activity"].map(hours).to_numpy(dtype="float64")
    spent = counted.assign(
        hours=nullable.floats(counted["records"]) * each, arrests=nullable.floats(counted["arrests"])
    )
    weights = violence["class"].map(scheme.class_weights).astype("float64")
    harm = violence.assign(violence=violence["events"] * weights).groupby("unit_id")["violence"].sum()
    ranked = scores[["unit_id", "rank"]].assign(violence=scores["unit_id"].map(harm).fillna(0.0))
    taken = spent.groupby("unit_id", as_index=False)[["hours", "arrests"]].sum(skipna=False)
    return equal_effort(taken, ranked, BUDGETS, held=nullable.is_held(effort["arrests"]))
