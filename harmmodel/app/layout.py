"""The frame of every page: navigation, style, sidebar, head, columns, table, empty and error states."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from harmmodel.app import headers, session
from harmmodel.errors import HarmModelError, RunMissing, WrongLens, is_traced, unforeseen
from harmmodel.report import html
from harmmodel.views import source, words
from harmmodel.views.areas import page as areas_page
from harmmodel.views.blocks import ActionList, Table
from harmmodel.views.export import FORMATS, Export
from harmmodel.warehouse.store.runs import AreaRun

HERE = Path(__file__).parent
COMMAND = re.compile(r"harmmodel [a-z][^`]*")


def pages() -> dict[str, list[Any]]:
    """The pages under the headings of their parts, as their own headers say; the first one opens.

    The sidebar lists those that the place feeds. The others still answer a link, and say why they have nothing.
    """
    first, *_ = listed = headers.pages()
    fed = session.fed()
    parts: dict[str, list[Any]] = {header.part: [] for header in listed}
    for header in listed:
        page = st.Page(
            headers.FOLDER / f"{header.name}.py",
            title=header.title,
            default=header is first,
            url_path=header.address,
            visibility="visible" if not header.lens or header.lens in fed else "hidden",
        )
        parts[header.part].append(page)
    return parts


def switch_to_first(fed: Sequence[str]) -> None:
    """Leave the page that opens by itself where the place does not feed it, for the first one that it feeds.

    A page that the address names is left as it is: it says why it has nothing.
    """
    first, *others = headers.pages()
    if session.places() and first.lens not in fed and (better := next((h for h in others if h.lens in fed), None)):
        st.switch_page(headers.FOLDER / f"{better.name}.py", query_params=_place())


def show(page: Any) -> None:
    """Dress the app and run *page*; no error is told with a traceback, foreseen or not."""
    st.html(HERE / "style.css")
    st.logo(HERE / "logo.svg", size="medium")
    try:
        if not page.url_path:
            switch_to_first(session.lenses())
        sidebar()
        if page.url_path not in {header.address for header in headers.pages() if header.shows_unit}:
            linked_unit()
        page.run()
    except RunMissing as error:
        st.title("No run yet" if not session.places() else "This run cannot be shown")
        empty("There is no published run to show.", _with_command(str(error)))
    except WrongLens as error:
        st.title("Does this page fit the place?")
        empty(f"{words.plain_markdown(str(error))}.", "Choose another place at the left, or another page.")
    except HarmModelError as error:
        st.error(_with_command(str(error)))
    except Exception as error:
        if is_traced():
            raise
        told = str(unforeseen(error, f"The page {page.title}"))
        logging.getLogger(__name__).error(told)
        st.error(words.plain_markdown(told))


def _with_command(message: str) -> str:
    """*message* escaped, with a command at its end set as code."""
    at = message.rfind("harmmodel ")
    if at < 0 or not COMMAND.fullmatch(message, at):
        return words.plain_markdown(message)
    return f"{words.plain_markdown(message[:at])} `{words.one_line(message[at:])}`"


def sidebar() -> None:
    """What is true for the whole page: place, pinned run, data end, view."""
    known = session.places()
    if not known:
        return
    session.place()  # before the box is drawn, so that an address can choose
    with st.sidebar:
        st.selectbox("Place", known, key=session.PLACE, format_func=session.place_label)
        st.caption("  \n".join(words.plain_markdown(line) for line in source.sidebar_lines(session.shown())))


def linked_unit() -> None:
    """Keep the unit that the address names for the pages that show one; say so when the place has no such unit."""
    unit_link = st.query_params.get(session.UNIT, "")
    if not unit_link or not session.places():
        return
    run = session.shown()
    if not isinstance(run, AreaRun):
        return  # pages of other lenses read the address themselves
    unit = areas_page.asked_unit(run, unit_link)
    if unit is None:
        empty(areas_page.no_such_unit(run, unit_link), "This page shows all areas.")
    else:
        st.session_state[session.UNIT] = unit


def head(kicker: str, docstring: str, answer: str) -> None:
    """Place line, the question of the page's docstring as title, and the answer (Markdown, labels escaped)."""
    st.caption(kicker)
    st.title(headers.question(docstring), anchor=False)
    with st.container(key="lead"):
        st.markdown(answer)


