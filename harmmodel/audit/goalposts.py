"""Goalposts proposed from the data: a rounded value above every area's upper end, for a person to judge."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from harmmodel.assembly import areas
from harmmodel.config import Config, characters, schema
from harmmodel.config.drafts.faults import PROPOSED
from harmmodel.config.drafts.yaml_text import dump
from harmmodel.config.reader import TO_STATE, Reader
from harmmodel.errors import ConfigError
from harmmodel.lenses.areas.score import score_areas
from harmmodel.warehouse.store.snapshots import OpenSnapshot

FILE = "goalposts.yaml"


@dataclass(frozen=True)
class Proposal:
    """The highest areas of an indicator, and a high goalpost above all of them.

    Attributes
    ----------
    highest : unit_id, label, rate and rate_high, the upper end of its interval; the highest end first
    high : None where no area has a rate
    """

    indicator: str
    highest: pd.DataFrame
    high: float | None
    why: str


def proposals(snapshot: OpenSnapshot, config: Config) -> list[Proposal]:
    """Return a proposal for each indicator of a place; the low goalpost is 0. Rates do not depend on goalposts."""
    data = areas.released_inputs(snapshot.harm, config)
    scores = score_areas(data, areas.indicator_specs(config), areas.area_scheme(config, units=len(data.units)))
    labels = data.units.set_index("unit_id")["label"]
    share = f"{config.scheme.interval[1]:.0%}"
    found = []
    for name in sorted(config.place.indicators):
        rows = scores.indicators[scores.indicators["indicator"] == name].dropna(subset=["rate_high"])
        rows = rows.sort_values(["rate_high", "unit_id"], ascending=[False, True])
        rows = rows.assign(label=rows["unit_id"].map(labels))[["unit_id", "label", "rate", "rate_high"]]
        top = rows.iloc[0] if len(rows) else None
        high = None if top is None or not top["rate_high"] > 0 else rounded_up(float(top["rate_high"]))
        why = (
            ""
            if top is None
            else (
                f"{PROPOSED}: rounded up from {top['rate_high']:,.0f} ({characters.visible(str(top['label']))}), the "
                f"largest upper end ({share}) of the posterior rates of {len(rows):,} {config.place.unit_noun.many}, "
                f"as of {config.scheme.as_of}. Nobody has judged it yet."
            )
        )
        found.append(Proposal(name, rows, high, why))
    return found


def rounded_up(value: float) -> float:
    """Return the next value of two digits.

    >>> [rounded_up(v) for v in (116.0, 1270.0, 0.034, 120.0)]
    [120, 1300, 0.034, 120]
    """
    size = 10.0 ** (math.floor(math.log10(value)) - 1)
    high = math.ceil(round(value / size, 9)) * size
    return round(high) if size >= 1 else round(high, 1 - math.floor(math.log10(value)))


def write(project: Path, place: str, found: list[Proposal]) -> list[str]:
    """Write proposals where nobody has stated a goalpost, or a proposal stood before; return the indicators.

    Raises
    ------
    ConfigError
        When the file holds comments that would be lost.
    """
    path = project / "config" / "places" / place / FILE
    text = path.read_text("utf-8") if path.exists() else ""
    held = Reader(project).content(path)
    written: dict[str, Any] = dict(held)
    changed = []
    for proposal in found:
        why = str(dict(held.get(proposal.indicator) or {}).get("why", TO_STATE))
        if proposal.high is not None and why.startswith((TO_STATE, PROPOSED)):
            written[proposal.indicator] = {"low": 0, "high": proposal.high, "why": proposal.why}
            changed.append(proposal.indicator)
    if changed and any(line.lstrip().startswith("#") for line in text.splitlines()[1:]):
        raise ConfigError(f"{path} holds comments, which would be lost. Copy the values that are printed into it")
    if changed:
        work = path.with_suffix(".yaml.tmp")
        work.write_text(dump(written, schema.line(f"places/{place}/{FILE}")), "utf-8")
        os.replace(work, path)
    return changed
