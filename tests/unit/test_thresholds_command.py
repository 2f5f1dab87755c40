"""The verb thresholds: flat figures, every jurisdiction side by side, nothing unverified in an official export."""

import csv
import datetime as dt
import io
import json
import math
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harmmodel.audit.readiness import threshold_findings
from harmmodel.cli import app
from harmmodel.config.thresholds import load_thresholds
from harmmodel.errors import ConfigError, QuantityError
from harmmodel.views.thresholds import rows as quantity_rows
from harmmodel.views.thresholds import sentences
from harmmodel.views.thresholds.settings import parsed_sample
from tests.conftest import ROOT

HELD = ("--median", "0.6", "--p90", str(0.6 * math.exp(0.9 * 1.2815515655446004)))
CHECKED = "2026-11-21"
FROM_MEMORY = {  # marked as from memory in the table of the method: none of these may be called verified
    ("mexico", "mdma"),
    ("portugal", "heroin"),
    ("portugal", "cocaine"),
    ("thailand", "methamphetamine", "2024-06-18"),
    ("ukraine", "cocaine"),
    ("ukraine", "cannabis_herb"),
    ("victoria", "heroin"),
    ("australian_capital_territory", "cocaine"),
    ("brazil", "cannabis_herb"),
    ("british_columbia", "heroin"),
    ("czechia", "heroin"),
    ("spain", "heroin"),
    ("germany", "cocaine"),
    ("austria", "heroin"),
}


@pytest.fixture(autouse=True)
def on_the_day_of_the_checks(monkeypatch):
    monkeypatch.setattr("harmmodel.cli.thresholds._today", lambda: dt.date.fromisoformat(CHECKED))


def run(*args: str, project: Path = ROOT) -> str:
    day = () if "--on" in args else ("--on", CHECKED)  # the shipped checks hold for half a year, the tests for ever
    outcome = CliRunner().invoke(app, ["thresholds", *args, *day, "--project", str(project)])
    if outcome.exception:
        raise outcome.exception
    return outcome.stdout


def figures(*args: str):
    return json.loads(run(*args, "--format", "json"))


def test_mexicos_heroin_limit_catches_nearly_everybody():
    row = figures("--jurisdiction", "mexico", "--substance", "heroin", *HELD)
    assert row["threshold_grams"] == 0.05
    assert row["misclassified_user_rate"] == pytest.approx(0.997, abs=0.0005)
    assert row["net_widening"] == "clear"
    assert row["status"] == "verified"
    assert row["misclassified_user_rate_low"] is None, "no interval without a reason for one"
    assert all(not isinstance(cell, dict | list) for cell in row.values()), "flat"


def test_respondents_give_an_interval_and_ranges_a_range():
    one = ("--jurisdiction", "oregon", "--substance", "heroin", *HELD)
    few, many = (figures(*one, "--respondents", n) for n in ("50", "500"))
    assert few["misclassified_user_rate_low"] < many["misclassified_user_rate_low"] < few["misclassified_user_rate"]
    doses = figures(*one, "--dose", "0.05 to 0.2")
    assert (doses["doses_low"], doses["doses"], doses["doses_high"]) == pytest.approx((5, 10, 20))
    assert figures(*one, "--dose", "0.1", "--doses-a-day", "2")["supply_days"] == pytest.approx(5)


def test_less_than_a_gram_means_that_a_gram_is_above(tmp_path):
    path = tmp_path / "held.csv"
    path.write_text("grams\n" + "1\n" * 20, "utf-8")
    oregon, portugal = (
        figures("--jurisdiction", name, "--substance", "heroin", "--quantities", str(path))
        for name in ("oregon", "portugal")
    )
    assert (oregon["limit"], oregon["misclassified_user_rate"]) == ("less than", 1.0)
    assert (portugal["limit"], portugal["misclassified_user_rate"]) == ("up to", 0.0)
    assert portugal["misclassified_user_rate_high"] > 0.05, "none of 20 is not never"


