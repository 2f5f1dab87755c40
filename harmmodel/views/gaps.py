"""What is known to be missing or to differ in the files: each source's gaps, and the indicators that they touch."""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

from harmmodel.config import Passport
from harmmodel.config.feeds import FEEDS
from harmmodel.views import source, words
from harmmodel.views.blocks import Step, Table
from harmmodel.warehouse.store.runs import StoredRun

TITLE = "Known gaps of the sources"
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")
SHORT = 150  # characters of a gap on paper


def sentences(text: str) -> tuple[str, ...]:
    """Return a text one sentence at a time.

    >>> sentences("Winter months only. 2014 is partial.")
    ('Winter months only.', '2014 is partial.')
    """
    return tuple(SENTENCE.split(" ".join(text.split())))


def touched(run: StoredRun, passport: Passport) -> list[str]:
    """Return the indicators that count classes of a source, by id; none where it is counted in no indicator.

    What a file of reference touches depends on core SQL, so nobody says it here: it may be all.
    """
    classes = {class_ for class_, name in run.place.classes.items() if name == passport.id}
    named = [name for name in run.place.indicators if name in run.config.indicators]
    return [name for name in named if classes & {*run.config.indicators[name].count.classes}]


def of_indicator(run: StoredRun, indicator: str) -> Table:
    """Return the gaps of the sources that an indicator counts, to read and to download."""
    counted = [passport for passport in run.config.passports.values() if indicator in touched(run, passport)]
    rows = frame(run, counted).drop(columns="Touches")
    heading = f"Known gaps of what it counts: {words.how_many(len(rows), 'source', 'sources')}"
    return _table(run, rows, heading, f"{run.place.id}-{indicator}-known-gaps.csv")


def frame(run: StoredRun, only: Collection[Passport] | None = None) -> pd.DataFrame:
    """Return one row per source with its gaps and what they touch, those that are counted first (plain text)."""
    chosen = run.config.passports.values() if only is None else only
    passports = sorted(chosen, key=lambda p: (p.use != "scored", p.id))
    return pd.DataFrame(
        {
            "Source": [passport.title for passport in passports],
            "Touches": [_touches(run, passport) for passport in passports],
            "Known gaps": [" ".join(passport.known_gaps.split()) for passport in passports],
        }
    )


def table(run: StoredRun) -> Table:
    """Return the gaps of every source, to read and to download."""
    rows = frame(run)
    heading = f"{TITLE}: {words.how_many(len(rows), 'source', 'sources')}"
    return _table(run, rows, heading, f"{run.place.id}-known-gaps.csv")


def _table(run: StoredRun, rows: pd.DataFrame, heading: str, file_name: str) -> Table:
    origin = source.origin(run, [""] * len(rows)).drop(columns="unit_id")
    return Table(heading, rows, file_name, f"{heading}, one row each", origin=origin)


def note(run: StoredRun) -> str:
    """Say how many sources tell of gaps and how many indicators these touch (Markdown)."""
    scored = [passport for passport in run.config.passports.values() if passport.use == "scored"]
    reached = {name for passport in scored for name in touched(run, passport)}
    many = words.capital(words.how_many(len(scored), "source that is counted", "sources that are counted"))
    told = "tells" if len(scored) == 1 else "tell"
    of_those = f", which touch {len(reached)} of {len(run.place.indicators)} indicators" if reached else ""
    return f"{many} {told} of known gaps{of_those}; see {TITLE.lower()}."


def on_paper(run: StoredRun) -> tuple[str, ...]:
    """Say of each source that is counted what its first gap is and what it touches, then how many more there are.

    Markdown; empty where nothing is counted.
    """
    scored = [passport for _, passport in sorted(run.config.passports.items()) if passport.use == "scored"]
    told = [f"{words.plain_markdown(p.title)} ({_count(run, p)}): {words.plain_markdown(_first(p))}" for p in scored]
    more = sum(len(sentences(p.known_gaps)) - 1 for p in scored)
    rest = [f"{words.capital(words.how_many(more, 'more is', 'more are'))} in the app."] if more else []
    return (*told, *rest)


def step(run: StoredRun, number: str = "") -> Step:
    """Return the last step of an explanation: the gaps of every source that is counted."""
    scored = [passport for passport in run.config.passports.values() if passport.use == "scored"]
    text = "What the publishers or those who loaded the files know to be missing, or to differ over time."
    return Step(f"{number}{TITLE}", text, frame(run, scored), TITLE)


def _first(passport: Passport) -> str:
    """Return the first gap, cut at a word where it is long."""
    first, *_ = sentences(passport.known_gaps)
    if len(first) > SHORT:
        first = f"{first[:SHORT].rsplit(' ', 1)[0]} …"
    return first


def _count(run: StoredRun, passport: Passport) -> str:
    many = len(touched(run, passport))
    return f"touches {many} of {len(run.place.indicators)} indicators" if many else _touches(run, passport)


def _touches(run: StoredRun, passport: Passport) -> str:
    names = touched(run, passport)
    if names:
        return words.listing(run.config.indicators[name].label for name in names)
    if run.lens == "group" and passport.id in (run.place.groups.classes.values() if run.place.groups else ()):
        return "every indicator that is counted from events"
    if run.lens == "disparity" and run.config.disparity and passport.id == run.config.disparity.source:
        return "every figure of stops"
    if passport.use == "reference":
        return "what is joined to it, which may be all"
    if passport.use == "validation":
        return "validation alone"
    return f"nothing that is said of {FEEDS[run.lens].units}"
