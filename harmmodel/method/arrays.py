"""The array types that the method speaks."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Real = npt.NDArray[np.floating[Any]]
Counts = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
