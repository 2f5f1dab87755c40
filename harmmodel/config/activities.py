"""Loading what config says about activities: three files that belong together, or none of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harmmodel.config.activity_types import Activity, Costs, Services, Typology
from harmmodel.config.reader import Reader

FILES = ("activities.yaml", "costs.yaml", "services.yaml")


@dataclass(frozen=True)
class ActivityConfig:
    """Everything ``config/`` says about activities."""

    typology: Typology
    costs: Costs
    services: Services

    def activity(self, name: str) -> Activity | None:
        """Return an activity by id; None for those that no rule classed."""
        return next((a for a in self.typology.activities if a.id == name), None)


def load_activities(reader: Reader, config: Path) -> ActivityConfig | None:
    """Load the three files; a project without any of them has no activity lens. Faults are noted in *reader*."""
    if not any((config / name).exists() for name in FILES):
        return None
    typology = reader.model(config / FILES[0], Typology)
    costs = reader.model(config / FILES[1], Costs)
    services = reader.model(config / FILES[2], Services)
    if typology is None or costs is None or services is None:
        return None
    found = ActivityConfig(typology, costs, services)
    reader.faults += [f"config/{fault}" for fault in _faults(found)]
    return found


def _faults(found: ActivityConfig) -> Iterator[str]:
    services = {s.id for s in found.services.services}
    dispositions = {d.id for d in found.services.dispositions}
    for activity in found.typology.activities:
        for name in sorted(set(activity.services) - services):
            yield f"activities.yaml: {activity.id}: services: {name!r} is not in services.yaml"
        for name in sorted(set(activity.dispositions) - dispositions):
            yield f"activities.yaml: {activity.id}: dispositions: {name!r} is not in services.yaml"
    families = {a.family for a in found.typology.activities} | {"default"}
    for name in sorted(set(found.costs.families) - families):
        yield f"costs.yaml: families: no activity is of family {name!r}"
