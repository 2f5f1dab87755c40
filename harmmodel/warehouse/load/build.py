"""Building a snapshot in a work folder: load, reduce, count harm, close it, and only then count enforcement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from harmmodel.config import Config, Passport, feeds
from harmmodel.config.place import Place
from harmmodel.errors import Faults, FirewallError, SnapshotError, SourceError
from harmmodel.warehouse.load import distil, files, geography, listing, personal, row_classes, separation, units
from harmmodel.warehouse.load import rows as load_rows
from harmmodel.warehouse.load.account import core, losses
from harmmodel.warehouse.load.labels import check_labels, tell_apart
from harmmodel.warehouse.load.rows import check_counts
from harmmodel.warehouse.load.texts import check_texts
from harmmodel.warehouse.load.told import core_sql, notes, unmet
from harmmodel.warehouse.sql import contract, empty, ends, reported, review
from harmmodel.warehouse.store import seal, snapshots
from harmmodel.warehouse.store.connection import Connection, identifier, literal, lock, reading, single
from harmmodel.warehouse.store.connection import loading as loading_room

Progress = Callable[[str], None]
Paths = dict[str, list[Path]]
HARM_DATABASE = "harm"


@dataclass(frozen=True)
class Inputs:
    """What a snapshot is built from: raw files by source."""

    paths: Paths  # a source whose files are missing or are others is not among them, but among the faults
    faults: Faults = field(default_factory=Faults)


def build(work: Path, inputs: Inputs, config: Config, say: Progress, distillation: distil.Distillation) -> None:
    """Build ``harm.duckdb`` and ``act.duckdb`` in *work* from the raw files.

    Enforcement lies in a file of its own from the first row on. Core SQL of harm runs while that file is not open;
    core SQL of enforcement runs while the file of harm can be read and not written, and what is scored of harm is
    compared before and after. *distillation* counts what lenses need of single records, which stay in the work folder.

    Raises
    ------
    SourceError, SnapshotError, FirewallError
        With the faults of all files of data and of SQL at once. What the core tables must hold is judged once there
        are none.
    """
    say("Checking core SQL")
    queries, columns = core_sql.reviewed(config, inputs.faults)
    _load(work, inputs, config, say, columns)
    say("Counting")
    with _harm_room(work) as con:
        _reduce(con, config)
        _create(con, config, "core_", queries)
        check_texts(con)  # first of all checks, since the others show what they find
        second = contract.POPULATION_CHECKS if "core_population" in config.core_sql else {}
        contract.check_contract(con, contract.CHECKS | second, config.place.classes)
        reported.check_reported(con, config)
        for lens in feeds.fed(config):
            contract.check_contract(con, contract.LENS_CHECKS.get(lens, {}))
        empty.check_empty(con)
        _check_units(con, config, queries)
        core.reconcile(con, config)
        if said := notes.record_km2(con, config):
            say(said)
        for note in tell_apart(con):
            say(note)
        distil.store(con, distil.HARM, distillation.harm(con))
        con.execute("checkpoint")
    with reading(work / snapshots.HARM) as con:
        before = _scored(con)
    with _act_room(work) as con:
        _create(con, config, "act_", queries)
        check_texts(con)
        stop_checks = contract.STOP_CHECKS if "act_stops" in config.core_sql else {}
        contract.check_contract(con, contract.ENFORCEMENT_CHECKS | stop_checks)
        empty.check_empty(con)
        empty.check_arrests(con, config)
        check_labels(con, config)
        if distillation is not distil.NOTHING:
            say("Linking")
        distil.store(con, distil.ACT, distillation.linked(con))
        con.execute("checkpoint")
        after = _scored(con)
    _refuse_changes(before, after)


def _check_units(con: Connection, config: Config, queries: core_sql.Queries) -> None:
    """Check what the units are called, and how many live there."""
    check_labels(con, config)
    personal.refuse_labels(con, config.place.names)
    contract.check_against_residents(con, config)
    unmet.refuse_unmet(con, config, queries)


def _refuse_changes(before: dict[str, str], after: dict[str, str]) -> None:
    """Refuse a snapshot whose tables of harm are not what they were before enforcement was counted."""
    if before != after:
        changed = ", ".join(sorted(t for t in before.keys() | after.keys() if before.get(t) != after.get(t)))
        raise FirewallError(
            f"core SQL of enforcement changed {changed}. A harm table is finished before enforcement is"
        )


def _load(work: Path, inputs: Inputs, config: Config, say: Progress, columns: core_sql.ColumnsRead) -> None:
    """Load every file: harm rows into one database, enforcement rows into another."""
    paths, faults = inputs.paths, inputs.faults  # every file is looked through before the load stops
    with loading_room(work / "stage.duckdb") as con:
        prepare(con, work)
        outlines, ground = _laid(con, inputs, config, say, work)
        for name, passport in sorted(config.passports.items()):
            if passport.use == "scored" and name in paths:
                say(f"Loading {passport.title}")
                source = row_classes.ScoredSource(passport, paths[name], _harm_table(passport), *columns[name])
                with faults.kept():
                    for note in separation.load_source(con, source, config, ground, work):
                        say(note)
                    if ground is not None:
                        check_counts(con, passport, source.table, config.policy.disclosure.public)
            elif passport.use == "validation" and name in paths:
                with faults.kept():
                    _hold(con, paths[name], passport, work)
        faults.stop()
        _store_boundaries(con, outlines, config)


def _scored(con: Connection) -> dict[str, str]:
    """Return the hash of the content of every table of harm that scores are made of."""
    return seal.content_hashes(con, HARM_DATABASE, like="core_%")


ROOM: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "2GB"}


@contextmanager
def _harm_room(work: Path) -> Iterator[Connection]:
    """Open the file of harm for config SQL: what is to be reduced can be read, enforcement is not in reach."""
    with duckdb.connect(str(work / snapshots.HARM), config=ROOM | {"temp_directory": str(work / "spill")}) as con:
        con.execute(f"attach {literal(work / 'stage.duckdb')} as stage (read_only)")
        lock(con)
        yield con


@contextmanager
def _act_room(work: Path) -> Iterator[Connection]:
    """Open the file of enforcement for config SQL: harm can be read, and the database refuses to write there."""
    with duckdb.connect(str(work / snapshots.ACT), config=ROOM | {"temp_directory": str(work / "spill")}) as con:
        snapshots.attach_harm(con, work / snapshots.HARM)
        lock(con)
        yield con


def prepare(con: Connection, work: Path) -> None:
    """Attach the databases for harm and for enforcement, with the tables in which the loader accounts for rows."""
    for file, name in ((snapshots.HARM, HARM_DATABASE), (snapshots.ACT, "act")):
        con.execute(f"attach {literal(work / file)} as {name}")
    con.execute(
        f"create table harm.load_reconciliation (source varchar, file varchar, reasons varchar, repeats varchar, "
        f"{', '.join(f'{name} bigint' for name in losses.NUMBERS)})"
    )
    con.execute("create table harm.load_month (source varchar, month date, fate varchar, rows bigint, file varchar)")
    notes.prepare(con)
    con.execute("create table act.act_class_arrest (source varchar, class varchar, records bigint, arrests bigint)")


def _harm_table(passport: Passport) -> str:
    """Name where the harm rows of a source go: straight into the snapshot, unless a reduction comes first."""
    return identifier(f"incoming_{passport.id}") if passport.reduce else f"harm.{identifier('raw_' + passport.id)}"


def _laid(
    con: Connection, inputs: Inputs, config: Config, say: Progress, work: Path
) -> tuple[geography.Outlines | geography.Listed | None, units.Ground | None]:
    """Load the reference files first, since points need the outlines; without ground where these are at fault."""
    faults = inputs.faults
    outlines: geography.Outlines | geography.Listed | None = None
    ground: units.Ground | None = None
    _load_references(con, inputs, config, say, work)
    source = config.place.units.source if config.place.units else config.place.boundaries.source
    if source is None or load_rows.is_there(con, f"harm.{identifier('raw_' + source)}"):
        with faults.kept():
            outlines = _outlines(con, inputs.paths, config)
            ground = units.ground_of(con, outlines, config)
    if ground is not None:
        with faults.kept():
            units.check_references(con, config, ground)
    return outlines, ground


def _load_references(con: Connection, inputs: Inputs, config: Config, say: Progress, work: Path) -> None:
    for name, passport in sorted(config.passports.items()):
        if passport.use == "reference" and name in inputs.paths:
            say(f"Loading {passport.title}")
            with inputs.faults.kept():
                load_rows.ingest(con, inputs.paths[name], passport, work)
                fields = listing.add_fields(con, passport, config)
                table = f"harm.{identifier('raw_' + name)}"
                con.execute(f"create table {table} as select t.*{fields} from typed as t order by rowid")


def _outlines(con: Connection, paths: Paths, config: Config) -> geography.Outlines | geography.Listed | None:
    """Read the outlines of the units, or their ids where a table lists them; None for cells."""
    if (table := config.place.units) is not None:
        file = identifier(f"raw_{table.source}")
        rows = con.execute(f"select coalesce({identifier(table.id)}::varchar, '') from harm.{file}").fetchall()
        return geography.Listed([str(row[0]) for row in rows], paths[table.source][0].name)
    source, key = config.place.boundaries.source, config.place.boundaries.id
    if source is None or key is None:
        return None
    rows = con.execute(
        f"select {identifier(key)}::varchar, geometry from harm.{identifier('raw_' + source)}"
    ).fetchall()
    if not rows:
        raise SourceError(f"{paths[source][0].name} holds no outline. Replace the file")
    left_out = config.place.boundaries.left_out.values if config.place.boundaries.left_out else ()
    if absent := sorted({*left_out} - {str(row[0]) for row in rows}):
        raise SourceError(f"place.yaml: boundaries.left_out: no outline has {', '.join(absent)}. Correct the id")
    geography.refuse_ids([row[0] for row in rows], key, paths[source][0].name)
    rows = [row for row in rows if str(row[0]) not in left_out]
    outlines = geography.Outlines([str(row[0]) for row in rows], [str(row[1]) for row in rows])
    outlines.refuse_overlaps(paths[source][0].name)
    return outlines


def _hold(con: Connection, paths: list[Path], passport: Passport, work: Path) -> None:
    """Hold time and place of the rows kept for validation where config SQL cannot reach them: ``act_held_<source>``."""
    if not passport.is_placed_later:
        for path in paths:
            files.inspect(con, path, passport)
        return
    load_rows.ingest(con, paths, passport, work)
    place = passport.locate
    names = (place.longitude, place.latitude, place.unit) if place else (None, None, None)
    longitude, latitude, unit = (identifier(name) if name else "null" for name in names)
    number = f"coalesce({identifier(passport.counted)}, 0)" if passport.counted else "1"
    con.execute(
        f"create table act.{identifier('act_held_' + passport.id)} as select {identifier(passport.time[0])} as "
        f"occurred_at, {longitude}::double as longitude, {latitude}::double as latitude, {unit}::varchar as unit_id, "
        f"{number}::bigint as n from typed order by rowid"
    )


def _store_boundaries(con: Connection, outlines: geography.Outlines | geography.Listed | None, config: Config) -> None:
    """Keep the outlines for maps; cells come from harm rows alone, so that enforcement never adds a unit."""
    if isinstance(outlines, geography.Listed):
        frame = pd.DataFrame({"unit_id": outlines.unit_ids.astype(str), "geometry": None}, dtype=object)
    elif not config.place.boundaries.is_given:
        frame = pd.DataFrame({"unit_id": [], "geometry": []}, dtype=object)
    elif outlines is None:
        names = [
            n for n, p in sorted(config.passports.items()) if p.use == "scored" and p.locate and p.locate.h3 is not None
        ]
        union = " union ".join(f"select unit_id from {_harm_table(config.passports[n])}" for n in names)
        cells = con.execute(
            f"select distinct unit_id from ({union}) where unit_id is not null order by unit_id"
        ).fetchall()
        table = geography.cell_table([str(row[0]) for row in cells])
        con.register("cell_frame", table)
        con.execute("create table harm.raw_cell as select cell, km2, longitude, latitude from cell_frame")
        frame = table.rename(columns={"cell": "unit_id"})[["unit_id", "geometry"]]
    else:
        frame = pd.DataFrame({"unit_id": outlines.unit_ids.astype(str), "geometry": outlines.simplified()})
    con.register("outline_frame", frame)
    con.execute("create table harm.core_boundary as select * from outline_frame order by unit_id")
    _store_districts(con, config.place)


def _store_districts(con: Connection, place: Place) -> None:
    """Keep in which district each unit lies, as the file of the units says; nothing where the place names no column."""
    if place.district is None:
        return
    source, key = place.held_by or "", (place.units or place.boundaries).id or ""
    con.execute(
        f"create table harm.core_district as select {identifier(key)}::varchar as unit_id, "
        f"nullif(trim({identifier(place.district)}::varchar), '') as district "
        f"from harm.{identifier('raw_' + source)} order by unit_id"
    )


def _reduce(con: Connection, config: Config) -> None:
    """Make ``raw_<source>`` of each ``incoming_<source>`` through the passport's reduction."""
    for name, passport in sorted(config.passports.items()):
        if passport.use == "scored" and passport.reduce:
            _reduce_one(con, passport, config.reduce_sql[name])


