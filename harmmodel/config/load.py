"""Loading ``config/``: every fault of every file is listed at once, then nothing is loaded."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace
from pathlib import Path

from harmmodel.config import relations
from harmmodel.config.activities import COSTS, SERVICES, shared_faults
from harmmodel.config.config import Config
from harmmodel.config.drafts.faults import draft_faults, spelled_faults
from harmmodel.config.feeds import DISPARITY, PLACE_GOALPOSTS, PLACE_VALIDATION, Feed, begun
from harmmodel.config.passport import Passport
from harmmodel.config.place import Place
from harmmodel.config.reader import Reader
from harmmodel.config.rows.crosswalk import CrosswalkRow, TextRow
from harmmodel.config.types import Policy, Scheme
from harmmodel.errors import ConfigError

PLACE_ID = re.compile(r"^[a-z][a-z0-9_]{0,59}$")


def load_config(
    project: Path,
    place: str,
    *,
    is_stored: bool = False,
    as_of: dt.date | str | None = None,
    for_goalposts: bool = False,
) -> Config:
    """Load and check everything about *place*; a config stored with a run holds this place alone.

    Parameters
    ----------
    as_of : the day to judge instead of the config's, from which on nothing is read: the first of a month
    for_goalposts : the goalposts need not be stated, since they are about to be proposed

    Raises
    ------
    ConfigError
        With every fault of every file, if there is one, or when *as_of* is no first of a month.
    """
    asked, config = _first_of_month(as_of), project / "config"
    home = _home(project, place)
    later = frozenset({f"config/places/{place}/{PLACE_GOALPOSTS}"} if for_goalposts else ())
    reader = Reader(project, unstated=later)
    parts = _read(reader, config, home)
    if parts is None:
        raise ConfigError(_listing([*reader.faults, *reader.open]))
    lines = reader.lines.get(reader.name(home / "crosswalk.csv"), [])
    drafted = [*reader.open, *draft_faults(parts, lines), *spelled_faults(reader, home)]
    if reader.faults or reader.is_partial:
        raise ConfigError(_listing([*reader.faults, *drafted]))
    fed = begun(parts.place, home)
    unfed = _unfed_pillars(reader, config, parts) if any(f.scores_pillars for f in fed) and not is_stored else []
    own = [fault for feed in fed for fault in feed.faults(parts)]
    shared = [] if is_stored else shared_faults(config)
    if faults := [*drafted, *own, *relations.shared_faults(parts, has_goalposts=not for_goalposts), *unfed, *shared]:
        raise ConfigError(_listing(faults))
    return parts if asked is None else _as_of(parts, asked)


def _home(project: Path, place: str) -> Path:
    """Return the folder of a place's config."""
    config = project / "config"
    if not config.is_dir():
        raise ConfigError(f"{config} does not exist. Point --project at a folder that holds config/ and data/")
    if not PLACE_ID.match(place) or not (config / "places" / place).is_dir():
        known = ", ".join(load_places(project)) or "none"
        raise ConfigError(f"No place {place!r} under {config / 'places'}. Known places: {known}")
    return config / "places" / place


def _first_of_month(day: dt.date | str | None) -> dt.date | None:
    if day is None:
        return None
    try:
        asked = dt.date.fromisoformat(str(day))
    except ValueError:
        raise ConfigError(f"as_of {str(day)[:40]!r} is no date. Write the first of a month, as 2018-01-01") from None
    if asked.day != 1:
        raise ConfigError(f"as_of {asked} is not the first of a month. Ask for {asked.replace(day=1)}")
    return asked


def _as_of(config: Config, day: dt.date) -> Config:
    """Return the same method and data, judged as of *day*: reviews fall due by it, too.

    Raises
    ------
    ConfigError
        When no scored source holds anything before that day, or all of them end more than a month before it.
    """
    if day == config.scheme.as_of:
        return config
    seen = [p.observed for p in config.passports.values() if p.use == "scored" and p.observed is not None]
    first, end = min((o.first for o in seen), default=day), max((o.end for o in seen), default=day)
    if not first < day <= end + dt.timedelta(days=31):
        raise ConfigError(
            f"as_of {day}: the sources of {config.place.id} cover {first} to {end}. Ask for a day after the first and "
            "not later than the month that follows the last"
        )
    return replace(
        config,
        scheme=config.scheme.model_copy(update={"as_of": day}),
        place=config.place.model_copy(update={"clock": day}),
        asked_as_of=day,
        digest=_digest({"config": config.digest, "as_of": day.isoformat()}),
        files_digest=config.digest,
    )


