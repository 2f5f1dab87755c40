"""The answer to: who bears the stops, and what comes of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from harmmodel.lenses.disparity import ALL, UNKNOWN
from harmmodel.lenses.tiers import BASELINE, FOCUS
from harmmodel.method.disparity import found_above
from harmmodel.views import gaps, source, words
from harmmodel.views.blocks import Picture, Table
from harmmodel.views.disparity import tables as told
from harmmodel.views.disparity.tables import tables
from harmmodel.warehouse.read.disparity import DisparityRun

FAR = 1000.0  # beyond the end of every axis: a bound without limit is drawn to the end
MEASURES = {"any_action": "an outcome of any kind", "arrest": "an arrest"}


def _line(run: DisparityRun, row: dict[str, Any], name: str) -> dict[str, Any]:
    bounded = "–".join(told.times(x) for x in (row["bound_low"], row["bound_high"]))
    figures = f"{told.times(row['low'])}–{told.times(row['high'])} ({bounded})"
    is_told = math.isfinite(row["ratio"])
    return {
        "row": name,
        "value": row["ratio"],
        "low": row["low"],
        "high": row["high"],
        "bound_low": row["bound_low"] if is_told else math.nan,
        "bound_high": min(row["bound_high"], FAR) if is_told else math.nan,
        "figure": told.times(row["ratio"]) if is_told else words.MISSING,
        "detail": figures.replace("×", "") if is_told else "too few to tell",
    }


def ratio_picture(run: DisparityRun, rows: pd.DataFrame) -> Picture:
    """Return the ratios by ethnicity, the population named in each row."""
    reference = told.reference(run, "ethnicity")
    labels = {b.id: b.label for b in told.scheme(run).benchmarks}
    lines = [
        _line(run, row, f"{told.group_label(run, row['group'])}, {labels[row['benchmark']]}")
        for group in dict.fromkeys(rows["group"])
        for row in told.records(rows[rows["group"] == group])
        if group != reference
    ]
    other = told.group_label(run, reference)
    return Picture(
        "How often, against each population",
        words.plain_markdown(
            f"Stops of a group for each person of the population named in the row, divided by the same for {other}; "
            "1 is as often. "
            f"Point and bar: estimate and {source.interval_name(run)}. Dotted: where it would lie if all stops of "
            "unknown ethnicity "
            "were of one group."
        ),
        pd.DataFrame(lines),
        f"Ratio of stops by ethnicity to those of {other}, {len(lines)} rows; every figure is in the row and in the "
        "table.",
        "Figures: ratio, interval, and on a wide page in brackets the bounds. The populations are different questions, "
        "not better and worse answers; bars that are narrow only say that stops are many.",
    )


def both_picture(run: DisparityRun, benchmark: str, rows: pd.DataFrame) -> Picture:
    """Return the ratios by gender and by both."""
    label = {b.id: b.label for b in told.scheme(run).benchmarks}[benchmark]
    lines = []
    for dimension in ("gender", "both"):
        reference = told.reference(run, dimension)
        part = rows[(rows["dimension"] == dimension) & (rows["group"] != reference)]
        other = told.group_label(run, reference)
        lines += [
            _line(
                run,
                row,
                told.group_label(run, row["group"]) + (f", to {other.lower()}" if dimension == "gender" else ""),
            )
            for row in told.records(part)
        ]
    pair = told.group_label(run, told.reference(run, "both"))
    return Picture(
        "By gender, and by ethnicity and gender together",
        words.plain_markdown(
            f"As above, set against {label}. First row: men and boys to women and girls. All others: to {pair}. "
            f"How many are women, in {run.place.whole} and in each ethnicity, is an assumption; the dotted line covers "
            "its range."
        ),
        pd.DataFrame(lines),
        f"Ratios of stops by gender and by ethnicity and gender, set against {label}.",
        words.plain_markdown(_weight_of_the_unknown(run, rows)),
    )


def _weight_of_the_unknown(run: DisparityRun, rows: pd.DataFrame) -> str:
    """Say what share of stops the group has that genders are compared with, and where unknown stops weigh most."""
    base = told.reference(run, "gender")
    stops = rows[rows["dimension"] == "gender"].set_index("group")["stops"]
    said = []
    if stops.sum() > 0 and base in stops.index:
        share = words.share(stops[base] / stops.sum())
        said.append(f"{share} of the stops with a known gender are of {told.group_label(run, base).lower()}.")
    known = rows[rows["ratio"].notna()]
    wide = int((known["bound_high"] - known["bound_low"] > known["high"] - known["low"]).sum())
    if wide:
        lines = words.how_many(wide, "row", "rows")
        said.append(f"In {lines} of {len(known)} the dotted line is longer than the bar: read it first.")
    return " ".join(said)


def outcome_picture(run: DisparityRun, shares: pd.DataFrame, measure: str) -> Picture:
    """Return the share of stops with an outcome, by ethnicity."""
    rows = shares[(shares["dimension"] == "ethnicity") & (shares["measure"] == measure)]
    lines = [
        {
            "row": told.group_label(run, row["group"]),
            "value": 100 * row["share"],
            "low": 100 * row["low"],
            "high": 100 * row["high"],
            "tier": BASELINE if row["group"] == UNKNOWN else FOCUS,  # a ring or a full disc
            "figure": words.share(row["share"]),
            "detail": words.interval(100 * row["low"], 100 * row["high"], 1)
            if math.isfinite(row["share"])
            else "too few to tell",
        }
        for row in told.records(rows)
    ]
    known = rows[rows["share"].notna() & (rows["group"] != UNKNOWN)]
    spread = ""
    if len(known):
        spread = f"From {words.share(known['share'].min())} to {words.share(known['share'].max())}."
    return Picture(
        f"Stops that led to {MEASURES[measure]}",
        f"Share of stops, with {source.interval_name(run)}. The ring is unknown ethnicity, a class of its own.",
        pd.DataFrame(lines),
        f"Share of stops that led to {MEASURES[measure]}, by ethnicity. {spread}",
        spread,
    )


def reason_picture(run: DisparityRun, scheme: str) -> Picture:
    """Return the share of stops of each reason that led to nothing."""
    frame = told.told_outcomes(run)
    frame = frame[(frame["scheme"] == scheme) & (frame["dimension"] == "ethnicity")]
    frame = frame[(frame["measure"] == "any_action") & frame["share"].notna()]
    sums = frame.groupby("reason", sort=False)[["stops", "hits"]].sum()
    lines = [
        {
            "row": told.reason_label(run, str(reason)),
            "value": 100 * (1 - row["hits"] / row["stops"]),
            "low": math.nan,
            "high": math.nan,
            "figure": words.share(1 - row["hits"] / row["stops"]),
            "detail": f"of {words.number(row['stops'])}",
        }
        for reason, row in sums.iterrows()
    ]
    return Picture(
        "Stops that led to no further action",
        "Share of all recorded stops of each reason. A count of every stop, so it has no interval; pooled stops are "
        "left out.",
        pd.DataFrame(lines),
        " ".join(f"{line['row']}: {line['figure']}." for line in lines),
        "The record does not say whether anything was found. A search that leads to nothing is still a search of "
        "someone.",
    )


# One chance of a find from which on anybody is searched, and two spreads of that chance.
EXAMPLE = (0.2, (2.0, 8.0), (1.0, 9.0))


@dataclass(frozen=True)
class Asked:
    """What the controls say."""

    reason: str
    scheme: str
    benchmark: str


@dataclass(frozen=True)
class DisparityChoices:
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
    gaps: Table
    source: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, as plain text for a terminal."""
        return tuple(words.unescaped(text) for text in (self.answer, self.told, self.warning))


