"""Which tiers change if the weights change? Labelled what-if, computed on stored draws, never saved."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from harmmodel.assembly import areas
from harmmodel.lenses.areas import whatif as lens
from harmmodel.lenses.areas.joint import stored_estimates
from harmmodel.lenses.areas.whatif import HIGH_LEVEL, Basis, Rescored
from harmmodel.lenses.phrases import top
from harmmodel.lenses.tiers import FOCUS, TIERS
from harmmodel.views import words
from harmmodel.views.blocks import LARGE, Picture, Table, intervals
from harmmodel.views.labels import chance, indicator_label
from harmmodel.views.ordering import first_places, overlap_sentence, place_format, place_words
from harmmodel.views.source import interval_name, origin, place_line, source_line, units_line
from harmmodel.views.whatif.settings import PER, WhatIfSettings
from harmmodel.warehouse.store.runs import AreaRun

BANNER = "What-if, not a run. Nothing is saved."
SIGNS = words.tier_key(TIERS)
ENTER, LEAVE = ("enters", "enter"), ("leaves", "leave")
HOW = (
    "A weight counts in proportion to the others of its group. Draws take it from a range around your value, in "
    "proportion as wide as the agreed one."
)


@dataclass(frozen=True)
class WhatIf:
    """What the settings of a reader would change."""

    kicker: str
    answer: str  # Markdown, labels escaped
    banner: str
    how: str
    changed: tuple[str, ...]  # one line per area that changes tier; Markdown, labels escaped
    changed_title: str
    ranking: Picture  # row, value, low, high, q25, q75, tier, behind, figure, detail
    axis_title: str
    notes: tuple[str, ...]
    table: Table
    source: str


def basis(run: AreaRun, months: int = areas.AS_CONFIGURED, per: str = "") -> Basis:
    """Return counts and draws of one window and exposure; the published ones are the draws that the run stored.

    Raises
    ------
    RunMissing
        If the run keeps no counts of other windows.
    """
    data = areas.window_inputs(run.units, run.windows(), months)
    specs, scheme = areas.indicator_specs(run.config), areas.area_scheme(run.config)
    if months == areas.AS_CONFIGURED and not per:
        return lens.held_basis(data, specs, stored_estimates(run.classes, run.priors), run.class_draws())
    return lens.basis(data, specs, scheme, per, areas.least_exposure(run.config))


def unchanged(run: AreaRun) -> Rescored:
    """Return the published settings on the stored draws, as few as What-if uses: what every choice is compared with."""
    return lens.rescored(basis(run), areas.indicator_specs(run.config), areas.area_scheme(run.config))


def what_if(run: AreaRun, chosen: WhatIfSettings, chosen_basis: Basis, before: Rescored) -> WhatIf:
    """Return what *chosen* would change.

    Parameters
    ----------
    chosen_basis : the basis of the chosen window and exposure
    before : the published settings on as many draws, so that a change of tier is due to the settings
    """
    after = lens.rescored(chosen_basis, chosen.indicators, chosen.scheme)
    rows = after.frame.merge(before.frame[["unit_id", "tier", "rank"]], on="unit_id", suffixes=("", "_before"))
    rows = rows.merge(
        run.scores[["unit_id", "score", "tier", "rank"]],
        on="unit_id",
        suffixes=("", "_published"),
        validate="one_to_one",
    ).sort_values(["rank", "label"], na_position="last", ignore_index=True)
    return WhatIf(
        kicker=place_line(run, units_line(run), f"{words.number(chosen_basis.draws)} draws"),
        answer=_answer(rows, chosen),
        banner=BANNER,
        how=HOW,
        changed=_changed(rows),
        changed_title="Areas that change tier",
        ranking=_ranking(run, rows, chosen_basis),
        axis_title="What-if score, 0–100",
        notes=_notes(run, rows, chosen, chosen_basis, (after.screened, before.screened)),
        table=_table(run, rows),
        source=source_line(run),
    )


TOLD = 30  # areas that change tier and are told of one by one


def _moved(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["tier"] != rows["tier_before"]]


def _answer(rows: pd.DataFrame, chosen: WhatIfSettings) -> str:
    if rows["rank"].isna().all():
        return (
            "**No area is scored under these settings.** Give at least one pillar and one of its indicators a weight."
        )
    if not chosen.changes:
        return "**Nothing is changed yet.** Move a weight, or choose another way to count, to see which tiers change."
    said = f"Set: {words.listing(chosen.changes, at_most=6)}."
    if chosen.outside:
        said += f" Beyond the agreed range: {words.listing(chosen.outside, at_most=6)}."
    moved = _moved(rows)
    if moved.empty:
        return f"**No area changes tier.** {said}"
    into, out = int((moved["tier"] == FOCUS).sum()), int((moved["tier_before"] == FOCUS).sum())
    opening = words.capital(words.how_many(len(moved), "area changes", "areas change"))
    ways = [f"{words.how_many(n, *verbs)} focus" for n, verbs in ((into, ENTER), (out, LEAVE)) if n]
    return f"**{opening} tier; {words.listing(ways) if ways else 'focus stays the same'}.** {said}"


def _changed(rows: pd.DataFrame) -> tuple[str, ...]:
    places = {f"place{end}": place_words(rows[f"rank{end}"], is_short=True) for end in ("", "_before")}
    moved = _moved(rows.assign(**places))
    told = tuple(
        f"**{words.plain_markdown(row['label'])}**: {words.tier(row['tier_before'])} to {words.tier(row['tier'])}, "
        f"{_ranks(row['place_before'], row['place'])}"
        for row in moved.head(TOLD).to_dict("records")
    )
    return (*told, f"And {words.number(len(moved) - TOLD)} more, in the table.") if len(moved) > TOLD else told


def _ranks(before: str, after: str) -> str:
    return f"rank {after} as before" if before == after else f"rank {before} to {after}"


def _ranking(run: AreaRun, rows: pd.DataFrame, chosen_basis: Basis) -> Picture:
    behind = "" if chosen_basis.own_scale else " Thin grey tick: the published score."
    drawn = rows.head(LARGE)
    known = drawn.dropna(subset=["score"])
    is_cut, many = len(drawn) < len(rows), words.number(len(rows))
    rest = f" The table holds all {many}." if is_cut else ""
    return Picture(
        title=f"What-if order of the first {len(drawn)} of {many} areas" if is_cut else "What-if order of all areas",
        how_to_read=f"{SIGNS}. Pale bar: {interval_name(run)}; darker part: middle half.{behind}",
        frame=_list_rows(rows, chosen_basis).head(LARGE),
        alt=f"What-if order of {len(rows)} areas, first {words.listing(rows['label'][:3])}; "
        f"{words.how_many(len(_moved(rows)), 'changes', 'change')} tier.",
        note=f"{overlap_sentence(known['score_low'].tolist(), known['score_high'].tolist())}{rest}",
    )


def _list_rows(rows: pd.DataFrame, chosen_basis: Basis) -> pd.DataFrame:
    alone = rows["score"].isna() & rows["rank"].notna()  # in order by its only scored pillar
    detail = intervals(rows, "score")
    unknown = pd.Series("no score", index=rows.index).where(~alone, "one pillar")
    return pd.DataFrame(
        {
            "row": [
                f"{p} {label}" for p, label in zip(place_words(rows["rank"], is_short=True), rows["label"], strict=True)
            ],
            "value": rows["score"],
            "low": rows["score_low"],
            "high": rows["score_high"],
            "q25": rows["score_q25"],
            "q75": rows["score_q75"],
            "tier": rows["tier"],
            "behind": float("nan") if chosen_basis.own_scale else rows["score_published"],
            "figure": [words.score(value) for value in rows["score"]],
            "detail": pd.Series(detail, index=rows.index).where(rows["score"].notna(), unknown),
        }
    )


def _notes(
    run: AreaRun,
    rows: pd.DataFrame,
    chosen: WhatIfSettings,
    chosen_basis: Basis,
    screened: tuple[tuple[str, ...], tuple[str, ...]],
) -> tuple[str, ...]:
    notes = [_same_draws(run, rows, chosen_basis)]
    if chosen_basis.own_scale:
        notes.append(
            f"The agreed goalposts do not fit rates {PER[chosen.per][1]}. Each indicator's 100 is put at the "
            f"highest {100 * HIGH_LEVEL:g}th percentile of any area here, the rule by which the agreed ones were set. "
            "So order and tiers can be compared with the published ones, scores cannot, and no grey ticks are drawn."
        )
    if chosen.months != areas.AS_CONFIGURED:
        notes.append(f"What is counted: {_periods(run, chosen_basis)}.")
    fewer = [indicator_label(run, name) for name in screened[0] if name not in screened[1]]
    if fewer:
        notes.append(f"Too little is recorded here to count: {words.plain_markdown(words.listing(fewer))}.")
    more = [indicator_label(run, name) for name in screened[1] if name not in screened[0]]
    if more:
        notes.append(f"Counts here and not in the published run: {words.plain_markdown(words.listing(more))}.")
    return tuple(notes)


def _same_draws(run: AreaRun, rows: pd.DataFrame, chosen_basis: Basis) -> str:
    few, many = words.number(chosen_basis.draws), words.number(float(str(run.manifest["draws"])))
    opening = f"Both sides use the same {few} of the run's {many} draws, so a change is due to the settings."
    differs = rows[rows["tier_before"] != rows["tier_published"]]
    if differs.empty:
        return f"{opening} Unchanged, they give every area its published tier."
    areas_named = [
        f"{words.plain_markdown(row['label'])} ({row['tier_before']} here, published as {row['tier_published']})"
        for row in differs.to_dict("records")
    ]
    return f"{opening} The published tier, on all draws, differs for {words.listing(areas_named, at_most=6)}."


def _periods(run: AreaRun, chosen_basis: Basis) -> str:
    """Say which indicators are counted over which period."""
    periods: dict[tuple[str, str], list[str]] = {}
    for name, ends in chosen_basis.cube.periods.items():
        if run.config.indicators[name].role == "score" and all(ends):
            periods.setdefault((ends[0][:10], ends[1][:10]), []).append(indicator_label(run, name))
    return "; ".join(
        f"{words.period(*ends)}: {words.plain_markdown(words.listing(names, at_most=4)).lower()}"
        for ends, names in sorted(periods.items())
    )


def _table(run: AreaRun, rows: pd.DataFrame) -> Table:
    frame = pd.DataFrame(
        {
            "What-if rank": first_places(rows["rank"]),
            "Area": rows["label"],
            "What-if tier": [words.tier(name) for name in rows["tier"]],
            "Tier before": [words.tier(name) for name in rows["tier_before"]],
            "Published tier": [words.tier(name) for name in rows["tier_published"]],
            "What-if score": rows["score"],
            "Interval": intervals(rows, "score"),
            f"In {top(run.config.scheme.top_share)}": [chance(run, value) for value in rows["p_top"]],
            "Published rank": first_places(rows["rank_published"]),
            "Published score": rows["score_published"],
        }
    )
    return Table(
        label="Table of all areas",
        frame=frame,
        file_name=f"{run.place.id}-what-if.csv",
        alt=f"All {len(rows)} areas with what-if and published rank, tier and score",
        formats={
            **dict.fromkeys(("What-if score", "Published score"), words.score),
            **{name: place_format(frame[name]) for name in ("What-if rank", "Published rank")},
        },
        origin=origin(run, rows["unit_id"]),
    )
