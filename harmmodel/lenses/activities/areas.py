"""Activities area by area: excess with shrinkage, enforcement beside harm, and who is easiest to catch."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import betaincinv, gammaincinv

from harmmodel import nullable
from harmmodel.lenses.activities.spec import ActivityScheme
from harmmodel.method import contrast
from harmmodel.method.arrays import Floats, quotient
from harmmodel.method.random_streams import stream
from harmmodel.method.shrinkage import Prior, marshall_prior, posterior_mean
from harmmodel.method.uncertainty import ends_around

TEXTS = ("activity", "unit_id", "level")
HALF_EVENT = 0.5  # as in Jeffreys' prior of a count


def by_area(counted: pd.DataFrame, dispersion: Floats, scheme: ActivityScheme) -> pd.DataFrame:
    """Give the excess of each activity in each area, drawn towards the activity's own level.

    Parameters
    ----------
    counted : activity, unit_id, judged, linked, expected, p_family
    dispersion : shape (activities,), how much more linked events vary than independent ones

    Returns
    -------
    The counts with excess, excess_low and excess_high beside them.
    """
    name, linked, expected = (counted[c].to_numpy() for c in ("activity", "linked", "expected"))
    shrunk = np.full((3, len(counted)), np.nan)
    for n, spec in enumerate(scheme.activities):
        mine = (name == spec.id) & np.isfinite(expected)
        if mine.any() and np.isfinite(dispersion[n]) and not spec.unmeasurable:
            shrunk[:, mine] = _shrunk(linked[mine], expected[mine], dispersion[n], scheme.interval)
    return counted.assign(excess=shrunk[0], excess_low=shrunk[1], excess_high=shrunk[2])


def _shrunk(linked: Floats, expected: Floats, dispersion: float, interval: tuple[float, float]) -> Floats:
    """Poisson-gamma shrinkage of linked ÷ expected, both brought to the size of independent events."""
    y, n = linked / dispersion, expected / dispersion
    prior = _with_doubt(marshall_prior(y, n), float(y.sum()))
    low, high = (gammaincinv(prior.shape + y, q) / (prior.rate + n) for q in interval)
    return np.stack([posterior_mean(y, n, prior), low, high])


def _with_doubt(prior: Prior, events: float) -> Prior:
    """Widen the prior by the doubt about its own mean, which a handful of events leaves open."""
    variance = prior.between_variance + prior.mean**2 / max(events, HALF_EVENT)
    return Prior(prior.mean, variance, shape=prior.mean**2 / variance, rate=prior.mean / variance)


def beside_harm(
    records: pd.DataFrame, violence: pd.DataFrame, units: pd.DataFrame, scheme: ActivityScheme
) -> pd.DataFrame:
    """Set each area's share of an activity's records beside its share of weighted serious violence.

    Parameters
    ----------
    records : activity, unit_id, records
    violence : unit_id, class, events; the same period
    units : unit_id, residents

    Returns
    -------
    activity, unit_id, records, share, ratio, ratio_low, ratio_high, level; areas without records of an activity too,
    NaN where their number is not known
    """
    units = units.sort_values("unit_id", ignore_index=True)
    names, sizes = [str(u) for u in units["unit_id"]], units["residents"].to_numpy(np.float64)
    table = violence.pivot_table(index="class", columns="unit_id", values="events", aggfunc="sum", fill_value=0)
    table = table.reindex(columns=names, fill_value=0).sort_index()
    weights = np.array([float(scheme.class_weights[str(c)]) for c in table.index])
    harm = contrast.share_of_total(weights @ table.to_numpy(np.float64))
    drawn_harm = contrast.share_of_total(
        contrast.weighted_count_draws(
            table.to_numpy(np.float64),
            weights,
            sizes,
            draws=scheme.draws,
            open_stream=lambda c, u: stream(scheme.seed, "harm share", str(table.index[c]), names[u]),
        )
    )
    frames = []
    for activity, rows in records.groupby("activity", sort=True):
        counted = nullable.sums(rows, "unit_id", ["records"]).dropna(subset=["unit_id"]).set_index("unit_id")["records"]
        counts = nullable.floats(counted.reindex(names).mask(~pd.Index(names).isin(counted.index), 0))
        frames.append(_ratios(str(activity), counts, (names, sizes), (harm, drawn_harm), scheme))
    columns = ["activity", "unit_id", "records", "share", "ratio", "ratio_low", "ratio_high", "level"]
    none = pd.DataFrame({c: pd.Series([], dtype="object" if c in TEXTS else "float64") for c in columns})
    return pd.concat(frames, ignore_index=True)[columns] if frames else none


def _ratios(
    activity: str,
    counts: Floats,
    units: tuple[list[str], Floats],
    harm: tuple[Floats, Floats],
    scheme: ActivityScheme,
) -> pd.DataFrame:
    names, sizes = units
    drawn = contrast.weighted_count_draws(
        counts[None, :],
        np.ones(1),
        sizes,
        draws=scheme.draws,
        open_stream=lambda _, u: stream(scheme.seed, "record share", activity, names[u]),
    )
    share = contrast.share_of_total(counts)
    ratio = contrast.ratio(share, harm[0])
    low, high = ends_around(ratio, contrast.ratio(contrast.share_of_total(drawn), harm[1]), scheme.interval)
    known = np.isfinite(ratio)
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    level = [contrast.level(a, b) or "" for a, b in zip(low, high, strict=True)]
    return pd.DataFrame(
        {
            "activity": activity,
            "unit_id": names,
            "records": counts,
            "share": share,
            "ratio": ratio,
            "ratio_low": low,
            "ratio_high": high,
            "level": level,
        }
    )


def easiest_share(frame: pd.DataFrame, by: str, interval: tuple[float, float]) -> pd.DataFrame:
    """Share of all enforcement records that are possession or the lowest level.

    Parameters
    ----------
    frame : *by*, easiest (missing where the source does not tell), records
    by : the column to group by

    Returns
    -------
    *by*, records, easiest, share, low, high (Jeffreys' interval of a share). Where some records may be of the easiest,
    easiest and share are missing, and the interval reaches from none of them to all.
    """
    is_told = frame["easiest"].notna()
    rows = frame.assign(
        caught=frame["records"].where(frame["easiest"].fillna(False).astype(bool), 0),
        untold=frame["records"].where(~is_told, 0),
    )
    table = nullable.sums(rows, by, ["records", "caught", "untold"])
    n, k, u = (nullable.floats(table[name]) for name in ("records", "caught", "untold"))
    low, high = (betaincinv(x + 0.5, n - x + 0.5, q) for x, q in zip((k, k + u), interval, strict=True))
    # A share of none may be none.
    low, high = np.where((k == 0) & np.isfinite(n), 0.0, low), np.where(k + u == n, 1.0, high)
    table = table.assign(easiest=table["caught"].mask(table["untold"] > 0)).drop(columns=["caught", "untold"])
    return table.assign(share=quotient(nullable.floats(table["easiest"]), n), low=low, high=high)
