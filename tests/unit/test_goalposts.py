"""The reason of a goalpost names the largest 95th percentile and its area, as the run has them."""

import re

import pytest
from pydantic import ValidationError

from harmmodel.config.reader import parse_yaml
from harmmodel.config.types import Indicator
from harmmodel.warehouse.store import editions
from tests.conftest import ROOT

NAMED = re.compile(r"(?:Rounded up from|Above) ([\d,.]+) \(([^,)]+)")


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


def test_the_reason_of_each_goalpost_names_the_largest_upper_end_of_the_run(run):
    labels = run.units.set_index("unit_id")["label"]
    for name, rates in run.indicators.groupby("indicator"):
        posts = run.config.goalposts[name]
        largest = rates.loc[rates["rate_high"].idxmax()]
        figure, area = NAMED.search(posts.why).groups()
        assert area == labels[largest["unit_id"]], name
        assert float(figure.replace(",", "")) == pytest.approx(largest["rate_high"], rel=5e-3), name
        assert largest["rate_high"] < posts.high, name


def test_goalposts_in_an_indicator_file_are_told_where_to_go():
    content = parse_yaml((ROOT / "config/indicators/area/arson.yaml").read_text("utf-8"))
    with pytest.raises(ValidationError, match=r"Move them to config/places/<place>/goalposts\.yaml"):
        Indicator.model_validate({**content, "goalposts": {"low": 0, "high": 230}})
