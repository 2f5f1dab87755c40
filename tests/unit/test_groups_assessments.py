"""What people enter about groups: every fault by its cell, nothing small, no person, and what it does to a run."""

import datetime as dt
import io
import shutil
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from harmmodel import pipeline
from harmmodel.assembly import groups as group_assembly
from harmmodel.cli import app
from harmmodel.config import load_config
from harmmodel.errors import AssessmentError
from harmmodel.limits import TooMuch
from harmmodel.views.groups import assessments
from harmmodel.warehouse.entered import apart, entries, sheets
from harmmodel.warehouse.read import groups
from tests.groups import PLACE, fewer_draws, group_project

TODAY = dt.datetime.now(dt.UTC).date()
NEXT_YEAR = TODAY + dt.timedelta(days=365)
GOOD = {
    "group_id": "cjng",
    "attribute": "extortion",
    "level": "high",
    "evidence": "B",
    "information": "2",
    "assessor": "analyst-1",
    "panel": "assessors",
    "assessed_on": str(TODAY),
    "expires_on": str(NEXT_YEAR),
}
GROUP = {
    "group_id": "new-group",
    "group_label": "New group",
    "size_band": "from_10",
    "first_seen": "2021-01-01",
    "review_due": str(NEXT_YEAR),
}


@pytest.fixture
def home(tmp_path):
    return group_project(tmp_path)


def sheet(*rows: dict[str, str], name: str = "assessments") -> bytes:
    """The bytes of a CSV sheet."""
    buffer = io.StringIO()
    pd.DataFrame(rows).to_csv(buffer, index=False)
    return buffer.getvalue().encode()


def examine(home, content: bytes, name: str = "sheet.csv"):
    return entries.examine(content, name, load_config(home, PLACE), frozenset({"cjng", "gulf"}), home)


@pytest.mark.parametrize(
    ("column", "value", "cell", "why"),
    [
        ("group_id", "nobody", "A2", "neither a known group nor a vignette"),
        ("attribute", "charm", "B2", "is not one of"),
        ("level", "middling", "C2", "is not one of nil, low, medium, high, unknown"),
        ("evidence", "Z", "D2", "is not one of A, B"),
        ("information", "9", "E2", "is not one of 1, 2"),
        ("assessor", "Jane Doe", "F2", "never the name of a person"),
        ("panel", "press", "G2", "is not one of assessors, community"),
        ("assessed_on", "21/11/2026", "H2", "is no day"),
        ("assessed_on", "2999-01-01", "H2", "lies outside"),
        ("expires_on", "2999-01-01", "I2", "lies outside"),
    ],
)
def test_a_fault_is_named_by_its_cell(home, column, value, cell, why):
    with pytest.raises(AssessmentError, match=f"assessments!{cell}: .*{why}"):
        examine(home, sheet({**GOOD, column: value}))


def test_every_fault_is_named_at_once_and_nothing_is_entered(home):
    with pytest.raises(AssessmentError) as told:
        examine(
            home, sheet(GOOD, {**GOOD, "level": "", "evidence": "q"}, {**GOOD, "attribute": "curfews", "panel": "x"})
        )
    assert "has 4 faults; nothing was entered" in str(told.value)
    assert all(cell in str(told.value) for cell in ("A3: cjng extortion", "C3: an empty cell", "D3: 'q'", "G4: 'x'"))
    assert not entries.home(home, PLACE).exists()


def test_a_column_about_anything_else_is_refused(home):
    with pytest.raises(AssessmentError, match="columns not known: leader_name"):
        examine(home, sheet({**GOOD, "leader_name": "Jane"}))
    with pytest.raises(AssessmentError, match="columns missing: level"):
        examine(home, sheet({k: v for k, v in GOOD.items() if k != "level"}))


def test_the_community_panel_rates_community_control_alone(home):
    assert examine(home, sheet({**GOOD, "panel": "community"}))
    with pytest.raises(AssessmentError, match="G2: the community panel rates community control alone"):
        examine(home, sheet({**GOOD, "attribute": "money_laundering", "panel": "community"}))


def test_a_group_below_the_policys_k_is_refused_and_an_unknown_size_is_not(home):
    with pytest.raises(AssessmentError, match="groups!C2: a group of fewer than 5"):
        examine(home, sheet({**GROUP, "size_band": "under_5"}, name="groups"))
    assert examine(home, sheet({**GROUP, "size_band": "unknown", "source": "Named so in the event records"}))
    policy = home / "config" / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("internal: 5", "internal: 12"), "utf-8")
    with pytest.raises(AssessmentError, match="groups!C2: a group of fewer than 12"):
        examine(home, sheet({**GROUP, "size_band": "from_10"}))


