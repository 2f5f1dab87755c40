"""What a lens counts from single records while they lie in the work folder: the finished snapshot keeps only counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from harmmodel.errors import SnapshotError
from harmmodel.warehouse.store.connection import Connection, identifier

Frames = dict[str, pd.DataFrame]
HARM, ACT = "core_", "act_"


def _no_frames(_: Connection) -> Frames:
    return {}


@dataclass(frozen=True)
class Distillation:
    """What is counted from single records, and the settings that decide it.

    Attributes
    ----------
    harm : sees harm tables alone; its frames are kept as ``core_<name>``
    linked : sees harm and enforcement tables; its frames are kept as ``act_<name>``
    key : hash of every setting that decides the frames, part of the snapshot's id
    """

    harm: Callable[[Connection], Frames] = _no_frames
    linked: Callable[[Connection], Frames] = _no_frames
    key: str = ""


NOTHING = Distillation()


def together(parts: Sequence[Distillation]) -> Distillation:
    """Join what several lenses of one place count."""

    def harm(con: Connection) -> Frames:
        return {name: frame for part in parts for name, frame in part.harm(con).items()}

    def linked(con: Connection) -> Frames:
        return {name: frame for part in parts for name, frame in part.linked(con).items()}

    return Distillation(harm, linked, digest(*(part.key for part in parts)))


def digest(*settings: object) -> str:
    """Hash settings: numbers, texts, and frozen dataclasses or tuples of them, which write themselves out whole."""
    return hashlib.sha256("\n".join(map(repr, settings)).encode()).hexdigest()


def store(con: Connection, prefix: str, frames: Frames) -> None:
    """Write frames as tables; a column of days becomes a date, one of texts stays one where it is empty.

    Raises
    ------
    SnapshotError
        When a column holds a time of day, or SQL of the place has taken the name.
    """
    for name, frame in frames.items():
        table = f"{prefix}{name}"
        columns = ", ".join(_typed(table, str(column), frame[column]) for column in frame)
        con.register("distilled", frame)
        try:
            con.execute(f"create table {identifier(table)} as select {columns} from distilled")
        except duckdb.CatalogException as error:
            raise SnapshotError(f"core/{table}.sql: the tool keeps counts under this name. Rename the file") from error
        finally:
            con.unregister("distilled")


def _typed(table: str, column: str, values: pd.Series) -> str:
    name = identifier(column)
    if pd.api.types.is_datetime64_any_dtype(values):
        if (values.dropna() != values.dropna().dt.normalize()).any():
            raise SnapshotError(f"{table}.{column} holds a time of day, which no snapshot keeps. Count by month")
        return f"{name}::date as {name}"
    is_text = pd.api.types.infer_dtype(values, skipna=True) in ("string", "empty")
    return f"{name}::varchar as {name}" if is_text and not pd.api.types.is_numeric_dtype(values) else name
