"""The ranking of groups as a table: what ``harmmodel show --lens group`` prints and the page agrees with."""

from __future__ import annotations

import json

import pandas as pd

from harmmodel.lenses.wording import percent
from harmmodel.views import words
from harmmodel.warehouse.store.groupruns import GroupRun

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
    "tier",
    "driver",
    "lead",
)
BESIDE = ("capability", "capacity", "confidence", "size_band")
ORDERS = ("events", "deaths", "civilian_deaths", "deaths_per_municipality")


def group_ranking(run: GroupRun) -> pd.DataFrame:
    """Return one row per ranked group in the columns of ``show``, most harm first; NaN where not scored."""
    pillars = [f"{p.id}{end}" for p in run.config.group_scheme.pillars for end in ("", "_low", "_high")]
    orders = run.orders[["group_id", *ORDERS, *(f"rank_{way}" for way in ORDERS)]]
    table = run.scores.merge(orders, on="group_id", how="left", validate="one_to_one")
    table = table.rename(columns={"group_id": "unit_id"})
    columns = [*FIRST, *pillars, *BESIDE, *ORDERS, *(f"rank_{way}" for way in ORDERS)]
    return table.sort_values(["rank", "unit_id"], na_position="last", ignore_index=True)[columns]


def as_json(run: GroupRun) -> str:
    """Return the ranking as JSON: the run it comes from and one object per group; what is not scored is null."""
    rows = json.loads(group_ranking(run).to_json(orient="records", double_precision=15))
    origin = {k: run.manifest[k] for k in ("place", "as_of", "data_end", "draws", "interval", "seed", "clock")}
    return json.dumps({"run_id": run.run_id, **origin, "rows": rows}, indent=1, ensure_ascii=False)


def size(run: GroupRun, band: object) -> str:
    """Return the words of a size band; an unknown size is marked."""
    found = {item.id: item.label for item in run.config.group_scheme.size_bands}
    return found.get(str(band), f"{band}")


def rows(run: GroupRun) -> list[tuple[str, ...]]:
    """Return the cells of the printed table, in the order of `HEADERS`."""
    shown: list[tuple[str, ...]] = []
    for row in group_ranking(run).to_dict("records"):
        shown.append(
            (
                words.rank(row["rank"]),
                words.interval(row["rank_low"], row["rank_high"]),
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
    return shown


HEADERS = ("Rank", "Range", "Id", "Group", "Score", "Interval", "Bounds", "Tier", "Deaths", "Confidence")


def caption(run: GroupRun) -> str:
    """Return what must be said under the table."""
    return (
        f"{alone(run)} Bounds: everything unknown at nil, and at high. Intervals that overlap are not an order. "
        "Deaths of a fight are half to each side. A person decides."
    )


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
    shares = ranked.loc[ranked["tier"] == "focus", "p_top_unknown"]
    if shares.isna().any():
        return ""
    kept = int((shares >= run.config.policy.tiers.focus).sum())
    stay = words.listing(percent(float(share)) for share in shares)
    return "" if kept == len(shares) else f", and in {stay} with what is unknown drawn from nil to high"
