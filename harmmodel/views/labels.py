"""Names and order of pillars and indicators, and what a place lacks."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from harmmodel import nullable
from harmmodel.config.place import Place
from harmmodel.config.types import ANCHORED
from harmmodel.lenses.phrases import half_up
from harmmodel.lenses.tiers import share_words
from harmmodel.views import words
from harmmodel.warehouse.store.runs import AreaRun


def pillar_label(run: AreaRun, pillar: str) -> str:
    """Return the name of a pillar, in full."""
    return next((candidate.label for candidate in run.config.scheme.pillars if candidate.id == pillar), pillar)


def pillar_words(run: AreaRun, pillar: str) -> str:
    """Return the name of a pillar as it stands inside a sentence that is read as Markdown: small, escaped."""
    return words.plain_markdown(pillar_label(run, pillar).lower())


def pillar_short(run: AreaRun, pillar: str) -> str:
    """Return the name of a pillar in one word."""
    return next((candidate.short for candidate in run.config.scheme.pillars if candidate.id == pillar), pillar)


def indicator_label(run: AreaRun, indicator: object) -> str:
    """Return the name of an indicator."""
    return run.config.indicators[str(indicator)].label


def anchored(run: AreaRun) -> list[str]:
    """Return the names of the indicators whose events are hardly under-recorded, in small letters."""
    known = [run.config.indicators[name] for name in run.place.indicators]
    return [item.label.lower() for item in known if item.evidence == ANCHORED]


def indicator_order(run: AreaRun) -> dict[str, int]:
    """Return the position of each indicator: by pillar, scored before shown, then as the place lists them."""
    pillars = [pillar.id for pillar in run.config.scheme.pillars]
    indicators = run.config.indicators
    registered = set(run.register["indicator"])
    listed = [indicator for indicator in run.place.indicators if indicator in registered]
    ordered = sorted(listed, key=lambda i: (pillars.index(indicators[i].pillar), indicators[i].role == "view"))
    return {indicator: at for at, indicator in enumerate(ordered)}


def unit_labels(run: AreaRun) -> dict[str, str]:
    """Return the name of each unit by its id."""
    return dict(zip(run.units["unit_id"], run.units["label"], strict=True))


def did_you_mean(labels: pd.Series[str], wanted: str) -> str:
    """Name the first labels that hold what was asked for, as the end of a sentence; empty when none does."""
    close = labels[labels.astype(str).str.casefold().str.contains(wanted, regex=False)]
    return f" Did you mean {' or '.join(close.head(3))}?" if wanted and len(close) else ""


def drug_arrests(number: float) -> str:
    """Return a number of drug arrests in words; unknown where the source does not hold all of them."""
    if math.isnan(number):
        return "drug arrests not known"
    return words.how_many(int(half_up(float(number))), "drug arrest", "drug arrests")


def chance(run: AreaRun, share: float) -> str:
    """Return a share of draws as reasons write it: decimals only where whole percent would meet a tier's limit."""
    return words.MISSING if math.isnan(share) else share_words(share, run.config.policy.tiers)


def second_measure(place: Place) -> str:
    """Say by whom rates are counted with the place's second population, such as "resident and job"."""
    second = place.second_population
    if second is None:
        return "resident"
    return f"resident and {second.noun.one}" if second.residents == "added" else second.noun.one


PER = {"resident": "100,000 residents", "km2": "km²"}
YEARS = {"resident": "person-years", "km2": "km²-years"}


def has_residents(run: AreaRun) -> bool:
    """Say whether the residents of any unit are known."""
    return bool(run.units["residents"].notna().any())


def has_arrests(run: AreaRun) -> bool:
    """Say whether any unit's drug arrests can be set beside its harm."""
    return bool(run.contrast[["ratio", "rank_arrests"]].notna().all(axis=1).any())


