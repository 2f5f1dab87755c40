"""The scores of the shipped groups, kept so that every change of them is seen in a review."""

from harmmodel.views.groups.explain import group_ranking
from harmmodel.warehouse.read import groups
from tests.golden.kept import assert_kept

FIGURES = ("score", "sort_key", "score_low", "score_high", "bound_low", "bound_high")
STANDING = ("rank", "rank_low", "rank_high", "p_top", "p_top_unknown", "tier", "driver")


def test_the_scores_of_the_shipped_groups_have_not_moved(mexico, update_golden):
    ranking = group_ranking(groups.published(mexico.path, mexico.place))
    assert_kept("mexico_groups", ranking[["unit_id", *FIGURES, *STANDING]], update_golden)
