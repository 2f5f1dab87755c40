"""Files as people get them: folders and archives of month files, workbooks and lists in JSON, laid out as plain files.

What is unpacked is untrusted: names never lead out of the folder, and how much comes out is bounded.
"""

from __future__ import annotations

import bz2
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import openpyxl

from harmmodel.errors import SourceError
from harmmodel.warehouse.intake.tables import put
from harmmodel.warehouse.load import content

LARGEST = 4_000_000_000  # bytes that one archive may hold
MOST_MEMBERS = 5_000
MOST_FILES = 2_000
LARGEST_JSON = 400_000_000
LARGEST_SHEET = 100_000_000
BLOCK = 1 << 20
READ = (".csv", ".txt", ".tsv", ".parquet", ".geojson", ".json", ".gz")
HEADS = 20  # first rows of a workbook among which its headings are looked for
SIGNS = re.compile(r"[^A-Za-z0-9_.\-]+")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
AGAIN = re.compile(r" \([0-9]{1,2}\)(?=\.|$)")  # what a browser adds to the name of a file that it gets again


@dataclass(frozen=True)
class Given:
    """A file to be read: where it lies, what it is called below ``data/<place>``, and what was done to it."""

    path: Path
    name: str
    made_of: str = ""


def laid_out(paths: Sequence[Path], folder: Path) -> list[Given]:
    """Return the files that can be read of what somebody named; what has to be unpacked comes into *folder*.

    Raises
    ------
    SourceError
        When something is no file, or of a kind that cannot be read, with what to save it as.
    """
    found: list[Given] = []
    for number, path in enumerate(paths):
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and p.suffix.lower() in (*READ, ".zip", ".bz2")]
            if not inside:
                raise SourceError(f"{path} holds no file of a kind that is read: {', '.join(READ)}. Name another")
        elif path.is_file():
            inside = [path]
        else:
            raise SourceError(f"{path} is not there. Name files or folders that exist")
        for place, file in enumerate(inside):
            found += _one(file, folder / f"{number}-{place}")
            if len(found) > MOST_FILES:
                raise SourceError(f"over {MOST_FILES:,} files. Name fewer, or put those of one table together")
    return _named_apart(found)


def _one(path: Path, folder: Path) -> Iterator[Given]:
    first = content.head(path)
    if first.startswith(b"BZh"):
        folder.mkdir(parents=True)
        target = folder / _safe(path.stem)
        with bz2.open(path) as stream:
            _copy(stream, target, path.name)
        yield from _plain(target, _safe(path.stem), f"unpacked from {path.name}", folder)
    elif first.startswith(b"PK\x03\x04") and _is_workbook(path):
        yield _of_workbook(path, folder)
    elif first.startswith(b"PK\x03\x04"):
        yield from _of_archive(path, folder)
    else:
        yield from _plain(path, _below(path), "", folder)


def _plain(path: Path, name: str, made_of: str, folder: Path) -> Iterator[Given]:
    """A file that is read as it is, or a list in JSON, which becomes a table."""
    compact = "".join(content.head(path)[:200].decode("utf-8", "replace").removeprefix("\ufeff").split())
    if compact.startswith("[{"):
        folder.mkdir(parents=True, exist_ok=True)
        yield _of_list(path, folder / f"{_safe(path.stem)}.csv")
        return
    content.refuse_other(path)
    yield Given(path, name, made_of)


def _below(path: Path) -> str:
    """Name a file with its folder where that is a month, as those of police.uk are."""
    parent = path.parent.name
    return f"{parent}/{_safe(path.name)}" if MONTH.fullmatch(parent) else _safe(path.name)


def _safe(name: str) -> str:
    cleaned = SIGNS.sub("_", AGAIN.sub("", name)).lstrip("_.-") or "file"
    return cleaned[-100:].lstrip("_.-")


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False


def _of_archive(path: Path, folder: Path) -> Iterator[Given]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and _is_read(m.filename)]
            total = sum(m.file_size for m in members)
            if not members:
                content.refuse_other(path)
                raise SourceError(f"{path.name} holds no file of a kind that is read: {', '.join(READ)}. Unpack it")
            if total > LARGEST or len(members) > MOST_MEMBERS:
                raise SourceError(f"{path.name} unpacks to {len(members):,} files of {total:,} bytes. Name its parts")
            for number, member in enumerate(sorted(members, key=lambda m: m.filename)):
                inner = Path(member.filename)
                parent = inner.parent.name if MONTH.fullmatch(inner.parent.name) else ""
                target = folder / str(number) / parent / _safe(inner.name)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as stream:
                    _copy(stream, target, path.name, member.file_size)
                name = f"{parent}/{target.name}" if parent else target.name
                yield from _plain(target, name, f"unpacked from {path.name}", target.parent)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{path.name} cannot be unpacked: {error}. Unpack it yourself and name the files") from error


