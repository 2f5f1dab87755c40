"""The Simulator: settings in the address, words written from the figures, and the verb that prints the same."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from harmmodel.app.charts import simulator
from harmmodel.cli import app
from harmmodel.config import load_simulator
from harmmodel.errors import ConfigError, HarmModelError, SimulationImpossible
from harmmodel.method.deterrence.game import Tipping
from harmmodel.views.simulator import page as simulator_page
from harmmodel.views.simulator import results, sentences
from tests.app.conftest import open_app, texts
from tests.conftest import ROOT

SMALL = {
    "runs: 100\n": "runs: 10\n",
    "groups: {value: 100,": "groups: {value: 40,",
    "rounds: {value: 200,": "rounds: {value: 80,",
    "window: {value: 50,": "window: {value: 20,",
}
CAPACITIES = "capacities: [2, 4, 8, 16, 30]\n"


@pytest.fixture(scope="module")
def home(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the tiny place a small simulator: 40 groups, 80 rounds, five capacities."""
    home = tmp_path_factory.mktemp("simulator") / "home"
    shutil.copytree(tiny, home)
    text = (ROOT / "config" / "simulator.yaml").read_text("utf-8").split("reference:\n")[0]
    for old, new in SMALL.items():
        assert old in text
        text = text.replace(old, new)
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith("capacities:")]
    start, end = text.index("variations:\n"), text.index("# Figures of")
    lines = [line for line in text[start:end].splitlines(keepends=True) if "memory" in line]
    assert len(lines) == 2
    kept = [line for line in kept if "changes:" not in line or line in lines]
    reference = "reference:\n  - {capacity: 4, policy: random, mean_violators: 39, total_sanctions: 320}\n"
    (home / "config" / "simulator.yaml").write_text("".join(kept) + CAPACITIES + reference, "utf-8")
    return home


@pytest.fixture(scope="module")
def swept(home: Path) -> tuple[results.Simulator, results.Sweep]:
    assumed = load_simulator(home)
    assert assumed is not None
    return assumed, results.sweep(assumed, results.experiment(assumed))


def opened(monkeypatch: pytest.MonkeyPatch, home: Path, **address: str) -> AppTest:
    page = open_app(monkeypatch, home, "simulator", **address)
    assert not page.exception
    assert not page.error
    return page


def test_the_page_says_where_policies_tip_and_that_it_is_no_forecast(monkeypatch, home, swept):
    said = texts(page := opened(monkeypatch, home))
    tip = swept[1].tips["concentration"]
    assert f"Concentrated enforcement tips at a capacity of {tip.capacity:.0f}" in said
    assert "A teaching model, no forecast" in page.info[0].value
    assert "What this cannot show" in said
    assert "seed 0 · 10 runs" in said


def test_settings_come_from_the_address(monkeypatch, home):
    page = opened(monkeypatch, home, capacity="4", seed="7", **{"with": "Retaliation"})
    assert page.slider(key="capacity").value == 4
    assert "at a capacity of 4" in texts(page)
    assert "seed 7" in texts(page)
    assert "Retaliation switched on" in texts(page)


def test_another_capacity_draws_another_picture(monkeypatch, home):
    page = opened(monkeypatch, home)
    page.slider(key="capacity").set_value(16).run()
    assert not page.exception
    assert "Groups in violation at a capacity of 16" in [header.value for header in page.header]


def test_a_project_without_assumptions_says_what_to_do(monkeypatch, tiny):
    assert "This project has no assumptions for the simulator" in texts(opened(monkeypatch, tiny))


def test_an_upright_stands_only_where_a_policy_tips_and_labels_keep_apart(swept):
    assumed, sweep = swept
    at = results.of_policies([4], sweep.setting)
    curve = simulator_page.simulator(assumed, (), at, sweep, sweep).curve.frame.copy()
    curve.loc[curve["policy"].eq("random"), "tips_at"] = float("nan")
    drawn = simulator.over_capacities(curve, 40).to_dict()
    rows = [row for rows in drawn["datasets"].values() for row in rows if "label" in row]
    assert {row["label"] for row in rows if row["label"].startswith("tips")} == {
        f"tips at {sweep.tips[policy].capacity:.0f}" for policy in ("concentration", "concentration_warning")
    }
    ends = [
        layer["mark"]["dy"] for layer in drawn["layer"] if layer["mark"]["type"] == "text" and "dy" in layer["mark"]
    ]
    assert len(ends) == 3
    assert ends == sorted(ends, reverse=True)


def made(policy: str, capacity: float, low: float, high: float, never: float = 0.0) -> Tipping:
    return Tipping(policy, capacity, low, high, never, 10, 100.0)


def test_words_follow_the_figures():
    never = made("random", float("inf"), 50, float("inf"), 0.8)
    assert sentences.where(never, 60) == "does not tip up to a capacity of 60; 20% of runs do"
    assert sentences.apart(made("concentration", 7, 6, 8), never) == ""
    far = sentences.apart(made("concentration", 7, 6, 8), made("random", 26, 24, 28))
    assert "far lower capacity" in far
    near = sentences.apart(made("concentration", 20, 18, 22), made("random", 26, 24, 28))
    assert "lower capacity" in near
    assert "far" not in near
    higher = sentences.apart(made("concentration", 30, 29, 31), made("random", 26, 24, 28))
    assert "at a higher capacity" in higher
    equal = sentences.apart(made("concentration_warning", 7, 6, 8), made("concentration", 7, 6, 8))
    assert equal == "Concentration with warning tips at the same capacity as concentrated enforcement."
    overlap = sentences.apart(made("concentration", 20, 10, 25), made("random", 26, 24, 28))
    assert overlap.startswith("The two overlap")


