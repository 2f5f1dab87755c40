"""Each small input does what is right: a message that names what is wrong, or the right figures; never silence."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from harmmodel import scaffold
from harmmodel.config import load_config
from harmmodel.warehouse.entered import entries
from tests import groups, town
from tests.cases import advice, denominators, keys, lost, missing, persons, places, repeats, seen, times, values
from tests.cases.case import Case
from tests.cases.home import Home, Loaded, copied, load, refusal
from tests.conftest import ROOT, place_project

MODULES = (keys, lost, times, missing, repeats, values, denominators, places, persons, advice, seen)
CASES: list[Case] = sorted((case for module in MODULES for case in module.CASES), key=lambda case: case.name)
EVERY = 10  # every tenth row of the months of police.uk is enough
DRAWS = 300
SCORE = """
import sys; from pathlib import Path; from tests.cases.home import Home, load
print(load(Home(Path(sys.argv[1]))).scores.to_csv(), end="")
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Loaded]:
    """Load each place once as it is; a case changes a copy."""
    example, months = tmp_path_factory.mktemp("example") / "p", tmp_path_factory.mktemp("police_uk")
    scaffold.write(example)
    place_project(months, "police_uk")
    for path in (months / "data").rglob("*.csv"):
        head, *body = path.read_text("utf-8").splitlines()
        path.write_text("\n".join([head, *body[::EVERY]]) + "\n", "utf-8")
    for home in (example, months):
        town.change(home / "config" / "scheme.yaml", draws=DRAWS)
    return {home.place: load(home) for home in (Home(example), Home(months, "police_uk"))}


@pytest.mark.parametrize("case", CASES, ids=[case.name.replace(" ", "-") for case in CASES])
def test_what_is_odd_is_refused_by_name_and_right_once_it_is_declared(case, sound, tmp_path):
    home = copied(sound[case.place].home.path, tmp_path / "p", case.place)
    case.change(home)
    if case.refused:
        error = refusal(home)
        said = str(error)
        assert error.exit_code == case.code, said
        assert not [words for words in case.refused if words not in said], said
        assert not [words for words in case.unsaid if words in said], said
        if case.declared is None:
            return
        case.declared(home)
    assert case.right is not None, "a case that loads says what holds then"
    case.right(load(home), sound[case.place])


def test_every_kind_has_a_case():
    kinds = {case.name[:2] for case in CASES} | {"13"}
    assert kinds == {f"{n:02d}" for n in range(1, 16)}


def test_machines_in_two_time_zones_score_the_same(sound, tmp_path):
    home = copied(sound["example"].home.path, tmp_path / "p")
    times.instants(home)
    times.zone("America/Chicago")(home)
    here = load(home)
    there = subprocess.run(
        [sys.executable, "-c", SCORE, str(home.path)],
        env={**os.environ, "TZ": "Asia/Tokyo", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert here.events("shooting") == 216
    assert there.stdout == here.scores.to_csv()


@pytest.mark.parametrize("size", ["A1:I2", "A1"])
def test_a_workbook_whose_sheet_states_a_stale_size_loses_no_row(tmp_path, size):
    home = groups.group_project(tmp_path)
    config = load_config(home, groups.PLACE)
    content = stale(filled(entries.template(config, ["cjng"])), size)
    found = entries.examine(content, "stale.xlsx", config, frozenset({"cjng"}), home)
    assert [row.cells["attribute"] for row in found["assessments"]] == ["extortion", "infiltration", "curfews"]


def filled(template: bytes) -> bytes:
    """Return the template with three assessments."""
    book, kept = load_workbook(io.BytesIO(template)), io.BytesIO()
    day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=40)
    for attribute in ("extortion", "infiltration", "curfews"):
        row = ["cjng", attribute, "high", "B", "2", "analyst-1", "assessors", day, day + dt.timedelta(days=90)]
        book["assessments"].append(row)
    book.save(kept)
    return kept.getvalue()


def stale(content: bytes, size: str) -> bytes:
    """Return a workbook in which the second sheet states a size that is not its own."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for item in old.infolist():
            text, is_sheet = old.read(item.filename), Path(item.filename).name == "sheet2.xml"
            stated = f'<dimension ref="{size}"/>'.encode()
            new.writestr(item, re.sub(rb'<dimension ref="[^"]*"\s*/>', stated, text) if is_sheet else text)
    assert size.encode() in zipfile.ZipFile(kept).read("xl/worksheets/sheet2.xml")
    return kept.getvalue()
