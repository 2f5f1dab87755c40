"""Opening pages as a reader would: the whole app, on a real published run, without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from harmmodel import pipeline
from harmmodel.app import headers
from harmmodel.app.charts import drawing
from tests.conftest import ROOT, Project
from tests.reading import at_page
from tests.tiny import tiny_project

QUESTIONS = {header.name: header.question for header in headers.pages()}
PAGES = tuple(QUESTIONS)
drawing.CHECKED = True
OpenPage = Callable[..., AppTest]


def open_app(patch: pytest.MonkeyPatch, home: Path, name: str, **address: str) -> AppTest:
    """Open a page of the app on a project folder, as a link with an address of one's own does."""
    patch.setenv("HARMMODEL_PROJECT", str(home))
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for key, value in address.items():
        app.query_params[key] = value
    return at_page(app, name).run()


@pytest.fixture
def open_page(project: Project, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Open a page of the app on the shipped data, or on another project folder."""

    def opened(name: str, *, home: Path = project.path, **address: str) -> AppTest:
        return open_app(monkeypatch, home, name, **address)

    return opened


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place of four areas that feeds one pillar only, with a finished run."""
    home = tiny_project(tmp_path_factory.mktemp("tiny"))
    pipeline.run(home, "tiny")
    return home


def is_titled(page: AppTest, name: str) -> bool:
    """Tell whether a page asks the question of its header, or says that it does not fit the place."""
    return page.title[0].value in (QUESTIONS[name], "Does this page fit the place?")


def texts(page: AppTest) -> str:
    """All words of a page, in order."""
    return "\n".join(str(element.value) for element in [*page.title, *page.header, *page.markdown, *page.caption])
