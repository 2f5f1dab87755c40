"""What stands around every page: where it is about, which run it shows and where the data come from."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import pandas as pd

from harmmodel.config import Observed
from harmmodel.lenses import phrases
from harmmodel.lenses.areas.reported import sentences, too_little
from harmmodel.lenses.tiers import NOT_SCORED
from harmmodel.views import words
from harmmodel.warehouse.store.runs import PUBLIC, AreaRun, StoredRun

PERSON = "The tool proposes; a person decides."


def origin(run: StoredRun, unit_ids: Iterable[object]) -> pd.DataFrame:
    """Columns that lead each row of a download back to its run and unit, and say for whom it was scored."""
    ids = [str(unit) for unit in unit_ids]
    told = {"run_id": run.run_id, "as_of": str(run.manifest["as_of"]), "audience": audience(run)}
    return pd.DataFrame({**told, "unit_id": ids})


def data_end(run: StoredRun) -> str:
    """The last day of the data, such as "data to 31 Jul 2018"."""
    return f"data to {words.date(str(run.manifest['data_end']))}"


def interval_name(run: StoredRun) -> str:
    """The interval of this run in words, such as "90% interval"."""
    return phrases.interval(run.config.scheme.interval)


def interval_share(run: StoredRun) -> str:
    """The share of draws that the interval of this run holds, such as "90%"."""
    return phrases.width(run.config.scheme.interval)


def place_line(run: StoredRun, *parts: str) -> str:
    """The line above the question: the place, then *parts*; labels escaped."""
    return " · ".join([words.plain_markdown(run.place.label), *parts])


def units_line(run: AreaRun) -> str:
    """How many units the place has, such as "77 community areas"."""
    return words.plain_markdown(f"{words.number(len(run.units))} {run.place.unit_noun.many}")


def run_name(run: StoredRun) -> str:
    """The run by its short id and day."""
    return f"Run {short_id(run)}, {words.date(str(run.manifest['created_at']))}"


def short_id(run: StoredRun) -> str:
    """The first six characters that tell runs apart."""
    return run.run_id.rpartition("-")[2][:6]


def producers(run: StoredRun) -> list[str]:
    """Who made the records that are counted, each once."""
    return list(dict.fromkeys(p.producer for p in run.config.passports.values() if p.use == "scored"))


def source_line(run: StoredRun) -> str:
    """Sources, run, draws and interval: the last line of a page."""
    named = "; ".join(words.plain_markdown(producer) for producer in producers(run))
    draws = words.number(float(str(run.manifest["draws"])))
    return f"Source: {named} · {words.plain_markdown(run_name(run))} · {draws} draws · {interval_name(run)}s"


def withheld_note(run: StoredRun) -> str:
    """Say for whom the run was scored and what is withheld; empty where nothing is."""
    k = int(run.manifest.get("withheld_below", 0))
    if not k:
        return ""
    return f"{audience(run)}: counts from 1 to {k - 1} of sensitive sources are withheld and judged by the others."


def covered(observed: Observed | None) -> str:
    """Write the periods of which a source holds everything, its gaps left out."""
    if observed is None:
        return words.MISSING
    return words.listing(words.period(start, stop) for start, stop in observed.spans)


def observed_period(run: AreaRun, indicator: str, start: str, stop: str) -> str:
    """Write the window of an indicator, and which parts of it its sources do not hold."""
    window = words.as_date(start), words.as_date(stop)
    classes = run.config.indicators[indicator].count.classes
    known = [(run.config.passports[run.place.classes[class_]].observed, class_) for class_ in classes]
    gaps = {
        (max(last, window[0]), min(first, window[1]))
        for observed, class_ in known
        if observed
        for (_, last), (first, _) in pairwise(observed.of_class(class_).spans)
    }
    missing = [words.period(first, last) for first, last in sorted(gaps) if first < last]
    return words.period(start, stop) + (f" without {words.listing(missing)}" if missing else "")


NAMED = 10  # areas that a note names


def clipping_note(run: AreaRun) -> str:
    """Say which indicators have areas beyond their high goalpost, which end there and count no further; else empty."""
    cut = run.register[run.register["clipped_share"] > 0]
    if cut.empty:
        return ""
    named = words.listing(
        f"{label} ({words.share(part)})" for label, part in zip(cut["label"], cut["clipped_share"], strict=True)
    )
    return f"Beyond a goalpost, where a score ends at 100 and counts no further (share of areas): {named}."


def unscored_note(run: AreaRun) -> str:
    """Say which areas are not scored, and why; those of one reason together. An empty text where all are."""
    left = run.scores[run.scores["tier"] == NOT_SCORED]
    if left.empty:
        return ""
    reasons = []
    for reason, alike in left.groupby("reason", sort=False):
        labels = [str(label) for label in alike["label"]]
        more = f" and {words.count(len(labels) - NAMED)} more" if len(labels) > NAMED else ""
        reasons.append(f"{', '.join(labels[:NAMED])}{more}: {reason}")
    return f"Not scored, which does not mean harmless. {' '.join(reasons)}"


def thin_notes(run: AreaRun) -> list[str]:
    """Name each indicator that counts nothing because too little is recorded for it, with the limit it misses."""
    thin = run.register[run.register["screened"]]
    return [
        f"{label} is shown with weight 0: {reason}."
        for label, reason in zip(thin["label"], thin["reason"], strict=True)
    ]


def odd_rates_note(run: AreaRun) -> str:
    """Name areas with more events of an indicator per resident than is likely; else empty."""
    odd, listed = run.config.policy.least_exposure.odd_rate, run.config.indicators
    rows = run.indicators[run.indicators["indicator"].map(lambda name: listed[name].count.per == "resident")]
    rows = rows.merge(run.units[["unit_id", "label"]], on="unit_id")
    rows = rows.assign(each=rows["events"] / rows["person_years"]).sort_values("each", ascending=False)
    rows = rows[rows["each"] > odd].drop_duplicates("unit_id")
    if rows.empty:
        return ""
    parts = [
        f"{label} ({words.number(each, 2)} of {listed[name].label})"
        for label, each, name in zip(rows["label"], rows["each"], rows["indicator"], strict=True)
    ]
    second = run.place.second_population
    remedy = (
        f"How it stands with {second.noun.many} counted is said beside."
        if second
        else "Where many come from elsewhere, a second_population in place.yaml, as of jobs or visitors, shows beside "
        "the score what that would change."
    )
    return (
        f"More than {words.exact(odd)} events of one indicator per resident and year: "
        f"{words.listing(parts, at_most=NAMED)}. Either its residents are too few in the file, or most who meet harm "
        f"there live elsewhere, or so much is recorded there: look before the score is used. {remedy}"
    )


def reported(run: AreaRun) -> dict[str, str]:
    """Say by unit which indicators it reported too little of to be observed by them (plain text)."""
    short = too_little(run.reporting, run.config.policy.completeness.share)
    return sentences(short, dict(zip(run.register["indicator"], run.register["label"], strict=True)))


def reported_note(run: AreaRun) -> str:
    """Say which areas reported too little of an indicator's window, so that it is not observed there; else empty."""
    said = reported(run)
    if not said:
        return ""
    labels = dict(zip(run.units["unit_id"].astype(str), run.units["label"].astype(str), strict=True))
    parts = [f"{labels[unit]} ({text})" for unit, text in sorted(said.items(), key=lambda each: labels[each[0]])]
    least, _ = phrases.observed(run.config.policy.completeness.share)
    return f"Not observed, since less than {least} of the window was reported: {words.listing(parts, at_most=NAMED)}."