def test_a_pure_quantity_is_compared_only_with_a_purity():
    bare = figures("--jurisdiction", "austria", "--substance", "heroin", *HELD)
    assert bare["misclassified_user_rate"] is None
    told = figures("--jurisdiction", "austria", "--substance", "heroin", *HELD, "--purity", "20% to 50%")
    assert (told["threshold_total_grams_low"], told["threshold_total_grams_high"]) == pytest.approx((6, 15))
    assert told["misclassified_user_rate_low"] < told["misclassified_user_rate"] < told["misclassified_user_rate_high"]


def test_without_a_jurisdiction_all_are_compared_lowest_first():
    rows = figures("--substance", "heroin", *HELD)
    assert len({row["jurisdiction"] for row in rows}) >= 20
    assert [row["threshold_grams"] for row in rows] == sorted(row["threshold_grams"] for row in rows)
    rates = [r["misclassified_user_rate"] for r in rows if r["weight_basis"] != "pure" and r["limit"] == "up to"]
    assert rates == sorted(rates, reverse=True)


def test_json_csv_and_text_tell_the_same():
    one = ("--jurisdiction", "thailand", "--substance", "cocaine", *HELD)
    figure_row = figures(*one)
    (row,) = csv.DictReader(io.StringIO(run(*one, "--format", "csv")))
    assert float(row["misclassified_user_rate"]) == pytest.approx(figure_row["misclassified_user_rate"])
    assert list(row) == list(figure_row)
    text = run(*one)
    assert sentences.likely(figure_row["misclassified_user_rate"]) in text
    assert sentences.ONE_OF_MANY in text
    assert "Net widening: " in text


def test_the_day_decides_which_rule_holds():
    one = ("--jurisdiction", "thailand", "--substance", "methamphetamine")
    assert figures(*one, "--on", "2024-03-01")["threshold_grams"] == 0.5
    assert figures(*one, "--on", "2024-07-01")["threshold_grams"] == 0.1


def test_no_unverified_row_reaches_an_official_export():
    rows = list(csv.DictReader(io.StringIO(run("--official", "--format", "csv", "--on", "2026-11-21"))))
    assert rows
    assert {row["status"] for row in rows} == {"verified"}
    assert run("--official", "--format", "json", "--on", "2040-01-01").strip() == "[]", (
        "every review is overdue by then"
    )
    with pytest.raises(QuantityError, match="Mexico has no quantity of MDMA"):
        run("--official", "--on", "2026-11-21", "--jurisdiction", "mexico", "--substance", "mdma")


def test_a_past_day_does_not_bring_an_overdue_review_into_an_official_export(monkeypatch):
    monkeypatch.setattr("harmmodel.cli.thresholds._today", lambda: dt.date(2040, 1, 1))
    assert run("--official", "--format", "json", "--on", CHECKED).strip() == "[]"


def test_a_quantity_of_ones_own_is_not_official():
    with pytest.raises(QuantityError, match="leave out --official"):
        run("--official", "--grams", "5", "--substance", "heroin")


def test_what_is_from_memory_is_not_called_verified():
    verified = {
        key
        for row in quantity_rows.rows(load_thresholds(ROOT))
        if row.status == "verified"
        for key in ((row.jurisdiction, row.substance), (row.jurisdiction, row.substance, str(row.valid_from)))
    }
    assert verified & FROM_MEMORY == set()
    assert ("mexico", "heroin") in verified


