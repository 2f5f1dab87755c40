"""Reading one file of ``config/`` as untrusted input, collecting faults instead of stopping at the first."""

from __future__ import annotations

import copy
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from harmmodel.config import characters
from harmmodel.limits import TableLimits, TooMuch, by_name, read_csv

LARGEST_FILE = 4_000_000  # bytes; a config file above this is a mistake or an attack
REMEMBERED = 200_000  # characters: a text up to here is parsed once
CONFIG_TABLE = TableLimits(
    bytes=LARGEST_FILE, rows=50_000, columns=50
)  # a crosswalk has a row for each code, 6 columns

# Begins what only a person can say: a draft holds it where a fact is not in the files, and no such file is loaded.
TO_STATE = "To be stated"

Model = TypeVar("Model", bound=BaseModel)


class _PlainLoader(yaml.SafeLoader):
    """YAML without anchors (they can expand without bound) and without repeated keys (the last one would win)."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not accepted; write the value out", problem_mark=self.get_mark()
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys: set[Any] = set()
        for key_node, _ in node.value:
            key = getattr(key_node, "value", None)
            if isinstance(key, str) and key in keys:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands twice; keep one of the two", problem_mark=key_node.start_mark
                )
            keys.add(key if isinstance(key, str) else id(key_node))
        return super().construct_mapping(node, deep)


def parse_yaml(text: str) -> Any:
    """Return the content of a YAML text; tags, aliases and repeated keys raise ``yaml.YAMLError``."""
    # A run reads the same files again when it keeps its config, and a page at each visit.
    return copy.deepcopy(_remembered(text)) if len(text) <= REMEMBERED else _parsed(text)


def _parsed(text: str) -> Any:
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader subclass


_remembered = lru_cache(maxsize=256)(_parsed)


def yaml_nodes(text: str) -> Any:
    """Return the nodes of a YAML text, which know their lines; None for an empty one."""
    return yaml.compose(text, Loader=_PlainLoader)


@dataclass
class Reader:
    """Reads files below *root*, remembers their hashes and every fault found.

    Attributes
    ----------
    lines : of each CSV file the line of each row that was read
    unstated : names of files in which facts may still be missing
    open : facts that are missing in others, which a person has to state
    is_partial : whether a file could not be read for that alone
    """

    root: Path
    faults: list[str] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    unstated: frozenset[str] = frozenset()
    open: list[str] = field(default_factory=list)
    is_partial: bool = False

    def name(self, path: Path) -> str:
        """Path as people write it, relative to the project."""
        return path.relative_to(self.root).as_posix()

    def text(self, path: Path) -> str | None:
        """Return the file as text, or None after noting why not."""
        name = self.name(path)
        try:
            raw = path.read_bytes()
        except OSError as error:
            self.faults.append(f"{name}: cannot be read ({error.strerror}). Create the file")
            return None
        if len(raw) > LARGEST_FILE:
            self.faults.append(
                f"{name}: the file has more than {LARGEST_FILE:,} bytes, too many for a config file written by hand"
            )
            return None
        self.hashes[name] = hashlib.sha256(raw).hexdigest()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.faults.append(f"{name}: byte {error.start} is not UTF-8. Save the file as UTF-8")
            return None
        if (wrong := characters.fault(text)) is not None:
            self.faults.append(f"{name}: {wrong}")
            return None
        return text

    def model(self, path: Path, type_: type[Model]) -> Model | None:
        """Return a YAML file as *type_*, or None after noting every fault in it."""
        text = self.text(path)
        if text is None:
            return None
        name = self.name(path)
        try:
            content = parse_yaml(text)
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            self.faults.append(f"{name}: {_yaml_fault(error)}")
            return None
        if not isinstance(content, dict):
            self.faults.append(f"{name}: the file must be made of lines of the form 'key: value'. Rewrite it so")
            return None
        return self._validated(name, content, type_)

    def content(self, path: Path) -> dict[str, Any]:
        """Return a YAML file as it stands, of no type; empty where it cannot be read, which others tell."""
        try:
            content = parse_yaml(path.read_text("utf-8"))
        except (OSError, yaml.YAMLError, RecursionError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def named(self, folder: Path, type_: type[Model]) -> dict[str, Model]:
        """Return each YAML file of *folder* by its id, which must equal its file name."""
        items: dict[str, Model] = {}
        for path in sorted(folder.glob("*.yaml")):
            item = self.model(path, type_)
            if item is None:
                continue
            name = str(getattr(item, "id", path.stem))
            if name != path.stem:
                self.faults.append(f"{self.name(path)}: id: must equal the file name, {path.stem!r}")
            items[name] = item
        if not items and not self.faults and not self.is_partial:
            self.faults.append(f"{self.name(folder)}: the folder holds no YAML file. Add one")
        return items

    def rows(self, path: Path, type_: type[Model]) -> list[Model]:
        """Return a CSV file as one *type_* per row; faulty rows are noted with their line number."""
        text = self.text(path)
        if text is None:
            return []
        name, models = self.name(path), list[Model]()
        try:
            lines = [(line, cells) for line, cells in read_csv(text, name, CONFIG_TABLE) if cells]
        except csv.Error as error:
            self.faults.append(f"{name} {error}")
            return []
        except TooMuch as error:
            self.faults.append(str(error))
            return []
        header = lines[0][1] if lines else []
        for line, cells in lines[1:]:
            if len(cells) > len(header):
                self.faults.append(f"{name} line {line}: the line has more cells than the header has columns")
            elif (model := self._validated(f"{name} line {line}", by_name(header, cells), type_)) is not None:
                models.append(model)
                self.lines.setdefault(name, []).append(line)
        return models

    def _validated(self, name: str, content: dict[Any, Any], type_: type[Model]) -> Model | None:
        # In YAML a text can be written by codes, so the file itself shows nothing of it.
        if hidden := [f"{name}: {where}: {wrong}" for where, wrong in characters.faults_in(content)]:
            self.faults += hidden
            return None
        try:
            missing = {} if name in self.unstated else dict(_unstated(content))
            self.open += [f"{name}: {where}: {asked}" for where, asked in missing.items()]
            return type_.model_validate(content)
        except ValidationError as error:
            self.is_partial = True
            for fault in error.errors():
                where = ".".join(str(part) for part in fault["loc"])
                if where not in missing:
                    told = fault["msg"].removeprefix("Value error, ")
                    self.faults.append(f"{name}: {where + ': ' if where else ''}{told}")
        except RecursionError:
            self.faults.append(f"{name}: nested too deeply")
        return None


def _unstated(content: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield each key of which the value is still to be stated, with what is asked.

    >>> list(_unstated({"licence": {"name": "To be stated: terms of use"}, "id": "a"}))
    [('licence.name', 'To be stated: terms of use')]
    """
    if isinstance(content, str) and content.startswith(TO_STATE):
        yield where, content
    elif isinstance(content, dict | list):
        items = content.items() if isinstance(content, dict) else enumerate(content)
        for key, value in items:
            yield from _unstated(value, f"{where}.{key}" if where else str(key))


def _yaml_fault(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else f"not YAML: {problem}"