def silent(run: AreaRun) -> dict[str, str]:
    """Say by unit of which sources there is no record, at all or for how long, although some are probable."""
    said: dict[str, list[str]] = {}
    for row in run.silent.to_dict("records"):
        unit, events = str(row["unit_id"]), float(row["expected"])
        expected = "" if math.isnan(events) else f", where about {words.count(round(events))} are expected"
        time = f" {words.period(row['since'], row['until'])}" if row["since"] else ""
        said.setdefault(unit, []).append(f"{row['source']}{time}{expected}")
    return {unit: words.listing(parts) for unit, parts in said.items()}


def silent_note(run: AreaRun) -> str:
    """Name areas of which a source holds no record, at all or for long, although that is improbable; else empty."""
    if run.silent.empty:
        return ""
    labels = dict(zip(run.units["unit_id"].astype(str), run.units["label"].astype(str), strict=True))
    parts = [f"{labels[unit]} ({text})" for unit, text in sorted(silent(run).items(), key=lambda each: labels[each[0]])]
    return (
        "No record, at all or for long, which is improbable at the rates of the place: "
        f"{words.listing(parts, at_most=NAMED)}. Either it is so, or something was not reported: if it was not, name "
        "area and time under gaps in the passport, and that time leaves what is counted."
    )


def audience(run: StoredRun) -> str:
    """For whom the run was scored."""
    return "Public view" if run.manifest.get("audience") == PUBLIC else "Internal view"


def sidebar_lines(run: StoredRun) -> tuple[str, ...]:
    """Facts that are true for every page."""
    return (run_name(run), words.capital(data_end(run)), audience(run))