def _reduce_one(con: Connection, passport: Passport, sql: str) -> None:
    raw = f"raw_{passport.id}"
    con.execute(f"create temp view incoming as select * from stage.{identifier('incoming_' + passport.id)}")
    core_sql.reduce(con, passport, sql)
    con.execute("drop view incoming")
    events, least = single(con, f"select coalesce(sum(events), 0), coalesce(min(events), 1) from {identifier(raw)}")
    (rows,) = single(con, "select sum(loaded) from load_reconciliation where source = $source", {"source": passport.id})
    if least <= 0 or events > rows:
        raise SnapshotError(
            f"sources/{passport.reduce}: {events:,} events come out of {rows:,} rows. A reduction may only merge and "
            "drop rows. Correct it"
        )
    core.account_reduction(con, passport, raw)


def _create(con: Connection, config: Config, prefix: str, queries: core_sql.Queries) -> None:
    """Create the core tables whose names start with *prefix*, each helper that they need for this connection alone."""
    order = core_sql.core_order(config, queries)
    needed = _reached(queries, [name for name in order if name.startswith(prefix)])
    for name in order:
        if name.startswith(prefix) or (name.startswith("v_") and name in needed):
            review.create_table(con, name, config.core_sql[name], is_kept=not name.startswith("v_"))
            ends.complete(con, name)
    for name, sql in core_sql.EMPTY_TABLES.items():
        if name.startswith(prefix) and name not in config.core_sql:
            review.create_table(con, name, sql)
            ends.complete(con, name)


def _reached(queries: core_sql.Queries, names: list[str]) -> set[str]:
    """Return the files that *names* read, directly or through helpers."""
    reached, waiting = set[str](), list(names)
    while waiting:
        for table in queries[waiting.pop(0)].tables & set(queries):
            if table not in reached:
                reached.add(table)
                waiting.extend([table] if table.startswith("v_") else [])
    return reached
