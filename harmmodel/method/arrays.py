"""The array types that the method speaks, and how two arrays are divided."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Real = npt.NDArray[np.floating[Any]]
Counts = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]


def quotient(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Floats:
    """Divide; NaN where there is nothing to divide by.

    Examples
    --------
    >>> quotient(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))