@pytest.mark.parametrize(
    ("focused", "random", "verdict"),
    [
        ((7, 6, 8), (26, 24, 28), "lower"),
        ((7, 6, 25), (26, 24, 28), "overlapping"),
        ((7, 6, 8), (float("inf"), 50, float("inf")), "lower"),
        ((float("inf"), 9, float("inf")), (26, 24, 28), "not lower"),
        ((26, 24, 28), (26, 24, 28), "not lower"),
        ((float("inf"),) * 3, (float("inf"),) * 3, "neither tips"),
    ],
)
def test_a_verdict_on_other_assumptions_follows_the_figures(focused, random, verdict):
    tips = {"concentration": made("concentration", *focused), "random": made("random", *random)}
    assert sentences.Varied("Longer memory", tips).verdict == verdict


def test_other_assumptions_are_tried_when_asked_for(monkeypatch, home):
    assert "Does it hang on one assumption?" not in texts(opened(monkeypatch, home))
    page = opened(monkeypatch, home, others="true")
    assert "Does it hang on one assumption?" in texts(page)
    assert "of 2 other assumptions" in texts(page)


def test_the_reference_is_held_in_standard_errors_of_both(swept):
    assumed, sweep = swept
    table = simulator_page.against_reference(assumed, results.of_policies([4], sweep.setting))
    runs = results.of_policies([4], sweep.setting)["random"].mean_violators[0]
    expected = (runs.mean() - 39) / (runs.std(ddof=1) * (2 / 10) ** 0.5)
    assert table.frame["Groups errors"].iloc[0] == pytest.approx(expected)


def simulate(home: Path, *options: str) -> str:
    outcome = CliRunner().invoke(app, ["simulate", "--project", str(home), *options])
    if outcome.exception:
        raise outcome.exception
    return outcome.stdout


def test_the_verb_prints_one_flat_object_with_intervals_parameters_and_seed(home):
    options = ("--capacity", "4", "--policy", "concentration_warning", "--format", "json")
    row = json.loads(simulate(home, *options))
    assert not [key for key, value in row.items() if isinstance(value, dict | list)]
    assert row["mean_violators_low"] <= row["mean_violators"] <= row["mean_violators_high"]
    assert row["total_sanctions"] <= 4 * row["rounds"]
    assert (row["seed"], row["runs"], row["groups"], row["memory"]) == (0, 10, 40, 0.9)
    assert "surge_extra" not in row
    assert json.loads(simulate(home, *options)) == row
    other = json.loads(simulate(home, *options, "--seed", "1", "--with", "surge"))
    assert (other["seed"], other["with_surge"], other["surge_extra"]) == (1, True, 20)
    assert other["mean_violators"] != row["mean_violators"]


def test_the_sweep_prints_the_same_rows_in_every_format(home, swept):
    rows = list(csv.DictReader(io.StringIO(simulate(home, "--sweep", "--format", "csv"))))
    document = json.loads(simulate(home, "--sweep", "--format", "json"))
    assert len(rows) == len(document["rows"]) == 15
    assert [float(row["total_sanctions"]) for row in rows] == [row["total_sanctions"] for row in document["rows"]]
    tip = swept[1].tips["concentration"].capacity
    assert document["tipping"][1]["tips_at"] == tip
    others = list(csv.DictReader(io.StringIO(simulate(home, "--sweep", "--others", "--format", "csv"))))
    assert [row["What is changed"] for row in others] == ["As assumed", "Shorter memory", "Longer memory"]
    assert others[0]["Concentration tips"].startswith(f"at {tip:.0f} ")
    printed = simulate(home, "--sweep")
    assert f"Concentrated enforcement tips at a capacity of {tip:.0f}" in printed
    assert "Limits: A teaching model, no forecast." in printed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--capacity", "4"), "--policy NAME"),
        (("--capacity", "41", "--policy", "random"), "between 0 and 40"),
        (("--capacity", "-1", "--policy", "random"), "between 0 and 40"),
        (("--capacity", "4", "--policy", "random", "--runs", "1"), "2 to 1,000"),
        (("--capacity", "4", "--policy", "random", "--seed", "-1"), "the seed is -1"),
        (("--sweep", "--capacity", "4"), "Leave out --capacity"),
        (("--others", "--capacity", "4", "--policy", "random"), "Add --sweep"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_with_what_to_do(home, options, said):
    with pytest.raises(SimulationImpossible, match=said):
        simulate(home, *options)


def test_without_assumptions_the_verb_names_the_file(tiny):
    with pytest.raises(ConfigError, match=r"simulator\.yaml does not exist"):
        simulate(tiny, "--sweep")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("window: {value: 20", "window: {value: 90", "window"),
        ("memory: {value: 0.9", "memory: {value: 1.0", "memory"),
        ("capacities: [2,", "capacities: [8,", "increase"),
        (", 30]", ", 41]", "number of groups"),
        ("threshold_low: {value: 0.05", "threshold_low: {value: 0.6", "threshold_mean"),
        ("status: assumption", "status: certain", "status"),
        ("changes: {memory: 0.8}", "changes: {memroy: 0.8}", "memroy: no such assumption"),
        ("changes: {memory: 0.8}", "changes: {memory: 8}", "memory"),
    ],
)
def test_a_fault_in_the_assumptions_is_named(home, tmp_path, old, new, said):
    (tmp_path / "config").mkdir()
    text = (home / "config" / "simulator.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "config" / "simulator.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(HarmModelError, match=said):
        load_simulator(tmp_path)


def test_a_new_project_gets_the_shipped_assumptions():
    example = ROOT / "harmmodel" / "example" / "config" / "simulator.yaml"
    assert example.read_text("utf-8") == (ROOT / "config" / "simulator.yaml").read_text("utf-8")