def load_places(project: Path) -> list[str]:
    """Names of the places that ``config/places`` holds, sorted."""
    home = project / "config" / "places"
    return sorted(p.name for p in home.iterdir() if (p / "place.yaml").is_file()) if home.is_dir() else []


def _unfed_pillars(reader: Reader, config: Path, parts: Config) -> list[str]:
    """Name the pillars of the scheme for which no place at all lists an indicator: most likely a slip of the pen."""
    others = Reader(reader.root)  # faults of other places are told when those are loaded
    homes = [path for path in (config / "places").iterdir() if (path / "place.yaml").is_file()]
    places = [others.model(path / "place.yaml", Place) for path in sorted(homes)]
    listed = {name for place in places if place for name in place.indicators}
    fed = {item.pillar for name, item in parts.indicators.items() if name in listed}
    return [
        f"config/scheme.yaml: pillars: no place lists an indicator of {pillar.id}. Feed it or take it out of the scheme"
        for pillar in parts.scheme.pillars
        if pillar.id not in fed
    ]


def _read(reader: Reader, config: Path, home: Path) -> Config | None:
    scheme = reader.model(config / "scheme.yaml", Scheme)
    policy = reader.model(config / "policy.yaml", Policy)
    place = reader.model(home / "place.yaml", Place)
    own = {name: part for feed in _begun(reader, place, home) for name, part in feed.read(reader, config, home).items()}
    passports = reader.named(home / "sources", Passport)
    crosswalk, texts = _lists(reader, home)
    core_sql = {p.stem: reader.text(p) or "" for p in sorted((home / "core").glob("*.sql"))}
    reduce_sql = {s.id: reader.text(home / "sources" / s.reduce) or "" for s in passports.values() if s.reduce}
    if place is not None and place.id != home.name:
        reader.faults.append(f"{reader.name(home / 'place.yaml')}: id: must equal the folder's name, {home.name!r}")
    if (
        scheme is None
        or policy is None
        or place is None
        or (reader.faults and any(part is None for part in own.values()))
    ):
        return None
    if place.as_of is not None:
        scheme = scheme.model_copy(update={"as_of": place.as_of})
    # These are judgements on what was counted: another one does not move the counts.
    judged = [reader.name(home / name) for name in (PLACE_GOALPOSTS, PLACE_VALIDATION, COSTS, SERVICES)]
    place_hashes = {
        name: digest
        for name, digest in reader.hashes.items()
        if name.startswith(reader.name(home) + "/") and name not in judged
    }
    return Config(
        scheme=scheme,
        policy=policy,
        place=place,
        passports=passports,
        crosswalk=crosswalk,
        texts=texts,
        core_sql=core_sql,
        reduce_sql=reduce_sql,
        digest=_digest(reader.hashes),
        place_digest=_digest(place_hashes),
        **own,
    )


def _begun(reader: Reader, place: Place | None, home: Path) -> tuple[Feed, ...]:
    """Return the lenses whose files are read: those of which the place says anything."""
    if place is None:
        return ()
    found = begun(place, home)
    if not found:
        reader.faults.append(
            f"{reader.name(home / 'place.yaml')}: the place feeds nothing that could be judged. For areas give "
            f"indicators, classes and serious_violence, for groups give groups, for stops a {DISPARITY}"
        )
    return found


def _lists(reader: Reader, home: Path) -> tuple[tuple[CrosswalkRow, ...], tuple[TextRow, ...]]:
    """Read what texts of the raw files stand for: offences, and others where the place classifies any."""
    texts = home / "texts.csv"
    rows = reader.rows(texts, TextRow) if texts.exists() else []
    return tuple(reader.rows(home / "crosswalk.csv", CrosswalkRow)), tuple(rows)


def _digest(hashes: dict[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{name} {hashes[name]}" for name in sorted(hashes)).encode()).hexdigest()


def _listing(found: list[str]) -> str:
    faults = list(dict.fromkeys(found))  # lenses may read one file, and tell its faults alike
    lines = "\n".join(f"  {fault}" for fault in faults)
    return f"config has {len(faults)} problem{'s' if len(faults) != 1 else ''}:\n{lines}"
