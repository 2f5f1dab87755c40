"""Four rankings side by side, and ranks year by year: how much the order depends on what is counted and when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from harmmodel.lenses.groups.deaths import Deaths
from harmmodel.lenses.groups.spec import GroupInputs, GroupMethod
from harmmodel.method.arrays import Floats
from harmmodel.method.streams import stream
from harmmodel.method.uncertainty import quantiles, rank_draws, ranks

WAYS = ("events", "deaths", "civilian_deaths", "deaths_per_municipality")
FIRST = 10


def orders(data: GroupInputs, method: GroupMethod, found: Deaths) -> pd.DataFrame:
    """Rank the groups by events, deaths, civilian deaths and deaths per municipality reached, all with intervals.

    An event counts once for each party. Deaths per municipality take the deaths that are placed in one, over the
    municipalities in which they are: nothing coarse can say anything about a municipality.
    """
    window = data.parties[data.parties["year"].isin(method.years)]
    events = _by_group(window.groupby("group_id")["events"].sum(), found.ids)
    reached = data.reached[data.reached["year"].isin(method.years)]
    places = reached.drop_duplicates(["group_id", "state_id", "municipality"]).groupby("group_id").size()
    municipalities = _by_group(places, found.ids)
    where = np.where(municipalities > 0, municipalities, np.nan)
    drawn = {
        "events": np.stack([_events(method, g, n) for g, n in zip(found.ids, events, strict=True)])
        if found.ids
        else np.zeros((0, method.draws)),
        "deaths": found.all_draws,
        "civilian_deaths": found.draws["civilian"],
        "deaths_per_municipality": found.draws["precise"] / where[:, None],
    }
    point = {
        "events": events,
        "deaths": found.all,
        "civilian_deaths": found.point["civilian"],
        "deaths_per_municipality": found.point["precise"] / where,
    }
    table = pd.DataFrame({"group_id": found.ids, "municipalities": municipalities.astype(int)})
    table["deaths_precise"] = found.point["precise"]
    table["deaths_coarse"] = found.all - found.point["precise"]
    for way in WAYS:
        table = table.assign(**_columns(way, point[way], drawn[way], method))
    first = np.stack([(table[f"rank_{way}"] <= FIRST).to_numpy() for way in WAYS])
    table["first_ten_by"] = [", ".join(w for w, yes in zip(WAYS, column, strict=True) if yes) for column in first.T]
    table["depends_on_choice"] = np.asarray(first.any(axis=0) & ~first.all(axis=0))
    return table


def _by_group(counts: pd.Series[Any], ids: list[str]) -> Floats:
    return np.asarray(counts.reindex(ids).fillna(0), dtype=np.float64)


def _events(method: GroupMethod, group: str, events: float) -> Floats:
    return np.asarray(stream(method.seed, "events", group).standard_gamma(events, size=method.draws), dtype=np.float64)


def _columns(way: str, point: Floats, drawn: Floats, method: GroupMethod) -> dict[str, Floats]:
    ends, placed = quantiles(drawn, method.interval), quantiles(rank_draws(drawn), method.interval)
    return {
        way: point,
        f"{way}_low": ends[0],
        f"{way}_high": ends[1],
        f"rank_{way}": ranks(point),
        f"rank_{way}_low": placed[0],
        f"rank_{way}_high": placed[1],
    }


def yearly(method: GroupMethod, found: Deaths, data: GroupInputs) -> pd.DataFrame:
    """Return deaths and rank of each group in each year of the window; without a death in a year there is no rank."""
    counted = data.parties.groupby(["group_id", "year"])["events"].sum()
    tables = []
    for at, year in enumerate(method.years):
        drawn = found.yearly_draws[:, at]
        present = found.yearly[:, at] > 0
        active = np.where(present[:, None], drawn, np.nan)
        ends, placed = quantiles(drawn, method.interval), quantiles(rank_draws(active), method.interval)
        tables.append(
            pd.DataFrame(
                {
                    "group_id": found.ids,
                    "year": year,
                    "events": [int(counted.get((g, year), 0)) for g in found.ids],
                    "deaths": found.yearly[:, at],
                    "deaths_low": ends[0],
                    "deaths_high": ends[1],
                    "rank": ranks(np.where(present, found.yearly[:, at], np.nan)),
                    "rank_low": placed[0],
                    "rank_high": placed[1],
                    "groups": int(present.sum()),
                }
            )
        )
    return pd.concat(tables, ignore_index=True).sort_values(["group_id", "year"], ignore_index=True)
