"""The answer to: who bears the stops, and what comes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from harmmodel.lenses.disparity import ALL
from harmmodel.method.disparity import found_above
from harmmodel.views import source, words
from harmmodel.views.disparity import pictures
from harmmodel.views.disparity import rows as told
from harmmodel.views.disparity.tables import tables
from harmmodel.views.parts import Picture, Table
from harmmodel.warehouse.read.disparity import StopsRun

QUESTION = "Who bears the stops, and what comes of them?"
# One chance of a find from which on anybody is searched, and two spreads of that chance.
EXAMPLE = (0.2, (2.0, 8.0), (1.0, 9.0))


@dataclass(frozen=True)
class Asked:
    """What the controls say."""

    reason: str
    scheme: str
    benchmark: str


@dataclass(frozen=True)
class Choices:
    """What the controls offer, by id: words; the first is chosen to begin with."""

    reasons: dict[str, str]
    schemes: dict[str, str]
    benchmarks: dict[str, str]


@dataclass(frozen=True)
class Disparity:
    """What the page shows for one choice."""

    kicker: str
    answer: str
    told: str
    ratios: Picture
    outcomes: tuple[Picture, Picture]
    both: Picture
    reasons: Picture
    warning: str
    limits: tuple[str, ...]
    tables: tuple[Table, ...]
    source: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, as plain text for a terminal."""
        return tuple(re.sub(r"\\(.)|\*\*", r"\1", text) for text in (self.answer, self.told, self.warning))


def choices(run: StopsRun) -> Choices:
    """Return what can be chosen: drug stops first, since the question is about drug markets."""
    how = told.scheme(run)
    others = [r.id for r in how.reasons if r.id != "drugs"]
    return Choices(
        {reason: told.reason_label(run, reason) for reason in ("drugs", ALL, *others)},
        {d.id: d.label for d in how.descriptions},
        {b.id: words.capital(b.label) for b in how.benchmarks},
    )


def asked(run: StopsRun, reason: object, scheme: object, benchmark: object) -> Asked:
    """Return the ids of what was chosen, by words or by ids; what is unknown gives way to the first."""
    found = choices(run)

    def known(offered: dict[str, str], value: object) -> str:
        by_word = {label: name for name, label in offered.items()}
        name = by_word.get(str(value), str(value))
        return name if name in offered else next(iter(offered))

    chosen = known(found.benchmarks, benchmark)
    reason_ = known(found.reasons, reason)
    residents = next(b.id for b in told.scheme(run).benchmarks if b.kind == "residents")
    is_other = chosen not in {b.id for b in told.scheme(run).benchmarks if b.kind == "residents"}
    return Asked(reason_, known(found.schemes, scheme), residents if is_other and reason_ != "drugs" else chosen)


def fitting(run: StopsRun, reason: object) -> list[str]:
    """Return the words of the populations that fit a reason: other stops are set beside drug stops alone."""
    chosen = asked(run, reason, None, None).reason
    fit = [b.id for b in told.scheme(run).benchmarks if chosen == "drugs" or b.kind == "residents"]
    return [choices(run).benchmarks[name] for name in fit]


def cut(run: StopsRun, chosen: Asked) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the ratios and the outcomes of the chosen stops and description."""
    ratios, outcomes = (
        frame[(frame["scheme"] == chosen.scheme) & (frame["reason"] == chosen.reason)]
        for frame in (told.told_ratios(run), told.told_outcomes(run))
    )
    return ratios, outcomes


def disparity(run: StopsRun, chosen: Asked) -> Disparity:
    """Return the page's sentences, pictures and tables."""
    ratios = told.told_ratios(run)
    ratios = ratios[ratios["scheme"] == chosen.scheme]
    now, shares = cut(run, chosen)
    period = words.period(run.facts["from"], run.facts["to"])
    return Disparity(
        kicker=source.place_line(
            run, f"{words.number(run.facts['stops'])} stops of people", period, "enforcement alone"
        ),
        answer=_answer(run, chosen, now, shares),
        told=_told(run, chosen, now, ratios),
        ratios=pictures.ratio_picture(run, now[now["dimension"] == "ethnicity"]),
        outcomes=(pictures.outcome_picture(run, shares, "any_action"), pictures.outcome_picture(run, shares, "arrest")),
        both=pictures.both_picture(run, chosen.benchmark, now[now["benchmark"] == chosen.benchmark]),
        reasons=pictures.reason_picture(run, chosen.scheme),
        warning=_warning(),
        limits=(told.NOT_PROOF, *told.limits()),
        tables=tables(run, chosen.reason, chosen.scheme, now, shares),
        source=f"Source: {_producers(run)} · {source.run_name(run)} · {source.interval_name(run)}s",
    )


def _producers(run: StopsRun) -> str:
    return "; ".join(words.plain_markdown(p.producer) for p in run.config.passports.values())


def _most(frame: pd.DataFrame) -> dict[str, Any] | None:
    """The group with the highest ratio, of those that can be told."""
    known = frame[frame["ratio"].notna()].sort_values("ratio", ascending=False)
    return told.records(known)[0] if len(known) else None


