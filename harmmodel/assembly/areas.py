"""From a snapshot and the config to what the lenses are given: where warehouse and lenses meet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from harmmodel import nullable
from harmmodel.assembly import activities, recorded, release, reporting
from harmmodel.assembly.common import COMPARED_MONTHS, indicator_fields, judgements, pillar_spec
from harmmodel.config import Config, Indicator, Observed
from harmmodel.config.types import ANCHORED
from harmmodel.errors import ConfigError
from harmmodel.lenses.areas.contrast import Contrast, ContrastInputs, contrast_areas
from harmmodel.lenses.areas.denominator import per_present, present
from harmmodel.lenses.areas.score import AreaScores, score_areas
from harmmodel.lenses.areas.spec import KEPT_DRAWS, AreaInputs, AreaScheme, IndicatorSpec
from harmmodel.lenses.areas.sturdiness import sturdiness
from harmmodel.lenses.areas.trend import Untold, yearly_trend
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.store.connection import Connection
from harmmodel.warehouse.store.runs import INTERNAL, RunContent
from harmmodel.warehouse.store.snapshots import OpenSnapshot

WINDOWS = (6, 12, 24, 36)  # months; what a run keeps counts of besides the windows of its indicators
AS_CONFIGURED = 0
MOST_SCORES = 60_000_000  # units times draws that are held at once
CELL = ["unit_id", "indicator", "class"]
MOST_KEPT = 3_000_000  # units times draws of each class that a run keeps for What-if


def judge(snapshot: OpenSnapshot, config: Config, audience: str = INTERNAL) -> RunContent:
    """Score the areas of a snapshot, and judge its activities beside them: everything a run keeps.

    Counts pass the release gate first: what follows knows small counts of sensitive sources by their ends only, unless
    the run is exact and never published. Areas are scored before the file of enforcement is opened.
    """
    con, door = snapshot.harm, release.gate(config, audience)
    exact = area_inputs(con, config)
    data, windows = release.released_windows(exact, {m: area_inputs(con, config, m) for m in WINDOWS}, door)
    scheme = area_scheme(config, units=len(data.units))
    scores = score_areas(data, indicator_specs(config), scheme, recording=True)
    with snapshot.with_enforcement() as act:
        contrast, period = contrast_with_arrests(act, config, scores)
        activity, about = activities.activity_frames(act, config, scores.scores)
        arrest_shares = release.told_arrests(areas.arrest_shares(act), config, audience)
    core_account = release.told_core(areas.core_account(con), config, audience)
    frames = {
        "units": data.units,
        "scores": scores.scores,
        "pillars": scores.pillars,
        "indicators": scores.indicators,
        "classes": scores.classes,
        "priors": scores.priors,
        "register": scores.register,
        "sturdiness": _sturdiness(data, config, scheme, scores),
        "recording": scores.recording,
        "denominator": _by_second_population(data, config, scheme),
        "contrast": contrast.frame,
        "notes": release.told_notes(areas.notes(con), config, audience),
        "reconciliation": release.told_rows(areas.reconciliation(con, config.scheme.as_of), config, audience),
        "core_account": core_account,
        "jumps": recorded.recording_jumps(core_account, config),
        "trend": yearly_rates(con, config, data.units),
        "arrest_shares": arrest_shares,
        "silent": reporting.silent_units(con, config),
        "reporting": exact.unit_exposure if exact.unit_exposure is not None else pd.DataFrame(),
        **window_frames(data, windows),
        **activity,
    }
    documents = {
        "manifest": {"draws": scheme.draws, "withheld_below": door.k if door.classes else 0},
        "facts": {**contrast.facts, **period, "activity": about},
        "boundaries": areas.boundaries(con),
        "sql": _sql(config),
    }
    return RunContent(frames, {**scores.draws, **scores.class_draws}, documents)


def _sturdiness(data: AreaInputs, config: Config, scheme: AreaScheme, scores: AreaScores) -> pd.DataFrame:
    """Return how many of the first areas stay first under other indicators."""
    deaths = [item.id for item in config.listed_indicators if item.counts_deaths]
    return sturdiness(data, indicator_specs(config), scheme, deaths, scores.estimated)


def _by_second_population(data: AreaInputs, config: Config, scheme: AreaScheme) -> pd.DataFrame:
    """Return the scores with persons present as denominator, columns as of scores; no rows where a place has none."""
    if config.place.second_population is None:
        return pd.DataFrame(columns=["unit_id"])
    return score_areas(data, second_specs(config), scheme).scores


def second_specs(config: Config) -> list[IndicatorSpec]:
    """Return the indicators with those per resident counted per person present."""
    return per_present(indicator_specs(config))


def _units(con: Connection, config: Config) -> pd.DataFrame:
    """Return the units; where the place has a second population with persons, it, and present, who is counted by."""
    units, second = areas.areas(con), config.place.second_population
    if second is None:
        return units
    known = areas.second_population(con).set_index("unit_id")["persons"]
    persons = nullable.counts(units["unit_id"].map(known))
    there = present(nullable.floats(units["residents"]), nullable.floats(persons), adds=second.residents == "added")
    return units.assign(persons=persons, present=nullable.counts(there))


def _sql(config: Config) -> dict[str, str]:
    """Return, for each indicator, the SQL that counted it, headed by the parameters it ran with."""
    sources = observed_of(config)
    texts = {}
    for name in sorted(config.place.indicators):
        values = areas.parameters([config.indicators[name]], config.scheme.as_of, sources)
        header = "".join(f"-- ${key} = {', '.join(str(v) for v in value)}\n" for key, value in values.items())
        texts[name] = header + areas.query("indicator_count")
    return texts


def observed_of(config: Config) -> dict[str, Observed]:
    """Return the days that each harm class is observed, from the passport of its source."""
    sources = {class_: config.passports[source].observed for class_, source in config.place.classes.items()}
    return {class_: observed.of_class(class_) for class_, observed in sources.items() if observed is not None}


def area_inputs(con: Connection, config: Config, months: int = AS_CONFIGURED) -> AreaInputs:
    """Count every indicator of the place, in its own window or in one of *months* for all."""
    sources, as_of = observed_of(config), config.scheme.as_of
    indicators = config.listed_indicators
    if months != AS_CONFIGURED:
        indicators = [
            item.model_copy(update={"count": item.count.model_copy(update={"months": months})}) for item in indicators
        ]
    if months == AS_CONFIGURED:
        _refuse_part_years(indicators, as_of, sources)
    table = areas.indicator_counts(con, indicators, as_of, sources)
    exposure = table[["indicator", "class", "days", "period_from", "period_to"]].drop_duplicates(ignore_index=True)
    suppressed = ["marks", "suppressed_low", "suppressed_high"]
    return AreaInputs(
        units=_units(con, config),
        counts=_but(areas.uncounted(con, indicators, as_of, sources), table[[*CELL, "events", *suppressed]]),
        exposure=exposure,
        beat_counts=areas.beat_counts(con, indicators, as_of, sources)[
            ["beat_id", "class", "events", "indicator", *suppressed]
        ],
        beat_shares=areas.beat_shares(con),
        unit_exposure=reporting.unit_exposure(con, indicators, config),
    )


def _refuse_part_years(indicators: Sequence[Indicator], as_of: dt.date, sources: Mapping[str, Observed]) -> None:
    """Refuse windows that hold no whole calendar year of a file of yearly counts, of which no part is known."""
    told = [
        f"{item.id}: {name}: the {item.count.months} months before {as_of} hold no whole calendar year of it"
        for item in indicators
        for name in item.count.classes
        if sources[name].is_yearly and len(set(areas.window(as_of, item.count.months, sources[name]))) == 1
    ]
    if told:
        raise ConfigError(
            "these classes are counted by calendar year (grain: year):\n  " + "\n  ".join(told) + "\nLet as_of be "
            "the first of a January, or count.months of the indicator reach back over a whole year"
        )


def _but(uncounted: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Let nothing be known of the counts of which a file does not tell all months; *uncounted*: which these are."""
    if not len(uncounted):
        return counts
    unknown = {tuple("" if pd.isna(part) else part for part in row) for row in uncounted[CELL].to_numpy()}
    known = [tuple("" if pd.isna(part) else part for part in row) not in unknown for row in counts[CELL].to_numpy()]
    return counts.assign(events=counts["events"].astype("float64").where(np.array(known, dtype=np.bool_)))


