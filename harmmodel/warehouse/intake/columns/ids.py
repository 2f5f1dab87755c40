"""Ids and names of units, and the one that is meant by what is written otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harmmodel.warehouse.load.told import near

# What the name of a unit may have besides: Guerrero state, Allegany County, Estado de México.
GENERIC = re.compile(
    r"\b(?:(?:state|county|province|region|department|district|municipality|borough|ward|parish|prefecture)(?: of)?|"
    r"estado(?: de| do| da)?|provincia(?: de)?|municipio(?: de)?|landkreis|kreis)\b",
    re.IGNORECASE,
)


class Ids(near.Known):
    """Ids of units, and the one that a text means, also where only one of the two says state or county.

    District 4 is not Ward 4: what both say has to be the same.
    """

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(names)
        self.bare: dict[str, list[str]] = {}
        for name in self.names:
            if (bare := _bare(name)) is not None:
                self.bare.setdefault(bare, []).append(name)

    def same(self, written: str) -> str | None:
        """Return the one id that is meant; None: it is one itself, none is, or several are.

        >>> known = Ids(["Guerrero", "Ward 4", "Baltimore County", "Baltimore City"])
        >>> [known.same(text) for text in ("Guerrero state", "4", "District 4", "Baltimore")]
        ['Guerrero', 'Ward 4', None, None]
        """
        if (found := super().same(written)) is not None or self.plain.get(near.plain(written)):
            return found
        bare, plain = _bare(written), near.plain(written)
        if bare is not None:
            several = [name for name in self.plain.get(bare, []) if not GENERIC.search(near.plain(name))]
        else:
            several = self.bare.get(plain, []) if not GENERIC.search(plain) else []
            others = (name for name in self.plain if name.startswith(f"{plain} ")) if several else ()
            several = [*several, *(name for other in others for name in self.plain[other] if name not in several)]
        return several[0] if len(several) == 1 else None


def _bare(name: str) -> str | None:
    """Return a name without its one word for the kind of unit; None where it has none, or several."""
    plain = near.plain(name)
    bare, words = GENERIC.subn(" ", plain)
    return " ".join(bare.split()) or None if words == 1 else None
