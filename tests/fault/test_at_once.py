"""Several at once: two runs, readers and pages while a run publishes, inputs that change under a run."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from harmmodel import pipeline
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.store import editions, runs, seal, snapshots
from tests.fault.places import CHILDREN, PLACE, become, forget_unpublished, leftovers, shown
from tests.judging import judged
from tests.tiny import ROOT

PROCESSES = 4
ROUNDS = 6


def start_together(barrier, home):
    barrier.wait(60)
    pipeline.run(home, PLACE)


def test_runs_of_the_same_inputs_at_once_all_succeed(home, versions):
    for version in (1, 0):
        become(home, version)
        forget_unpublished(home)
        barrier = CHILDREN.Barrier(PROCESSES)
        processes = [CHILDREN.Process(target=start_together, args=(barrier, home)) for _ in range(PROCESSES)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * PROCESSES
        assert versions.of(home) == version
        assert leftovers(home) == []


def test_the_second_of_two_finds_the_name_taken_and_uses_what_is_there(home, monkeypatch):
    first = editions.published(home, PLACE)
    content = judged(snapshots.folder(home, first.manifest["snapshot_id"]), first.config)
    answers = iter([True, False])  # it was not there when asked, and is when the name is given
    is_sealed = seal.is_sealed
    monkeypatch.setattr(seal, "is_sealed", lambda folder: next(answers, None) is not False and is_sealed(folder))
    runs.write_run(home, first.run_id, content)
    assert leftovers(home) == []


def test_readers_see_one_version_or_the_other_while_runs_publish(home, versions):
    seen, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            seen.append(versions.of(home) if not stop.is_set() else None)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for n in range(ROUNDS):
            become(home, (n + 1) % 2)
            pipeline.run(home, PLACE)
            forget = n < 2  # load and score anew at first; later only the pointer moves
            if forget:
                assert versions.of(home) == (n + 1) % 2
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert set(seen) <= {0, 1, None}
    assert {0, 1} <= set(seen)


def test_threads_that_open_one_run_at_once_share_its_lock(home, versions):
    """They share one database inside DuckDB; the second found its settings locked already, and failed."""
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: versions.of(home), range(64))) == {0}


def test_an_open_page_shows_the_new_run_when_it_is_drawn_again(home, monkeypatch):
    monkeypatch.setenv("HARMMODEL_PROJECT", str(home))
    old = editions.published(home, PLACE)
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert old.run_id[-12:-6] in words_of(page)
    become(home, 1)
    pipeline.run(home, PLACE)
    new = editions.published(home, PLACE)
    page.run()
    assert not page.exception
    assert new.run_id[-12:-6] in words_of(page)
    assert old.run_id[-12:-6] not in words_of(page)


def words_of(page):
    return "\n".join(str(part.value) for part in [*page.caption, *page.markdown, *page.sidebar.caption])


def test_a_run_held_open_by_a_reader_can_be_superseded(home, versions):
    held = editions.published(home, PLACE)
    before = shown(home)
    become(home, 1)
    pipeline.run(home, PLACE)
    assert versions.of(home) == 1
    assert before.startswith("{")
    assert f'"run_id": "{held.run_id}"' in before
    assert float(held.draws("violence").sum()) > 0


def test_a_raw_file_that_changes_under_a_run_changes_nothing_of_it(home, versions):
    """What was hashed is a copy, and that copy is loaded."""
    become(home, 1)

    def meddle(step):
        if step == "Counting":
            (home / "data" / PLACE / "offences.csv").write_text("id\n1\n", "utf-8")

    pipeline.run(home, PLACE, meddle)
    assert versions.of(home) == 1
    with pytest.raises(SourceError, match=r"offences\.csv has sha256"):
        pipeline.run(home, PLACE)
    assert versions.of(home) == 1


def test_config_that_is_edited_under_a_run_stops_it(home, versions):
    become(home, 1)
    policy = home / "config" / "policy.yaml"
    before = policy.read_text("utf-8")

    def meddle(step):
        if step == "Scoring areas":
            policy.write_text(before + "# a thought\n", "utf-8")

    with pytest.raises(ConfigError, match="was edited while the run was made"):
        pipeline.run(home, PLACE, meddle)
    assert versions.of(home) == 0
    assert leftovers(home) == []
    policy.write_text(before, "utf-8")
    pipeline.run(home, PLACE)
    assert versions.of(home) == 1
