"""Tables with a column for each month or each offence: found by their headings and proposed, for a person to say so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harmmodel.config.rows.table import Table
from harmmodel.warehouse.intake import profiles, roles, values
from harmmodel.warehouse.intake.codes import KnownCodes
from harmmodel.warehouse.intake.columns import headings
from harmmodel.warehouse.intake.profiles import ColumnProfile, FileProfile, Widened
from harmmodel.warehouse.load import kinds
from harmmodel.warehouse.load.told import near

LEAST = 2  # columns that are months, or known offences
LEAST_OF_YEAR = 6  # columns that are months of a year
LISTED = 6
PIVOT = 69  # years of two digits from here on are of the last century, as in formats of days
YEAR, MONTH, OF_YEAR = "%Y", "%Y-%m", "%m"  # the last: months of a year that stands in a column of its own
# First letters of the months in English, Spanish, Portuguese, German and French, without accents.
LETTERS = (
    "jan ene",
    "feb fev fevr",
    "mar mrz maer marz mars",
    "apr abr avr",
    "may mai mayo",
    "jun juin",
    "jul juil",
    "aug ago aou",
    "sep set",
    "oct out okt",
    "nov",
    "dec dic dez",
)
NUMBERS = {letters: number for number, listed in enumerate(LETTERS, start=1) for letters in listed.split()}
WRITTEN = (
    re.compile(r"(?P<y>[12][0-9]{3})"),
    re.compile(r"(?P<y>[12][0-9]{3})[-_/. ]?M?(?P<m>0[1-9]|1[0-2])", re.IGNORECASE),
    re.compile(r"(?P<y>[12][0-9]{3})-(?P<m>0[1-9]|1[0-2])-01(?: 00:00:00)?"),
    re.compile(r"(?P<m>0?[1-9]|1[0-2])[-_/. ](?P<y>[12][0-9]{3})"),
    re.compile(r"(?P<n>[^\W\d_]{3,})\.?[-_/. ']*(?P<y>[12][0-9]{3}|[0-9]{2})"),
    re.compile(r"(?P<y>[12][0-9]{3})[-_/. ]*(?P<n>[^\W\d_]{3,})\.?"),
)
# Whole numbers that are no count of an offence: sums and rates of others, ids, residents.
OTHER = re.compile(
    r"total|\bsums?\b|\ball\b|gesamt|ensemble|percent|%|\brates?\b|\bper\b|change|\bcodes?\b|fips|clear|solved|arrest",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Month:
    """A heading that is a month, or a year: the first day, and how it is written for all files alike."""

    day: dt.date
    form: str

    @property
    def written(self) -> str:
        """The heading as the standard writes it."""
        return self.day.strftime(self.form)


def lengthened(file: FileProfile, known: KnownCodes, day_first: bool | None) -> FileProfile:
    """Return a file with a row for each of its columns that are months or offences; other files as they are.

    Months that are written otherwise than 2019-01 get such names, in a file of text; in others they stay.
    """
    if file.layout is not None or file.is_outlines:
        return file
    if months := _months(file) or _of_year(file):
        form = next(iter(months.values())).form
        renamed = {name: month.written for name, month in months.items() if name != month.written}
        if renamed and not isinstance(kinds.of(file.given.path), kinds.Csv):
            return file
        file = _renamed(file, renamed)
        listed = tuple(month.written for month in months.values())
        name = "year" if form == YEAR else "month"
        return _long(file, Widened(listed, _free(name, file), _free("records", file), form), day_first)
    if offences := _offences(file, known):
        return _long(file, Widened(offences, _free("offence", file), _free("records", file)), day_first)
    return file


def question(file: FileProfile, read: Sequence[str]) -> str:
    """Say what columns became rows, and which beside them did not and are not read.

    Parameters
    ----------
    read : the columns that are read
    """
    wide = file.wide
    if wide is None:
        return ""
    listed = ", ".join(wide.columns[:LISTED]) + (" …" if len(wide.columns) > LISTED else "")
    what = "offences" if wide.form is None else "years" if wide.form == YEAR else "months"
    numbers = {c.name for c in file.columns if c.read.type in ("integer", "number")}
    unread = [name for name in dict.fromkeys(file.headings) if name.strip() and name not in {*read, *wide.columns}]
    sums = [name for name in unread if name in numbers and OTHER.search(name)]
    others = [name for name in unread if name not in sums]
    left = f". Taken for sums or rates, and not read: {', '.join(sums)}" if sums else ""
    left += f". Beside them, and not read: {', '.join(others)}. Add under wide.columns what is one, too" * bool(others)
    return (
        f"{len(wide.columns)} columns are taken for {what} ({listed}), and a row is made of each (wide), with its "
        f"heading as {wide.heading} and its count as {wide.value}. Say under columns.{wide.value}.means what is "
        f"counted, if that is right{left}"
    )


def _long(file: FileProfile, wide: Widened, day_first: bool | None) -> FileProfile:
    """Look at the file once more, with a row for each of the columns."""
    found = replace(file, wide=wide, rows=file.rows * len(wide.columns))
    kept = [column.name for column in file.columns if column.name not in wide.columns]
    return profiles.anew(found, [*kept, wide.heading, wide.value], day_first)


def _renamed(file: FileProfile, names: Mapping[str, str]) -> FileProfile:
    if not names:
        return file
    headings = tuple(names.get(heading, heading) for heading in file.headings)
    told = file.table.model_dump() if file.table else {}
    return replace(
        file,
        headings=headings,
        columns=tuple(replace(c, name=names.get(c.name, c.name)) for c in file.columns),
        table=Table.model_validate(told | {"names": headings}),
    )


def _free(name: str, file: FileProfile) -> str:
    taken = {heading.casefold() for heading in file.headings}
    return next(free for k in range(1, 1_000) if (free := name if k == 1 else f"{name}_{k}") not in taken)


def month_of(heading: str) -> tuple[int, int | None] | None:
    """Return year and month of a heading, the month None where it is a year; None where it is neither.

    >>> [month_of(text) for text in ("2019-01", "ene-19", "Jan-99", "März 2020", "2019M12", "2018", "Robo 19")]
    [(2019, 1), (2019, 1), (1999, 1), (2020, 3), (2019, 12), (2018, None), None]
    """
    text = heading.strip()
    for form in WRITTEN:
        if (met := form.fullmatch(text)) is None:
            continue
        parts = met.groupdict()
        year = int(parts["y"])
        if len(parts["y"]) == 2:
            year += 2000 if year < PIVOT else 1900
        if year not in values.YEARS:
            continue
        if parts.get("n") is None:
            return year, int(parts["m"]) if parts.get("m") else None
        if (number := _number(parts["n"])) is not None:
            return year, number
    return None


IN_FULL = (
    "january february march april june july august september october november december "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre "
    "janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro "
    "januar februar maerz juni juli oktober dezember "
    "janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre sept"
)
NAMES = frozenset(IN_FULL.split())


def _number(name: str) -> int | None:
    """Return the number of a month by its name in full, or by its first letters."""
    plain = near.plain(name).replace("ä", "a")
    if plain not in NAMES and plain not in NUMBERS:
        return None
    return next((NUMBERS[plain[:n]] for n in (4, 3) if plain[:n] in NUMBERS), None)


def _months(file: FileProfile) -> dict[str, _Month]:
    """Return the columns whose headings are months, or all of them years, in order; none where few hold counts."""
    met = {c.name: told for c in file.columns if (told := month_of(c.name)) is not None}
    whole = [name for name in met if file.column(name).read.is_whole]
    if len(whole) < LEAST or len(set(met.values())) < len(met):
        return {}
    is_yearly = all(month is None for _, month in met.values())
    held = {name: told for name, told in met.items() if is_yearly or told[1] is not None}
    form = YEAR if is_yearly else MONTH
    return {name: _Month(dt.date(year, month or 1, 1), form) for name, (year, month) in held.items()}


def _of_year(file: FileProfile) -> dict[str, _Month]:
    """Return the columns that are January, February and so on, where another tells the year; none of a few."""
    met = {c.name: number for c in file.columns if (number := _number(c.name.strip().rstrip("."))) is not None}
    whole = [name for name in met if file.column(name).read.is_whole]
    if len(whole) < LEAST_OF_YEAR or len(set(met.values())) < len(met) or roles.year_of(file.columns) is None:
        return {}
    return {name: _Month(dt.date(1900, number, 1), OF_YEAR) for name, number in met.items()}


def _offences(file: FileProfile, known: KnownCodes) -> tuple[str, ...]:
    """Return the columns of whole numbers from the first known offence to the last, and those that stand beside."""
    if roles.offence_of([c for c in file.columns if c.filled], known):
        return ()
    met = [_is_count(column) for column in file.columns]
    found = [
        at
        for at, column in enumerate(file.columns)
        if met[at] and (known.same(column.name) or known.nearest(column.name))
    ]
    if len(found) < LEAST:
        return ()
    first, last = found[0], found[-1]
    while first and met[first - 1]:
        first -= 1
    while last + 1 < len(met) and met[last + 1]:
        last += 1
    return _names(file.columns[first : last + 1], met[first : last + 1])


def _names(columns: Sequence[ColumnProfile], met: Sequence[bool]) -> tuple[str, ...]:
    return tuple(column.name for column, is_count in zip(columns, met, strict=True) if is_count)


def _is_count(column: ColumnProfile) -> bool:
    is_part = any(pattern.search(column.name) for pattern, _, _ in roles.PARTS)
    others = (OTHER, profiles.RESIDENTS, headings.KEY)
    return column.read.is_whole and not is_part and not any(other.search(column.name) for other in others)
