"""Raw files as they lie on disk: their hash and their columns."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import duckdb

from harmmodel.config import Passport
from harmmodel.errors import Faults, SourceError
from harmmodel.warehouse.load import kinds
from harmmodel.warehouse.load.personal import looks_personal
from harmmodel.warehouse.load.told import near, wide
from harmmodel.warehouse.store.seal import BLOCK, sha256


def verified(folder: Path, passport: Passport) -> list[Path]:
    """Return the paths of a source's raw files, whose bytes are those its passport names.

    Raises
    ------
    SourceError
        With every file that is missing or differs from its passport.
    """
    paths, faults = [], Faults()
    for raw in passport.raw_files:
        with faults.kept():
            path = _present(folder, raw.file, passport)
            _refuse_other(path, sha256(path), raw.sha256, passport)
            paths.append(path)
    faults.stop()
    return paths


def taken(folder: Path, passport: Passport, copies: Path) -> list[Path]:
    """Copy a source's raw files below *copies*, hashed on the way, and return the copies.

    Raises
    ------
    SourceError
        With every file that is missing or differs from its passport.
    """
    paths, faults = [], Faults()
    for number, raw in enumerate(passport.raw_files):
        with faults.kept():
            path, copy = _present(folder, raw.file, passport), copies / passport.id / str(number) / Path(raw.file).name
            copy.parent.mkdir(parents=True)
            _refuse_other(path, _copied(path, copy), raw.sha256, passport)
            paths.append(copy)
    faults.stop()
    return paths


def _copied(path: Path, copy: Path) -> str:
    """Copy a file and return the hash of what was copied."""
    digest = hashlib.sha256()
    with path.open("rb") as source, copy.open("wb") as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def _present(folder: Path, name: str, passport: Passport) -> Path:
    path = folder / name
    if not path.is_file():
        raise SourceError(f"{path} is missing. Put the file named by passport sources/{passport.id}.yaml there")
    return path


def _refuse_other(path: Path, digest: str, expected: str, passport: Passport) -> None:
    if digest != expected:
        raise SourceError(
            f"{path} has sha256 {digest}, but passport sources/{passport.id}.yaml says {expected}. "
            "Restore the file, or review the new one and update the passport"
        )


def column_names(con: duckdb.DuckDBPyConnection, path: Path, passport: Passport) -> list[str]:
    """Return the column names of a raw file in order."""
    try:
        return kinds.of(path).columns(con, path, passport)
    except (duckdb.Error, OSError, EOFError, ValueError, KeyError, TypeError, csv.Error) as error:
        kind = path.suffix or "a data file"
        raise SourceError(f"{path.name} cannot be read as {kind}: {str(error)[:300]}. Replace the file") from error


def inspect(con: duckdb.DuckDBPyConnection, path: Path, passport: Passport) -> list[str]:
    """Compare the columns of a raw file with its passport and pass them through the personal-data gate.

    Returns the file's column names. Raises ``SourceError`` naming every column at fault.
    """
    header = column_names(con, path, passport)
    if not header:
        raise SourceError(f"{path.name} is empty: it has no header. Replace the file")
    own = kinds.of(path).own
    allowed = {*passport.columns, *passport.ignore, *passport.parts, *wide.headings(passport, header), *own}
    needed = [name for name in (*passport.columns, *sorted(passport.parts)) if name not in passport.made]
    faults = wide.faults(passport, header)
    apart = {*passport.labels, *passport.ignore}
    if personal := [c for c, own in _own(con, path, passport, header) if looks_personal(own) and c not in apart]:
        faults.append(
            f"columns look personal: {', '.join(personal)}. List them under ignore, so that they are not read, or "
            "under labels if they name a place or a class"
        )
    if missing := [c for c in dict.fromkeys(needed) if c not in header and c not in own]:
        others = near.Known(c for c in header if c not in allowed)
        named = ", ".join(f"{name}{f' ({hint[2:]})' if (hint := others.hint(name)) else ''}" for name in missing)
        faults.append(f"columns missing: {named}. The file has: {', '.join(header[:40])}. Correct one of them")
        faults += kinds.of(path).header_hints(path, passport, missing)
    faults += _strangers(header, allowed, passport)
    if faults:
        raise SourceError(f"{path.name} differs from passport sources/{passport.id}.yaml:\n  " + "\n  ".join(faults))
    return header


def _own(con: duckdb.DuckDBPyConnection, path: Path, passport: Passport, header: list[str]) -> list[tuple[str, str]]:
    """Pair each column with its headings: its own, and that of the file where the passport gives it another name."""
    pairs = [(name, name) for name in header]
    if passport.table is None or not passport.table.names or passport.table.heading == 0:
        return pairs
    plain = passport.model_copy(update={"table": passport.table.model_copy(update={"names": ()})})
    return pairs + list(zip(header, column_names(con, path, plain), strict=True))


def _strangers(header: list[str], allowed: set[str], passport: Passport) -> list[str]:
    """Tell of columns that the passport does not name, that have no name, or that share one and are read."""
    faults = []
    named = [name.strip() and name for name in header]  # a heading of blanks alone is none
    extra = [c for c in named if c and c not in allowed]
    if extra:
        faults.append(f"columns not in the passport: {', '.join(extra[:40])}. Declare them, or list them under ignore")
    if "" not in allowed and (places := [str(n) for n, c in enumerate(named, start=1) if not c]):
        has = f"column {places[0]} has" if len(places) == 1 else f"columns {', '.join(places[:40])} have"
        faults.append(f'{has} no name. List "" under ignore to leave out what has no name, or name it in the file')
    for name in sorted({c for c in named if c and named.count(c) > 1} - set(passport.ignore)):
        places = [str(n) for n, c in enumerate(named, start=1) if c == name]
        faults.append(
            f"a column name stands twice in the header: {name} (columns {', '.join(places)}), so it is not known which "
            "is meant. Rename one in the file, or list the name under ignore"
        )
    return faults
