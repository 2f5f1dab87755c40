"""Only whole months are counted: a month of which a source covers a part counts for nothing."""

import datetime as dt
from pathlib import Path

import pytest

from harmmodel import pipeline
from harmmodel.config import Covers, Observed
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.store import runs
from tests import tiny

AS_OF = dt.date(2018, 8, 1)


@pytest.mark.parametrize(
    ("since", "until", "window"),
    [
        ("2018-01-01", "2018-08-01", ("2018-01-01", "2018-08-01")),
        ("2018-01-02", "2018-08-01", ("2018-02-01", "2018-08-01")),
        ("2017-12-31", "2018-07-31", ("2018-01-01", "2018-07-01")),
        ("2018-01-15", "2018-01-30", ("2018-02-01", "2018-02-01")),
        ("2010-06-15", "2019-01-01", ("2017-08-01", "2018-08-01")),
        ("2018-07-15", "2018-08-09", ("2018-08-01", "2018-08-01")),
    ],
)
def test_a_window_holds_whole_months_only(since: str, until: str, window: tuple[str, str]):
    covers = Covers.model_validate({"from": since, "to": until})
    assert tuple(day.isoformat() for day in areas.window(AS_OF, 12, Observed((covers.span,)))) == window


def test_a_month_of_which_a_part_is_covered_adds_neither_events_nor_days(tmp_path: Path):
    late = "9,2024-01-20 10:00,0.5,0.5,ROBBERY,false\n"
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + late)
    tiny.write_place(home, covers={"from": "2024-01-15", "to": "2024-04-01"})
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    row = run.classes.set_index(["unit_id", "indicator"]).loc[("00", "robbery")]
    assert row["events"] == 0, "the robberies of January are left out, also the one inside the period"
    assert row["person_years"] == pytest.approx(1000 * (29 + 31) / 365)
    assert run.classes.set_index(["unit_id", "indicator"]).loc[("10", "robbery"), "events"] == 1
    assert str(run.register.set_index("indicator").loc["robbery", "period_from"])[:10] == "2024-02-01"
