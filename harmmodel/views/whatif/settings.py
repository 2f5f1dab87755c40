"""What can be set on the What-if page, with the agreed ranges, and the checked settings a reader or a link chose."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from harmmodel.assembly import areas
from harmmodel.lenses.areas.spec import PRESENT, RESIDENT, AreaScheme, IndicatorSpec
from harmmodel.lenses.phrases import decimals
from harmmodel.lenses.scheme import PillarSpec
from harmmodel.views import words
from harmmodel.views.labels import indicator_label, indicator_order, second_measure
from harmmodel.warehouse.store.runs import AreaRun

WEIGHT_SET, POWER, WINDOW, EXPOSURE, CONTACT = "weight_set", "p", "window", "exposure", "police_contact"
OWN, WITH, WITHOUT = "as_published", "with", "without"
PER = {RESIDENT: ("residents", "per resident"), "km2": ("km2", "per km²")}  # column of the units, name
HIGHEST = "highest"
Part = TypeVar("Part", PillarSpec, IndicatorSpec)
POWERS = {"1": "1: mean", "2": "2: quadratic", "3": "3", "5": "5", "10": "10", HIGHEST: "highest pillar alone"}


@dataclass(frozen=True)
class Slider:
    """A weight: its key in the address, its label with the agreed range, its limits and the value in force."""

    key: str
    label: str
    high: float
    step: float
    value: float
    low: float = 0.0


@dataclass(frozen=True)
class Choice:
    """A choice of one: its key in the address, its options by value, and the value in force."""

    key: str
    label: str
    options: dict[str, str]
    value: str
    help: str


@dataclass(frozen=True)
class Controls:
    """Everything that can be set, in the order it is shown."""

    pillars: tuple[Slider, ...]
    indicators: dict[str, tuple[Slider, ...]]  # by label of the pillar
    choices: tuple[Choice, ...]

    @property
    def defaults(self) -> dict[str, float | str]:
        """The settings in force by key: what Reset goes back to."""
        weights: dict[str, float | str] = {slider.key: slider.value for slider in self.sliders}
        return weights | {choice.key: choice.value for choice in self.choices}

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """Every weight."""
        return (*self.pillars, *(slider for group in self.indicators.values() for slider in group))


@dataclass(frozen=True)
class WhatIfSettings:
    """One checked choice of everything."""

    indicators: tuple[IndicatorSpec, ...]
    scheme: AreaScheme
    months: int
    per: str  # resident or km2; empty: what each indicator asks for
    changes: tuple[str, ...]  # what differs from the published run, in words; labels escaped
    outside: tuple[str, ...]  # weights beyond their agreed range


def controls(run: AreaRun) -> Controls:
    """Return what can be set for the run's place."""
    scheme, specs = areas.area_scheme(run.config), areas.indicator_specs(run.config)
    scored = {spec.id: spec for spec in specs if spec.role == "score"}
    order = [name for name in indicator_order(run) if name in scored]
    fed = [pillar for pillar in scheme.pillars if any(spec.pillar == pillar.id for spec in scored.values())]
    return Controls(
        pillars=tuple(_pillar(pillar) for pillar in fed),
        indicators={
            pillar.label: tuple(
                _indicator(scored[name], indicator_label(run, name))
                for name in order
                if scored[name].pillar == pillar.id
            )
            for pillar in fed
        },
        choices=(_weight_set(run), _power(scheme.p), _window(run), *_exposure(run, scored.values()), _contact(run)),
    )


def _pillar(spec: PillarSpec) -> Slider:
    low, high = spec.weight_range
    label = f"{words.plain_markdown(spec.label)} (agreed {decimals(low, 2)}–{decimals(high, 2)})"
    return Slider(f"pillar_{spec.id}", label, high=max(1.0, high), step=0.01, value=round(spec.weight, 2))


def _indicator(spec: IndicatorSpec, name: str) -> Slider:
    low, high = spec.weight_range
    label = f"{words.plain_markdown(name)} (agreed {decimals(low, 1)}–{decimals(high, 1)})"
    return Slider(f"indicator_{spec.id}", label, high=round(2 * high, 1), step=0.1, value=round(spec.weight, 1))


def _weight_set(run: AreaRun) -> Choice:
    options = {name: weight_set.title.split(",")[0] for name, weight_set in sorted(run.config.weight_sets.items())}
    said = "Weighs offences against each other inside weighted indicators, nothing else."
    if not any(item.count.weighted and item.role == "score" for item in run.config.listed_indicators):
        said = "Changes nothing here: no scored indicator of this place is weighted by offence."
    return Choice(WEIGHT_SET, "Offence weights", options, run.config.scheme.weight_set, said)


def _power(p: float) -> Choice:
    said = "The higher p, the less a low pillar makes up for a high one."
    key = f"{p:g}"
    return Choice(POWER, "Mean of the pillars (p)", {**POWERS, key: POWERS.get(key, key)}, key, said)


def _window(run: AreaRun) -> Choice:
    options = {OWN: "as published, each its own", **{str(months): f"{months} months" for months in areas.WINDOWS}}
    said = (
        f"Counts end on {words.date(str(run.manifest['data_end']))}. A source that covers less counts what it covers."
    )
    return Choice(WINDOW, "Window", options, OWN, said)


