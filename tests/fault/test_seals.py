"""A finished run or snapshot in which one byte changed is refused by name, whoever changed it and wherever."""

import json
import os
import random
import shutil
import subprocess
import sys

import duckdb
import pytest
from typer.testing import CliRunner

from harmmodel import cli, journal, pipeline
from harmmodel.audit import seals
from harmmodel.cli import app
from harmmodel.errors import HarmModelError, RunMissing, SealBroken
from harmmodel.rebuild import rebuilt
from harmmodel.warehouse.store import editions, results, runs, seal, snapshots
from tests import tiny
from tests.fault.places import PLACE
from tests.town import PLACE as TOWN
from tests.town import change, town

CHANGED = 160


def folders(home):
    run = editions.published(home, PLACE)
    return run.path, snapshots.folder(home, run.manifest["snapshot_id"])


def test_every_changed_byte_of_a_run_and_its_snapshot_is_refused_by_name(home):
    """Positions are chosen over all bytes of all files, so that every file has its share, each at least once."""
    files = [path for folder in folders(home) for path in sorted(folder.rglob("*")) if path.is_file()]
    chance = random.Random(12)  # noqa: S311 - places to damage, no secret
    chosen = files + chance.choices(files, [path.stat().st_size for path in files], k=CHANGED - len(files))
    for path in chosen:
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
        with pytest.raises(SealBroken) as told:
            seals.verify(home, PLACE)
        assert path.name in str(told.value) or path.parent.name in str(told.value), f"{path} at {at}"
        path.write_bytes(whole)
    assert seals.verify(home, PLACE).published == PLACE


def test_a_process_that_looked_before_sees_a_change_of_like_size_whose_time_was_set_back(tmp_path):
    path = tmp_path / "table.txt"
    path.write_bytes(b"score 41")
    sealed = seal.close(tmp_path)
    assert seal.verify(tmp_path).id == sealed.id
    before = path.stat()
    path.write_bytes(b"score 99")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(SealBroken, match=r"table\.txt was changed after it was sealed"):
        seal.verify(tmp_path)


@pytest.mark.parametrize("verb", ["show", "explain", "check", "report", "run", "compare", "verify"])
def test_a_score_that_was_altered_is_shown_by_no_verb(home, verb, monkeypatch, capfd):
    path = folders(home)[0] / "scores.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("update out_scores set score = 99, tier = 'focus' where unit_id = '00'")
    more = {"explain": ["00"], "compare": [PLACE]}.get(verb, [])
    monkeypatch.setattr(sys, "argv", ["harmmodel", verb, PLACE, *more, "--project", str(home)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    told = capfd.readouterr()
    assert stopped.value.code == SealBroken.exit_code, told.err
    assert "scores.duckdb was changed after it was sealed" in " ".join(told.err.split())
    assert "99" not in told.out


def test_an_altered_snapshot_is_not_used_again(home):
    with duckdb.connect(str(folders(home)[1] / snapshots.HARM)) as con:
        con.execute("update core_count set events = events + 1000")
    (home / "config/policy.yaml").write_text((home / "config/policy.yaml").read_text() + "# reviewed\n")
    with pytest.raises(SealBroken, match=r"harm.duckdb was changed after it was sealed"):
        pipeline.run(home, PLACE)


def test_a_run_that_was_altered_and_sealed_anew_is_not_the_one_that_was_published(home):
    run = folders(home)[0]
    with duckdb.connect(str(run / "scores.duckdb")) as con:
        con.execute("update out_scores set score = 99")
    (run / seal.FILE).unlink()
    seal.close(run)
    with pytest.raises(SealBroken, match="what points at it says"):
        editions.published(home, PLACE)


def test_a_forger_who_also_mends_the_pointer_is_found_by_building_again(home):
    run = folders(home)[0]
    with duckdb.connect(str(run / "scores.duckdb")) as con:
        con.execute("update out_scores set score = 99")
    (run / seal.FILE).unlink()
    forged = seal.close(run)
    (runs.home(home) / f"{PLACE}.CURRENT").write_text(f"{run.name} {forged.id} area\n")
    with pytest.raises(SealBroken, match=r"does not come out again: scores.duckdb: out_scores differs"):
        rebuilt(home, run.name)


def test_a_forger_who_mends_the_pointer_is_found_by_the_journal(home):
    """What the verb run notes of a run outlives a new seal."""
    run = folders(home)[0]
    path = journal.location(home)
    noted = journal.PublishedRun(place=PLACE, run_id=run.name, seal=seal.read(run).id)
    assert journal.append(path, noted).seq == 1
    assert seals.verify(home, PLACE).noted == (1,)
    (run / "facts.json").write_text("{}")
    (run / seal.FILE).unlink()
    forged = seal.close(run)
    (runs.home(home) / f"{PLACE}.CURRENT").write_text(f"{run.name} {forged.id} area\n")
    with pytest.raises(SealBroken, match="entry 1 of the journal says"):
        seals.verify(home, PLACE)


def test_the_verb_run_notes_each_published_seal_once(home):
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "harmmodel.cli", "run", PLACE, "--project", str(home)],
            capture_output=True,
            cwd=tiny.ROOT,
        )
        assert done.returncode == 0, done.stderr
    run = folders(home)[0]
    (entry,) = journal.every_entry(journal.location(home))
    assert entry.record == journal.PublishedRun(place=PLACE, run_id=run.name, seal=seal.read(run).id, lens="area")


