"""Config files as text: what a person would write, short things on one line, in the order given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

WIDTH = 118


class _Dumper(yaml.SafeDumper):
    """YAML without aliases, with short lists and maps on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _is_short(value: Any) -> bool:
    plain = isinstance(value, Mapping) and all(not isinstance(item, dict | list | tuple) for item in value.values())
    listed = isinstance(value, list | tuple) and all(not isinstance(item, dict | list | tuple) for item in value)
    return (plain or listed) and len(str(value)) <= WIDTH - 20


def _mapping(dumper: yaml.SafeDumper, value: dict[Any, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=False)


def _list(dumper: yaml.SafeDumper, value: Any) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_is_short(value))


class _Short(dict[Any, Any]):
    """A mapping on one line."""


def _short(dumper: yaml.SafeDumper, value: dict[Any, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(tuple, _list)
_Dumper.add_representer(_Short, _short)


def _shaped(value: Any, depth: int) -> Any:
    """Put mappings that lie deep enough and are short on one line."""
    if isinstance(value, Mapping):
        inner = {key: _shaped(item, depth + 1) for key, item in value.items()}
        return _Short(inner) if depth >= 1 and _is_short(value) else inner
    if isinstance(value, list | tuple):
        return [_shaped(item, depth + 1) for item in value]
    return value


def dump(content: Mapping[str, Any], first: str) -> str:
    """Return a mapping as the text of a config file, below the line *first*.

    >>> print(dump({"id": "a", "boundaries": {"h3": 8}, "ignore": ["x", "y: z"]}, "# note"), end="")
    # note
    id: a
    boundaries: {h3: 8}
    ignore: [x, 'y: z']
    """
    text = yaml.dump(_shaped(content, 0), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return f"{first}\n{text}"
