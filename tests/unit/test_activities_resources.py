"""The same hours spent in two orders, on areas few enough to add up by hand."""

import pandas as pd
import pytest

from harmmodel.lenses.activities.resources import equal_effort

HOURS = pd.DataFrame({"unit_id": ["a", "b", "c"], "hours": [50.0, 30.0, 20.0], "arrests": [10.0, 10.0, 30.0]})
HARM = pd.DataFrame({"unit_id": ["a", "b", "c", "d"], "rank": [2, 1, 3, None], "violence": [30.0, 60.0, 10.0, 0.0]})


def test_hours_go_to_the_most_arrests_or_to_the_most_harm_until_they_are_spent():
    found = equal_effort(HOURS, HARM, (0.5, 1.0)).set_index(["order", "budget"])
    # arrests: c (20 h) whole and 30 of the 50 h of a, which stands before b as their arrests are equal
    row = found.loc[("arrests", 0.5)]
    assert (row["areas"], row["arrests"], row["violence"]) == (1, pytest.approx(36 / 50), pytest.approx(28 / 100))
    # harm: b (30 h) whole and 20 of the 50 h of a
    row = found.loc[("harm", 0.5)]
    assert (row["areas"], row["arrests"], row["violence"]) == (1, pytest.approx(14 / 50), pytest.approx(72 / 100))
    assert found.loc[("harm", 1.0), ["arrests", "violence"]].tolist() == pytest.approx([1, 1])
