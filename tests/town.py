"""The made-up town that ``harmmodel init`` writes, with activities beside it, and whatever a test sets otherwise."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from harmmodel import scaffold
from tests.conftest import ROOT

PLACE = "example"
Row = dict[str, str]
INCIDENT = """select "at" as occurred_at, month, unit_id, class, offence as code, null::varchar as setting, longitude,
    latitude, arrest from act_raw_offences order by all"""
HARM = """select 'offences' as source, "at" as occurred_at, month, unit_id as area_id, class, 'other' as place_class,
    longitude, latitude from raw_offences order by all"""


def town(home: Path) -> Path:
    """Write the project to *home*: twelve areas, all three pillars, enforcement with time and place."""
    scaffold.write(home)
    config, core = home / "config", home / "config" / "places" / PLACE / "core"
    (core / "act_incident.sql").write_text(INCIDENT, "utf-8")
    (core / "core_incident.sql").write_text(HARM, "utf-8")
    kept = {"heroin_possession": "drug_possession", "other_supply": "drug_supply"}
    typology = read(ROOT / "config" / "activities.yaml")
    typology["linked_harm"] |= {"permutations": 999, "variants": typology["linked_harm"]["variants"][:1]}
    typology["activities"] = [
        {**item, "rules": [{"classes": [kept[item["id"]]]}]} for item in typology["activities"] if item["id"] in kept
    ]
    families = {"default", *(item["family"] for item in typology["activities"])}
    costs = read(ROOT / "config" / "places" / "chicago" / "costs.yaml")
    costs["families"] = {name: entry for name, entry in costs["families"].items() if name in families}
    write(config / "activities.yaml", typology)
    place = core.parent
    write(place / "costs.yaml", costs)
    write(place / "services.yaml", read(ROOT / "config" / "places" / "chicago" / "services.yaml"))
    change(config / "simulator.yaml", runs=10, capacities=[1, 5, 10, 20, 40])
    other = read(config / "weights" / f"{PLACE}.yaml") | {"id": "other", "title": "Other weights (made up)"}
    write(config / "weights" / "other.yaml", other)
    return home


def read(path: Path) -> dict[str, Any]:
    """Return a YAML file."""
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return content


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write a YAML file."""
    apart = json.loads(json.dumps(dict(content), default=str))  # nothing is shared, so that no alias is written
    path.write_text(yaml.safe_dump(apart, sort_keys=False, allow_unicode=True), "utf-8")


def change(path: Path, **values: Any) -> None:
    """Set keys of a YAML file anew; a mapping is merged into the one that stands there."""
    content = read(path)
    for key, value in values.items():
        content[key] = {**content[key], **value} if isinstance(content.get(key), dict) else value
    write(path, content)


def put(content: dict[str, Any], path: str, value: object) -> None:
    """Set what a dotted *path* names, in each element of the lists on its way."""
    head, _, rest = path.partition(".")
    for part in content[head] if rest and isinstance(content[head], list) else [content]:
        if not rest:
            part[head] = value
        elif part is content:
            put(content[head], rest, value)
        else:
            put(part, rest, value)


def rows(home: Path, name: str, edit: Callable[[list[Row]], list[Row]], place: str = PLACE) -> None:
    """Rewrite a CSV file of the place and the hash in its passport."""
    path = home / "data" / place / f"{name}.csv"
    before = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    text = io.StringIO(newline="")
    columns, after = list(before[0]), edit(before)
    writer = csv.DictWriter(text, list(after[0]) if after else columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(after)
    path.write_text(text.getvalue(), "utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    change(home / "config" / "places" / place / "sources" / f"{name}.yaml", sha256=digest)
