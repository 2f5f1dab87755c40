"""`harmmodel add`: files in, config out. What is found is written down as a draft; what is not known stops a run."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from harmmodel.config import CrosswalkRow, Indicator, WeightSet, schema
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
    writing,
)
from harmmodel.warehouse.intake.codes import KnownCodes
from harmmodel.warehouse.intake.parts import Parts
from harmmodel.warehouse.intake.passports import Drafted
from harmmodel.warehouse.intake.profiles import PLAIN, FileProfile
from harmmodel.warehouse.intake.unpack import Given, laid_out
from harmmodel.warehouse.store.seal import sha256

Progress = Callable[[str], None]
UNIT_NOUN = {"one": "area", "many": "areas"}
CELL_NOUN = {"one": "cell", "many": "cells"}
CROSSWALK = ("source", "code", "class", "enforcement", "match", "kind", "note")
# What a spreadsheet would take for a formula; the crosswalk has to hold the text as it stands in the file.
FORMULA = re.compile(r"^(?:[=@\t\r]|[+-].*[(!|])")


@dataclass(frozen=True)
class Asked:
    """What somebody says of files that do not say it themselves.

    Attributes
    ----------
    boundaries, residents : which file holds the outlines, and which the residents; found if left out
    day_first : how 03/04/2024 is meant; None: not said
    """

    boundaries: Path | None = None
    residents: Path | None = None
    day_first: bool | None = None

    def tells_residents(self, given: Given) -> bool:
        """Say whether a file was named as the one with the residents of each unit."""
        return self.residents is not None and given.path.resolve() == self.residents.resolve()


@dataclass(frozen=True)
class Added:
    """What was written, and what a person has to look at before a run.

    Attributes
    ----------
    files : paths below the project
    decide : what to decide, by file below the place's folder
    volumes : of each source the rows by month
    left_out : files that are not read, each with the reason
    suggested : lines of the crosswalk to review
    """

    place: str
    files: tuple[str, ...]
    decide: Mapping[str, tuple[str, ...]]
    volumes: Mapping[str, Mapping[str, int]]
    left_out: tuple[str, ...]
    suggested: int


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
        raise ConfigError(f"config/places/{name} is there already, and nothing of it is changed. Choose another name")
    known = _known(project)
    own = [path for path in (told.boundaries, told.residents) if path is not None]
    with tempfile.TemporaryDirectory(prefix="harmmodel-unpacked-") as folder:
        every = laid_out([*paths, *own], Path(folder))
        _refuse_twice(every)
        every, left = joining.joined(every, known.layouts, Path(folder), say)
        found = [_looked_at(given, known, told, say) for given in every]
        say("Drafting")
        parts = _parted(found, told, known)
        parts = replace(parts, left_out=(*parts.left_out, *left))
        return _written(known, name, parts)


def _looked_at(given: Given, known: _Project, told: Asked, say: Progress) -> FileProfile:
    say(f"Reading {given.name}")
    counted = roles.RESIDENTS if told.tells_residents(given) else None
    return profiles.profile(given, known.layouts, told.day_first, counted)


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
    outlines = _outlines(read, told)
    residents = _residents([f for f in read if f is not outlines and f.layout is None], outlines, told)
    records = [f for f in read if f not in (outlines, residents)]
    if not records:
        raise SourceError("none of the files holds records of what happened. Name at least one")
    drafts = [_records(group, outlines, known, told) for group in _alike(records)]
    drafts = _named_apart(drafts)
    reasons = tuple(f"{f.given.name}: {f.layout.left_out}" for f in left if f.layout)
    _refuse_alone([draft for draft, _ in drafts])
    _refuse_overlap([draft for draft, _ in drafts])
    parts = _references(drafts, outlines, residents)
    held = {f"{d.id}-failing.csv": text for d, _ in drafts if (text := failing.table(d))}
    return replace(parts, left_out=reasons, failing=held)


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


def _outlines(found: Sequence[FileProfile], told: Asked) -> FileProfile | None:
    held = [file for file in found if file.is_outlines]
    if told.boundaries is not None:
        held = [file for file in held if file.given.path.resolve() == told.boundaries.resolve()] or held
        if not held:
            raise SourceError(f"{told.boundaries.name} holds no outlines. Save the layer as GeoJSON, in degrees")
    if len(held) > 1:
        names = " and ".join(file.given.name for file in held)
        raise SourceError(f"{names} hold outlines. Say which are those of the units: --boundaries FILE")
    return held[0] if held else None


def _residents(found: Sequence[FileProfile], outlines: FileProfile | None, told: Asked) -> FileProfile | None:
    """Return the file that tells how many live in each unit: one row for each, and a number that says so."""
    for file in found:
        is_named = told.tells_residents(file.given)
        key, _, _ = roles.unit_of(file, outlines)
        is_each = key is not None and file.column(key).distinct == file.rows
        if key and is_each and roles.residents_of(file, key, is_named=is_named):
            return file
        if is_named:
            rows = f" ({file.rows:,} rows, {file.column(key).distinct:,} ids in {key})" if key else ""
            raise SourceError(
                f"{file.given.name}: no column holds ids of the outlines, each once, beside a whole number{rows}. Give "
                "the file one row for each unit, and the residents as whole numbers"
            )
    return None


def _alike(records: Sequence[FileProfile]) -> Iterator[list[FileProfile]]:
    """Put files of the same columns together: they are one source."""
    groups: dict[tuple[Any, ...], list[FileProfile]] = {}
    for file in records:
        groups.setdefault((file.headings, file.delimiter, repr(file.table)), []).append(file)
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
    name = layout.source if layout else passports.identifier_of(files[0].given.name)
    draft = passports.of_records(name, files, whole, found, outlines)
    return draft, _crosswalk(draft, known)


def _named_apart(drafts: list[tuple[Drafted, list[CrosswalkRow]]]) -> list[tuple[Drafted, list[CrosswalkRow]]]:
    """Give sources of one name a number each."""
    taken: set[str] = {"outlines", "residents"}
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
    held = profiles.codes(draft.files, columns, draft.roles.arrest)
    if strange := [code for code in held if FORMULA.search(code)]:
        raise SourceError(
            f"{draft.files[0].given.name}: {len(strange)} offences begin as a formula of a spreadsheet does, in "
            f"{', '.join(columns)}. Correct the file"
        )
    given = {c.code: c for c in draft.layout.codes} if draft.layout else {}
    order = sorted(held, key=lambda code: (-held[code].rows, code))
    return [codes.suggestion(draft.id, code or EMPTY, held[code], known.known, given.get(code)) for code in order]


def _references(
    records: Sequence[tuple[Drafted, list[CrosswalkRow]]], outlines: FileProfile | None, residents: FileProfile | None
) -> Parts:
    """Draft the passports of outlines and residents, whose first column is the id that the records have."""
    if outlines is None:
        lacking = [d.files[0].given.name for d, _ in records if core_sql.holds(d, False) and not d.roles.longitude]
        if lacking:
            raise SourceError(
                f"no file holds outlines, and {', '.join(lacking)} has no degrees of longitude and latitude. Add the "
                "outlines of the units as GeoJSON: --boundaries FILE"
            )
        return Parts(records, None, None)
    key = next((d.roles.unit_of for d, _ in records if d.roles.unit_of), None) or _key(outlines)
    named = [c for c in outlines.columns if profiles.LABEL.search(c.name) and c.name != key]
    labels = [c.name for c in sorted(named, key=lambda c: -c.distinct)]
    own = [c.name for c in outlines.columns if roles.RESIDENTS.search(c.name) and c.read.type == "integer"]
    read = {key: "Id of the unit."} | dict.fromkeys(labels[:1], "Name of the unit.")
    read |= dict.fromkeys(own[:1], "Residents of the unit.")
    told = None
    if residents is not None:
        read = {name: means for name, means in read.items() if name not in own}
        unit, _, _ = roles.unit_of(residents, outlines)
        number = roles.residents_of(residents, str(unit), is_named=True)
        read_of = {str(unit): "Id of the unit.", str(number): "Residents."}
        told = passports.of_reference("residents", residents, read_of, [str(number)])
        question = f"column {number} is taken for the residents of each {unit}"
        told = replace(told, roles=replace(told.roles, questions=(question,)))
    return Parts(records, passports.of_reference("outlines", outlines, read), told)


def _key(outlines: FileProfile) -> str:
    """Return the first column of the outlines that tells each from the others."""
    for column in outlines.columns:
        if column.distinct == column.filled == outlines.rows:
            return column.name
    raise SourceError(f"{outlines.given.name}: no property tells one outline from the others. Give each an id")


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
        unit_noun=UNIT_NOUN if parts.outlines else CELL_NOUN,
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
    return Added(
        name, tuple(files), asked.decide(parts, content, unweighed, counted), volumes, parts.left_out, len(parts.rows)
    )


def _others(known: _Project, indicators: Sequence[str]) -> dict[str, str]:
    """Return the indicators of layouts that the place needs and the project does not have yet."""
    given = {key: told for layout in known.layouts.values() for key, told in layout.indicators.items()}
    found = {}
    for key in indicators:
        path = f"config/indicators/area/{key}.yaml"
        if key in given and not (known.home / path).exists():
            found[path] = dump(given[key], schema.line(f"indicators/area/{key}.yaml"))
    return found
