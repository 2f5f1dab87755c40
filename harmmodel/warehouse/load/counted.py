"""Files of counts: a row stands for many records, and of a sensitive matter for no fewer than the public k."""

from __future__ import annotations

from harmmodel.config import Passport
from harmmodel.errors import SourceError
from harmmodel.warehouse.store.connection import Connection, identifier, single


def check_counts(con: Connection, passport: Passport, harm: str, least: int) -> None:
    """Refuse a file of counts that tells a sensitive matter of fewer than *least* records in one row.

    Parameters
    ----------
    con : with the source's harm rows in table *harm* and its enforcement rows in ``act.act_raw_<source>``
    least : the smallest count that a row may stand for
    """
    if passport.counted is None:
        return
    column, floor = identifier(passport.counted), least if passport.sensitive else 1
    for table in (harm, f"act.{identifier('act_raw_' + passport.id)}"):
        names = {str(row[0]) for row in con.execute(f"describe {table}").fetchall()}
        rows = single(con, f"select count(*) from {table}")[0]
        small = f"select count(*) from {table} where {column} is null or {column} < $floor"
        few = single(con, small, {"floor": floor})[0] if passport.counted in names else rows
        if few:
            raise SourceError(
                f"{passport.raw_files[0].file}: {few:,} rows stand for fewer than {floor} records "
                f"({passport.counted}), or nothing reads that column. Merge small counts before the file comes here"
            )
