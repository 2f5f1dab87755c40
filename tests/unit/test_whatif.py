"""What-if: the same lens on the same draws, so that only a setting can change a tier; settings are checked."""

from dataclasses import replace

import numpy as np
import pytest

from harmmodel.assembly import areas
from harmmodel.errors import RunMissing
from harmmodel.lenses.areas import whatif as lens
from harmmodel.views.whatif import page, settings
from harmmodel.warehouse.store import editions, runs


@pytest.fixture(scope="module")
def run(project):
    return editions.published(project.path, project.place)


@pytest.fixture(scope="module")
def basis(run):
    return page.basis(run)


@pytest.fixture(scope="module")
def before(run):
    return page.unchanged(run)


def rescored(run, basis, **values):
    chosen = settings.settings(run, values)
    return lens.rescored(basis, chosen.indicators, chosen.scheme)


def test_rates_drawn_again_are_the_stored_ones_to_the_last_bit(run, basis):
    data = areas.window_inputs(run.units, run.windows(), areas.AS_CONFIGURED)
    again = lens.basis(data, areas.indicator_specs(run.config), areas.area_scheme(run.config))
    assert set(again.rates) == set(basis.rates) == set(run.class_draws())
    assert all(np.array_equal(again.rates[name], rates, equal_nan=True) for name, rates in basis.rates.items())


def test_unchanged_settings_give_the_published_point_and_nearly_its_shares(run, before):
    merged = before.frame.merge(run.scores, on="unit_id", suffixes=("", "_run"))
    np.testing.assert_allclose(merged["score"], merged["score_run"], atol=1e-9)
    assert merged["rank"].equals(merged["rank_run"])
    assert (merged["p_top"] - merged["p_top_run"]).abs().max() < 0.05


def test_unchanged_shares_are_those_of_the_first_stored_draws(run, before):
    first = run.draws("overall")[:, :1000]
    top = np.sort(first, axis=0)[-8]
    np.testing.assert_allclose(before.frame["p_top"], (first >= top).mean(axis=1), atol=2e-3)


def test_a_single_pillar_with_weight_sets_the_order(run, basis):
    rescored_frame = rescored(run, basis, pillar_violence=0.5, pillar_corruption=0.0, pillar_community=0.0).frame
    violence = run.scores.set_index("unit_id")["violence"]
    np.testing.assert_allclose(rescored_frame["score"], violence.loc[rescored_frame["unit_id"]], atol=1e-9)


def test_only_proportions_of_weights_count(run, basis):
    once = rescored(run, basis, pillar_violence=0.2, pillar_corruption=0.4, pillar_community=0.4).frame
    twice = rescored(run, basis, pillar_violence=0.4, pillar_corruption=0.8, pillar_community=0.8).frame
    np.testing.assert_allclose(once["p_top"], twice["p_top"])
    np.testing.assert_allclose(once["score"], twice["score"])


def test_without_any_weight_no_area_is_scored_and_that_is_said(run, basis, before):
    values = {slider.key: 0.0 for slider in settings.controls(run).pillars}
    result = page.what_if(run, settings.settings(run, values), basis, before)
    assert result.answer.startswith("**No area is scored")
    assert not result.ranking.frame["value"].notna().any()


def test_without_police_contact_the_order_is_the_run_s_own_without_it(run, basis):
    rescored_frame = rescored(run, basis, police_contact="without").frame
    own = run.scores.set_index("unit_id").loc[rescored_frame["unit_id"]]
    np.testing.assert_allclose(rescored_frame["rank"], own["rank_no_contact"])


@pytest.mark.parametrize("months", areas.WINDOWS)
def test_another_window_counts_what_lies_in_it(run, months):
    data = areas.window_inputs(run.units, run.windows(), months)
    days = data.exposure.set_index("indicator")["days"]
    assert (days <= 31 * months).all()
    assert days.max() > 30 * (months - 1)


def test_per_square_kilometre_takes_its_own_scale_and_says_so(run, before):
    chosen = settings.settings(run, {"exposure": "km2"})
    held = page.basis(run, chosen.months, chosen.per)
    result = page.what_if(run, chosen, held, before)
    assert held.own_scale == set(run.place.indicators)
    assert result.ranking.frame["behind"].isna().all()
    assert any("do not fit rates per km²" in note for note in result.notes)
    assert result.ranking.frame["value"].between(0, 100).all()


def test_twice_the_land_for_all_changes_no_tier_per_square_kilometre(run):
    data = areas.window_inputs(run.units, run.windows(), areas.AS_CONFIGURED)
    wide = replace(data, units=data.units.assign(km2=2 * data.units["km2"]))
    specs, scheme = areas.indicator_specs(run.config), areas.area_scheme(run.config)
    frames = [lens.rescored(lens.basis(one, specs, scheme, "km2"), specs, scheme).frame for one in (data, wide)]
    assert frames[0]["tier"].equals(frames[1]["tier"])


def test_a_change_of_tier_is_named_with_both_signs(run, basis, before):
    chosen = settings.settings(run, {"pillar_community": 1.0})
    result = page.what_if(run, chosen, basis, before)
    assert result.changed
    assert all(" to " in line and ("●" in line or "◐" in line) for line in result.changed)
    assert "Beyond the agreed range: Community harm." in result.answer


def test_no_change_is_said_and_the_published_draws_are_compared(run, basis, before):
    result = page.what_if(run, settings.settings(run, {}), basis, before)
    assert result.answer.startswith("**Nothing is changed yet.**")
    assert result.changed == ()
    assert "same 1,000 of the run's 10,000 draws" in result.notes[0]


def test_a_published_tier_that_the_fewer_draws_miss_is_named(run, basis, before):
    other = run.scores.assign(tier=run.scores["tier"].mask(run.scores["label"] == "Loop", "focus"))
    result = page.what_if(replace(run, scores=other), settings.settings(run, {}), basis, before)
    assert "Loop (baseline here, published as focus)" in result.notes[0]


def test_a_link_comes_back_as_the_same_settings(run):
    offered = settings.controls(run)
    values = {"pillar_violence": 0.6, "indicator_homicide": 2.5, "p": "highest", "window": "24", "exposure": "km2"}
    link = settings.to_link(offered, values)
    assert set(link) == set(values)
    assert settings.settings(run, settings.from_link(offered, link)) == settings.settings(run, values)
    assert settings.to_link(offered, {}) == {}


@pytest.mark.parametrize("text", ["", "nan", "inf", "-5", "1e9", "<script>", "0x10", "٣", "..", "None"])
def test_whatever_a_link_says_the_settings_stay_inside_their_limits(run, text):
    offered = settings.controls(run)
    values = settings.from_link(offered, dict.fromkeys(offered.defaults, text))
    assert all(slider.low <= values[slider.key] <= slider.high for slider in offered.sliders)
    assert all(values[choice.key] in choice.options for choice in offered.choices)
    settings.settings(run, values)


def test_the_agreed_range_stands_in_the_label(run):
    offered = settings.controls(run)
    assert offered.pillars[0].label == "Violence (agreed 0.20–0.50)"
    assert all("agreed 0.5–1.5" in slider.label for group in offered.indicators.values() for slider in group)


def test_a_run_without_counts_of_windows_says_what_to_do(run, monkeypatch):
    monkeypatch.setattr(runs, "WINDOW_FRAMES", ("never_stored",))
    with pytest.raises(RunMissing, match="harmmodel run chicago"):
        run.windows()
