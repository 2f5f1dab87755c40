"""What the activity lens counts from single records while they lie in the work folder, and how it is read back."""

from __future__ import annotations

import datetime as dt

import h3
import pandas as pd

from harmmodel.assembly.common import COMPARED_MONTHS
from harmmodel.config import Config
from harmmodel.config.activities import NOT_CLASSED
from harmmodel.errors import SnapshotError
from harmmodel.lenses.activities.linking import link_activities
from harmmodel.lenses.activities.spec import ActivityInputs, ActivityScheme, ActivitySpec, LikeLimits, Linked
from harmmodel.method.activities.linkage import MINUTES_PER_DAY, Link
from harmmodel.warehouse.load.distil import NOTHING, Distillation, Frames, digest
from harmmodel.warehouse.read import activities as source
from harmmodel.warehouse.read import areas
from harmmodel.warehouse.read.activities import classed
from harmmodel.warehouse.store.code_hash import source_hash
from harmmodel.warehouse.store.connection import Connection

CELL_RESOLUTION = 8  # about 0.7 square kilometres: a step coarser than the finest that may ever be kept
CODE = ("assembly", "lenses/activities", "method", "nullable.py")
# Fields of `Linked` and the names under which the snapshot keeps them, after ``act_``.
TABLES = {
    "activities": "linked_activity",
    "areas": "linked_area",
    "variants": "linked_variant",
    "weeks": "linked_week",
    "months": "linked_month",
    "classes": "linked_class",
    "like": "linked_like",
    "balance": "linked_balance",
    "whole": "linked_whole",
}
CELLS = "linked_cell"
NOT_CLASSED_SPEC = ActivitySpec(NOT_CLASSED, "Not classed")


def distil(config: Config) -> Distillation:
    """Return how records and events of a place are linked; nothing without config of activities."""
    if config.activities is None:
        return NOTHING
    return Distillation(linked=lambda con: link(con, config), key=digest(settings_key(config), source_hash(*CODE)))


def link(con: Connection, config: Config) -> Frames:
    """Link records and events of an open work folder: the counts that the snapshot keeps."""
    data = inputs(con, config)
    linked = link_activities(data, activity_scheme(config).linking)
    frames: Frames = {name: getattr(linked, part) for part, name in TABLES.items()}
    months = linked.months["month"].to_numpy("int64").astype("datetime64[M]").astype("datetime64[s]")
    frames[TABLES["months"]] = linked.months.assign(month=months)
    frames[TABLES["whole"]] = linked.whole.assign(settings=settings_key(config))
    return frames | {CELLS: cells(data.records, data.events)}


def inputs(con: Connection, config: Config) -> ActivityInputs:
    """Read records and events, one row each, with the areas of the place; only a work folder holds them."""
    if config.activities is None:
        raise ValueError("the config has no activities")
    start, stop = period(config)
    records = classed(source.records(con, start, stop), config.activities, config.kinds)
    return ActivityInputs(
        records,
        source.events(con, linked_classes(config), start, stop),
        areas.areas(con),
        _minute(start),
        _minute(stop),
        timed=bool((records["minute"] % MINUTES_PER_DAY).any()),
        matched_on=source.matched_on(con, config.place.matched_on, start, stop),
    )


def read(con: Connection, config: Config) -> Linked:
    """Read what was linked when the snapshot was made.

    Raises
    ------
    SnapshotError
        When it was linked under other settings than those of *config*.
    """
    frames = {part: source.linked(con, name) for part, name in TABLES.items()}
    if frames["whole"]["settings"].tolist() != [settings_key(config)]:
        raise SnapshotError(
            "The snapshot was linked under other settings than those in force, and the records it was made of are not "
            f"kept. Make it again: harmmodel run {config.place.id}"
        )
    frames["months"]["month"] = frames["months"]["month"].dt.date
    return Linked(**frames)


def settings_key(config: Config) -> str:
    """Hash all of the config that decides what is linked, besides the place's own files."""
    rules = [] if config.activities is None else [(a.id, a.rules) for a in config.activities.typology.activities]
    classes = (linked_classes(config), config.place.matched_on)
    return digest(activity_scheme(config).linking, rules, classes, period(config), CELL_RESOLUTION)


def period(config: Config) -> tuple[dt.date, dt.date]:
    """Return the whole months, at most a year, that enforcement and linked harm both cover before as_of."""
    names = {row.source for row in config.crosswalk if row.enforcement}
    names |= {config.place.classes[c] for c in (*linked_classes(config), *config.place.serious_violence)}
    known = [observed for name in names if (observed := config.passports[name].observed)]
    return areas.common_window(config.scheme.as_of, COMPARED_MONTHS, known)


def linked_classes(config: Config) -> list[str]:
    """Return the classes of linked harm that the place's data can feed."""
    classes = config.activities.typology.linked_harm.classes if config.activities else ()
    return [name for name in classes if name in config.place.classes]


def activity_scheme(config: Config) -> ActivityScheme:
    """Return the scheme in force for activities; a record that no rule fits is an activity of its own."""
    activities = config.activities
    if activities is None:
        raise ValueError("the config has no activities")
    linked, like, limits = activities.typology.linked_harm, activities.typology.like_places, config.policy.activities
    own = {"self_metres": linked.self_match.metres, "self_minutes": linked.self_match.minutes}
    specs = [
        ActivitySpec(
            id=a.id,
            label=a.label,
            family=a.family,
            easiest=a.easiest,
            unmeasurable=a.unmeasurable or "",
            pathway=a.pathway or "",
            objections=len(a.objections),
        )
        for a in activities.typology.activities
    ]
    return ActivityScheme(
        activities=(*specs, NOT_CLASSED_SPEC),
        link=Link(metres=linked.metres, after=linked.after, **own),
        variants=tuple(Link(metres=v.metres, after=v.after, before=v.before, **own) for v in linked.variants),
        class_weights=config.weight_set.by_class,
        square=linked.square,
        permutations=linked.permutations,
        lower_priority=limits.lower_priority,
        focus=limits.focus,
        minimum_records=limits.minimum_records,
        family_error=limits.family_error,
        like=LikeLimits(**limits.like_places.model_dump()),
        cell=like.cell,
        block=like.block,
        caliper=like.caliper,
        interval=config.scheme.interval,
        seed=config.scheme.seed,
    )


def cells(records: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Count records and serious events by H3 cell over the whole period: kind, activity, cell, n."""
    frames = []
    for name, frame in (("record", records), ("event", events)):
        placed = frame.dropna(subset=["longitude", "latitude"])
        found = [
            h3.latlng_to_cell(lat, lng, CELL_RESOLUTION)
            for lat, lng in zip(placed["latitude"], placed["longitude"], strict=True)
        ]
        activity = placed["activity"] if name == "record" else ["serious violence"] * len(placed)
        frames.append(pd.DataFrame({"kind": name, "activity": activity, "cell": found}))
    table = pd.concat(frames, ignore_index=True).astype(object)
    return table.groupby(["kind", "activity", "cell"], sort=True).size().rename("n").reset_index()


def _minute(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days * MINUTES_PER_DAY
