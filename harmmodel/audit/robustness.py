"""Would another honest choice change the tiers: the same snapshot scored under each stated choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from harmmodel.assembly import areas
from harmmodel.config import Config
from harmmodel.lenses.areas.recording import order_agreement
from harmmodel.lenses.areas.score import score_areas
from harmmodel.lenses.areas.spec import RESIDENT, AreaScheme, IndicatorSpec
from harmmodel.lenses.areas.tiers import size_of_top
from harmmodel.lenses.tiers import FOCUS, NOT_SCORED, TIERS
from harmmodel.method.arrays import Singles
from harmmodel.method.uncertainty import rank_draws
from harmmodel.views import words
from harmmodel.views.areas.explain import RANKED
from harmmodel.views.export import Export, records
from harmmodel.views.labels import second_measure
from harmmodel.warehouse.store import runs

WEIGHTED_SUM = "serious_violence"  # the view that weighs all serious violence in one sum
NAMED = 12  # areas in focus that a line names
COLUMNS = ("case", "weight_set", *RANKED, "tier_in_force", "driver", "corner", "top_stay", "rank_correlation")
# How unlike areas may record what is not anchored: with .2 two thirds of them lie within a fifth of the middle, with
# .3 within a third.
RECORDING_SDS = (0.2, 0.3)
DENOMINATOR = "another denominator"
Case = tuple[str, str, list[IndicatorSpec], AreaScheme]


def robustness(project: Path, place: str, say: Callable[[str], None]) -> pd.DataFrame:
    """Score the published run's snapshot under each choice.

    Returns
    -------
    One row per case and unit: case, weight_set, unit_id, label, score, score_low, score_high, rank, rank_low,
    rank_high, p_top, tier, tier_in_force, driver, corner, and of the case top_stay and rank_correlation: how many of
    the top stay in it and how alike the order is, draw by draw against the first case, the method in force.
    """
    published = runs.published(project, place)
    frames: list[pd.DataFrame] = []
    first: Singles | None = None
    with runs.snapshot_of(project, published) as snapshot, snapshot.with_enforcement() as act:
        data = areas.window_inputs(published.units, published.windows(), areas.AS_CONFIGURED)
        for name, weight_set, specs, scheme in cases(published.config, len(data.units)):
            say(name)
            scores = score_areas(data, specs, scheme)
            drawn = rank_draws(scores.draws["overall"])
            first = drawn if first is None else first
            stay, alike = order_agreement(first, drawn, size_of_top(scores.scores["rank"].to_numpy(), scheme))
            contrast, _ = areas.contrast_with_arrests(act, published.config, scores, weight_set)
            beside = scores.scores.merge(contrast.frame[["unit_id", "corner"]], on="unit_id", validate="one_to_one")
            frames.append(beside.assign(case=name, weight_set=weight_set, top_stay=stay, rank_correlation=alike))
    table = pd.concat(frames, ignore_index=True)
    table["tier_in_force"] = table["unit_id"].map(frames[0].set_index("unit_id")["tier"])
    return table[list(COLUMNS)]


def cases(config: Config, units: int) -> Iterator[Case]:
    """Yield the choices: in force, p = 1, no police contact, each weight set, the weighted sum as violence pillar.

    Then the place's second population as denominator, where it has one. Last, how completely areas record what is not
    anchored is drawn anew for each area in each draw.

    Each takes as many draws as a run of that many units, so that the first is the published run.
    """
    specs, chosen = areas.indicator_specs(config), config.scheme.weight_set
    base = areas.area_scheme(config, units=units)
    yield f"in force (p = {base.p:g}, {chosen})", chosen, specs, base
    other = 2.0 if base.p == 1 else 1.0
    yield f"p = {other:g}", chosen, specs, replace(base, p=other)
    yield "without police-contact indicators", chosen, specs, replace(base, include_contact=False)
    for name in sorted(set(config.weight_sets) - {chosen}):
        yield f"weight set {name}", name, specs, areas.area_scheme(config, name, units)
    view = [s for s in specs if s.id == WEIGHTED_SUM]
    if view:
        summed = [replace(view[0], role="score"), *(s for s in specs if s.pillar != view[0].pillar)]
        for name in sorted(config.weight_sets):
            yield f"violence as one weighted sum, {name}", name, summed, areas.area_scheme(config, name, units)
    if config.place.second_population:
        name = f"{DENOMINATOR}: per {second_measure(config.place)}"
        yield name, chosen, areas.second_specs(config), base
    for sd in RECORDING_SDS:
        yield f"recording unlike between areas, log-sd {sd:g}", chosen, specs, replace(base, recording_sd=sd)


def cases_export(frame: pd.DataFrame) -> Export:
    """Return every case and unit to be handed out."""
    return Export(frame, document=records(frame, decimals=10), colon=":")


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Count tiers, corners and what moved per case and name the areas in focus: one row per case, in the order given.

    What is not scored is counted where there is any.
    """
    tiers = [tier for tier in (*TIERS, NOT_SCORED) if tier != NOT_SCORED or (frame["tier"] == tier).any()]
    corners = sorted(set(frame["corner"]) - {NOT_SCORED})
    rows = []
    for case, group in frame.groupby("case", sort=False):
        focus = group[group["tier"] == FOCUS].sort_values("rank")
        rows.append(
            {
                "case": case,
                **{tier: int((group["tier"] == tier).sum()) for tier in tiers},
                **{corner: int((group["corner"] == corner).sum()) for corner in corners},
                "tiers changed": int((group["tier"] != group["tier_in_force"]).sum()),
                "top that stay": round(float(group["top_stay"].iloc[0]), 2),
                "rank correlation": round(float(group["rank_correlation"].iloc[0]), 3),
                "areas in focus": words.listing(focus["label"], at_most=NAMED),
            }
        )
    return pd.DataFrame(rows)


