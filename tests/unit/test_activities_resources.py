"""The same hours spent in two orders, on areas few enough to add up by hand."""

import pandas as pd
import pytest

from harmmodel.lenses.activities.resources import CostEntry, CostScheme, Price, equal_effort, freed

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


def scheme(**changes: CostEntry) -> CostScheme:
    """One activity: two hours and half a night a record, and what an hour, a night and a court case are priced at."""
    entries = {
        "officer_hours": CostEntry("officer_hours", 2.0, 1.0, 4.0),
        "custody_nights": CostEntry("custody_nights", 0.5, 0.1, 1.0),
        "criminal_records": CostEntry("criminal_records", 0.0, 0.0, 0.05),
        "court_cost": CostEntry("court_cost", 100.0, 50.0, 200.0),
        "force_complaints": CostEntry("force_complaints", 0.0, 0.0, 0.001),
    }
    return CostScheme(
        entries={"found": entries | changes},
        officer_hour=CostEntry("officer hour", 50.0, 40.0, 60.0),
        custody_night=CostEntry("custody night", 200.0, 100.0, 300.0, is_cash=True),
        services={"found": (Price("outreach", CostEntry("price of outreach", 1000.0, 500.0, 2000.0)),)},
        seed=0,
        draws=2000,
        interval=(0.05, 0.95),
    )


COUNTS = pd.DataFrame({"activity": ["found"], "records": [10], "arrests": [4]})


def test_time_is_told_apart_from_cash_and_only_cash_buys():
    rows = freed(COUNTS, scheme()).set_index("what")["value"]
    assert rows["capacity"] == pytest.approx(10 * 2 * 50 + 4 * 100)
    assert rows["cash"] == pytest.approx(4 * 0.5 * 200)
    assert rows["buys outreach"] == pytest.approx(rows["cash"] / 1000)
    paid = CostEntry("court_cost", 100.0, 50.0, 200.0, is_cash=True)
    assert freed(COUNTS, scheme(court_cost=paid)).set_index("what")["value"]["cash"] == pytest.approx(400 + 400)


def test_a_value_at_the_end_of_its_range_lies_in_its_interval():
    """Nobody is named as holding found drugs: no record, and the upper end of the range is a doubt about that."""
    rows = freed(COUNTS, scheme()).set_index("what")
    assert rows.loc["criminal_records", ["value", "low"]].tolist() == [0, 0]
    assert rows.loc["criminal_records", "high"] > 0
    assert ((rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])).all()
