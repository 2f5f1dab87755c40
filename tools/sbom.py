"""Print the bill of materials of what users install, in the form CycloneDX 1.6, from requirements.lock alone.

It asks no index and holds no time, so that the same lock gives the same text. `make lock` writes it to sbom.cdx.json.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NAME = "harmmodel"
PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VIA = re.compile(r"    # +(?:via )?([a-z0-9-]+)(?: \(pyproject\.toml\))?$")


@dataclass(frozen=True)
class Package:
    """A package of the lock: its hashes are those of every file that may be installed, one for each platform."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Return the package's address in the form in which tools compare packages."""
        return f"pkg:pypi/{self.name}@{self.version}"


def packages(lock: str) -> list[Package]:
    """Read the packages of a lock in their order."""
    found = []
    for block in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE):
        head, *lines = block.splitlines() or [""]
        if pinned := PINNED.match(head):
            wanted_by = [via[1] for line in lines if (via := VIA.match(line)) and via[1] != "via"]
            hashes = tuple(HASH.findall(block))
            found.append(Package(pinned["name"], pinned["version"], pinned["marker"], hashes, tuple(wanted_by)))
    return found


def component(package: Package) -> dict[str, Any]:
    """Return the entry of one package."""
    entry: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in package.hashes],
    }
    if package.marker:
        entry["properties"] = [{"name": f"{NAME}:only-where", "value": package.marker}]
    return entry


def bill(lock: str, version: str) -> dict[str, Any]:
    """Return the whole bill: what is delivered, what it is made of, and what asks for what."""
    found = packages(lock)
    root = f"pkg:pypi/{NAME}@{version}"
    refs = {NAME: root} | {package.name: package.purl for package in found}
    asked = {ref: [p.purl for p in found if name in p.wanted_by] for name, ref in refs.items()}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, version + lock).urn,
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": root, "name": NAME, "version": version, "purl": root}
        },
        "components": [component(package) for package in found],
        "dependencies": [{"ref": ref, "dependsOn": names} for ref, names in asked.items()],
    }


def text() -> str:
    """Return the bill of this tree as it stands in sbom.cdx.json."""
    version = re.search(r'__version__ = "(.+)"', (ROOT / NAME / "__init__.py").read_text("utf-8"))
    if version is None:
        raise SystemExit(f"{NAME}/__init__.py names no version")
    return json.dumps(bill((ROOT / "requirements.lock").read_text("utf-8"), version[1]), indent=1)


if __name__ == "__main__":
    print(text())  # for `make lock`
