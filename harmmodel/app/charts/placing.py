"""Labels beside points, as layers of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt
import pandas as pd

from harmmodel.app.charts import theme
from harmmodel.views.placing import Box, Label, place_labels

__all__ = ["Box", "Label", "label_layers", "place_labels"]


def label_layers(data: pd.DataFrame, labels: Sequence[Label], x: alt.X, y: alt.Y) -> list[Any]:
    """Text marks for placed labels, on a white halo; bold where *data* says so in column ``bold``."""
    layers = []
    for label in labels:
        row = data.iloc[[label.index]].select_dtypes(["number", "object", "string"])
        weight: Literal[400, 600] = 600 if data["bold"].iloc[label.index] else 400
        base = alt.Chart(row).encode(x=x, y=y, text="label:N")
        for halo in (3, 0):
            mark = base.mark_text(
                align=label.align,
                dx=label.dx,
                dy=label.dy,
                fontSize=theme.SMALL,
                fontWeight=weight,
                color=theme.INK,
                stroke=theme.PAPER,
                strokeWidth=halo,
                aria=False,
            )
            layers.append(mark)
    return layers
