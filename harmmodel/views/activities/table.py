"""The ladder of activities as a table: what ``harmmodel show PLACE --lens activity`` prints."""

from __future__ import annotations

import pandas as pd

from harmmodel import nullable
from harmmodel.config.activities import NOT_CLASSED
from harmmodel.errors import WrongLens
from harmmodel.lenses.activities.verdict import FALLS, FEW_PLACED
from harmmodel.lenses.phrases import as_set
from harmmodel.lenses.tiers import CONTESTED, NOTHING, UNMEASURABLE
from harmmodel.views import words
from harmmodel.views.activities import held, like
from harmmodel.views.export import Export
from harmmodel.warehouse.store.runs import AreaRun, Frames

COLUMNS = (
    "unit_id",
    "label",
    "records",
    "effort_share",
    "linked",
    "expected",
    "place_risk",
    "place_risk_low",
    "place_risk_high",
    "excess",
    "excess_low",
    "excess_high",
    "like_cells",
    "like_matched",
    "like_difference",
    "like_ratio",
    "like_low",
    "like_high",
    "like_e_value",
    "like_e_value_end",
    "like_verdict",
    "tier",
    "why",
    "hours",
    "hours_low",
    "hours_high",
)


def frames(run: AreaRun) -> Frames:
    """Return the frames of the activity lens.

    Raises
    ------
    WrongLens
        If the run has none.
    """
    tables = run.activities()
    if not tables:
        raise WrongLens(
            f"{run.place.label} has no activities to show: they need config/activities.yaml, "
            "core/act_enforcement.sql and a new run"
        )
    return tables


def ladder(run: AreaRun, tables: Frames | None = None) -> pd.DataFrame:
    """Return every activity that has records, most excess first, then those with too few, then those not measurable.

    Returns
    -------
    The columns of ``show`` and all others of the run's frame; ``enough`` says whether an activity has the policy's
    minimum. "Not classed" is always there.
    """
    tables = frames(run) if tables is None else tables
    table, freed = tables["activity"], tables["activity_freed"]
    hours = freed[freed["what"] == "officer_hours"].rename(
        columns={"activity": "unit_id", "value": "hours", "low": "hours_low", "high": "hours_high"}
    )
    table = table.merge(hours.drop(columns="what"), on="unit_id", how="left", validate="one_to_one")
    has_records = pd.Series(nullable.floats(table["records"]) != 0, index=table.index)  # a number nobody knows is not 0
    table = table[has_records | (table["unit_id"] == NOT_CLASSED)]
    enough = table["occasions"] >= run.config.policy.activities.minimum_records
    order = table.assign(
        enough=enough,
        place=(table["tier"] == UNMEASURABLE) * 2 + (~enough & (table["tier"] != UNMEASURABLE)) * 1,
    )
    return order.sort_values(
        ["place", "excess", "unit_id"], ascending=[True, False, True], na_position="last", ignore_index=True
    )


def activity_ranking(run: AreaRun) -> pd.DataFrame:
    """Return the ladder in the columns of ``show``."""
    return ladder(run)[list(COLUMNS)]


def ranking_export(run: AreaRun) -> Export:
    """Return the ladder to be handed out, with the run it comes from and the period."""
    table = activity_ranking(run)
    origin = {key: run.manifest[key] for key in ("place", "as_of", "interval", "seed", "audience", "withheld_below")}
    return Export(table, {"run_id": run.run_id, **origin, **run.facts["activity"]})


def printed(run: AreaRun) -> pd.DataFrame:
    """Return the ladder as text, for the terminal."""
    table = ladder(run)
    rows = [
        {
            "Id": row["unit_id"],
            "Activity": row["label"],
            "Records": words.number(row["records"]),
            "Share": words.share(row["effort_share"]),
            "Place risk": words.ratio(row["place_risk"]),
            "Followed": words.number(row["linked"]),
            "Expected": words.number(row["expected"], 1),
            "Rise": words.excess(row["excess"]),
            "Rise, interval": words.interval(row["excess_low"], row["excess_high"], 2),
            "Like places": words.excess(row["like_ratio"]),
            "Like, interval": words.interval(row["like_low"], row["like_high"], 2),
            "Tier": tier_text(row["tier"], bool(row["enough"]), str(row["why"])),
            "Hours": words.number(row["hours"]),
            "Hours, interval": words.interval(row["hours_low"], row["hours_high"]),
        }
        for row in table.to_dict("records")
    ]
    return pd.DataFrame(rows)


def tier_text(tier: str, enough: bool, why: str = "") -> str:
    """The tier with its sign, and whether there are too few records, or too few with a point, to say more."""
    if tier == CONTESTED and not enough:
        few = "too few records with a time and a point" if why == FEW_PLACED else "too few records"
        return f"{NOTHING} {words.capital(tier)}: {few}"
    return words.tier(tier)


def near(run: AreaRun) -> float:
    """Return the departure from chance that the pages call small: how far the limit of lower priority lies from it."""
    return abs(run.config.policy.activities.lower_priority - 1)


def finding(run: AreaRun, table: pd.DataFrame) -> tuple[str, str]:
    """What the figures show, also when it is nothing: an opening of a few words, and a sentence or two (plain text)."""
    judged = table[table["p_family"].notna()]
    if judged.empty:
        why = held.nothing_follows(table) or "No activity has enough records with time and place."
        return "Nothing can be said.", why
    apart = judged[judged["p_family"] <= run.config.policy.activities.family_error]
    small = near(run)
    close = int((judged["excess"] - 1).abs().lt(small).sum())
    total = words.how_many(len(judged), "activity", "activities")
    further = int(((judged["excess_low"] < 1 - small) | (judged["excess_high"] > 1 + small)).sum())
    reach = words.how_many(further, "interval reaches", "intervals reach") if further else "no interval reaches"
    said = (
        f"Short-term rise: violence after a record is estimated within {as_set(small)} of chance for {close} of "
        f"{total} with enough records; {reach} further.{_spread(judged)}{_falls(judged)}{like.finding(run, table)}"
    )
    if apart.empty:
        return "None stands out.", said
    opening = f"{words.capital(words.how_many(len(apart), 'stands', 'stand'))} out: {words.listing(apart['label'])}."
    return opening, said


def _spread(judged: pd.DataFrame) -> str:
    """Say how far activities lie apart by their places and by the excess; both figures, and no conclusion."""
    ends = [judged[name].agg(["min", "max"]) for name in ("place_risk", "excess")]
    if len(judged) < 2 or not all(low > 0 for low, _ in ends):
        return ""
    place, excess = (f"{words.number(high / low, 1)} times" for low, high in ends)
    said = f"the violence around a record differs {place}, the short-term rise {excess}"
    return f" From the lowest to the highest of them {said}."


def _falls(judged: pd.DataFrame) -> str:
    """Name the activities after whose records violence falls."""
    falling = judged.loc[judged["why"] == FALLS, "label"]
    if falling.empty:
        return ""
    return f" After records of {words.listing(falling)} violence falls: less of it could let it rise."
