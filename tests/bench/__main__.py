"""``make bench``: measure, print the ratios as a table, keep everything as JSON in build/bench.json."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from harmmodel.views.simulator import results
from tests.bench import deterrence, linked, load, pages, score
from tests.bench.measure import measured, side_by_side
from tests.work import keep_work

ROOT = load.ROOT
FOLDER = ROOT / "build" / "bench"
GROWTH_ROWS = (1, 10, 64)  # times the 156,385 shipped rows; 64 times is ten million
GROWTH_UNITS = ((77, 10_000), (1_000, 10_000), (10_000, 2_000), (30_000, 2_000))


def main() -> None:
    """Run every measurement; a word on the command line, the name of a part, runs that part alone."""
    parts = set(sys.argv[1:]) or {"load", "score", "linked", "simulator", "pages"}
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    if "load" in parts:
        rows += list(of_load())
    if "score" in parts:
        rows += list(of_score())
    if "linked" in parts:
        rows += list(of_linked())
    if "simulator" in parts:
        rows += list(of_simulator())
    if "pages" in parts:
        rows += list(pages.rows(ROOT, FOLDER))
    (ROOT / "build" / "bench.json").write_text(json.dumps({"cores": os.cpu_count(), "rows": rows}, indent=1), "utf-8")
    show(rows)


def said(name: str, against: str, found: dict[str, Any], goal: str = "") -> dict[str, Any]:
    """Note one measurement and say on standard error that it is done."""
    print(f"{name}: done", file=sys.stderr)
    return {"what": name, "against": against, "goal": goal, **found}


def of_load() -> Any:
    """Measure the load of the large file, its growth, hashing, geocoding and the indicator counts."""
    for copies in GROWTH_ROWS:
        path = load.make_file(FOLDER, copies)
        found = side_by_side(load.ours, load.theirs, path, times=2 if copies > 10 else 3)
        yield said(f"load {copies * 156_385:,} rows of CSV", "DuckDB's own load", found, "≤ 1.5")
    yield said("SHA-256 of that file", "", measured(load.hashing, path))
    yield said("every point of that file to an area", "", measured(load.geocoding, load.make_file(FOLDER, 10)))
    snapshot = score.published_snapshot(ROOT)
    found = side_by_side(load.indicator_queries, load.single_pass, snapshot)
    yield said("all indicators from the cube", "one query by hand over the same cube", found, "≤ 1.5")
    for other in GROWTH_ROWS:
        (FOLDER / f"crimes_{other}.csv").unlink(missing_ok=True)


def of_score() -> Any:
    """Measure ranks, intervals, draws and whole scorings."""
    size = (1_000, score.DRAWS)
    yield said("ranks and intervals, 1,000 areas × 10,000 draws", "one numpy.argsort",
               side_by_side(score.ranks_and_intervals, score.one_argsort, *size), "≤ 4")  # fmt: skip
    for other in (score.scikit_criteria, score.pymcdm):
        yield said("the same", other.__name__, side_by_side(score.ranks_and_intervals, other, *size, times=1))
    yield said("rate draws, 1,000 × 10,000", "bare gamma sampling",
               side_by_side(score.keyed_draws, score.bare_gamma, *size), "≤ 2")  # fmt: skip
    for units in (77, 1_000, 30_000):
        found = measured(score.joint_rates, units, 20)
        yield said(f"joint rates, {units:,} areas × 20 classes", "", found, "≤ 3 s" if units == 1_000 else "")
    for units, draws in GROWTH_UNITS:
        found = measured(score.whole_scoring, units, draws)
        found["seconds"] = found["parts"]["seconds"]
        yield said(
            f"score {units:,} areas × 20 classes × {draws:,} draws",
            "",
            found,
            "peak ≤ 1,024 MiB" if units == 1_000 else "",
        )


def of_linked() -> Any:
    """Measure how linking records and events grows: 20 times the rows in 20 cities, and in one."""
    work_tables = FOLDER / "work.duckdb"
    work_tables.unlink(missing_ok=True)
    keep_work(ROOT, "chicago", work_tables)
    once = measured(linked.beside, work_tables, 1)
    yield said("linked pairs, the shipped rows", "", once)
    for name, work in (
        ("in 20 cities side by side", linked.beside),
        ("in one city, so 400 times the pairs", linked.denser),
    ):
        found = measured(work, work_tables, 20)
        ratio = found["seconds"] / once["seconds"]
        yield said(
            f"20 times the rows {name}",
            "the shipped rows",
            found | dict.fromkeys(("ratio", "lowest", "highest"), ratio),
        )
    work_tables.unlink()  # it holds single records


def of_simulator() -> Any:
    """Measure the simulator's sweep as it ships, with everything switched on, and one setting of the page."""
    goal = "seconds ≤ 10"
    yield said("simulator: sweep of 9,000 runs", "", measured(deterrence.sweep, ROOT), goal)
    yield said("the same, everything on", "", measured(deterrence.sweep, ROOT, *results.SWITCHES), goal)
    yield said("simulator: one setting of the page", "", measured(deterrence.one_setting, ROOT), "seconds ≤ 0.5")


def show(rows: list[dict[str, Any]]) -> None:
    """Print the measurements as one table."""
    table = Table("What", "Against", "Ratio", "Range", "Goal", "Seconds", "Peak MiB")
    for row in rows:
        ratio = f"{row['ratio']:.2f}" if "ratio" in row else ""
        spread = f"{row['lowest']:.2f} to {row['highest']:.2f}" if "ratio" in row else ""
        if row["parts"].keys() == {"first draw", "warm"}:
            spread = f"first draw {row['parts']['first draw']:.2f}"
        seconds, peak = row.get("ours_seconds", row.get("seconds")), row.get("ours_peak_mib", row.get("peak_mib"))
        table.add_row(
            row["what"], row["against"], ratio, spread, row["goal"], f"{seconds:.2f}", f"{peak:,.0f}" if peak else ""
        )
    Console(width=170).print(table)


if __name__ == "__main__":
    main()