def released_inputs(con: Connection, config: Config) -> AreaInputs:
    """Count every indicator in its own window, as far as the release gate tells."""
    return release.released_windows(area_inputs(con, config), {}, release.gate(config))[0]


def window_frames(own: AreaInputs, others: Mapping[int, AreaInputs]) -> dict[str, pd.DataFrame]:
    """Return what What-if needs to count other windows: few enough rows to lie beside the scores.

    Returns
    -------
    window_counts, window_exposure and window_beats: as in `AreaInputs`, with months (0: each indicator's own window);
    window_shares: where the events of beats fall; window_reporting: days that units reported.
    """
    inputs = {AS_CONFIGURED: own, **others}
    parts = {
        name: pd.concat([getattr(data, name).assign(months=months) for months, data in inputs.items()])
        for name in ("counts", "exposure", "beat_counts")
    }
    return {
        "window_counts": parts["counts"],
        "window_exposure": parts["exposure"],
        "window_beats": parts["beat_counts"],
        "window_shares": own.beat_shares if own.beat_shares is not None else pd.DataFrame(),
        "window_reporting": pd.concat(
            [data.unit_exposure.assign(months=m) for m, data in inputs.items() if data.unit_exposure is not None]
            or [pd.DataFrame(columns=[*reporting.REPORTED])]
        ),
    }


