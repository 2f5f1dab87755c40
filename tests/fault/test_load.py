"""Many readers at once on two cores: every page answers, every figure is that of ``show``, memory stays bounded."""

import json
import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from harmmodel.app import serve
from harmmodel.views import words
from harmmodel.views.areas import explain
from harmmodel.warehouse.store import editions
from tests.fault.visitor import visit
from tests.serving import answers, served
from tests.tiny import ROOT

USERS = int(os.environ.get("HARMMODEL_USERS", "6"))
AREAS_EACH = 2
MOST_MEMORY = 1 << 30
GROWTH = 1.25  # a second crowd may not need much more than the first


@pytest.fixture(scope="module")
def server(project, tmp_path_factory):
    """Start the app, and keep it on at most two cores."""
    with served(project.path, tmp_path_factory.mktemp("load") / "app.log") as app:
        if hasattr(os, "sched_setaffinity"):
            for thread in os.listdir(f"/proc/{app.process.pid}/task"):
                os.sched_setaffinity(int(thread), sorted(os.sched_getaffinity(0))[:2])
        yield app


def memory(pid: int) -> int:
    """Bytes that a process holds now; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    found = (
        [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS")]
        if status.exists()
        else []
    )
    return 1024 * int(found[0]) if found else 0


def journey(app, number, rows, start):
    """Read as one of many: overview, areas of one's own, what changes, indicators; return the times of each page."""
    mine = [rows[(number * AREAS_EACH + n) % len(rows)] for n in range(AREAS_EACH)]
    stops = [("", None), *(("areas", row) for row in mine), ("what_changes", None), ("indicators", None)]
    times = []
    with visit(app.host, app.cookie()) as visitor:
        start.wait(60)
        for page, row in stops:
            seen = visitor.open(page, **({"unit": row["unit_id"]} if row else {}))
            assert seen.faults == (), (page, seen.faults, app.log.read_text("utf-8", "replace")[-4000:])
            times.append((page or "overview", seen.seconds))
            if row:
                assert_figures(seen.words, row, len(rows))
            if not page:
                assert all(row["label"] in seen.words for row in rows if row["tier"] == "focus")
    return times


def assert_figures(text, row, of):
    """Find the area's name, and in the line under it the figures of ``show``."""
    plain = text.replace("\\", "").replace("**", "").splitlines()
    facts = next(below for name, below in pairwise(plain) if name == row["label"] and "harm score" in below)
    assert f"harm score {words.score(row['score'])} (" in facts
    assert f"interval {words.interval(row['score_low'], row['score_high'])})" in facts
    assert words.rank_range(row["rank_low"], row["rank_high"], of) in facts
    assert words.capital(row["tier"]) in facts


def crowd(app, rows):
    """Let everyone start at the same moment; return all times."""
    start = threading.Barrier(USERS)
    with ThreadPoolExecutor(USERS) as pool:
        told = list(pool.map(lambda number: journey(app, number, rows, start), range(USERS)))
    return [time_ for times in told for time_ in times]


def test_many_readers_at_once_see_the_right_figures(project, server):
    rows = explain.area_ranking(editions.published(project.path, project.place)).to_dict("records")
    started = time.monotonic()
    times = crowd(server, rows)
    took, first = time.monotonic() - started, memory(server.process.pid)
    again = crowd(server, rows)
    second = memory(server.process.pid)
    assert answers(server.host)
    report(times, again, took, (first, second))
    assert len(times) == len(again) == USERS * (AREAS_EACH + 3)
    assert second < MOST_MEMORY
    assert second <= GROWTH * first
    assert "Traceback" not in server.log.read_text("utf-8", "replace")


def test_no_page_is_read_as_a_syntax_tree_while_others_are():
    # CPython up to 3.12 keeps one depth for all threads that build trees: "recursion depth mismatch" for some reader.
    assert serve.settings()["runner.magicEnabled"] is False


def report(times, again, took, held):
    """Keep the figures beside the screenshots, and print them."""
    figures = {
        "users": USERS,
        "first_crowd_seconds": round(took, 1),
        "megabytes": [round(n / 1e6) for n in held],
        "pages": {},
    }
    for page in sorted({name for name, _ in times}):
        spent = sorted(seconds for name, seconds in [*times, *again] if name == page)
        figures["pages"][page] = {"median": round(statistics.median(spent), 2), "longest": round(spent[-1], 2)}
    path = ROOT / "build" / "load.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=1), "utf-8")
    print(f"\n{json.dumps(figures)}")
