"""Deaths of each group: shared between the sides of a fight, weighed by age, drawn where they are not exactly known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.lenses.groups.spec import GroupInputs, GroupMethod
from harmmodel.method.arrays import Floats
from harmmodel.method.groups.attribution import age_weight, count_noise, mean_age_weight, side_draws, total_draws
from harmmodel.method.random_streams import stream

ONE_SIDED = "one_sided"
PARTY = ("fighting", "civilian", "fighting_recent", "civilian_recent", "precise")
DONE = ("done", "done_recent")
KINDS = (*PARTY, *DONE)
BLAMED = ("fighting", "civilian", "done", "fighting_recent", "civilian_recent", "done_recent")


@dataclass(frozen=True)
class Deaths:
    """Deaths of the ranked groups in the window.

    Attributes
    ----------
    ids : groups, in the order of the rows
    point : kind → shape (groups,); *recent* kinds are deaths per year, weighed by age. *fighting* holds all dead of
        fights, *done* leaves out members of the group itself and holds the dead of the other side in full
    least, most : kind → shape (groups,): the point with none and with all of what could be blamed on the group
    draws : kind → shape (groups, draws)
    yearly : shape (groups, years) and yearly_draws : (groups, years, draws): all deaths
    """

    ids: list[str]
    point: dict[str, Floats]
    draws: dict[str, Floats]
    yearly: Floats
    yearly_draws: Floats
    least: dict[str, Floats]
    most: dict[str, Floats]

    @property
    def all(self) -> Floats:
        """All deaths of each group."""
        return self.point["fighting"] + self.point["civilian"]

    @property
    def all_draws(self) -> Floats:
        """Draws of all deaths of each group."""
        return self.draws["fighting"] + self.draws["civilian"]


@dataclass(frozen=True)
class _Cell:
    """The deaths of one pair in one year, those with a month apart from those without."""

    dyad: str
    year: int
    is_precise: bool
    low: float
    best: float
    high: float
    civilians: float
    dead_a: float
    dead_b: float
    weight: float
    weight_low: float
    weight_high: float


@dataclass(frozen=True)
class _Member:
    """One group in the fights of a pair.

    Attributes
    ----------
    side : ``a`` or ``b``
    alone : whether it is the only one on its side
    share, shares : its central part of the deaths of a fight, and draws of it
    inside, insides : the same of what falls to its side
    """

    group: str
    side: str
    alone: bool
    one_sided: bool
    share: float
    shares: Floats
    inside: float
    insides: Floats


def deaths(data: GroupInputs, method: GroupMethod, ids: list[str]) -> Deaths:
    """Share, weigh and draw the deaths of the window."""
    rows, years = {name: at for at, name in enumerate(ids)}, {year: at for at, year in enumerate(method.years)}
    point = {kind: np.zeros(len(ids)) for kind in KINDS}
    draws = {kind: np.zeros((len(ids), method.draws)) for kind in KINDS}
    least, most = ({kind: np.zeros(len(ids)) for kind in BLAMED} for _ in range(2))
    yearly, yearly_draws = np.zeros((len(ids), len(years))), np.zeros((len(ids), len(years), method.draws))
    parts = dict(_parts(data, method))
    for cell in _cells(data, method):
        central, drawn = _cell_deaths(cell, method)
        for member in parts.get(cell.dyad, []):
            if member.group not in rows:
                continue
            at, when = rows[member.group], years[cell.year]
            for kind in PARTY:
                point[kind][at] += member.share * central[kind]
                draws[kind][at] += member.shares * drawn[kind]
            done, of_done = _done(cell, member)
            for kind, source in zip(DONE, ("fighting", "fighting_recent"), strict=True):
                point[kind][at] += done * central[source]
                draws[kind][at] += of_done * drawn[source]
            for kind, low, high in _blame(cell, member, central):
                least[kind][at] += low
                most[kind][at] += high
            yearly[at, when] += member.share * (central["fighting"] + central["civilian"])
            yearly_draws[at, when] += member.shares * (drawn["fighting"] + drawn["civilian"])
    return Deaths(ids, point, draws, yearly, yearly_draws, least, most)


def _sides_known(cell: _Cell, member: _Member) -> tuple[float, float]:
    """Return the shares of the fighting deaths of a cell that are of the other side, and of neither known side."""
    fighting = cell.best - cell.civilians
    if fighting <= 0:
        return 0.0, 1.0
    other = cell.dead_b if member.side == "a" else cell.dead_a
    return other / fighting, (fighting - cell.dead_a - cell.dead_b) / fighting


def _done(cell: _Cell, member: _Member) -> tuple[float, Floats]:
    """Return the part of the fighting deaths that the group did, central and drawn: none of its own side's dead."""
    other, unknown = _sides_known(cell, member)
    return member.inside * other + member.share * unknown, member.insides * other + member.shares * unknown