def _what(run: StopsRun, reason: str) -> str:
    said = {r.id: r.said for r in told.scheme(run).reasons}
    return "stopped" if reason == ALL else f"stopped {words.plain_markdown(said[reason])}"


def _answer(run: StopsRun, chosen: Asked, now: pd.DataFrame, shares: pd.DataFrame) -> str:
    frame = now[(now["dimension"] == "ethnicity") & (now["benchmark"] == chosen.benchmark)]
    first = _most(frame)
    if first is None:
        return f"Too few stops are recorded to compare groups. {told.NOT_PROOF}"
    plain = words.plain_markdown
    group = plain(told.group_label(run, str(first["group"])))
    other = plain(told.group_label(run, told.reference(run, "ethnicity")))
    label = choices(run).benchmarks[chosen.benchmark]
    unverified = {b.id for b in told.scheme(run).benchmarks if b.status == "unverified"}
    loose = ", not fully verified" if chosen.benchmark in unverified else ""
    start = (
        f"People recorded as {group} were {_what(run, chosen.reason)} **{words.number(first['ratio'], 1)} times** as "
        f"often as people recorded as {other}, set against {plain(label[:1].lower() + label[1:])}{loose} "
        f"({source.interval_name(run)} {told.times_span(first['low'], first['high'])}; "
        f"{told.times_span(first['bound_low'], first['bound_high'])} by whose the stops of unknown ethnicity were)"
    )
    return f"{start}. {_nothing(chosen, shares)} Passing or failing one test is not proof of fairness or of its lack."


def _nothing(chosen: Asked, shares: pd.DataFrame) -> str:
    rows = shares[(shares["dimension"] == "ethnicity") & (shares["measure"] == "any_action")]
    known = rows[rows["share"].notna()]
    stops = known["stops"].sum()
    if not stops:
        return ""
    none = words.share(1 - known["hits"].sum() / stops)
    return f"{none} of these stops ended in no further action."


def _told(run: StopsRun, chosen: Asked, now: pd.DataFrame, ratios: pd.DataFrame) -> str:
    """How far the ratio leans on the population, on the unknown, and on the reason of the stop."""
    rows = now[now["dimension"] == "ethnicity"]
    first = _most(rows[rows["benchmark"] == chosen.benchmark])
    if first is None:
        return ""
    same = rows[(rows["group"] == first["group"]) & rows["ratio"].notna()]
    group = words.plain_markdown(told.group_label(run, str(first["group"])))
    label = words.plain_markdown(choices(run).benchmarks[chosen.benchmark])
    share = first["unknown"] / (rows[rows["benchmark"] == chosen.benchmark]["stops"].sum() + first["unknown"])
    lines = [
        _between(run, group, same),
        f"In {words.share(share)} of stops the ethnicity is not known; were all of these of one group or the other, "
        f"the ratio would lie between {words.number(first['bound_low'], 1)} and {words.number(first['bound_high'], 1)} "
        f"({label}).",
    ]
    return " ".join([*lines, _drugs_beside_others(run, ratios)]).strip()


def _between(run: StopsRun, group: str, same: pd.DataFrame) -> str:
    """Between which ratios the choice of a population moves the answer, and which of them are not verified."""
    known = {b.id: b for b in told.scheme(run).benchmarks}
    ends = told.records(same.sort_values("ratio").iloc[[0, -1]])
    least, most = (f"{words.number(row['ratio'], 1)} ({known[row['benchmark']].label})" for row in ends)
    loose = [b.label for b in known.values() if b.status == "unverified"]
    caution = f" Not every figure of {words.listing(loose)} was verified beside its source." if loose else ""
    return words.plain_markdown(f"For {group}, the choice of a population gives from {least} to {most}.{caution}")


def _drugs_beside_others(run: StopsRun, ratios: pd.DataFrame) -> str:
    kinds = {b.id for b in told.scheme(run).benchmarks if b.kind == "other_stops"}
    rows = ratios[
        (ratios["dimension"] == "ethnicity") & ratios["benchmark"].isin(kinds) & (ratios["reason"] == "drugs")
    ]
    first = _most(rows)
    if first is None:
        return ""
    group = words.plain_markdown(told.group_label(run, str(first["group"])))
    other = words.plain_markdown(told.group_label(run, told.reference(run, "ethnicity")))
    return (
        f"Beside stops for other reasons, drug stops fall most on people recorded as {group}: "
        f"{words.number(first['ratio'], 1)} times as many per other stop as for {other} "
        f"({told.times_span(first['low'], first['high'])})."
    )


def _warning() -> str:
    threshold, one, two = EXAMPLE
    first, second = (words.share(found_above(threshold, *shape)) for shape in (one, two))
    means = [words.share(shape[0] / sum(shape)) for shape in (one, two)]
    return (
        f"Equal shares are not equal treatment. An example: everyone with a chance of a find above "
        f"{words.share(threshold)} is searched, whoever they are. In a group where the chance is {means[0]} on "
        f"average, {first} of searches find something; in one where it is {means[1]}, {second}. One rule, two results "
        "(infra-marginality)."
    )
