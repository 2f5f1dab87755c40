"""Draws the controls of the Threshold lab, keeps them in the address, and reads files; pictures are drawn here too."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import ModuleType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from harmmodel.app import layout, session
from harmmodel.app.charts import rows, theme
from harmmodel.app.charts import thresholds as charts
from harmmodel.config.thresholds import FOLDER, SETTINGS, Laboratory, has_thresholds, load_thresholds
from harmmodel.errors import QuantityError
from harmmodel.views import words
from harmmodel.views.thresholds import rows as thresholds_rows
from harmmodel.views.thresholds import settings as lab_settings
from harmmodel.views.thresholds.figures import ThresholdSettings
from harmmodel.views.thresholds.page import Lab
from harmmodel.views.thresholds.rows import OWN, QuantityRow
from harmmodel.views.thresholds.settings import Sample, TypedSettings

Place = DeltaGenerator | ModuleType  # a column, or streamlit itself: where the page stands now


def today() -> dt.date:
    """The day that decides what is in force."""
    return dt.datetime.now(dt.UTC).date()


def laboratory() -> Laboratory | None:
    """What this project says about thresholds, read anew when a file changed; None where it says nothing."""
    project = session.project()
    if not has_thresholds(project):
        return None
    files = [project / "config" / SETTINGS, *sorted((project / "config" / FOLDER).glob("*.yaml"))]
    return _loaded(project, tuple((str(f), f.stat().st_mtime_ns) for f in files if f.is_file()))


@st.cache_resource(max_entries=4, show_spinner=False)
def _loaded(project: Path, stamps: tuple[tuple[str, int], ...]) -> Laboratory:
    return load_thresholds(project)


def threshold(known: Laboratory, on: dt.date) -> QuantityRow | None:
    """Draw the choice of a threshold and return it; None after saying why there is none."""
    quantity_rows = thresholds_rows.rows(known)
    labels = {OWN: "Own quantity", **{home.id: home.label for home in known.jurisdictions.values()}}
    first = "mexico" if "mexico" in labels else next(iter(known.jurisdictions))
    one, two, three = layout.columns("threshold", (5, 4, 6))
    home = _select(one, "Threshold of", labels, "jurisdiction", first)
    names = {name: words.capital(thresholds_rows.named(name)) for name in thresholds_rows.SUBSTANCES}
    substance = _select(two, "Substance", names, "substance", "heroin")
    try:
        if home == OWN:
            text = _text(three, "Quantity, grams", "grams", "1")
            return thresholds_rows.own_row(substance, lab_settings.parsed_range(text, "Quantity").value)
        fitting = thresholds_rows.chosen(quantity_rows, home, substance, on)
    except QuantityError as error:
        _told(error)
        return None
    options = {
        str(n): f"{thresholds_rows.grams(row.grams)}, {row.nature}: {row.instrument}" for n, row in enumerate(fitting)
    }
    return fitting[int(_select(three, "Rule", options, "rule", "0"))]


def settings(known: Laboratory) -> tuple[ThresholdSettings, Sample | None] | None:
    """Draw what people hold and what the substance is like; None after saying what cannot be read."""
    start = lab_settings.defaults(known.settings)
    st.header("What people hold", anchor=False)
    st.caption(
        'Grams, as one number or as a range such as "0.4 to 0.8". The first values are an example, not a survey.'
    )
    entered = TypedSettings(
        median=_text(st, "Half of the people who use hold more than", "median", start.median),
        p90=_text(st, "One in ten who use holds more than", "p90", start.p90),
        respondents=_text(st, "People asked (gives an interval)", "respondents", ""),
        **_suppliers(start),
        **_substance(),
        factors=_factors(known, start),
    )
    try:
        sample, weights = _files()
        return lab_settings.settings(known.settings, entered, sample, with_example=True), weights
    except QuantityError as error:
        _told(error)
        return None


def _suppliers(start: TypedSettings) -> dict[str, str]:
    with st.expander("People who supply"):
        return {
            "supplier_median": _text(st, "Half of them hold more than", "supplier_median", start.supplier_median),
            "supplier_p90": _text(st, "One in ten holds more than", "supplier_p90", start.supplier_p90),
            "supplier_share": _text(
                st, "Their share among people found with it", "supplier_share", start.supplier_share
            ),
        }


def _substance() -> dict[str, str]:
    with st.expander("Purity, dose and days"):
        return {
            "purity": _text(st, "Purity, such as 30% or 0.2 to 0.4", "purity", ""),
            "dose": _text(st, "One dose as sold, grams", "dose", ""),
            "doses_a_day": _text(st, "Doses on a day of use", "doses_a_day", "1"),
            "days_a_week": _text(st, "Days of use a week", "days_a_week", "7"),
        }


def _factors(known: Laboratory, start: TypedSettings) -> dict[str, str]:
    with st.expander("Who holds more: how many times as much"):
        return {
            group.id: _text(
                st, words.plain_markdown(group.label), f"factor_{group.id}", start.factors[group.id], group.why
            )
            for group in known.settings.groups
        }


def _files() -> tuple[Sample | None, Sample | None]:
    """Quantities and weights of files, which stay in memory and are written nowhere."""
    with st.expander("Files instead of two numbers"):
        st.caption("CSV with a column grams. Files stay in memory; leave out names and anything else about a person.")
        quantities = st.file_uploader(
            "Quantities held (column role: user or supplier)", type="csv", key="held", max_upload_size=20
        )
        seized = st.file_uploader(
            "Recorded weights, for the bunching test", type="csv", key="weights", max_upload_size=20
        )
    return _sample(quantities), _sample(seized)


def _sample(file: UploadedFile | None) -> Sample | None:
    return None if file is None else lab_settings.parsed_sample(file.getvalue(), file.name)


def _text(where: Place, label: str, key: str, start: str, why: str | None = None) -> str:
    help_ = None if why is None else words.plain_markdown(why)
    given = where.text_input(
        label, start, max_chars=60, key=key, help=help_, bind="query-params", persist_state="session"
    )
    return given or ""


def _select(where: Place, label: str, options: dict[str, str], key: str, first: str) -> str:
    names = list(options)
    return where.selectbox(
        label,
        names,
        names.index(first),
        format_func=lambda o: options.get(o, o),
        key=key,
        bind="query-params",
        persist_state="session",
    )


def _told(error: QuantityError) -> None:
    st.error("  \n".join(words.plain_markdown(line) for line in str(error).splitlines()))


def pictures(result: Lab, chosen: ThresholdSettings) -> None:
    """What people hold, and the ROC curve."""
    distribution, label = result.distribution, thresholds_rows.grams(result.total)
    layout.picture(distribution.title, distribution.how_to_read)
    is_counted = chosen.users is not None and chosen.users.sample is not None
    theme.show_chart(
        charts.distribution(distribution.frame, result.total, label, is_counted=is_counted), distribution.alt
    )
    layout.note(words.plain_markdown(distribution.note))
    layout.picture(result.roc.title, result.roc.how_to_read)
    theme.show_chart(charts.roc(result.roc.frame), result.roc.alt)
    layout.note(words.plain_markdown(result.roc.note))


def side_by_side(result: Lab, chosen: ThresholdSettings) -> None:
    """Jurisdictions, those who hold more, and weights around the threshold."""
    jurisdictions = result.compared
    layout.picture(jurisdictions.title, jurisdictions.how_to_read)
    if jurisdictions.frame.empty:
        layout.empty("No jurisdiction has a quantity of this substance.", "Choose another substance.")
    else:
        theme.show_chart(
            rows.interval_rows(jurisdictions.frame, _axis(result, chosen), colour=theme.MUTED, step=22),
            jurisdictions.alt,
        )
        layout.note(words.plain_markdown(jurisdictions.note))
    layout.picture(result.groups.title, result.groups.how_to_read)
    axis = rows.Axis("Share of people who use above the threshold, %", 0, 100, (0, 25, 50, 75, 100))
    theme.show_chart(rows.interval_rows(result.groups.frame, axis, colour=theme.MUTED, step=26), result.groups.alt)
    layout.note(words.plain_markdown(result.groups.note))
    if result.bunching is not None:
        layout.picture(result.bunching.title, result.bunching.how_to_read)
        label = thresholds_rows.grams(result.total)
        theme.show_chart(charts.bunching(result.bunching.frame, result.total, label), result.bunching.alt)
        layout.notes(
            "What the weights show", [words.plain_markdown(line) for line in result.bunching.note.splitlines()]
        )


def _axis(result: Lab, chosen: ThresholdSettings) -> rows.Axis:
    """Decades around all quantities of the picture and the middle of what people hold."""
    median = chosen.users.median.value if chosen.users else None
    low, high, ticks = thresholds_rows.decades([*result.compared.frame["value"], *([] if median is None else [median])])
    return rows.Axis("Grams as sold, log scale", low, high, ticks, log=True, rule=median, format="~g")
