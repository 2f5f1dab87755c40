"""Areas and activities of the made-up town that ``harmmodel init`` writes, and whatever a test sets otherwise."""

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

PLACE = "example"
GROUPS = ("group_events", "group_alias", "group_register")
OF_GROUPS = ("core_event", "core_group", "core_group_alias", "core_group_tie", "core_incident_group")
OF_STOPS = "act_stops"
Row = dict[str, str]


def town(home: Path) -> Path:
    """Write the project to *home* without groups and stops: twelve areas and two activities, quicker to run."""
    scaffold.write(home)
    config, place = home / "config", home / "config" / "places" / PLACE
    for name in (*GROUPS, "stops"):
        (place / "sources" / f"{name}.yaml").unlink()
    for name in (*OF_GROUPS, OF_STOPS):
        (place / "core" / f"{name}.sql").unlink()
    (place / "disparity.yaml").unlink()
    write(place / "place.yaml", {k: v for k, v in read(place / "place.yaml").items() if k != "groups"})
    crosswalk = (place / "crosswalk.csv").read_text("utf-8").splitlines(keepends=True)
    (place / "crosswalk.csv").write_text("".join(line for line in crosswalk if not line.startswith(GROUPS)), "utf-8")
    posts = read(place / "goalposts.yaml")
    areas = read(place / "place.yaml")["indicators"]
    write(place / "goalposts.yaml", {name: posts[name] for name in areas})
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
