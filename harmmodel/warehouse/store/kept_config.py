"""The config that a run was made with, kept beside it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from harmmodel.config import load_config
from harmmodel.config.activities import FILE as ACTIVITIES
from harmmodel.errors import ConfigError


def keep_config(project: Path, manifest: dict[str, Any], work: Path) -> None:
    """Copy the config beside the scores, so that a run can always be read with the method that made it.

    Raises
    ------
    ConfigError
        When the config is no longer the one that was scored.
    """
    source, target, place = project / "config", work / "config", manifest["place"]
    parts = ("scheme.yaml", "policy.yaml", "groups.yaml", "weights", "indicators", f"places/{place}", ACTIVITIES)
    for part in (part for part in parts if (source / part).exists()):
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part)
        else:
            shutil.copy2(source / part, target / part)
    if load_config(work, place, is_stored=True, as_of=manifest.get("asked_as_of")).digest != manifest["config_hash"]:
        raise ConfigError(f"{source} was edited while the run was made. Nothing was published; run again")
