"""What a comparison with later harm cannot show: anywhere, by the files of a place, and what the place itself says."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from harmmodel.audit.validation.backtest import Backtest
from harmmodel.audit.validation.leads import FINEST
from harmmodel.audit.validation.schedule import Ground
from harmmodel.config import Config
from harmmodel.lenses.phrases import width
from harmmodel.warehouse.read.validation import AREA

COUNTS = (
    "Last period's count, all crime and arrests are counted over the months of the short sources. What taking areas in "
    "costs is {cost}"
)
CELLS = (
    "Cells are estimated as areas are, by the classes that are counted in cells, all of them together. They have no "
    "goalposts: each indicator counts by how far a cell is above the average cell. How strongly counts are shrunk is "
    "learned from the past alone."
)
LEVEL = (
    "Level means that the interval of the difference contains zero: the figures cannot tell the two apart, which does "
    "not make them equal. Areas are few and differ in size, so their intervals are wide."
)


def limits(config: Config, ground: Ground, compared: Backtest, cost: str) -> list[str]:
    """Say what the comparison cannot show: what the place says, what its files decide, and what is true anywhere."""
    in_cells = len(compared.rows) > 0 and bool((compared.rows["resolution"] != AREA).any())
    return [
        *(config.validation.limits if config.validation else ()),
        *_of_files(ground),
        *([CELLS] if in_cells else ["Areas alone are compared: no record has a point that may be counted in cells."]),
        COUNTS.format(cost=cost) + ("; cells cost land." if in_cells else "."),
        LEVEL,
        *_other_ways(compared.tried),
        *(_by_area_alone(config) if in_cells else ()),
        f"Intervals are {width(config.scheme.interval)}, from resampling whole areas. Among this many comparisons some "
        "miss zero by chance. Kendall, calibration, Brier, deviance and Moran's I are given without one.",
    ]


def _of_files(ground: Ground) -> Iterator[str]:
    """Say how far what judges is apart from what orders."""
    main = ground.main
    if ground.held:
        yield (
            f"The later {main.label} and the recorded violence of the pillar are of one kind: where violence goes "
            "unrecorded, both miss it. Agreement over time does not show that every harm is found."
        )
    else:
        yield (
            f"No file was kept for validation: the later {main.label} are later months of what orders. Whatever "
            "the source misses or places wrongly, it does so before and after, and both agree in that."
        )


def _other_ways(tried: pd.DataFrame) -> list[str]:
    """Say whether another way would find more in the finest cells than the one by which areas are published."""
    fine = [row for row in tried.to_dict("records") if row["resolution"] == FINEST]
    if not fine:
        return []
    own, best = fine[-1], max(fine, key=lambda row: float(row[AT]))
    where = f"in {SHARE:.0%} of cells of resolution {FINEST}"
    if best[AT] <= own[AT]:
        return [f"No other way that was tried for cells finds more than the one in force {where} (PEI {own[AT]:.2f})."]
    return [
        f"Another way that was tried for cells finds more {where}: {best['method']} (PEI {best[AT]:.2f}, in force "
        f"{own[AT]:.2f}). It is not in force, since cells are to show what the way of areas finds, and it was picked "
        "by the same later records."
    ]


SHARE = 0.1
AT = f"pei_{SHARE:g}"


def _by_area_alone(config: Config) -> list[str]:
    """Name the classes of violence of which a cell knows nothing."""
    violence = [i for i in config.listed_indicators if i.pillar == "violence"]
    classes = {*config.place.serious_violence, *(c for i in violence for c in i.count.classes)}
    unknown = sorted(classes & set(config.place.classes) - set(config.place.counted_in_cells))
    if not unknown:
        return []
    text = ", ".join(name.replace("_", " ") for name in unknown)
    return [f"Counted by area alone, so that no record points at a person: {text}. Orders of cells do without them."]