def test_bunching_is_reported_beside_the_threshold(tmp_path):
    path = tmp_path / "weights.csv"
    path.write_text("grams\n" + "".join(f"{0.4 + n / 300:.4f}\n" for n in range(600)), "utf-8")
    row = figures("--jurisdiction", "oregon", "--substance", "heroin", *HELD, "--weights", str(path))
    assert row["bunching_weights"] == 600
    assert row["bunching_jump_low"] < 1 < row["bunching_jump_high"]
    path.write_text("grams\n" + "0.9\n1.0\n" * 10, "utf-8")
    few = figures("--jurisdiction", "oregon", "--substance", "heroin", *HELD, "--weights", str(path))
    assert few["bunching_jump"] is None
    assert few["bunching_exactly"] == 10
    assert "Too few for a test" in run(
        "--jurisdiction", "oregon", "--substance", "heroin", *HELD, "--weights", str(path)
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--jurisdiction", "atlantis"), "No jurisdiction 'atlantis'. Known: "),
        (("--jurisdiction", "mexico", "--substance", "aspirin"), "No substance 'aspirin'. Known: heroin"),
        (("--substance", "aspirin"), "No substance 'aspirin'"),
        (
            ("--jurisdiction", "brazil", "--substance", "heroin"),
            "Brazil has no quantity of heroin. It has: cannabis_herb",
        ),
        (("--median", "0.6"), "belong together"),
        (("--median", "2", "--p90", "1"), r"90th percentile \(1 g\) must lie above the median \(2 g\)"),
        (("--median", "0,6", "--p90", "x"), "(?s)Median: '0,6'.*write 0.5, not 0,5.*90th percentile: 'x'"),
        (("--median", "nan", "--p90", "inf"), "Median: 'nan' cannot be read"),
        (("--purity", "150%"), "Purity: '150%' must lie above 0 and up to 1"),
        (("--quantities", "/nowhere.csv"), "/nowhere.csv cannot be read"),
        (("--on", "tomorrow"), "--on: 'tomorrow' is no day"),
        (("--grams", "-1", "--substance", "heroin"), "--grams"),
        (("--grams", "1"), "--grams needs --substance"),
    ],
)
def test_bad_input_is_told_with_what_to_do(args, said):
    with pytest.raises(QuantityError, match=said):
        run(*args)


def test_a_project_without_thresholds_is_told_so(tmp_path):
    with pytest.raises(ConfigError, match="one YAML file per jurisdiction"):
        run(project=tmp_path)


def test_check_looks_at_thresholds_too(tmp_path):
    assert threshold_findings(tmp_path) == []
    (line,) = threshold_findings(ROOT)
    assert line.startswith("thresholds: config agrees (")
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "thresholds" / "mexico.yaml").write_text("id: mexico\n", "utf-8")
    with pytest.raises(ConfigError, match=r"mexico\.yaml line 1: "):
        threshold_findings(tmp_path)


def test_faults_of_a_file_are_listed_by_row_and_nothing_of_it_is_used():
    raw = b'grams,role\n0.5,user\nx,user\n\n0,user\n3,boss\n"1,5",supplier\n1e9,user\n,user\n'
    with pytest.raises(QuantityError) as told:
        parsed_sample(raw, "held.csv")
    lines = str(told.value).splitlines()
    assert lines[0] == "held.csv has six faulty rows:"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["row 3", "row 5", "row 6", "row 7", "row 8", "row 9"]
    assert "write 0.5, not 0,5" in lines[4]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"grams\n", "no row under the header"),
        (b"weight\n1\n", "must name a column 'grams'"),
        (b"grams;role\n1;user\n", "must name a column 'grams'"),
        (b"grams,Last Name\n1,x\n", "looks personal"),
        (b"grams\n\xff\n", "is not UTF-8"),
        (b'grams\n"1\n', "Save the file as CSV"),
        (b"grams\n" + b"x\n" * 30, "and 10 more"),
    ],
)
def test_files_that_are_no_quantities_are_refused(raw, said):
    with pytest.raises(QuantityError, match=said):
        parsed_sample(raw, "held.csv")


def test_a_small_sample_is_refused(tmp_path):
    path = tmp_path / "held.csv"
    path.write_text("grams\n1\n2\n", "utf-8")
    with pytest.raises(QuantityError, match="at least 10 quantities; it has 2"):
        run("--substance", "heroin", "--quantities", str(path))
