"""Places without outlines, tables with a column for each month or offence, and the tables of the FBI: made-up rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from harmmodel import pipeline
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake import adding, profiles, reviewing, wide
from harmmodel.warehouse.intake.codes import KnownCodes
from harmmodel.warehouse.intake.columns.ids import Ids
from harmmodel.warehouse.intake.units import Asked
from harmmodel.warehouse.intake.unpack import Given
from harmmodel.warehouse.store import editions
from tests.intake.conftest import write_csv
from tests.intake.test_drafting import crosswalk, passport, quiet, stated

STATES = ("Guerrero", "Colima", "México", "Sonora")
OFFENCES = ("Homicidio doloso", "Robo")
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


def count(state: int, offence: int, month: int) -> int:
    return 5 + 3 * state + 7 * offence + month


def residents(path: Path) -> Path:
    """A table of units with their residents, and their sum below."""
    rows = [[name, 500_000 + 1000 * n] for n, name in enumerate(STATES)]
    return write_csv(path, [["name", "residents"], *rows, ["Total", sum(row[1] for row in rows)]])


def by_month(path: Path) -> Path:
    """A year with a column for each month, headed as in Spanish, and their sum."""
    rows = []
    for at, state in enumerate(STATES):
        for kind, offence in enumerate(OFFENCES):
            counts = [count(at, kind, month) for month in range(12)]
            rows.append([f"Estado de {state}", offence, *counts, sum(counts)])
    return write_csv(path, [["Entidad", "Delito", *(f"{name}-23" for name in MONTHS), "Total"], *rows])


def test_months_as_columns_of_units_without_outlines_count_as_rows_would(empty: Path, tmp_path: Path):
    told = Asked(residents=residents(tmp_path / "estados.csv"))
    added = adding.add(empty, "pais", [by_month(tmp_path / "delitos.csv")], quiet, told)
    said = " ".join(added.decide["sources/delitos.yaml"])
    assert "12 columns are taken for months (2023-01, 2023-02" in said
    assert "'Estado de Guerrero' as 'Guerrero' (24 rows)" in said
    content = passport(empty, "pais", "delitos")
    assert content["table"]["names"][2:4] == ["2023-01", "2023-02"]
    assert content["columns"]["records"]["means"].startswith("To be stated: what is counted")
    assert "Total" in content["ignore"]
    stated(empty, "pais")
    reviewing.accept(empty, "pais", "2-3")
    reviewing.accept_ids(empty, "pais", "delitos")
    path = empty / "config/places/pais/goalposts.yaml"
    path.write_text(path.read_text("utf-8").replace("To be stated", "It was stated"), "utf-8")
    pipeline.run(empty, "pais")
    run = editions.published(empty, "pais")
    assert run.boundaries["features"] == []
    assert set(run.units["unit_id"]) == set(STATES)
    events = run.indicators.set_index(["indicator", "unit_id"])["events"].to_dict()
    indicators = ("recorded_homicide", "recorded_robbery")
    assert events == {
        (name, state): sum(count(at, kind, month) for month in range(12))
        for kind, name in enumerate(indicators)
        for at, state in enumerate(STATES)
    }


@pytest.mark.parametrize(
    ("header", "columns", "form"),
    [
        (["Area", "Year", "Robbery", "Homicide", "Other thing", "Total"], ("Robbery", "Homicide", "Other thing"), None),
        (["Area", "Offence", "2019", "2020", "2021"], ("2019", "2020", "2021"), "%Y"),
        (["Area", "Offence", "Jan 2019", "Feb 2019", "Change"], ("2019-01", "2019-02"), "%Y-%m"),
        (
            ["Area", "Offence", "Year", "Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio"],
            ("01", "02", "03", "04", "05", "06"),
            "%m",
        ),
        (["Area", "Offence", "Year", "Count"], None, None),
    ],
)
def test_headings_that_are_months_or_offences_are_proposed(tmp_path: Path, header, columns, form):
    rows = [
        [f"A{n}", *(2019 if name == "Year" else f"x{n % 2}" if name == "Offence" else n for name in header[1:])]
        for n in range(1, 9)
    ]
    given = Given(write_csv(tmp_path / "t.csv", [header, *rows]), "t.csv")
    known = KnownCodes(())
    known.by_code = {name: object() for name in ("robbery", "homicide")}  # type: ignore[misc]
    found = wide.lengthened(profiles.profile(given, {}), known, None)
    assert (found.wide and found.wide.columns) == columns
    assert (found.wide.form if found.wide else None) == form
    assert found.rows == 8 * len(columns or "1")


def test_offences_of_suppressed_counts_are_taken_and_every_other_column_is_named(tmp_path: Path):
    header = ["Area", "Year", "Robbery", "Homicide", "Other thing", "Notes", "Total"]
    rows = [
        [f"A{n}", 2019, "1,204" if n == 3 else n, "<5" if n % 2 else 7, n, "late" * (n % 2), 9] for n in range(1, 9)
    ]
    known = KnownCodes(())
    known.by_code = {name: object() for name in ("robbery", "homicide")}  # type: ignore[misc]
    found = profiles.profile(Given(write_csv(tmp_path / "t.csv", [header, *rows]), "t.csv"), {})
    found = wide.lengthened(found, known, None)
    assert found.wide is not None
    assert found.wide.columns == ("Robbery", "Homicide", "Other thing")
    assert (found.column("records").read.type, found.column("records").read.words) == ("integer", (("<5", 4),))
    said = wide.question(found, ["Area", "Year"])
    assert "Taken for sums or rates, and not read: Total. Beside them, and not read: Notes." in said


def test_units_that_no_record_names_are_refused(empty: Path, tmp_path: Path):
    rows = [["Ward", "Offence", "Date"], *([f"W{n % 3}", "Robbery", f"2024-01-{n:02d}"] for n in range(1, 28))]
    records = write_csv(tmp_path / "r.csv", rows)
    with pytest.raises(SourceError, match=r"it has Ward, Offence, Date.*--residents FILE"):
        adding.add(empty, "town", [records], quiet)
    with pytest.raises(SourceError, match=r"holds the units of estados\.csv, as Colima, Guerrero"):
        adding.add(empty, "town", [records], quiet, Asked(residents=residents(tmp_path / "estados.csv")))


def test_an_id_is_meant_without_the_word_for_its_kind_where_one_alone_is_so():
    known = Ids(["Allegany", "Baltimore", "Baltimore City", "Kent County", "Kent"])
    texts = ("Allegany County", "Baltimore County", "Baltimore City", "Kent", "KENT COUNTY", "Dover")
    assert [known.same(text) for text in texts] == ["Allegany", "Baltimore", None, None, "Kent County", None]


# The headings of the bureau's tables, of 2021 and later.
INCIDENT = (
    "data_year,agency_id,incident_id,nibrs_month_id,cargo_theft_flag,submission_date,incident_date,report_date_flag,"
    "incident_hour,cleared_except_id,cleared_except_date,incident_status,data_home,orig_format,did"
)
OFFENSE = (
    "data_year,offense_id,incident_id,offense_code,attempt_complete_flag,location_id,num_premises_entered,"
    "method_entry_code"
)
TYPE = "offense_code,offense_name,crime_against,ct_flag,hc_flag,hc_code,offense_category_name,offense_group"
AGENCIES = (
    "yearly_agency_id,agency_id,data_year,ori,legacy_ori,ucr_agency_name,ncic_agency_name,pub_agency_name,"
    "pub_agency_unit,state_id,agency_type_name,population,county_name"
)
VICTIM = "data_year,victim_id,incident_id,victim_seq_num,victim_type_id,age_id,age_num,sex_code,race_id,ethnicity_id"


@pytest.mark.parametrize("is_old", [False, True])
def test_tables_of_the_fbi_are_joined_and_those_of_people_left_out(empty: Path, tmp_path: Path, is_old: bool):
    """Until 2020 offences have the number of a type, days are written 26-MAR-19, and headings in capitals."""
    offense, kind = (text.replace("offense_code", "offense_type_id", 1) for text in (OFFENSE, TYPE))
    kind = kind.replace("offense_type_id", "offense_type_id,offense_code")
    folder = tmp_path / "DE"
    folder.mkdir()

    def put(name: str, header: str, rows: list[dict[str, object]]) -> None:
        names = header.split(",")
        table = [[row.get(name, "") for name in names] for row in rows]
        write_csv(folder / name, [[n.upper() if is_old else n for n in names], *table])

    codes = {7: "120", 8: "35A"}
    month = [("JAN", "01"), ("FEB", "02")]
    put(
        "agencies.csv",
        AGENCIES,
        [
            {
                "agency_id": n,
                "ori": f"DE00{n}",
                "pub_agency_name": name,
                "population": 40_000 * n,
                "county_name": "KENT",
            }
            for n, name in enumerate(("Dover", "Lewes"), start=1)
        ],
    )
    put(
        "NIBRS_incident.csv",
        INCIDENT,
        [
            {
                "incident_id": n,
                "agency_id": 1 + n % 2,
                "incident_date": f"{1 + n % 28:02d}-{month[n // 4 % 2][0]}-19"
                if is_old
                else f"2022-{month[n // 4 % 2][1]}-{1 + n % 28:02d}",
            }
            for n in range(1, 121)
        ],
    )
    put(
        "NIBRS_OFFENSE.csv",
        offense if is_old else OFFENSE,
        [
            {
                "offense_id": 5000 + n,
                "incident_id": n,
                "offense_type_id": 7 + n % 3 % 2,
                "offense_code": codes[7 + n % 3 % 2],
            }
            for n in range(1, 121)
        ],
    )
    put(
        "NIBRS_OFFENSE_TYPE.csv",
        kind if is_old else TYPE,
        [{"offense_type_id": number, "offense_code": code, "offense_name": code} for number, code in codes.items()],
    )
    put("NIBRS_VICTIM.csv", VICTIM, [{"victim_id": 1, "incident_id": 1, "age_num": 30}])
    put("NIBRS_LOCATION_TYPE.csv", "location_id,location_code,location_name", [{"location_id": 1}])
    told = Asked(residents=folder / "agencies.csv")
    added = adding.add(empty, "delaware", [folder], quiet, told)
    more = 1 if is_old else 2
    assert [line.split(":")[0] for line in added.left_out] == [f"NIBRS_LOCATION_TYPE.csv and {more} more"]
    assert sum(added.volumes["offences"].values()) == 120
    assert passport(empty, "delaware", "offences")["locate"] == {"unit": "nibrs_agency"}
    assert {(r["code"], r["class"], r["enforcement"]) for r in crosswalk(empty, "delaware")} == {
        ("120", "robbery", "false"),
        ("35A", "drug_possession", "true"),
    }
    if not is_old:
        stated(empty, "delaware")
        reviewing.accept(empty, "delaware", "2-3")
        assert [p.indicator for p in pipeline.goalposts(empty, "delaware")] == ["recorded_robbery"]
