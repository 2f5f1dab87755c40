"""What-if on the shipped data: other weights on the stored draws, and another window and exposure drawn anew."""

import pytest

from harmmodel.lenses.areas import whatif as lens
from harmmodel.views.whatif import page, settings
from harmmodel.warehouse.store import editions
from tests.golden.kept import assert_kept

SETTINGS = {
    "weights": {"pillar_violence": 0.6, "indicator_homicide": 2.5, "p": "5", "police_contact": "without"},
    "land": {"window": "24", "exposure": "km2"},
}
COLUMNS = ["unit_id", "score", "score_low", "score_high", "rank", "p_top", "tier", "driver"]


@pytest.mark.parametrize("name", SETTINGS)
def test_what_another_choice_gives_has_not_moved(project, update_golden, name):
    run = editions.published(project.path, project.place)
    chosen = settings.settings(run, SETTINGS[name])
    held = page.basis(run, chosen.months, chosen.per)
    found = lens.rescored(held, chosen.indicators, chosen.scheme).frame
    assert_kept(f"chicago_whatif_{name}", found.sort_values(["rank", "unit_id"])[COLUMNS], update_golden)
