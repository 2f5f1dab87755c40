"""Kinds of harm teach each other one way: more harm never scores less, and police contact reaches nothing else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harmmodel.assembly import areas
from harmmodel.config.types import PILLARS
from harmmodel.lenses.areas.joint import CONTACT, HARM
from harmmodel.lenses.areas.score import score_areas
from harmmodel.lenses.areas.spec import AreaInputs
from harmmodel.lenses.scheme import PillarSpec
from harmmodel.warehouse.store import editions
from tests.schemes import area_scheme, indicator

CLASSES = ("killing", "robbery", "shooting")
SPECS = [
    indicator(id="abuse", label="abuse", pillar="corruption", classes=("bribe",), high=4000, police_contact=True),
    indicator(id="force", label="force", pillar="corruption", classes=("blow",), high=4000, police_contact=True),
    indicator(id="harm", label="harm", pillar="violence", classes=CLASSES, high=9000),
    indicator(id="loss", label="loss", pillar="community", classes=("death",), high=4000),
]
CELLS = [(spec.id, name) for spec in SPECS for name in spec.classes]
PILLARS_GIVEN = tuple(
    PillarSpec(id=name, label=name, weight=1 / 3, weight_range=(0.2, 0.5), lead="") for name in PILLARS
)
SCHEME = area_scheme(pillars=PILLARS_GIVEN, draws=40, screen_events=1, screen_own_share=0.0)
AREAS = 40


@st.composite
def places(draw) -> AreaInputs:
    """Make a place of forty areas whose kinds of harm go together more or less."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    residents = rng.integers(800, 30_000, AREAS)
    level, together = rng.standard_normal(AREAS), draw(st.sampled_from([0.0, 0.6, 1.2]))
    rows = []
    for cell in CELLS:
        means = residents * 10 ** rng.uniform(-3.5, -2.5) * np.exp(together * level) * rng.gamma(4, 1 / 4, AREAS)
        rows += [(f"u{n:02}", *cell, int(count)) for n, count in enumerate(rng.poisson(means))]
    units = pd.DataFrame({"unit_id": [f"u{n:02}" for n in range(AREAS)], "residents": residents})
    return AreaInputs(
        units=units.assign(label=units["unit_id"]),
        counts=pd.DataFrame(rows, columns=["unit_id", "indicator", "class", "events"]),
        exposure=pd.DataFrame(CELLS, columns=["indicator", "class"]).assign(days=365, period_from="a", period_to="b"),
    )


def more(place: AreaInputs, unit: str, cell: tuple[str, str], extra: int = 1) -> AreaInputs:
    counts = place.counts
    mine = (counts["unit_id"] == unit) & (counts["indicator"] == cell[0]) & (counts["class"] == cell[1])
    return replace(place, counts=counts.assign(events=counts["events"] + extra * mine))


quick = settings(max_examples=15, deadline=None)


@quick
@given(places(), st.sampled_from(CELLS), st.integers(0, AREAS - 1))
def test_one_event_more_of_any_class_lets_no_score_of_its_area_fall_though_all_is_learned_anew(place, cell, unit):
    before, after = (score_areas(data, SPECS, SCHEME) for data in (place, more(place, f"u{unit:02}", cell)))
    assert before.estimated.blocks.keys() == {HARM, CONTACT}
    assert after.scores["score"].iloc[unit] > before.scores["score"].iloc[unit] - 1e-9


@quick
@given(places(), st.sampled_from(["bribe", "blow"]), st.integers(1, 400))
def test_records_that_police_contact_makes_possible_move_no_bit_of_another_class(place, name, extra):
    cell = next(cell for cell in CELLS if cell[1] == name)
    before, after = (score_areas(data, SPECS, SCHEME) for data in (place, more(place, "u07", cell, extra)))
    for key, drawn in before.class_draws.items():
        if key.split("/")[0] in ("harm", "loss"):
            np.testing.assert_array_equal(drawn, after.class_draws[key])
    same = ["score_no_contact", "rank_no_contact", "p_top_no_contact", "violence", "community"]
    pd.testing.assert_frame_equal(before.scores[same], after.scores[same], check_exact=True)


@quick
@given(places())
def test_an_area_high_in_all_other_kinds_is_believed_in_one_more(place):
    scored = score_areas(place, SPECS, SCHEME)
    after = score_areas(more(place, "u03", ("loss", "death"), 200), SPECS, SCHEME, priors=scored.estimated)
    rates = [
        one.classes.query("unit_id == 'u03' and `class` == 'robbery'")["expected"].iloc[0] for one in (scored, after)
    ]
    assert rates[1] >= rates[0] * (1 - 1e-6)


@settings(max_examples=3, deadline=None)
@given(places())
def test_an_area_of_which_only_complaints_are_known_still_has_draws_of_them(place):
    """Its residents are unknown and its land is not: rates by land are drawn around the middle of the outer level."""
    by_land = [replace(spec, per="km2" if spec.police_contact else "resident") for spec in SPECS]
    size = pd.Series(1.0, index=place.units.index)
    hidden = place.units["residents"].where(place.units["unit_id"] != "u05")
    scored = score_areas(replace(place, units=place.units.assign(residents=hidden, km2=size)), by_land, SCHEME)
    assert scored.estimated.blocks.keys() == {HARM, CONTACT}
    assert np.isfinite(scored.class_draws["abuse/bribe"][5]).all()
    assert np.isnan(scored.class_draws["loss/death"][5]).all()


def test_few_areas_are_estimated_one_class_at_a_time():
    rng = np.random.default_rng(0)
    rows = [(f"u{n}", *cell, int(rng.integers(0, 30))) for n in range(12) for cell in CELLS]
    units = pd.DataFrame({"unit_id": [f"u{n}" for n in range(12)], "residents": 5000.0})
    place = AreaInputs(
        units=units.assign(label=units["unit_id"]),
        counts=pd.DataFrame(rows, columns=["unit_id", "indicator", "class", "events"]),
        exposure=pd.DataFrame(CELLS, columns=["indicator", "class"]).assign(days=365, period_from="a", period_to="b"),
    )
    scored = score_areas(place, SPECS, SCHEME)
    assert scored.estimated.blocks == {}
    assert (scored.priors["block"] == "").all()
    assert scored.classes.groupby("class")["expected"].nunique().eq(1).all()


@pytest.fixture(scope="module")
def chicago(project):
    run = editions.published(project.path, project.place)
    data = areas.window_inputs(run.units, run.windows(), areas.AS_CONFIGURED)
    scheme = replace(areas.area_scheme(run.config), draws=50, kept_draws=50)
    return data, areas.indicator_specs(run.config), scheme


def test_in_chicago_one_event_more_in_any_class_of_any_area_lets_no_score_fall(chicago):
    data, specs, scheme = chicago
    before = score_areas(data, specs, scheme)
    held, scores = before.estimated, before.scores.set_index("unit_id")
    scored = {spec.id for spec in specs if spec.role == "score"}
    low = ["events_low", "events_high"]
    for indicator_id, name in data.counts[["indicator", "class"]].drop_duplicates().itertuples(index=False):
        if indicator_id not in scored:
            continue
        mine = (data.counts["indicator"] == indicator_id) & (data.counts["class"] == name)
        worse = data.counts.copy()
        worse.loc[mine, low] += 1  # in every area at once: under held models no area moves another
        after = score_areas(replace(data, counts=worse), specs, scheme, priors=held).scores.set_index("unit_id")
        assert (after["score"] >= scores["score"] - 1e-9).all(), (indicator_id, name)
