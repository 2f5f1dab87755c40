"""Classes whose recording seems to have changed within the window of an indicator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from harmmodel.config import Config, Indicator
from harmmodel.config.rows.covers import months_between
from harmmodel.method.jumps import jump
from harmmodel.warehouse.read import areas

NUMBERS = ("before", "after", "like_before", "like_after", "ratio", "low", "high")
JUMPS = ("indicator", "class", "source", "since", *NUMBERS)


def recording_jumps(counted: pd.DataFrame, config: Config) -> pd.DataFrame:
    """Find classes that jump beside the other classes of their indicator, over the whole place.

    Parameters
    ----------
    counted : source, class, month, events: what may be told of what core tables hold; missing where it may not be

    Returns
    -------
    One row per indicator and class with a jump: since (first month after it), before, after, like_before, like_after
    (events per month of the class and of the others), ratio with low and high. An indicator of a single class has
    nothing beside which it could be seen, and so has none.
    """
    tables = [(item, *found) for item in config.listed_indicators for found in _beside(item, counted, config)]
    tried = sum(table.shape[1] for _, _, table in tables)
    rows = []
    for item, source, table in tables:
        for class_ in table:
            own = table[class_].to_numpy(dtype=np.float64)
            found = jump(own, table.sum(axis=1).to_numpy(dtype=np.float64) - own, tried=tried)
            if found is not None:
                since = pd.Timestamp(table.index[found.at]).date().isoformat()
                rows.append((item.id, class_, source, since, *(getattr(found, name) for name in NUMBERS)))
    frame = pd.DataFrame(rows, columns=list(JUMPS))
    return frame.astype(dict.fromkeys(JUMPS[:4], "object") | dict.fromkeys(NUMBERS, "float64"))


def _beside(item: Indicator, counted: pd.DataFrame, config: Config) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield, for each source of two classes of an indicator or more, events by month and class in its window.

    Only whole observed months are in the table; a class without a record in one has none there.
    """
    of_source: dict[str, list[str]] = {}
    for class_ in item.count.classes:
        of_source.setdefault(config.place.classes[class_], []).append(class_)
    for source, classes in of_source.items():
        observed = config.passports[source].observed
        rows = counted[(counted["source"] == source) & counted["class"].isin(classes) & counted["month"].notna()]
        if observed is None or len(classes) < 2 or rows["events"].isna().any():
            continue
        window = areas.window(config.scheme.as_of, item.count.months, observed)
        each = [observed.of_class(class_) for class_ in classes]
        whole = [s for s in months_between(*window) if all(one.days(*s) == (s[1] - s[0]).days for one in each)]
        rows = rows.astype({"events": "float64"})
        wide = rows.pivot_table(index="month", columns="class", values="events", aggfunc="sum")
        yield source, wide.reindex(pd.to_datetime([first for first, _ in whole])).reindex(columns=classes).fillna(0.0)
