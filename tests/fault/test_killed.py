"""A run that is killed at any moment leaves the published one as it was, and the next one is right."""

import os
import time

import numpy as np

from harmmodel import pipeline
from tests.fault.places import CHILDREN, PLACE, become, forget_unpublished, leftovers

KILLS = int(os.environ.get("HARMMODEL_KILLS", "6"))
IN_A_ROW = 3


def killed_after(home, seconds):
    """Start a run and kill it; tell whether it was still at work."""
    process = CHILDREN.Process(target=pipeline.run, args=(home, PLACE))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    code = process.exitcode
    process.close()
    assert code in (0, -9)
    return code == -9


def usual_time(home):
    """How long a whole run takes: the quicker of two, since the first imports the engine and others may be at work."""
    times = []
    for version in (1, 0):
        become(home, version)
        started = time.monotonic()
        assert not killed_after(home, 60), "a run takes less than a minute"
        times.append(time.monotonic() - started)
    return min(times)


def test_a_run_killed_at_any_moment_harms_nothing(home, versions):
    rng = np.random.default_rng(0)
    usual = usual_time(home)
    target, tried, at_work, remains = 0, 0, 0, 0
    while tried < KILLS:
        target = 1 - target
        become(home, target)
        forget_unpublished(home)
        in_a_row = min(int(rng.integers(1, IN_A_ROW + 1)), KILLS - tried)
        while in_a_row and (before := versions.of(home)) != target:
            in_a_row -= 1
            was_at_work = killed_after(home, rng.uniform(0, usual))
            assert versions.of(home) in (before, target), "the published run is whole, the old or the new one"
            tried, at_work, remains = tried + 1, at_work + was_at_work, remains + bool(leftovers(home))
        pipeline.run(home, PLACE)
        assert versions.of(home) == target, "the next run shows what a clean project shows"
        assert leftovers(home) == []
    print(f"\n{tried} kills: {at_work} met a run at work, {remains} left unfinished files, none of them for good")
    assert at_work > KILLS / 3
