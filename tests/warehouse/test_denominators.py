"""An area whose residents are unknown or too few is not scored, with the reason; its counts stand."""

import pytest

from harmmodel import pipeline
from harmmodel.views.source import odd_rates_note, unscored_note
from harmmodel.warehouse.store import runs
from tests import tiny


@pytest.mark.parametrize(
    ("residents", "reason"),
    [
        ("", "No rate is worked out: how many residents it has is not known."),
        ("1", "No rate is worked out: it has 1 resident, under the 500 that a rate needs."),
        ("499", "No rate is worked out: it has 499 residents, under the 500 that a rate needs."),
        ("500", None),
    ],
)
def test_an_area_with_too_few_residents_is_not_scored(tmp_path, residents, reason):
    home = tiny.tiny_project(tmp_path)
    path = home / "data/tiny/residents.csv"
    path.write_text(path.read_text("utf-8").replace("00,1000", f"00,{residents}"), "utf-8")
    tiny.write_place(home)
    described = home / "config/places/tiny/place.yaml"
    described.write_text(described.read_text("utf-8") + "trend: {class: robbery, label: Robbery}\n", "utf-8")
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    scores = run.scores.set_index("unit_id")
    assert (scores["tier"] == "not scored").to_dict() == {u: u == "00" and bool(reason) for u in scores.index}
    assert scores["violence"].isna().to_dict() == {u: u == "00" and bool(reason) for u in scores.index}
    if reason:
        assert scores.loc["00", "reason"] == reason
        assert unscored_note(run) == f"Not scored, which does not mean harmless. 00: {reason}"
    else:
        assert unscored_note(run) == ""


def test_an_area_with_more_events_than_its_residents_make_likely_is_named(tmp_path):
    rows = "".join(f"{n},2024-01-05 10:00,0.5,0.5,ROBBERY,false\n" for n in range(100, 120))
    home = tiny.tiny_project(tmp_path, tiny.OFFENCES + rows)
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    assert odd_rates_note(run) == ""  # 22 robberies in three months of 1,000 residents
    path = home / "data/tiny/residents.csv"
    path.write_text(path.read_text("utf-8").replace("00,1000", "00,800"), "utf-8")
    tiny.write_place(home)
    told = odd_rates_note(runs.load_run(home, "tiny", pipeline.run(home, "tiny")))
    assert told.startswith("More than 0.1 events of one indicator per resident and year: 00 (0.11 of Robbery).")
