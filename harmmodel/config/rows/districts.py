"""Whether the column of districts that a place names can be one."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from harmmodel.config.config import Config


def district_faults(config: Config, here: str) -> Iterator[str]:
    """Refuse a column of districts that the outlines or the table of units do not have, or that holds no names."""
    name, source = config.place.district, config.place.held_by or ""
    passport = config.passports.get(source)
    if name is None or passport is None:
        return
    column = passport.columns.get(name)
    if column is None:
        near = get_close_matches(name, passport.columns, n=1)
        meant = f". Did you mean {near[0]}?" if near else f". It has: {', '.join(sorted(passport.columns))}"
        yield f"{here}: district: {source} has no column {name}{meant}"
    elif column.type not in ("text", "integer"):
        yield f"{here}: district: {name} is of type {column.type}; a district is named by a text or a number"
    elif column.type == "text" and name not in passport.labels:
        yield (
            f"{here}: district: pages show the texts of {name}, so sources/{source}.yaml must list it under labels: "
            "that says that no person is named"
        )
