"""What the data of a place reach and what they do not: residents, arrests, pillars; and the words for each gap."""

from __future__ import annotations

from harmmodel.views import words
from harmmodel.views.labels import pillar_label
from harmmodel.warehouse.store.runs import Run

PER = {"resident": "100,000 residents", "km2": "km²"}
YEARS = {"resident": "person-years", "km2": "km²-years"}


def has_residents(run: Run) -> bool:
    """Say whether the residents of any unit are known."""
    return bool(run.units["residents"].notna().any())


def has_arrests(run: Run) -> bool:
    """Say whether any unit's drug arrests can be set beside its harm."""
    return bool(run.contrast[["ratio", "rank_arrests"]].notna().all(axis=1).any())


def why_no_arrests(run: Run) -> tuple[str, str]:
    """Return why harm cannot be set beside arrests here and what to add for it (Markdown, labels escaped)."""
    again = f"then `harmmodel run {run.place.id}`."
    residents = "" if has_residents(run) else " and give residents in `core/core_area.sql`"
    place, here = words.plain_markdown(run.place.label), f"To compare, in `config/places/{run.place.id}`:"
    if not run.place.drug_classes:
        return (
            f"The data of {place} hold no arrests, so harm cannot be set beside them.",
            f"{here} add a source with drug arrests and where they were made, count them in "
            f"`core/act_enforcement.sql`, name their classes under `drug_classes` in `place.yaml`{residents}; {again}",
        )
    if residents:
        return (
            "Arrests are compared per resident, and no residents are known here.",
            f"{here} give residents in `core/core_area.sql`; {again}",
        )
    return (
        f"No drug arrest is recorded in {place} in this period, so harm cannot be set beside arrests.",
        "Check the period that the source of arrests covers.",
    )


def only_pillar(run: Run) -> str | None:
    """Return the pillar that alone gives every place in the order; None where any unit has an overall score."""
    scored = run.pillars.loc[run.pillars["score"].notna(), "pillar"].unique()
    return str(scored[0]) if len(scored) == 1 else None


def score_name(run: Run, pillar: str | None = None) -> str:
    """Return what the shown score is called: of *pillar*, of the only scored pillar, or the harm score."""
    found = pillar or only_pillar(run)
    return f"{pillar_label(run, found)} score" if found else "Harm score"


def unfed(run: Run) -> list[str]:
    """Return the pillars that no scored indicator of the place feeds, in their order."""
    items = [run.config.indicators[name] for name in run.place.indicators]
    fed = {item.pillar for item in items if item.role == "score"}
    return [pillar.id for pillar in run.config.scheme.pillars if pillar.id not in fed]


def unfed_sentence(run: Run) -> str:
    """Say which pillars have no score because no indicator feeds them; empty when all are fed (Markdown)."""
    names = [words.plain_markdown(pillar_label(run, pillar)) for pillar in unfed(run)]
    if not names:
        return ""
    named, them = words.listing([names[0], *(name.lower() for name in names[1:])]), "it" if len(names) == 1 else "them"
    return f"{named}: not scored, because no indicator of this place feeds {them}. Not scored does not mean harmless."


def per(run: Run, indicator: object) -> str:
    """Return what an indicator counts by: resident or km2."""
    return run.config.indicators[str(indicator)].count.per