def arrests_gap(run: AreaRun) -> str:
    """Say of how many areas the source does not hold all drug arrests; empty where it holds all of them or none."""
    unknown = int(run.contrast["drug_arrests"].isna().sum())
    if not unknown or not has_arrests(run):
        return ""
    return (
        f"Of {words.areas(unknown)} the source does not hold all drug arrests: no share, ratio or rank by arrests "
        "is known there, and shares are of the other areas."
    )


def why_no_arrests(run: AreaRun) -> tuple[str, str]:
    """Return why harm cannot be set beside arrests here and what to add for it (Markdown, labels escaped)."""
    again = f"then `harmmodel run {run.place.id}`."
    residents = "" if has_residents(run) else " and give residents in `core/core_area.sql`"
    place, here = words.plain_markdown(run.place.label), f"To compare, in `config/places/{run.place.id}`:"
    arrests = nullable.floats(run.contrast["drug_arrests"])
    if not run.place.drug_classes or np.isnan(arrests).all():
        lacking = f"The data of {place} hold no arrests, so harm cannot be set beside them."
        if not run.place.drug_classes:
            lacking = f"No class of drug arrests is named for {place}, so harm cannot be set beside arrests."
        return (
            lacking,
            f"{here} add a source with drug arrests and where they were made, count them in "
            f"`core/act_enforcement.sql`, name their classes under `drug_classes` in `place.yaml`{residents}; {again}",
        )
    if residents:
        return (
            "Arrests are compared per resident, and no residents are known here.",
            f"{here} give residents in `core/core_area.sql`; {again}",
        )
    return _nothing_beside(run, place, f"{here} give arrests and residents of the same areas; {again}")


def _nothing_beside(run: AreaRun, place: str, add: str) -> tuple[str, str]:
    """Return why arrests that are held are not set beside harm, and what to do."""
    arrests, violence = (nullable.floats(run.contrast[name]) for name in ("drug_arrests", "violence_weighted"))
    about_violence = "Check the period that the source of violence covers."
    if np.isnan(violence).all():
        told = f"The data of {place} do not hold serious violence of this period, so arrests cannot be set beside it."
        return told, about_violence
    if np.nansum(violence) == 0:
        told = f"No serious violence is recorded in {place} in this period, so arrests cannot be set beside it."
        return told, about_violence
    if np.nansum(arrests) > 0:
        return (
            f"No area of {place} has both its arrests and its residents known, so harm cannot be set beside them.",
            add,
        )
    return (
        f"No drug arrest is recorded in {place} in this period, so harm cannot be set beside arrests.",
        "Check the period that the source of arrests covers.",
    )


def only_pillar(run: AreaRun) -> str | None:
    """Return the pillar that alone gives every place in the order; None where any unit has an overall score."""
    scored = run.pillars.loc[run.pillars["score"].notna(), "pillar"].unique()
    return str(scored[0]) if len(scored) == 1 else None


def score_name(run: AreaRun, pillar: str | None = None) -> str:
    """Return what the shown score is called: of *pillar*, of the only scored pillar, or the harm score."""
    pillar_id = pillar or only_pillar(run)
    return f"{pillar_label(run, pillar_id)} score" if pillar_id else "Harm score"


def unfed(run: AreaRun) -> list[str]:
    """Return the pillars that no scored indicator of the place feeds, in their order."""
    items = [run.config.indicators[name] for name in run.place.indicators]
    fed = {item.pillar for item in items if item.role == "score"}
    return [pillar.id for pillar in run.config.scheme.pillars if pillar.id not in fed]


def unfed_sentence(run: AreaRun) -> str:
    """Say which pillars have no score because no indicator feeds them; empty when all are fed (Markdown)."""
    names = [words.plain_markdown(pillar_label(run, pillar)) for pillar in unfed(run)]
    if not names:
        return ""
    named, them = words.listing([names[0], *(name.lower() for name in names[1:])]), "it" if len(names) == 1 else "them"
    return f"{named}: not scored, because no indicator of this place feeds {them}. Not scored does not mean harmless."


def per(run: AreaRun, indicator: object) -> str:
    """Return what an indicator counts by: resident or km2."""
    return run.config.indicators[str(indicator)].count.per
