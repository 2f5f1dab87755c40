"""What would change a tier: the points that lead to the nearest one up and down, with every condition of the rule.

Each figure is in points of one score of the unit, its other scores, its driver and all other units standing still:
the overall score, the score without indicators that need police contact, and the guarded pillar alone.
"""

from collections.abc import Sequence

import numpy as np

from harmmodel.lenses.areas.gather import Drawn
from harmmodel.lenses.areas.point import Scored
from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.lenses.areas.standing import SharesInTop, guarded_draws, guarded_size, size_of_top
from harmmodel.lenses.areas.tiers import BASELINE, CONTESTED, FOCUS
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.uncertainty import draws_needed, leeway

UP = {BASELINE: CONTESTED, CONTESTED: FOCUS}
DOWN = {FOCUS: CONTESTED, CONTESTED: BASELINE}
Pair = tuple[Scored, Drawn]


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
    ``shift_up``, ``shift_up_no_contact``, ``shift_up_violence`` (the guarded pillar): the gains that are needed, all
    of them; NaN where the condition holds already or is not asked for, infinite where no gain can meet it.
    ``shift_down``, ``shift_down_no_contact``, ``shift_down_violence``: the losses of which any one is enough; NaN where
    the condition is not asked for, infinite where no loss of the unit's own leads there.
    """
    tier, guards = np.array(judged["tier"]), np.array(judged["driver"]) == scheme.guarded_pillar
    (main, drawn), (bare, drawn_bare) = orders
    to_focus = draws_needed(scheme.focus, scheme.draws)
    to_contested = draws_needed(scheme.baseline, scheme.draws, more=True)
    overall = leeway(drawn.overall, size_of_top(main.overall, scheme), (to_focus, to_contested))
    alone = overall[0]
    if drawn_bare is not drawn:
        alone = leeway(drawn_bare.overall, size_of_top(bare.overall, scheme), (to_focus,))[0]
    guarded = leeway(guarded_draws(drawn, scheme), guarded_size(main, scheme), (to_focus,))[0]
    is_focus, is_contested = tier == FOCUS, tier == CONTESTED
    return {
        "tier_up": _names(judged["tier"], UP),
        "shift_up": np.where(
            tier == BASELINE, -overall[1], _lacking(overall[0], is_contested & (in_top.top < scheme.focus))
        ),
        "shift_up_no_contact": _lacking(alone, is_contested & ~(in_top.no_contact >= scheme.focus)),
        "shift_up_violence": _lacking(guarded, is_contested & guards & ~(in_top.guarded >= scheme.focus)),
        "tier_down": _names(judged["tier"], DOWN),
        "shift_down": np.where(is_contested, overall[1], np.where(is_focus, overall[0], np.nan)),
        "shift_down_no_contact": np.where(is_focus, alone, np.nan),
        "shift_down_violence": np.where(is_focus & guards, guarded, np.nan),
    }


def _lacking(spare: Floats, where: Bools) -> Floats:
    """Turn what may be lost into what must be gained; a score that is not known cannot gain enough."""
    return np.where(where, np.where(np.isnan(spare), np.inf, -spare), np.nan)


def _names(tiers: Sequence[str], following: dict[str, str]) -> list[str]:
    return [following.get(tier, "") for tier in tiers]
