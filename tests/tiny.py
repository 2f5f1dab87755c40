"""A tiny place made from nothing but files: four square areas, two sources, no Python of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = {"title": "Made for a test", "href": "https://example.org/tiny", "accessed": "2026-01-15"}
PASSPORT = {
    "title": "Made for a test",
    "producer": "nobody",
    "citation": "none",
    "licence": {"name": "none", "href": "https://example.org/terms"},
    "accessed": "2026-01-15",
    "sensitive": False,
    "small_counts_told": "Everything in it is made up.",
    "reduction": "none",
    "known_gaps": "Everything in it is made up.",
}
OFFENCES = """id,when,lon,lat,offence,arrest
1,2024-01-03 10:00,0.5,0.5,ROBBERY,false
2,2024-01-04 11:00,0.5,0.5,ROBBERY,true
3,2024-02-05 12:00,1.5,0.5,ROBBERY,false
4,2024-03-06 13:00,0.5,1.5,SHOOTING,false
5,2024-03-07 14:00,0.5,0.5,DRUGS,true
6,2024-03-08 15:00,1.5,1.5,DRUGS,true
7,2024-03-09 16:00,9.0,9.0,ROBBERY,false
8,2023-06-01 00:00,0.5,0.5,ROBBERY,false
"""
CROSSWALK = """source,code,class,enforcement,match,note
offences,ROBBERY,robbery,false,exact,
offences,SHOOTING,shooting,false,exact,
offences,DRUGS,drug_possession,true,exact,
"""
# For files whose rows are all of the first days of January: nothing is missing afterwards.
ALL_IN_JANUARY = {"from": "2024-01-04", "to": "2024-04-01", "reason": "Made up: all of it is of early January."}
CORE = {
    "core_area": "select a.area as area_id, a.area as label, r.residents, a.km2 "
    "from raw_areas as a join raw_residents as r on r.area = a.area order by 1",
    "core_count": "select unit_id, month, class, 'other' as place_class, count(*) as events "
    "from raw_offences group by all",
    "act_enforcement": "select unit_id, month, class, 'police_record' as measure, count(*) as records, "
    "count(*) filter (arrest) as arrests from act_raw_offences group by all",
}
COLUMNS = {
    "id": {"type": "integer", "tells": "neither", "means": "Number of the record."},
    "when": {"type": "timestamp", "tells": "harm", "means": "Time of the offence."},
    "lon": {"type": "number", "tells": "harm", "means": "Longitude."},
    "lat": {"type": "number", "tells": "harm", "means": "Latitude."},
    "offence": {"type": "text", "tells": "harm", "means": "Offence."},
    "arrest": {"type": "boolean", "means": "Whether an arrest followed.", "tells": "enforcement"},
}


def square(x: int, y: int) -> dict[str, object]:
    ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {
        "type": "Feature",
        "properties": {"area": f"{x}{y}"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def indicator(name: str) -> dict[str, object]:
    return {
        "id": name,
        "label": name.capitalize(),
        "pillar": "violence",
        "question": f"How often is {name} recorded?",
        "unit": "per 100,000 residents per year",
        "role": "score",
        "evidence": "victim-reported",
        "police_contact": False,
        "count": {"classes": [name], "months": 12, "per": "resident", "weighted": False},
        "limits": "Made up for a test, so it shows nothing at all.",
        "references": [REFERENCE],
    }


def goalposts(why: str = "Made for a test: above every rate.") -> dict[str, object]:
    return {"low": 0, "high": 2000, "why": why}


def tiny_project(home: Path, offences: str | bytes = OFFENCES, crosswalk: str = CROSSWALK) -> Path:
    """Write a whole project to *home* and return it; its run feeds the violence pillar alone."""
    config, data = home / "config", home / "data" / "tiny"
    place = config / "places" / "tiny"
    for folder in (data, place / "core", place / "sources", config / "indicators" / "area"):
        folder.mkdir(parents=True)
    shutil.copytree(ROOT / "config" / "weights", config / "weights")
    shutil.copy(ROOT / "config" / "policy.yaml", config)
    scheme = yaml.safe_load((ROOT / "config" / "scheme.yaml").read_text("utf-8"))
    scheme |= {"as_of": "2024-04-01", "draws": 400, "screen": {"own_share": 0, "events": 0}}
    _dump(config / "scheme.yaml", scheme)
    for name, pillar in (
        ("robbery", "violence"),
        ("shooting", "violence"),
        ("bribe", "corruption"),
        ("fire", "community"),
    ):
        _dump(config / "indicators" / "area" / f"{name}.yaml", {**indicator(name), "pillar": pillar})
    _write_data(data, offences)
    (place / "crosswalk.csv").write_text(crosswalk, "utf-8")
    for name, sql in CORE.items():
        (place / "core" / f"{name}.sql").write_text(sql, "utf-8")
    write_place(home)
    return home


def _write_data(data: Path, offences: str | bytes) -> None:
    squares = [square(x, y) for x in (0, 1) for y in (0, 1)]
    (data / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": squares}), "utf-8")
    (data / "residents.csv").write_text("area,residents\n00,1000\n01,2000\n10,3000\n11,4000\n", "utf-8")
    (data / "offences.csv").write_bytes(offences.encode() if isinstance(offences, str) else offences)


def write_place(home: Path, **changes: object) -> None:
    """Write place.yaml and the passports with fitting hashes; *changes* go into the passport of the offences."""
    place, data = home / "config" / "places" / "tiny", home / "data" / "tiny"
    period = {"from": "2024-01-01", "to": "2024-04-01"}
    passports = {
        "areas": {"file": "areas.geojson", "use": "reference", "columns": _texts("area", "geometry") | _number("km2")},
        "residents": {
            "file": "residents.csv",
            "use": "reference",
            "columns": _texts("area") | _number("residents", "integer"),
        },
        "offences": {
            "file": "offences.csv",
            "use": "scored",
            "covers": period,
            "columns": COLUMNS,
            "time": ["when"],
            "classify": {"columns": ["offence"]},
            "locate": {"longitude": "lon", "latitude": "lat"},
            "unique": ["id"],
            **changes,
        },
    }
    for name, passport in passports.items():
        digest = hashlib.sha256((data / str(passport["file"])).read_bytes()).hexdigest()
        _dump(place / "sources" / f"{name}.yaml", {"id": name, "sha256": digest, **PASSPORT, **passport})
    described = {
        "id": "tiny",
        "label": "Tiny",
        "unit_noun": {"one": "square", "many": "squares"},
        "boundaries": {"source": "areas", "id": "area"},
        "indicators": ["robbery", "shooting"],
        "classes": {"robbery": "offences", "shooting": "offences"},
        "drug_classes": ["drug_possession"],
        "serious_violence": ["robbery", "shooting"],
    }
    _dump(place / "place.yaml", described)
    _dump(place / "goalposts.yaml", {name: goalposts() for name in ("robbery", "shooting")})
    # Another place feeds the other pillars, so that the scheme may keep them.
    (place.parent / "elsewhere").mkdir(exist_ok=True)
    _dump(place.parent / "elsewhere" / "place.yaml", {**described, "id": "elsewhere", "indicators": ["bribe", "fire"]})


def accept(home: Path, *kinds: str) -> Path:
    """Let the passport of the offences accept what a test loses or adds on purpose."""
    path = home / "config" / "places" / "tiny" / "sources" / "offences.yaml"
    accepts = {kind: {"upto": 1_000_000, "reason": "Made for a test that does so on purpose."} for kind in kinds}
    _dump(path, yaml.safe_load(path.read_text("utf-8")) | {"accepts": accepts})
    return home


def _texts(*names: str) -> dict[str, object]:
    return {name: {"type": "text", "tells": "neither", "means": name} for name in names}


def _number(name: str, kind: str = "number") -> dict[str, object]:
    return {name: {"type": kind, "tells": "neither", "means": name}}


def _dump(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
