"""A made-up city in which one activity may be followed by violence and the others are not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harmmodel.lenses.activities.spec import ActivityInputs, ActivitySpec
from harmmodel.method.activities.linkage import METRES_PER_DEGREE, MINUTES_PER_DAY
from tests.schemes import activity_scheme, link

DAYS, MARKETS, SPREAD, CITY = 212, 60, 300.0, 12_000.0
PERIOD = DAYS * MINUTES_PER_DAY
ACTIVITIES = tuple(f"activity_{n}" for n in range(6))
LINK = link()
SCHEME = activity_scheme(
    activities=tuple(ActivitySpec(name, name, pathway="a service that is named") for name in ACTIVITIES),
    link=LINK,
    class_weights={"shooting": 1.0},
    permutations=999,
)


def city(seed: int, *, ratio: float = 1.0, records: int = 500, raids: bool = False) -> ActivityInputs:
    """Draw places of different violence, near-repeat violence, and six activities at the same places.

    Parameters
    ----------
    seed : of this city
    ratio : violence after records of the first activity, against chance
    records : of each activity
    raids : True makes records come five at a time, in one place and hour
    """
    rng = np.random.default_rng(seed)
    middle = rng.uniform(0, CITY, (MARKETS, 2))
    heat = rng.gamma(1.0, 1.0, MARKETS)
    events = _events(rng, middle, heat)
    places, minutes = _records(rng, middle, heat, raids, records * len(ACTIVITIES))
    activity = np.repeat(np.arange(len(ACTIVITIES)), records)
    if ratio > 1:
        near = ((events[:, None, :2] - places[:records][None, ::10]) ** 2).sum(axis=2) <= LINK.metres**2
        chance = near.sum() / near.shape[1] * LINK.after / DAYS
        events = np.vstack([events, _followers(rng, places[:records], minutes[:records], chance * (ratio - 1))])
    events = events[events[:, 2] < PERIOD]
    return inputs(
        pd.DataFrame({"activity": [ACTIVITIES[a] for a in activity], **_degrees(places), "minute": minutes}),
        pd.DataFrame({"class": "shooting", **_degrees(events[:, :2]), "minute": events[:, 2].astype(np.int64)}),
    )


def inputs(records: pd.DataFrame, events: pd.DataFrame) -> ActivityInputs:
    """Put records and events into one area of the city's size."""
    area = {"unit_id": "1", "label": "City", "residents": 100_000, "km2": (CITY / 1000) ** 2}
    return ActivityInputs(
        records.assign(unit_id="1"), events.assign(unit_id="1"), pd.DataFrame([area]), start=0, stop=PERIOD
    )


def _events(rng: np.random.Generator, middle: np.ndarray, heat: np.ndarray) -> np.ndarray:
    where = rng.choice(MARKETS, 8000, p=heat / heat.sum())
    first = np.column_stack([middle[where] + rng.normal(0, SPREAD, (8000, 2)), rng.integers(0, PERIOD, 8000)])
    again = np.repeat(first, rng.poisson(0.5, 8000), axis=0)
    again[:, :2] += rng.normal(0, 50, (len(again), 2))
    again[:, 2] += rng.integers(0, 10 * MINUTES_PER_DAY, len(again))
    return np.vstack([first, again])


def _records(
    rng: np.random.Generator, middle: np.ndarray, heat: np.ndarray, raids: bool, n: int
) -> tuple[np.ndarray, np.ndarray]:
    where = rng.choice(MARKETS, n, p=heat / heat.sum())
    places, minutes = middle[where] + rng.normal(0, SPREAD, (n, 2)), rng.integers(0, PERIOD - 60, n)
    if raids:
        lead = np.arange(n) // 5 * 5
        places, minutes = places[lead] + rng.normal(0, 40, (n, 2)), minutes[lead] + rng.integers(0, 60, n)
    return places, minutes


def _followers(rng: np.random.Generator, places: np.ndarray, minutes: np.ndarray, mean: float) -> np.ndarray:
    """Violence that would not have happened without the record: a little later and nearby, never at once."""
    lead = np.repeat(np.arange(len(places)), rng.poisson(mean, len(places)))
    turn, far = rng.uniform(0, 2 * np.pi, lead.size), 200 * np.sqrt(rng.random(lead.size))
    late = rng.integers(2 * 60, LINK.after * MINUTES_PER_DAY, lead.size)
    return np.column_stack(
        [places[lead, 0] + far * np.cos(turn), places[lead, 1] + far * np.sin(turn), minutes[lead] + late]
    )


def _degrees(places: np.ndarray) -> dict[str, np.ndarray]:
    return {"longitude": places[:, 0] / METRES_PER_DEGREE, "latitude": places[:, 1] / METRES_PER_DEGREE}
