"""Any place is validated by what its own files hold, or told why it cannot be."""

import re
from pathlib import Path

import pytest
import yaml

from harmmodel import pipeline, registry, scaffold
from harmmodel.audit.validation import outcomes, schedule, verdict
from harmmodel.config import load_config
from harmmodel.errors import ConfigError, ValidationImpossible

LATER = {"id": "theft", "label": "thefts", "classes": ["theft"]}


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example place, whose records have no point and no file kept for validation, run once."""
    home = tmp_path_factory.mktemp("validated") / "project"
    scaffold.write(home)
    pipeline.run(home, "example")
    return home


@pytest.fixture
def scheme(example):
    """Return what writes validation.yaml of the example for one test."""
    path = example / "config" / "places" / "example" / "validation.yaml"
    before = path.read_text()
    yield lambda content: path.write_text(yaml.safe_dump(content))
    path.write_text(before)


def validated(home: Path) -> dict:
    return verdict.validate(home, "example", lambda _: None, replicates=40, made_up=1)


def test_areas_are_compared_where_no_record_has_a_point(example):
    found = validated(example)
    assert found["verdict"][0].startswith("For whole areas, recorded violence and drug arrests")
    assert "clearly more of the later shootings, robberies and assaults in 3 of 6" in found["verdict"][0]
    assert "resolution 9" not in " ".join(found["verdict"])
    assert {row["resolution"] for row in found["rows"]} == {"area"}
    counted = [row for row in found["rows"] if row["origin"] == "2024-10-01" and row["candidate"] == "random"]
    expected = _events(example, ("SHOOTING", "ROBBERY", "ASSAULT"), "2024-10")
    assert {row["events"] for row in counted} == {expected}
    assert found["limits"][0] == "The records are made up, so nothing here is evidence about a real place."
    assert any(text.startswith("No file was kept for validation") for text in found["limits"])


def _events(home: Path, offences: tuple[str, ...], since: str) -> int:
    lines = (home / "data" / "example" / "offences.csv").read_text().splitlines()
    header, *rows = [line.split(",") for line in lines]
    offence, time = header.index("offence"), next(n for n, name in enumerate(header) if re.match("20", rows[0][n]))
    return sum(row[offence] in offences and row[time] >= since for row in rows)


def test_outcomes_and_days_are_those_that_the_place_names(example, scheme):
    day = {"known_before": "2024-07-01", "from": "2024-08-01", "to": "2024-12-01"}
    scheme({"outcomes": [LATER], "days": [day]})
    config = load_config(example, "example")
    ground = schedule.ground(config)
    (origin,) = schedule.origins(ground, config)
    assert (ground.main.label, ground.main.classes) == ("thefts", ("theft",))
    assert (str(origin.as_of), str(origin.start), str(origin.stop)) == ("2024-07-01", "2024-08-01", "2024-12-01")


def test_a_day_outside_the_files_is_told_and_not_left_out(example, scheme):
    day = {"known_before": "2024-07-01", "from": "2024-08-01", "to": "2025-12-01"}
    scheme({"outcomes": [LATER], "days": [day]})
    config = load_config(example, "example")
    with pytest.raises(ValidationImpossible, match="cannot be validated, because 2024-07-01, judged by"):
        schedule.origins(schedule.ground(config), config)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            {"outcomes": [{"id": "a", "label": "deaths", "source": "deaths"}]},
            "'deaths' is no source with use: validation",
        ),
        ({"outcomes": [{"id": "a", "label": "fires", "classes": ["arson"]}]}, "arson does not stand under classes"),
        ({"milder": ["quarrel"]}, "milder: quarrel does not stand under classes"),
        ({"outcomes": [LATER | {"source": "deaths"}]}, "give either source or classes"),
        ({"outcomes": [LATER | {"pillar": "community"}]}, "the first one gives the verdict"),
    ],
)
def test_what_judges_and_is_not_there_is_named(example, scheme, content, told):
    scheme(content)
    with pytest.raises(ConfigError, match=re.escape(told)):
        load_config(example, "example")


def test_without_a_file_of_its_own_serious_violence_judges(example, scheme):
    scheme({})
    (judge,) = outcomes.judges(load_config(example, "example"))
    assert (judge.id, judge.label) == ("serious_violence", "records of serious violence")
    assert judge.classes == ("shooting", "robbery", "assault")


def test_too_few_months_or_areas_say_so(example, monkeypatch):
    monkeypatch.setattr(schedule, "FEWEST_KNOWN", 12)
    with pytest.raises(
        ValidationImpossible, match="example cannot be validated, because its files hold 12 whole months"
    ):
        registry.validation(example, "example", lambda _: None)
    monkeypatch.undo()
    monkeypatch.setattr(verdict, "SHARES", (0.01, 0.05))
    with pytest.raises(ValidationImpossible, match="because it has twelve areas, and the largest share"):
        registry.validation(example, "example", lambda _: None)
