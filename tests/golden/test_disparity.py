"""The ratios and outcomes of the shipped stops, by ethnicity: a change of a figure is a change someone made."""

import json
from pathlib import Path

import pytest

from harmmodel.warehouse.read import disparity
from tests.conftest import Project

GOLDEN = Path(__file__).with_name("london_stops.json")


def test_the_ratios_are_those_that_were_reviewed(london: Project, update_golden: bool):
    run = disparity.published(london.path, london.place)
    ratios = run.ratios[run.ratios["dimension"] == "ethnicity"].dropna(subset=["ratio"])
    names = ["scheme", "reason", "benchmark", "group"]
    found = {
        " ".join(str(row[n]) for n in names): [round(row[f], 6) for f in ("ratio", "low", "high")]
        for row in ratios.to_dict("records")
    }
    outcomes = run.outcomes[(run.outcomes["dimension"] == "ethnicity") & (run.outcomes["stops"] > 0)]
    found |= {
        f"{row['scheme']} {row['reason']} {row['measure']} {row['group']}": [row["stops"], row["hits"]]
        for row in outcomes.to_dict("records")
    }
    if update_golden:
        GOLDEN.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")
    expected = json.loads(GOLDEN.read_text("utf-8"))
    assert found.keys() == expected.keys()
    for name, figures in expected.items():
        assert found[name] == pytest.approx(figures, abs=1e-5), name
