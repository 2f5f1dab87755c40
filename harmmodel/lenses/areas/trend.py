"""Yearly rates of one class per area and for the place."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from harmmodel.lenses.areas.spec import DAYS_PER_YEAR, PER
from harmmodel.method.yearly_rates import poisson_rates

CITY = "city"


def yearly_trend(
    counts: pd.DataFrame,
    residents: Mapping[str, float],
    days: Mapping[int, int],
    interval: tuple[float, float],
    unheard: Collection[tuple[str, int]] = (),
) -> pd.DataFrame:
    """Turn yearly counts into rates per 100,000 person-years with exact intervals.

    Parameters
    ----------
    counts : unit_id (missing: known to be in the place only), year, events
    residents : of each unit; one number for all years, so a change of population is not seen
    days : days of each year that the source covers; years not named here are left out
    interval : lower and upper quantile
    unheard : unit and year of which not everything was reported: NaN there, and left out of the place

    Returns
    -------
    Columns unit_id (``city`` for the whole place), year, events, person_years, rate, low, high; a row for each unit and
    covered year, with 0 events where none is recorded.

    Raises
    ------
    ValueError
        If a count names a unit without an entry in *residents*.
    """
    known = counts[counts["year"].isin(list(days))]
    heard = [pair not in unheard for pair in zip(known["unit_id"].astype(str), known["year"], strict=True)]
    known = known[np.array(heard, dtype=bool)]
    strangers = sorted(set(known["unit_id"].dropna().astype(str)) - set(residents))
    if strangers:
        raise ValueError(f"counts name units that are not among the residents: {', '.join(strangers)}")
    events = {
        (str(key[0]), int(str(key[1]))): float(part["events"].sum())
        for key, part in known.dropna(subset=["unit_id"]).groupby(["unit_id", "year"])
    }
    rows = [
        (unit, year, np.nan, np.nan)
        if (unit, year) in unheard
        else (unit, year, events.get((unit, year), 0.0), residents[unit] * days[year] / DAYS_PER_YEAR)
        for unit in sorted(residents)
        for year in sorted(days)
    ]
    for year in sorted(days):
        total = float(np.nansum([size for unit, size in residents.items() if (unit, year) not in unheard]))
        of_place = float(known.loc[known["year"] == year, "events"].sum())
        rows.append((CITY, year, of_place, total * days[year] / DAYS_PER_YEAR))
    frame = pd.DataFrame(rows, columns=["unit_id", "year", "events", "person_years"])
    exposure = frame["person_years"].to_numpy(np.float64)
    rates = poisson_rates(frame["events"].to_numpy(np.float64), exposure, interval=interval)
    return frame.assign(rate=PER * rates.rate, low=PER * rates.low, high=PER * rates.high)
