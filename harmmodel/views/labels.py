"""Names and order of pillars and indicators, and which of their small counts are not shown."""

from __future__ import annotations

import math
from collections.abc import Iterable

from harmmodel.lenses.wording import percent
from harmmodel.views import words
from harmmodel.warehouse.store.runs import Run


def pillar_label(run: Run, pillar: str) -> str:
    """Return the name of a pillar, in full."""
    return next((found.label for found in run.config.scheme.pillars if found.id == pillar), pillar)


def pillar_words(run: Run, pillar: str) -> str:
    """Return the name of a pillar as it stands inside a sentence that is read as Markdown: small, escaped."""
    return words.plain_markdown(pillar_label(run, pillar).lower())


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


def hidden_below(run: Run, classes: Iterable[object]) -> int:
    """Return the count below which events of these classes are not shown: 0 unless a sensitive source feeds them."""
    sources = [run.place.classes[str(harm)] for harm in classes if str(harm) in run.place.classes]
    sensitive = any(run.config.passports[source].sensitive for source in sources)
    return run.config.policy.disclosure.internal if sensitive else 0


def withheld(run: Run, unit_id: str) -> dict[str, int]:
    """Return the indicators of which a unit has a small count of a sensitive source, each with the limit."""
    found = {}
    mine = run.classes[run.classes["unit_id"] == unit_id]
    for indicator, harm, events in zip(mine["indicator"], mine["class"], mine["events"], strict=True):
        k = hidden_below(run, [harm])
        if events < k:
            found[str(indicator)] = k
    return found


def burden(run: Run, indicator: object, events: float, share: float) -> str:
    """Return the share of the place's events; not where it would give away a small count of a sensitive source."""
    k = hidden_below(run, run.config.indicators[str(indicator)].count.classes)
    return f"fewer than {k} events" if events < k else words.share(share)


def chance(run: Run, share: float) -> str:
    """Return a share of draws as reasons write it: decimals only where whole percent would meet a tier's limit."""
    tiers = run.config.policy.tiers
    return words.MISSING if math.isnan(share) else percent(share, limits=(tiers.baseline, tiers.focus))