def choices(run: DisparityRun) -> DisparityChoices:
    """Return what can be chosen: drug stops first, since the question is about drug markets."""
    how = told.scheme(run)
    others = [r.id for r in how.reasons if r.id != "drugs"]
    return DisparityChoices(
        {reason: told.reason_label(run, reason) for reason in ("drugs", ALL, *others)},
        {d.id: d.label for d in how.descriptions},
        {b.id: words.capital(b.label) for b in how.benchmarks},
    )


def asked(run: DisparityRun, reason: object, scheme: object, benchmark: object) -> Asked:
    """Return the ids of what was chosen, by words or by ids; what is unknown gives way to the first."""
    options = choices(run)

    def known(offered: dict[str, str], value: object) -> str:
        by_word = {label: name for name, label in offered.items()}
        name = by_word.get(str(value), str(value))
        return name if name in offered else next(iter(offered))

    chosen = known(options.benchmarks, benchmark)
    reason_ = known(options.reasons, reason)
    residents = next(b.id for b in told.scheme(run).benchmarks if b.kind == "residents")
    is_other = chosen not in {b.id for b in told.scheme(run).benchmarks if b.kind == "residents"}
    return Asked(reason_, known(options.schemes, scheme), residents if is_other and reason_ != "drugs" else chosen)


