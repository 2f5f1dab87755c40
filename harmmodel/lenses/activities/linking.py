"""Records and events in, counts out: the only step of the lens that sees single records. It runs at load."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harmmodel import nullable
from harmmodel.lenses.activities import linkage as lens_linkage
from harmmodel.lenses.activities.like_places import like_places
from harmmodel.lenses.activities.linkage import Followed, Numbered
from harmmodel.lenses.activities.spec import ActivityInputs, Linked, LinkSettings
from harmmodel.method.activities import excess, linkage
from harmmodel.method.activities.excess import Tested
from harmmodel.method.activities.linkage import MINUTES_PER_DAY, Link, Whole
from harmmodel.method.arrays import Bools, Floats
from harmmodel.method.random_streams import stream

LEAST_EXPECTED = 5.0  # linked events; with fewer an area is shown but not tested


def link_activities(data: ActivityInputs, settings: LinkSettings) -> Linked:
    """Count what the lens judges by.

    The test permutes whole weeks square by square, which needs a table of squares and weeks in which single records
    show. So it is made here, and only what came of it is kept: how much linked events vary, and how often chance goes
    as far.
    """
    numbered = lens_linkage.numbered(data, settings)
    main = lens_linkage.followed(numbered, settings.link, data, settings)
    drawn = lens_linkage.shifts(main, settings)
    occasions = _occasions(numbered, len(settings.activities))
    family = (occasions >= settings.minimum_records) & np.array(settings.measurable, dtype=np.bool_)
    family &= data.timed
    result = lens_linkage.tested(main, main.numbered.activity, family, drawn)
    like, balance = like_places(data, numbered, settings)
    return Linked(
        activities=_activities(numbered, main, settings, result).assign(
            occasions=occasions, **_place_risk(numbered, data, settings)
        ),
        areas=_areas(main, drawn, settings),
        variants=_variants(numbered, data, settings),
        weeks=_weeks(main, settings),
        months=_months(numbered, settings),
        classes=_classes(numbered),
        like=like,
        balance=balance,
        whole=_whole(numbered, main, data, settings),
    )


def _activities(numbered: Numbered, main: Followed, settings: LinkSettings, result: Tested) -> pd.DataFrame:
    size = len(settings.activities)
    matches = linkage.self_matches(main.numbered.records, main.numbered.events, settings.link, main.weeks)
    return pd.DataFrame(
        {
            "activity": pd.Series(settings.activities, dtype="object"),
            "judged": np.bincount(main.numbered.activity, minlength=size),
            "left_out": main.left_out,
            "self_matches": np.bincount(main.numbered.activity, matches, size).astype(np.float64),
            "linked": result.linked,
            "expected": result.expected,
            "dispersion": result.dispersion,
            "between": result.between,
            "p_alone": result.p_alone,
            "p_family": result.p_family,
            "covered": lens_linkage.covered(numbered, main, settings),
        }
    )


def _occasions(numbered: Numbered, activities: int) -> Whole:
    """Count records of one spot and day once: entering a record twice makes no second occasion."""
    occasions = np.stack([numbered.activity, *_spot(numbered), numbered.records.minute // MINUTES_PER_DAY])
    return np.bincount(np.unique(occasions, axis=1)[0], minlength=activities)


def _spot(numbered: Numbered) -> tuple[Whole, Whole]:
    return np.round(numbered.records.x).astype(np.int64), np.round(numbered.records.y).astype(np.int64)


def _place_risk(numbered: Numbered, data: ActivityInputs, settings: LinkSettings) -> dict[str, list[float]]:
    """Events near a record over the whole period, against what the place's average square kilometre would give."""
    near = linkage.place_counts(numbered.records, numbered.events, settings.link.metres, settings.link.grid)
    area = nullable.total(data.units["km2"])  # of an unknown size no share is known
    around = linkage.near_square(settings.link.metres, settings.link.grid)
    usual = numbered.events.minute.size / area * around if area else 0.0
    risk = near / usual if usual > 0 else np.full(near.shape, np.nan)
    square = np.stack(
        [np.floor(v / settings.square).astype(np.int64) for v in (numbered.records.x, numbered.records.y)]
    )
    rows = [
        _mean_risk(name, numbered.activity == n, square, risk, settings) for n, name in enumerate(settings.activities)
    ]
    names = ("place_risk", "place_risk_low", "place_risk_high")
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def _mean_risk(
    name: str, mask: Bools, square: Whole, risk: Floats, settings: LinkSettings
) -> tuple[float, float, float]:
    if not mask.any():
        return (float("nan"),) * 3
    _, position = np.unique(square[:, mask], axis=1, return_inverse=True)
    totals, counts = (np.bincount(position, w).astype(np.float64) for w in (risk[mask], np.ones(int(mask.sum()))))
    rng = stream(settings.seed, "place risk", name)
    low, high = excess.resampled_mean(totals, counts, draws=1000, rng=rng, interval=settings.interval)
    return float(totals.sum() / counts.sum()), low, high


