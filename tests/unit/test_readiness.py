"""A harm class that is recorded mostly where somebody was arrested needs a written reason."""

from pathlib import Path

import pytest
import yaml

from harmmodel import pipeline, registry
from harmmodel.errors import ConfigError
from tests import tiny

# Two robberies of three carry an arrest, one of two shootings.
MOSTLY_ARRESTED = """id,when,lon,lat,offence,arrest
1,2024-01-03 10:00,0.5,0.5,ROBBERY,true
2,2024-01-04 11:00,0.5,0.5,ROBBERY,true
3,2024-02-05 12:00,1.5,0.5,ROBBERY,false
4,2024-03-06 13:00,0.5,1.5,SHOOTING,false
5,2024-03-06 14:00,0.5,1.5,SHOOTING,true
6,2024-03-08 15:00,1.5,1.5,DRUGS,true
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tiny.tiny_project(tmp_path, MOSTLY_ARRESTED)


def test_without_a_run_nothing_is_known_and_that_is_said(home: Path):
    assert "no run yet, so arrest shares of harm classes are not known" in "\n".join(registry.findings(home, "tiny"))


def test_a_class_mostly_known_by_arrest_needs_a_reason(home: Path):
    pipeline.run(home, "tiny")
    with pytest.raises(ConfigError, match="arrest_reasons: over half of the records of robbery carry an arrest"):
        registry.findings(home, "tiny")


def test_its_reason_is_shown_and_half_is_not_over_half(home: Path):
    path = home / "config" / "places" / "tiny" / "place.yaml"
    reasons = {"arrest_reasons": {"robbery": "Victims report it before anybody is arrested."}}
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | reasons, sort_keys=False), "utf-8")
    pipeline.run(home, "tiny")
    last = registry.findings(home, "tiny")[-1]
    assert last == "tiny: robbery: 67% of records carry an arrest: Victims report it before anybody is arrested."
