"""The same counts by another denominator: per person whom a place counts as present, not per resident.

Who is counted as present is the place's own second population, with its residents or instead of them. Goalposts stay,
since rates are still per 100,000 persons and year: the denominator alone moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harmmodel.lenses.areas.spec import PRESENT, RESIDENT, IndicatorSpec
from harmmodel.method.arrays import Floats


def per_present(indicators: Sequence[IndicatorSpec]) -> list[IndicatorSpec]:
    """Return the indicators with those per resident counted per person present; others, as per km², as they are."""
    return [replace(spec, per=PRESENT) if spec.per == RESIDENT else spec for spec in indicators]


def present(residents: Floats, persons: Floats, *, adds: bool) -> Floats:
    """Return the persons present in each unit, shape (units,).

    Parameters
    ----------
    residents, persons : shape (units,); NaN where not known
    adds : whether residents are not among *persons*, so that both are added

    Returns
    -------
    NaN where a part of it is not known: absent is never zero.

    >>> import numpy as np
    >>> present(np.array([100.0, 100.0, np.nan]), np.array([50.0, np.nan, 50.0]), adds=True)
    array([150.,  nan,  nan])
    """
    return residents + persons if adds else persons
