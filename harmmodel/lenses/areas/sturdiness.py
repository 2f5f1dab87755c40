"""Does the top of the list hang on one indicator: points without each of them, and by deaths alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from harmmodel.lenses.areas.cube import Cube, read_cube
from harmmodel.lenses.areas.estimate import indicator_point, score
from harmmodel.lenses.areas.joint import learn
from harmmodel.lenses.areas.spec import AreaInputs, AreaScheme, IndicatorSpec
from harmmodel.lenses.areas.tiers import size_of_top
from harmmodel.method.arrays import Floats
from harmmodel.method.uncertainty import ranks

DEATHS = "deaths alone"
MOST_UNITS = 2_000  # above, learning anew without each indicator would take longer than the run itself
COLUMNS = ("left_out", "units", "stayed")


def sturdiness(
    data: AreaInputs, indicators: Sequence[IndicatorSpec], scheme: AreaScheme, deaths: Collection[str]
) -> pd.DataFrame:
    """Count which of the first areas stay the first when an indicator is left out, and when deaths alone count.

    Rates are learned anew without what is left out, so that it does not speak through the others. Points are compared,
    not draws.

    Parameters
    ----------
    deaths : ids of the indicators each of whose events is a death

    Returns
    -------
    One row per scored indicator that is left out, and one named `DEATHS` where deaths are counted beside other events:
    left_out, units (how many are first: the scheme's top share, rounded up), stayed (of these). Without rows where no
    order exists without it, or above `MOST_UNITS`.
    """
    specs = sorted(indicators, key=lambda spec: spec.id)
    cube = read_cube(data, specs)
    if len(cube.unit_ids) > MOST_UNITS:
        return pd.DataFrame(columns=list(COLUMNS))
    usual, weights = _scored(cube, specs, scheme)
    many = size_of_top(usual, scheme)
    first = _first(cube, usual, many)
    counted = [spec for spec in specs if weights[spec.id] > 0]
    cases = {spec.id: [other for other in specs if other.id != spec.id] for spec in counted}
    if any(spec.id in deaths for spec in counted) and not all(spec.id in deaths for spec in counted):
        cases[DEATHS] = [spec for spec in counted if spec.id in deaths]
    rows = []
    for name, kept in cases.items():
        others = _first(cube, _scored(cube, kept, scheme)[0], many) if any(s.role == "score" for s in kept) else set()
        if others:
            rows.append((name, len(first), len(first & others)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _scored(cube: Cube, specs: Sequence[IndicatorSpec], scheme: AreaScheme) -> tuple[Floats, Mapping[str, float]]:
    """Score the units by these indicators, learned anew: what orders them, and the weight of each indicator."""
    own = replace(cube, classes={spec.id: cube.classes[spec.id] for spec in specs})
    estimated = learn(own, specs)
    points = [indicator_point(spec, own.classes[spec.id], estimated.estimates, scheme) for spec in specs]
    scored = score(points, scheme, with_contact=scheme.include_contact)
    return scored.overall, scored.weights


def _first(cube: Cube, overall: Floats, many: int) -> set[str]:
    """Return the units among the first *many*; empty where nothing is scored."""
    return {unit for unit, rank in zip(cube.unit_ids, ranks(overall), strict=True) if rank <= many}
