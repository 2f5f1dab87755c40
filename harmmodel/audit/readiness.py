"""What ``harmmodel check`` finds: config, raw files, the firewall, and harm classes that lean on arrests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from harmmodel.config import Config
from harmmodel.config.deterrence import load_backfire
from harmmodel.config.drafts.faults import proposals
from harmmodel.config.thresholds import has_thresholds, load_thresholds
from harmmodel.errors import ConfigError, RunMissing, WrongLens
from harmmodel.warehouse.load.distil import Distillation
from harmmodel.warehouse.load.snapshot import check_snapshot
from harmmodel.warehouse.load.told import core_sql
from harmmodel.warehouse.store import editions

Say = Callable[[str], None]


def findings(project: Path, config: Config, say: Say, distillation: Distillation) -> list[str]:
    """Return one line per thing checked at any place; faults raise their own error with every detail."""
    place = config.place.id
    rows = check_snapshot(project, config, say, distillation)
    names = [raw.file for passport in config.passports.values() for raw in passport.raw_files]
    read = f"{rows:,} rows of scored sources were read and counted as by a run, and nothing was kept"
    order = core_sql.core_order(config)
    lines = [
        f"{place}: config agrees ({len(config.place.indicators)} indicators, {len(config.crosswalk):,} crosswalk rows)",
        f"{place}: {len(names)} raw files match their passports",
        f"{place}: {read if rows else 'a run of these files and this config has read and counted them before'}",
        f"{place}: core SQL keeps harm and enforcement apart ({', '.join(order)})",
    ]
    told = [p for _, p in sorted(config.passports.items()) if p.use == "scored" and p.small_counts_told]
    lines += [f"{place}: small counts of {passport.id} are told: {passport.small_counts_told}" for passport in told]
    return [*lines, *proposals(config)]


def no_findings(project: Path, config: Config) -> list[str]:
    """Return nothing: another lens of the place says it."""
    return []


def group_findings(project: Path, config: Config) -> list[str]:
    """Return what there is to say of a place whose groups are scored."""
    assumed, _ = load_backfire(project)
    return [
        f"{config.place.id}: assumptions of the backfire check agree ({assumed.version})",
        f"{config.place.id}: groups are scored from events and assessments; no source of arrests is read",
    ]


def disparity_findings(project: Path, config: Config) -> list[str]:
    """Return what there is to say of a place whose stops are compared."""
    return [f"{config.place.id}: nothing is scored; stops are enforcement and are compared by group"]


def threshold_findings(project: Path) -> list[str]:
    """Return what there is to say about threshold quantities; nothing for a project that describes none."""
    if not has_thresholds(project):
        return []
    rules = [rule for home in load_thresholds(project).jurisdictions.values() for rule in home.rules]
    today = dt.datetime.now(dt.UTC).date()
    overdue = sum(rule.review_due < today for rule in rules)
    verified = sum(rule.status == "verified" for rule in rules)
    return [f"thresholds: config agrees ({len(rules)} rules, {verified} verified, {overdue} with a review overdue)"]


def area_findings(project: Path, config: Config) -> list[str]:
    """List harm classes with over half their records carrying an arrest; each needs a written reason."""
    try:
        published = editions.published(project, config.place.id)
    except (RunMissing, WrongLens):  # or one that was published before the place fed areas
        return [f"{config.place.id}: no run yet, so arrest shares of harm classes are not known"]
    shares = published.arrest_shares[published.arrest_shares["class"].isin(config.place.classes)]
    if "mostly" not in shares:
        return [
            f"{config.place.id}: the run was made by another version, so arrest shares of harm classes are not known"
        ]
    if shares.empty:
        return [
            f"{config.place.id}: no source says whether records of harm classes carry an arrest, so nobody can tell "
            "whether over half of them do"
        ]
    heavy, unknown = shares[shares["mostly"].eq(True)], shares[shares["mostly"].isna()]
    silent = [str(c) for c in heavy["class"] if c not in config.place.arrest_reasons]
    if silent:
        raise ConfigError(
            f"config/places/{config.place.id}/place.yaml: arrest_reasons: over half of the records of "
            f"{', '.join(silent)} carry an arrest. Write the reason why each still counts as harm"
        )
    reasons = config.place.arrest_reasons
    lines = [
        f"{row['class']}: {_share(row['share'])} of records carry an arrest: {reasons[row['class']]}"
        for row in heavy.to_dict("records")
    ] or [f"no {'other ' if len(unknown) else ''}harm class has over half its records carrying an arrest"]
    lines += [
        f"{class_}: withheld is whether over half of its records carry an arrest: it would tell a small count"
        for class_ in unknown["class"]
    ]
    return [f"{config.place.id}: {line}" for line in lines]


def _share(share: float) -> str:
    """Write a share; that of a class of a sensitive source is withheld."""
    return f"{share:.0%}" if share == share else "over half"
