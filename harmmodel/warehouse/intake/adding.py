"""`harmmodel add`: files in, config out. What is found is written down as a draft; what is not known stops a run."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from harmmodel.config import CrosswalkRow, Indicator, WeightSet, characters, schema
from harmmodel.config.drafts.layouts import Layout, load_layouts
from harmmodel.config.drafts.yaml_text import dump
from harmmodel.config.load import PLACE_ID, load_places
from harmmodel.config.place import Place
from harmmodel.config.reader import Reader
from harmmodel.config.rows.crosswalk import EMPTY
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.intake import (
    asked,
    codes,
    core_sql,
    failing,
    joining,
    passports,
    place,
    profiles,
    roles,
    tables,
    units,
    unpack,
    wide,
    writing,
)
from harmmodel.warehouse.intake.codes import KnownCodes
from harmmodel.warehouse.intake.framing import PLAIN
from harmmodel.warehouse.intake.parts import Parts
from harmmodel.warehouse.intake.passports import Drafted
from harmmodel.warehouse.intake.profiles import FileProfile
from harmmodel.warehouse.intake.units import Asked
from harmmodel.warehouse.intake.unpack import Given
from harmmodel.warehouse.store.seal import sha256

Progress = Callable[[str], None]
CROSSWALK = ("source", "code", "class", "enforcement", "match", "kind", "note")
CALLED = re.compile(r"[(!|]")  # what a formula that begins with a sign has, and a code such as -1 or "- other" has not


@dataclass(frozen=True)
class Added:
    """What was written, and what a person has to look at before a run.

    Attributes
    ----------
    place : its name
    files : paths below the project
    decide : what to decide, by file below the place's folder
    volumes : of each source the rows by month
    left_out : files that are not read, each with the reason
    suggested : lines of the crosswalk to review
    spelled : sources with ids to review that are proposed for units written otherwise
    """

    place: str
    files: tuple[str, ...]
    decide: Mapping[str, tuple[str, ...]]
    volumes: Mapping[str, Mapping[str, int]]
    left_out: tuple[str, ...]
    suggested: int
    spelled: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Project:
    """What the project knows already."""

    home: Path
    layouts: Mapping[str, Layout]
    known: KnownCodes
    indicators: Mapping[str, Indicator]
    serious: frozenset[str]
    weighed: frozenset[str]


def add(project: Path, name: str, paths: Sequence[Path], say: Progress, told: Asked | None = None) -> Added:
    """Draft the config of a new place from its files: passports, crosswalk, core SQL, place and goalposts.

    Everything is written, or nothing. Files that lie elsewhere are copied below ``data/<place>/``.

    Raises
    ------
    ConfigError
        When the place is there already, or its name is none.
    SourceError
        When a file cannot be read, stands among them twice, or can be read in two ways.
    """
    told = told or Asked()
    if not PLACE_ID.match(name):
        raise ConfigError(f"{name!r} is no name of a place. Use small letters, digits and _, as new_town")
    if not (project / "config").is_dir():
        raise ConfigError(f"{project / 'config'} does not exist. Make a project first: harmmodel init {project}")
    if (project / "config" / "places" / name).exists():
        raise ConfigError(
            f"config/places/{name} is there already, and nothing of it is changed. Choose another name; "
            f"or move that folder and data/{name} away, to draft it anew. Newer files go into its passports, as "
            "'Newer data for a place' in CONTRIBUTING.md tells"
        )
    known = _known(project)
    own = [path for path in (told.boundaries, told.residents) if path is not None]
    with tempfile.TemporaryDirectory(prefix="harmmodel-unpacked-") as folder:
        laid = unpack.laid_out(paths, Path(folder) / "files")
        every = _with(laid.files, unpack.laid_out(own, Path(folder) / "own").files)
        _refuse_twice(every)
        every, left = joining.joined(every, known.layouts, Path(folder), say, told.tells_residents)
        found = [_looked_at(given, known, told, say) for given in every]
        say("Drafting")
        parts = _parted(found, told, known)
        parts = replace(parts, left_out=(*_folded([*parts.left_out, *left]), *unpack.told(laid.left)))
        return _written(known, name, parts)


def _with(every: Sequence[Given], own: Sequence[Given]) -> list[Given]:
    """Add the files that were named for what they are, unless they are among the others already."""
    there = {given.path.resolve() for given in every}
    return [*every, *(given for given in own if given.path.resolve() not in there)]


def _looked_at(given: Given, known: _Project, told: Asked, say: Progress) -> FileProfile:
    say(f"Reading {given.name}")
    tells = told.tells_residents(given)
    found = profiles.profile(given, known.layouts, told.day_first, tells_residents=tells)
    return found if tells else wide.lengthened(found, known.known, told.day_first)


def _refuse_twice(every: Sequence[Given]) -> None:
    digests: dict[str, Given] = {}
    for given in every:
        if (other := digests.setdefault(sha256(given.path), given)) is not given:
            raise SourceError(f"{given.name} and {other.name} hold the same bytes. Name one of them")


def _known(project: Path) -> _Project:
    reader, layouts = Reader(project), load_layouts(project)
    home = project / "config" / "indicators" / "area"
    own = reader.named(home, Indicator) if home.is_dir() else {}
    given = {k: Indicator.model_validate(v) for item in layouts.values() for k, v in item.indicators.items()}
    weights = reader.named(project / "config" / "weights", WeightSet)
    weighed = frozenset.intersection(*(frozenset(w.values) for w in weights.values())) if weights else frozenset()
    rows: list[CrosswalkRow] = []
    serious = {class_ for layout in layouts.values() for class_ in layout.place.serious_violence}
    for other in load_places(project):
        folder = project / "config" / "places" / other
        rows += reader.rows(folder / "crosswalk.csv", CrosswalkRow)
        held = reader.model(folder / "place.yaml", Place)
        serious |= set(held.serious_violence if held else ())
    return _Project(
        project, layouts, codes.known_codes(layouts.values(), rows), {**given, **own}, frozenset(serious), weighed
    )


def _parted(found: Sequence[FileProfile], told: Asked, known: _Project) -> Parts:
    """Tell outlines, residents and records apart, and draft each."""
    left = [f for f in found if f.layout is not None and f.layout.left_out]
    read = [f for f in found if f not in left]
    of_units = units.found(read, told)
    outlines = of_units.table
    records = [f for f in read if f not in (outlines, of_units.residents)]
    if not records:
        raise SourceError("none of the files holds records of what happened. Name at least one")
    drafts = [_records(group, outlines, known, told) for group in _alike(records)]
    drafts = _named_apart(drafts)
    reasons = tuple(f"{f.given.name}: {f.layout.left_out}" for f in left if f.layout)
    _refuse_alone([draft for draft, _ in drafts])
    _refuse_overlap([draft for draft, _ in drafts])
    place.refuse_shared(drafts)
    parts = units.drafted(drafts, of_units)
    held = {f"{d.id}-failing.csv": text for d, _ in drafts if (text := failing.table(d))}
    return replace(parts, left_out=reasons, failing=held)


def _folded(left: Sequence[str]) -> tuple[str, ...]:
    """Name the files that are not read once for each reason."""
    names: dict[str, list[str]] = {}
    for line in left:
        name, _, reason = line.partition(": ")
        names.setdefault(reason, []).append(name)
    return tuple(
        f"{held[0]}{f' and {len(held) - 1} more' if held[1:] else ''}: {reason}" for reason, held in names.items()
    )


def _refuse_alone(drafts: Sequence[Drafted]) -> None:
    """Refuse a place of files that cannot feed a score, with what they can feed."""
    told = {d.layout.alone for d in drafts if d.layout and d.layout.alone}
    if told and not any(core_sql.holds(draft, False) and not (draft.layout and draft.layout.alone) for draft in drafts):
        raise SourceError(" ".join(sorted(told)))


def _refuse_overlap(drafts: Sequence[Drafted]) -> None:
    """Refuse files of one publisher that differ in columns and hold the same months."""
    for one, other in combinations([d for d in drafts if d.layout and d.period], 2):
        months = set(one.period.months) & set(other.period.months) if one.period and other.period else set()
        if one.layout is other.layout and months:
            names = f"{one.files[0].given.name} and {other.files[0].given.name}"
            label = one.layout.label if one.layout else ""
            raise SourceError(
                f"{names} are both {label}, of other columns, and {len(months)} months "
                "stand in both: what is in both would count twice. Name one of them"
            )


def _alike(records: Sequence[FileProfile]) -> Iterator[list[FileProfile]]:
    """Put files of the same columns together: they are one source."""
    groups: dict[tuple[Any, ...], list[FileProfile]] = {}
    for file in records:
        groups.setdefault((file.headings, file.delimiter, repr((file.table, file.wide))), []).append(file)
    for group in groups.values():
        by_encoding: dict[str, list[FileProfile]] = {}
        others = {file.encoding for file in group} - {PLAIN}
        common = others.pop() if len(others) == 1 else "utf-8"
        for file in group:
            by_encoding.setdefault(common if file.encoding == PLAIN else file.encoding, []).append(file)
        for encoding, files in by_encoding.items():
            yield [replace(file, encoding=encoding) for file in sorted(files, key=lambda f: f.given.name)]


def _records(
    files: Sequence[FileProfile], outlines: FileProfile | None, known: _Project, told: Asked
) -> tuple[Drafted, list[CrosswalkRow]]:
    whole = profiles.together(files, told.day_first)
    layout = whole.layout
    found = roles.of_layout(whole, outlines, layout) if layout else roles.propose(whole, outlines, known.known)
    asked.refuse_open_dates(whole, found)
    if outlines is not None and not outlines.is_outlines:
        found = replace(found, longitude=None, latitude=None)
    if told_wide := wide.question(whole, found.read):
        found = replace(found, questions=(told_wide, *found.questions))
    name = layout.source if layout else passports.identifier_of(files[0].given.name)
    draft = passports.of_records(name, files, whole, found, outlines)
    return draft, _crosswalk(draft, known)


def _named_apart(drafts: list[tuple[Drafted, list[CrosswalkRow]]]) -> list[tuple[Drafted, list[CrosswalkRow]]]:
    """Give sources of one name a number each."""
    taken: set[str] = {"outlines", "units", "residents"}
    named = []
    for draft, rows in drafts:
        free = next(n for k in range(1, 10_000) if (n := draft.id if k == 1 else f"{draft.id}_{k}") not in taken)
        taken.add(free)
        draft = replace(draft, id=free, passport={**draft.passport, "id": free})
        named.append((draft, [row.model_copy(update={"source": free}) for row in rows]))
    return named


def _crosswalk(draft: Drafted, known: _Project) -> list[CrosswalkRow]:
    """Return a line for each offence of a source, most rows first; each is suggested."""
    columns = draft.passport["classify"].get("columns")
    if not columns:
        return []
    types = {name: str(draft.passport["columns"].get(name, {}).get("type", "text")) for name in columns}
    held = codes.of_files(draft.files, types, draft.roles.arrest)
    if strange := [code for code in held if _is_formula(code)]:
        raise SourceError(
            f"{draft.files[0].given.name}: {len(strange)} offences begin as a formula of a spreadsheet does, in "
            f"{', '.join(columns)}. Correct the file"
        )
    given = {c.code: c for c in draft.layout.codes} if draft.layout else {}
    order = sorted(held, key=lambda code: (-held[code].rows, code))
    return [
        codes.suggestion(draft.id, code or EMPTY, held[code], known.known, given.get(code or EMPTY)) for code in order
    ]


def _is_formula(code: str) -> bool:
    """Say whether a spreadsheet would run an offence: the crosswalk has to hold the text as it stands in the file."""
    is_signed = code.strip()[:1] in ("+", "-", "\uff0b", "\uff0d")
    return characters.begins_formula(code) and (not is_signed or CALLED.search(code) is not None)


def _written(known: _Project, name: str, parts: Parts) -> Added:
    """Write the config of a place and copy its files, all or nothing."""
    classes = place.harm_classes(parts.rows, parts.sources)
    has_residents = parts.residents is not None or core_sql.has_residents(parts.outlines)
    indicators = place.fed(known.indicators, classes, known.weighed, has_residents=has_residents)
    layouts = [d.layout.place for d in parts.sources if d.layout]
    acts = {r.class_ for r in parts.rows if r.enforcement}
    named = {c for p in layouts for c in p.drug_classes} & acts
    content = place.place_file(
        name,
        parts.sources,
        parts.outlines,
        unit_noun=units.noun(parts),
        indicators=indicators,
        classes=classes,
        drug_classes=sorted(named or {class_ for class_ in acts if "drug" in class_}),
        measures=sorted({core_sql.measure(d) for d in parts.sources if core_sql.holds(d, True)}),
        serious_violence=[c for c in classes if c in known.serious & known.weighed],
    )
    under = f"places/{name}"
    texts = {"place.yaml": dump(content, schema.line(f"{under}/place.yaml"))}
    for draft in parts.every:
        texts[f"sources/{draft.id}.yaml"] = dump(draft.passport, schema.line(f"{under}/sources/{draft.id}.yaml"))
        if draft.layout and draft.layout.reduce:
            texts[f"sources/{draft.passport['reduce']}"] = draft.layout.reduce
    texts["crosswalk.csv"] = tables.of_config(CROSSWALK, [row.model_dump(by_alias=True) for row in parts.rows])
    texts["goalposts.yaml"] = dump(place.goalposts(indicators, name), schema.line(f"{under}/goalposts.yaml"))
    texts |= {
        f"core/{k}.sql": sql for k, sql in core_sql.core_sql(parts.sources, parts.outlines, parts.residents).items()
    }
    others = _others(known, indicators) | {f"data/{name}/{file}": text for file, text in parts.failing.items()}
    files = writing.put(known.home, name, texts, others, parts.every)
    volumes = {d.id: passports.counted(d.period.months) for d in parts.sources if d.period}
    unweighed = sorted(classes.keys() & known.serious - known.weighed)
    counted = {c for key in indicators for c in known.indicators[key].count.classes}
    told = asked.decide(parts, content, unweighed, counted)
    spelled = tuple(d.id for d in parts.every if d.passport.get("locate", {}).get("suggested"))
    return Added(name, tuple(files), told, volumes, parts.left_out, len(parts.rows), spelled)


def _others(known: _Project, indicators: Sequence[str]) -> dict[str, str]:
    """Return the indicators of layouts that the place needs and the project does not have yet."""
    given = {key: told for layout in known.layouts.values() for key, told in layout.indicators.items()}
    found = {}
    for key in indicators:
        path = f"config/indicators/area/{key}.yaml"
        if key in given and not (known.home / path).exists():
            found[path] = dump(given[key], schema.line(f"indicators/area/{key}.yaml"))
    return found
