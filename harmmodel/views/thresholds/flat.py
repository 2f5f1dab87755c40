"""The lab's figures as flat, well-named columns, for JSON and CSV; what is not known is empty."""

from __future__ import annotations

import datetime as dt
import math

from harmmodel.method.thresholds.bunching import Bunching
from harmmodel.method.thresholds.holdings import Range
from harmmodel.views.thresholds.figures import Assessment, Settings

Cell = str | float | int | bool | None


def flat(found: Assessment, settings: Settings, on: dt.date) -> dict[str, Cell]:
    """One threshold and all its figures. Names say the unit: ``_grams``, ``_days``; rates and shares are 0 to 1."""
    row = found.row
    return {
        "jurisdiction": row.jurisdiction,
        "label": row.label,
        "substance": row.substance,
        "threshold_grams": row.grams,
        "limit": row.limit,
        "weight_basis": row.weight_basis,
        "nature": row.nature,
        "legal_level": row.legal_level,
        "instrument": row.instrument,
        "valid_from": _day(row.valid_from),
        "valid_to": _day(row.valid_to),
        "in_force": row.in_force(on) if row.valid_from else None,
        "status": row.standing(on),
        "official": row.is_official(on),
        **_held("users", settings),
        "misclassified_user_rate": _known(found.users.value),
        **_ends("misclassified_user_rate", found.users),
        "net_widening": found.widening,
        "suppliers_above_rate": _known(found.suppliers.value),
        **_ends("suppliers_above_rate", found.suppliers),
        "suppliers_from": settings.suppliers_from,
        "supplier_share_low": settings.supplier_share.low,
        "supplier_share_high": settings.supplier_share.high,
        "users_misclassified_per_supplier": _known(found.per_supplier.value),
        **_ends("users_misclassified_per_supplier", found.per_supplier),
        "roc_area": _known(found.roc_area),
        **_with_ends("threshold_total_grams", found.total),
        **_with_ends("threshold_active_grams", found.active),
        **_with_ends("doses", found.doses),
        **_with_ends("supply_days", found.days),
        **{
            key: cell
            for name, rate in found.groups.items()
            for key, cell in _with_ends(f"misclassified_user_rate_{name}", rate).items()
        },
        "review_due": _day(row.review_due),
        "consulted": "; ".join(row.consulted) or "nobody yet",
        "source": row.source,
        "source_kind": row.source_kind,
        "source_href": row.href,
    }


def flat_bunching(found: Bunching) -> dict[str, Cell]:
    """The bunching test of a threshold, beside its other figures."""
    names = ("weights", "in_window", "below", "above", "exactly", "share_below", "share_below_low", "share_below_high")
    more = ("jump", "jump_low", "jump_high", "p_value", "placebos", "placebo_share")
    return {f"bunching_{name}": _known(getattr(found, name)) for name in (*names, *more)}


def _held(name: str, settings: Settings) -> dict[str, Cell]:
    users = settings.users
    if users is None:
        return {f"{name}_from": None, f"{name}_median_grams": None, f"{name}_p90_grams": None, f"{name}_n": None}
    n = users.respondents if users.sample is None else int(users.sample.size)
    source = "median and 90th percentile" if users.sample is None else "file of quantities"
    return {
        f"{name}_from": source,
        f"{name}_median_grams": users.median.value,
        f"{name}_p90_grams": users.p90.value,
        f"{name}_n": n,
    }


def _with_ends(name: str, found: Range) -> dict[str, Cell]:
    return {name: _known(found.value), **_ends(name, found)}


def _ends(name: str, found: Range) -> dict[str, Cell]:
    """Both ends; empty where nothing tells how far the figure may be off."""
    if found.is_exact:
        return {f"{name}_low": None, f"{name}_high": None}
    return {f"{name}_low": _known(found.low), f"{name}_high": _known(found.high)}


def _known(value: float) -> float | None:
    """JSON has no NaN and no infinity: both are empty."""
    return value if math.isfinite(value) else None


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
