"""The one-page briefing as a file of its own: light, printable on A4, no script, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from importlib.resources import files

from harmmodel.report.html import (
    NOTHING,
    Html,
    document,
    element,
    four_corners,
    interval_bar,
    joined,
    markup,
    text,
    void,
)
from harmmodel.views.blocks import ActionLine, ActionList, Picture
from harmmodel.views.overview.briefing import Briefing, short_name

ROOM = 4500  # characters on a sheet in the usual size of letters, with some to spare
TAG = re.compile(r"<[^<>]*>")
# Should a browser ever find something to fetch or to run in it, it is told not to.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
COLUMNS = (
    ("Rank", "number"),
    ("Range", "number"),
    ("Area", ""),
    ("Score, 0 to 100", ""),
    ("", "number"),
    ("Interval", "number"),
    ("Ratio", "number"),
    ("Corner", ""),
    ("Driver: who leads", ""),
)


def as_html(page: Briefing) -> Html:
    """Return the whole file."""
    style = files("harmmodel.report").joinpath("style.css").read_text("utf-8")
    head = [
        void("meta", {"charset": "utf-8"}),
        void("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
        void("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("title", text(page.title)),
    ]
    parts = [_head(page), _picture_and_actions(page), _focus(page.focus), _changes_and_limits(page), _foot(page)]
    main = element("main", joined(parts, "\n"))
    is_tall = is_crowded(main) or not page.has_corners  # a ranking stands higher than the corners do
    return document(head, element("body", main, {"class": "dense" if is_tall else "usual"}), style)


def is_crowded(main: str) -> bool:
    """Say whether so much is said that the usual letters would not fit one sheet."""
    return len(TAG.sub("", main)) > ROOM


def _head(page: Briefing) -> Html:
    kicker = element("p", markup(page.kicker), {"class": "kicker"})
    lead = element("p", markup(page.answer), {"class": "lead"})
    return element("header", joined([kicker, element("h1", text(page.question)), lead]))


def _picture_and_actions(page: Briefing) -> Html:
    picture = page.picture
    caption = element("p", markup(picture.how_to_read), {"class": "caption"})
    drawn = four_corners(picture.frame, picture.alt) if page.has_corners else _ranking(picture)
    note = element("figcaption", markup(picture.note))
    left = element("figure", joined([element("h2", text(picture.title)), caption, drawn, note]))
    decided = joined([element("h2", text("Decisions")), element("p", markup(page.decided))])
    person = element("p", text(page.person), {"class": "person"})
    right = element("div", joined([*map(_action, page.actions), decided, person]))
    return element("section", joined([left, right]), {"class": "two"})


def _ranking(picture: Picture) -> Html:
    rows = []
    for row in picture.frame.to_dict("records"):
        parts = (
            (text(short_name(row["row"])), "name"),
            (interval_bar(_ends(row)), ""),
            (element("b", text(row["figure"])), "number"),
            (text(row["detail"]), "number soft"),
        )
        rows.append(element("tr", joined(element("td", content, {"class": kind}) for content, kind in parts)))
    return element("table", element("tbody", joined(rows)))


def _ends(row: Mapping[Hashable, object]) -> dict[str, float]:
    return {name: float(str(row[name])) for name in ("value", "low", "high", "q25", "q75")}


def _action(actions: ActionList) -> Html:
    lines = joined(map(_told, actions.lines))
    summary = element("p", markup(actions.summary), {"class": "caption"}) if actions.summary else NOTHING
    return joined([element("h2", markup(actions.heading)), summary, element("ul", lines) if lines else NOTHING])


def _told(line: ActionLine) -> Html:
    return element("li", joined([element("b", text(short_name(line.label))), text(" "), markup(line.text)]))


def _focus(picture: Picture) -> Html:
    title = element("h2", text(picture.title))
    if picture.frame.empty:
        return element("section", joined([title, element("p", text("No area is sure enough to be in focus."))]))
    head = joined(element("th", text(name), {"scope": "col", "class": kind}) for name, kind in COLUMNS)
    rows = joined(element("tr", _cells(row)) for row in picture.frame.to_dict("records"))
    table = element("table", joined([element("thead", element("tr", head)), element("tbody", rows)]))
    caption = element("p", markup(picture.how_to_read), {"class": "caption"})
    note = element("p", markup(picture.note), {"class": "caption"})
    return element("section", joined([title, caption, table, note]))


def _cells(row: Mapping[Hashable, object]) -> Html:
    cells = (
        (text(row["rank"]), "number"),
        (text(row["range"]), "number soft"),
        (text(row["area"]), "name"),
        (interval_bar(_ends(row)), ""),
        (element("b", text(row["figure"])), "number"),
        (text(row["detail"]), "number soft"),
        (text(row["ratio"]), "number"),
        (text(row["corner"]), ""),
        (markup(str(row["lead"])), ""),
    )
    return joined(element("td", content, {"class": kind}) for content, kind in cells)


def _changes_and_limits(page: Briefing) -> Html:
    changes = joined(element("p", markup(sentence)) for sentence in page.changes)
    left = element("div", joined([element("h2", text("What changes against an arrests ranking")), changes]))
    limits = joined(element("li", markup(sentence)) for sentence in page.limits)
    right = element("div", joined([element("h2", text("What this page cannot show")), element("ul", limits)]))
    return joined([element("section", joined([left, right]), {"class": "two even"}), _gaps(page)])


def _gaps(page: Briefing) -> Html:
    """Run all gaps on in one paragraph: a list of them would need a second sheet."""
    if not page.gaps:
        return NOTHING
    told = joined([element("b", text("Known gaps of the sources. ")), markup(" ".join(page.gaps))])
    return element("p", told, {"class": "caption"})


def _foot(page: Briefing) -> Html:
    pairs = joined(element("div", joined([element("dt", text(n)), element("dd", text(v))])) for n, v in page.origin)
    return element("section", element("dl", pairs))