def window_inputs(units: pd.DataFrame, frames: dict[str, pd.DataFrame], months: int) -> AreaInputs:
    """Give one window of `window_frames` back as the lens takes it."""
    own = {name: frame[frame["months"] == months] for name, frame in frames.items() if name != "window_shares"}
    return AreaInputs(
        units=units,
        counts=own["window_counts"],
        exposure=own["window_exposure"],
        beat_counts=own["window_beats"],
        beat_shares=frames["window_shares"],
        unit_exposure=own["window_reporting"],
    )


def indicator_specs(config: Config) -> list[IndicatorSpec]:
    """Return what the lens needs to know of each indicator of the place."""
    scheme = config.scheme
    return [
        IndicatorSpec(
            **indicator_fields(item, scheme.indicator_weight, config),
            classes=item.count.classes,
            weighted=item.count.weighted,
            per=item.count.per,
            least=least_exposure(config)[item.count.per],
            least_share=config.policy.completeness.share,
        )
        for item in config.listed_indicators
    ]


def least_exposure(config: Config) -> dict[str, float]:
    """Return what an area needs for a rate to be worked out, by what the rate is per."""
    least = config.policy.least_exposure
    return {"resident": float(least.residents), "km2": least.km2}


def area_scheme(config: Config, weight_set: str | None = None, units: int = 0) -> AreaScheme:
    """Return the scheme in force for the area lens, optionally with another weight set.

    Above six thousand units fewer draws are taken than the scheme asks for, so that memory stays bounded; at 30,000
    units they are 2,000. The run says how many were taken.
    """
    scheme, policy = config.scheme, config.policy
    weights = config.weight_sets[weight_set or scheme.weight_set]
    judged = judgements(config)
    if units:
        judged |= {"draws": min(scheme.draws, MOST_SCORES // units)}
        judged |= {"kept_draws": max(200, min(KEPT_DRAWS, MOST_KEPT // units))}
    return AreaScheme(
        **judged,
        pillars=tuple(pillar_spec(p, policy.leads[p.id]) for p in scheme.pillars),
        class_weights=weights.by_class,
        screen_own_share=scheme.screen.own_share,
        screen_events=scheme.screen.events,
        anchors=anchors(config),
    )


def anchors(config: Config) -> frozenset[str]:
    """Return the classes that are hardly under-recorded: those of indicators whose events are physically verified."""
    return frozenset(
        class_ for item in config.listed_indicators if item.evidence == ANCHORED for class_ in item.count.classes
    )


def contrast_with_arrests(
    con: Connection, config: Config, scores: AreaScores, weight_set: str | None = None
) -> tuple[Contrast, dict[str, Any]]:
    """Set harm beside drug arrests over the last year that both cover; no class of it is of a sensitive source."""
    place, scheme = config.place, config.scheme
    sources = {row.source for row in config.crosswalk if row.class_ in place.drug_classes}
    by_class = observed_of(config)
    known = [by_class[c] for c in place.serious_violence if c in by_class]
    known += [observed for s in sources if (observed := config.passports[s].observed)]
    start, stop = areas.common_window(scheme.as_of, COMPARED_MONTHS, known)
    if stop <= start:
        raise ConfigError(
            f"as_of {scheme.as_of}: no whole month before it is covered by both enforcement and violence. Set as_of in "
            f"config/scheme.yaml or config/places/{place.id}/place.yaml after the first month that the passports cover"
        )
    weights = config.weight_sets[weight_set or scheme.weight_set]
    arrests = areas.enforcement_counts(con, place.drug_classes, start, stop)
    contrast = contrast_areas(
        ContrastInputs(
            scores=scores.scores,
            arrests=arrests,
            violence=areas.class_counts(con, place.serious_violence, start, stop),
            unheard=reporting.short_units(con, place.serious_violence, start, stop, config),
            class_weights=weights.by_class,
            days=(stop - start).days,
            seed=scheme.seed,
            draws=scheme.draws,
            interval=scheme.interval,
            burden=config.policy.tiers.burden,
            held=holds_drug_arrests(con, config, arrests),
        )
    )
    return contrast, {"contrast_from": start.isoformat(), "contrast_to": stop.isoformat()}


def holds_drug_arrests(con: Connection, config: Config, arrests: pd.DataFrame) -> bool:
    """Say whether the sources hold drug arrests: enforcement has arrests, and so have drug records if there are any.

    Parameters
    ----------
    arrests : drug enforcement of the period, with arrests
    """
    some = arrests.empty or nullable.is_held(arrests["arrests"])
    return bool(config.place.drug_classes) and some and areas.holds_arrests(con)


def yearly_rates(con: Connection, config: Config, units: pd.DataFrame) -> pd.DataFrame:
    """Return yearly rates of the place's trend class, whole calendar years only, by the days that were observed."""
    empty = pd.DataFrame(
        {
            c: pd.Series(dtype=t)
            for c, t in {
                "unit_id": "object",
                "year": "int64",
                "events": "float64",
                "person_years": "float64",
                "rate": "float64",
                "low": "float64",
                "high": "float64",
            }.items()
        }
    )
    trend = config.place.trend
    observed = observed_of(config).get(trend.class_) if trend else None
    if trend is None or observed is None or trend.class_ in release.gate(config).classes:
        return empty  # years of a sensitive class, beside its window, would tell small counts
    days = _days_of_years(observed, config)
    if not days:
        return empty
    start, stop = dt.date(min(days), 1, 1), dt.date(max(days) + 1, 1, 1)
    sizes = units["residents"].to_numpy(dtype=np.float64, na_value=np.nan)
    sizes = np.where(sizes >= least_exposure(config)["resident"], sizes, np.nan)
    residents = dict(zip(units["unit_id"], sizes, strict=True))
    unheard = reporting.unheard_years(con, trend.class_, sorted(days), config)
    counts, unknown = areas.yearly_counts(con, trend.class_, start, stop), areas.uncounted_years(con, trend.class_)
    return yearly_trend(counts, residents, days, config.scheme.interval, Untold(unknown, unheard))


def _days_of_years(observed: Observed, config: Config) -> dict[int, int]:
    """Count the observed days of each calendar year that a source covers, gaps in it left out.

    A year in which what is covered begins or ends is not told, nor is one of which too little is observed.
    """
    first, end = observed.first, min(config.scheme.as_of, observed.end)
    found = {}
    for year in range(first.year if (first.month, first.day) == (1, 1) else first.year + 1, end.year):
        start, stop = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
        days = observed.days(start, stop)
        if days >= config.policy.completeness.share * (stop - start).days:
            found[year] = days
    return found
