"""Every page for people who use no mouse, a narrow window, large text or a screen reader."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from harmmodel import pipeline
from harmmodel.app import frame
from tests.browser.conftest import Visitor, served
from tests.conftest import ROOT, Project

pytestmark = pytest.mark.browser
SECOND = "police_uk"
PAGES = sorted(page.stem for page in (ROOT / "harmmodel" / "app" / "pages").glob("*.py"))
ADDRESSES = [*(f"{page}?place=chicago" for page in PAGES), *(f"{page}?place={SECOND}" for page in ("overview", "areas"))]


def test_x(visitor):
    for a in ADDRESSES:
        import time
        t=time.time()
        visitor.open(a.replace("overview?", "?"))
        t1=time.time()
        r = Axe().run(visitor.page, options={"resultTypes": ["violations"]}).response
        t2=time.time()
        print(a, visitor.page.locator("h1").inner_text(), t1-t, t2-t1)
        for v in r["violations"]:
            print("  ", v["impact"], v["id"], v["help"], len(v["nodes"]))
            for n in v["nodes"][:3]:
                print("       ", n["target"], n["html"][:200])


@pytest.fixture(scope="module")
def app_url(executable: str, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve both places from a folder of their own."""
    home = tmp_path_factory.mktemp("places")
    for part in ("config", "data/runs"):
        shutil.copytree(project.path / part, home / part)
    shutil.copytree(ROOT / "data" / SECOND, home / "data" / SECOND)
    pipeline.run(home, SECOND)
    with served(home, home / "app.log") as url:
        yield url
