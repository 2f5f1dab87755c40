"""What to know of the data behind a run: thin indicators, shared-out records, clipped scores, records left out."""

from __future__ import annotations

from harmmodel.views import words
from harmmodel.warehouse.runs import Run

CLIPPED = 0.0


def data_notes(run: Run) -> tuple[str, ...]:
    """One sentence for each thing a reader should know before using the figures (Markdown, labels escaped)."""
    register = run.register
    names = {row.indicator: words.plain_markdown(row.label) for row in register.itertuples()}
    screened = register[register["screened"]]
    notes = [
        f"{names[row.indicator]} is shown with weight 0: {words.plain_markdown(row.reason)}." for row in screened.itertuples()
    ]
    shared = [names[i] for i in register.loc[register["approximate"], "indicator"]]
    if shared:
        notes.append(f"{words.listing(shared)}: known by police beat and shared out to areas, so approximate.")
    clipped = register[register["clipped_share"] > CLIPPED]
    if len(clipped):
        named = (f"{names[r.indicator]} ({words.share(float(str(r.clipped_share)))})" for r in clipped.itertuples())
        notes.append(f"Scores cut off at 100, share of draws: {words.listing(named)}.")
    notes.extend(_not_placed(run))
    return tuple(note.replace("..", ".") for note in notes)


def _not_placed(run: Run) -> list[str]:
    placed = run.register.assign(unallocated=run.register["unallocated"].fillna(0))
    lost = placed[placed["unallocated"] > 0]
    notes = []
    if len(lost):
        worst = lost.loc[(lost["unallocated"] / (lost["unallocated"] + lost["events"]).clip(lower=1)).idxmax()]
        part = float(worst["unallocated"]) / max(float(worst["unallocated"] + worst["events"]), 1.0)
        notes.append(
            f"{words.capital(words.how_many(len(lost), 'indicator has', 'indicators have'))} events without an area; they "
            f"raise no score. Most in {words.plain_markdown(worst['label'])}: {words.share(part)}."
        )
    rejected = int(run.reconciliation["rejected"].sum())
    if rejected:
        notes.append(f"{words.count(rejected)} rows of the raw files could not be read.")
    return notes
