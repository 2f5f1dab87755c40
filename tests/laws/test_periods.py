"""Periods of one place: each is judged alone, none is published unless asked, and a history holds one method."""

from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from harmmodel import pipeline
from harmmodel.audit.history import history
from harmmodel.cli import app
from harmmodel.errors import ConfigError
from harmmodel.rebuild import rebuilt
from harmmodel.views import history as views
from harmmodel.warehouse.store import editions, runs
from tests import tiny


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tiny.tiny_project(tmp_path)
    pipeline.run(home, "tiny")
    return home


def as_of(home: Path, day: str, *, publishes: bool = False) -> str:
    return pipeline.execute(home, "tiny", asked=pipeline.Asked(as_of=day, publishes=publishes)).run_id


def test_a_period_is_judged_beside_the_published_run_and_nobody_is_shown_it(home: Path):
    before = editions.published(home, "tiny")
    earlier = as_of(home, "2024-03-01")
    assert earlier != before.run_id
    assert editions.published_id(home, "tiny") == before.run_id
    run = runs.load_run(home, "tiny", earlier)
    assert run.manifest["as_of"] == "2024-03-01"
    assert run.manifest["data_end"] == "2024-02-29"
    robberies = [float(one.indicators.query("indicator == 'robbery'")["events"].sum()) for one in (run, before)]
    assert robberies == [3, 3]  # two in January, one in February; none in March
    shootings = [float(one.indicators.query("indicator == 'shooting'")["events"].sum()) for one in (run, before)]
    assert shootings == [0, 1]


def test_a_period_is_shown_where_that_is_asked_and_comes_out_again_from_its_raw_files(home: Path):
    earlier = as_of(home, "2024-03-01", publishes=True)
    assert editions.published_id(home, "tiny") == earlier
    assert rebuilt(home, earlier) > 0


def test_the_day_of_the_config_is_the_published_run_itself(home: Path):
    day = editions.published(home, "tiny").manifest["as_of"]
    assert as_of(home, day) == editions.published_id(home, "tiny")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2024-03-15", "is not the first of a month. Ask for 2024-03-01"),
        ("1999-01-01", "cover 2024-01-01 to 2024-04-01"),
        ("2031-01-01", "cover 2024-01-01 to 2024-04-01"),
        ("soon", "is no date"),
    ],
)
def test_a_day_that_cannot_be_judged_is_refused(home: Path, day: str, said: str):
    with pytest.raises(ConfigError, match=said):
        as_of(home, day)


def test_a_history_holds_the_periods_of_one_method_in_order(home: Path):
    as_of(home, "2024-03-01")
    told = history(home, "tiny", editions.published_id(home, "tiny"))
    assert list(told.periods["as_of"]) == ["2024-03-01", str(editions.published(home, "tiny").manifest["as_of"])]
    counted = told.raw.query("indicator == 'shooting'").groupby("as_of")["events"].sum()
    assert list(counted) == [0, 1]
    assert not told.others
    path = home / "config" / "scheme.yaml"
    scheme = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump(scheme | {"seed": 7}), "utf-8")
    pipeline.run(home, "tiny")
    told = history(home, "tiny", editions.published_id(home, "tiny"))
    assert len(told.periods) == 1
    assert len(told.others) == 2
    assert "Two other runs of the place left out" in " ".join(views.sentences(told))


def test_the_verbs_score_earlier_periods_and_print_them(home: Path):
    asked = CliRunner().invoke(app, ["run", "tiny", "--as-of", "2024-03-01", "--project", str(home)])
    assert asked.exit_code == 0, asked.output
    assert "not published" in asked.output
    printed = CliRunner().invoke(app, ["history", "tiny", "--every", "1", "--project", str(home)])
    assert printed.exit_code == 0, printed.output
    assert "1 Feb 2024" in printed.output
    assert "No earlier period is scored: as_of 2024-01-01" in printed.output
    one = CliRunner().invoke(app, ["history", "tiny", "00", "--project", str(home)])
    assert "Counted (rate)" in one.output
    files = CliRunner().invoke(app, ["history", "tiny", "--format", "csv", "--project", str(home)])
    assert files.stdout.count("2024-03-01") == 4


@pytest.mark.parametrize(
    ("low", "high", "said"), [(41, 60, "higher"), (10, 19, "lower"), (39, 60, "not told apart"), (None, None, "")]
)
def test_two_scores_are_told_apart_where_their_intervals_do(low: float | None, high: float | None, said: str):
    rows = pd.DataFrame({"score": [30.0, low], "score_low": [20.0, low], "score_high": [40.0, high]})
    assert views.changes(rows) == ["", said]
