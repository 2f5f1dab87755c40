"""A reader that names the line of every fault, not only of those in the YAML itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from harmmodel.config.reader import Model, Reader, yaml_nodes


@dataclass
class LinedReader(Reader):
    """Reads as ``Reader`` does and adds the line to what is wrong with a value."""

    _text: str = ""

    def text(self, path: Path) -> str | None:
        """Return the file as text and keep it, so that a fault can be led back to its line."""
        found = super().text(path)
        self._text = found or ""
        return found

    def _validated(self, name: str, content: dict[Any, Any], type_: type[Model]) -> Model | None:
        try:
            return type_.model_validate(content)
        except ValidationError as error:
            root = yaml_nodes(self._text)
            for fault in error.errors():
                where = ".".join(str(part) for part in fault["loc"] if part != "[key]")
                message = fault["msg"].removeprefix("Value error, ")
                line = line_of(root, fault["loc"])
                self.faults.append(f"{name} line {line}: {where + ': ' if where else ''}{message}")
        except RecursionError:
            self.faults.append(f"{name}: nested too deeply")
        return None


def line_of(root: Any, path: Sequence[int | str]) -> int:
    r"""Line of the value at *path* below *root*; of the nearest thing above it where there is no such value.

    Examples
    --------
    >>> line_of(yaml_nodes("a: 1\nb:\n  - c: 2\n"), ("b", 0, "c")), line_of(yaml_nodes("a: 1\nb: 2\n"), ("d",))
    (3, 1)
    """
    node, line = root, root.start_mark.line + 1 if root is not None else 1
    for part in path:
        found = None
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if getattr(pair[0], "value", None) == str(part)), None)
            if pair is not None:
                line, found = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = node.value[part]
            line = found.start_mark.line + 1
        if found is None:
            break
        node = found
    return line
