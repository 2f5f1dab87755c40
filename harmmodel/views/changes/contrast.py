"""Both orders of the areas, by harm and by arrests: set side by side, and what follows in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from harmmodel.views import words
from harmmodel.views.areas.nearest import needs_contact
from harmmodel.views.ordered import ordered_scores
from harmmodel.views.overview import corners
from harmmodel.views.ties import place_words
from harmmodel.warehouse.store.runs import Run

QUESTION = "What changes if harm, not arrests, sets priorities?"
CLEAR_PLACES = 10
FIRST = 10
NAMED = 6
RATIO_BREAKS = (1 / 3, 2 / 3, 3 / 2, 3)
RATIO_WORDS = ("under a third", "a third to two thirds", "about equal or unclear", "1.5 to 3 times", "over 3 times")
LEVEL_BUCKET = 2
CLOSE, PARTLY = 0.8, 0.5


def compared(run: Run) -> pd.DataFrame:
    """The contrast in order of harm rank, with tier, score, advice, the direction of clear moves and the ratio's step.

    A move has a direction when it is clear: 10 places or more, the arrests rank outside the interval of the harm rank,
    and 10 places or more the same way without the indicators that need police contact. Where only the last is missing,
    ``vanishes`` is set: such a move would rest on those indicators alone.
    """
    columns = ["unit_id", "score", "score_low", "score_high", "tier", "rank_no_contact"]
    frame = run.contrast.merge(ordered_scores(run)[columns], on="unit_id", how="left", validate="one_to_one")
    frame = frame.sort_values(["rank_harm", "label"], na_position="last").reset_index(drop=True)
    frame["moves"] = frame["moves"].to_numpy(float, na_value=np.nan)  # whole numbers cannot say "not known" as NaN
    far = frame["clear_move"].astype(bool) & (frame["moves"].abs() >= CLEAR_PLACES)
    holds = (frame["rank_arrests"] - frame["rank_no_contact"]) * np.sign(frame["moves"]) >= CLEAR_PLACES
    frame["direction"] = np.select([far & holds & (frame["moves"] > 0), far & holds], ["higher", "lower"], "none")
    frame["vanishes"] = far & ~holds
    frame["bucket"] = [ratio_bucket(r, level) for r, level in zip(frame["ratio"], frame["level"], strict=True)]
    frame["bucket_label"] = [RATIO_WORDS[b] if b >= 0 else "not known" for b in frame["bucket"]]
    frame["advice"] = [corners.advice(t, c) for t, c in zip(frame["tier"], frame["corner"], strict=True)]
    frame["arrests_place"], frame["harm_place"] = place_words(frame["rank_arrests"]), place_words(frame["rank_harm"])
    return frame


def clear_rule(run: Run, interval: str) -> str:
    """What makes a move clear, for captions; *interval* names the interval of the harm rank."""
    also = ", also without police-contact indicators" if needs_contact(run) else ""
    return f"a move of {CLEAR_PLACES} places or more{also}, from an arrests rank outside the harm rank's {interval}"


def vanished(frame: pd.DataFrame) -> str:
    """Name the moves that rest on police-contact indicators alone; empty when there are none (Markdown)."""
    names = [words.plain_markdown(name) for name in frame.loc[frame["vanishes"], "label"]]
    if not names:
        return ""
    named = words.listing(names, at_most=NAMED)
    return f"Not named: {named}, whose move shrinks or turns without police-contact indicators."


def ratio_bucket(ratio: float, level: str | None) -> int:
    """Step of the ratio ramp, 0 to 4; the middle for any interval that contains 1, -1 where nothing is known.

    >>> nan = float("nan")
    >>> ratio_bucket(3.6, "over"), ratio_bucket(3.6, "level"), ratio_bucket(0.2, "under"), ratio_bucket(nan, None)
    (4, 2, 0, -1)
    """
    if not np.isfinite(ratio):
        return -1
    return LEVEL_BUCKET if level == "level" else int(np.searchsorted(RATIO_BREAKS, ratio, side="right"))


def agreement(run: Run, frame: pd.DataFrame) -> str:
    """How far both orders agree, in words that follow the figures (Markdown)."""
    rho = float(run.facts["spearman"])
    known = frame["rank_arrests"].notna() & frame["rank_harm"].notna()
    if not np.isfinite(rho):
        return f"**The two rankings cannot be compared.** {words.capital(words.areas(int(known.sum())))} in both."
    first = min(FIRST, int(known.sum()) // 2)  # half of a small place is not its top
    both = int(((frame["rank_arrests"] <= first) & (frame["rank_harm"] <= first)).sum())
    close = rho >= CLOSE and both > first / 2
    verdict = "A shift at the margin" if close else "A partial shift" if rho >= PARTLY else "A different order"
    agree = "agree closely" if rho >= CLOSE else "agree in part" if rho >= PARTLY else "differ widely"
    clear = words.how_many(int((frame["direction"] != "none").sum()), "area moves", "areas move")
    return (
        f"**{verdict}.** The two rankings {agree} (rank correlation {words.number(rho, 2)}; the first {first} of each "
        f"share {words.areas(both)}). {words.capital(clear)} by {CLEAR_PLACES} places or more and by more than the "
        f"uncertainty{_also(run)}."
    )


def _also(run: Run) -> str:
    return ", with and without police-contact indicators" if needs_contact(run) else ""


def focus_shares(run: Run, frame: pd.DataFrame) -> str:
    """What the areas in focus hold of arrests and of violence, which are over or under, and what follows (Markdown)."""
    focus = frame[frame["tier"] == "focus"]
    if focus.empty:
        return "No area is in focus, so no share of arrests can be set against harm there."
    arrests, violence = float(run.facts["focus_arrest_share"]), float(run.facts["focus_violence_share"])
    named = {level: [words.plain_markdown(n) for n in focus.loc[focus["level"] == level, "label"]] for level in LEVELS}
    sides = [
        f"{text}: {words.listing(names, at_most=NAMED)}" for (level, text) in LEVELS.items() if (names := named[level])
    ]
    verb = "holds" if len(focus) == 1 else "hold"
    held = (
        f"The {words.areas(len(focus))} in focus {verb} {words.share(arrests)} of drug arrests against "
        f"{words.share(violence)} of weighted serious violence. {words.capital('; '.join(sides))}."
    )
    return f"{held} {_where_the_change_lies(float(run.facts['spearman']), named)}"


LEVELS = {
    "over": "more drug arrests than weighted serious violence",
    "level": "level",
    "under": "fewer drug arrests than weighted serious violence",
}


def _where_the_change_lies(rho: float, named: dict[str, list[str]]) -> str:
    if rho >= CLOSE and named["over"]:
        return (
            "Both rankings lead to much the same areas, so the change lies as much inside areas (which activity) as "
            "between them (how much of it)."
        )
    if rho >= CLOSE:
        return "Both rankings lead to much the same areas, so little moves between areas."
    return "The rankings lead to different areas in part, so the change lies first between areas."


def intervals(frame: pd.DataFrame, name: str, decimals: int = 0) -> list[str]:
    """The interval of column *name* as text, row by row."""
    return [words.interval(a, b, decimals) for a, b in zip(frame[f"{name}_low"], frame[f"{name}_high"], strict=True)]


def tier_text(tier: str) -> str:
    """A tier as sign and word."""
    return f"{words.TIER_SIGNS.get(tier, words.MISSING)} {words.capital(str(tier))}"
