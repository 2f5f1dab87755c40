"""What the group lens and its pages need from a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harmmodel.warehouse.store import editions, runs
from harmmodel.warehouse.store.connection import Connection, identifier
from harmmodel.warehouse.store.runs import stored_draws

QUERIES = {
    "groups": """
        select group_id, label, kind, coalesce(parent_id, '') as parent_id, size_band, first_seen, last_year,
            review_due
        from core_group order by group_id""",
    "cells": """
        select dyad_id, class, year, month, is_precise, count(*) as events, sum(low)::bigint as low,
            sum(best)::bigint as best, sum(high)::bigint as high, sum(civilians)::bigint as civilians,
            sum(dead_a)::bigint as dead_a, sum(dead_b)::bigint as dead_b
        from core_event group by all order by all""",
    "sides": """
        select distinct e.dyad_id, e.class, i.side, i.group_id
        from core_incident_group as i join core_event as e on e.event_id = i.event_id order by all""",
    "parties": """
        select e.dyad_id, i.group_id, e.year, e.is_precise, count(distinct e.event_id) as events
        from core_incident_group as i join core_event as e on e.event_id = i.event_id group by all order by all""",
    "reached": """
        select distinct i.group_id, e.year, e.state_id, e.municipality
        from core_incident_group as i join core_event as e on e.event_id = i.event_id
        where e.municipality is not null order by all""",
    "aliases": """
        select a.actor_id, coalesce(a.alias, '') as alias, a.group_id, g.label, a.match, a.members, a.reviewed_on,
            coalesce(a.note, '') as note,
            (select count(*) from core_event as e where a.actor_id in (e.side_a_id, e.side_b_id)) as events,
            (select coalesce(sum(e.best), 0)::bigint from core_event as e
             where a.actor_id in (e.side_a_id, e.side_b_id)) as deaths
        from core_group_alias as a join core_group as g on g.group_id = a.group_id order by a.actor_id, a.group_id""",
    "ties": """
        select t.*, g.label, o.label as other_label from core_group_tie as t
        join core_group as g on g.group_id = t.group_id join core_group as o on o.group_id = t.other_id
        order by t.group_id, t.other_id, t.tie""",
    # Exact: the deaths of an organisation are the sum of numerator / denominator over the rows.
    "attribution": """
        select i.group_id, e.year, e.class, e.is_precise, i.denominator, sum(e.best * i.numerator)::bigint as numerator,
            count(*) as events
        from core_incident_group as i join core_event as e on e.event_id = i.event_id group by all order by all""",
    "totals": """
        select year, class, is_precise, count(*) as events, sum(best)::bigint as deaths
        from core_event group by all order by all""",
    "states": """
        select i.group_id, e.year, e.state_id, e.is_precise, sum(e.best * i.numerator / i.denominator) as deaths,
            count(*) as events
        from core_incident_group as i join core_event as e on e.event_id = i.event_id group by all order by all""",
    "spots": """
        select i.group_id, e.year, e.state_id, e.municipality, sum(e.best * i.numerator / i.denominator) as deaths,
            count(*) as events
        from core_incident_group as i join core_event as e on e.event_id = i.event_id
        where e.is_precise and e.municipality is not null and e.longitude is not null group by all order by all""",
    # One point for each municipality, to a tenth of a degree, whoever was there and when.
    "municipalities": """
        select state_id, municipality, round(avg(longitude), 1) as longitude, round(avg(latitude), 1) as latitude
        from core_event
        where is_precise and municipality is not null and longitude is not null group by all order by all""",
    "months": """
        select i.group_id, e.month, sum(e.best * i.numerator / i.denominator) as deaths, count(*) as events
        from core_incident_group as i join core_event as e on e.event_id = i.event_id
        where e.month is not null group by all order by all""",
    # Dated and placed events of a state and month: as group_id '' each event once, whoever took part.
    "placed": """
        select '' as group_id, state_id, month, count(*) as events
        from core_event where month is not null and state_id is not null group by all
        union all
        select i.group_id, e.state_id, e.month, count(distinct e.event_id)
        from core_incident_group as i join core_event as e on e.event_id = i.event_id
        where e.month is not null and e.state_id is not null group by all
        order by all""",
}


def count(con: Connection) -> dict[str, pd.DataFrame]:
    """Count what the lens reads from the single events of a work folder: no row is finer than its group says."""
    return {name: con.execute(sql).df() for name, sql in QUERIES.items()}


def frame(con: Connection, name: str) -> pd.DataFrame:
    """Return what one of the `QUERIES` counted when the snapshot was made."""
    return con.execute(f"select * from {identifier('core_' + name)} order by rowid").df()


@dataclass(frozen=True)
class GroupRun(runs.StoredRun):
    """A finished run of the group lens: its frames."""

    lens: ClassVar[str] = "group"
    groups: pd.DataFrame
    scores: pd.DataFrame
    pillars: pd.DataFrame
    indicators: pd.DataFrame
    register: pd.DataFrame
    orders: pd.DataFrame
    yearly: pd.DataFrame
    assessed: pd.DataFrame
    sensitivity: pd.DataFrame
    assessments: pd.DataFrame
    aliases: pd.DataFrame
    ties: pd.DataFrame
    attribution: pd.DataFrame
    totals: pd.DataFrame
    states: pd.DataFrame
    spots: pd.DataFrame
    months: pd.DataFrame
    placed: pd.DataFrame
    areas: pd.DataFrame
    borders: pd.DataFrame

    def draws(self, name: str) -> NDArray[np.float32]:
        """Return the stored draws of ``overall``, ``deaths`` or the sort key.

        Shape (groups, draws), rows in order of group_id.
        """
        return stored_draws(self.path, [name])[name]


def published(project: Path, place: str) -> GroupRun:
    """Return the published run of *place*."""
    return GroupRun.load(project, place, editions.published_id(project, place, lens=GroupRun.lens))
