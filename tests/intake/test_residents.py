"""Residents whose ids are written otherwise: they meet their unit, or are named with the unit that may be meant."""

from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from harmmodel.config.passport import Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import passports, profiles, units
from harmmodel.warehouse.intake.columns.ids import Ids
from harmmodel.warehouse.intake.unpack import Given
from harmmodel.warehouse.load.told import unmet
from tests.intake.conftest import outlines, write_csv


def found(path: Path, residents: list[list[object]]) -> passports.Drafted:
    """Draft residents beside outlines called Norte, Sul, São João and Açu."""
    shapes = outlines(path / "b.geojson")
    file = write_csv(path / "r.csv", [["area", "residents"], *residents])
    table, told = (profiles.profile(Given(p, p.name), {}) for p in (shapes, file))
    return units.drafted([], units.Found(table, told)).residents


def test_ids_written_otherwise_are_drafted_as_spellings_and_the_others_named(tmp_path: Path):
    draft = found(tmp_path, [["NORTE", 10], ["Sul", 20], ["SÃO JOÃO", 30], ["Acue", 40]])
    assert draft.passport["locate"]["spellings"] == {"NORTE": "Norte", "SÃO JOÃO": "São João"}
    said = " ".join(draft.roles.questions)
    assert "2 ids of r.csv written otherwise: 'NORTE' as 'Norte', 'SÃO JOÃO' as 'São João'" in said
    assert "no row of 1 unit: 'Açu'. Of its ids these mean no unit: 'Acue', nearest 'Açu'" in said


def test_of_two_ways_of_writing_one_unit_the_right_one_keeps_it():
    assert units._matched(["a1", "A1", "a2", "x"], {"A1": "A1", "A2": "A2"}) == ({"a2": "A2"}, ["a1", "x"])


def test_residents_that_hold_names_meet_units_that_are_ids():
    assert units._matched(["Norte", "SUL"], {"Norte": "01", "Sul": "02"}) == ({"Norte": "01", "SUL": "02"}, [])
    assert Ids(["Norte"]).same("NORTE") == "Norte"


def told(ids: list[str], locate: dict[str, object] | None = None, lacking: str = "") -> str:
    """Return what is said of residents by *ids* where units 1 to 4 take theirs from them."""
    passport = Passport.model_construct(
        id="residents",
        file="r.csv",
        sha256="0" * 64,
        files=(),
        use="reference",
        locate=locate and SimpleNamespace(unit="code", listed_outside=tuple(locate["outside"])),
        columns={"code": SimpleNamespace(type="text")},
    )
    config = SimpleNamespace(
        passports={"residents": passport},
        place=SimpleNamespace(units=None, boundaries=SimpleNamespace(source="outlines", id="area")),
    )
    with duckdb.connect() as con:
        con.execute("create table raw_residents as select unnest($ids) as code", {"ids": ids})
        con.execute(
            "create table core_area as select area_id, case when area_id <> $lacking and area_id in (select code from "
            "raw_residents) then 9 end as residents from (select unnest(['E1', 'E2', 'E3', 'E4']) as area_id)",
            {"lacking": lacking},
        )
        query = SimpleNamespace(tables=frozenset({"v_people"}))
        queries = {"core_area": query, "v_people": SimpleNamespace(tables=frozenset({"raw_residents"}))}
        try:
            unmet.refuse_unmet(con, config, queries)
        except SourceError as error:
            return str(error)
    return ""


@pytest.mark.parametrize(
    ("ids", "locate", "lacking"),
    [
        (["E1", "E2", "E3", "E4", "W9"], None, ""),
        (["E1", "E2", "E3"], None, ""),
        (["E1", "E2", "E3", "E4", "W9"], None, "E4"),
        (["E1", "E2", "E3", "W9"], {"outside": ["W*"]}, ""),
    ],
)
def test_residents_that_are_unknown_indeed_are_not_held_against_a_table(ids, locate, lacking):
    assert told(ids, locate, lacking) == ""


def test_a_unit_without_residents_is_named_beside_the_ids_that_met_nothing():
    said = told(["E1", "e2", "E3", "e4", *(f"W{n}" for n in range(300))])
    assert "r.csv, column code: 2 units have no residents" in said
    assert (
        "('E2', 'E4'), and 302 ids of it are no unit of the place: 'e2', like 'E2', written in other capitals" in said
    )
    assert "and 282 more. Say in sources/residents.yaml under locate (unit: code)" in said
