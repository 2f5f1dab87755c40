"""What to know of the data behind a run: thin indicators, shared-out records, clipped scores, records left out."""

from __future__ import annotations

from harmmodel.views import words
from harmmodel.views.overview.reconciliation import fates_sentence
from harmmodel.views.reach import unfed, unfed_sentence
from harmmodel.warehouse.store.runs import Run

CLIPPED = 0.0


def data_notes(run: Run) -> tuple[str, ...]:
    """One sentence for each thing a reader should know before using the figures (Markdown, labels escaped)."""
    register = run.register
    names = {i: words.plain_markdown(label) for i, label in zip(register["indicator"], register["label"], strict=True)}
    screened = register[register["screened"]]
    notes = [unfed_sentence(run)] if unfed(run) else []
    if run.place.boundaries.h3 is not None:
        many = words.plain_markdown(run.place.unit_noun.many)
        notes.append(f"Only {many} with recorded harm are listed, so the top tenth is of those, not of all land.")
    notes += [
        f"{names[i]} is shown with weight 0: {words.plain_markdown(reason)}."
        for i, reason in zip(screened["indicator"], screened["reason"], strict=True)
    ]
    shared = [names[i] for i in register.loc[register["approximate"], "indicator"]]
    if shared:
        notes.append(f"{words.listing(shared)}: known by police beat and shared out to areas, so approximate.")
    clipped = register[register["clipped_share"] > CLIPPED]
    if len(clipped):
        shares = zip(clipped["indicator"], clipped["clipped_share"], strict=True)
        named = (f"{names[i]} ({words.share(part)})" for i, part in shares)
        notes.append(f"Scores cut off at 100, share of draws: {words.listing(named)}.")
    notes.extend(_not_placed(run))
    return tuple(note.replace("..", ".") for note in notes)


def _not_placed(run: Run) -> list[str]:
    placed = run.register.assign(unallocated=run.register["unallocated"].fillna(0))
    lost = placed[placed["unallocated"] > 0]
    notes = []
    if len(lost):
        parts = (lost["unallocated"] / (lost["unallocated"] + lost["events"]).clip(lower=1)).to_numpy()
        worst = lost.iloc[int(parts.argmax())]
        notes.append(
            f"{words.capital(words.how_many(len(lost), 'indicator has', 'indicators have'))} events without an area; "
            f"they raise no score. Most in {words.plain_markdown(worst['label'])}: {words.share(float(parts.max()))}."
        )
    return [*notes, fates_sentence(run)]
