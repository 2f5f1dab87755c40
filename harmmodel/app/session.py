"""What a page is about: the place in the URL and its published run, loaded once and pinned for the page."""

from __future__ import annotations

import os
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
from harmmodel.warehouse.store import runs
from harmmodel.warehouse.store.runs import AreaRun, StoredRun

PLACE = "place"
UNIT = "unit"
DISTRICT = "district"
PINNED = "pinned-run"
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
    return runs.places_with_runs(project())


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
    """Find out once which run the chosen place publishes: sidebar and page show that one, whatever is published since.

    Raises
    ------
    RunMissing
        If there is no finished run to show.
    """
    st.session_state.pop(PINNED, None)
    chosen = place()
    st.session_state[PINNED] = (chosen, runs.published_id(project(), chosen))


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
    run = shown()
    if isinstance(run, kind):
        return run
    raise WrongLens(_misfit(run, FEEDS[kind.lens]))


def _misfit(run: StoredRun, wanted: Feed) -> str:
    """Say why a place has none of what a page shows, and which place has."""
    fitting = [place_label(name) for name in places() if _lens(name) == wanted.lens]
    there = f". {words.listing(fitting)} {'has' if len(fitting) == 1 else 'have'} them" if fitting else ""
    own = FEEDS[run.lens]
    return own.misfit.format(label=run.place.label, units=own.units, wanted=wanted.units) + there


def _lens(name: str) -> str:
    try:
        return runs.lens_of(project(), name)
    except HarmModelError:
        return ""


def shown() -> StoredRun:
    """The pinned run, whatever was scored."""
    chosen = place()
    pinned = st.session_state.get(PINNED)
    if pinned is None or pinned[0] != chosen:
        return published(chosen)
    return _opened(project(), *pinned)


def periods(run: StoredRun) -> History:
    """All periods of the place that the method of *run* scored, read once for all readers until there are others."""
    return _periods(project(), run.place.id, run.run_id, tuple(runs.finished(project())))


def published(name: str) -> StoredRun:
    """The run that place *name* publishes now, opened once for all readers."""
    return _opened(project(), name, runs.published_id(project(), name))


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
