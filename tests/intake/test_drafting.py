"""From raw files to a scored place: what is drafted, what stops it, and that nothing is lost or overwritten."""

import csv
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from harmmodel import pipeline
from harmmodel.audit import goalposts
from harmmodel.cli import app
from harmmodel.config import load_config
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.intake import adding, reviewing
from harmmodel.warehouse.intake.units import Asked
from harmmodel.warehouse.store import editions
from tests.intake.conftest import outlines, records, write_csv

ROOT = Path(__file__).resolve().parents[2]
CLEVELAND = ROOT / "data" / "police_uk"


def quiet(_: str) -> None:
    """Say nothing."""


def passport(home: Path, place: str, source: str) -> dict:
    return yaml.safe_load((home / f"config/places/{place}/sources/{source}.yaml").read_text("utf-8"))


def crosswalk(home: Path, place: str) -> list[dict[str, str]]:
    with (home / f"config/places/{place}/crosswalk.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def stated(home: Path, place: str) -> None:
    """Do as a person does: state each fact that no file tells."""
    for path in (home / f"config/places/{place}/sources").glob("*.yaml"):
        text = path.read_text("utf-8").replace(
            "To be stated: where the terms can be read, https://...", "https://x.org"
        )
        path.write_text(text.replace("To be stated:", "It was stated by somebody that"), "utf-8")


def test_a_place_goes_from_raw_files_to_scores_when_a_person_has_decided(empty: Path, tmp_path: Path):
    asked = Asked(boundaries=outlines(tmp_path / "bairros.geojson"))
    added = adding.add(empty, "cidade", [records(tmp_path / "ocorrencias.csv")], quiet, asked)
    told = passport(empty, "cidade", "ocorrencias")
    assert (told["encoding"], told["delimiter"]) == ("cp1252", ";")
    assert {key: str(day) for key, day in told["covers"].items()} == {"from": "2023-01-01", "to": "2024-01-01"}
    assert told["columns"]["Data do Fato"]["format"] == "%d/%m/%Y"
    assert told["locate"]["spellings"]["SÃO JOÃO"] == "São João"
    assert "Nome da Vítima" in told["ignore"]
    assert added.suggested == 5
    with pytest.raises(ConfigError) as stop:
        load_config(empty, "cidade")
    assert "crosswalk.csv lines 2-6: match says suggested" in str(stop.value)
    assert "sources/ocorrencias.yaml: licence.name: To be stated" in str(stop.value)
    assert "sources/ocorrencias.yaml: locate.spellings: 'NORTE' as 'Norte', 'SÃO JOÃO' as 'São João': nobody" in str(
        stop.value
    )
    assert added.spelled == ("ocorrencias",)
    assert "goalposts.yaml: recorded_homicide.why: To be stated" in str(stop.value)
    _decided(empty)
    found = pipeline.goalposts(empty, "cidade")
    assert goalposts.write(empty, "cidade", found) == ["recorded_homicide", "recorded_robbery"]
    pipeline.run(empty, "cidade")
    published = editions.published(empty, "cidade")
    events = published.classes.groupby("indicator")["events"].sum()
    assert (int(events["recorded_robbery"]), int(events["recorded_homicide"])) == (144, 144)
    assert len(published.scores) == 4


def _decided(home: Path) -> None:
    """State, choose a class where none is near, and accept the rest."""
    lines = {row["code"]: number for number, row in enumerate(crosswalk(home, "cidade"), start=2)}
    with pytest.raises(ConfigError, match="COISA NOVA"):
        reviewing.accept(home, "cidade", "2-6")
    path = home / "config/places/cidade/crosswalk.csv"
    text = path.read_text("utf-8").replace("COISA NOVA,to_decide,false,suggested", "COISA NOVA,theft,false,closest")
    path.write_text(text, "utf-8")
    assert len(reviewing.accept(home, "cidade", "2-6")) == 4
    assert reviewing.suggested(home, "cidade") == []
    assert reviewing.accept_ids(home, "cidade", "ocorrencias")["SÃO JOÃO"] == "São João"
    assert passport(home, "cidade", "ocorrencias")["locate"]["spellings"].keys() == {"NORTE", "SÃO JOÃO"}
    assert lines.keys() == {row["code"] for row in crosswalk(home, "cidade")}
    stated(home, "cidade")


def test_a_month_of_a_real_force_is_drafted_as_the_shipped_place_counts_it(empty: Path, tmp_path: Path):
    shutil.copytree(CLEVELAND / "2018-10", tmp_path / "raw" / "2018-10")
    command = CliRunner()
    done = command.invoke(app, ["add", "cleveland", str(tmp_path / "raw"), "--project", str(empty)])
    assert done.exit_code == 0, done.output
    assert "review 14 suggested lines" in done.stderr
    assert f"harmmodel goalposts cleveland --write --project {empty}" in done.stderr
    stopped = command.invoke(app, ["check", "cleveland", "--project", str(empty)])
    assert "crosswalk.csv lines 2-15: match says suggested" in str(stopped.exception)
    command.invoke(app, ["review", "cleveland", "--accept", "2-15", "--project", str(empty)])
    classes = ("class", "enforcement", "match")
    shipped = {row["code"]: [row[name] for name in classes] for row in crosswalk(ROOT, "police_uk")}
    assert {row["code"]: [row[name] for name in classes] for row in crosswalk(empty, "cleveland")} == shipped
    found = pipeline.goalposts(empty, "cleveland")
    assert [proposal.indicator for proposal in found] == ["robbery_per_km2", "violence_and_sexual_offences_per_km2"]
    assert all(p.high is not None and p.high > p.highest["rate_high"].max() for p in found)


def test_nothing_that_is_there_is_changed_and_no_half_place_is_left(empty: Path, tmp_path: Path):
    shapes, file = outlines(tmp_path / "b.geojson"), records(tmp_path / "o.csv", 60)
    (empty / "data/cidade").mkdir(parents=True)
    (empty / "data/cidade/o.csv").write_text("something else")
    with pytest.raises(SourceError, match="is there already and holds other bytes"):
        adding.add(empty, "cidade", [file, shapes], quiet)
    assert [path.name for path in (empty / "config/places").iterdir()] == ["example"]
    assert [path.name for path in (empty / "data/cidade").iterdir()] == ["o.csv"]
    with pytest.raises(ConfigError, match="is there already, and nothing of it is changed"):
        adding.add(empty, "example", [file, shapes], quiet)
    for name in ("../x", "A b", ""):
        with pytest.raises(ConfigError, match="is no name of a place"):
            adding.add(empty, name, [file, shapes], quiet)


def test_a_column_of_people_is_never_read(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wanted: list[str] = []
    opened = adding.profiles.opened

    def watched(path: Path, encoding: str, delimiter: str, names: list[str] | None = None, table: object = None):
        wanted.extend(names or [])
        return opened(path, encoding, delimiter, names, table)

    monkeypatch.setattr(adding.profiles, "opened", watched)
    adding.add(empty, "cidade", [records(tmp_path / "o.csv", 60), outlines(tmp_path / "b.geojson")], quiet)
    assert wanted
    assert "Nome da Vítima" not in wanted
    texts = [p.read_text("utf-8") for p in (empty / "config/places/cidade").rglob("*") if p.is_file()]
    assert not any("Maria" in text for text in texts)


def test_rows_that_fail_are_listed_beside_the_data_by_their_shape_alone(empty: Path, tmp_path: Path):
    shapes = outlines(tmp_path / "b.geojson")
    rows: list[list[object]] = [["id", "date", "bairro", "offence"]]
    rows += [[n, f"2023-0{1 + n % 9}-15", "Norte", "ROBBERY"] for n in range(200)]
    rows += [[900, "=2+3 Maria", "Norte", "ROBBERY"]]
    added = adding.add(empty, "cidade", [write_csv(tmp_path / "o.csv", rows), shapes], quiet)
    text = (empty / "data/cidade/o-failing.csv").read_text("utf-8")
    assert text == "file,row,column,shape,why\no.csv,201,date,'=*+* *****,no date of the form YYYY-MM-DD\n"
    assert any("date is date but for" in told for told in added.decide["sources/o.yaml"])


def test_days_of_two_readings_formulas_and_copies_are_refused(empty: Path, tmp_path: Path):
    shapes = outlines(tmp_path / "b.geojson")
    open_ = [["date", "bairro", "offence"], *(["03/04/2024", "Norte", x] for x in ("ROBBERY", "THEFT", "THEFT"))]
    file = write_csv(tmp_path / "o.csv", open_)
    with pytest.raises(SourceError, match="--day-first, or --month-first"):
        adding.add(empty, "cidade", [file, shapes], quiet)
    adding.add(empty, "cidade", [file, shapes], quiet, Asked(day_first=False))
    assert passport(empty, "cidade", "o")["columns"]["date"]["format"] == "%m/%d/%Y"
    formula = [
        ["date", "bairro", "offence"],
        *(["2024-01-01", "Norte", x] for x in ("=cmd|' /C calc'!A0", "ROBBERY", "ROBBERY")),
    ]
    with pytest.raises(SourceError, match="as a formula of a spreadsheet does"):
        adding.add(empty, "other", [write_csv(tmp_path / "f.csv", formula), shapes], quiet)
    copy = tmp_path / "copy.csv"
    shutil.copyfile(file, copy)
    with pytest.raises(SourceError, match="hold the same bytes"):
        adding.add(empty, "third", [file, copy, shapes], quiet)


def test_metres_swapped_points_and_units_called_otherwise_are_told(empty: Path, tmp_path: Path):
    shapes = outlines(tmp_path / "b.geojson")
    rows: list[list[object]] = [["YEAR", "MONTH", "DAY", "TYPE", "HOOD", "X", "Y"]]
    names = ("Norte", "Central", "São João", "Açu")
    rows += [
        [2022, 1 + n % 12, 1 + n % 28, ("Homicide", "Theft")[n % 2], names[n % 4], 491_000 + n, 5_456_000]
        for n in range(240)
    ]
    added = adding.add(empty, "cidade", [write_csv(tmp_path / "o.csv", rows), shapes], quiet)
    told = passport(empty, "cidade", "o")
    assert told["columns"]["occurred"]["from"] == ["YEAR", "MONTH", "DAY"]
    assert told["locate"]["outside"]["values"] == ["Central"]
    assert told["accepts"]["outside"]["reason"].startswith("To be stated")
    said = " ".join(added.decide["sources/o.yaml"])
    assert "metres or feet" in said
    assert "1 of 4 units have no row at all: Sul" in said


def test_stops_alone_are_told_what_they_cannot_feed(empty: Path, tmp_path: Path):
    header = [
        "Type",
        "Date",
        "Latitude",
        "Longitude",
        "Gender",
        "Officer-defined ethnicity",
        "Object of search",
        "Outcome",
    ]
    rows = [
        ["Person search", f"2024-01-{n:02d}T10:00:00+00:00", 54.5, -1.2, "", "", "Controlled drugs", ""]
        for n in range(1, 28)
    ]
    with pytest.raises(SourceError, match="which never raise a harm score"):
        adding.add(empty, "stops", [write_csv(tmp_path / "s.csv", [header, *rows])], quiet)
