"""Points and outlines that cannot be: 0,0, outlines over each other, across the date line, and two of one name."""

from __future__ import annotations

from typing import Any

from tests.cases.case import Case, same_counts, told
from tests.cases.home import Home, Loaded
from tests.cases.lost import moved, several

VIOLENCE = "Violence and sexual offences"


def at_nought(home: Home) -> None:
    """Give every tenth act of violence the point 0,0."""
    for path in sorted(home.file(".").glob("*/*.csv")):
        count = iter(range(10_000))

        def edit(row: dict[str, str], count: Any = count) -> dict[str, str]:
            is_moved = row["Crime type"] == VIOLENCE and next(count) % 10 == 9
            return row | {"Longitude": "0", "Latitude": "0"} if is_moved else row

        home.rows(str(path.relative_to(home.file("."))), edit)
    limit = {"upto": 0.1, "reason": "Made up: every tenth act of violence lost its point."}
    home.passport("street", accepts={"rejected": limit})


def nowhere(found: Loaded, sound: Loaded) -> None:
    """Hold that rows at 0,0 are rejected by name, and that no cell lies off Africa."""
    line, before = found.line("street"), sound.line("street")
    lost = before["loaded"] - line["loaded"]
    assert lost > 20
    assert line["rejected"] - before["rejected"] == lost
    assert all("point at 0,0" in reasons for reasons in found.lines("street")["reasons"])
    units = found.query("select area_id from core_area")["area_id"]
    assert set(units) <= set(sound.query("select area_id from core_area")["area_id"])
    told(found, "at 0,0, which is no point of the place: rejected")


def swapped(home: Home) -> None:
    """Exchange the columns of longitude and latitude."""
    home.passport("street", locate={"longitude": "Latitude", "latitude": "Longitude"})


def placed_in_the_town_alone(found: Loaded, sound: Loaded) -> None:
    """Hold that events of groups whose area the outlines call otherwise count, and lie in no area; others as before."""
    sql = "select coalesce(state_id, '') as area, sum(events)::bigint as events from core_states group by all"
    events, before = (dict(one.query(sql).itertuples(index=False)) for one in (found, sound))
    assert "A3" in before
    assert events.pop("") == before.pop("") + before.pop("A3")
    assert events == before


def over_others(features: list[dict[str, Any]]) -> None:
    """Draw one outline over five others."""
    features[0]["geometry"]["coordinates"] = [[[0, 0], [0.02, 0], [0.02, 0.03], [0, 0.03], [0, 0]]]


def sliver(features: list[dict[str, Any]]) -> None:
    """Let one outline reach a few metres into its neighbour."""
    ring = features[0]["geometry"]["coordinates"][0]
    east = max(x for x, _ in ring)
    features[0]["geometry"]["coordinates"] = [[[x + 0.00005 if x == east else x, y] for x, y in ring]]


def one_name(name: str) -> Any:
    """Return a change that calls a second area as the first one, or nearly so."""
    return lambda home: home.outlines(
        lambda features: [f["properties"].update(name=name) for f in features if f["properties"]["area"] == "C3"]
    )


def both_with_id(found: Loaded, sound: Loaded) -> None:
    """Hold that both are shown with their id everywhere, and that nothing else changes."""
    same_counts(found, sound)
    told(found, "2 units share a name and are shown with their id: Cedar Bank (A3), ", "core/core_area.sql")
    labels = found.query("select area_id, label from core_area").set_index("area_id")["label"]
    assert labels["A3"] == "Cedar Bank (A3)"
    assert labels["C3"].endswith(" (C3)")
    assert labels.is_unique
    assert labels["B1"] == "Elm Park"


def in_every_table(found: Loaded, sound: Loaded) -> None:
    """Hold that scores show the id, too, and are those of each area."""
    both_with_id(found, sound)
    scores, before = found.scores, sound.scores
    assert list(scores.loc[["A3", "C3"], "label"]) == ["Cedar Bank (A3)", "Cedar Bank (C3)"]
    assert list(scores.loc[["A3", "C3"], "score"]) == list(before.loc[["A3", "C3"], "score"])


CASES = (
    Case("08a points lie at 0,0", at_nought, right=nowhere, place="police_uk"),
    Case(
        "08a longitude and latitude are exchanged",
        swapped,
        ("inside when the two are swapped", "Swap longitude: Latitude and latitude: Longitude", "sources/street.yaml"),
        place="police_uk",
    ),
    Case(
        "09a an outline lies over others",
        lambda home: home.outlines(over_others),
        ("areas.geojson: outlines overlap", "A1 and C1: 100% of the smaller one", "Cut one out of the other"),
    ),
    Case("09a outlines share a sliver", lambda home: home.outlines(sliver), right=same_counts),
    Case(
        "09a outlines cross the date line",
        moved(lambda x, y: [x + 179.975 if x < 0.025 else x - 180.025, y]),
        ("areas.geojson", "date line", "MultiPolygon"),
    ),
    Case(
        "09a an outline crosses itself",
        lambda home: home.outlines(
            lambda features: features[1]["geometry"].update(
                coordinates=[[[0, 0], [0.01, 0.01], [0.01, 0], [0, 0.01], [0, 0]]]
            )
        ),
        ("areas.geojson", "features number 2 cross themselves", "repair: true"),
    ),
    Case("10a two areas have one name", one_name("Cedar Bank"), right=in_every_table),
    Case(
        "10a an area is called otherwise than in the events of groups",
        lambda home: home.outlines(lambda features: features[2]["properties"].update(name="Cedar Heights")),
        right=placed_in_the_town_alone,
    ),
    Case("10a two names differ in capitals and spaces", several(one_name("CEDAR  BANK")), right=both_with_id),
)
