"""Takes what people assess about groups: template, upload, and a form for one assessment or one group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from harmmodel.app import session
from harmmodel.config import written_text
from harmmodel.config.groups import LEVELS
from harmmodel.errors import AssessmentError
from harmmodel.views import words
from harmmodel.warehouse.entered import entries
from harmmodel.warehouse.read.groups import GroupRun

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(run: GroupRun) -> None:
    """Offer the workbook to fill in."""
    codes = sorted(str(code) for code in run.scores["group_id"])
    content = _template(run, run.run_id, tuple(codes))
    st.download_button(
        "Download the template (Excel)", content, f"{run.place.id}-assessments.xlsx", XLSX, key="template"
    )


@st.cache_data(show_spinner=False)
def _template(_run: GroupRun, run_id: str, codes: Sequence[str]) -> bytes:
    return entries.template(_run.config, codes)


def upload(run: GroupRun) -> None:
    """Take a filled workbook or CSV; every fault is named by its cell and nothing is entered then."""
    file = st.file_uploader("Filled sheet (.xlsx or .csv)", type=["xlsx", "csv"], key="filled", max_upload_size=5)
    if file is not None and st.button("Examine and enter", key="enter-upload"):
        _enter(run, file.getvalue(), file.name)


def _enter(run: GroupRun, content: bytes, name: str) -> None:
    known = frozenset(str(code) for code in run.groups["group_id"])
    try:
        rows = entries.examine(content, name, run.config, known, session.project())
        number = entries.enter(session.project(), run.place.id, rows)
    except AssessmentError as error:
        st.error("\n".join(f"{words.plain_markdown(line)}  " for line in str(error).splitlines()))
        return
    st.success(
        f"{words.capital(words.how_many(number, 'row is', 'rows are'))} entered. They count from the next run on: "
        f"`harmmodel run {run.place.id}`"
    )


def assess(run: GroupRun, options: dict[str, str]) -> None:
    """Fill in one assessment by hand."""
    items = {i.id: i for i in run.config.listed_group_indicators if i.is_assessed}
    attribute = st.selectbox("Attribute", list(items), format_func=lambda i: items[i].label, key="assess-attribute")
    chosen = items[attribute]
    st.caption(words.plain_markdown(f"{chosen.question} {chosen.limits}"))
    with st.form("assess", border=False):
        cells: dict[str, Any] = {
            "attribute": attribute,
            "group_id": st.selectbox("Group", list(options), format_func=options.__getitem__),
        }
        anchors = chosen.anchors.model_dump() if chosen.anchors else {}
        cells["level"] = st.radio(
            "Level",
            LEVELS,
            index=len(LEVELS) - 1,
            captions=[
                words.plain_markdown(anchors.get(level, "Nobody looked, or it does not tell.")) for level in LEVELS
            ],
            key="assess-level",
        )
        cells["evidence"] = st.select_slider("Source, A reliable to F cannot be judged", entries.EVIDENCE, value="F")
        cells["information"] = st.select_slider(
            "Information, 1 confirmed to 6 cannot be judged", entries.INFORMATION, value="6"
        )
        cells["panel"] = st.radio("Panel", entries.PANELS, horizontal=True)
        cells["assessor"] = st.text_input("Your role as a code, such as analyst-1; never a name", key="assess-role")
        today = dt.datetime.now(dt.UTC).date()
        cells["assessed_on"] = str(st.date_input("Assessed on", today, max_value=today))
        cells["expires_on"] = str(st.date_input("Use until", entries.last_use(run.config, today)))
        if st.form_submit_button("Enter this assessment", key="assess-enter"):
            _enter(run, entries.as_csv(entries.row("assessments", cells), "assessments"), "This form")


def add_group(run: GroupRun) -> None:
    """Enter one group; a band below the policy's k is refused."""
    bands: dict[str, str] = {band.id: band.label for band in run.config.group_scheme.size_bands}
    with st.form("group", border=False):
        cells: dict[str, Any] = {
            "group_id": st.text_input("Code: small letters, digits and hyphens", key="group-code"),
            "group_label": st.text_input("Name of the organisation, never of a person", key="group-label"),
            "size_band": st.selectbox(
                "Size", list(bands), index=len(bands) - 1, format_func=bands.__getitem__, key="group-size"
            ),
        }
        today = dt.datetime.now(dt.UTC).date()
        cells["first_seen"] = str(st.date_input("First seen", today, max_value=today))
        cells["review_due"] = str(st.date_input("Review due", today + dt.timedelta(days=365)))
        cells["source"] = st.text_input(
            "Source: work and publisher; needed where the size is unknown", key="group-source", max_chars=300
        )
        names = st.selectbox(
            "If the name looks like one of a person: what does it name?",
            ("", *written_text.NAMED),
            format_func=lambda name: f"a {name}" if name else "it does not look so",
            key="group-names",
        )
        cells["label_names"] = names
        if st.form_submit_button("Enter this group", key="group-enter"):
            _enter(run, entries.as_csv(entries.row("groups", cells), "groups"), "This form")
