"""Snapshots: raw files in, one immutable DuckDB file out, named by what went in."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

import harmmodel
from harmmodel.config import Config, Passport
from harmmodel.errors import SnapshotError, SourceError
from harmmodel.warehouse import contract, core, files, geography, loading
from harmmodel.warehouse.connection import LOCKED, identifier, locked
from harmmodel.warehouse.connection import loading as loading_room

Progress = Callable[[str], None]
EMPTY_TABLES = {
    "core_count_beat": "select ''::varchar as beat_id, date '2000-01-01' as month, '' as class, '' as place_class, "
    "0::bigint as events where false",
    "core_beat_share": "select ''::varchar as beat_id, ''::varchar as unit_id, 0::decimal(12,9) as share where false",
    "act_enforcement": "select ''::varchar as unit_id, date '2000-01-01' as month, '' as class, '' as measure, "
    "0::bigint as records, 0::bigint as arrests where false",
}


@dataclass(frozen=True)
class Snapshot:
    """A finished snapshot: where it lies and whether it had to be built."""

    id: str
    path: Path
    was_built: bool


def source_hash(*parts: str) -> str:
    """Hash the package's own files below *parts* (folders or modules), so that results name the code behind them."""
    home = Path(harmmodel.__file__).parent
    digest = hashlib.sha256()
    found = [
        p for part in parts for p in ([home / part] if (home / part).is_file() else sorted((home / part).rglob("*")))
    ]
    for path in found:
        if path.suffix in (".py", ".sql"):
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build_snapshot(project: Path, config: Config, say: Progress) -> Snapshot:
    """Verify every raw file and return the snapshot of *config*'s place, building it when it does not exist yet."""
    folder = project / "data" / config.place.id
    paths = {}
    for name, passport in sorted(config.passports.items()):
        say(f"Checking {passport.file}")
        paths[name] = files.verified(folder, passport)
    key = "\n".join(
        [config.place_digest, source_hash("warehouse"), *(p.sha256 for _, p in sorted(config.passports.items()))]
    )
    snapshot_id = f"{config.place.id}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    home = project / "data" / "snapshots"
    target = home / f"{snapshot_id}.duckdb"
    if target.is_file():
        return Snapshot(snapshot_id, target, was_built=False)
    home.mkdir(parents=True, exist_ok=True)
    remove_leftovers(home)
    work = Path(tempfile.mkdtemp(prefix=f".build-{os.getpid()}-", dir=home))
    try:
        _build(work, paths, config, say)
        with (work / "final.duckdb").open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(work / "final.duckdb", target)
    except duckdb.Error as error:
        raise SnapshotError(f"The snapshot of {config.place.id} cannot be built: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Snapshot(snapshot_id, target, was_built=True)


def remove_leftovers(home: Path) -> None:
    """Remove work folders of processes that no longer live."""
    for path in home.glob(".build-*"):
        owner = path.name.split("-")[1]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _build(work: Path, paths: dict[str, Path], config: Config, say: Progress) -> None:
    stage, act, final = work / "stage.duckdb", work / "act.duckdb", work / "final.duckdb"
    with loading_room(stage) as con:
        con.execute("attach $path as act".replace("$path", _literal(act)))
        _prepare(con)
        outlines = _load_references(con, paths, config, say)
        for name, passport in sorted(config.passports.items()):
            files.inspect(con, paths[name], passport)
            if passport.use == "scored":
                say(f"Loading {passport.file}")
                loading.read_file(con, paths[name], passport)
                loading.stage_source(con, passport, config, outlines)
                loading.split_source(con, passport)
        _store_boundaries(con, outlines)
    say("Counting")
    with locked(stage) as con:
        _reduce(con, config)
        built = _create(con, config, prefixes=("core_", "v_"))
        contract.check_contract(con)
    with duckdb.connect(str(final), config={"memory_limit": "2GB"}) as con:
        _copy(con, stage, "stage", built)
        _copy(con, act, "act", built)
        for key, value in LOCKED.items():
            con.execute(f"set {key} = '{value}'")
        _create(con, config, prefixes=("act_",))
        con.execute("checkpoint")


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _prepare(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create table load_reconciliation (source varchar, rows bigint, loaded bigint, enforcement bigint, "
        "outside_city bigint, outside_period bigint, rejected bigint, reasons varchar, reduced bigint)"
    )
    con.execute("create table load_month (source varchar, month date, fate varchar, rows bigint)")
    con.execute("create table act.act_class_arrest (source varchar, class varchar, records bigint, arrests bigint)")


def _load_references(
    con: duckdb.DuckDBPyConnection, paths: dict[str, Path], config: Config, say: Progress
) -> geography.Outlines:
    """Load the reference files first: points need the outlines."""
    for name, passport in sorted(config.passports.items()):
        if passport.use != "reference":
            continue
        say(f"Loading {passport.file}")
        files.inspect(con, paths[name], passport)
        loading.read_file(con, paths[name], passport)
        con.execute(f"create table {identifier('raw_' + name)} as select * exclude (row_no) from typed order by row_no")
    source, key = config.place.boundaries.source, config.place.boundaries.id
    table = con.execute(f"select {identifier(key)}::varchar, geometry from {identifier('raw_' + source)}").fetchall()
    if not table:
        raise SourceError(f"{paths[source]} holds no outline. Replace the file")
    return geography.Outlines([str(row[0]) for row in table], [str(row[1]) for row in table])


def _store_boundaries(con: duckdb.DuckDBPyConnection, outlines: geography.Outlines) -> None:
    frame = pd.DataFrame({"unit_id": outlines.unit_ids.astype(str), "geometry": outlines.simplified()})
    con.register("outline_frame", frame)
    con.execute("create table core_boundary as select * from outline_frame order by unit_id")
    con.unregister("outline_frame")


def _reduce(con: duckdb.DuckDBPyConnection, config: Config) -> None:
    """Turn each ``incoming_<source>`` into ``raw_<source>``, through the passport's reduction where it has one."""
    for name, passport in sorted(config.passports.items()):
        if passport.use != "scored":
            continue
        incoming, raw = identifier(f"incoming_{name}"), identifier(f"raw_{name}")
        if passport.reduce is None:
            con.execute(f"alter table {incoming} rename to {raw}")
            continue
        _reduce_one(con, passport, config.reduce_sql[name], incoming)


def _reduce_one(con: duckdb.DuckDBPyConnection, passport: Passport, sql: str, incoming: str) -> None:
    raw = f"raw_{passport.id}"
    known = {
        str(row[0])
        for row in con.execute("select table_name from duckdb_tables()").fetchall()
        if str(row[0]).startswith("raw_")
    }
    if strange := sorted(core.reads(con, f"sources/{passport.reduce}", sql) - known - {"incoming"}):
        raise SnapshotError(
            f"sources/{passport.reduce} may read incoming and raw_ tables only, not {', '.join(strange)}"
        )
    con.execute(f"create temp view incoming as select * from {incoming}")
    core.create_table(con, raw, sql)
    con.execute("drop view incoming")
    con.execute(f"drop table {incoming}")
    con.execute(
        f"update load_reconciliation set reduced = loaded - (select coalesce(sum(events), 0) from {identifier(raw)}), "
        f"loaded = (select coalesce(sum(events), 0) from {identifier(raw)}) where source = $source",
        {"source": passport.id},
    )
    con.execute("delete from load_month where source = $source and fate = 'loaded'", {"source": passport.id})
    con.execute(
        f"insert into load_month select $source, month, 'loaded', sum(events) from {identifier(raw)} group by month",
        {"source": passport.id},
    )


def _create(con: duckdb.DuckDBPyConnection, config: Config, prefixes: tuple[str, ...]) -> list[str]:
    """Create the core tables whose names start with one of *prefixes*; the whole graph is checked each time."""
    order = [name for name in core_order(config) if name.startswith(prefixes)]
    for name in order:
        core.create_table(con, name, config.core_sql[name])
    for name, sql in EMPTY_TABLES.items():
        if name.startswith(prefixes) and name not in config.core_sql:
            core.create_table(con, name, sql)
    return order


def core_order(config: Config) -> list[str]:
    """Return the order in which the core SQL would be built; refuses what the firewall refuses. Builds nothing."""
    with duckdb.connect() as con:
        inputs = {name: core.reads(con, f"core/{name}.sql", sql) for name, sql in config.core_sql.items()}
    act = {f"act_raw_{name}" for name, p in config.passports.items() if p.use == "scored"} | {"act_class_arrest"}
    raw = {f"raw_{name}" for name, p in config.passports.items() if p.use != "validation"}
    return core.build_order(inputs, (act | raw | set(EMPTY_TABLES)) - set(inputs))


def _copy(con: duckdb.DuckDBPyConnection, path: Path, alias: str, built: list[str]) -> None:
    """Copy the tables worth keeping from a work file; helpers and unreduced rows stay behind."""
    con.execute(f"attach {_literal(path)} as {alias} (read_only)")
    names = [
        str(row[0])
        for row in con.execute(
            "select table_name from duckdb_tables() where database_name = $db order by 1", {"db": alias}
        ).fetchall()
    ]
    for name in names:
        if name.startswith(("raw_", "core_", "load_", "act_")) and not (name in built and name.startswith("v_")):
            con.execute(f"create table {identifier(name)} as select * from {alias}.{identifier(name)}")
    con.execute(f"detach {alias}")
