"""From counted rows to the cube: what core SQL lost or gained on the way, by class and month.

Events in the core tables are compared with the counted rows of the source that place.yaml names for their class; what
another source says of the class is told, and not added. A reduction merges rows on purpose, so its events are what is
compared; of suppressed counts the low ends are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from harmmodel.config import Config, Passport
from harmmodel.config.rows.account import Accepted
from harmmodel.config.rows.columns import ends_of
from harmmodel.errors import SnapshotError, SourceError
from harmmodel.warehouse.load.account.losses import NUMBERS, accepting, share
from harmmodel.warehouse.store.connection import Connection, identifier, literal, reading, single

GROUPED = "select class, null::date as month, 1 as events from core_event"
CUBE = """
    select class, month, coalesce(events, events_low) as events from core_count
    union all
    select class, month, coalesce(events, events_low) as events from core_count_beat"""
LISTED = "select class, month::date as month from core_incident"
NOT_LISTED = "select null::varchar as class, null::date as month where false"
# Grain: one row per source, class and month. events is null where the class is counted from another source, or nowhere.
COMPARED = """
create table load_core as
with own as (select unnest($classes::varchar[]) as class, unnest($sources::varchar[]) as source),
raw_part as (select source, class, month, sum(n)::bigint as counted from ({raw}) group by all),
cube as (
    select own.source, c.class, c.month, sum(c.events)::bigint as events
    from ({cube}) as c join own on own.class = c.class group by all
),
incident as (select class, month, count(*) as listed from ({listed}) group by all),
met as (
    select coalesce(r.source, c.source) as source, coalesce(r.class, c.class) as class,
        coalesce(r.month, c.month) as month, coalesce(r.counted, 0) as counted, c.events
    from raw_part as r full join cube as c
        on c.source = r.source and c.class = r.class and c.month is not distinct from r.month
)
select b.source, b.class, b.month, b.counted,
    case when o.class is not null and $lists then coalesce(i.listed, 0) end as listed,
    case when o.class is not null then coalesce(b.events, 0) end as events
