"""Small counts that are not shown, and the others that have to go with them so that no total gives them away."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from harmmodel.method.arrays import Bools, Floats


def hidden(table: Floats, k: int) -> Bools:
    """Say which cells of a table of counts are not shown.

    Parameters
    ----------
    table : shape (rows, columns), counts, not negative; totals of rows, of columns and of the table are shown beside it
        (of a table of one row or one column: its only total)
    k : the smallest count that is shown; 0 is shown too

    Returns
    -------
    Shape (rows, columns). Counts from 1 to below *k* are hidden. As long as the hidden cells of a row or a column are
    only one, or add up to less than *k*, its smallest shown cell above 0 is hidden too, else the first at all: a total
    less the shown cells would give a small count away. The same is done for a small count that totals of several rows
    and columns, taken together, would still give away: one that lies on no closed loop of hidden cells.

    References
    ----------
    Gusfield (1988), A graph theoretic approach to statistical data security, SIAM Journal on Computing 17(3).

    Examples
    --------
    >>> hidden(np.array([[3.0, 20.0, 30.0], [40.0, 50.0, 60.0]]), 10)
    array([[ True,  True, False],
           [ True,  True, False]])
    """
    mask = (table > 0) & (table < k)
    changed = True
    while changed:
        changed = _close(table, mask, k) | _close(table.T, mask.T, k) or _open_loops(table, mask, k)
    return mask


def _close(table: Floats, mask: Bools, k: int) -> bool:
    """Hide one more cell in each row that gives its hidden ones away; *mask* is changed in place."""
    hidden_sum = np.where(mask, table, 0).sum(axis=1)
    telling = mask.any(axis=1) & ~mask.all(axis=1) & ((mask.sum(axis=1) == 1) | (hidden_sum < k))
    for row in np.flatnonzero(telling):
        _hide_one(table[row], mask[row])
    return bool(telling.any())


def _hide_one(counts: Floats, mask: Bools) -> None:
    """Hide the smallest shown count above 0, else the first at all; *mask* is changed in place."""
    shown = np.where(mask, np.inf, np.where(counts > 0, counts, np.finfo(np.float64).max))
    mask[int(np.argmin(shown))] = True


def _open_loops(table: Floats, mask: Bools, k: int) -> bool:
    """Hide one more cell beside a small count that lies on no closed loop of hidden cells; say whether there was one.

    Rows and columns are the nodes of a graph and hidden cells its edges. Where an edge alone joins two parts, the
    totals of one part's rows less those of its columns are the count itself.
    """
    if min(table.shape) < 2:
        return False
    for row, column in np.argwhere(mask & (table > 0) & (table < k)):
        others = mask.copy()
        others[row, column] = False
        ends = np.nonzero(others)
        nodes = sum(table.shape)
        graph = coo_array((np.ones(ends[0].size), (ends[0], table.shape[0] + ends[1])), shape=(nodes, nodes))
        _, part = connected_components(graph, directed=False)
        if part[row] != part[table.shape[0] + column]:
            is_full = bool(mask[row].all())
            _hide_one(*((table[:, column], mask[:, column]) if is_full else (table[row], mask[row])))
            return True
    return False
