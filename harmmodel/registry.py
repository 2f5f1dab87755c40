"""The lenses, one entry each: what a place must feed, how it is judged, kept, shown, explained and validated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmmodel.assembly import areas, disparity, groups, linked
from harmmodel.audit import readiness
from harmmodel.audit.validation import distilled
from harmmodel.config import Config, load_config
from harmmodel.config.feeds import FEEDS, Feed, fed
from harmmodel.errors import UnknownUnit, WrongLens
from harmmodel.views.activities import explain as activities_explain
from harmmodel.views.activities import table as activities_table
from harmmodel.views.areas import explain as areas_explain
from harmmodel.views.blocks import Explanation
from harmmodel.views.disparity import tables as disparity_tables
from harmmodel.views.export import Export
from harmmodel.views.groups import explain as groups_explain
from harmmodel.warehouse.entered.entries import EnteredRecords
from harmmodel.warehouse.load.distil import NOTHING, Distillation, together
from harmmodel.warehouse.read.disparity import DisparityRun
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.warehouse.store import editions, runs
from harmmodel.warehouse.store.results import Document
from harmmodel.warehouse.store.runs import AreaRun, RunContent, StoredRun
from harmmodel.warehouse.store.snapshots import OpenSnapshot

Say = Callable[[str], None]
Explain = Callable[[Any, str], Explanation]
Judge = Callable[[OpenSnapshot, Config, str, EnteredRecords], RunContent]


def _always(config: Config, entered: EnteredRecords) -> tuple[str, ...]:
    """Name nothing besides config, data and code on which the figures depend."""
    return ()


def _but_entries(judge: Callable[[OpenSnapshot, Config, str], RunContent]) -> Judge:
    """Return a judge that does not read what people entered."""
    return lambda snapshot, config, audience, entered: judge(snapshot, config, audience)


def _nothing(config: Config) -> Distillation:
    """Count nothing from single records: the core tables are all that is read."""
    return NOTHING


def _validated(project: Path, place: str, say: Say) -> Document:
    """Validate areas; scikit-learn is loaded only now, since nothing else needs it."""
    from harmmodel.audit.validation import verdict

    return verdict.validate(project, place, say)


@dataclass(frozen=True)
class Lens:
    """One lens.

    Attributes
    ----------
    feed : what a place must feed, from config
    run : the type of its finished runs, which names the frames that are kept
    judge : from an open snapshot, the config, an audience and what people entered to everything a run keeps
    export : a run as one row per unit with the run's origin, for every format
    is_ranking : whether the rows are an order of units by harm, which ``show`` prints
    explain : a run and a unit's id or name to the path of its figures; raises UnknownUnit
    findings : what ``check`` says of a place besides what it says of all
    distil : what is counted from single records while a snapshot is made; the snapshot keeps only counts
    moment : what, besides config, data and code, decides the figures, what people entered among it: part of the run's
        id, so that what one lens alone reads changes no other's run
    validate : compares its order with what came later; None where nothing does yet
    """

    feed: Feed
    run: type[StoredRun]
    judge: Judge
    export: Callable[[Any], Export]
    findings: Callable[[Path, Config], list[str]]
    is_ranking: bool = True
    explain: Explain | None = None
    distil: Callable[[Config], Distillation] = _nothing
    moment: Callable[[Config, EnteredRecords], tuple[str, ...]] = _always
    validate: Callable[[Path, str, Say], Document] | None = None


LENSES = {
    lens.feed.lens: lens
    for lens in (
        Lens(
            feed=FEEDS["area"],
            run=AreaRun,
            judge=_but_entries(areas.judge),
            export=areas_explain.ranking_export,
            explain=areas_explain.explain,
            findings=readiness.area_findings,
            distil=distilled.distil,
            validate=_validated,
        ),
        Lens(  # kept in the run of the areas beside which activities are judged
            feed=FEEDS["activity"],
            run=AreaRun,
            judge=_but_entries(areas.judge),
            export=activities_table.ranking_export,
            explain=activities_explain.explain,
            findings=readiness.no_findings,
            distil=linked.distil,
        ),
        Lens(
            feed=FEEDS["group"],
            run=GroupRun,
            judge=groups.judge,
            export=groups_explain.ranking_export,
            explain=groups_explain.explain,
            findings=readiness.group_findings,
            distil=groups.distil,
            moment=groups.moment,
        ),
        Lens(
            feed=FEEDS["disparity"],
            run=DisparityRun,
            judge=_but_entries(disparity.judge),
            export=disparity_tables.long_export,
            is_ranking=False,
            findings=readiness.disparity_findings,
        ),
    )
}


def lenses_of(config: Config) -> tuple[Lens, ...]:
    """Return the lenses that a place feeds; there may be several."""
    return tuple(LENSES[lens] for lens in fed(config))


def judging(config: Config) -> tuple[Lens, ...]:
    """Return the lenses that a place feeds and that have a run of their own."""
    return tuple(lens for lens in lenses_of(config) if lens.run.lens == lens.feed.lens)


def distillation(config: Config) -> Distillation:
    """Return what the lenses that a place feeds count from single records while its snapshot is made."""
    return together([lens.distil(config) for lens in lenses_of(config)])


def _quiet(_: str) -> None:
    """Say nothing."""


def findings(project: Path, place: str, say: Say = _quiet) -> list[str]:
    """Return what ``harmmodel check`` finds at a place, one line each; its faults raise one error that tells all."""
    config = load_config(project, place)
    found = readiness.findings(project, config, say, distillation(config))
    return [*found, *_feeds(config), *(line for lens in lenses_of(config) for line in lens.findings(project, config))]


def _feeds(config: Config) -> list[str]:
    """Say which lenses a place feeds, and what each of the others needs."""
    name, own = config.place.id, fed(config)
    lines = [f"{name}: feeds {', '.join(FEEDS[lens].units for lens in own)}"]
    for lens, feed in FEEDS.items():
        if lens not in own:
            lines.append(f"{name}: feeds no {feed.units}: needs {', '.join(feed.lacking(config))}")
    return lines


def load_run(project: Path, place: str, run_id: str) -> StoredRun:
    """Read a finished run, whatever lens made it."""
    return LENSES[runs.lens_of_run(project, run_id)].run.load(project, place, run_id)


def published(project: Path, place: str, lens: str | None = None) -> StoredRun:
    """Return the published run of *place*, of a lens or of the first that it feeds."""
    return load_run(project, place, editions.published_id(project, place, lens=lens and LENSES[lens].run.lens))


def ranking(project: Path, place: str, lens: str | None, audience: str = runs.INTERNAL) -> tuple[Lens, StoredRun]:
    """Return a lens, the first that the place feeds where none is named, with the published run that holds its order.

    Raises
    ------
    WrongLens
        When nothing of that lens is published, or its lens orders nothing.
    """
    shown = editions.edition(project, place, audience)
    asked = LENSES[lens or shown.first]
    run = asked.run.load(project, place, shown.of(asked.run.lens))
    if not asked.is_ranking:
        raise WrongLens(
            f"{place} holds enforcement records alone, so nothing is scored. Run instead: "
            f"{asked.feed.command.format(place=place)}"
        )
    return asked, run


def validation(project: Path, place: str, say: Say) -> Document:
    """Compare the order of a place with what came later.

    Raises
    ------
    WrongLens
        When nothing compares the order of any lens of it yet.
    """
    shown = editions.edition(project, place)
    for lens in LENSES.values():
        if lens.validate is not None and lens.run.lens in shown.results:
            return lens.validate(project, place, say)
    units = " and ".join(FEEDS[lens].units for lens in shown.results)
    raise WrongLens(
        f"{place} cannot be validated, because only an order of areas is compared with what came later, and it feeds "
        f"{units} alone. harmmodel check {place} says what areas would need"
    )


def explained(project: Path, place: str, unit: str) -> Explanation:
    """Return how the figures of *unit* come about, by the one lens of the place that knows a unit of that name.

    Parameters
    ----------
    unit : id or name, or both lens and id, as ``group:cjng``

    Raises
    ------
    UnknownUnit
        When none knows it, or several do; it says how to ask.
    WrongLens
        When no lens of the place explains units.
    """
    named, _, rest = unit.partition(":")
    only, asked_for = (named, rest) if rest and named in LENSES else (None, unit)
    shown = editions.edition(project, place)
    loaded = {lens: load_run(project, place, run_id) for lens, run_id in shown.results.items()}
    found, faults, able = [], [], []
    for name, lens in LENSES.items():
        run = loaded.get(lens.run.lens)
        if lens.explain is None or run is None or lens not in lenses_of(run.config) or only not in (None, name):
            continue
        able.append(lens.feed)
        try:
            found.append((name, lens.explain(run, asked_for)))
        except UnknownUnit as error:
            faults.append(str(error))
    if len(found) == 1:
        return found[0][1]
    if found:
        ways = " or ".join(f"harmmodel explain {place} {name}:{asked_for}" for name, _ in found)
        raise UnknownUnit(f"{unit} is a unit of several lenses of {place}. Ask for one of them: {ways}")
    if not able:
        raise WrongLens(f"no unit of {place} is explained: it feeds {', '.join(FEEDS[k].units for k in shown.results)}")
    others = "".join(f" (for {feed.units}: {feed.command.format(place=place)})" for feed in able[1:])
    raise UnknownUnit(f"{faults[0]}{others}")