from met as b
left join own as o on o.class = b.class and o.source = b.source
left join incident as i on i.class = b.class and i.month is not distinct from b.month
order by b.source, b.class, b.month nulls first"""
MONTHS = 3  # months and units that a message names
Units = Mapping[str, Sequence[str]]


def account_reduction(con: Connection, passport: Passport, raw: str) -> None:
    """Write to the reconciliation what a reduction merged or dropped, and refuse one that leaves nothing.

    Of several files it is not known whose rows were merged: that stands in a line of its own, without a file.
    """
    source, table = {"source": passport.id}, identifier(raw)
    files = [file.file for file in passport.raw_files]
    one = {"file": files[0] if len(files) == 1 else None}
    events, loaded = single(
        con,
        f"select (select coalesce(sum(events), 0)::bigint from {table}), sum(loaded)::bigint "
        "from load_reconciliation where source = $source",
        source,
    )
    if loaded and not events and not passport.accepts.no_rows:
        raise SourceError(
            f"sources/{passport.reduce}: none of the {loaded:,} rows that count of {', '.join(files)} is left. Correct "
            f"the reduction; or say in sources/{passport.id}.yaml why it is right, as accepts: {{no_rows: REASON}}"
        )
    if one["file"] is None:
        numbers = ", ".join(f"0 as {name}" for name in NUMBERS)
        con.execute(
            f"insert into load_reconciliation by name select $source as source, null as file, '' as reasons, "
            f"'' as repeats, {numbers}",
            source,
        )
    con.execute(
        "update load_reconciliation set reduced = $lost, loaded = loaded - $lost where source = $source "
        "and file is not distinct from $file",
        {**source, **one, "lost": int(loaded) - int(events)},
    )
    con.execute("delete from load_month where source = $source and fate = 'loaded'", source)
    con.execute(
        f"insert into load_month by name select $source as source, month, 'loaded' as fate, sum(events) as rows, "
        f"$file as file from {table} group by month order by month",
        {**source, **one},
    )


def reconcile(con: Connection, config: Config) -> None:
    """Keep in ``load_core`` the counted events of each source, class and month beside those in the core tables.

    Raises
    ------
    SnapshotError
        When core SQL lost more than policy.yaml or the passport allows, or gained any.
    """
    names = [name for name, passport in sorted(config.passports.items()) if passport.use == "scored"]
    grouped = list(config.place.groups.classes) if config.place.groups else []
    raw = " union all by name ".join(_raw(con, config.passports[name]) for name in names)
    cube = f"{CUBE} union all {GROUPED}" if "core_event" in config.core_sql else CUBE
    classes, lists = config.place.class_sources, {"class", "month"} <= _columns(con, "core_incident")
    compared = COMPARED.format(raw=raw, cube=cube, listed=LISTED if lists else NOT_LISTED)
    con.execute(
        compared,
        {"classes": list(classes), "sources": list(classes.values()), "lists": lists, "grouped": grouped},
    )
    rows = con.execute("from load_core").df()
    if faults := list(judged(rows, config, _units_lost(con, config, names))):
        raise SnapshotError("\n".join(faults))


def refuse_kept(harm: Path, config: Config) -> None:
    """Judge the core tables of a snapshot that is there already: limits may have changed since it was made."""
    with reading(harm) as con:
        rows = con.execute("from load_core").df()
    if faults := list(judged(rows, config, {})):
        raise SnapshotError("\n".join(faults))


def _columns(con: Connection, table: str) -> set[str]:
    found = con.execute("select column_name from duckdb_columns() where table_name = $t", {"t": table}).fetchall()
    return {str(row[0]) for row in found}


def _amount(con: Connection, passport: Passport) -> str:
    """SQL of how many events a row of ``raw_<source>`` stands for."""
    has = _columns(con, f"raw_{passport.id}")
    column = "events" if passport.reduce else passport.counts_column
    if column in passport.columns and (ends := ends_of(str(column), passport.columns[str(column)])):
        column = ends[0]
    return f"coalesce({identifier(column)}, 0)" if column and column in has else "1"


def _raw(con: Connection, passport: Passport) -> str:
    # An event of groups may have no month in core_event, so these are counted by class alone.
    return (
        f"select {literal(passport.id)} as source, class, "
        f"case when not list_contains($grouped::varchar[], class) then month end as month, "
        f"{_amount(con, passport)} as n from {identifier(f'raw_{passport.id}')}"
    )


def _units_lost(con: Connection, config: Config, names: Sequence[str]) -> Units:
    """Return the units of which core_count holds no event of a class though its source counts enough of them."""
    lost: dict[str, list[str]] = {}
    for name in names:
        passport = config.passports[name]
        if "unit_id" not in _columns(con, f"raw_{name}") or passport.locate is None:
            continue
        own = [class_ for class_, source in config.place.classes.items() if source == name]
        rows = con.execute(
            f"select class, unit_id from {identifier(f'raw_{name}')} as r where list_contains($own::varchar[], class) "
            "and unit_id in (select area_id from core_area) "
            "and class not in (select class from core_count_beat) and not exists (select 1 from core_count as c "
            f"where c.unit_id = r.unit_id and c.class = r.class) group by all having sum({_amount(con, passport)}) >= "
            "$least order by class, unit_id",
            {"own": own, "least": config.policy.losses.least_rows},
        ).fetchall()
        for class_, unit in rows:
            lost.setdefault(str(class_), []).append(str(unit))
    return lost


def judged(rows: pd.DataFrame, config: Config, units: Units) -> Iterator[str]:
    """Tell of each class of which core SQL lost too much or gained any, unless the passport accepts it.

    Parameters
    ----------
    rows : as in ``load_core``: source, class, month, counted, events (null: the class is counted from another source)
    units : by class, the units of which nothing arrived
    """
    for (source, class_), part in rows[rows["events"].notna()].groupby(["source", "class"], sort=True):
        passport = config.passports[str(source)]
        change = part["events"].astype("int64") - part["counted"].astype("int64")
        whole = int(part["counted"].sum())
        gained, lost = int(change.clip(lower=0).sum()), int(-change.clip(upper=0).sum())
        told = {"rows": part.assign(change=change), "class_": str(class_), "whole": whole}
        of_others = _of_others(rows, passport, part.assign(change=change))
        if of_others["beyond"] or (gained and _is_over(passport.accepts.core_gained, gained, whole, 0.0)):
            yield _gain(gained, of_others, config, passport, **told)
        limits = config.policy.losses
        silent = part[(part["events"] == 0) & (part["counted"] >= limits.least_rows)]
        least = 0.0 if len(silent) or units.get(str(class_)) else limits.core
        if lost and _is_over(passport.accepts.core_lost, lost, whole, least):
            yield _loss(lost, units.get(str(class_), ()), config, passport, **told)


def _is_over(accepted: Accepted | None, part: int, whole: int, limit: float) -> bool:
    return part > (accepted.upto if accepted else limit) * whole


def _months(rows: pd.DataFrame, sign: int) -> str:
    """Name the months with the largest change of one sign."""
    found = rows[(rows["change"] * sign > 0) & rows["month"].notna()].sort_values(
        ["change", "month"], ascending=sign < 0
    )
    named = [f"{month:%Y-%m} {abs(int(n)):,}" for month, n in zip(found["month"], found["change"], strict=True)]
    more = f" and {len(named) - MONTHS:,} months more" if len(named) > MONTHS else ""
    return f" (by month: {', '.join(named[:MONTHS])}{more})" if named else ""


def _of_others(all_rows: pd.DataFrame, passport: Passport, part: pd.DataFrame) -> dict[str, Any]:
    """Say which gained events may be rows of other sources of the class, and how many its own source does not cover.

    Parameters
    ----------
    part : the class in its own source, with change

    Returns
    -------
    rows: counted by each other source in months with a gain; beyond: those in months that the own source does not cover
    """
    class_ = part["class"].iloc[0]
    others = all_rows[(all_rows["class"] == class_) & (all_rows["source"] != passport.id) & (all_rows["counted"] > 0)]
    gained = part.loc[part["change"] > 0, "month"]
    met = others[others["month"].isin(gained) | (others["month"].isna() & gained.isna().any())]
    dated, seen = met[met["month"].notna()], passport.observed
    ends = [(day.date(), (day + pd.offsets.MonthBegin(1)).date()) for day in pd.to_datetime(dated["month"])]
    unseen = [seen is not None and not seen.days(*span) for span in ends]
    return {"rows": met.groupby("source")["counted"].sum(), "beyond": int(dated.loc[unseen, "counted"].sum())}


def _gain(gained: int, of_others: Mapping[str, Any], config: Config, passport: Passport, **told: Any) -> str:
    rows, class_, whole = told["rows"], told["class_"], told["whole"]
    said = (
        f"core tables hold {int(rows['events'].sum()):,} events of class {class_}, and {_files(passport)} (source "
        f"{passport.id}) counts {whole:,}: {gained:,} gained{_months(rows, 1)}."
    )
    if len(of_others["rows"]):
        named = ", ".join(
            f"the {int(n):,} that {_files(config.passports[str(source)])} (source {source}) holds then"
            for source, n in of_others["rows"].items()
        )
        return (
            f"{said} The class is counted from {passport.id} alone, for the time that its passport covers, and {named} "
            "are not counted. If these files are one record, give them the same headings and list them under files of "
            "one passport; if not, give the rows of one of them a class of its own in crosswalk.csv, or leave that "
            f"source out of {_tables(config)}"
        )
    accepted = accepting("core_gained", gained / whole if whole else 1)
    return (
        f"{said} A join that finds several partners repeats rows; a file of counts names their column under counted. "
        f"Correct core SQL ({_tables(config)}), or say in sources/{passport.id}.yaml why it is right, as {accepted}"
    )


def _loss(lost: int, units: Sequence[str], config: Config, passport: Passport, **told: Any) -> str:
    rows, class_, whole = told["rows"], told["class_"], told["whole"]
    named = f", {len(units) - MONTHS:,} more" if len(units) > MONTHS else ""
    silent = f" Nothing is left of {', '.join(units[:MONTHS])}{named}." if units else ""
    return (
        f"core tables hold {int(rows['events'].sum()):,} of the {whole:,} events of class {class_} that "
        f"{_files(passport)} (source {passport.id}) counts: {lost:,} lost ({share(lost, whole)}){_months(rows, -1)}."
        f"{silent} Correct core SQL ({_tables(config)}), where a join or a condition drops them, or say in "
        f"sources/{passport.id}.yaml why it is right, as {accepting('core_lost', lost / whole)}"
    )


def _files(passport: Passport) -> str:
    names = [raw.file for raw in passport.raw_files]
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _tables(config: Config) -> str:
    return ", ".join(
        f"core/{n}.sql" for n in sorted(config.core_sql) if n in ("core_count", "core_count_beat", "core_event")
    )
