"""What the loader holds while it builds a snapshot: every table of the work folder, single records among them.

A finished snapshot keeps none of them, so a test that changes a record and counts again starts here.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from harmmodel.config import load_config
from harmmodel.warehouse.load import files
from harmmodel.warehouse.load.build import Inputs, build
from harmmodel.warehouse.load.distil import Distillation, Frames


def keep_work(project: Path, place: str, target: Path) -> None:
    """Load a place and write its work tables to *target*, as the counting of linked records finds them."""
    config = load_config(project, place)

    def take(con: duckdb.DuckDBPyConnection) -> Frames:
        names = con.execute("select distinct table_name from duckdb_tables() order by 1").fetchall()
        with duckdb.connect(str(target)) as own:
            for (name,) in names:
                own.register("rows_taken", con.sql(f'from "{name}"').to_arrow_table())
                own.execute(f'create table "{name}" as from rows_taken')
        return {}

    raw = project / "data" / place
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        paths = {name: files.taken(raw, p, Path(work) / "raw") for name, p in config.passports.items()}
        build(
            Path(work),
            Inputs(paths),
            config,
            lambda _: None,
            Distillation(linked=take),
        )
