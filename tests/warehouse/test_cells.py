"""Places of cells: a point beyond the bounds is outside, and 0,0 is no point of a place that does not hold it."""

import pytest
import yaml

from harmmodel import pipeline
from harmmodel.config import load_config
from harmmodel.errors import ConfigError
from harmmodel.warehouse.store import runs
from tests import tiny

# Cells come from harm alone, so the record of drugs that lies apart goes to another one.
OFFENCES = tiny.OFFENCES.replace("1.5,1.5,DRUGS", "0.5,0.5,DRUGS")
WITHIN = {"west": 0.1, "south": 0.1, "east": 2.0, "north": 2.0}


def place(home, content: str = OFFENCES, **boundaries: object):
    """Make the tiny place one of cells."""
    tiny.tiny_project(home, content)
    tiny.write_place(home, locate={"longitude": "lon", "latitude": "lat", "h3": 6})
    path = home / "config/places/tiny/place.yaml"
    described = yaml.safe_load(path.read_text("utf-8")) | {"boundaries": {"h3": 6, **boundaries}}
    path.write_text(yaml.safe_dump(described), "utf-8")
    core = home / "config/places/tiny/core"
    (core / "core_area.sql").write_text(
        "select cell as area_id, cell as label, 5000::bigint as residents, km2 from raw_cell order by 1", "utf-8"
    )
    return home


def test_a_point_beyond_the_bounds_is_outside_and_makes_no_cell(tmp_path):
    content = OFFENCES + "9,2024-03-09 16:00,0,0,ROBBERY,false\n"
    said = []
    home = place(tmp_path, content, within=WITHIN)
    run = runs.load_run(home, "tiny", pipeline.run(home, "tiny", said.append))
    row = run.reconciliation.set_index("source").loc["offences"]
    assert (row["loaded"], row["outside_city"], row["rejected"]) == (4, 1, 1)
    assert row["reasons"] == "point at 0,0 1"
    assert len(run.scores) == 3
    assert [line for line in said if line.startswith("offences.csv: 1 row at 0,0, which is no point of the place")]


def test_a_place_that_holds_0_0_takes_points_there(tmp_path):
    content = OFFENCES + "9,2024-03-09 16:00,0,0,ROBBERY,false\n"
    run_id = pipeline.run(home := place(tmp_path, content, within=WITHIN | {"west": -1, "south": -1}), "tiny")
    row = runs.load_run(home, "tiny", run_id).reconciliation.set_index("source").loc["offences"]
    assert (row["loaded"], row["outside_city"], row["rejected"]) == (5, 1, 0)


@pytest.mark.parametrize(
    ("boundaries", "words"),
    [
        ({}, "Say where the place may be, in degrees"),
        ({"within": WITHIN | {"east": 0}}, "west must lie below east"),
    ],
)
def test_a_place_of_cells_says_where_it_may_be(tmp_path, boundaries, words):
    with pytest.raises(ConfigError, match=words):
        load_config(place(tmp_path, **boundaries), "tiny")
