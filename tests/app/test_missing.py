"""What is not known is a dash with its reason on every page, never 0, nan or None, and no page breaks on it."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harmmodel import pipeline
from harmmodel.config import load_config
from harmmodel.warehouse.entered import entries
from tests import town
from tests.app.test_settings import AREAS, TOWN
from tests.conftest import ROOT, Project
from tests.groups import fewer_draws
from tests.reading import visited

NOT_A_WORD = re.compile(r"\b(nan|NaN|NaT|inf)\b|<NA>|\bNone\b(?! (stands out|can be judged))")
NO_PLACE = ("simulator", "thresholds", "validation")  # they read no run, or none of its figures
PLACE = f"config/places/{town.PLACE}"
Spoil = Callable[[Path], None]
Said = dict[str, str]


def some_unknown(home: Path) -> None:
    """Two areas without residents, deaths not covered, months and an area without records, records without a point."""
    town.rows(home, "residents", lambda rows: [r | {"residents": ""} if r["area"] in ("A1", "C1") else r for r in rows])
    sources, period = home / PLACE / "sources", {"from": "2025-01-01", "to": "2026-01-01"}
    why = "Made for a test in which much is unknown."
    town.change(sources / "deaths.yaml", covers=period, accepts={"no_rows": why})
    silent = {"reason": "Made up: nothing was sent of this month."}
    gaps = [{"from": "2024-03-01", "to": "2024-04-01"} | silent, {"from": "2024-12-01", "to": "2025-01-01"} | silent]
    town.change(sources / "offences.yaml", gaps=gaps, accepts={"no_location": {"upto": 0.4, "reason": why}})
    nowhere = {"longitude": "", "latitude": ""}

    def spoilt(rows: list[town.Row]) -> list[town.Row]:
        kept = [r for r in rows if r["at"][5:7] not in ("03", "12") and float(r["longitude"]) < 0.03]
        return [r | nowhere if int(r["id"]) % 3 == 0 else r for r in kept]

    town.rows(home, "offences", spoilt)


def nobody_and_no_arrest(home: Path) -> None:
    """No residents anywhere, and no enforcement at all."""
    town.rows(home, "residents", lambda rows: [r | {"residents": ""} for r in rows])
    town.rows(home, "offences", lambda rows: [r for r in rows if "DRUG" not in r["offence"]])


def no_harm(home: Path) -> None:
    """Enforcement alone: hardly any harm is recorded."""
    town.rows(home, "offences", lambda rows: [r for r in rows if "DRUG" in r["offence"]])
    for name in ("complaints", "deaths"):
        town.rows(home, name, lambda rows: rows[:1])


def no_violence_pillar(home: Path) -> None:
    """The scheme has no pillar of violence, and times of the day are not known."""
    scheme = town.read(home / "config" / "scheme.yaml")
    town.write(home / "config" / "scheme.yaml", scheme | {"pillars": scheme["pillars"][1:]})
    town.change(home / PLACE / "place.yaml", indicators=["corruption_complaints", "overdose_deaths"])
    for name in ("shootings", "robbery_and_assault"):
        (home / "config" / "indicators" / "area" / f"{name}.yaml").unlink()
    posts = town.read(home / PLACE / "goalposts.yaml")
    kept = {name: posts[name] for name in ("corruption_complaints", "overdose_deaths")}
    town.write(home / PLACE / "goalposts.yaml", kept)
    town.rows(home, "offences", lambda rows: [r | {"at": f"{r['at'][:10]} 00:00"} for r in rows])


def farthest_settings(home: Path) -> None:
    """Every setting at an end of what is allowed."""
    values = {"draws": 100, "minimum_observed": 1, "top_share": 0.5, "interval": [0.0001, 0.9999], "high_range": 0}
    screen = {"own_share": 0, "events": 0}
    town.change(home / "config" / "scheme.yaml", **values, screen=screen, aggregation={"across_p": 1})
    limits = {"lower_priority": 1.0, "focus": 1.0001, "minimum_records": 1, "family_error": 1}
    given = {"tiers": {"focus": 1, "baseline": 0}, "disclosure": {"public": 10, "internal": 5}, "activities": limits}
    town.change(home / "config" / "policy.yaml", **given)


def no_outlines(home: Path) -> None:
    """Units of a table alone: rows name their area, nothing has a point, and no area has a size."""
    place = home / PLACE
    outlines = json.loads((home / "data" / town.PLACE / "areas.geojson").read_text("utf-8"))["features"]
    corners = {f["properties"]["area"]: f["geometry"]["coordinates"][0] for f in outlines}
    names = {f["properties"]["area"]: f["properties"]["name"] for f in outlines}

    def area_of(row: town.Row) -> str:
        x, y = float(row["longitude"]), float(row["latitude"])
        inside = (
            area
            for area, ring in corners.items()
            if min(p[0] for p in ring) <= x <= max(p[0] for p in ring)
            and min(p[1] for p in ring) <= y <= max(p[1] for p in ring)
        )
        return next(inside, "beyond")

    def placed(rows: list[town.Row]) -> list[town.Row]:
        return [{k: r[k] for k in ("id", "at", "offence", "arrest")} | {"area": area_of(r)} for r in rows]

    offences, residents = place / "sources" / "offences.yaml", place / "sources" / "residents.yaml"
    text = {"type": "text", "tells": "harm", "means": "Area of the offence."}
    columns = {k: v for k, v in town.read(offences)["columns"].items() if k not in ("longitude", "latitude")}
    outside = {"values": ["beyond"], "reason": "Made up: these lie beyond the town."}
    told = town.read(offences) | {"columns": columns | {"area": text}, "locate": {"unit": "area", "outside": outside}}
    town.write(offences, told)
    town.rows(home, "offences", placed)
    town.rows(home, "residents", lambda rows: [r | {"called": names[r["area"]]} for r in rows])
    town.change(residents, columns={"called": text | {"tells": "neither"}})
    town.change(place / "place.yaml", units={"source": "residents", "id": "area"})
    town.write(place / "place.yaml", town.read(place / "place.yaml") | {"boundaries": "none"})
    (place / "sources" / "areas.yaml").unlink()
    (place / "core" / "core_area.sql").write_text(
        "select area as area_id, called as label, residents, null::double as km2 from raw_residents order by area_id",
        "utf-8",
    )


KINDS: dict[str, Spoil] = {
    spoil.__name__: spoil
    for spoil in (some_unknown, nobody_and_no_arrest, no_harm, no_violence_pillar, farthest_settings, no_outlines)
}


def read(home: Path, *names: str, **address: str) -> Said:
    """Everything that pages say, by name; nothing missing may be called by a word of a machine."""
    with pytest.MonkeyPatch.context() as patch:
        texts = dict(visited(patch, home, [(name, address) for name in names]))
    said = {name: text.replace("\\", "") for name, text in texts.items()}
    for name, text in said.items():
        bad = [text[max(0, word.start() - 60) : word.end() + 60] for word in NOT_A_WORD.finditer(text)]
        assert bad == [], (name, address)
    return said


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Run a town in which much is missing."""
    home = town.town(tmp_path_factory.mktemp(request.param))
    town.write(home / "config" / "scheme.yaml", town.read(ROOT / "config" / "scheme.yaml") | TOWN | {"draws": 200})
    town.write(home / "config" / "policy.yaml", town.read(ROOT / "config" / "policy.yaml"))
    KINDS[request.param](home)
    pipeline.run(home, town.PLACE)
    return request.param, home


