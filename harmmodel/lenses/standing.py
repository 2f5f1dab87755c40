"""Where each unit stands among the others: its shares of draws in the top, and the tier that follows from them."""

from dataclasses import dataclass

import numpy as np

from harmmodel.lenses.gather import Drawn
from harmmodel.lenses.point import Scored
from harmmodel.lenses.spec import AreaScheme
from harmmodel.lenses.tiers import Standing, drivers, judge
from harmmodel.method.arrays import Floats
from harmmodel.method.uncertainty import share_of_draws_in_top, top_size


@dataclass(frozen=True)
class SharesInTop:
    """Shares of draws in the top: overall, on the guarded pillar, without police contact; shape (units,) each."""

    top: Floats
    guarded: Floats
    no_contact: Floats


def size_of_top(scores: Floats, scheme: AreaScheme) -> int:
    """How many of the units that are scored make the top."""
    return top_size(int(np.isfinite(scores).sum()), scheme.top_share)


def shares_in_top(scored: tuple[Scored, Scored], drawn: tuple[Drawn, Drawn], scheme: AreaScheme) -> SharesInTop:
    """Take the shares from both orders, each pair as (main, without police contact)."""
    main, bare = scored
    guarded = np.full(main.overall.shape, np.nan)
    for place, pillar in enumerate(scheme.pillars):
        if pillar.id == scheme.guarded_pillar and pillar.id in drawn[0].pillars:
            guarded = share_of_draws_in_top(drawn[0].pillars[pillar.id], size_of_top(main.pillars[place], scheme))
    return SharesInTop(
        top=share_of_draws_in_top(drawn[0].overall, size_of_top(main.overall, scheme)),
        guarded=guarded,
        no_contact=share_of_draws_in_top(drawn[1].overall, size_of_top(bare.overall, scheme)),
    )


def tier_columns(main: Scored, in_top: SharesInTop, scheme: AreaScheme) -> dict[str, object]:
    """Judge every unit: tier, driver, lead and reason, one entry per unit."""
    central = np.array([pillar.weight for pillar in scheme.pillars])
    driving = [None if place is None else scheme.pillars[place] for place in drivers(main.pillars, central)]
    verdicts = []
    for unit, driver in enumerate(driving):
        known = np.isfinite(main.pillars[:, unit])
        scored = tuple(pillar.label.lower() for pillar, has in zip(scheme.pillars, known, strict=True) if has)
        verdicts.append(
            judge(
                Standing(
                    p_top=float(in_top.top[unit]),
                    p_guarded=float(in_top.guarded[unit]),
                    p_no_contact=float(in_top.no_contact[unit]),
                    driver=driver.id if driver else "",
                    scored=scored,
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
