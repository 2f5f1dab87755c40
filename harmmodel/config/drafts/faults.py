"""What a draft leaves to a person: lines of the crosswalk that nobody has reviewed, classes to choose, proposals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from harmmodel.config.config import Config
from harmmodel.config.reader import Reader

SUGGESTED = "suggested"  # under match: nobody has reviewed the line
TO_DECIDE = "to_decide"  # under class: nobody has chosen one
PROPOSED = "Proposed by harmmodel goalposts"  # begins the reason of a goalpost that nobody has judged
LISTED = 8


def draft_faults(config: Config, lines: Sequence[int]) -> Iterator[str]:
    """Tell what a person has yet to decide in a place's crosswalk and passports; *lines*: of each row of the first."""
    here = f"config/places/{config.place.id}"
    rows = list(zip(config.crosswalk, lines, strict=False))
    if open_ := [line for row, line in rows if row.match == SUGGESTED]:
        codes = [row.code for row, _ in rows if row.match == SUGGESTED]
        named = ", ".join(map(repr, codes[:LISTED])) + (f" and {len(codes) - LISTED} more" if codes[LISTED:] else "")
        yield (
            f"{here}/crosswalk.csv line{'s' * (len(open_) > 1)} {ranges(open_)}: match says {SUGGESTED} for {named}: "
            f"nobody has reviewed the class. See them with harmmodel review {config.place.id}; then write exact, "
            "closest or proxy, or accept lines there"
        )
    if undecided := [line for row, line in rows if row.class_ == TO_DECIDE and row.match != SUGGESTED]:
        yield f"{here}/crosswalk.csv line{'s' * (len(undecided) > 1)} {ranges(undecided)}: class: choose one"
    for name, passport in sorted(config.passports.items()):
        if passport.classify and passport.classify.class_ == TO_DECIDE:
            yield f"{here}/sources/{name}.yaml: classify.class: say which class every row of the file has"


def spelled_faults(reader: Reader, home: Path) -> Iterator[str]:
    """Tell of ids that are proposed for units and that nobody has reviewed; *home*: the folder of the place."""
    for name, ids in suggested_ids(reader, home).items():
        pairs = [f"{written!r} as {unit!r}" for written, unit in ids.items()]
        more = f" and {len(pairs) - LISTED} more" if pairs[LISTED:] else ""
        yield (
            f"config/places/{home.name}/sources/{name}.yaml: locate.spellings: {', '.join(pairs[:LISTED])}{more}: "
            "nobody has reviewed whether each means that unit (suggested: true). See them with harmmodel review "
            f"{home.name}; take out what is wrong, then accept the others: harmmodel review {home.name} --accept-ids "
            f"{name}"
        )


def suggested_ids(reader: Reader, home: Path) -> dict[str, dict[str, str]]:
    """Return by source the ids that are proposed for units written otherwise, also of passports with other faults."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((home / "sources").glob("*.yaml")):
        locate = reader.content(path).get("locate")
        if isinstance(locate, dict) and locate.get("suggested") is True:
            spellings = locate.get("spellings")
            pairs = spellings.items() if isinstance(spellings, dict) else ()
            found[path.stem] = {str(written): str(unit) for written, unit in pairs}
    return found


def proposals(config: Config) -> Iterator[str]:
    """Tell what counts already but was proposed from the data, so that somebody judges it."""
    if names := sorted(name for name, posts in config.goalposts.items() if posts.why.startswith(PROPOSED)):
        yield (
            f"{config.place.id}: the goalposts of {', '.join(names)} are proposals from the data. Judge them, and say "
            f"why in config/places/{config.place.id}/goalposts.yaml"
        )


def ranges(numbers: Sequence[int]) -> str:
    """Write numbers in order, those that follow each other as one range.

    >>> ranges([2, 3, 4, 7, 9, 10])
    '2-4, 7, 9-10'
    """
    ordered = sorted(numbers)
    starts = [ordered[0], *(b for a, b in pairwise(ordered) if b != a + 1)]
    ends = [*(a for a, b in pairwise(ordered) if b != a + 1), ordered[-1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
