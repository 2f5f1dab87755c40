"""The ladder of activities of the shipped data, kept so that every change of it is seen in a review."""

from harmmodel.views.activities.table import activity_ranking
from harmmodel.warehouse.store import editions
from tests.golden.kept import assert_kept


def test_what_show_prints_of_activities_has_not_moved(project, update_golden):
    ranking = activity_ranking(editions.published(project.path, project.place))
    assert_kept("chicago_activities", ranking.drop(columns="label"), update_golden)