def _blame(cell: _Cell, member: _Member, central: dict[str, float]) -> Iterator[tuple[str, float, float]]:
    """Yield kind, least and most of what the group may have done.

    An attacker that is alone has done all of an attack; dead of the other side are certain where the group is alone on
    its own. All else could be its doing or none of it.
    """
    other, unknown = _sides_known(cell, member)
    certain = float(member.one_sided and member.alone)
    for suffix in ("", "_recent"):
        fighting, civilian = central[f"fighting{suffix}"], central[f"civilian{suffix}"]
        yield f"civilian{suffix}", certain * civilian, civilian
        yield f"fighting{suffix}", certain * fighting, fighting
        low = other if member.alone else 0.0
        yield f"done{suffix}", max(certain, low) * fighting, max(certain, other + unknown) * fighting


def _parts(data: GroupInputs, method: GroupMethod) -> Iterator[tuple[str, list[_Member]]]:
    """Yield for each pair its members with their central part and its draws; an attacker of civilians has all."""
    ordered = data.sides.sort_values(["dyad_id", "class", "side", "group_id"])
    for (dyad, class_), sides in ordered.groupby(["dyad_id", "class"], sort=True):
        named = {side: [str(g) for g in sides.loc[sides["side"] == side, "group_id"]] for side in ("a", "b")}
        one_sided = class_ == ONE_SIDED
        share = (1.0, 1.0) if one_sided else method.dyad_range
        middle = 1.0 if one_sided else method.dyad_share
        drawn = side_draws(
            (len(named["a"]), len(named["b"])),
            share,
            draws=method.draws,
            rng=stream(method.seed, "sides", str(dyad), str(class_)),
        )
        members = []
        for side, part, rows in zip(("a", "b"), (middle, 1 - middle), drawn, strict=True):
            many, whole = len(named[side]), rows.sum(axis=0)
            for at, group in enumerate(named[side]):
                insides = np.divide(rows[at], whole, out=np.full(whole.shape, 1 / many), where=whole > 0)
                members.append(_Member(group, side, many == 1, one_sided, part / many, rows[at], 1 / many, insides))
        yield f"{dyad} {class_}", members


def _cells(data: GroupInputs, method: GroupMethod) -> Iterator[_Cell]:
    """Yield the deaths of each pair and year of the window."""
    window = data.cells[data.cells["year"].isin(method.years)]
    keys = ["dyad_id", "class", "year", "is_precise"]
    for key, rows in window.groupby(keys, sort=True):
        dyad, class_, year, is_precise = (str(key[0]), str(key[1]), int(str(key[2])), bool(key[3]))
        low, high, weight = _ages(rows, year, method)
        total = {name: float(rows[name].sum()) for name in ("low", "best", "high", "civilians", "dead_a", "dead_b")}
        yield _Cell(f"{dyad} {class_}", year, is_precise, **total, weight=weight, weight_low=low, weight_high=high)


def _ages(rows: pd.DataFrame, year: int, method: GroupMethod) -> tuple[float, float, float]:
    """Return the least, the largest and the central weight by age of some deaths of a year.

    A death with a month is weighed at the middle of the month. One without may lie anywhere in its year: the central
    weight is the year's mean, the draws reach from its first to its last day.
    """
    since, until = 12.0 * (method.as_of.year - year), 12.0 * (method.as_of.year - year - 1)
    first, last = float(age_weight(since, method.half_life)), float(age_weight(until, method.half_life))
    mean = mean_age_weight(until, since, method.half_life)
    months = pd.to_datetime(rows["month"])
    known = months.notna().to_numpy()
    best = rows["best"].to_numpy(dtype=np.float64)
    if best.sum() == 0 or not known.any():
        return first, last, mean
    dates = months[known].dt
    age = np.asarray((method.as_of.year - dates.year) * 12.0 - (dates.month - 0.5), dtype=np.float64)
    dated = float((best[known] * age_weight(age, method.half_life)).sum())
    undated = float(best[~known].sum())
    total = float(best.sum())
    return (dated + undated * first) / total, (dated + undated * last) / total, (dated + undated * mean) / total


def _cell_deaths(cell: _Cell, method: GroupMethod) -> tuple[dict[str, float], dict[str, Floats]]:
    """Return the deaths of a cell by kind: the central count, and draws of it."""
    civil = cell.civilians / cell.best if cell.best > 0 else 0.0
    rng = stream(method.seed, "deaths", cell.dyad, str(cell.year), str(cell.is_precise))
    total = total_draws(cell.low, cell.best, cell.high, draws=method.draws, rng=rng)
    fighting, civilian = count_noise(total * (1 - civil), rng), count_noise(total * civil, rng)
    when = cell.weight_low + (cell.weight_high - cell.weight_low) * rng.random(method.draws)
    central = {"fighting": cell.best - cell.civilians, "civilian": cell.civilians}
    precise = 1.0 if cell.is_precise else 0.0
    return (
        {
            **central,
            "fighting_recent": central["fighting"] * cell.weight,
            "civilian_recent": central["civilian"] * cell.weight,
            "precise": precise * cell.best,
        },
        {
            "fighting": fighting,
            "civilian": civilian,
            "fighting_recent": fighting * when,
            "civilian_recent": civilian * when,
            "precise": precise * (fighting + civilian),
        },
    )
