"""JSON schemas of the config types, from which editors show help while a config file is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from harmmodel.config.activities import Costs, Services, Typology
from harmmodel.config.deterrence import Backfire, DeterrencePlan
from harmmodel.config.disparity import DisparityScheme
from harmmodel.config.drafts.layouts import Layout
from harmmodel.config.groups import GroupIndicator, GroupScheme
from harmmodel.config.passport import Passport
from harmmodel.config.place import Place
from harmmodel.config.simulator import Simulator
from harmmodel.config.thresholds import Jurisdiction, LabSettings
from harmmodel.config.types import Indicator, PlaceGoalposts, Policy, Scheme, WeightSet
from harmmodel.config.validation import ValidationScheme
from harmmodel.errors import ConfigError

TYPES: dict[str, type[BaseModel]] = {
    "scheme": Scheme,
    "policy": Policy,
    "groups": GroupScheme,
    "disparity": DisparityScheme,
    "indicator": Indicator,
    "group_indicator": GroupIndicator,
    "goalposts": PlaceGoalposts,
    "passport": Passport,
    "layout": Layout,
    "place": Place,
    "validation": ValidationScheme,
    "weight_set": WeightSet,
    "activities": Typology,
    "costs": Costs,
    "services": Services,
    "simulator": Simulator,
    "thresholds": Jurisdiction,
    "threshold_lab": LabSettings,
    "backfire": Backfire,
    "plan": DeterrencePlan,
}
# A loader rule that types alone do not tell: people may write a share as a fraction.
FRACTION = {"type": "string", "pattern": r"^\s*[0-9]+\s*/\s*[1-9][0-9]*\s*$"}


def schemas() -> dict[str, str]:
    """Return the text of each schema by file name."""
    return {f"{name}.schema.json": _text(_schema(type_)) for name, type_ in TYPES.items()}


def line(file: str) -> str:
    """Return the first line that a config file of that path below ``config/`` has, for editors.

    >>> line("indicators/area/homicide.yaml")
    '# yaml-language-server: $schema=../../schema/indicator.schema.json'
    """
    parts = Path(file).parts
    kinds = {"weights": "weight_set", "indicators": "indicator", "thresholds": "thresholds", "layouts": "layout"}
    name = kinds.get(parts[0], Path(file).stem)
    if parts[:2] == ("indicators", "group"):
        name = "group_indicator"
    if parts[0] == "places":
        name = "passport" if parts[-2] == "sources" else Path(file).stem
    return f"# yaml-language-server: $schema={'../' * (len(parts) - 1) or './'}schema/{name}.schema.json"


def write(project: Path) -> list[str]:
    """Write every schema to ``config/schema`` and return their paths below the project."""
    home = _home(project)
    home.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (home / name).write_text(text, "utf-8")
    return [f"config/schema/{name}" for name in schemas()]


def check(project: Path) -> None:
    """Compare the schemas in ``config/schema`` with the types.

    Raises
    ------
    ConfigError
        With the names of those that are missing or stale.
    """
    home = _home(project)
    stale = [
        name
        for name, text in schemas().items()
        if not (home / name).is_file() or (home / name).read_text("utf-8") != text
    ]
    if stale:
        raise ConfigError(f"{home}: stale or missing: {', '.join(stale)}. Write them anew: harmmodel schema")


def _home(project: Path) -> Path:
    config = project / "config"
    if not config.is_dir():
        raise ConfigError(f"{config} does not exist. Point --project at a folder that holds config/ and data/")
    return config / "schema"


def _schema(type_: type[BaseModel]) -> dict[str, Any]:
    schema = type_.model_json_schema(by_alias=True)
    if type_ is Scheme:
        _let_fraction(schema["properties"], "minimum_observed")
    if type_ is Policy:
        _let_fraction(schema["$defs"]["Completeness"]["properties"], "share")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _let_fraction(properties: dict[str, Any], name: str) -> None:
    """Let a share be written as 2/3, too."""
    share = properties[name]
    texts = {key: share.pop(key) for key in ("default", "description", "title") if key in share}
    properties[name] = {"anyOf": [share, FRACTION], **texts}


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
