"""Units without outlines: a table lists them, an id that it lacks is named, and no page draws a map."""

import hashlib
from pathlib import Path

import pytest
import yaml

from harmmodel import pipeline
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.store import editions
from tests import tiny

ROWS = "id,when,unit,offence,arrest\n" + "".join(
    f"{n},2024-0{1 + n % 3}-0{1 + n % 9} 10:00,{unit},{offence},false\n"
    for n, (unit, offence) in enumerate([("00", "ROBBERY")] * 8 + [("10", "ROBBERY")] * 3 + [("01", "SHOOTING")] * 4)
)


def unlocated(tmp_path: Path, rows: str = ROWS, **place: object) -> Path:
    """The tiny place with its outlines taken away: rows name their unit, and the residents list the units."""
    home = tiny.tiny_project(tmp_path)
    config, data = home / "config" / "places" / "tiny", home / "data" / "tiny"
    (data / "offences.csv").write_text(rows, "utf-8")
    (data / "areas.geojson").unlink()
    (config / "sources" / "areas.yaml").unlink()
    path = config / "sources" / "offences.yaml"
    passport = yaml.safe_load(path.read_text("utf-8"))
    columns = passport["columns"]
    columns["unit"] = {"type": "text", "tells": "harm", "means": "Area of the offence."}
    passport["columns"] = {name: column for name, column in columns.items() if name not in ("lon", "lat")}
    passport["locate"] = {"unit": "unit"}
    passport["sha256"] = hashlib.sha256((data / "offences.csv").read_bytes()).hexdigest()
    path.write_text(yaml.safe_dump(passport, sort_keys=False), "utf-8")
    path = config / "place.yaml"
    changed = {"boundaries": "none", "units": {"source": "residents", "id": "area"}} | place
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | changed, sort_keys=False), "utf-8")
    (config / "core" / "core_area.sql").write_text(
        "select area as area_id, area as label, residents, null::double as km2 from raw_residents order by 1", "utf-8"
    )
    return home


def test_units_of_a_table_are_scored_without_any_outline(tmp_path: Path):
    home = unlocated(tmp_path)
    pipeline.run(home, "tiny")
    run = editions.published(home, "tiny")
    assert set(run.units["unit_id"]) == {"00", "01", "10", "11"}
    counted = run.indicators.query("indicator == 'robbery'").set_index("unit_id")["events"]
    assert counted.to_dict() == {"00": 8, "01": 0, "10": 3, "11": 0}
    assert run.boundaries["features"] == []


def test_an_id_that_the_table_lacks_is_named(tmp_path: Path):
    with pytest.raises(SourceError, match=r"no line of residents\.csv has.*\n  '0': 1 row"):
        pipeline.run(unlocated(tmp_path, ROWS + "99,2024-02-02 10:00,0,ROBBERY,false\n"), "tiny")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"units": None}, "units names the table"),
        ({"units": {"source": "nobody", "id": "area"}}, "no passport sources/nobody.yaml says use: reference"),
        ({"units": {"source": "residents", "id": "ward"}}, "residents must declare the column ward"),
        ({"boundaries": {"h3": 7, "within": {"west": 0, "south": 0, "east": 2, "north": 2}}}, "write boundaries: none"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, change: dict[str, object], said: str):
    with pytest.raises(ConfigError, match=said):
        pipeline.run(unlocated(tmp_path, **change), "tiny")
