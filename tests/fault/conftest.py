"""One finished tiny place for each test of a fault, and what its two versions show where nothing goes wrong."""

from pathlib import Path

import pytest

from harmmodel import pipeline
from tests.fault.places import PLACE, Versions, references
from tests.tiny import tiny_project


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    return references(tmp_path_factory.mktemp("references"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Publish the first version in a project of the test's own."""
    project = tiny_project(tmp_path / "project")
    pipeline.run(project, PLACE)
    return project
