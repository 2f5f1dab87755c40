"""Finished files that were damaged later: no figure that is not the run's own, and a message saying what to do."""

import shutil

import pytest

from harmmodel import pipeline
from harmmodel.errors import HarmModelError, RunMissing, SealBroken
from harmmodel.warehouse.store import editions, runs, seal, snapshots
from tests.fault.places import PLACE, command, forget_unpublished, leftovers, shown

PARTS = ("manifest.json", "facts.json", "boundaries.json", "sql.json", "scores.duckdb", "draws.npz")


def halved(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path):
    found = bytearray(path.read_bytes())
    for at in range(len(found) // 3, len(found), 997):
        found[at] ^= 0xFF
    path.write_bytes(found)


def emptied(path):
    path.write_bytes(b"")


DAMAGES = [halved, emptied, flipped]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", [*PARTS, "config/scheme.yaml", "config/places/tiny/place.yaml"])
def test_a_damaged_run_is_refused(home, part, damage):
    damage(editions.published(home, PLACE).path / part)
    with pytest.raises(HarmModelError, match=r"Remove|config has"):
        shown(home)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_that_was_removed_is_missed_and_can_be_made_again(home, versions, damage):
    """All of it is damaged and tried once; which part it was is gone with the folder."""
    run = editions.published(home, PLACE)
    for part in PARTS:
        damage(run.path / part)
    with pytest.raises(HarmModelError, match="Remove"):
        shown(home)
    shutil.rmtree(run.path)
    with pytest.raises(HarmModelError, match="harmmodel run tiny"):
        shown(home)
    pipeline.run(home, PLACE)
    assert versions.of(home) == 0


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_snapshot_is_refused_and_can_be_made_again(home, versions, damage):
    run = editions.published(home, PLACE)
    snapshot = snapshots.folder(home, run.manifest["snapshot_id"])
    for part in (snapshots.HARM, snapshots.ACT, "manifest.json", seal.FILE):
        damage(snapshot / part)
        shutil.rmtree(run.path, ignore_errors=True)
        with pytest.raises(HarmModelError, match="Remove that folder and run again"):
            pipeline.run(home, PLACE)
    shutil.rmtree(snapshot)
    pipeline.run(home, PLACE)
    assert versions.of(home) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\xff\xfe",
        b"../../etc\n",
        b"tiny-000000000000\n",
        b"tiny-000000000000 " + b"0" * 64,
        b"../x " + b"0" * 64,
    ],
)
def test_a_damaged_pointer_shows_nothing_until_the_next_run(home, versions, content):
    (runs.home(home) / f"{PLACE}.CURRENT").write_bytes(content)
    told = command("show", home=home)
    assert told.is_plain
    assert told.code in (RunMissing.exit_code, SealBroken.exit_code), told.err
    pipeline.run(home, PLACE)
    assert versions.of(home) == 0


def test_a_run_of_which_a_part_was_removed_is_refused_until_the_rest_is_gone(home, versions):
    run = editions.published(home, PLACE)
    (run.path / "manifest.json").unlink()
    with pytest.raises(SealBroken, match=r"manifest.json is gone since the folder was sealed"):
        pipeline.run(home, PLACE)
    shutil.rmtree(run.path)
    pipeline.run(home, PLACE)
    assert versions.of(home) == 0
    forget_unpublished(home)
    assert leftovers(home) == []
