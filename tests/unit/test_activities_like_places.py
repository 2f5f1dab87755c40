"""Matching, balance, ratio and E-value, on cells few enough to check by hand."""

import numpy as np
import pytest

from harmmodel.method.activities import like_places
from harmmodel.method.random_streams import resampled, stream

# Two settings; cells 0 to 2 have records, and cell 2 is like no cell without.
VARIABLES = np.array([[0.0, 0.0], [1.0, 1.0], [5.0, 0.0], [0.1, 0.0], [0.0, 0.2], [1.0, 0.9], [9.0, 9.0]])
RECORDS = np.array([True, True, True, False, False, False, False])
EVENTS = np.array([2.0, 6.0, 50.0, 1.0, 3.0, 2.0, 70.0])


def test_a_cell_is_matched_to_all_cells_inside_the_caliper_and_they_share_its_weight():
    matching = like_places.match(VARIABLES, RECORDS, 0.25)
    assert matching.matched.tolist() == [True, True, False, False, False, False, False]
    assert matching.weight.tolist() == [0, 0, 0, 0.5, 0.5, 1, 0]


def test_the_ratio_is_violence_of_matched_cells_over_that_of_their_like():
    matching = like_places.match(VARIABLES, RECORDS, 0.25)
    chosen = resampled(1, draws=9, rng=stream(0, "blocks"))
    one = np.zeros(len(EVENTS), dtype=np.int64)
    ratio, low, high = like_places.rate_ratio(EVENTS, matching, chosen=chosen, block=one, ends=(0.05, 0.95))
    assert ratio == pytest.approx((2 + 6) / (0.5 * 1 + 0.5 * 3 + 2)), "neither the unlike cell nor the far one counts"
    assert low == high == pytest.approx(ratio), "one block leaves nothing to draw"


def test_without_like_cells_or_without_their_violence_there_is_no_ratio():
    alone = like_places.match(VARIABLES, np.ones(7, dtype=np.bool_), 0.25)
    assert not alone.matched.any()
    matching = like_places.match(VARIABLES, RECORDS, 0.25)
    block, chosen = np.zeros(7, dtype=np.int64), np.ones((3, 1), dtype=np.int64)
    for events, cells in ((EVENTS, alone), (np.where(RECORDS, EVENTS, 0), matching)):
        assert np.isnan(like_places.rate_ratio(events, cells, chosen=chosen, block=block, ends=(0.05, 0.95))).all()


def test_matching_balances_what_differed():
    matching = like_places.match(VARIABLES, RECORDS, 0.25)
    before, after = like_places.differences(VARIABLES, RECORDS, matching)
    assert np.abs(before).max() > 0.3
    assert np.abs(after).max() < 0.1


def test_variables_are_logs_in_standard_deviations_and_a_constant_tells_nothing():
    scaled = like_places.standardised(np.array([[0, 4], [10, 4], [100, 4]]))
    assert scaled[:, 0].mean() == pytest.approx(0, abs=1e-6)
    assert scaled[:, 0].std() == pytest.approx(1, abs=1e-5)
    assert not scaled[:, 1].any()


def test_the_interval_of_the_ratio_holds_the_truth_where_blocks_differ():
    rng, held, cells, blocks = np.random.default_rng(5), 0, 600, 60
    block = np.repeat(np.arange(blocks), cells // blocks)
    chosen = resampled(blocks, draws=400, rng=stream(0, "blocks"))
    for _ in range(200):
        variables = like_places.standardised(rng.poisson(3, (cells, 1)))
        has_records = rng.random(cells) < 0.3
        level = np.exp(0.3 * variables[:, 0] + rng.normal(0, 0.3, blocks)[block])
        events = rng.poisson(np.where(has_records, 1.5, 1.0) * level).astype(float)
        matching = like_places.match(variables, has_records, 0.25)
        _, low, high = like_places.rate_ratio(events, matching, chosen=chosen, block=block, ends=(0.05, 0.95))
        held += low <= 1.5 <= high
    assert 0.84 <= held / 200 <= 0.97


@pytest.mark.parametrize(("ratio", "expected"), [(3.9, 7.26), (1 / 3.9, 7.26), (1.0, 1.0)])
def test_e_values_are_those_of_the_paper(ratio: float, expected: float):
    # VanderWeele & Ding (2017): a risk ratio of 3.9 has an E-value of 7.26.
    assert like_places.e_value(np.array([ratio]))[0] == pytest.approx(expected, abs=0.01)


def test_an_interval_that_holds_1_needs_no_hidden_cause():
    ends = like_places.e_value_of_end(np.array([0.8, 1.8, 0.5]), np.array([1.2, 8.0, 0.9]))
    assert ends.round(2).tolist() == [1.0, 3.0, 1.46]