def idle(config: Config) -> dict[str, str]:
    """Say which choices cannot change a tier here, and why, by the name of the case."""
    scored = [spec for spec in areas.indicator_specs(config) if spec.role == "score"]
    reasons = {}
    for name, chosen, _, scheme in cases(config, 1):
        if name == f"weight set {chosen}" and not any(spec.weighted for spec in scored):
            reasons[name] = "no scored indicator here is weighted by offence, so no tier can change"
        elif not scheme.include_contact and not any(spec.police_contact for spec in scored):
            reasons[name] = "no scored indicator here needs police contact, so no tier can change"
        elif name.startswith(DENOMINATOR) and not any(spec.per == RESIDENT for spec in scored):
            reasons[name] = "no scored indicator here is counted per resident, so no tier can change"
        elif name.startswith("p = ") and len({spec.pillar for spec in scored}) < 2:
            reasons[name] = "one pillar is scored here, so how pillars are joined can change no tier"
    return reasons


def changes(frame: pd.DataFrame, idle: Mapping[str, str] | None = None) -> dict[str, str]:
    """Name, for each case but the first, the areas whose tier is not the one in force, most harm in force first.

    Parameters
    ----------
    idle : of cases that cannot change a tier, why; as `idle` gives it
    """
    first = frame[frame["case"] == frame["case"].iloc[0]]
    order = first.set_index("unit_id")["rank"]
    texts = {}
    for case, group in frame.groupby("case", sort=False):
        moved = group[group["tier"] != group["tier_in_force"]].sort_values("unit_id", key=lambda ids: ids.map(order))
        parts = [f"{row['label']}: {row['tier_in_force']} → {row['tier']}" for row in moved.to_dict("records")]
        texts[str(case)] = "; ".join(parts) or (idle or {}).get(str(case), "no tier changes")
    texts.pop(str(frame["case"].iloc[0]))
    return texts
