"""Yearly rates of one class per area and for the place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.spec import DAYS_PER_YEAR, PER
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.yearly_rates import poisson_rates

CITY = "city"


@dataclass(frozen=True)
class Untold:
    """Units and years of which not everything is known.

    Attributes
    ----------
    uncounted : unit_id and year of which not all is counted: the unit's rate of that year, and the place's, are NaN
    unheard : unit and year of which not everything was reported: NaN there, and left out of the place
    """

    uncounted: pd.DataFrame | None = None
    unheard: Collection[tuple[str, int]] = ()


def yearly_trend(
    counts: pd.DataFrame,
    residents: Mapping[str, float],
    days: Mapping[int, int],
    interval: tuple[float, float],
    untold: Untold | None = None,
) -> pd.DataFrame:
    """Turn yearly counts into rates per 100,000 person-years with exact intervals.

    Parameters
    ----------
    counts : unit_id (missing: known to be in the place only), year, and events or, of counts that their publisher
        suppresses, the ends events_low and events_high
    residents : of each unit; one number for all years, so a change of population is not seen
    days : days of each year that the source covers; years not named here are left out
    interval : lower and upper quantile
    untold : of which units and years not everything is told

    Returns
    -------
    Columns unit_id (``city`` for the whole place), year, events, person_years, rate, low, high; a row for each unit and
    covered year, with 0 events where none is recorded. Of suppressed counts events and rate are the middle of the ends,
    and the interval reaches from that of the low end to that of the high one.

    Raises
    ------
    ValueError
        If a count names a unit without an entry in *residents*.
    """
    known = counts[counts["year"].isin(list(days))]
    untold = untold or Untold()
    heard = [pair not in untold.unheard for pair in zip(known["unit_id"].astype(str), known["year"], strict=True)]
    known = known[np.array(heard, dtype=bool)]
    strangers = sorted(set(known["unit_id"].dropna().astype(str)) - set(residents))
    if strangers:
        raise ValueError(f"counts name units that are not among the residents: {', '.join(strangers)}")
    named = ("events", "events") if "events" in known else ("events_low", "events_high")
    low, high = (_by_unit_and_year(known, name, residents, days) for name in named)
    is_known = _is_counted(untold.uncounted, residents, days)
    low, high = (np.where(is_known, ends, np.nan) for ends in (low, high))
    frame = pd.DataFrame(
        [(unit, year) for unit in sorted(residents) for year in sorted(days)] + [(CITY, year) for year in sorted(days)],
        columns=["unit_id", "year"],
    )
    sizes = {(u, year): np.nan if (u, year) in untold.unheard else n for u, n in residents.items() for year in days}
    sizes |= {(CITY, year): float(np.nansum([sizes[u, year] for u in residents])) for year in days}
    exposure = np.array(
        [
            sizes[unit, year] * days[year] / DAYS_PER_YEAR
            for unit, year in zip(frame["unit_id"], frame["year"], strict=True)
        ]
    )
    low, high = (np.where(np.isnan(exposure), np.nan, ends) for ends in (low, high))
    middle = (low + high) / 2
    rate, least, most = (poisson_rates(counts, exposure, interval=interval) for counts in (middle, low, high))
    return frame.assign(
        events=middle, person_years=exposure, rate=PER * rate.rate, low=PER * least.low, high=PER * most.high
    )


def _by_unit_and_year(
    known: pd.DataFrame, name: str, residents: Mapping[str, float], days: Mapping[int, int]
) -> Floats:
    """Add up one end of the counts, by unit and year and then by year; 0 where none is recorded."""
    events = {
        (str(key[0]), int(str(key[1]))): float(part[name].sum())
        for key, part in known.dropna(subset=["unit_id"]).groupby(["unit_id", "year"])
    }
    by_unit = [events.get((unit, year), 0.0) for unit in sorted(residents) for year in sorted(days)]
    return np.array([*by_unit, *(float(known.loc[known["year"] == year, name].sum()) for year in sorted(days))])


def _is_counted(unknown: pd.DataFrame | None, residents: Mapping[str, float], days: Mapping[int, int]) -> Bools:
    """Say of each unit and year, and of each year of the place, whether all of it is counted."""
    pairs = [] if unknown is None else list(zip(unknown["unit_id"], unknown["year"], strict=True))
    of_units = {(str(unit), int(year)) for unit, year in pairs if not pd.isna(unit)}
    years = {int(year) for _, year in pairs}
    by_unit = [(unit, year) not in of_units for unit in sorted(residents) for year in sorted(days)]
    return np.array([*by_unit, *(year not in years for year in sorted(days))], dtype=np.bool_)
