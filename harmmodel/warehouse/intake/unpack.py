"""Files as people get them: folders and archives of month files, workbooks and lists in JSON, laid out as plain files.

What is unpacked is untrusted: names never lead out of the folder, and how much comes out is bounded.
"""

from __future__ import annotations

import bz2
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import openpyxl

from harmmodel.config import characters
from harmmodel.errors import SourceError
from harmmodel.warehouse.intake.tables import put
from harmmodel.warehouse.load import content

LARGEST = 4_000_000_000  # bytes that one archive may hold
MOST_MEMBERS = 5_000
MOST_FILES = 2_000
LARGEST_JSON = 400_000_000
LARGEST_SHEET = 100_000_000
BLOCK = 1 << 20
PLAIN = (".csv", ".txt", ".tsv", ".parquet", ".geojson", ".json", ".gz", ".bz2")
READ = (*PLAIN, ".xlsx", ".xlsm", ".zip")
DEEPEST = 2  # archives that may lie one inside the other
MOST_NAMED = 50  # files that are not read, of one reason
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


@dataclass(frozen=True)
class Laid:
    """Files as they are laid out, and those inside folders and archives that are not read, each with the reason."""

    files: tuple[Given, ...]
    left: tuple[tuple[str, str], ...] = ()


@dataclass
class _Work:
    """What is not read so far, and how many bytes may still be unpacked."""

    left: list[tuple[str, str]] = field(default_factory=list)
    room: int = LARGEST


def laid_out(paths: Sequence[Path], folder: Path) -> Laid:
    """Return the files that can be read of what somebody named; what has to be unpacked comes into *folder*.

    Raises
    ------
    SourceError
        When something is no file, or of a kind that cannot be read, with what to save it as.
    """
    found: list[Given] = []
    work = _Work()
    for number, path in enumerate(paths):
        if path.is_dir():
            inside = list(_of_folder(path, work))
            if not inside:
                raise SourceError(f"{path} holds no file of a kind that is read: {', '.join(READ)}. Name another")
        elif path.is_file():
            inside = [path]
        else:
            raise SourceError(f"{path} is not there. Name files or folders that exist")
        for place, file in enumerate(inside):
            found += _one(file, folder / f"{number}-{place}", work)
            if len(found) > MOST_FILES:
                raise SourceError(f"over {MOST_FILES:,} files. Name fewer, or put those of one table together")
    return Laid(tuple(_named_apart(found)), tuple(work.left))


def told(left: Sequence[tuple[str, str]]) -> list[str]:
    """Say which files inside folders and archives are not read, those of one reason together."""
    names: dict[str, list[str]] = {}
    for name, reason in left:
        names.setdefault(reason, []).append(characters.visible(name))
    return [
        f"{', '.join(held[:MOST_NAMED])}{f' and {len(held) - MOST_NAMED} more' if held[MOST_NAMED:] else ''}: {reason}"
        for reason, held in names.items()
    ]


def _of_folder(folder: Path, work: _Work) -> Iterator[Path]:
    """The files of a folder that can be read; the others are noted with their reasons."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        inner = path.relative_to(folder)
        if (reason := _unread(inner, content.head(path))) is None:
            yield path
        else:
            work.left.append((str(inner), reason))


def _unread(inner: Path, first: bytes) -> str | None:
    """Say why a file inside a folder or an archive is not read; None: it is."""
    if any(part.startswith(("__MACOSX", ".")) for part in inner.parts):
        return "its name is that of a hidden file, as systems make them"
    if inner.suffix.lower() in READ:
        return None
    if (other := content.by_bytes(first)) is not None:
        return f"it is {other[0]}. {other[1]}"
    return f"its name ends in {inner.suffix or 'no kind'}. Of folders and archives {', '.join(READ)} are read"


def _one(path: Path, folder: Path, work: _Work, depth: int = 1) -> Iterator[Given]:
    """What one file holds; named with its folder where that is a month, as those of police.uk are."""
    first = content.head(path)
    month = path.parent.name if MONTH.fullmatch(path.parent.name) else ""
    for given in _of_kind(path, first, folder, work, depth):
        is_named = "/" in given.name or not month
        yield given if is_named else replace(given, name=f"{month}/{given.name}")


def _of_kind(path: Path, first: bytes, folder: Path, work: _Work, depth: int) -> Iterator[Given]:
    if first.startswith(b"BZh"):
        folder.mkdir(parents=True)
        target = folder / _safe(path.stem)
        with bz2.open(path) as stream:
            _copy(stream, target, path.name, work)
        yield from _plain(target, f"unpacked from {path.name}", folder)
    elif first.startswith(b"PK\x03\x04") and _is_workbook(path):
        yield _of_workbook(path, folder)
    elif first.startswith(b"PK\x03\x04"):
        yield from _of_archive(path, folder, work, depth)
    else:
        yield from _plain(path, "", folder)


def _plain(path: Path, made_of: str, folder: Path) -> Iterator[Given]:
    """A file that is read as it is, or a list in JSON, which becomes a table."""
    compact = "".join(content.head(path)[:200].decode("utf-8", "replace").removeprefix("\ufeff").split())
    if compact.startswith("[{"):
        folder.mkdir(parents=True, exist_ok=True)
        yield _of_list(path, folder / f"{_safe(path.stem)}.csv")
        return
    content.refuse_other(path)
    yield Given(path, _safe(path.name), made_of)


def _safe(name: str) -> str:
    cleaned = SIGNS.sub("_", AGAIN.sub("", name)).lstrip("_.-") or "file"
    return cleaned[-100:].lstrip("_.-")


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False


def _of_archive(path: Path, folder: Path, work: _Work, depth: int) -> Iterator[Given]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = list(_members(archive, path, work, depth))
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
                    _copy(stream, target, path.name, work, member.file_size)
                for given in _one(target, folder / str(number) / "inside", work, depth + 1):
                    made_of = f"{given.made_of}, unpacked from" if given.made_of else "unpacked from"
                    yield replace(given, made_of=f"{made_of} {path.name}")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{path.name} cannot be unpacked: {error}. Unpack it yourself and name the files") from error


def _members(archive: zipfile.ZipFile, path: Path, work: _Work, depth: int) -> Iterator[zipfile.ZipInfo]:
    """The members of an archive that can be read; the others are noted with their reasons."""
    for member in archive.infolist():
        if member.is_dir():
            continue
        inner = Path(member.filename)
        reason = _unread(inner, b"")
        if reason is not None and inner.suffix.lower() not in READ and not member.flag_bits & 1:
            # A member that cannot be opened keeps what its name says: it is not read anyway.
            with suppress(zipfile.BadZipFile, OSError, NotImplementedError), archive.open(member) as stream:
                reason = _unread(inner, stream.read(content.HEAD))
        if reason is None and depth >= DEEPEST and inner.suffix.lower() == ".zip":
            reason = "it is an archive inside an archive inside another. Unpack it"
        if reason is None:
            yield member
        else:
            work.left.append((f"{path.name}/{member.filename}", reason))


def _copy(stream: IO[bytes], target: Path, name: str, work: _Work, most: int = LARGEST) -> None:
    """Copy a stream, and count what comes out while it does: what an archive says of its size may be untrue."""
    total, most = 0, min(most, work.room)
    try:
        with target.open("wb") as out:
            while block := stream.read(BLOCK):
                total += len(block)
                if total > most:
                    raise SourceError(f"{name} unpacks to more than it says, or over {LARGEST:,} bytes. Get it again")
                out.write(block)
        work.room -= total
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
