"""Measures that a source may not hold: one nullable type, so that absent is never zero.

A count that may be missing is a column of pandas' ``Int64``: missing is ``pd.NA``, null in a file. A sum is known
where each of its parts is. Arithmetic takes ``float64``, in which missing is NaN and stays so. Nothing else may turn
null into a number: whoever reads a measure calls `counts`, whoever calculates with one calls `floats`, and whoever adds
up calls `total` or `sums`. `or_none` alone writes 0, where the source holds the measure and a unit has no row of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def counts(values: Iterable[Any]) -> pd.Series:
    """Return whole numbers that may be missing, with the index that they have.

    >>> counts([3.0, float("nan"), None]).tolist()
    [3, <NA>, <NA>]
    """
    column = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
    return pd.to_numeric(column.astype(object).where(column.notna(), np.nan)).astype("Int64")


def floats(values: pd.Series) -> NDArray[np.float64]:
    """Return numbers for arithmetic, shape (rows,); what is missing is NaN.

    >>> floats(counts([3, None]))
    array([ 3., nan])
    """
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))


def is_held(values: pd.Series) -> bool:
    """Say whether a source holds a measure: any of its rows has it. No flag says so, the data do.

    >>> is_held(counts([None, 0])), is_held(counts([None])), is_held(counts([]))
    (True, False, False)
    """
    return bool(values.notna().any())


def total(values: pd.Series) -> float:
    """Return the sum; NaN where any part of it is missing, 0 of no rows at all.

    >>> total(counts([1, 2])), total(counts([1, None])), total(counts([]))
    (3.0, nan, 0.0)
    """
    return float(floats(values).sum())


def sums(frame: pd.DataFrame, by: str | Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Sum columns by keys, in the order of the keys; missing where any part of the sum is, and keys may be missing.

    Parameters
    ----------
    frame : *by* and *names*; the columns of *names* are whole numbers that may be missing

    Returns
    -------
    *by* and *names*, one row per key

    >>> sums(pd.DataFrame({"k": ["b", "a", "a"], "n": counts([1, 2, None])}), "k", ["n"])["n"].tolist()
    [<NA>, 1]
    """
    keys = [by] if isinstance(by, str) else list(by)
    rows = frame[keys].assign(**{name: counts(frame[name]) for name in names})
    groups = rows.groupby(keys, dropna=False, sort=True)
    added, known, size = groups[list(names)].sum(), groups[list(names)].count(), groups.size()
    return added.where(known.eq(size, axis=0)).astype("Int64").reset_index()


def or_none(values: pd.Series, *, has_row: pd.Series, held: bool) -> pd.Series:
    """Return the counts of units, 0 of those that have no row if the source holds the measure: it recorded none there.

    Parameters
    ----------
    values : what is known of each unit
    has_row : whether a unit has rows at all; what is missing of one that has stays missing
    held : whether the source holds the measure

    >>> or_none(counts([None, None, 3]), has_row=pd.Series([True, False, True]), held=True).tolist()
    [<NA>, 0, 3]
    """
    known = counts(values)
    return known.mask(~has_row.astype(bool), 0 if held else pd.NA)
