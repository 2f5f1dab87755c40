"""The one-page briefing as a file of its own: light, printable on A4, no script, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from importlib.resources import files

from harmmodel.report.html import element, four_corners, interval_bar, markup, text
from harmmodel.views.blocks import ActionList, Picture
from harmmodel.views.overview.briefing import Briefing, short_name

ROOM = 4500  # characters on a sheet in the usual size of letters, with some to spare
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


def as_html(page: Briefing) -> str:
    """Return the whole file."""
    style = files("harmmodel.report").joinpath("style.css").read_text("utf-8")
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{text(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        element("title", text(page.title)),
        f"<style>{style}</style>",
    ]
    parts = [_head(page), _picture_and_actions(page), _focus(page.focus), _changes_and_limits(page), _foot(page)]
    main = element("main", "\n".join(parts))
    body = element("body", main, {"class": "dense" if is_crowded(main) else "usual"})
    return f'<!DOCTYPE html>\n<html lang="en"><head>{"".join(head)}</head>\n{body}\n</html>\n'


def is_crowded(main: str) -> bool:
    """Say whether so much is said that the usual letters would not fit one sheet."""
    return len(re.sub(r"<[^>]*>", "", main)) > ROOM


def _head(page: Briefing) -> str:
    kicker = element("p", markup(page.kicker), {"class": "kicker"})
    lead = element("p", markup(page.answer), {"class": "lead"})
    return element("header", kicker + element("h1", text(page.question)) + lead)


def _picture_and_actions(page: Briefing) -> str:
    picture = page.picture
    caption = element("p", markup(picture.how_to_read), {"class": "caption"})
    drawn = four_corners(picture.frame, picture.alt) if page.has_corners else _ranking(picture)
    note = element("figcaption", markup(picture.note))
    left = element("figure", element("h2", text(picture.title)) + caption + drawn + note)
    decided = element("h2", "Decisions") + element("p", markup(page.decided))
    person = element("p", text(page.person), {"class": "person"})
    right = element("div", "".join(map(_action, page.actions)) + decided + person)
    return element("section", left + right, {"class": "two"})


def _ranking(picture: Picture) -> str:
    rows = []
    for row in picture.frame.to_dict("records"):
        parts = (
            (text(short_name(row["row"])), "name"),
            (interval_bar(_ends(row)), ""),
            (f"<b>{text(row['figure'])}</b>", "number"),
            (text(row["detail"]), "number soft"),
        )
        rows.append(element("tr", "".join(element("td", content, {"class": kind}) for content, kind in parts)))
    return element("table", element("tbody", "".join(rows)))


def _ends(row: Mapping[Hashable, object]) -> dict[str, float]:
    return {name: float(str(row[name])) for name in ("value", "low", "high", "q25", "q75")}


def _action(actions: ActionList) -> str:
    lines = "".join(
        element("li", f"<b>{text(short_name(line.label))}</b> {markup(line.text)}") for line in actions.lines
    )
    summary = element("p", markup(actions.summary), {"class": "caption"}) if actions.summary else ""
    return element("h2", markup(actions.heading)) + summary + (element("ul", lines) if lines else "")


def _focus(picture: Picture) -> str:
    title = element("h2", text(picture.title))
    if picture.frame.empty:
        return element("section", title + element("p", text("No area is sure enough to be in focus.")))
    head = "".join(element("th", text(name), {"scope": "col", "class": kind}) for name, kind in COLUMNS)
    rows = "".join(element("tr", _cells(row)) for row in picture.frame.to_dict("records"))
    table = element("table", element("thead", element("tr", head)) + element("tbody", rows))
    caption = element("p", markup(picture.how_to_read), {"class": "caption"})
    return element("section", title + caption + table + element("p", markup(picture.note), {"class": "caption"}))


def _cells(row: Mapping[Hashable, object]) -> str:
    cells = (
        (text(row["rank"]), "number"),
        (text(row["range"]), "number soft"),
        (text(row["area"]), "name"),
        (interval_bar(_ends(row)), ""),
        (f"<b>{text(row['figure'])}</b>", "number"),
        (text(row["detail"]), "number soft"),
        (text(row["ratio"]), "number"),
        (text(row["corner"]), ""),
        (markup(str(row["lead"])), ""),
    )
    return "".join(element("td", content, {"class": kind}) for content, kind in cells)


def _changes_and_limits(page: Briefing) -> str:
    changes = "".join(element("p", markup(sentence)) for sentence in page.changes)
    left = element("div", element("h2", "What changes against an arrests ranking") + changes)
    limits = "".join(element("li", markup(sentence)) for sentence in page.limits)
    right = element("div", element("h2", "What this page cannot show") + element("ul", limits))
    return element("section", left + right, {"class": "two even"})


def _foot(page: Briefing) -> str:
    pairs = "".join(element("div", element("dt", text(n)) + element("dd", text(v))) for n, v in page.origin)
    return element("section", element("dl", pairs))
