"""Enforcement comes in many measures: seizures in kilograms, hectares of crops, stops; on a place made of files."""

import shutil

import pytest

from harmmodel import pipeline
from harmmodel.views.activities import table as activities_table
from harmmodel.warehouse.store import editions
from tests.conftest import ROOT
from tests.tiny import CROSSWALK, OFFENCES, tiny_project
from tests.town import change

MORE = """9,2024-02-01 10:00,0.5,0.5,SEIZURE 12.5 KG,
10,2024-02-02 10:00,1.5,0.5,SEIZURE 2.5 KG,
11,2024-02-03 10:00,1.5,1.5,ERADICATION 40 HA,
12,2024-02-04 10:00,0.5,0.5,STOP,
13,2024-02-05 10:00,0.5,0.5,STOP,
14,2024-02-06 10:00,0.5,1.5,STOP,
"""
WALK = """offences,SEIZURE 12.5 KG,drug_bulk_supply,true,exact,
offences,SEIZURE 2.5 KG,drug_bulk_supply,true,exact,
offences,ERADICATION 40 HA,drug_cultivation,true,exact,
offences,STOP,stop_and_search,true,exact,
"""
MEASURES = ["police_record", "seizure_kg", "eradication_ha", "stop"]
SQL = """select unit_id, month, class, offence as code,
    case when offence like 'SEIZURE%' then 'seizure_kg' when offence like 'ERADICATION%' then 'eradication_ha'
         when offence = 'STOP' then 'stop' else 'police_record' end as measure,
    count(*) as records, count(*) filter (arrest) as arrests,
    sum(try_cast(regexp_extract(offence, '[0-9.]+') as double)) as amount
from act_raw_offences group by all"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    home = tiny_project(tmp_path_factory.mktemp("measures"), OFFENCES + MORE, CROSSWALK + WALK)
    shutil.copy(ROOT / "config" / "activities.yaml", home / "config")
    for name in ("costs.yaml", "services.yaml"):
        shutil.copy(ROOT / "config" / "places" / "chicago" / name, home / "config" / "places" / "tiny")
    (home / "config/places/tiny/core/act_enforcement.sql").write_text(SQL, "utf-8")
    change(home / "config/places/tiny/place.yaml", measures=MEASURES)
    pipeline.run(home, "tiny")
    return editions.published(home, "tiny")


def test_each_measure_keeps_its_own_amount(run):
    table = run.activities()["activity_measure"].set_index(["measure", "activity"])
    assert table["amount"]["seizure_kg", "bulk_supply"] == 15.0
    assert table["amount"]["eradication_ha", "cultivation"] == 40.0
    assert table["records"]["stop", "not_classed"] == 3
    assert (table["share"].groupby("measure").sum() == 1).all()


def test_measures_are_never_added_to_each_other(run):
    records = run.activities()["activity"].set_index("unit_id")["records"]
    assert records["other_possession"] == 2, "the two drug offences"
    assert records.sum() == 2


def test_a_place_without_points_says_so_and_still_has_a_ladder(run):
    ladder = activities_table.ladder(run)
    assert set(ladder["tier"]) == {"not measurable here"}
    assert ladder["excess"].isna().all()


def test_no_measure_reaches_a_harm_score(run, tmp_path):
    plain = tiny_project(tmp_path / "plain")
    pipeline.run(plain, "tiny")
    before = editions.published(plain, "tiny").scores
    assert before.equals(run.scores)
