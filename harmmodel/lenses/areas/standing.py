"""Where each unit stands among the others: its shares of draws in the top, and the tier that follows from them.

Each question is asked of two orders: the main one, and the one without the indicators that need police contact. The
second is judged by the same whole rule as the first, guards included, as if it were the main one.
"""

from dataclasses import dataclass, replace

import numpy as np

from harmmodel.lenses.areas.gather import Drawn
from harmmodel.lenses.areas.point import Scored
from harmmodel.lenses.areas.spec import AreaScheme
from harmmodel.lenses.areas.tiers import Standing, drivers, judge
from harmmodel.method.arrays import Floats, Singles
from harmmodel.method.uncertainty import share_of_draws_in_top, top_size


@dataclass(frozen=True)
class SharesInTop:
    """Shares of draws in the top: overall, on the guarded pillar, without police contact; shape (units,) each.

    Of the order without police contact the first and the last are the same.
    """

    top: Floats
    guarded: Floats
    no_contact: Floats


def guarded_draws(drawn: Drawn, scheme: AreaScheme) -> Singles:
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
    scored: tuple[Scored, Scored], drawn: tuple[Drawn, Drawn], scheme: AreaScheme
) -> tuple[SharesInTop, SharesInTop]:
    """Take the shares of both orders, each pair as (main, without police contact)."""
    main = _shares_of_order(scored[0], drawn[0], scheme)
    if drawn[1] is drawn[0]:
        return main, main
    bare = _shares_of_order(scored[1], drawn[1], scheme)
    return replace(main, no_contact=bare.top), bare


def _shares_of_order(scored: Scored, drawn: Drawn, scheme: AreaScheme) -> SharesInTop:
    top = share_of_draws_in_top(drawn.overall, size_of_top(scored.overall, scheme))
    guarded = share_of_draws_in_top(guarded_draws(drawn, scheme), guarded_size(scored, scheme))
    return SharesInTop(top=top, guarded=guarded, no_contact=top)


def tier_columns(scored: Scored, in_top: SharesInTop, scheme: AreaScheme) -> dict[str, list[str]]:
    """Judge every unit by one of the two orders: tier, driver, lead and reason, one entry per unit."""
    central = np.array([pillar.weight for pillar in scheme.pillars])
    driving = [None if place is None else scheme.pillars[place] for place in drivers(scored.pillars, central)]
    verdicts = []
    for unit, driver in enumerate(driving):
        known = np.isfinite(scored.pillars[:, unit])
        labels = tuple(pillar.label.lower() for pillar, has in zip(scheme.pillars, known, strict=True) if has)
        verdicts.append(
            judge(
                Standing(
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
        "lead": [driver.lead if driver else "" for driver in driving],
        "reason": [verdict.reason for verdict in verdicts],
    }
