"""What a page is about: the place in the URL and its published edition, loaded once and pinned for the page."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import streamlit as st
from streamlit import runtime

from harmmodel import registry
from harmmodel.audit.history import history
from harmmodel.config.feeds import FEEDS, Feed
from harmmodel.errors import HarmModelError, PastTheDoor, RunMissing, WrongLens
from harmmodel.lenses.areas.whatif import Basis, Rescored
from harmmodel.views import words
from harmmodel.views.history import History
from harmmodel.views.whatif import page
from harmmodel.warehouse.read.disparity import DisparityRun
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.warehouse.store import editions, runs
from harmmodel.warehouse.store.editions import Edition
from harmmodel.warehouse.store.runs import AreaRun, StoredRun

PLACE = "place"
UNIT = "unit"
DISTRICT = "district"
PINNED = "pinned-edition"
PROJECT = "HARMMODEL_PROJECT"
DOOR = "HARMMODEL_DOOR"  # the process whose server stands behind the front door
Kind = TypeVar("Kind", bound=StoredRun)


def project() -> Path:
    """The folder that holds config/ and data/, from HARMMODEL_PROJECT or the working directory.

    Raises
    ------
    PastTheDoor
        If Streamlit's own command serves the app, so that any page on the web could reach it.
    """
    # Not isinstance: a test of a page puts something else there that passes for one.
    is_served = runtime.exists() and type(runtime.get_instance()) is runtime.Runtime
    if is_served and os.environ.get(DOOR) != str(os.getpid()):
        raise PastTheDoor(
            "the app was started without its front door, which keeps other sites and programs out. "
            "Stop it and start: harmmodel app"
        )
    return Path(os.environ.get(PROJECT, ".")).resolve()


def places() -> list[str]:
    """Names of the places that have a published run."""
    return editions.places_with_runs(project())


def place() -> str:
    """The place this page is about: chosen in the sidebar, else named in the address, else the first with a run.

    Raises
    ------
    RunMissing
        If no place has a run.
    """
    known = places()
    if not known:
        raise RunMissing(f"no run yet in {project() / 'data' / 'runs'}. Build one: harmmodel run chicago")
    chosen = next((c for c in (st.session_state.get(PLACE), st.query_params.get(PLACE)) if c in known), known[0])
    if st.session_state.get(PLACE) != chosen:
        st.session_state[PLACE] = chosen
    if chosen != known[0]:
        st.query_params[PLACE] = chosen
    else:
        st.query_params.pop(PLACE, None)
    return chosen


def pin() -> None:
    """Find out once which edition the chosen place shows: sidebar and page stay with it, whatever is published since.

    Raises
    ------
    RunMissing
        If there is no finished run to show.
    """
    st.session_state.pop(PINNED, None)
    st.session_state[PINNED] = editions.edition(project(), place())


def edition() -> Edition:
    """The pinned edition, or the one that the place shows now where none was pinned."""
    chosen, pinned = place(), st.session_state.get(PINNED)
    return pinned if pinned is not None and pinned.place == chosen else editions.edition(project(), chosen)


def run() -> AreaRun:
    """The run of areas that was pinned when this page began to be drawn, opened once for all readers.

    Raises
    ------
    WrongLens
        If the chosen place is not one of areas.
    """
    return _shown_as(AreaRun)


def groups() -> GroupRun:
    """As `run`, for a place of groups."""
    return _shown_as(GroupRun)


def disparity() -> DisparityRun:
    """As `run`, for a place with records of stops."""
    return _shown_as(DisparityRun)


def _shown_as(kind: type[Kind]) -> Kind:
    shown = edition()
    run = _opened(project(), shown.place, shown.results[kind.lens]) if kind.lens in shown.results else None
    if not isinstance(run, kind):
        raise WrongLens(_misfit(shown, FEEDS[kind.lens]))
    return run


def _misfit(shown: Edition, wanted: Feed) -> str:
    """Say why a place has none of what a page shows, and which place has."""
    fitting = [place_label(name) for name in places() if wanted.lens in _lenses(name)]
    there = f". {words.listing(fitting)} {'has' if len(fitting) == 1 else 'have'} them" if fitting else ""
    units = words.listing(FEEDS[lens].units for lens in shown.results)
    why = ": enforcement never raises a harm score" if set(shown.results) == {"disparity"} else ""
    return f"{place_label(shown.place)} has no {wanted.units} to show, because it feeds {units} alone{why}{there}"


def _lenses(name: str) -> tuple[str, ...]:
    try:
        return tuple(editions.edition(project(), name).results)
    except HarmModelError:
        return ()


def fed() -> tuple[str, ...]:
    """Pin the edition for the page that begins to be drawn, and return the lenses of which it shows anything."""
    with suppress(HarmModelError):  # it is told once the page is drawn
        pin()
    return lenses()


def lenses() -> tuple[str, ...]:
    """The lenses of which the pinned edition shows anything; all where no run can be opened, which a page tells."""
    try:
        return tuple(lens.feed.lens for lens in registry.lenses_of(shown().config))
    except HarmModelError:
        return tuple(FEEDS)


def shown() -> StoredRun:
    """The first run of the pinned edition, whatever was scored."""
    pinned = edition()
    return _opened(project(), pinned.place, pinned.results[pinned.first])


def periods(run: StoredRun) -> History:
    """All periods of the place that the method of *run* scored, read once for all readers until there are others."""
    return _periods(project(), run.place.id, run.run_id, tuple(runs.finished(project())))


def published(name: str) -> StoredRun:
    """The first run that place *name* shows now, opened once for all readers."""
    return _opened(project(), name, editions.published_id(project(), name))


def place_label(name: str) -> str:
    """The name of a place as its run has it; its id where that run cannot be read, so that the others can be chosen."""
    try:
        return published(name).place.label
    except HarmModelError:
        return name


# A finished run never changes, so its id is enough to know whether it is open already.
@st.cache_resource(max_entries=8, show_spinner="Opening the published run")
def _opened(home: Path, name: str, run_id: str) -> StoredRun:
    return registry.load_run(home, name, run_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def _periods(home: Path, name: str, run_id: str, finished: tuple[str, ...]) -> History:
    return history(home, name, run_id)


def basis(shown: AreaRun, months: int = 0, per: str = "") -> Basis:
    """Counts and draws for What-if, drawn once for each window and exposure."""
    return _basis(shown, shown.run_id, months, per)


def unchanged(shown: AreaRun) -> Rescored:
    """The published settings on the draws that What-if uses."""
    return _unchanged(shown, shown.run_id)


# Ten windows and exposures of one run take about 90 MB; the oldest make room for a second one.
@st.cache_resource(max_entries=10, show_spinner=False)
def _basis(_shown: AreaRun, run_id: str, months: int, per: str) -> Basis:
    return page.basis(_shown, months, per)


@st.cache_resource(max_entries=10, show_spinner=False)
def _unchanged(_shown: AreaRun, run_id: str) -> Rescored:
    return page.unchanged(_shown)
