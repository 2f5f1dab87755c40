"""Residents that are not known, or too few: the area is not scored, with the reason, and the others are."""

from __future__ import annotations

from collections.abc import Callable

from tests.cases.case import Case
from tests.cases.home import Home, Loaded


def residents(value: str) -> Callable[[Home], None]:
    """Return a change that writes the residents of one area otherwise."""
    return lambda home: home.column("residents.csv", "residents", lambda n: value if n == "1900" else n)


def not_scored(found: Loaded, sound: Loaded) -> None:
    """Hold that the area alone is not scored and the first of the others stay first."""
    scores, before = found.scores, sound.scores
    assert scores.index[scores["score"].isna()].to_list() == ["C1"]
    assert scores.loc["C1", "tier"] == "not scored"
    assert before.loc["C1", "score"] > 0
    assert scores["score"].idxmax() == before["score"].idxmax() == "A3"


def not_known(found: Loaded, sound: Loaded) -> None:
    """Hold that the residents of the area alone are not known."""
    unknown = found.query("select area_id from core_area where residents is null")["area_id"]
    assert unknown.to_list() == ["C1"]


CASES = (
    Case("07a residents are empty", residents(""), right=not_scored),
    Case(
        "07a residents are a word",
        residents("unknown"),
        ("residents.csv", "'unknown' in 1 row", 'missing: ["unknown"]'),
        declared=lambda home: home.passport("residents", missing=["unknown"]),
        right=not_scored,
    ),
    Case(
        "07a residents are 0",
        residents("0"),
        ("core_area.residents", "above 0 or empty", "C1", "nullif(residents, 0)", "not scored"),
        code=15,
        declared=lambda home: home.core(
            "core_area",
            "select a.area as area_id, a.name as label, nullif(r.residents, 0) as residents, a.km2 from raw_areas as a "
            "join raw_residents as r on r.area = a.area order by area_id",
        ),
        right=not_known,
    ),
    Case("14a there is one resident", residents("1"), right=not_scored),
)
