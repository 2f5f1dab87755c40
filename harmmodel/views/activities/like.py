"""The comparison of like places in words: what was matched on, how alike cells are, what a hidden cause needs."""

from __future__ import annotations

import pandas as pd

from harmmodel.lenses.activities.verdict import (
    FEW_CELLS,
    FEW_LIKE,
    LESS,
    MORE,
    NO_VIOLENCE,
    NOT_MATCHED,
    OPEN,
    SAYS,
    UNBALANCED,
    UNDER,
    UNMEASURED,
)
from harmmodel.lenses.phrases import decimals
from harmmodel.views import words
from harmmodel.views.blocks import Step
from harmmodel.views.source import interval_name
from harmmodel.warehouse.store.runs import AreaRun, Frames

SHORT = {
    MORE: "more violence",
    OPEN: "cannot tell them apart",
    UNDER: "little or no more violence",
    LESS: "less violence",
    NOT_MATCHED: "cannot be judged: nothing to match on",
    FEW_CELLS: "cannot be judged: too few like cells",
    FEW_LIKE: "cannot be judged: most cells have no like cell",
    UNBALANCED: "cannot be judged: cells are not alike",
    NO_VIOLENCE: "cannot be judged: too little violence",
    UNMEASURED: words.MISSING,
}


def verdict_text(code: str) -> str:
    """The verdict of the comparison in a few words."""
    return SHORT[code]


def matched_on(run: AreaRun) -> str:
    """Say by which offences like cells were found, and that nothing else was."""
    classes = words.listing(name.replace("_", " ") for name in run.config.place.matched_on)
    if not run.config.place.matched_on:
        return "This place names no offences by which like cells could be found."
    return (
        f"Matched on recorded {classes}, by kind of place, and on nothing else: not on residents, land use or income, "
        "never on violence and never on what police find."
    )


def finding(run: AreaRun, table: pd.DataFrame) -> str:
    """Say how many activities of those judged have more violence than like places."""
    judged = table[table["p_family"].notna()]
    if judged.empty or not run.config.place.matched_on:
        return ""
    told = judged[judged["like_verdict"].isin(SAYS)]
    total = words.how_many(len(judged), "activity", "activities")
    more = int((told["like_verdict"] == MORE).sum())
    under = int((told["like_verdict"] == UNDER).sum())
    said = (
        f" Beside like places, {more} of {total} with enough records lie in cells with more violence than like cells "
        f"without, and {under} stay under the limit of lower priority"
    )
    out = len(judged) - len(told)
    said = f"{said}; {out} cannot be judged." if out else f"{said}."
    if more == len(judged) > 1:
        said += " All have more, so that alone singles out none of them."
    return said


def like_places(run: AreaRun, tables: Frames, row: pd.Series) -> Step:
    """Cells with records beside like cells without: how many, how alike, the ratio and what a hidden cause needs."""
    limits = run.config.policy.activities.like_places
    balance = tables["activity_balance"]
    balance = balance[balance["activity"] == row["unit_id"]]
    rows = [
        ("Cells with such records", words.number(row["like_cells"])),
        ("Of them with like cells without records", words.number(row["like_matched"])),
        ("Of them without", words.number(row["like_cells"] - row["like_matched"])),
        ("Violence against like cells", words.excess(row["like_ratio"])),
        (f"The same, {interval_name(run)}", words.interval(row["like_low"], row["like_high"], 2)),
        ("E-value of the ratio", words.number(row["like_e_value"], 2)),
        ("E-value of the end nearest to 1", words.number(row["like_e_value_end"], 2)),
        ("Verdict", words.capital(verdict_text(str(row["like_verdict"])))),
    ]
    rows += [
        (f"Difference in {setting} before and after, in standard deviations", _pair(before, after))
        for setting, before, after in zip(balance["setting"], balance["before"], balance["after"], strict=True)
    ]
    return Step(
        "3 Like places",
        f"{matched_on(run)} {_how(run)} {_hidden(row)}Judged from {limits.cells} matched cells and "
        f"{words.share(limits.share)} of all on, with no difference over {decimals(limits.balance, 2)} left.".strip(),
        pd.DataFrame(rows, columns=["What", "Figure"]),
        "Cells with records beside like cells without",
    )


def _pair(before: float, after: float) -> str:
    return f"{words.number(before, 2)}, {words.number(after, 2)}"


def _how(run: AreaRun) -> str:
    like = run.config.activities.typology.like_places if run.config.activities else None
    if like is None:
        return ""
    return (
        f"Cells are H3 cells of resolution {like.cell}, over the whole period; like cells differ by at most "
        f"{like.caliper:g} standard deviations in each kind of place. The interval draws larger cells of resolution "
        f"{like.block} again."
    )


def _hidden(row: pd.Series) -> str:
    """Say how strong a hidden cause would have to be, where there is something to explain."""
    end = float(row["like_e_value_end"])
    if not end > 1:
        return ""
    return (
        "Something that was not matched on, such as poverty, could explain the ratio if it raised both the chance of "
        f"records and violence {words.number(row['like_e_value'], 2)} times, and bring its interval to 1 if "
        f"{words.number(end, 2)} times. "
    )
