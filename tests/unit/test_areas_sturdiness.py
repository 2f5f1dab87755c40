"""What is left out does not speak through the others, and the sentence follows the counts."""

from dataclasses import replace

import pandas as pd
import pytest

from harmmodel.assembly import areas
from harmmodel.lenses.areas.score import score_areas
from harmmodel.lenses.areas.sturdiness import DEATHS, sturdiness
from harmmodel.views.overview.sturdy import sturdy_sentence
from harmmodel.warehouse.store import editions


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


def test_each_count_is_that_of_a_whole_scoring_without_the_indicator(run):
    data = areas.window_inputs(run.units, run.windows(), areas.AS_CONFIGURED)
    scheme = replace(areas.area_scheme(run.config), draws=100)
    specs = areas.indicator_specs(run.config)
    first = set(run.scores.loc[run.scores["rank"] <= 8, "unit_id"])
    stayed = run.sturdiness.set_index("left_out")["stayed"]
    for name in ("homicide", "aggravated_assault_and_battery"):
        other = score_areas(data, [spec for spec in specs if spec.id != name], scheme).scores
        assert stayed[name] == len(first & set(other.loc[other["rank"] <= 8, "unit_id"]))
    deaths = score_areas(data, [spec for spec in specs if spec.id in ("homicide", "opioid_deaths")], scheme).scores
    assert stayed[DEATHS] == len(first & set(deaths.loc[deaths["rank"] <= 8, "unit_id"]))


def test_where_the_only_indicator_is_left_out_no_order_is_left(run):
    data = areas.window_inputs(run.units, run.windows(), areas.AS_CONFIGURED)
    one = [spec for spec in areas.indicator_specs(run.config) if spec.id == "homicide"]
    assert sturdiness(data, one, areas.area_scheme(run.config), {"homicide"}).empty


@pytest.mark.parametrize(
    ("stayed", "said"),
    [
        ({"homicide": 8, "arson": 8, DEATHS: 5}, "all stay among the first whichever indicator is left out"),
        ({"homicide": 3, "arson": 8}, "3 stay among the first without homicide, fewer than without any other."),
        ({DEATHS: 5}, "By deaths alone 5 of 8 are the same."),
        ({}, ""),
    ],
)
def test_the_sentence_follows_the_counts(run, stayed, said):
    rows = [(name, 8, many) for name, many in stayed.items()]
    frame = pd.DataFrame(rows, columns=["left_out", "units", "stayed"])
    assert said in sturdy_sentence(replace(run, sturdiness=frame))
    assert bool(said) == bool(sturdy_sentence(replace(run, sturdiness=frame)))
