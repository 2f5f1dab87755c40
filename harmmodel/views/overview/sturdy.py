"""Does the top of the list hang on one indicator, or on who is counted as present? From points, never from draws."""

from __future__ import annotations

from harmmodel.lenses.areas.sturdiness import DEATHS
from harmmodel.views import denominator, words
from harmmodel.views.labels import indicator_label
from harmmodel.warehouse.store.runs import AreaRun


def sturdy_sentence(run: AreaRun) -> str:
    """Say how many of the first areas stay first whichever indicator is left out, and by a second population.

    Empty where no indicator can be left out and the place has no second population.
    """
    rows = run.sturdiness
    without, deaths = rows[rows["left_out"] != DEATHS], rows[rows["left_out"] == DEATHS]
    said = []
    if len(without):
        fewest = without[without["stayed"] == without["stayed"].min()]
        many, stay = int(fewest["units"].iloc[0]), int(fewest["stayed"].iloc[0])
        labels = [words.plain_markdown(indicator_label(run, name)) for name in fewest["left_out"]]
        named = words.listing((f"{label[:1].lower()}{label[1:]}" for label in labels), at_most=2)
        kept = "all stay" if stay == many else f"{stay} stay"
        which = "whichever indicator is left out" if stay == many else f"without {named}, fewer than without any other"
        said.append(f"Of the first {words.areas(many)} {kept} among the first {which}")
    for many, stay in deaths[["units", "stayed"]].itertuples(index=False):
        said.append(f"by deaths alone {stay} of {many} are the same")
    own = f"{words.capital('; '.join(said))}." if said else ""
    return " ".join(filter(None, (own, denominator.place_sentence(run))))
