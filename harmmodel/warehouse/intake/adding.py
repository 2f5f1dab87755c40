"""`harmmodel add`: files in, config out. What is found is written down as a draft; what is not known stops a run."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harmmodel.config import schema
from harmmodel.config.layouts import Layout, load_layouts
from harmmodel.config.load import PLACE_ID, load_places
from harmmodel.config.rows.crosswalk import CrosswalkRow
from harmmodel.config.reader import Reader
from harmmodel.config.types import Indicator
from harmmodel.config.yaml_text import dump
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.intake import passports, place, roles
from harmmodel.warehouse.intake.codes import KnownCodes, known_codes, suggestion
from harmmodel.warehouse.intake.passports import Drafted
from harmmodel.warehouse.intake.profiles import FileProfile, profile
from harmmodel.warehouse.store.seal import sha256

Progress = Callable[[str], None]
UNIT_NOUN = {"one": "area", "many": "areas"}
CROSSWALK = ("source", "code", "class", "enforcement", "match", "note")
NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Added:
    """What was written, and what a person has to look at before a run.

    Attributes
    ----------
    files : paths below the project
    questions : sentences, each with the source it is about
    volumes : of each source the rows by month
    """

    files: tuple[str, ...]
    questions: tuple[str, ...]
    volumes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Project:
    """What the project knows already."""

    home: Path
    layouts: Mapping[str, Layout]
    known: KnownCodes
    indicators: Mapping[str, Indicator]
    serious: frozenset[str]


def add(project: Path, name: str, paths: Sequence[Path], say: Progress) -> Added:
    """Draft the config of a new place from its files: passports, crosswalk, core SQL, place and goalposts.

    Everything is written, or nothing. Files that lie elsewhere are copied below ``data/<place>/``.

    Raises
    ------
    ConfigError
        When the place is there already, or its name is none.
    SourceError
        When a file cannot be read, or stands among them twice.
    """
    if not PLACE_ID.match(name):
        raise ConfigError(f"{name!r} is no name of a place. Use small letters, digits and _, as new_town")
    if (project / "config" / "places" / name).exists():
        raise ConfigError(f"config/places/{name} is there already. For newer files of a source, see CONTRIBUTING.md")
    _refuse_twice(paths)
    known = _known(project)
    files = []
    for path in paths:
        say(f"Reading {path.name}")
        files.append(profile(path))
    outlines = _outlines(files)
    layout_of = {file.path: _layout(file, known.layouts) for file in files}
    residents = _residents([f for f in files if f is not outlines and layout_of[f.path] is None], outlines)
    records = [f for f in files if f is not outlines and f is not residents]
    if not records:
        raise SourceError("none of the files holds records of what happened. Name at least one")
    say("Drafting")
    drafts = [
        _records(group, outlines, layout_of[group[0].path], known) for group in _alike(records, layout_of)
    ]
    return _written(known, name, _parts(drafts, outlines, residents))


def _refuse_twice(paths: Sequence[Path]) -> None:
    digests: dict[str, Path] = {}
    for path in paths:
        if not path.is_file():
            raise SourceError(f"{path} is no file. Name files, not folders")
        if (other := digests.setdefault(sha256(path), path)) is not path:
            raise SourceError(f"{path.name} and {other.name} hold the same bytes. Name one of them")


def _known(project: Path) -> _Project:
    reader = Reader(project)
    home = project / "config" / "indicators" / "area"
    indicators = reader.named(home, Indicator) if home.is_dir() else {}
    rows: list[CrosswalkRow] = []
    serious: set[str] = set()
    for other in load_places(project):
        folder = project / "config" / "places" / other
        rows += reader.rows(folder / "crosswalk.csv", CrosswalkRow)
        content = reader.content(folder / "place.yaml")
        serious |= set(content.get("serious_violence", ()))
    layouts = load_layouts(project)
    for layout in layouts.values():
        serious |= set(layout.place.serious_violence if layout.place else ())
    return _Project(project, layouts, known_codes(layouts.values(), rows), indicators, frozenset(serious))


def _outlines(files: Sequence[FileProfile]) -> FileProfile | None:
    found = [file for file in files if file.is_outlines]
    if len(found) > 1:
        raise SourceError(f"{' and '.join(f.path.name for f in found)} both hold outlines. Name those of the units alone")
    return found[0] if found else None


def _layout(file: FileProfile, layouts: Mapping[str, Layout]) -> Layout | None:
    """Return the layout all of whose headings a file has; of several the one that asks for most."""
    met = [layout for layout in layouts.values() if set(layout.recognise) <= set(file.names)]
    return max(met, key=lambda layout: (len(layout.recognise), layout.id), default=None)


def _residents(files: Sequence[FileProfile], outlines: FileProfile | None) -> FileProfile | None:
    """Return the file that tells how many live in each unit: one row for each, and a number that says so."""
    for file in files:
        key, _, _ = roles.unit_of(file, outlines)
        numbers = [c for c in file.columns if c.read.type == "integer" and roles.RESIDENTS.search(c.name)]
        if key is not None and numbers and file.column(key).distinct == file.rows:
            return file
    return None


def _alike(files: Sequence[FileProfile], layout_of: Mapping[Path, Layout | None]) -> list[list[FileProfile]]:
    """Put files of the same columns together: they are one source."""
    groups: dict[tuple[Any, ...], list[FileProfile]] = {}
    for file in files:
        layout = layout_of[file.path]
        groups.setdefault((layout.id if layout else "", file.names, file.encoding, file.delimiter), []).append(file)
    return [sorted(group, key=lambda f: f.path.name) for group in groups.values()]


def _records(
    files: Sequence[FileProfile], outlines: FileProfile | None, layout: Layout | None, known: _Project
) -> tuple[Drafted, list[CrosswalkRow]]:
    found = roles.propose(files[0], outlines, known.known)
    if layout is not None:
        found = roles.of_layout(found, layout)
    name = layout.source if layout else _named(files[0])
    draft = passports.of_records(name, files, found, layout, "")
    return draft, _crosswalk(draft, known)


def _named(file: FileProfile) -> str:
    stem = NAME.sub("_", file.path.name.split(".")[0].casefold()).strip("_")
    return (stem if stem[:1].isalpha() else f"records_{stem}")[:50].rstrip("_")


def _crosswalk(draft: Drafted, known: _Project) -> list[CrosswalkRow]:
    """Return a line for each offence of a source: as its layout has it, or suggested."""
    columns = draft.passport["classify"].get("columns")
    if not columns or draft.roles.offence is None:
        return []
    counts, arrests = dict[str, int](), draft.arrests
    for file in draft.files:
        for code, rows in file.column(draft.roles.offence).counts.items():
            counts[code] = counts.get(code, 0) + rows
    given = {c.code: c for c in draft.layout.codes} if draft.layout else {}
    rows = []
    for code, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if code in given:
            told = given[code].model_dump(by_alias=True)
            rows.append(CrosswalkRow.model_validate({"source": draft.id, **told}))
        else:
            row = suggestion(code, number, arrests.get(code), known.known)
            rows.append(row.model_copy(update={"source": draft.id}))
    return rows


@dataclass(frozen=True)
class _Parts:
    """What is written of a place."""

    records: Sequence[tuple[Drafted, list[CrosswalkRow]]]
    outlines: Drafted | None
    residents: Drafted | None

    @property
    def sources(self) -> list[Drafted]:
        """The sources of records."""
        return [draft for draft, _ in self.records]

    @property
    def every(self) -> list[Drafted]:
        """All sources."""
        return [*self.sources, *(d for d in (self.outlines, self.residents) if d is not None)]


def _parts(
    records: Sequence[tuple[Drafted, list[CrosswalkRow]]], outlines: FileProfile | None, residents: FileProfile | None
) -> _Parts:
    """Draft the passports of outlines and residents, whose first column is the id that the records have."""
    if outlines is None:
        if not any(draft.roles.longitude for draft, _ in records):
            raise SourceError(
                "no file holds outlines, and no record has degrees of longitude and latitude. Add the outlines of the "
                "units as GeoJSON"
            )
        return _Parts(records, None, None)
    key = next((d.roles.unit_of for d, _ in records if d.roles.unit_of), None) or _key(outlines)
    labels = [c.name for c in outlines.columns if c.name.casefold() in place.LABELS and c.name != key]
    own = [c.name for c in outlines.columns if roles.RESIDENTS.search(c.name) and c.read.type == "integer"]
    read = {key: "Id of the unit."} | dict.fromkeys(labels[:1], "Name of the unit.")
    read |= dict.fromkeys(own[:1], "Residents of the unit.")
    told = None
    if residents is not None and not own:
        unit, _, _ = roles.unit_of(residents, outlines)
        number = next(c.name for c in residents.columns if c.read.type == "integer" and roles.RESIDENTS.search(c.name))
        read_of = {str(unit): "Id of the unit.", number: "Residents of the unit."}
        told = passports.of_reference("residents", residents, read_of, "")
    return _Parts(records, passports.of_reference("outlines", outlines, read, ""), told)


def _key(outlines: FileProfile) -> str:
    """Return the first column of the outlines that tells each from the others."""
    for column in outlines.columns:
        if column.distinct == outlines.rows:
            return column.name
    raise SourceError(f"{outlines.path.name}: no property tells one outline from the others. Give each an id")


def _written(known: _Project, name: str, parts: _Parts) -> Added:
    """Write the config of a place and copy its files, all or nothing."""
    rows = [row for _, lines in parts.records for row in lines]
    classes = place.harm_classes(rows, parts.sources)
    layout = next((d.layout for d in parts.sources if d.layout and d.layout.place), None)
    given = layout.place if layout else None
    has_residents = parts.residents is not None or place.has_residents(parts.outlines)
    own = {key: Indicator.model_validate(told) for d in parts.sources if d.layout for key, told in d.layout.indicators.items()}
    indicators = place.fed({**own, **known.indicators}, classes, has_residents=has_residents)
    content = place.place_file(
        name,
        name.replace("_", " ").capitalize(),
        parts.sources,
        parts.outlines,
        unit_noun=given.unit_noun.model_dump() if given and parts.outlines is None else UNIT_NOUN,
        indicators=indicators,
        classes=classes,
        drug_classes=sorted({r.class_ for r in rows if r.enforcement and "drug" in r.class_}),
        serious_violence=[c for c in classes if c in known.serious],
    )
    texts = {"place.yaml": dump(content, schema.line(f"places/{name}/place.yaml"))}
    for draft in parts.every:
        first = schema.line(f"places/{name}/sources/{draft.id}.yaml")
        texts[f"sources/{draft.id}.yaml"] = dump(draft.passport, first)
    texts["crosswalk.csv"] = _csv(CROSSWALK, [row.model_dump(by_alias=True) for row in rows])
    texts["goalposts.yaml"] = dump(place.goalposts(indicators, name), schema.line(f"places/{name}/goalposts.yaml"))
    texts |= {f"core/{key}.sql": sql for key, sql in place.core_sql(parts.sources, parts.outlines, parts.residents).items()}
    new = {f"config/indicators/area/{key}.yaml": dump(told, schema.line(f"indicators/area/{key}.yaml"))
           for d in parts.sources if d.layout for key, told in d.layout.indicators.items()
           if key in indicators and key not in known.indicators}
    paths = _put(known.home, name, texts, new, parts.every)
    return Added(tuple(paths), tuple(_questions(parts, rows, content)), _volumes(parts.sources))


def _put(home: Path, name: str, texts: Mapping[str, str], new: Mapping[str, str], sources: Sequence[Drafted]) -> list[str]:
    """Write the folder of a place in one move, after its data and the indicators that it needs."""
    target = home / "config" / "places" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target.parent))
    try:
        for path, text in texts.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text, "utf-8")
        work.chmod(0o755)
        copied = [path for source in sources for path in _copied(home / "data" / name, source)]
        for path, text in new.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_text(text, "utf-8")
        os.replace(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    written = [*(f"config/places/{name}/{path}" for path in texts), *new]
    return sorted([*written, *(path.relative_to(home).as_posix() for path in copied)])


def _copied(folder: Path, source: Drafted) -> list[Path]:
    """Copy the files of a source to where its passport says that they are; a file that is there stays."""
    told = source.passport.get("files") or [source.passport]
    found = []
    for file, raw in zip(source.files, told, strict=True):
        path = folder / raw["file"]
        if path.exists() and sha256(path) != raw["sha256"]:
            raise SourceError(f"{path} is there already and holds other bytes. Move it away")
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.path, path)
            found.append(path)
    return found


def _csv(header: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        cells = ({True: "true", False: "false"}.get(row[key], row[key]) if isinstance(row[key], bool) else row[key] for key in header)
        writer.writerow(cells)
    return text.getvalue()


def _questions(parts: _Parts, rows: Sequence[CrosswalkRow], content: Mapping[str, Any]) -> list[str]:
    """Return what a person has to decide, in the order in which it is met."""
    asked = [f"sources/{d.id}.yaml: {question}" for d in parts.sources for question in d.roles.questions]
    for draft in parts.sources:
        for name in (draft.roles.unit,) if draft.roles.unknown else ():
            lost = sum(draft.roles.unknown.values())
            told = ", ".join(list(draft.roles.unknown)[:5])
            asked.append(f"sources/{draft.id}.yaml: {lost:,} rows have a {name} that no outline has: {told}")
        for file in draft.files:
            for column in file.columns:
                if column.name in draft.passport.get("columns", {}) and column.read.failing:
                    told = ", ".join(f"{value!r} ({n:,})" for value, n in column.read.failing[:3])
                    asked.append(f"{file.path.name}: column {column.name} is {column.read.type} but for {told}")
    stated = [d.id for d in parts.every if passports.TO_STATE in str(d.passport)]
    if stated:
        asked.append(f"what begins with {passports.TO_STATE!r} in sources/ of {', '.join(stated)}")
    suggested = [row for row in rows if row.match == "suggested"]
    if suggested:
        unknown = sum(row.class_ == place.UNDECIDED for row in suggested)
        least = f", {unknown} of them without a class" if unknown else ""
        asked.append(f"crosswalk.csv: {len(suggested)} offences are suggestions{least}. Review each, then write exact, closest or proxy")
    if not content["indicators"]:
        asked.append("place.yaml: no indicator under config/indicators/area counts these classes. Write one, and list it")
    if not content["serious_violence"]:
        asked.append("place.yaml: say under serious_violence which classes are")
    return asked


def _volumes(sources: Sequence[Drafted]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for source in sources:
        months: dict[str, int] = {}
        for file in source.files if source.roles.time else ():
            for day, rows in passports.days_of(file.column(str(source.roles.time))).items():
                months[f"{day:%Y-%m}"] = months.get(f"{day:%Y-%m}", 0) + rows
        found[source.id] = dict(sorted(months.items()))
    return found
