"""Names that the config gives to pillars and indicators."""

from __future__ import annotations

from harmmodel.warehouse.runs import Run


def pillar_label(run: Run, pillar: str) -> str:
    """Return the name of a pillar, in full."""
    return next((found.label for found in run.config.scheme.pillars if found.id == pillar), pillar)


def pillar_short(run: Run, pillar: str) -> str:
    """Return the name of a pillar in one word."""
    return next((found.short for found in run.config.scheme.pillars if found.id == pillar), pillar)


def indicator_label(run: Run, indicator: object) -> str:
    """Return the name of an indicator."""
    return run.config.indicators[str(indicator)].label


def indicator_order(run: Run) -> dict[str, int]:
    """Return the position of each indicator: by pillar, scored before shown, then as the place lists them."""
    pillars = [pillar.id for pillar in run.config.scheme.pillars]
    found = run.config.indicators
    kept = set(run.register["indicator"])
    listed = [indicator for indicator in run.place.indicators if indicator in kept]
    ordered = sorted(listed, key=lambda i: (pillars.index(found[i].pillar), found[i].role == "view"))
    return {indicator: at for at, indicator in enumerate(ordered)}
