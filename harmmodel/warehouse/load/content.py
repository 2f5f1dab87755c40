"""What a raw file is by its first bytes, whatever its name says; kinds that are not read are told how to become one."""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from pathlib import Path

from harmmodel.errors import SourceError

HEAD = 4096  # bytes that are looked at
NAMED = 5  # files of an archive that a message names
GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
AS_CSV = "Save the table as CSV UTF-8"
AS_GEOJSON = "Save the layer as GeoJSON, in degrees of longitude and latitude"
UNPACK = "Unpack it and name the file inside"
# First bytes, what a file is that begins so, and what to do.
BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the old form (xls)", "Save the sheet as CSV UTF-8"),
    (b"SQLite format 3\0", "a database (SQLite, as GeoPackages are)", f"{AS_GEOJSON}, or its table as CSV UTF-8"),
    (b"BZh", "packed with bzip2", UNPACK),
    (b"\xfd7zXZ\0", "packed with xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a rar archive", UNPACK),
    (b"\x00\x00\x27\x0a", "a shapefile", AS_GEOJSON),
    (b"ARROW1", "an Arrow file", "Save it as Parquet or CSV"),
    (b"FEA1", "a Feather file", "Save it as Parquet or CSV"),
    (b"ORC", "an ORC file", "Save it as Parquet or CSV"),
    (b"\x89HDF\r\n", "an HDF5 file", AS_CSV),
    (b"$FL2", "a file of SPSS", AS_CSV),
    (b"<stata_dta>", "a file of Stata", AS_CSV),
    (b"%PDF", "a PDF document", "Ask the publisher for the table, or take it out of the document as CSV UTF-8"),
)
MARKUP = (
    (" kml", "a KML file", AS_GEOJSON),
    ("opengis.net/gml", "a GML file", AS_GEOJSON),
    ("schemas-microsoft-com:office:spreadsheet", "an Excel workbook in XML", "Save the sheet as CSV UTF-8"),
    (" html", "a web page", "The download was an answer of the site, not the file: get the file itself"),
    (" !doctype html", "a web page", "The download was an answer of the site, not the file: get the file itself"),
    (" ?xml", "an XML file", AS_CSV),
)
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def head(path: Path) -> bytes:
    """Return the first bytes of a file; none where there is no such file."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)
    except OSError:
        return b""


def is_gzip(path: Path) -> bool:
    """Say whether a file is packed with gzip."""
    return head(path).startswith(GZIP)


def is_parquet(path: Path) -> bool:
    """Say whether a file is of columns with types of their own."""
    return head(path).startswith(PARQUET)


def is_json(path: Path) -> bool:
    """Say whether a file begins as JSON does: an object, or a list of lists or objects."""
    return _is_json(head(path))


def _is_json(first: bytes) -> bool:
    return "".join(_text(first).split()).startswith(("{}", '{"', "[{", "[["))


def encoding(path: Path) -> str | None:
    """Return the encoding that a mark at the start of a file tells; None without a mark."""
    first = head(path)
    return next((name for mark, name in MARKS if first.startswith(mark)), None)


def refuse_other(path: Path) -> None:
    """Refuse a file of a kind that is not read.

    Raises
    ------
    SourceError
        With what the file is, and what to save it as.
    """
    if found := _other(path):
        what, remedy = found
        raise SourceError(f"{path.name} is {what}, which is not read. {remedy}, and name that file in the passport")


def _other(path: Path) -> tuple[str, str] | None:
    first = head(path)
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path)
    if first.startswith(GZIP):
        inside = _unpacked(path)
        found = by_bytes(inside)
        if found is None and _is_json(inside):
            found = "JSON", UNPACK
        return found and (f"{found[0]}, packed with gzip", UNPACK)
    return by_bytes(first)


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as stream:
            return stream.read(HEAD)
    except (OSError, EOFError, zlib.error):
        return b""


def by_bytes(first: bytes) -> tuple[str, str] | None:
    """Return what a file of a kind that is not read is by its first bytes, and what to save it as; None: another."""
    for beginning, what, remedy in BEGINNINGS:
        if first.startswith(beginning):
            return what, remedy
    if first[257:262] == b"ustar":
        return "a tar archive", UNPACK
    text = _text(first).lstrip().lower()
    if text.startswith("<"):
        tags = text.replace("<", " ")
        return next(((what, remedy) for sign, what, remedy in MARKUP if sign in tags), None)
    compact = "".join(text.split())
    if compact.startswith(("[{", "[[")):
        return "a list in JSON", AS_CSV
    if compact.startswith('{"type":"topology"'):
        return "TopoJSON", AS_GEOJSON
    if compact.startswith('{"') and "}\n{" in text.replace("\r", ""):
        return "a table with an object of JSON in each line", AS_CSV
    return None


def _zipped(path: Path) -> tuple[str, str]:
    """Say what a zip archive holds: workbooks are archives, too."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return "a zip archive that is broken", "Get it again and unpack it"
    if any(name.startswith("xl/") for name in names):
        return "an Excel workbook", "Save the sheet as CSV UTF-8"
    if "content.xml" in names and "mimetype" in names:
        return "a workbook of LibreOffice", "Save the sheet as CSV UTF-8"
    if any(name.startswith("word/") for name in names):
        return "a Word document", "Save its table as CSV UTF-8"
    if any(name.lower().endswith(".kml") for name in names):
        return "a KMZ file", AS_GEOJSON
    if any(name.lower().endswith(".shp") for name in names):
        return "a zip archive with a shapefile", AS_GEOJSON
    listed = ", ".join(name[:60] for name in names[:NAMED]) + (", …" if len(names) > NAMED else "")
    return f"a zip archive of {listed or 'nothing'}", UNPACK


def _text(first: bytes) -> str:
    name = next((name for mark, name in MARKS if first.startswith(mark)), "utf-8")
    return first.decode(name, "replace").removeprefix("\ufeff")
