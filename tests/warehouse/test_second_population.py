"""A second population from file to page: beside the score and never in it, unknown where it was not counted."""

import hashlib

import pytest

from harmmodel import pipeline
from harmmodel.audit import robustness
from harmmodel.errors import ConfigError, HarmModelError, SnapshotError
from harmmodel.views import denominator, words
from harmmodel.views.areas.detail import area
from harmmodel.views.areas.explain import explain
from harmmodel.views.overview.sturdy import sturdy_sentence
from harmmodel.views.source import odd_rates_note
from harmmodel.views.whatif import page, settings
from harmmodel.warehouse.sql import contract
from harmmodel.warehouse.store import runs
from tests import tiny, town

MANY = "".join(f"{n},2024-01-05 10:00,0.5,0.5,ROBBERY,false\n" for n in range(100, 130))
JOBS = "area,jobs\n00,59000\n01,0\n10,1\n"  # of 11 nobody knows
SECOND = {
    "source": "jobs",
    "noun": {"one": "job", "many": "jobs"},
    "residents": "added",
    "limits": "Visitors are not counted.",
}
SQL = "select area as unit_id, jobs as persons from raw_jobs"
OFFENCES = tiny.OFFENCES + MANY


def place(home, jobs=JOBS, sql=SQL, **second):
    """Give a tiny place a second population."""
    tiny.tiny_project(home, OFFENCES)
    config, file = home / "config/places/tiny", home / "data/tiny/jobs.csv"
    file.write_text(jobs, "utf-8")
    columns = {"area": {"type": "text"}, "jobs": {"type": "integer"}}
    said = {"file": "jobs.csv", "use": "reference", "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    columns = {name: {**one, "tells": "neither", "means": name} for name, one in columns.items()}
    town.write(config / "sources/jobs.yaml", {"id": "jobs", **tiny.PASSPORT, **said, "columns": columns})
    if sql:
        (config / "core/core_population.sql").write_text(sql, "utf-8")
    town.change(config / "place.yaml", second_population={**SECOND, **second})
    return home


def scored(home):
    return runs.load_run(home, "tiny", pipeline.run(home, "tiny"))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    found = place(tmp_path_factory.mktemp("second"))
    pipeline.run(found, "tiny")
    return found


@pytest.fixture(scope="module")
def run(home):
    return runs.published(home, "tiny")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    return scored(tiny.tiny_project(tmp_path_factory.mktemp("bare"), OFFENCES))


def test_the_published_score_is_that_of_residents_to_the_last_bit(run, bare):
    assert run.scores.equals(bare.scores)
    assert run.indicators.equals(bare.indicators)
    assert (run.draws("overall") == bare.draws("overall")).all()


def test_a_place_without_one_says_nothing_but_where_its_rates_are_odd(bare):
    said = [denominator.sentence(bare, "00"), denominator.note(bare), denominator.place_sentence(bare)]
    assert said == ["", "", ""]
    assert denominator.rows(bare, "00") == []
    assert odd_rates_note(bare).endswith("shows beside the score what that would change.")
    assert all(choice.key != settings.EXPOSURE or "present" not in choice.options for choice in _choices(bare))


def test_the_page_says_both_and_what_the_count_cannot_tell(run):
    said = next(words.unescaped(text) for text in area(run, "00").reasons if "Counted per" in text)
    by_jobs = "Counted per resident and job: rank 3 (2 to 3) of 3, baseline, score 5 (90% interval 3–7). "
    assert said.startswith(f"{by_jobs}Per resident: rank 1 of 4, focus, score 51 ")
    assert said.endswith("It has 1,000 residents and 59,000 jobs. Visitors are not counted.")
    assert odd_rates_note(run).endswith("How it stands with jobs counted is said beside.")
    assert sturdy_sentence(run).endswith("another tier.")
    assert denominator.note(run).startswith("Counted per resident and job, beside the score: ")


def test_what_was_not_counted_is_not_known_and_the_reason_stands_there(run):
    rows = run.denominator.set_index("unit_id")
    assert rows["tier"].eq("not scored").to_dict() == {"00": False, "01": False, "10": False, "11": True}
    text = next(words.unescaped(text) for text in area(run, "11").reasons if "Counted per" in text)
    assert text == (
        "Counted per resident and job: –, since how many jobs it has is not known. It has 4,000 residents. "
        "Visitors are not counted."
    )
    tests = explain(run, "11").steps[3].rows.set_index("What")
    assert tests.loc["Counted per resident and job", "Found"] == "–"
    assert tests.loc["Counted per resident and job", "Rule or note"].startswith("How many jobs it has is not known.")


def test_it_is_one_case_of_robustness_with_the_scores_shown_beside(home, run):
    frame = robustness.robustness(home, "tiny", lambda _: None)
    case = frame[frame["case"] == "another denominator: per resident and job"].set_index("unit_id")
    for column in ("rank", "tier", "p_top"):
        assert case[column].equals(run.denominator.set_index("unit_id")[column])
    assert "11: baseline → not scored" in robustness.changes(frame)[case["case"].iloc[0]]


def test_what_if_offers_it_with_the_agreed_goalposts(run):
    chosen = settings.settings(run, {settings.EXPOSURE: "present"})
    assert chosen.changes == ("rates: per resident and job",)
    basis = page.basis(run, chosen.months, chosen.per)
    assert not basis.own_scale
    after = page.what_if(run, chosen, basis, page.unchanged(run))
    assert after.table.frame.set_index("Area").loc["11", "What-if tier"].endswith("Not scored")


def _choices(run):
    return settings.controls(run).choices


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"jobs": JOBS + "12,5\n"}, "'12'"),  # 11 has no row, and 12 is no unit
        ({"sql": "select area as unit_id, count(*) as persons from act_raw_offences group by all"}, "core_population"),
        ({"sql": ""}, "core/core_population.sql counts it, and is missing"),
        ({"source": "offences"}, "offences says use: scored. Records of what happened count no people"),
        ({"source": "nobody"}, "there is no passport sources/nobody.yaml"),
        ({"residents": "perhaps"}, "second_population.residents"),
    ],
)
def test_what_cannot_be_a_count_of_people_is_refused(tmp_path, changes, told):
    with pytest.raises(HarmModelError, match=told.replace("(", r"\(")):
        pipeline.run(place(tmp_path, **changes), "tiny")


def test_a_table_that_breaks_its_promise_is_refused_with_each_breach(tmp_path):
    with pytest.raises(SnapshotError) as told:
        pipeline.run(place(tmp_path, sql=f"{SQL} union all select '91', -4 union all select '00', null"), "tiny")
    for promise in contract.POPULATION_CHECKS:
        assert promise in str(told.value)


def test_a_count_that_the_place_does_not_declare_is_refused(tmp_path):
    home = place(tmp_path)
    described = town.read(home / "config/places/tiny/place.yaml")
    del described["second_population"]
    town.write(home / "config/places/tiny/place.yaml", described)
    with pytest.raises(ConfigError, match="says nothing of it"):
        pipeline.run(home, "tiny")
