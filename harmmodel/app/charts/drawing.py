"""Charts drawn once: the same rows asked for again by any reader give the spec that was made before.

Building a chart and checking it costs a hundred times more than sending it, and one lock lets no two be built at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Literal

import altair as alt
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.app.charts.theme import DrawnChart
from harmmodel.views.label_layout import Box, Label, place_labels

KEPT = 256  # specs; a map of 77 areas takes some 300 kB
CHECKED = False  # by Vega-Lite's schema, which takes half the time: the tests set it, and draw every picture
_altair_settings = threading.Lock()
_doors = tuple(threading.Lock() for _ in range(64))  # who asks for a chart that is being drawn waits for it


OUTLINES = "outlines"


@dataclass(frozen=True)
class Outlined:
    """A chart whose data, named ``outlines``, are set in at the end: Altair would copy each point many times."""

    chart: Any
    features: list[dict[str, Any]]


class _Call:
    """A chart asked for: what is drawn and of which data. It keeps the data, so that no key outlives its object."""

    def __init__(self, draw: Callable[..., Any], data: tuple[Any, ...], options: dict[str, Any]) -> None:
        self.draw, self.data, self.options = draw, data, options
        self.key = (draw.__module__, draw.__qualname__, _key(data), _key(tuple(sorted(options.items()))))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Call) and self.key == other.key


def drawn(draw: Callable[..., Any]) -> Callable[..., DrawnChart]:
    """Let a function that builds an Altair chart from frames, outlines and options give its finished spec instead."""

    @wraps(draw)
    def asked(*data: Any, **options: Any) -> DrawnChart:
        call = _Call(draw, data, options)
        with _doors[hash(call) % len(_doors)]:
            return _spec(call)

    return asked


@lru_cache(maxsize=KEPT)
def _spec(call: _Call) -> DrawnChart:
    asked = call.draw(*call.data, **call.options)
    outlined = asked if isinstance(asked, Outlined) else Outlined(asked, [])
    chart = theme.finished(outlined.chart)
    with _altair_settings:  # what Altair is told holds for all threads
        theme.register()
        with alt.data_transformers.enable("default", max_rows=None):
            spec: dict[str, Any] = chart.to_dict(validate=CHECKED)
    rows = spec.get("datasets", {})
    shapes = {name: rows.pop(name) for name in list(rows) if any("geometry" in row for row in rows[name])}
    return DrawnChart(_with_shapes(spec, shapes | {OUTLINES: outlined.features}))


def with_value(chart: DrawnChart, name: str, value: str | list[str]) -> DrawnChart:
    """Return *chart* with another value of one of its variables, so that it need not be drawn again for each."""
    known = [given["name"] for given in chart.spec["params"]]
    if name not in known:
        raise KeyError(f"the chart has no variable {name}, only {', '.join(known)}")
    given = [{**param, "value": value} if param["name"] == name else param for param in chart.spec["params"]]
    return DrawnChart({**chart.spec, "params": given})


def _with_shapes(node: Any, shapes: dict[str, Any]) -> Any:
    """Return a spec with its outlines where they are used: data sets that stand apart are sent as tables."""
    if isinstance(node, list):
        return [_with_shapes(item, shapes) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("name") in shapes:
        return {**{key: value for key, value in node.items() if key != "name"}, "values": shapes[node["name"]]}
    return {key: _with_shapes(value, shapes) for key, value in node.items()}


def _key(value: Any) -> Hashable:
    """Return what tells *value* from others: frames by their cells, outlines by being the same object."""
    if isinstance(value, pd.DataFrame):
        cells = pd.util.hash_pandas_object(value).to_numpy().tobytes()
        return (tuple(map(str, value.columns)), tuple(map(repr, value.dtypes)), cells)
    if isinstance(value, Mapping):
        return id(value)
    if isinstance(value, (tuple, list)):
        return tuple(_key(item) for item in value)
    return (type(value).__name__, repr(value))


__all__ = ["Box", "Label", "label_layers", "place_labels"]


def label_layers(data: pd.DataFrame, labels: Sequence[Label], x: alt.X, y: alt.Y) -> list[Any]:
    """Text marks for placed labels, on a white halo; bold where *data* says so in column ``bold``."""
    placed = data.iloc[[label.index for label in labels]].select_dtypes(["number", "object", "string", "bool"])
    placed = placed.assign(dx=[d.dx for d in labels], dy=[d.dy for d in labels], align=[d.align for d in labels])
    weights: tuple[tuple[bool, Literal[400, 600]], ...] = ((False, 400), (True, 600))
    layers = []
    for is_bold, weight in weights:
        rows = placed[placed["bold"] == is_bold]
        if rows.empty:
            continue
        base = alt.Chart(rows).encode(x=x, y=y, text="label:N")
        for halo in (3, 0):
            mark = base.mark_text(
                align=alt.expr("datum.align"),
                dx=alt.expr("datum.dx"),
                dy=alt.expr("datum.dy"),
                fontSize=theme.SMALL,
                fontWeight=weight,
                color=theme.INK,
                stroke=theme.PAPER,
                strokeWidth=halo,
                aria=False,
            )
            layers.append(mark)
    return layers
