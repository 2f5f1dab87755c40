"""What lenses are given alike of the config."""

from __future__ import annotations

from typing import Any

from harmmodel.config import Config, GroupIndicator, Indicator
from harmmodel.config.groups import GroupPillarScheme
from harmmodel.config.types import IndicatorWeight, PillarScheme
from harmmodel.lenses.scheme import PillarSpec

COMPARED_MONTHS = 12  # enforcement and harm are compared over at most the last year that both cover


def judgements(config: Config) -> dict[str, Any]:
    """Return the fields of a `LensScheme`, without its pillars."""
    scheme, tiers = config.scheme, config.policy.tiers
    return {
        "seed": scheme.seed,
        "draws": scheme.draws,
        "interval": scheme.interval,
        "p": scheme.aggregation.across_p,
        "minimum_observed": scheme.minimum_observed,
        "top_share": scheme.top_share,
        **tiers.model_dump(),
    }


def pillar_spec(pillar: PillarScheme | GroupPillarScheme, lead: str) -> PillarSpec:
    """Return a pillar with the weight in force and who leads where it drives the score."""
    return PillarSpec(pillar.id, pillar.label, pillar.weight.value, pillar.weight.range, lead)


def indicator_fields(item: Indicator | GroupIndicator, weight: IndicatorWeight, config: Config) -> dict[str, Any]:
    """Return the fields of an `AnyIndicatorSpec`; without goalposts it is scored as it stands, from 0 to 100."""
    posts = config.goalposts.get(item.id)
    return {
        "id": item.id,
        "label": item.label,
        "pillar": str(item.pillar),
        "low": posts.low if posts else 0.0,
        "high": posts.high if posts else 100.0,
        "high_range": config.scheme.high_range if posts is None or posts.high_range is None else posts.high_range,
        "police_contact": item.police_contact,
        "role": item.role,
        "weight": weight.value,
        "weight_range": weight.range,
    }