def _exposure(run: AreaRun, scored: Iterable[IndicatorSpec]) -> Iterator[Choice]:
    """Yield the choice of exposure, where the place knows another one than its indicators use."""
    used = {spec.per for spec in scored}
    known = dict(PER)
    if run.place.second_population and RESIDENT in used:
        known[PRESENT] = (PRESENT, f"per {second_measure(run.place)}")
    others = {per: name for per, (size, name) in known.items() if used != {per} and run.units[size].gt(0).any()}
    own = PER[next(iter(used))][1] if len(used) == 1 else "as published, each its own"
    if others:
        said = "Where many people work or travel, residents understate who is there; area knows nothing of people."
        if PRESENT in others:
            said += " The more people are counted, the lower is every score: compare ranks and tiers."
        yield Choice(EXPOSURE, "Rates", {OWN: own, **others}, OWN, said)


def _contact(run: AreaRun) -> Choice:
    said = "Indicators whose events need a contact with police, such as complaints."
    if not any(item.police_contact and item.role == "score" for item in run.config.listed_indicators):
        said = "Changes nothing here: no scored indicator of this place needs a contact with police."
    return Choice(CONTACT, "Police-contact indicators", {WITH: "with", WITHOUT: "without"}, WITH, said)


def from_link(offered: Controls, texts: Mapping[str, str]) -> dict[str, float | str]:
    """Return every setting, by key, as an address asks; what is no number, no option or too far out is mended."""
    numbers = {s.key: _number(texts.get(s.key)) for s in offered.sliders}
    return mended(offered, {**numbers, **{choice.key: texts.get(choice.key) for choice in offered.choices}})


def mended(offered: Controls, values: Mapping[str, object]) -> dict[str, float | str]:
    """Return every setting, by key, with the published one for what is not offered and the nearest for a weight."""
    weights: dict[str, float | str] = {s.key: _weight(s, values.get(s.key)) for s in offered.sliders}
    return weights | {choice.key: _chosen(choice, values.get(choice.key)) for choice in offered.choices}


def to_link(offered: Controls, values: Mapping[str, object]) -> dict[str, str]:
    """Return the settings that differ from the published run as texts for the address."""
    entries, published = mended(offered, values), offered.defaults
    return {key: _text(value) for key, value in entries.items() if value != published[key]}


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def settings(run: AreaRun, values: Mapping[str, object]) -> WhatIfSettings:
    """Check *values*, which may come from a link, and apply them; whatever is not offered stays as published."""
    offered = controls(run)
    entries = mended(offered, values)
    chosen = {choice.key: str(entries[choice.key]) for choice in offered.choices}
    weights = {s.key: float(entries[s.key]) for s in offered.sliders if entries[s.key] != s.value}
    published, specs = areas.area_scheme(run.config, chosen[WEIGHT_SET]), areas.indicator_specs(run.config)
    pillars = tuple(_reweighed(pillar, weights.get(f"pillar_{pillar.id}")) for pillar in published.pillars)
    indicators = tuple(_reweighed(spec, weights.get(f"indicator_{spec.id}")) for spec in specs)
    power = math.inf if chosen[POWER] == HIGHEST else float(chosen[POWER])
    moved = [*_moved(published.pillars, pillars), *_moved(specs, indicators)]
    return WhatIfSettings(
        indicators=indicators,
        scheme=replace(published, pillars=pillars, p=power, include_contact=chosen[CONTACT] == WITH),
        months=areas.AS_CONFIGURED if chosen[WINDOW] == OWN else int(chosen[WINDOW]),
        per="" if chosen.get(EXPOSURE, OWN) == OWN else chosen[EXPOSURE],
        changes=(*(f"{label} {weight:g}" for label, weight, _ in moved), *_other_changes(offered, chosen)),
        outside=tuple(label for label, _, is_outside in moved if is_outside),
    )


def _moved(old: Sequence[Part], new: Sequence[Part]) -> list[tuple[str, float, bool]]:
    """List the weights that differ: label, weight, and whether it lies beyond its agreed range."""
    return [
        (words.plain_markdown(a.label), b.weight, not a.weight_range[0] <= b.weight <= a.weight_range[1])
        for a, b in zip(old, new, strict=True)
        if a != b
    ]


def _other_changes(offered: Controls, chosen: Mapping[str, str]) -> list[str]:
    return [
        f"{choice.label.lower()}: {words.plain_markdown(choice.options[chosen[choice.key]])}"
        for choice in offered.choices
        if chosen[choice.key] != choice.value
    ]


def _chosen(choice: Choice, value: object) -> str:
    return value if isinstance(value, str) and value in choice.options else choice.value


def _weight(slider: Slider, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return slider.value
    return round(min(max(float(value), slider.low), slider.high), 2)


def _reweighed(part: Part, weight: float | None) -> Part:
    """Move a weight and, in proportion, the range that draws take it from: 0 leaves the part out of every draw."""
    if weight is None:
        return part
    if part.weight <= 0:
        return replace(part, weight=weight, weight_range=(weight, weight))
    low, high = (end * weight / part.weight for end in part.weight_range)
    return replace(part, weight=weight, weight_range=(low, high))
