"""Small counts stay hidden: 1. none is shown; 2. no row or column gives one away; 3. zeros may be shown."""

import numpy as np
from hypothesis import given
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


@given(tables)
def test_a_table_without_small_counts_is_shown_whole(table):
    assert not hidden(np.where(table < 10, 0, table), 10).any()