def columns(key: str, widths: Sequence[int]) -> list[Any]:
    """Columns that stand side by side on wide pages and stack under 1,100 px."""
    with st.container(key=f"stack-{key}"):
        return list(st.columns(list(widths), gap="large"))


def picture(title: str, how_to_read: str) -> None:
    """Heading of a picture (plain text) and how to read it (Markdown, labels escaped)."""
    st.header(words.plain_markdown(title), anchor=False)
    st.caption(how_to_read)


def legend(steps: Sequence[tuple[str, str]]) -> None:
    """Colours with what each means, under a map that draws no key of its own."""
    st.html(html.legend(steps))


def note(text: str) -> None:
    """What overlaps and what a picture cannot show, under it."""
    st.caption(text)


def foot(text: str) -> None:
    """Source, run, draws and interval: the last line of a page."""
    with st.container(key="foot"):
        st.caption(text)


def empty(fact: str, next_step: str) -> None:
    """Say that there is nothing to show and what to do about it (Markdown, labels escaped)."""
    with st.container(border=True):
        st.markdown(f"**{fact}** {next_step}")


def action(actions: ActionList) -> None:
    """One thing to do: heading, the areas with what to know of each, and what is true of all."""
    st.subheader(actions.heading, anchor=False)
    with st.container(key=f"lines-{actions.key}", gap=None):
        for line in actions.lines:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                to_unit(line.unit_id, line.label)
                st.caption(line.text)
    if actions.summary:
        st.caption(actions.summary)


def to_unit(unit_id: str, label: str) -> None:
    """A link to the unit's own page."""
    query = {**_place(), session.UNIT: unit_id}
    st.page_link(headers.FOLDER / "areas.py", label=words.plain_markdown(label), query_params=query)


def _place() -> dict[str, str]:
    """The place for a link, left out where it is the first, as in the address bar."""
    return {} if session.place() == session.places()[0] else {session.PLACE: session.place()}


def notes(title: str, lines: Sequence[str]) -> None:
    """A list of sentences under a heading; nothing when there are none."""
    if lines:
        st.header(title, anchor=False)
        st.markdown("\n".join(f"- {line}" for line in lines))


def table(shown: Table) -> None:
    """A table under a heading that opens it, and the same rows to download."""
    with st.expander(words.plain_markdown(shown.label)):
        height = min(36 + 32 * len(shown.frame), 560)
        if shown.note:
            st.caption(shown.note)
        # A style writes the cells in the words of the views and leaves the numbers below, by which a click sorts.
        rows = shown.frame.style.format(dict(shown.formats))
        st.dataframe(rows, hide_index=True, row_height=32, height=height, alt=shown.alt)
        downloads(Export(shown.download), shown.file_name)


def texts(shown: Table) -> None:
    """Rows of whole sentences under a heading that opens them, each below its first column; nothing without rows."""
    if shown.frame.empty:
        return
    with st.expander(words.plain_markdown(shown.label)):
        *heads, last = (str(name) for name in shown.frame)
        for row in shown.frame.map(words.plain_markdown).to_dict("records"):
            beside = " · ".join(f"{name.lower()} {row[name]}" for name in heads[1:])
            st.markdown(f"**{row[heads[0]]}** {'· ' if beside else ''}{beside}  \n{row[last]}")
        downloads(Export(shown.download), shown.file_name)


def download(label: str, data: str | bytes, file_name: str, mime: str) -> None:
    """A button that hands over a file; a test finds it by the file's name."""
    st.download_button(label, data, file_name, mime, key=file_name)


def downloads(rows: Export, file_name: str) -> None:
    """A button for each format in which pages hand out rows."""
    for format_ in [one for one in FORMATS.values() if one.on_pages]:
        name, data = format_.named(file_name), format_.text(rows).encode("utf-8")
        download(f"Download as {format_.label}", data, name, format_.mime)
