"""Journals as a forger with SQLite writes them: every hash fits, the guards stand, and the rules are up to him."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from harmmodel.journal import chain, store
from harmmodel.journal.chain import ChainLine

Body = dict[str, Any] | str  # a text stands in the file as it is


def bodies(path: Path) -> list[Any]:
    """What the lines of a journal say."""
    return [json.loads(line.body) for line in store.read(path).lines]


def chained(said: Sequence[Body]) -> tuple[ChainLine, ...]:
    """Lines that say what is given, each numbered and hashed as an honest one would be."""
    lines, prev = [], chain.EMPTY_SEAL
    for seq, body in enumerate(said, start=1):
        text = body if isinstance(body, str) else chain.canonical({**body, "seq": seq})
        lines.append(ChainLine(seq, prev, text, chain.digest(prev, text)))
        prev = lines[-1].hash
    return tuple(lines)


def forge(path: Path, said: Sequence[Body]) -> Path:
    """Put such lines in the place of all that a journal holds: guards off, lines in, guards on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with store.writing(path) as con:
            store.create(con)
    with closing(sqlite3.connect(path)) as con:
        guards = con.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in guards:
            con.execute(f"drop trigger {name}")
        con.execute("delete from entry")
        con.executemany("insert into entry (seq, prev, body, hash) values (?, ?, ?, ?)", chained(said))
        for _, sql in guards:
            con.execute(sql)
        con.commit()
    return path
