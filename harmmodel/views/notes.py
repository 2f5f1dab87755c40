"""What a reader should know of the files besides where their rows went: worded from the notes that a run keeps."""

from __future__ import annotations

import pandas as pd

from harmmodel.views import words
from harmmodel.warehouse.load.told import notes as kinds
from harmmodel.warehouse.store.runs import AreaRun

NAMED = 6  # units that a sentence names


def told(run: AreaRun) -> list[str]:
    """Return one plain sentence for each note on a file; of a sensitive file without numbers. Labels not escaped.

    A unit without a row is not among them: `source.silent_note` tells those where that is improbable.
    """
    labels = dict(zip(run.units["unit_id"].astype(str), run.units["label"].astype(str), strict=True))
    return [
        f"{_file(run, str(source))}: {said}"
        for (source, kind), rows in run.notes.groupby(["source", "kind"], sort=False)
        if (said := _sentence(str(kind), rows, labels, run))
    ]


def _file(run: AreaRun, source: str) -> str:
    passport = run.config.passports.get(source)
    return passport.title if passport else source


def _sentence(kind: str, rows: pd.DataFrame, labels: dict[str, str], run: AreaRun) -> str:
    first = rows.iloc[0]
    many = "rows (not told how many)" if pd.isna(first["rows"]) else words.how_many(int(first["rows"]), "row", "rows")
    sentences = {
        kinds.NOWHERE: f"{many} at 0,0, which is no point of the place; rejected.",
        kinds.SWAPPED: f"{many} outside the place would lie inside with longitude and latitude swapped.",
        kinds.BEYOND: f"{many} with a point beyond the bounds of the place; outside.",
        kinds.NO_UNIT: f"{many} that name no unit and have no point; not counted.",
        kinds.SUPPRESSED: f"{many} in which the publisher suppressed a small count; each is taken as between its ends, "
        "never as 0, so totals are at least what is told.",
        kinds.UNLISTED: f"{many.replace('row', 'cell')} of unit, class and month that the table does not list, though "
        f"it lists nearly all others{first['subject']}; not observed, and no 0.",
        kinds.UNCOUNTED: f"{many} without a count; their units are not observed in windows that hold these months.",
    }
    if kind == kinds.KM2:
        own = run.units.set_index(run.units["unit_id"].astype(str))["km2"]
        named = [
            f"{labels.get(unit, unit)} ({words.number(float(own[unit]), 2)}, its outline {words.number(other, 2)} km²)"
            for unit, other in zip(rows["subject"].astype(str), rows["other"], strict=True)
            if unit in own.index
        ]
        over = words.share(kinds.OTHER_KM2)
        return f"square kilometres differ from those of the outline by over {over} in {_listed(named, run)}."
    return sentences.get(kind, "")


def _listed(named: list[str], run: AreaRun) -> str:
    if len(named) <= NAMED:
        return words.listing(named)
    return f"{', '.join(named[:NAMED])} and {words.number(len(named) - NAMED)} more {run.place.unit_noun.many}"
