"""What all tests share: the flag for golden files, and one real run of the shipped data."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Project:
    """A project folder outside the repository, with one finished run in it."""

    path: Path
    place: str
    run_id: str


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/golden/ from this run; read the diff before committing it",
    )


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Run Chicago once for all tests; none of them may change this folder's finished files."""
    from harmmodel import pipeline  # only tests that ask for a run load the whole engine

    path = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "config", path / "config")
    shutil.copytree(ROOT / "data" / "chicago", path / "data" / "chicago")
    return Project(path, "chicago", pipeline.run(path, "chicago"))


@pytest.fixture(scope="session")
def london(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Compare the stops of london_stops once for all tests; none of them may change this folder's finished files."""
    from harmmodel import pipeline

    path = tmp_path_factory.mktemp("london")
    shutil.copytree(ROOT / "config", path / "config")
    shutil.copytree(ROOT / "data" / "london_stops", path / "data" / "london_stops")
    return Project(path, "london_stops", pipeline.run(path, "london_stops"))


@pytest.fixture(scope="session")
def mexico(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Run the groups of mexico once for all tests; none of them may change this folder's finished files."""
    from harmmodel import pipeline
    from tests.groups import PLACE, group_project

    path = group_project(tmp_path_factory.mktemp("mexico"))
    return Project(path, PLACE, pipeline.run(path, PLACE))