def test_the_last_line_of_each_audience_names_the_run_that_it_is_shown(tmp_path):
    """Config A, B and A again: the last line says A, for readers inside the force and outside it."""
    home = town(tmp_path)
    for seed in (1, 2, 1, 1):
        change(home / "config" / "scheme.yaml", seed=seed, draws=400)
        done = CliRunner().invoke(app, ["run", TOWN, "--project", str(home)])
        assert done.exit_code == 0, done.output
    entries = journal.every_entry(journal.location(home))
    assert len(entries) == 2 * 3, "the fourth run changed nothing"
    for audience in editions.POINTERS:
        last = journal.last_published(entries, audience)[TOWN].record
        assert last.run_id == editions.published_id(home, TOWN, audience)
        assert runs.manifest_of(home, last.run_id)["audience"] == audience


def test_an_honest_run_comes_out_again(home):
    assert rebuilt(home, folders(home)[0].name) > 20


@pytest.mark.parametrize("part", [0, 1], ids=["run", "snapshot"])
def test_a_file_laid_beside_the_sealed_ones_is_named(home, part):
    (folders(home)[part] / "notes.txt").write_text("an idea")
    with pytest.raises(SealBroken, match=r"holds files that its seal does not know: notes.txt"):
        seals.verify(home, PLACE)


def test_a_sealed_file_may_not_be_a_link_to_another(home, tmp_path):
    path = folders(home)[0] / "facts.json"
    path.rename(tmp_path / "facts.json")
    path.symlink_to(tmp_path / "facts.json")
    with pytest.raises(SealBroken, match=r"facts.json is gone"):
        editions.published(home, PLACE)


def test_a_pointer_does_not_leave_the_folder(home):
    run = folders(home)[0]
    outside = home / "elsewhere" / run.name
    shutil.copytree(run, outside)
    sealed = seal.read(run).id
    for named in (f"../../elsewhere/{run.name}", str(outside), f"other-{run.name[-12:]}", f"{PLACE}-../../x"):
        (runs.home(home) / f"{PLACE}.CURRENT").write_text(f"{named} {sealed} area\n")
        with pytest.raises(HarmModelError, match="names no run of tiny"):
            editions.published(home, PLACE)
    with pytest.raises(RunMissing, match="No run"):
        runs.load_run(home, PLACE, f"../../elsewhere/{run.name}")


def test_a_made_up_validation_is_not_believed(home):
    run = folders(home)[0]
    (run / "validation-0123456789ab.json").write_text(json.dumps({"verdict": ["It works."], "rows": []}))
    with pytest.raises(SealBroken, match="cannot be read as a result"):
        results.read(run, "validation")
    with pytest.raises(SealBroken, match="cannot be read as a result"):
        seals.verify(home, PLACE)


def test_what_was_made_without_a_seal_is_listed_and_not_shown(home):
    run, snapshot = folders(home)
    (run / seal.FILE).unlink()
    (snapshot.parent / "tiny-aaaaaaaaaaaa.duckdb").write_bytes(b"made before")
    with pytest.raises(SealBroken, match="is unsealed"):
        editions.published(home, PLACE)
    (runs.home(home) / f"{PLACE}.CURRENT").write_text(f"{run.name}\n")
    with pytest.raises(RunMissing, match="is unsealed"):
        editions.published(home, PLACE)
    assert runs.finished(home) == []
    (runs.home(home) / f"{PLACE}.CURRENT").unlink()
    assert seals.findings(home, "another place") == []
    listed = " ".join(seals.findings(home))
    assert f"unsealed: data/runs/{run.name}" in listed
    assert "unsealed: data/snapshots/tiny-aaaaaaaaaaaa.duckdb" in listed
    pipeline.run(home, PLACE)
    assert seals.verify(home, PLACE).published == PLACE


def test_a_folder_with_a_pattern_for_a_name_reads_its_own_files(tmp_path):
    """The database takes a path as a pattern: ``q[1]`` would be hashed and its neighbour ``q1`` read."""
    other = tiny.tiny_project(tmp_path / "q1", tiny.OFFENCES.replace("ROBBERY", "SHOOTING"))
    own = tiny.tiny_project(tmp_path / "q[1]")
    pipeline.run(other, PLACE)
    run = runs.load_run(own, PLACE, pipeline.run(own, PLACE))
    events = run.indicators.groupby("indicator")["events"].sum()
    assert (events["robbery"], events["shooting"]) == (3, 1)
