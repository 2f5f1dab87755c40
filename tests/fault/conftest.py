"""One finished tiny place for each test of a fault, and what its two versions show where nothing goes wrong."""

import shutil
from pathlib import Path

import pytest

from tests.fault.places import Versions, references


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the folder in which both versions were run without a fault."""
    return tmp_path_factory.mktemp("references")


@pytest.fixture(scope="session")
def versions(clean: Path) -> Versions:
    return references(clean)


@pytest.fixture
def home(clean: Path, versions: Versions, tmp_path: Path) -> Path:
    """Give the test a project of its own, in which the first version is published."""
    return shutil.copytree(clean / "reference-0", tmp_path / "project")
