"""Where every row of the raw files went: a table whose rows add up, and one sentence on those that are not counted."""

from __future__ import annotations

import pandas as pd

from harmmodel.lenses.phrases import top
from harmmodel.views import notes as file_notes
from harmmodel.views import recorded, source, words
from harmmodel.views.blocks import Table
from harmmodel.views.labels import unfed, unfed_sentence
from harmmodel.views.overview.account import FATES, files, told_repeats
from harmmodel.warehouse.store.runs import AreaRun, StoredRun

NOTE = (
    "The rows of each file are the sum of the seven columns beside them. Enforcement is kept apart from every score. A "
    "reduction merges rows that tell of one event and drops what is not needed. Outside the period includes what lies "
    "after the day up to which the run counts. Of rows that repeat another, one counts; rows that are alike in every "
    "column that is read are kept where the passport names no number of a record (unique), since they may be two "
    "events. Of a sensitive file no number is told, since a total less what is told elsewhere could give a small count "
    "away; that its rows add up is checked when it is loaded."
)
UNREAD = "Counted without what police did"


def table(run: StoredRun) -> Table:
    """Return one row per file and their sum."""
    rows = files(run)
    frame = pd.DataFrame({"File": rows["file"], "Rows": rows["rows"]})
    frame = frame.assign(**{name: rows[fate] for fate, name in FATES.items()})
    numbers = ["Rows", *FATES.values()]
    total = pd.DataFrame([{"File": "All files", **frame[numbers].sum().to_dict()}])
    frame = pd.concat([frame, total], ignore_index=True).astype(dict.fromkeys(numbers, "Int64"))
    frame["Why rejected"] = [*(str(reason or words.MISSING) for reason in rows["reasons"]), words.MISSING]
    frame["Repeats"] = [*(told_repeats(line) or words.MISSING for line in rows.to_dict("records")), words.MISSING]
    frame["Why accepted"] = [*(str(reason or words.MISSING) for reason in rows["accepted"]), words.MISSING]
    unread = _unread(rows)
    if unread.any():
        frame[UNREAD] = [*map(words.count, unread), words.count(int(unread.sum()))]
    return Table(
        "Where every row went",
        frame,
        f"{run.place.id}-rows.csv",
        f"{len(rows)} files with the fate of their rows; each line adds up",
        dict.fromkeys(numbers, words.count),
        source.origin(run, [""] * len(frame)).drop(columns="unit_id"),
        NOTE,
    )


def sentence(run: AreaRun) -> str:
    """Say how many rows are counted and what became of the others (Markdown)."""
    rows = files(run)
    total = {fate: int(rows[fate].sum()) for fate in FATES}  # what is not told is left out
    phrases = {
        "outside_period": "outside the period",
        "outside_city": "outside the place",
        "reduced": "merged or dropped by the reduction",
        "enforcement": "enforcement, kept apart from every score",
        "rejected": "rejected",
        "no_location": "without a location",
    }
    reasons = "; ".join(str(text) for text in rows["reasons"] if text)
    phrases["rejected"] += f" ({words.plain_markdown(reasons)})" if reasons else ""
    others = [f"{words.count(total[fate])} {text}" for fate, text in phrases.items() if total[fate]]
    left = f" Not counted: {words.listing(others)}." if others else ""
    unread = int(_unread(rows).sum())
    told = f" In {words.count(unread)} of those that count, what police did cannot be read." if unread else ""
    counted, untold = words.count(total["loaded"]), int(rows["rows"].isna().sum())
    beside = f" Rows of {words.how_many(untold, 'sensitive file', 'sensitive files')} are not told." if untold else ""
    return f"Of {words.count(int(rows['rows'].sum()))} rows of the raw files {counted} count.{told}{left}{beside}"


def _unread(rows: pd.DataFrame) -> pd.Series[int]:
    """Rows that count although what they say of enforcement cannot be read; older runs kept none and do not say."""
    return rows["unread"] if "unread" in rows else pd.Series(0, index=rows.index)


def data_notes(run: AreaRun) -> tuple[str, ...]:
    """One sentence for each thing a reader should know before using the figures (Markdown, labels escaped)."""
    register = run.register
    names = {i: words.plain_markdown(label) for i, label in zip(register["indicator"], register["label"], strict=True)}
    notes = [unfed_sentence(run)] if unfed(run) else []
    if run.place.boundaries.h3 is not None:
        many = words.plain_markdown(run.place.unit_noun.many)
        of_those = f"so the {top(run.config.scheme.top_share)} is of those, not of all land."
        notes.append(f"Only {many} with recorded harm are listed, {of_those}")
    notes += [words.plain_markdown(note) for note in source.thin_notes(run)]
    shared = [names[i] for i in register.loc[register["approximate"], "indicator"]]
    if shared:
        notes.append(f"{words.listing(shared)}: known by police beat and shared out to areas, so approximate.")
    if cut := source.clipping_note(run):
        notes.append(words.plain_markdown(cut))
    notes += [words.plain_markdown(note) for note in (source.unscored_note(run), source.odd_rates_note(run)) if note]
    notes.extend(words.plain_markdown(said) for said in [*file_notes.told(run), *recorded.jumps(run)])
    notes += [words.plain_markdown(note) for note in (source.reported_note(run), source.silent_note(run)) if note]
    notes.extend(_not_placed(run))
    return tuple(note.replace("..", ".") for note in notes)


def _not_placed(run: AreaRun) -> list[str]:
    placed = run.register.assign(unallocated=run.register["unallocated_high"].fillna(0))
    lost = placed[placed["unallocated"] > 0]
    notes = []
    if len(lost):
        parts = (lost["unallocated"] / (lost["unallocated"] + lost["events"]).clip(lower=1)).to_numpy()
        worst = lost.iloc[int(parts.argmax())]
        notes.append(
            f"{words.capital(words.how_many(len(lost), 'indicator has', 'indicators have'))} events without an area; "
            f"they raise no score. Most in {words.plain_markdown(worst['label'])}: {words.share(float(parts.max()))}."
        )
    return [*notes, sentence(run)]
