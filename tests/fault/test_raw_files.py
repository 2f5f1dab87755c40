"""Raw files are read and never written, whatever their encoding."""

import hashlib

import yaml

from harmmodel import pipeline
from harmmodel.views.areas import explain
from harmmodel.warehouse.store import runs
from tests.fault.places import PLACE, leftovers


def test_a_reference_file_in_another_encoding_stays_as_it_was(home, versions):
    """Its copy in UTF-8 once took the place of the raw file, where both have the name of the source."""
    raw = home / "data" / PLACE / "residents.csv"
    before = raw.read_bytes() + "Köln,1\n".encode("latin-1")
    raw.write_bytes(before)
    passport = home / "config" / "places" / PLACE / "sources" / "residents.yaml"
    content = yaml.safe_load(passport.read_text("utf-8"))
    content |= {"encoding": "latin-1", "sha256": hashlib.sha256(before).hexdigest()}
    passport.write_text(yaml.safe_dump(content), "utf-8")
    run_id = pipeline.run(home, PLACE)
    assert raw.read_bytes() == before
    assert leftovers(home) == []
    assert len(explain.area_ranking(runs.load_run(home, PLACE, run_id))) == 4