EXPECTED: dict[str, dict[str, tuple[str, ...]]] = {
    "some_unknown": {
        "overview": (r"\n–,Ash Hill,– Not scored,–,–,\d",),
        "areas": (r"Without a score: Ash Hill and Ivy Lane \(violence has 0% of its weight observed",),
        "indicators": ("10 of 12 areas",),
    },
    "nobody_and_no_arrest": {
        "overview": ("No area is in focus:\\*\\* none is scored", r"\n–,Ash Hill,– Not scored,–,–\n"),
        "areas": ("No area is scored", "No yearly rates for this area.\\*\\* Its residents are not known"),
        "changes": ("hold no arrests, so harm cannot be set beside them", "and give residents in `core/core_area.sql`"),
        "activities": ("Nothing can be said",),
    },
    "no_harm": {
        "overview": ("No serious violence is recorded", "none is scored"),
        "changes": ("No serious violence is recorded",),
        "indicators": ("too thin",),
    },
    "no_violence_pillar": {
        "overview": ("in at least 80% of draws, also without police-contact indicators\\.",),
        "activities": ("Days are known and times of day are not",),
    },
    "no_outlines": {
        "areas": ("All 12 areas",),
        "changes": ("Drug arrests",),
    },
    "farthest_settings": {
        "overview": ("the top 50%, the six areas with the highest score", "99.98% interval"),
        "areas": ("at least 100% of draws in the top 50%", "each pillar times its weight, added up"),
    },
}


