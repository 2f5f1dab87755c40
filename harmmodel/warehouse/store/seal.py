"""Seals: what a finished folder held when it was finished, so that nothing in it can change unseen."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from harmmodel.errors import SealBroken, SnapshotError
from harmmodel.warehouse.store.connection import Connection, identifier, reading, single

FILE = "seal.json"
FORMAT = 1
DATABASE = ".duckdb"
SEAL = re.compile(r"^[0-9a-f]{64}$")
BLOCK = 1 << 20


@dataclass(frozen=True)
class Seal:
    """The seal of a folder.

    Attributes
    ----------
    id : 64 hexadecimal digits; the hash of the seal's own text
    files : by path below the folder, the SHA-256 of its bytes
    tables : by database and table, the hash of its rows whatever their order: equal content, equal hash
    """

    id: str
    files: dict[str, str]
    tables: dict[str, dict[str, str]]


def sha256(path: Path) -> str:
    """Return the SHA-256 of the bytes of *path*."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def content_hash(con: Connection, table: str, database: str | None = None) -> str:
    """Return a hash of the columns and rows of a table that does not depend on how it is stored."""
    name = identifier(table) if database is None else f"{identifier(database)}.{identifier(table)}"
    columns = con.execute(f"select column_name, column_type from (describe {name})").fetchall()
    (rows,) = single(
        con,
        "select coalesce(sha256(string_agg(line, chr(10) order by line)), '') "
        f"from (select to_json(t)::varchar as line from {name} as t)",
    )
    return hashlib.sha256(json.dumps([columns, rows]).encode()).hexdigest()


def content_hashes(con: Connection, database: str, like: str = "%") -> dict[str, str]:
    """Return the hash of the content of every table of a database that is attached, with names as in *like*."""
    names = con.execute(
        "select table_name from duckdb_tables() where database_name = $database and not temporary "
        "and table_name like $like order by 1",
        {"database": database, "like": like},
    ).fetchall()
    return {str(name): content_hash(con, str(name), database) for (name,) in names}


def close(folder: Path) -> Seal:
    """Seal a finished folder: write down what every file and every table in it holds."""
    paths = _files(folder)
    tables = {}
    for name in (name for name in paths if name.endswith(DATABASE)):
        with reading(folder / name) as con:
            tables[name] = content_hashes(con, (folder / name).stem)
    files = {name: sha256(folder / name) for name in paths}
    text = _text({"format": FORMAT, "files": files, "tables": tables})
    (folder / FILE).write_bytes(text)
    return Seal(hashlib.sha256(text).hexdigest(), files, tables)


def is_sealed(folder: Path) -> bool:
    """Say whether a folder was sealed when it was finished."""
    return (folder / FILE).is_file()


def read(folder: Path) -> Seal:
    """Return the seal of a folder as it is written, without looking at what it seals.

    Raises
    ------
    SealBroken
        When there is none or it cannot be read.
    """
    try:
        text = (folder / FILE).read_bytes()
    except OSError:
        raise SealBroken(
            f"{folder} is unsealed: it was made by a version without seals, or {FILE} was removed. "
            "Remove that folder and run again"
        ) from None
    try:
        content = json.loads(text)
        seal = Seal(hashlib.sha256(text).hexdigest(), dict(content["files"]), dict(content["tables"]))
        is_ours = content["format"] == FORMAT and text == _text(content)
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise SealBroken(f"{folder / FILE} was changed after it was written. {SealBroken.remedy}")
    return seal


_verified: dict[tuple[Path, tuple[str, ...]], tuple[Any, str]] = {}


def verify(folder: Path, expected: str | None = None, *, chosen: Callable[[str], bool] = lambda name: True) -> Seal:
    """Return the seal of a folder in which every chosen file is as it was sealed.

    Files that were looked at before and have kept size and times are not read again.

    Parameters
    ----------
    expected : the seal that whatever points at this folder names; None: it names none
    chosen : which of the sealed files are looked at now

    Raises
    ------
    SealBroken
        When the seal is not the expected one, or a file was changed, added or removed; it is named.
    """
    seal = read(folder)
    if expected is not None and seal.id != expected:
        raise SealBroken(
            f"{folder} has seal {seal.id[:12]}, but what points at it says {expected[:12]}. {SealBroken.remedy}"
        )
    names = tuple(name for name in sorted(seal.files) if chosen(name))
    stamps = [_stamp(folder / name) for name in names]
    if _verified.get((folder, names)) == (stamps, seal.id):
        return seal
    for name in names:
        path = folder / name
        if not path.is_file() or path.is_symlink():
            raise SealBroken(f"{path} is gone since the folder was sealed. {SealBroken.remedy}")
        if sha256(path) != seal.files[name]:
            raise SealBroken(f"{path} was changed after it was sealed. {SealBroken.remedy}")
    _verified[folder, names] = stamps, seal.id
    return seal


def strangers(folder: Path, seal: Seal) -> list[str]:
    """Return the files of a folder that its seal does not know."""
    return sorted(set(_files(folder)) - set(seal.files) - {FILE})


def contents(folder: Path, seal: Seal) -> None:
    """Compare every table with its sealed hash: what `verify` has found in the bytes, found in the rows.

    Raises
    ------
    SealBroken
        When a table differs; it is named.
    """
    for name, tables in seal.tables.items():
        try:
            with reading(folder / name) as con:
                stored = content_hashes(con, (folder / name).stem)
        except (duckdb.Error, SnapshotError) as error:
            raise SealBroken(f"{folder / name} cannot be read: {error}. {SealBroken.remedy}") from error
        if different := sorted(
            table for table in stored.keys() | tables.keys() if stored.get(table) != tables.get(table)
        ):
            raise SealBroken(f"{folder / name}: {', '.join(different)} is not as sealed. {SealBroken.remedy}")


def _files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != FILE
    )


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file is written or replaced; the last time cannot be set back by who writes it."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _text(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()
