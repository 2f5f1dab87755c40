"""What all tests share: what is chosen on the command line, and one real run of each kind of shipped data."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import pandas as pd

# A fault that nobody foresaw fails a test with its traceback, and is not told as a plain message.
os.environ["HARMMODEL_TRACEBACK"] = "1"
# Tests run side by side: several threads for one small matrix would only wait for each other. Before NumPy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
# What `make quick` leaves out: folders whose tests run or draw a whole place, and tests that ask for a real run.
WHOLE = {"app", "bench", "browser", "fault", "fuzz", "golden", "laws", "package", "warehouse"}
RUNS = {"project", "london", "mexico", "work"}


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
    parser.addoption("--quick", action="store_true", help="leave out every test that needs the run of a whole place")
    parser.addoption("--topic", default="", help="only tests whose path names this topic, and the contract")


def about(path: Path, topic: str) -> bool:
    """Tell whether a path inside the repository names a topic; what_if and whatif are one."""
    return topic.replace("_", "") in path.relative_to(ROOT).as_posix().replace("_", "")


def pytest_configure(config: pytest.Config) -> None:
    topic = config.getoption("--topic")
    if topic and not any(about(path, topic) for path in (ROOT / "tests").rglob("test_*.py")):
        raise pytest.UsageError(f"--topic: no test's path names {topic!r}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    inside = collection_path.relative_to(ROOT).parts
    return True if config.getoption("--quick") and inside[0] == "tests" and WHOLE & set(inside) else None


def is_whole(item: pytest.Item) -> bool:
    """Tell whether a test needs the run of a whole place."""
    inside = item.path.relative_to(ROOT).parts
    return bool(WHOLE & set(inside)) or bool(RUNS & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not of the topic (the contract stays) or not quick; files that take long come first."""
    quick, topic = config.getoption("--quick"), config.getoption("--topic")
    left_out = [
        item
        for item in items
        if not (about(item.path, topic) or "contract" in item.path.parts) or (quick and is_whole(item))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    long = {item.path for item in items if is_whole(item)}
    kept = [item for item in items if item not in set(left_out)]
    items[:] = sorted(kept, key=lambda item: item.path not in long)


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))


def contents(path: Path) -> dict[str, str]:
    """Every file of a folder with its hash."""
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return {str(file.relative_to(path)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], str]) -> tuple[Path, str]:
    """Make a folder once, in whichever worker of a parallel session asks first; return it and what *make* told."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, told = base / f"shared-{name}", base / f"shared-{name}.told"
    with (base / f"shared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            told.write_text(make(home), "utf-8")
    return home, told.read_text("utf-8")


def shared(factory: pytest.TempPathFactory, place: str, make: Callable[[Path], Path]) -> Iterator[Project]:
    """Run a place once for all tests; at the end its folder must be as it was."""
    from harmmodel import pipeline  # only tests that ask for a run load the whole engine

    home, run_id = once(factory, place, lambda home: pipeline.run(make(home), place))
    before = contents(home)
    yield Project(home, place, run_id)
    assert contents(home) == before, f"a test has changed the run of {place} that all tests share"


def place_project(home: Path, place: str) -> Path:
    """Copy config and data of a shipped place to *home*."""
    shutil.copytree(ROOT / "config", home / "config")
    shutil.copytree(ROOT / "data" / place, home / "data" / place)
    return home


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Run Chicago once for all tests; none of them may change this folder."""
    yield from shared(tmp_path_factory, "chicago", lambda home: place_project(home, "chicago"))


@pytest.fixture(scope="session")
def work(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Chicago's work tables in one file, single records among them; a test that changes them copies it."""
    from tests.work import keep_work

    def make(home: Path) -> str:
        keep_work(project.path, project.place, home / "work.duckdb")
        return ""

    return once(tmp_path_factory, "work", make)[0] / "work.duckdb"


@pytest.fixture(scope="session")
def london(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Compare the stops of london_stops once for all tests; none of them may change this folder."""
    yield from shared(tmp_path_factory, "london_stops", lambda home: place_project(home, "london_stops"))


@pytest.fixture(scope="session")
def mexico(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Run the groups of mexico once for all tests; none of them may change this folder."""
    from tests.groups import PLACE, group_project

    yield from shared(tmp_path_factory, PLACE, group_project)


@pytest.fixture(scope="session")
def robust(project: Project, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Score Chicago once under every other honest choice."""
    import pandas as pd

    from harmmodel.audit.robustness import robustness

    def make(home: Path) -> str:
        robustness(project.path, project.place, lambda _: None).to_parquet(home / "cases.parquet")
        return ""

    return pd.read_parquet(once(tmp_path_factory, "robustness", make)[0] / "cases.parquet")