def test_every_page_opens_and_gives_the_reason(kind: tuple[str, Path]):
    name, home = kind
    said = read(home, *(page for page in AREAS if page not in NO_PLACE))
    for page, patterns in EXPECTED[name].items():
        for pattern in patterns:
            assert re.search(pattern, said[page]), (page, pattern)
    if name == "no_violence_pillar":
        assert not [page for page, text in said.items() if "violence alone" in text]
    if name == "some_unknown":
        has_no_residents(read(home, "areas", unit="A1")["areas"])


def has_no_residents(text: str) -> None:
    """The page of an area tells that nobody knows how many live there, and that nothing is divided by them."""
    assert "– **Not scored**" in text
    assert "No yearly rates for this area.** Its residents are not known." in text
    assert not re.search(r"\b0 residents|\b0% of all residents", text)


def test_a_group_without_a_fight_and_of_unknown_size_has_a_page(mexico: Project, tmp_path: Path):
    home = fewer_draws(shutil.copytree(mexico.path, tmp_path / "home"), 150)
    town.change(home / "config" / "groups.yaml", window_months=12)
    today = dt.datetime.now(dt.UTC).date()
    cells = {
        "group_id": "unknown-one",
        "group_label": "Unknown One",
        "size_band": "unknown",
        "source": "Made up for a test",
    }
    days = {"first_seen": str(today), "review_due": str(today + dt.timedelta(days=300))}
    row = entries.as_csv(entries.row("groups", cells | days), "groups")
    config = load_config(home, "mexico")
    entries.enter(home, "mexico", entries.examine(row, "one.csv", config, frozenset(), home))
    pipeline.run(home, "mexico")
    text = read(home, "groups", unit="unknown-one")["groups"]
    assert "Unknown One: no fight recorded." in text
    assert "– Not scored · Unknown One is not scored" in text
    assert re.search(r"\n–,Unknown One,not scored,–,–,.*,size unknown\n", text)
    assert "· 2021 ·" in text
    text = read(home, "deterrence", part="After an action")["deterrence"]
    assert "**The records are too short for a watch.** It needs 24 months before" in text


def test_a_run_without_a_ranked_group_says_so(mexico: Project, tmp_path: Path):
    home = fewer_draws(shutil.copytree(mexico.path, tmp_path / "home"), 150)
    town.change(home / "config" / "places" / "mexico" / "place.yaml", clock="2060-01-01")
    pipeline.run(home, "mexico")
    said = read(home, "groups", "assessments", "deterrence")
    assert "No group is ranked.** Every record is past its review date" in said["groups"]
    assert "No group is ranked, so none is assessed." in said["assessments"]
    assert "No group is ranked." in said["deterrence"]


def test_stops_too_few_to_tell_are_dashes(london: Project, tmp_path: Path):
    home = shutil.copytree(london.path, tmp_path / "home")
    town.change(home / "config" / "policy.yaml", disclosure={"internal": 10_000_000})
    pipeline.run(home, london.place)
    text = read(home, "disparity")["disparity"]
    assert "Too few stops are recorded to compare groups" in text
    assert "–, too few to tell" in text