def fitting(run: DisparityRun, reason: object) -> list[str]:
    """Return the words of the populations that fit a reason: other stops are set beside drug stops alone."""
    chosen = asked(run, reason, None, None).reason
    fit = [b.id for b in told.scheme(run).benchmarks if chosen == "drugs" or b.kind == "residents"]
    return [choices(run).benchmarks[name] for name in fit]


def cut(run: DisparityRun, chosen: Asked) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the ratios and the outcomes of the chosen stops and description."""
    ratios, outcomes = (
        frame[(frame["scheme"] == chosen.scheme) & (frame["reason"] == chosen.reason)]
        for frame in (told.told_ratios(run), told.told_outcomes(run))
    )
    return ratios, outcomes


def disparity(run: DisparityRun, chosen: Asked) -> Disparity:
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
        ratios=ratio_picture(run, now[now["dimension"] == "ethnicity"]),
        outcomes=(outcome_picture(run, shares, "any_action"), outcome_picture(run, shares, "arrest")),
        both=both_picture(run, chosen.benchmark, now[now["benchmark"] == chosen.benchmark]),
        reasons=reason_picture(run, chosen.scheme),
        warning=_warning(),
        limits=(told.NOT_PROOF, *told.limits(run)),
        tables=tables(run, chosen.reason, chosen.scheme, now, shares),
        gaps=gaps.table(run),
        source=f"Source: {_producers(run)} · {source.run_name(run)} · {source.interval_name(run)}s",
    )


def _producers(run: DisparityRun) -> str:
    return "; ".join(words.plain_markdown(p.producer) for p in run.config.passports.values())


def _most(frame: pd.DataFrame) -> dict[str, Any] | None:
    """The group with the highest ratio, of those that can be told."""
    known = frame[frame["ratio"].notna()].sort_values("ratio", ascending=False)
    return told.records(known)[0] if len(known) else None


def _what(run: DisparityRun, reason: str) -> str:
    said = {r.id: r.said for r in told.scheme(run).reasons}
    return "stopped" if reason == ALL else f"stopped {words.plain_markdown(said[reason])}"


def _answer(run: DisparityRun, chosen: Asked, now: pd.DataFrame, shares: pd.DataFrame) -> str:
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


def _told(run: DisparityRun, chosen: Asked, now: pd.DataFrame, ratios: pd.DataFrame) -> str:
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


def _between(run: DisparityRun, group: str, same: pd.DataFrame) -> str:
    """Between which ratios the choice of a population moves the answer, and which of them are not verified."""
    known = {b.id: b for b in told.scheme(run).benchmarks}
    ends = told.records(same.sort_values("ratio").iloc[[0, -1]])
    least, most = (f"{words.number(row['ratio'], 1)} ({known[row['benchmark']].label})" for row in ends)
    loose = [b.label for b in known.values() if b.status == "unverified"]
    caution = f" Not every figure of {words.listing(loose)} was verified beside its source." if loose else ""
    return words.plain_markdown(f"For {group}, the choice of a population gives from {least} to {most}.{caution}")


def _drugs_beside_others(run: DisparityRun, ratios: pd.DataFrame) -> str:
    kinds = {b.id for b in told.scheme(run).benchmarks if b.kind == "other_stops"}
    rows = ratios[
        (ratios["dimension"] == "ethnicity") & ratios["benchmark"].isin(kinds) & (ratios["reason"] == "drugs")
    ]
    first = _most(rows)
    if first is None:
        return ""
    group = words.plain_markdown(told.group_label(run, str(first["group"])))
    other = words.plain_markdown(told.group_label(run, told.reference(run, "ethnicity")))
    if not first["ratio"] > 1:
        return f"Beside stops for other reasons, drug stops fall on no group more often than on {other}."
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