def _areas(main: Followed, drawn: Whole, settings: LinkSettings) -> pd.DataFrame:
    """Count by activity and area, and test all activities and areas with enough expected events together."""
    width = len(main.numbered.units) + 1
    key = main.numbered.activity * width + main.numbered.unit + 1
    names, group = np.unique(key, return_inverse=True)
    activity, unit = names // width, names % width - 1
    expected = np.bincount(group, _own(main.expected), names.size)
    measurable = np.array(settings.measurable, dtype=np.bool_)
    family = (expected >= LEAST_EXPECTED) & (unit >= 0) & measurable[activity]
    tests = lens_linkage.tested(main, np.asarray(group, dtype=np.int64), family, drawn)
    frame = pd.DataFrame(
        {
            "activity": _texts(settings.activities[a] for a in activity),
            "unit_id": _texts(main.numbered.units[u] if u >= 0 else None for u in unit),
            "judged": np.bincount(group, minlength=names.size),
            "linked": tests.linked,
            "expected": tests.expected,
            "p_family": tests.p_family,
        }
    )
    placed: pd.DataFrame = frame[unit >= 0].reset_index(drop=True)
    return placed


def _own(table: Floats) -> Floats:
    """What lies in each record's own week cannot be told from the table alone, so the mean over weeks stands for it."""
    return np.asarray(table.mean(axis=1)) if table.size else np.zeros(len(table))


def _texts(values: object) -> pd.Series:
    return pd.Series(list(values), dtype="object")  # type: ignore[call-overload]


def _variants(numbered: Numbered, data: ActivityInputs, settings: LinkSettings) -> pd.DataFrame:
    """Count again under each other choice of distance and days; nothing where nothing can follow anything."""
    columns = ["metres", "after", "before", "linked", "expected", "dispersion", "between"]
    none = pd.DataFrame({"activity": _texts([]), **{name: pd.Series(dtype="float64") for name in columns}})
    frames = [_variant(numbered, link, data, settings) for link in (settings.link, *settings.variants) if data.timed]
    return pd.concat(frames, ignore_index=True) if frames else none


def _variant(numbered: Numbered, link: Link, data: ActivityInputs, settings: LinkSettings) -> pd.DataFrame:
    other = lens_linkage.followed(numbered, link, data, settings)
    family = np.zeros(len(settings.activities), dtype=np.bool_)
    result = lens_linkage.tested(other, other.numbered.activity, family, lens_linkage.shifts(other, settings))
    choice = {"metres": float(link.metres), "after": float(link.after), "before": float(link.before)}
    counts = {name: getattr(result, name) for name in ("linked", "expected", "dispersion", "between")}
    return pd.DataFrame({"activity": _texts(settings.activities), **choice, **counts})


def _weeks(main: Followed, settings: LinkSettings) -> pd.DataFrame:
    """Count by activity and the week of the records, in the whole place: what adds up to the figures above."""
    size, weeks = len(settings.activities), main.weeks.count
    week = main.weeks.of(main.numbered.records.minute)
    group = main.numbered.activity * weeks + week
    sums = [
        np.bincount(group, table, size * weeks)
        for table in (_of_own_week(main.linked, week), _of_own_week(main.expected, week))
    ]
    judged = np.bincount(group, minlength=size * weeks)
    some = np.flatnonzero(judged)
    return pd.DataFrame(
        {
            "activity": _texts(settings.activities[n // weeks] for n in some),
            "week": some % max(weeks, 1),
            "judged": judged[some],
            "linked": sums[0][some],
            "expected": sums[1][some],
        }
    )


def _of_own_week(table: Whole | Floats, week: Whole) -> Floats:
    own = np.take_along_axis(table, week[:, None], axis=1)[:, 0] if table.size else np.zeros(len(table))
    return np.asarray(own, dtype=np.float64)


def _months(numbered: Numbered, settings: LinkSettings) -> pd.DataFrame:
    """Count serious events near records of each activity and in the days after, by area and month."""
    frames = []
    month = (numbered.events.minute // MINUTES_PER_DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    for n, name in enumerate(settings.activities):
        records = numbered.records.at(np.flatnonzero(numbered.activity == n))
        if records.minute.size:
            near = linkage.preceded(numbered.events, records, settings.link)
            unit = numbered.event_unit[near]
            frames.append(
                pd.DataFrame(
                    {
                        "activity": name,
                        "unit_id": _texts(numbered.units[u] if u >= 0 else None for u in unit),
                        "month": month[near],
                        "class": _texts(numbered.classes[c] for c in numbered.event_class[near]),
                    }
                )
            )
    keys = ["activity", "unit_id", "month", "class"]
    if not frames:
        return pd.DataFrame({**{k: _texts([]) for k in keys}, "month": [], "events": []}).astype({"events": "int64"})
    rows = pd.concat(frames, ignore_index=True)
    return rows.groupby(keys, dropna=False).size().rename("events").reset_index()


def _classes(numbered: Numbered) -> pd.DataFrame:
    counts = np.bincount(numbered.event_class, minlength=len(numbered.classes))
    return pd.DataFrame({"class": _texts(numbered.classes), "events": counts})


def _whole(numbered: Numbered, main: Followed, data: ActivityInputs, settings: LinkSettings) -> pd.DataFrame:
    week = main.weeks.of(main.numbered.records.minute)
    return pd.DataFrame(
        [
            {
                "timed": data.timed,
                "weeks": main.weeks.count,
                "events": int(numbered.events.minute.size),
                "placed": int(numbered.records.minute.size),
                "left_out": int(main.left_out.sum()),
                "pairs": int(_of_own_week(main.linked, week).sum()),
                "permutations": settings.permutations,
            }
        ]
    )
