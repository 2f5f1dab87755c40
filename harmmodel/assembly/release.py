"""The release gate: what may be known of counts of sensitive sources. Nothing behind it sees an exact small count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harmmodel.config import Config
from harmmodel.errors import ConfigError
from harmmodel.lenses.areas.spec import AreaInputs
from harmmodel.method.arrays import Floats
from harmmodel.method.withheld import released
from harmmodel.warehouse.load.told.notes import KM2
from harmmodel.warehouse.store.runs import EXACT, INTERNAL, PUBLIC

Ends = tuple[Floats, Floats]


MOSTLY = 0.5  # a class with a greater share of records that carry an arrest needs a written reason
MOST = 1_000  # a limit up to which what a count may have been is judged value by value


@dataclass(frozen=True)
class Gate:
    """What is withheld.

    Attributes
    ----------
    k : the smallest count above 0 of a sensitive class that is told; 1 in an exact run, where all are
    classes : the classes that sensitive sources feed
    """

    k: int
    classes: frozenset[str]


def gate(config: Config, audience: str = INTERNAL) -> Gate:
    """Return the gate of a place for readers inside the force, outside it, or for a run that is never published."""
    sensitive = {name for name, passport in config.passports.items() if passport.sensitive}
    classes = frozenset(name for name, source in config.place.class_sources.items() if source in sensitive)
    limits = config.policy.disclosure
    if classes and max(limits.internal, limits.public) > MOST:
        raise ConfigError(
            f"config/policy.yaml: disclosure: at most {MOST:,} for a place whose indicators count sensitive sources. "
            "With more, nearly nothing would be told"
        )
    return Gate({INTERNAL: limits.internal, PUBLIC: limits.public, EXACT: 1}[audience], classes)


Windows = dict[int, AreaInputs]


def released_windows(own: AreaInputs, others: Mapping[int, AreaInputs], gate: Gate) -> tuple[AreaInputs, Windows]:
    """Let counts of several windows through the gate, so that no difference of two of them tells a small one.

    Parameters
    ----------
    own : counts of the windows that indicators ask for, which are told first
    others : counts of all indicators in windows of so many months, told as far as the first and each other allow

    Returns
    -------
    The same with the columns events_low and events_high in the place of events.

    Raises
    ------
    ConfigError
        When a sensitive class is counted by two kinds of place: their difference would tell small counts.
    """
    inputs = {0: own, **others}
    counts, beats = (_gated(inputs, *names, gate) for names in (("counts", "unit_id"), ("beat_counts", "beat_id")))
    opened = {
        months: replace(data, counts=counts[months], beat_counts=None if data.beat_counts is None else beats[months])
        for months, data in inputs.items()
    }
    return opened.pop(0), opened


def _gated(inputs: Mapping[int, AreaInputs], name: str, key: str, gate: Gate) -> dict[int, pd.DataFrame]:
    """Let one table of all windows through the gate; nothing where there is none."""
    parts = [
        table.merge(data.exposure[["indicator", "class", "days"]], on=["indicator", "class"]).assign(months=months)
        for months, data in inputs.items()
        if (table := getattr(data, name)) is not None
    ]
    if not parts:
        return {}
    opened = _through(pd.concat(parts, ignore_index=True), key, gate).drop(columns="days")
    return {
        months: opened[opened["months"] == months].drop(columns="months").reset_index(drop=True) for months in inputs
    }


def _through(table: pd.DataFrame, key: str, gate: Gate) -> pd.DataFrame:
    """Replace events by their ends; *table*: one row per unit or zone (*key*), indicator, class and window.

    What publishers suppressed stands in columns of its own and stays as they publish it. The told part passes the gate
    as if it were all, so that a small one does not show through a sum.
    """
    events = table["events"].to_numpy(dtype=np.float64, na_value=np.nan)
    low, high = events.copy(), events.copy()
    sensitive = table["class"].isin(gate.classes)
    for _, part in table[sensitive].groupby([key, "class"], dropna=False, sort=True):
        rows = part.index.to_numpy()
        low[rows], high[rows] = _chain(part, gate.k)
    return table.drop(columns="events").assign(events_low=low, events_high=high)


def _chain(part: pd.DataFrame, k: int) -> Ends:
    """Return the ends of the counts of one unit and class in nested windows; all end on one day."""
    days = part["days"].to_numpy(dtype=np.float64)
    events = part["events"].to_numpy(dtype=np.float64, na_value=np.nan)
    by_length = {length: float(events[days == length][0]) for length in sorted(set(days))}
    if any(set(events[days == length]) != {count} for length, count in by_length.items() if count == count):
        class_ = part["class"].iloc[0]
        raise ConfigError(
            f"class {class_} comes from a sensitive source and is counted by several kinds of place (place_classes): "
            "the difference would tell small counts. Let every indicator count it everywhere"
        )
    own = days[part["months"].to_numpy() == 0]
    first = float(own.max()) if own.size else max(by_length)
    ends = nested(by_length, first, k)
    low, high = np.array([ends[length] for length in days]).T
    return low, high


def nested(counts: Mapping[float, float], first: float, k: int) -> dict[float, tuple[float, float]]:
    """Return the ends of counts of nested windows, of which one is told first.

    Parameters
    ----------
    counts : by length of the window, each longer one holding the shorter ones
    first : length of the window that is told as if it were alone
    k : the smallest count above 0 that is told

    Examples
    --------
    >>> nested({6.0: 5.0, 12.0: 8.0}, 12.0, 5), nested({12.0: 8.0, 24.0: 10.0}, 12.0, 5)
    ({12.0: (8.0, 8.0), 6.0: (1.0, 7.0)}, {12.0: (8.0, 8.0), 24.0: (9.0, 12.0)})
    >>> nested({6.0: 14.0, 12.0: 19.0, 24.0: 20.0}, 24.0, 5)
    {24.0: (20.0, 20.0), 12.0: (16.0, 19.0), 6.0: (12.0, 18.0)}
    """
    lengths = sorted(counts)
    ends = {first: _ends(counts[first], k)}
    at = lengths.index(first)
    for shorter, longer in zip(lengths[at:], lengths[at + 1 :], strict=False):
        more = _ends(counts[longer] - counts[shorter], k)
        ends[longer] = ends[shorter][0] + more[0], ends[shorter][1] + more[1]
    for shorter, longer in zip(lengths[:at][::-1], lengths[1 : at + 1][::-1], strict=True):
        ends[shorter] = within(counts[shorter], counts[longer], ends[longer], k)
    return ends


def within(count: float, whole: float, ends: tuple[float, float], k: int) -> tuple[float, float]:
    """Return the ends of a count that is part of a *whole*, of which *ends* are told.

    Neither the count nor the rest of the whole may come out where it is small, to a reader who knows this rule. So the
    ends of the whole decide and not its count, which is asked only whether the part is all of it. Where a small count
    and a small rest cannot be kept apart, anything between nothing and the whole is one and the same. NaN stays NaN.
    """
    low, high = ends
    if not count > 0:
        return count, count
    if whole <= count or low == 1:
        return low, high
    if low <= 2 * k - 2:
        return 1.0, high - 1
    if count < k:
        return 1.0, k - 1.0
    return (low - (k - 1), high - 1) if low - count < k else (count, count)


def told_rows(reconciliation: pd.DataFrame, config: Config, audience: str = INTERNAL) -> pd.DataFrame:
    """Leave out how many rows of a sensitive source went where: such a total less what is told could be a small count.

    That they add up is checked when they are loaded.
    """
    sensitive = _withheld_sources(config, audience)
    is_told = ~reconciliation["source"].isin(sensitive)
    numbers = [str(name) for name in reconciliation if name not in ("source", "file", "reasons", "repeats")]
    masked = {name: reconciliation[name].astype("Int64").where(is_told) for name in numbers}
    texts = {name: reconciliation[name].where(is_told, "") for name in ("reasons", "repeats")}
    return reconciliation.assign(**masked, **texts)


def told_core(compared: pd.DataFrame, config: Config, audience: str = INTERNAL) -> pd.DataFrame:
    """Leave out how many events of a class a sensitive source counts, and how many arrive in the core tables.

    Parameters
    ----------
    compared : source, class, month, counted, listed, events
    """
    sensitive, door = _withheld_sources(config, audience), gate(config, audience)
    is_told = ~compared["source"].isin(sensitive)
    is_told &= ~compared["class"].isin(door.classes) | (audience == EXACT)
    numbers = ("counted", "listed", "events")
    return compared.assign(**{name: compared[name].astype("Int64").where(is_told) for name in numbers})


def told_notes(notes: pd.DataFrame, config: Config, audience: str = INTERNAL) -> pd.DataFrame:
    """Leave out how many rows of a sensitive source a note is about; that there are such rows is told."""
    is_told = ~notes["source"].isin(_withheld_sources(config, audience)) | (notes["kind"] == KM2)
    rows, other = notes["rows"].astype("Int64").where(is_told), notes["other"].astype("Float64").where(is_told)
    return notes.assign(rows=rows, other=other)


def told_arrests(shares: pd.DataFrame, config: Config, audience: str = INTERNAL) -> pd.DataFrame:
    """Withhold how many records of a class carry an arrest, where a sensitive source feeds it.

    Only whether over half do is told of such a class: records less those told by area, or a share of few records, could
    be a small count.

    Parameters
    ----------
    shares : class, sources (a list), records, arrests, share

    Returns
    -------
    class, records, arrests, share (all three missing where withheld) and mostly: whether over half carry an arrest;
    missing of a class of a sensitive source whose records with or without an arrest are fewer than are told
    """
    sensitive, door = _withheld_sources(config, audience), gate(config, audience)
    feeds = shares["sources"].map(lambda names: not sensitive.isdisjoint(names)).astype(bool)
    is_told = ~feeds & (~shares["class"].isin(door.classes) | (audience == EXACT))
    is_clear = is_told | ((shares["arrests"] >= door.k) & (shares["records"] - shares["arrests"] >= door.k))
    return shares.drop(columns="sources").assign(
        records=shares["records"].astype("Int64").where(is_told),
        arrests=shares["arrests"].astype("Int64").where(is_told),
        share=shares["share"].where(is_told),
        mostly=(shares["share"] > MOSTLY).astype("boolean").where(is_clear),
    )


def _withheld_sources(config: Config, audience: str) -> set[str]:
    """Return the sources of which an audience is told no small count; none in an exact run."""
    return {name for name, passport in config.passports.items() if passport.sensitive and audience != EXACT}


def middled(table: pd.DataFrame, gate: Gate) -> pd.DataFrame:
    """Let the middle of its ends stand for each withheld count of a table with class and events.

    It knows of one window alone, so what is made of it may only be told of a whole place.
    """
    events = table["events"].to_numpy(dtype=np.float64, na_value=np.nan)
    low, high = released(events, gate.k)
    return table.assign(events=np.where(table["class"].isin(gate.classes), (low + high) / 2, events))


def _ends(count: float, k: int) -> tuple[float, float]:
    low, high = released(np.array([count]), k)
    return float(low[0]), float(high[0])
