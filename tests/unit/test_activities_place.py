"""Months stand together until they make k events, and areas too: no sum of what is shown tells a small one."""

import pandas as pd
import pytest

from harmmodel.views.activities.place import _spans, _together


@pytest.mark.parametrize(
    ("events", "spans"),
    [
        ([5, 5, 5], ["Jan 2024", "Feb 2024", "Mar 2024"]),
        ([4, 1, 5], ["Jan 2024 to Feb 2024", "Jan 2024 to Feb 2024", "Mar 2024"]),
        ([5, 4, 0], ["Jan 2024 to Mar 2024"] * 3),
        ([5, 5, 4], ["Jan 2024", "Feb 2024 to Mar 2024", "Feb 2024 to Mar 2024"]),
        ([1, 1, 1], ["Jan 2024 to Mar 2024"] * 3),
    ],
)
def test_months_of_few_events_join_the_next_and_the_last_ones_the_span_before(events, spans):
    months = ["2024-01", "2024-02", "2024-03"]
    assert list(_spans(pd.Series(events, index=months), 5).values()) == spans


@pytest.mark.parametrize(
    ("sums", "together"),
    [
        ({"a": 4, "b": 5, "c": 9}, ["a", "b"]),  # a alone would be told by the total
        ({"a": 2, "b": 3, "c": 9}, ["a", "b"]),
        ({"a": 5, "b": 6}, []),
        ({"a": 1, "b": 1, "c": 1, "d": 9}, ["a", "b", "c", "d"]),
    ],
)
def test_areas_of_few_events_are_told_with_as_many_others_as_make_k(sums, together):
    assert _together(pd.Series(sums), 5) == together