def _is_read(name: str) -> bool:
    parts = Path(name).parts
    return Path(name).suffix.lower() in READ and not any(part.startswith(("__MACOSX", ".")) for part in parts)


def _copy(stream: IO[bytes], target: Path, name: str, most: int = LARGEST) -> None:
    """Copy a stream, and count what comes out while it does: what an archive says of its size may be untrue."""
    total = 0
    try:
        with target.open("wb") as out:
            while block := stream.read(BLOCK):
                total += len(block)
                if total > most:
                    raise SourceError(f"{name} unpacks to more than it says, or over {LARGEST:,} bytes. Get it again")
                out.write(block)
    except (EOFError, OSError) as error:
        raise SourceError(f"{name} cannot be unpacked: {error}. Get it again") from error


def _of_list(path: Path, target: Path) -> Given:
    """Write a list of objects in JSON as a table."""
    if (size := path.stat().st_size) > LARGEST_JSON:
        raise SourceError(f"{path.name} has {size:,} bytes of JSON. Save the table as CSV UTF-8")
    try:
        rows = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path.name} is no sound JSON: {str(error)[:100]}. Save the table as CSV UTF-8") from error
    if not all(isinstance(row, dict) for row in rows):
        raise SourceError(f"{path.name} is a list in JSON, not all of objects. Save the table as CSV UTF-8")
    names = list(dict.fromkeys(key for row in rows for key in row))
    flat = [n for n in names if not any(isinstance(row.get(n), dict | list) for row in rows)]
    _write(target, flat, ([_cell(row.get(n)) for n in flat] for row in rows))
    left = f"; left out, since they hold fields inside: {', '.join(set(names) - set(flat))}" if flat != names else ""
    return Given(target, target.name, f"a table made of {path.name}{left}")


def _of_workbook(path: Path, folder: Path) -> Given:
    """Write the one filled sheet of a workbook as a table; what its file says of its size is not believed."""
    with zipfile.ZipFile(path) as archive:
        if sum(m.file_size for m in archive.infolist()) > LARGEST_SHEET * 10 or path.stat().st_size > LARGEST_SHEET:
            raise SourceError(f"{path.name} is too large a workbook. Save the sheet as CSV UTF-8")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        tables = {page.title: list(_sheet(page)) for page in book.worksheets if page.sheet_state == "visible"}
        book.close()
    except Exception as error:  # whatever a broken workbook raises
        raise SourceError(f"{path.name} cannot be read as a workbook. Save the sheet as CSV UTF-8") from error
    filled = {title: rows for title, rows in tables.items() if len(rows) > 1}
    if len(filled) != 1:
        told = ", ".join(list(filled)[:5]) or "none"
        raise SourceError(f"{path.name}: one sheet with a table is read, and here are {told}. Save yours as CSV UTF-8")
    ((title, rows),) = filled.items()
    header = [_cell(value) for value in rows[0]]
    while header and not header[-1]:
        header.pop()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{_safe(path.stem)}.csv"
    _write(target, header, ([_cell(v) for v in (*row, *[None] * len(header))[: len(header)]] for row in rows[1:]))
    return Given(target, target.name, f"sheet {title} of {path.name}")


def _sheet(page: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the filled rows of a sheet, from the first with at least two filled cells on, which holds the headings."""
    page.reset_dimensions()
    has_begun = False
    for row in page.iter_rows(values_only=True):
        filled = sum(value is not None for value in row)
        has_begun = has_begun or filled >= 2
        if has_begun and filled:
            yield row


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat(sep=" ")) if hasattr(value, "hour") and hasattr(value, "year") else value.isoformat()
    return str(value)


def _write(target: Path, header: Sequence[str], rows: Iterator[list[str]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as stream:
        put(stream, header, rows)


def _named_apart(found: list[Given]) -> list[Given]:
    """Give files of one name a number each."""
    seen: dict[str, int] = {}
    named = []
    for given in found:
        number = seen[given.name] = seen.get(given.name, 0) + 1
        folder, slash, name = given.name.rpartition("/")
        stem, dot, rest = name.partition(".")
        unique = given.name if number == 1 else f"{folder}{slash}{stem}-{number}{dot}{rest}"
        named.append(Given(given.path, unique, given.made_of))
    return named
