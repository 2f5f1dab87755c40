"""The scores of the shipped data, kept so that every change of them is seen in a review.

Rewritten only by ``pytest --update-golden``.
"""

import json
from pathlib import Path

import pytest

from harmmodel.views.areas.explain import area_ranking
from harmmodel.warehouse.store import editions

KEPT = Path(__file__).with_name("chicago_scores.json")
NUMBERS = ("score", "score_low", "score_high", "rank", "p_top", "enforcement_to_harm", "score_no_contact")


def test_the_scores_of_the_shipped_data_have_not_moved(project, update_golden):
    ranking = area_ranking(editions.published(project.path, project.place))
    found = {
        row["label"]: {"tier": row["tier"], "driver": row["driver"], **{n: round(row[n], 9) for n in NUMBERS}}
        for row in ranking.to_dict("records")
    }
    if update_golden:
        KEPT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    kept = json.loads(KEPT.read_text("utf-8"))
    assert list(found) == list(kept), "the order of the areas"
    for label, row in found.items():
        assert row["tier"] == kept[label]["tier"], label
        assert row["driver"] == kept[label]["driver"], label
        # Draws go through log and exp, whose last digits differ between processors.
        assert {n: row[n] for n in NUMBERS} == pytest.approx({n: kept[label][n] for n in NUMBERS}, rel=1e-6), label
