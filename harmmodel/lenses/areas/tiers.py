"""What an area is called, what drives its score and why: the rules of the tiers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from harmmodel.lenses.areas.estimate import PillarDraws, Scored
from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.lenses.phrases import as_set, top
from harmmodel.lenses.tiers import (
    BASELINE,
    CONTESTED,
    FOCUS,
    NOT_SCORED,
    TIERS,
    UNSCORED,
    TierVerdict,
    driver_shares,
    drivers,
    led,
    limit_tier,
    share_words,
)
from harmmodel.method.arrays import Bools, Floats, Singles
from harmmodel.method.uncertainty import draws_needed, leeway, share_of_draws_in_top, top_size


@dataclass(frozen=True)
class TierEvidence:
    """What the rules of one unit read.

    Attributes
    ----------
    p_top, p_guarded, p_no_contact : share of draws in the top overall, on the guarded pillar alone and without
        indicators that need police contact; NaN where not scored
    driver : id of the pillar that drives the score; empty when none is scored
    scored : labels of the scored pillars
    """

    p_top: float
    p_guarded: float
    p_no_contact: float
    driver: str
    scored: tuple[str, ...]


def judge(evidence: TierEvidence, scheme: AreaScheme) -> TierVerdict:
    """Apply the limits and the guards.

    Focus must survive without indicators that need police contact, and where the guarded pillar drives it, it must
    hold on that pillar alone; else the area is contested: the evidence is not enough for the strongest response.
    Baseline must survive without them as well: where people do not complain, few complaints are no sign of calm.
    """
    tier = limit_tier(evidence.p_top, scheme)
    if tier == NOT_SCORED:
        return UNSCORED
    if tier == FOCUS:
        return _guarded(evidence, scheme)
    opening, baseline = _opening(evidence, scheme), as_set(scheme.baseline)
    if tier == BASELINE and evidence.p_no_contact > scheme.baseline:
        without = f"without records that need police contact in {share_words(evidence.p_no_contact, scheme)}"
        return TierVerdict(
            CONTESTED, f"{opening}, but {without}; the rule for baseline is {baseline} at most each time."
        )
    if tier == BASELINE:
        return TierVerdict(tier, f"{opening}; the rule for baseline is {baseline} at most.")
    focus = as_set(scheme.focus)
    return TierVerdict(
        tier, f"{opening}: more than the {baseline} of baseline, less than the {focus} that focus asks for."
    )


def _guarded(evidence: TierEvidence, scheme: AreaScheme) -> TierVerdict:
    guarded = evidence.driver == scheme.guarded_pillar
    faults = []
    if guarded and not evidence.p_guarded >= scheme.focus:
        share, pillar = share_words(evidence.p_guarded, scheme), _guarded_name(scheme)
        faults.append(f"{pillar} drives its score and on {pillar} alone it is there in {share}")
    if np.isnan(evidence.p_no_contact):
        faults.append("it cannot be scored without records that need police contact")
    elif evidence.p_no_contact < scheme.focus:
        share = share_words(evidence.p_no_contact, scheme)
        faults.append(f"without records that need police contact it is there in {share}")
    opening = _opening(evidence, scheme)
    if faults:
        rule = f"the rule asks for {as_set(scheme.focus)} each time"
        return TierVerdict(CONTESTED, f"{opening}, but {' and '.join(faults)}; {rule}.")
    holds = [f"{share_words(evidence.p_no_contact, scheme)} without records that need police contact"]
    if guarded:
        holds.insert(0, f"{share_words(evidence.p_guarded, scheme)} on {_guarded_name(scheme)} alone")
    return TierVerdict(FOCUS, f"{opening} ({', '.join(holds)}); the rule asks for {as_set(scheme.focus)}.")


def _guarded_name(scheme: AreaScheme) -> str:
    """Name the guarded pillar as the scheme does; by its id where the scheme has no such pillar."""
    return next((p.label.lower() for p in scheme.pillars if p.id == scheme.guarded_pillar), scheme.guarded_pillar)


def _opening(evidence: TierEvidence, scheme: AreaScheme) -> str:
    place = f"n the {top(scheme.top_share)} in {share_words(evidence.p_top, scheme)} of draws"
    if len(evidence.scored) == len(scheme.pillars):
        return f"I{place}"
    if len(evidence.scored) == 1:
        return f"Ordered by {evidence.scored[0]} alone, the one scored pillar, it is i{place}"
    return f"On {' and '.join(evidence.scored)}, the scored pillars, it is i{place}"


@dataclass(frozen=True)
class SharesInTop:
    """Shares of draws in the top: overall, on the guarded pillar, without police contact; shape (units,) each.

    Of the order without police contact the first and the last are the same.
    """

    top: Floats
    guarded: Floats
    no_contact: Floats


def guarded_draws(drawn: PillarDraws, scheme: AreaScheme) -> Singles:
    """Give the draws of the guarded pillar, NaN where it is not scored."""
    if scheme.guarded_pillar in drawn.pillars:
        return drawn.pillars[scheme.guarded_pillar]
    return np.full_like(drawn.overall, np.nan)


def guarded_size(scored: Scored, scheme: AreaScheme) -> int:
    """How many units make the top of the guarded pillar alone."""
    names = [pillar.id for pillar in scheme.pillars]
    if scheme.guarded_pillar not in names:
        return 0
    return size_of_top(scored.pillars[names.index(scheme.guarded_pillar)], scheme)


def size_of_top(scores: Floats, scheme: AreaScheme) -> int:
    """How many of the units that are scored make the top."""
    return top_size(int(np.isfinite(scores).sum()), scheme.top_share)


def shares_in_top(
    scored: tuple[Scored, Scored], drawn: tuple[PillarDraws, PillarDraws], scheme: AreaScheme
) -> tuple[SharesInTop, SharesInTop]:
    """Take the shares of both orders, each pair as (main, without police contact)."""
    main = _shares_of_order(scored[0], drawn[0], scheme)
    if drawn[1] is drawn[0]:
        return main, main
    bare = _shares_of_order(scored[1], drawn[1], scheme)
    return replace(main, no_contact=bare.top), bare


def _shares_of_order(scored: Scored, drawn: PillarDraws, scheme: AreaScheme) -> SharesInTop:
    top = share_of_draws_in_top(drawn.overall, size_of_top(scored.overall, scheme))
    guarded = share_of_draws_in_top(guarded_draws(drawn, scheme), guarded_size(scored, scheme))
    return SharesInTop(top=top, guarded=guarded, no_contact=top)


def tier_columns(scored: Scored, in_top: SharesInTop, scheme: AreaScheme) -> dict[str, list[str]]:
    """Judge every unit by one of the two orders: tier, driver and reason, one entry per unit."""
    central = np.array([pillar.weight for pillar in scheme.pillars])
    driving = [None if place is None else scheme.pillars[place] for place in drivers(scored.unclipped, central)]
    verdicts = []
    for unit, driver in enumerate(driving):
        known = np.isfinite(scored.pillars[:, unit])
        labels = tuple(pillar.label.lower() for pillar, has in zip(scheme.pillars, known, strict=True) if has)
        verdicts.append(
            judge(
                TierEvidence(
                    p_top=float(in_top.top[unit]),
                    p_guarded=float(in_top.guarded[unit]),
                    p_no_contact=float(in_top.no_contact[unit]),
                    driver=driver.id if driver else "",
                    scored=labels,
                ),
                scheme,
            )
        )
    return {
        "tier": [verdict.tier for verdict in verdicts],
        "driver": [driver.id if driver else "" for driver in driving],
        "reason": [verdict.reason for verdict in verdicts],
    }


def lead_columns(driver: Sequence[str], drawn: PillarDraws, scheme: AreaScheme) -> dict[str, object]:
    """Say who leads in each unit: whom its driver names, or nobody yet where the driver differs between draws.

    Returns
    -------
    p_lead : share of draws in which the driver is the same; NaN where no pillar is scored. lead : empty there
    """
    known = [place for place, pillar in enumerate(scheme.pillars) if pillar.id in drawn.pillars]
    pillars = [scheme.pillars[place] for place in known]
    if not pillars:
        return {"p_lead": np.full(len(driver), np.nan), "lead": [""] * len(driver)}
    shares = driver_shares([drawn.pillars[p.id] for p in pillars], np.array([p.weight for p in pillars]))
    at = {pillar.id: place for place, pillar in enumerate(pillars)}
    share = np.array([shares[at[name], unit] if name else np.nan for unit, name in enumerate(driver)])
    named = [pillars[at[name]].lead if name else "" for name in driver]
    return {"p_lead": share, "lead": led(named, share, scheme.lead)}


DOWN = dict(pairwise(TIERS))
UP = {lower: tier for tier, lower in DOWN.items()}
Pair = tuple[Scored, PillarDraws]


def change_columns(
    orders: tuple[Pair, Pair], in_top: SharesInTop, judged: dict[str, list[str]], scheme: AreaScheme
) -> dict[str, object]:
    """Find the nearest tier up and down and what it takes to get there.

    Parameters
    ----------
    orders : point and draws of the main order and of the one without police contact
    in_top : shares of the main order
    judged : tier and driver by the main order
    scheme : the limits

    Returns
    -------
    ``tier_up`` and ``tier_down``: the next tier, empty where there is none.
    ``shift_up`` and ``shift_down``, each also with ``_no_contact`` and ``_violence`` (the guarded pillar): gains and
    losses. Into and out of focus: all gains are needed, and any one loss is enough. Out of and into baseline: any one
    gain is enough, and all losses are needed. NaN where the condition holds already or is not asked for, infinite
    where no move of the unit's own meets it.
    """
    tier, guards = np.array(judged["tier"]), np.array(judged["driver"]) == scheme.guarded_pillar
    (main, drawn), (bare, drawn_bare) = orders
    needed = (
        draws_needed(scheme.focus, scheme.draws),
        draws_needed(scheme.baseline, scheme.draws, more=True),
    )
    overall = leeway(drawn.overall, size_of_top(main.overall, scheme), needed)
    alone = overall
    if drawn_bare is not drawn:
        alone = leeway(drawn_bare.overall, size_of_top(bare.overall, scheme), needed)
    guarded = leeway(guarded_draws(drawn, scheme), guarded_size(main, scheme), needed[:1])[0]
    is_focus, is_contested, is_baseline = tier == FOCUS, tier == CONTESTED, tier == BASELINE
    low, low_alone = in_top.top <= scheme.baseline, ~(in_top.no_contact > scheme.baseline)
    return {
        "tier_up": _names(judged["tier"], UP),
        "shift_up": np.where(
            is_baseline, -overall[1], _lacking(overall[0], is_contested & (in_top.top < scheme.focus))
        ),
        "shift_up_no_contact": np.where(
            is_baseline, -alone[1], _lacking(alone[0], is_contested & ~(in_top.no_contact >= scheme.focus))
        ),
        "shift_up_violence": _lacking(guarded, is_contested & guards & ~(in_top.guarded >= scheme.focus)),
        "tier_down": _names(judged["tier"], DOWN),
        "shift_down": np.where(is_focus, overall[0], np.where(is_contested & ~low, overall[1], np.nan)),
        "shift_down_no_contact": np.where(is_focus, alone[0], np.where(is_contested & ~low_alone, alone[1], np.nan)),
        "shift_down_violence": np.where(is_focus & guards, guarded, np.nan),
    }


def _lacking(spare: Floats, where: Bools) -> Floats:
    """Turn what may be lost into what must be gained; a score that is not known cannot gain enough."""
    return np.where(where, np.where(np.isnan(spare), np.inf, -spare), np.nan)


def _names(tiers: Sequence[str], following: dict[str, str]) -> list[str]:
    return [following.get(tier, "") for tier in tiers]