def test_a_code_that_is_known_or_a_review_without_end_is_refused(home):
    with pytest.raises(AssessmentError, match="A2: gulf is the code of a group that is known already"):
        examine(home, sheet({**GROUP, "group_id": "gulf"}))
    with pytest.raises(AssessmentError, match="E2: 2999-01-01 lies outside"):
        examine(home, sheet({**GROUP, "review_due": "2999-01-01"}))


def test_the_template_is_filled_in_excel_and_read_back_with_excels_own_types(home):
    book = load_workbook(io.BytesIO(entries.template(load_config(home, PLACE), ["cjng"])))
    assert book.sheetnames == ["groups", "assessments", "help"]
    assert "never medium" in str(book["help"]["B1"].value)
    page = book["assessments"]
    assert [cell.value for cell in page[1]] == list(GOOD)
    page.append([*list(GOOD.values())[:4], 2, *list(GOOD.values())[5:7], dt.datetime(2026, 1, 2), dt.date(2026, 9, 1)])
    page.append([None] * 9)
    page.append(["cjng", "extortion", "colossal"])
    kept = io.BytesIO()
    book.save(kept)
    with pytest.raises(AssessmentError, match="assessments!C4: 'colossal'") as told:
        examine(home, kept.getvalue(), "filled.xlsx")
    assert "!C2" not in str(told.value)
    assert "!A3" not in str(told.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04 no zip", b'a,"b'])
def test_a_file_that_is_no_sheet_is_refused_without_a_traceback(home, content):
    for name in ("a.csv", "a.xlsx"):
        with pytest.raises(AssessmentError):
            examine(home, content, name)


def test_a_workbook_with_damaged_bytes_is_refused_or_read_and_never_breaks(home):
    whole = entries.template(load_config(home, PLACE), ["cjng"])
    rng, broken = np.random.default_rng(1), 0
    for _ in range(300):
        content = bytearray(whole)
        for at in rng.integers(len(content), size=rng.choice([1, 3, 20])):
            content[at] = rng.integers(256)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                apart.tables(bytes(content), "a.xlsx", ("groups", "assessments"), sheets.UPLOAD)
            except (apart.Unreadable, TooMuch):
                broken += 1
    assert broken > 100


def test_a_workbook_as_wide_as_excel_allows_is_refused(home):
    book = load_workbook(io.BytesIO(entries.template(load_config(home, PLACE), ["cjng"])))
    book["assessments"]["XFD3"] = "x"
    kept = io.BytesIO()
    book.save(kept)
    with pytest.raises(AssessmentError, match="over 100 columns"):
        examine(home, kept.getvalue(), "wide.xlsx")


@pytest.mark.parametrize("label", ["Two\nlines", "Hidden\u202eword", "Bell\x07"])
def test_a_label_with_what_cannot_be_seen_is_refused(home, label):
    with pytest.raises(AssessmentError, match="groups!B2: holds a line break"):
        examine(home, sheet({**GROUP, "group_label": label}))


def test_the_same_rows_from_two_people_at_once_are_entered_once(home):
    twice = [examine(home, sheet(row)) for row in (GROUP, GROUP, GOOD, GOOD)]
    for rows_entered, again in (twice[:2], twice[2:]):
        entries.enter(home, PLACE, rows_entered)
        with pytest.raises(AssessmentError, match="in the meantime"):
            entries.enter(home, PLACE, again)
    assert [len(frame) for frame in entries.load(home, PLACE).frames.values()] == [1, 1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("attribute,G1\nCorruption,high\nCorruption,nil\n", "Corruption stands there more than once"),
        ("attribute,G1,G1\nCorruption,high,nil\n", "G1 stands there more than once"),
        ("attribute\nCorruption\n", "then a column per group"),
    ],
)
def test_a_published_sheet_that_says_two_things_is_refused(tmp_path, content, says):
    (tmp_path / "s.csv").write_text(content, "utf-8")
    with pytest.raises(AssessmentError, match=says):
        CliRunner().invoke(app, ["assessments", "sleipnir", str(tmp_path / "s.csv")], catch_exceptions=False)


