"""What does a score trade against what? One more recorded event of each class, counted in homicides."""

from __future__ import annotations

import pandas as pd

from harmmodel.assembly import areas
from harmmodel.lenses.areas import tradeoffs as lens
from harmmodel.lenses.tiers import FOCUS
from harmmodel.views import words
from harmmodel.views.blocks import Table
from harmmodel.views.export import Export
from harmmodel.views.labels import indicator_label, pillar_label
from harmmodel.views.source import origin
from harmmodel.warehouse.store.runs import AreaRun

UNIT = "homicide"
MEANS = (
    "One more recorded event a year in an area, what is expected there standing still. 2 says that it moves the score "
    "as far as two homicides there. The median area is the median over areas of each area's own count. "
    "These figures follow from goalposts and weights."
)


def gained(run: AreaRun) -> pd.DataFrame:
    """Return one row per weight set, unit and class: weight_set, unit_id, indicator, class, gain, homicides, deaths."""
    scored = lens.Scored(run.classes, run.priors, run.indicators, run.pillars)
    deaths = {name for name, item in run.config.indicators.items() if item.counts_deaths}
    parts = []
    for name in run.config.weight_sets:
        scheme = areas.area_scheme(run.config, name)
        judged = lens.Judgements(areas.indicator_specs(run.config), scheme.pillars, scheme.class_weights, scheme.p)
        counted = lens.in_homicides(lens.gains(scored, judged), UNIT)
        parts.append(lens.in_least_deaths(counted, deaths).assign(weight_set=name))
    return pd.concat(parts, ignore_index=True)


def table(run: AreaRun, unit_id: str = "") -> Table:
    """Return one row per class: how many homicides an event counts, in one area or in the median of all."""
    rows = gained(run)
    label = "the median area"
    if unit_id:
        rows = rows[rows["unit_id"] == unit_id]
        label = str(run.units.loc[run.units["unit_id"] == unit_id, "label"].iloc[0])
    cells = rows.groupby(["indicator", "class", "weight_set"], sort=False)["homicides"].median()
    grouped = cells.unstack("weight_set").reindex(columns=list(run.config.weight_sets))
    in_force = rows[rows["weight_set"] == run.config.scheme.weight_set].groupby(["indicator", "class"])
    ends = in_force["homicides"].agg(["min", "max"])
    frame = grouped.join(ends).sort_values(run.config.scheme.weight_set, ascending=False).reset_index()
    named = {name: run.config.weight_sets[name].title for name in run.config.weight_sets}
    shown = pd.DataFrame(
        {
            "Indicator": [indicator_label(run, name) for name in frame["indicator"]],
            "Event": [str(name).replace("_", " ") for name in frame["class"]],
            **{f"Homicides, {label_}": frame[name] for name, label_ in named.items()},
            **({} if unit_id else {"Least area": frame["min"], "Most area": frame["max"]}),
        }
    )
    figures = [str(name) for name in shown if name not in ("Indicator", "Event")]
    return Table(
        label=f"What one more event a year counts, in homicides: {label}",
        frame=shown,
        file_name="tradeoffs.csv",
        alt=f"One row per class of events: how many homicides one more event a year counts in {label}.",
        formats=dict.fromkeys(figures, _figure),
        origin=origin(run, [unit_id or "all"] * len(shown)),
        note=MEANS,
    )


def _figure(value: float) -> str:
    return words.number(value, 1 if value >= 10 else 2)


def export(run: AreaRun, unit_id: str = "") -> Export:
    """Return the table to be handed out, with the run that it comes from."""
    return Export(table(run, unit_id).download)


def sentences(run: AreaRun) -> list[str]:
    """Say which event counts most in the median area, and where the differences of the score come from."""
    rows = gained(run)
    rows = rows[rows["weight_set"] == run.config.scheme.weight_set]
    others = rows[rows["class"] != UNIT]
    median = others.groupby(["class", "indicator"])["homicides"].median().dropna()
    said = []
    if len(median) and rows["class"].eq(UNIT).any():
        most, count = str(median.sort_values().index.get_level_values("class")[-1]), float(median.max())
        heavier = f"as many as {_figure(count)} homicides" if count > 1 else f"{_figure(count)} of a homicide"
        said.append(f"In the median area one more {most.replace('_', ' ')} a year moves the score by {heavier}.")
    said += outweighing(run)
    shares = variance(run)
    if len(shares) > 1:
        parts = [f"{words.share(value)} from {name.lower()}" for name, value in shares.items()]
        said.append(f"Differences between areas come {words.listing(parts)}.")
    return said


