"""How far recording may differ before a tier does: by other code, on a small place, one percent after the other."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harmmodel.lenses.areas.recording import BOUND, order_agreement
from harmmodel.lenses.areas.score import score_areas
from harmmodel.method.border import Border
from harmmodel.method.uncertainty import rank_draws, share_of_draws_in_top
from tests.schemes import area_scheme, indicator
from tests.unit.test_areas import SCHEME, place

NOISY = {"weight_range": (1.0, 1.0), "high_range": 0.0}
SPECS = [
    indicator(
        id="complaints",
        label="Complaints",
        pillar="corruption",
        classes=("abuse",),
        high=120,
        police_contact=True,
        **NOISY,
    ),
    indicator(id="overdose", label="Overdose deaths", pillar="community", classes=("death",), high=900, **NOISY),
    indicator(
        id="violence",
        label="Violence",
        pillar="violence",
        classes=("killing", "robbery"),
        high=4000,
        weighted=True,
        **NOISY,
    ),
]
PLACED = replace(
    SCHEME,
    pillars=tuple(replace(pillar, weight_range=(1.0, 1.0)) for pillar in SCHEME.pillars),
    kept_draws=400,
    top_share=0.25,
    anchors=frozenset({"killing", "death"}),
)
DIVIDED = {"killing": False, "robbery": True, "death": False, "abuse": True}


def limited(share: float) -> str:
    return "focus" if share >= 0.8 else "baseline" if share <= 0.1 else "contested"


class Table:
    """The place as plain arrays: every class with its draws, its central rate and its weight."""

    def __init__(self, scored):
        own = scored.classes.set_index(["class", "unit_id"])
        self.ids = scored.scores["unit_id"].tolist()
        self.drawn = {name.split("/")[1]: rows.astype(float) for name, rows in scored.class_draws.items()}
        self.point = {c: own.loc[c, "rate"].to_numpy() for c in DIVIDED}
        self.weight = {c: float(own.loc[c, "class_weight"].iloc[0]) for c in DIVIDED}

    def _pillars(self, rates, clip):
        def cut(x):
            return np.clip(x, 0, 100) if clip else x

        violence = self.weight["killing"] * rates["killing"] + self.weight["robbery"] * rates["robbery"]
        return cut(violence / 40), cut(rates["abuse"] / 1.2), cut(rates["death"] / 9)

    def tier(self, unit, factor):
        """Name the tier of a unit with its rates multiplied."""

        def moved(rates):
            return {
                c: np.array([row * factor if DIVIDED[c] and u == unit else row for u, row in enumerate(rows)])
                for c, rows in rates.items()
            }

        violence, corruption, community = self._pillars(moved(self.drawn), clip=True)
        overall = np.sqrt((violence**2 + corruption**2 + community**2) / 3)
        bare = np.sqrt((violence**2 + community**2) / 2)
        # Three of twelve make the top; draws of a gamma distribution hardly ever tie.
        p_top, p_violence, p_bare = (np.mean((rows > rows[unit]).sum(axis=0) < 3) for rows in (overall, violence, bare))
        squares = np.array(self._pillars(moved(self.point), clip=False)) ** 2
        driver = np.argmax(squares[:, unit] - np.median(squares, axis=1))
        if limited(p_top) == "focus":
            return "focus" if p_bare >= 0.8 and (driver != 0 or p_violence >= 0.8) else "contested"
        return "contested" if limited(p_top) == "baseline" and p_bare > 0.1 else limited(p_top)

    def first(self, unit, way):
        """Try one percent after the other."""
        now = self.tier(unit, 1.0)
        for percent in range(1, BOUND + 1):
            times = 1 + percent / 100
            then = self.tier(unit, 1 / times if way == "more" else times)
            if then != now:
                return percent, then
        return None


@pytest.fixture(scope="module")
def scored():
    return score_areas(place(), SPECS, PLACED, recording=True)


def test_the_least_percent_is_the_one_found_by_trying_each(scored):
    table = Table(scored)
    assert [table.tier(unit, 1.0) for unit in range(12)] == scored.scores["tier"].tolist()
    found = scored.recording.set_index("unit_id")
    told = 0
    for unit, unit_id in enumerate(table.ids):
        for way in ("more", "less"):
            percent, tier = found.loc[unit_id, way], found.loc[unit_id, f"tier_{way}"]
            expected = table.first(unit, way)
            assert (None if np.isnan(percent) else (int(percent), tier)) == expected, (unit_id, way)
            told += expected is not None
    assert 4 <= told <= 20, "the table tells something of both kinds"


def test_anchors_alone_never_move():
    scheme = replace(PLACED, anchors=frozenset(DIVIDED))
    found = score_areas(place(), SPECS, scheme, recording=True).recording
    assert found[["more", "less"]].isna().all(axis=None)
    assert (found[["tier_more", "tier_less"]] == "").all(axis=None)


def test_it_is_not_sought_unless_asked_for_and_moves_nothing(scored):
    plain = score_areas(place(), SPECS, PLACED)
    assert plain.recording.empty
    pd.testing.assert_frame_equal(plain.scores, scored.scores)
    pd.testing.assert_frame_equal(score_areas(place(), SPECS, PLACED, recording=True).recording, scored.recording)


def test_drawn_recording_moves_all_classes_of_an_area_but_the_anchors(scored):
    unlike = score_areas(place(), SPECS, replace(PLACED, recording_sd=0.3))
    ratio = {name: np.log(unlike.class_draws[name] / rows) for name, rows in scored.class_draws.items()}
    assert (ratio["violence/killing"] == 0).all()
    assert (ratio["overdose/death"] == 0).all()
    np.testing.assert_allclose(ratio["violence/robbery"], ratio["complaints/abuse"], atol=1e-5)
    assert np.std(ratio["violence/robbery"]) == pytest.approx(0.3, abs=0.02)
    assert abs(np.corrcoef(ratio["violence/robbery"])[0, 1]) < 0.2, "areas differ independently"
    again = score_areas(place(), SPECS, replace(PLACED, recording_sd=0.3))
    pd.testing.assert_frame_equal(again.scores, unlike.scores)


@given(arrays(np.int64, (6, 9), elements=st.integers(0, 4)), st.integers(0, 7), st.integers(0, 5))
def test_the_border_gives_the_share_that_the_whole_table_gives(values, k, unit):
    draws = values.astype(np.float32)
    rows = np.stack([draws[unit], draws[unit] + 1, draws[unit] - 1, np.full(9, 2, np.float32)])
    for row, share in zip(rows, Border(draws, k).share(draws[unit], rows), strict=True):
        whole = draws.copy()
        whole[unit] = row
        assert share == pytest.approx(share_of_draws_in_top(whole, k)[unit])


def test_two_orders_are_compared_draw_by_draw():
    one = np.array([[9.0, 1.0], [5.0, 2.0], [1.0, 3.0], [np.nan, np.nan]])
    other = np.array([[9.0, 3.0], [1.0, 2.0], [5.0, 1.0], [np.nan, np.nan]])
    stay, alike = order_agreement(rank_draws(one), rank_draws(other), 2)
    assert stay == 1, "one of the first draw, one of the second"
    assert alike == pytest.approx((0.5 - 1) / 2)


def test_nothing_is_looked_at_where_nothing_is_scored():
    scheme = area_scheme(pillars=PLACED.pillars, class_weights=PLACED.class_weights, draws=50, minimum_observed=1.0)
    data = place()
    none = replace(data, exposure=data.exposure.assign(days=0))
    found = score_areas(none, SPECS, scheme, recording=True).recording
    assert len(found) == 12
    assert found["more"].isna().all()