def test_what_was_entered_counts_from_the_next_run_and_bounds_close(home, mexico, monkeypatch):
    shutil.copytree(mexico.path / "data" / "snapshots", home / "data" / "snapshots")  # what was loaded once
    fewer_draws(home)
    first = pipeline.execute(home, PLACE)
    before = groups.published(home, PLACE)
    known = frozenset(before.groups["group_id"])
    rows = [
        {**GOOD, "attribute": a, "level": lv} for a, lv in (("corrupt_officials", "medium"), ("infiltration", "low"))
    ]
    rows += [
        {**GOOD, "assessor": "analyst-2", "level": "low"},
        GOOD,
        {**GOOD, "panel": "community", "assessor": "panel-1"},
    ]
    rows += [{**GOOD, "group_id": "V2", "level": "unknown"}]
    for content in (sheet(*rows), sheet(GROUP)):
        entries.enter(home, PLACE, entries.examine(content, "a.csv", load_config(home, PLACE), known, home))
    second = pipeline.execute(home, PLACE)
    after = groups.published(home, PLACE)
    # A rating makes the groups' run anew, and nothing else.
    assert (second.snapshot.id, second.results["area"]) == (first.snapshot.id, first.results["area"])
    assert second.results["group"] == after.run_id != before.run_id
    old, new = (r.scores.set_index("group_id") for r in (before, after))
    assert new.loc["cjng", "corruption"] == 37.5
    assert new.loc["cjng", "pillars_scored"] == 2
    assert new.loc["cjng", "weight_unknown"] < old.loc["cjng", "weight_unknown"]
    assert pd.isna(new.loc["cjng", "community"])  # one attribute of five is not enough
    cell = after.assessed.set_index(["group_id", "indicator"]).loc[("cjng", "extortion")]
    assert (cell["level_low"], cell["level_high"], cell["is_disputed"]) == ("low", "high", True)
    assert cell["community_level"] == "high"
    assert new.loc["new-group", "tier"] == "not scored"
    assert pd.isna(new.loc["new-group", "violence"])
    monkeypatch.setattr(group_assembly, "clock", lambda config: dt.date(2027, 1, 1))
    third = pipeline.execute(home, PLACE)  # nor does a new month, by which reviews fall due
    assert (third.snapshot.id, third.results["area"]) == (first.snapshot.id, first.results["area"])
    assert third.results["group"] not in (first.results["group"], second.results["group"])
    told = assessments.agreement(after)
    assert told.vignettes.frame.set_index("Vignette").loc["V2", "As expected"] == 1
    assert len(told.disputed.frame) == 1
    assert "Alpha" in told.by_attribute.frame
    twice = told.by_attribute.frame["Cells rated twice or more"]
    assert twice.sum() == 1
    late = replace(after, manifest={**after.manifest, "clock": str(NEXT_YEAR + dt.timedelta(days=1))})
    assert assessments.agreement(late).by_attribute.frame["Raters"].sum() == 0, "what has expired is compared no more"


def test_an_assessment_of_a_group_that_is_gone_stops_the_run(home):
    entries.enter(home, PLACE, entries.row("assessments", {**GOOD, "group_id": "gone"}))
    with pytest.raises(AssessmentError, match="assessments name gone, which the register does not know"):
        pipeline.run(home, PLACE)


def test_a_sheet_changed_by_hand_afterwards_is_told(home):
    entries.enter(home, PLACE, entries.row("assessments", GOOD))
    path = entries.home(home, PLACE) / "assessments.csv"
    path.write_text(path.read_text("utf-8").replace("attribute", "trait"), "utf-8")
    with pytest.raises(AssessmentError, match="changed by hand"):
        entries.load(home, PLACE)


def test_the_verbs_write_the_template_examine_and_score_a_published_sheet(mexico, tmp_path):
    call = CliRunner().invoke
    filled, project = tmp_path / "t.xlsx", ["--project", str(mexico.path)]
    assert call(app, ["assessments", "template", PLACE, str(filled), *project]).exit_code == 0
    with pytest.raises(AssessmentError, match="holds no row"):
        call(app, ["assessments", "check", PLACE, str(filled), *project], catch_exceptions=False)
    table = tmp_path / "s.csv"
    table.write_text("attribute,G1,G2\nViolence,high,unknown\nCorruption,high,unknown\n", "utf-8")
    shown = call(app, ["assessments", "sleipnir", str(table)]).stdout
    assert "380 of 760" in shown
    assert f"{4 * 37 + 2 * 153} of 760" in shown
    assert "148 to 760" in shown
