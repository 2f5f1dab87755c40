"""Small counts stay hidden: 1. none is shown; 2. no totals give one away; 3. zeros may be shown."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from harmmodel.method.disclosure import hidden

tables = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=st.integers(0, 40).map(float)
)


@given(tables, st.sampled_from([5, 10]))
def test_no_small_count_is_shown_and_none_can_be_told_from_a_total(table, k):
    mask = hidden(table, k)
    assert not ((table > 0) & (table < k) & ~mask).any()
    for counts, gone in [*zip(table, mask, strict=True), *zip(table.T, mask.T, strict=True)]:
        if gone.any() and not gone.all():
            assert gone.sum() > 1
            assert counts[gone].sum() >= k


def _known_from_totals(mask):
    """Cells that every table with the same totals and the same shown cells agrees on, by solving for them all."""
    cells = np.argwhere(mask)
    equations = np.zeros((sum(mask.shape), len(cells)))
    for n, (row, column) in enumerate(cells):
        equations[[row, mask.shape[0] + column], n] = 1
    free = np.eye(len(cells)) - np.linalg.pinv(equations) @ equations
    return {tuple(cell) for n, cell in enumerate(cells.tolist()) if np.abs(free[n]).max() < 1e-9}


@given(tables.filter(lambda t: min(t.shape) > 1), st.sampled_from([5, 10]))
@example(
    np.array(
        [[5, 10, 10, 6, 6], [7, 3, 7, 9, 4], [3, 6, 11, 8, 4], [2, 8, 5, 4, 7]],  # without loops, 3 in row 3 is known
        dtype=np.float64,
    ),
    5,
)
def test_all_totals_together_tell_no_small_count(table, k):
    known = _known_from_totals(hidden(table, k))
    assert not [cell for cell in known if 0 < table[cell] < k]


def test_no_more_is_hidden_than_must_be():
    assert hidden(np.array([[4.0, 6.0, 20.0, 30.0]]), 10).tolist() == [[True, True, False, False]], "they make ten"
    assert hidden(np.array([[4.0, 5.0, 20.0, 30.0]]), 10).tolist() == [[True, True, True, False]], "they make nine"
    assert hidden(np.array([[3.0, 0.0, 20.0, 30.0]]), 10).tolist() == [[True, False, True, False]], "nought hides none"


@given(tables)
def test_a_table_without_small_counts_is_shown_whole(table):
    assert not hidden(np.where(table < 10, 0, table), 10).any()
