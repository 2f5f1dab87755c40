"""What the activity lens reads: enforcement and linked counts of a snapshot, and single records of a work folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from harmmodel import nullable
from harmmodel.config.activities import NOT_CLASSED, ActivityConfig, ActivityRule
from harmmodel.warehouse.read.areas import query
from harmmodel.warehouse.store.connection import Connection, identifier

OPTIONAL = {"code": "null::varchar", "setting": "null::varchar", "amount": "null::double"}
POINTS = {"occurred_at", "area_id", "class", "longitude", "latitude"}


def enforcement(con: Connection, start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return enforcement of whole months by unit, month, class, offence, setting and measure.

    Returns
    -------
    unit_id, month, class, code, setting, measure, records, arrests, amount. A place may leave out code, setting and
    amount; amount holds what is not a number of records, such as kilograms seized or hectares cleared. What a source
    does not hold is null.
    """
    present = _columns(con, "act_enforcement")
    chosen = ", ".join(name if name in present else f"{default} as {name}" for name, default in OPTIONAL.items())
    frame = con.execute(
        f"select unit_id, month, class, measure, records, arrests, {chosen} from act_enforcement "
        "where month >= $start and month < $stop order by all",
        {"start": start, "stop": stop},
    ).df()
    return frame.assign(records=nullable.counts(frame["records"]), arrests=nullable.counts(frame["arrests"]))


def records(con: Connection, start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return enforcement records with time and point: unit_id, class, code, setting, longitude, latitude, minute."""
    return con.execute(query("activity_record"), {"start": start, "stop": stop}).df()


def events(con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return recorded harm with point and time: unit_id, class, longitude, latitude, minute; empty if not kept."""
    if not _columns(con, "core_incident") >= POINTS:
        columns = ["unit_id", "class", "longitude", "latitude", "minute"]
        return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})
    return con.execute(query("activity_event"), {"classes": list(classes), "start": start, "stop": stop}).df()


def matched_on(con: Connection, classes: Sequence[str], start: dt.date, stop: dt.date) -> pd.DataFrame:
    """Return recorded harm by which like places are found: longitude, latitude, setting; empty if not kept."""
    present = _columns(con, "core_incident")
    if not present >= POINTS or not classes:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in ("longitude", "latitude", "setting")})
    setting = "setting" if "setting" in present else "null::varchar as setting"
    return con.execute(
        f"select longitude, latitude, {setting} from core_incident where list_contains($classes::varchar[], class) "
        "and occurred_at >= $start and occurred_at < $stop and longitude is not null and latitude is not null "
        "order by all",
        {"classes": list(classes), "start": start, "stop": stop},
    ).df()


def linked(con: Connection, name: str) -> pd.DataFrame:
    """Return linked counts as they were made, with the rows in their order."""
    return con.execute(f"select * from {identifier('act_' + name)} order by rowid").df()


def _columns(con: Connection, table: str) -> set[str]:
    try:
        return {row[0] for row in con.execute(f"describe {identifier(table)}").fetchall()}
    except duckdb.CatalogException:
        return set()


NO_RULE = "no rule fits"


def classed(frame: pd.DataFrame, config: ActivityConfig, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Add activity and rule to rows that have class, code and setting.

    The first activity with a fitting rule takes the row; a row that no rule fits is not left out but named so.

    Parameters
    ----------
    kinds : what enforcement is about, by code: from the crosswalk
    """
    keys = ["class", "code", "setting"]
    rows = []
    for class_, code, setting in frame[keys].drop_duplicates().itertuples(index=False, name=None):
        kind = kinds.get(code) if isinstance(code, str) else None
        rows.append((class_, code, setting, *_find(class_, kind, setting, config)))
    activities = pd.DataFrame(rows, columns=[*keys, "activity", "rule"]).astype(object)
    table = frame.astype(dict.fromkeys(keys, object)).merge(activities, on=keys, how="left", validate="many_to_one")
    return table.astype({"activity": str, "rule": str})


def _find(class_: object, kind: str | None, setting: object, config: ActivityConfig) -> tuple[str, str]:
    for activity in config.typology.activities:
        for rule in activity.rules:
            if _fits(rule, class_, kind, setting):
                return activity.id, rule.said
    return NOT_CLASSED, NO_RULE


def _fits(rule: ActivityRule, class_: object, kind: str | None, setting: object) -> bool:
    if rule.classes and class_ not in rule.classes:
        return False
    if rule.setting is not None and setting != rule.setting:
        return False
    return not rule.kinds or kind in rule.kinds
