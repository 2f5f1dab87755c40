"""Small counts that are not shown, and the others that have to go with them so that no total gives them away."""

from __future__ import annotations

import numpy as np

from harmmodel.method.arrays import Bools, Floats


def hidden(table: Floats, k: int) -> Bools:
    """Say which cells of a table of counts are not shown.

    Parameters
    ----------
    table : shape (rows, columns), counts, not negative; totals of rows, of columns and of the table are shown beside it
    k : the smallest count that is shown; 0 is shown too

    Returns
    -------
    Shape (rows, columns). Counts from 1 to below *k* are hidden. As long as the hidden cells of a row or a column are
    only one, or add up to less than *k*, its smallest shown cell above 0 is hidden too, else the first at all: a total
    less the shown cells would give a small count away.

    Examples
    --------
    >>> hidden(np.array([[3.0, 20.0, 30.0], [40.0, 50.0, 60.0]]), 10)
    array([[ True,  True, False],
           [ True,  True, False]])
    """
    mask = (table > 0) & (table < k)
    changed = True
    while changed:
        changed = _close(table, mask, k) | _close(table.T, mask.T, k)
    return mask


def _close(table: Floats, mask: Bools, k: int) -> bool:
    """Hide one more cell in each row that gives its hidden ones away; *mask* is changed in place."""
    hidden_sum = np.where(mask, table, 0).sum(axis=1)
    telling = mask.any(axis=1) & ~mask.all(axis=1) & ((mask.sum(axis=1) == 1) | (hidden_sum < k))
    for row in np.flatnonzero(telling):
        shown = np.where(mask[row], np.inf, np.where(table[row] > 0, table[row], np.finfo(np.float64).max))
        mask[row, int(np.argmin(shown))] = True
    return bool(telling.any())
