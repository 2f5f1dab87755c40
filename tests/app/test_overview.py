"""Every page starts, and the Overview says what matters now."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from harmmodel.app.charts import changes as contrast_charts
from harmmodel.app.charts import rows
from harmmodel.app.charts.drawing import Box, place_labels
from harmmodel.views import corners as corner_words
from harmmodel.views.overview import page as overview_page
from harmmodel.views.overview import reconciliation
from harmmodel.warehouse.store import editions, runs
from tests.app.conftest import PAGES, OpenPage, is_titled, texts
from tests.conftest import Project


@pytest.mark.parametrize("name", PAGES)
def test_every_page_asks_a_question_and_shows_no_fault(open_page: OpenPage, name: str):
    page = open_page(name)
    assert not page.exception
    assert not page.error
    assert is_titled(page, name)


def test_the_answer_counts_the_areas_in_focus(open_page: OpenPage, project: Project):
    focus = editions.published(project.path, project.place).scores["tier"].eq("focus").sum()
    said = {4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight"}[int(focus)]
    assert f"**{said} areas are in focus:**" in texts(open_page("overview"))


def test_the_lead_gives_the_whole_rule_of_focus_and_who_decides(open_page: OpenPage):
    said = texts(open_page("overview"))
    for part in (
        "at least 80% of draws",
        "also without police-contact indicators",
        "on violence alone where violence drives the score",
        "highest score for recorded harm",
        "The tool proposes; a person decides.",
        "data to 31 Jul 2018",
    ):
        assert part in said
    assert " sure" not in said.split("What to do")[0].replace("how sure", "")


def test_the_line_is_drawn_only_where_it_parts_the_corners(project: Project):
    frame = _corners(project)
    line = corner_words.between(frame)
    assert line is not None
    assert (frame["score"] > line).equals(frame["high"])
    mixed = frame.assign(high=[n % 2 == 0 for n in range(len(frame))])
    assert corner_words.between(mixed) is None
    assert "interleave" in corner_words.line_words(mixed)
    dashes = [
        drawn.count("strokeDash") for drawn in (str(contrast_charts.four_corners(f).to_dict()) for f in (frame, mixed))
    ]
    assert dashes[0] == dashes[1] + 1


def test_points_of_the_picture_stand_where_the_lists_say(project: Project):
    frame = _corners(project).set_index("label")
    assert (frame.loc[frame["corner"].isin(corner_words.UPPER), "high"]).all()
    assert (frame.loc[frame["corner"] == "release", "level"] == "over").all()
    for label, row in frame.iterrows():
        confirmed = row["tier"] == "focus" or not row["high"]
        assert row["advice"] == (row["corner"] if confirmed else f"if confirmed, {row['corner']}"), label
        assert row["said"].endswith(row["advice"])
    assert frame.loc["Austin", "corner"] != "release"


def test_release_says_what_is_released_and_what_baseline_means(project: Project):
    release = next(one for one in overview_page.overview(_run(project)).actions if one.key == "release")
    assert release.heading.startswith("Release part of the drug enforcement")
    assert "not the violence work" in release.summary
    assert "not clearly among the highest tenth, not low harm" in release.summary
    assert all("drug arrests" in line.text for line in release.lines)


def test_contested_areas_are_advised_only_if_confirmed(project: Project):
    contested = overview_page.overview(_run(project)).actions[1]
    assert "If confirmed, move attention here: " in contested.summary
    assert all("of draws" in line.text for line in contested.lines)


def test_violence_alone_is_said_where_another_pillar_drives_a_focus_area(project: Project):
    run = _run(project)
    scores = run.scores.assign(driver=run.scores["driver"].mask(run.scores["label"] == "West Englewood", "corruption"))
    lines = {line.label: line.text for line in overview_page.overview(replace(run, scores=scores)).actions[0].lines}
    assert "violence alone" in lines["West Englewood"]
    assert "violence alone" not in lines["North Lawndale"]


def test_moves_are_named_by_the_rule_of_the_caption(project: Project):
    changes = overview_page.overview(_run(project)).changes
    assert changes is not None
    assert {"Pullman", "Mount Greenwood"}.isdisjoint(changes.frame["row"])
    assert "Pullman" in changes.note
    assert "also without police-contact indicators" in changes.how_to_read


def test_every_row_of_the_raw_files_has_one_fate(project: Project):
    run = _run(project)
    result = overview_page.overview(run)
    table = result.reconciliation.frame
    assert (table[list(reconciliation.FATES.values())].sum(axis=1) == table["Rows"]).all()
    assert table["Rows"].iloc[-1] == run.reconciliation["rows"].sum()
    said = result.data_notes[-1]
    assert f"{run.reconciliation['rejected'].sum()} rejected" in said
    assert "outside the period" in said
    assert "left out" not in said


def test_overlaps_are_said_under_the_ranking(open_page: OpenPage):
    assert "overlap: read" in texts(open_page("overview"))


def test_without_a_run_the_reader_learns_how_to_make_one(open_page: OpenPage, tmp_path: Path):
    page = open_page("overview", home=tmp_path)
    assert not page.exception
    assert page.title[0].value == "No run yet"
    assert "`harmmodel run chicago`" in page.markdown[-1].value


def test_a_broken_run_is_told_without_a_traceback(open_page: OpenPage, tmp_path: Path):
    home = tmp_path / "data" / "runs"
    home.mkdir(parents=True)
    (home / "chicago.CURRENT").write_text(f"chicago-0123456789ab {'0' * 64} area\n", "utf-8")
    page = open_page("overview", home=tmp_path)
    assert not page.exception
    assert "`harmmodel run chicago`" in texts(page)


def test_a_place_with_one_pillar_still_has_a_page(open_page: OpenPage, tiny: Path):
    page = open_page("overview", home=tiny)
    assert not page.exception
    assert page.title[0].value == "What matters now?"
    assert "stand by their only scored pillar: violence" in texts(page)


def test_charts_keep_ranks_ratios_and_scores_on_their_fixed_scales(project: Project):
    run = editions.published(project.path, project.place)
    result = overview_page.overview(run)
    drawn = rows.interval_rows(result.harm.frame, rows.Axis(result.axis_title, 0, 100)).to_dict()
    assert _domains(drawn, "x") == {(0, 100)}
    assert _domains(contrast_charts.moves(result.changes.frame, len(run.units)).to_dict(), "x") == {(len(run.units), 1)}
    across = _domains(contrast_charts.four_corners(result.corners.frame).to_dict(), "x")
    assert len(across) == 1
    assert min(across)[0] == 1 / 8


def test_every_area_in_focus_is_named_among_the_corners(project: Project):
    result = overview_page.overview(editions.published(project.path, project.place))
    drawn = str(contrast_charts.four_corners(result.corners.frame).to_dict())
    focus = result.corners.frame.query("tier == 'focus'")["label"]
    named = {label for label in focus if drawn.count(label) > 1}  # once among all points, again as text
    assert named == set(focus)


def test_no_label_lies_on_another_or_on_a_point():
    points = [(50.0, 50.0), (54.0, 52.0), (58.0, 50.0), (200.0, 90.0)]
    area = Box(0, 0, 300, 100)
    labels = place_labels(points, dict.fromkeys(range(4), "A name of length"), area=area)
    assert labels
    assert labels[0].index == 0
    assert {label.index for label in labels} <= set(range(4))
    spots = {(points[x.index][0] + x.dx, points[x.index][1] + x.dy) for x in labels}
    assert len(spots) == len(labels)


def _run(project: Project) -> runs.AreaRun:
    return editions.published(project.path, project.place)


def _corners(project: Project) -> pd.DataFrame:
    picture = overview_page.overview(_run(project)).corners
    assert picture is not None
    return picture.frame


def _domains(spec: dict[str, object], channel: str) -> set[tuple[float, ...]]:
    layers = spec["layer"]
    assert isinstance(layers, list)
    scales = [layer["encoding"].get(channel, {}).get("scale", {}) for layer in layers]
    return {tuple(scale["domain"]) for scale in scales if "domain" in scale}
