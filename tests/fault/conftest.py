"""One finished tiny place for each test of a fault, and what its two versions show where nothing goes wrong."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import once
from tests.fault.places import Versions, references


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Versions]:
    """Run both versions without a fault, once for all workers; return their folder and what they show."""
    folder, told = once(tmp_path_factory, "references", lambda home: json.dumps(references(home).shown))
    return folder, Versions(tuple(json.loads(told)))


@pytest.fixture(scope="session")
def versions(clean: tuple[Path, Versions]) -> Versions:
    return clean[1]


@pytest.fixture
def home(clean: tuple[Path, Versions], tmp_path: Path) -> Path:
    """Give the test a project of its own, in which the first version is published."""
    return shutil.copytree(clean[0] / "reference-0", tmp_path / "project")
