"""A kind of raw file is one class: a toy kind, made known at run time, loads a tiny place and names its faults."""

import json

import pytest

from harmmodel import pipeline
from harmmodel.errors import SourceError
from harmmodel.warehouse.load import kinds
from harmmodel.warehouse.store import runs
from tests import tiny


class JsonLines(kinds.FileKind):
    """One object a line."""

    suffix = ".jsonl"

    def columns(self, con, path, passport):
        """Take the keys of the first object."""
        return list(json.loads(path.read_text("utf-8").splitlines()[0]))

    def reading(self, con, path, passport, columns, *, sets_aside):
        """Describe a reading as text, which is cast afterwards."""
        listed = ", ".join(f"{kinds.literal(name)}: 'VARCHAR'" for name in columns)
        sql = f"read_json($path, format = 'newline_delimited', columns = {{{listed}}})"
        return kinds.Reading(sql, {"path": str(path)}, dict.fromkeys(columns, "VARCHAR"))

    def place(self, row):
        """Name a row by its line."""
        return f"'line ' || {row}"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A tiny place whose offences come as JSON lines."""
    monkeypatch.setattr(kinds, "KINDS", (JsonLines(), *kinds.KINDS))
    return tiny.tiny_project(tmp_path)


def write(home, **changed):
    """Write the offences with *changed* in the fourth, and a passport that fits."""
    header, *rows = (line.split(",") for line in tiny.OFFENCES.splitlines())
    records = [dict(zip(header, row, strict=True)) for row in rows]
    records[3] |= changed
    path = home / "data" / "tiny" / "offences.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    tiny.write_place(home, file=path.name)


def test_a_new_kind_gives_the_counts_and_scores_that_csv_gives(home):
    before = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    write(home)
    after = runs.load_run(home, "tiny", pipeline.run(home, "tiny"))
    assert after.run_id != before.run_id
    assert after.reconciliation.drop(columns="file").equals(before.reconciliation.drop(columns="file"))
    assert after.scores.equals(before.scores)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"when": "soon"}, r"line 4, column when: s\*{3} is no timestamp"),
        ({"lon": "500"}, r"line 4, column lon: 5\*{2}\.\* lies outside -180 to 180"),
    ],
)
def test_a_new_kind_names_a_fault_by_its_own_word_for_a_row(home, changed, words):
    write(home, **changed)
    with pytest.raises(SourceError, match=words):
        pipeline.run(home, "tiny")


def test_a_file_that_cannot_be_read_in_part_is_refused_by_name(home):
    write(home)
    path = home / "data" / "tiny" / "offences.jsonl"
    path.write_text(path.read_text("utf-8").replace('{"id": "3"', '{"id" "3"'), "utf-8")
    tiny.write_place(home, file=path.name)
    with pytest.raises(SourceError, match=r"offences\.jsonl cannot be read as \.jsonl: .*Repair or replace the file"):
        pipeline.run(home, "tiny")


def test_what_no_other_kind_claims_is_text_with_separators(tmp_path):
    home = tiny.tiny_project(tmp_path)
    path = home / "data" / "tiny" / "offences.txt"
    path.write_text(tiny.OFFENCES, "utf-8")
    tiny.write_place(home, file=path.name)
    assert len(runs.load_run(home, "tiny", pipeline.run(home, "tiny")).scores) == 4


def test_columns_that_outlines_have_of_themselves_are_none_of_another_kind(tmp_path):
    home = tiny.tiny_project(tmp_path)
    path = home / "data" / "tiny" / "offences.csv"
    path.write_text(tiny.OFFENCES.replace("arrest", "arrest,geometry", 1).replace("e\n", "e,x\n"), "utf-8")
    tiny.write_place(home)
    with pytest.raises(SourceError, match="columns not in the passport: geometry"):
        pipeline.run(home, "tiny")
    path.write_text(tiny.OFFENCES, "utf-8")
    tiny.write_place(home, columns={**tiny.COLUMNS, "km2": {"type": "number", "means": "Made up."}})
    with pytest.raises(SourceError, match="columns missing: km2"):
        pipeline.run(home, "tiny")