def outweighing(run: AreaRun) -> list[str]:
    """Say, for the median area, whether an allegation moves the score further than a death, and who decided so.

    Nothing is said where no allegation, or no death, counts.
    """
    counts = _allegations(run)
    heavy = counts[counts["deaths"] > 1]
    if len(counts) and heavy.empty:
        class_, count = counts[["class", "deaths"]].iloc[0]
        return [f"{_in_deaths(str(class_), float(count))} No allegation outweighs a death there. {_elsewhere(run)}"]
    return [_outweighs(run, *row) for row in _rows(heavy)]


def undecided(run: AreaRun) -> list[str]:
    """Say which allegations outweigh a death in the median area though nobody has decided so."""
    counts = _allegations(run)
    heavy = _rows(counts[counts["deaths"] > 1])
    return [_outweighs(run, *row) for row in heavy if run.config.goalposts[row[0]].may_outweigh_a_death is None]


def _rows(counts: pd.DataFrame) -> list[tuple[str, str, float]]:
    return [(str(name), str(class_), float(count)) for name, class_, count in counts.itertuples(index=False)]


def _allegations(run: AreaRun) -> pd.DataFrame:
    """Return how many deaths of the kind that counts least one allegation counts: indicator, class, deaths, most first.

    The median over areas, in the weight set that makes most of it; empty where no allegation, or no death, counts.
    """
    items = run.config.indicators
    rows = gained(run)
    said = {name for name, item in items.items() if item.evidence == "allegation"}
    rows = rows[rows["indicator"].isin(said)]
    medians = rows.groupby(["indicator", "class", "weight_set"])["deaths"].median()
    most = medians.groupby(level=[0, 1]).max().dropna()
    return most.reset_index().sort_values("deaths", ascending=False)


def _elsewhere(run: AreaRun) -> str:
    """Say in how many areas some allegation outweighs a death in the weight set in force, and in how many in focus."""
    rows = gained(run)
    rows = rows[rows["weight_set"] == run.config.scheme.weight_set]
    said = {name for name, item in run.config.indicators.items() if item.evidence == "allegation"}
    heavy = set(rows.loc[rows["indicator"].isin(said) & (rows["deaths"] > 1), "unit_id"])
    focus = run.scores[run.scores["tier"] == FOCUS]
    among = int(focus["unit_id"].isin(heavy).sum())
    known = rows["unit_id"].nunique()
    return f"In {len(heavy)} of {known} areas some allegation does, {among} of them among the {len(focus)} in focus."


def _in_deaths(class_: str, count: float) -> str:
    return (
        f"In the median area one more {class_.replace('_', ' ')} a year moves the score by {_figure(count)} deaths of "
        "the kind that counts least there."
    )


def _outweighs(run: AreaRun, name: str, class_: str, count: float) -> str:
    if (decided := run.config.goalposts[name].may_outweigh_a_death) is not None:
        who, day = words.one_line(decided.decided_by), words.date(str(decided.from_))
        return f"{_in_deaths(class_, count)} So decided by {who}, {day}: {words.one_line(decided.why)}"
    return (
        f"{_in_deaths(class_, count)} Nobody has decided that an allegation may outweigh a death: raise the goalpost "
        f"of {name} in config/places/{run.config.place.id}/goalposts.yaml, or say there who decided it and why "
        "(may_outweigh_a_death)."
    )


def variance(run: AreaRun) -> dict[str, float]:
    """Return the share of the variance of the score over areas that each pillar makes, by its label, most first.

    Taken of the weighted sum of the pillars to the power of the mean, which orders areas as the score does.
    """
    power = run.config.scheme.aggregation.across_p
    values = run.pillars.pivot(index="unit_id", columns="pillar", values="score") ** power
    weights = {str(pillar.id): pillar.weight.value for pillar in run.config.scheme.pillars if pillar.id in values}
    shares = lens.variance_shares(values.dropna(axis="columns", how="all"), weights)
    ordered = shares.dropna().sort_values("share", ascending=False)
    return {pillar_label(run, str(part)): float(share) for part, share in ordered.itertuples(index=False)}
