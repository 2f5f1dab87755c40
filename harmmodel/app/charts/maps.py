"""Area maps: score or pillar in classes fitted to the place, enforcement against harm in five steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
import shapely
from shapely.geometry import mapping, shape

from harmmodel.app.charts import map_labels, theme
from harmmodel.app.charts.drawing import OUTLINES, Outlined, drawn, with_value
from harmmodel.lenses.tiers import NOT_SCORED
from harmmodel.views.blocks import LARGE
from harmmodel.views.classes import Classes
from harmmodel.views.corners import RATIO_WORDS

SELECTION = "area"
CHOSEN = "chosen"
COVERED = "covered"  # areas whose number gives way to the name of the chosen one
# Labels are placed for the narrowest column the page has; on wider ones they only stand further apart.
WIDTH = 330
HEIGHT, RATIO_HEIGHT = 560, 480
PALE = "#f4f0ec"

Features = list[dict[str, Any]]


@dataclass(frozen=True)
class Fill:
    """What the colours of a map mean: words of the steps, their colours and a legend title."""

    bands: Sequence[str]
    colours: Sequence[str]
    title: str | None = None


@dataclass(frozen=True)
class Look:
    """How text on a map is drawn, and whether at the middle (lat) or the northern edge (top) of its area."""

    colour: str = theme.INK
    halo: bool = False
    lat: str = "lat"
    dy: int = 0
    size: int = theme.SMALL


def pillar_ramp(pillar: str) -> tuple[str, ...]:
    """Return six steps from pale paper over the pillar's colour to one darker step."""
    pale, full = (channels(colour) for colour in (PALE, theme.PILLAR_COLOURS[pillar]))
    steps = [_mixed(pale, full, part) for part in (0.0, 0.2, 0.45, 0.75, 1.0)]
    return (*steps, _mixed(full, channels(theme.INK), 0.5))


def ramp(pillar: str | None, steps: int) -> tuple[str, ...]:
    """Return the colours of one to six classes, pale to dark: of a pillar, or of the overall score."""
    full = theme.HARM_RAMP if pillar is None else pillar_ramp(pillar)
    last = len(full) - 1
    return (
        tuple(full[round(at * last / (steps - 1))] for at in range(steps)) if steps > 1 else full[last // 2 :][:steps]
    )


def channels(colour: str) -> tuple[int, ...]:
    """Return red, green and blue of a colour, 0 to 255."""
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _mixed(one: tuple[int, ...], other: tuple[int, ...], part: float) -> str:
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(one, other, strict=True))


def area_map(
    boundaries: Mapping[str, Any], areas: pd.DataFrame, classes: Classes, *, pillar: str | None, selected: str
) -> theme.DrawnChart:
    """Draw the areas by score: once, whichever is selected.

    Parameters
    ----------
    boundaries : FeatureCollection whose features carry ``unit_id`` and ``label``
    areas : unit_id, value (NaN when not scored), rank (text), focus (bool): what is not among them is not drawn
    classes : of the scores of the whole place
    pillar : pillar whose colours to use; None is the overall score
    selected : unit drawn with an outline and its name

    Returns
    -------
    A chart 560 px high with the point selection ``area`` on unit_id.
    """
    chart = _areas(boundaries, areas, classes, pillar=pillar)
    features = chart.spec["data"]["values"]
    covered = map_labels.covered(features, selected, WIDTH, HEIGHT)
    return with_value(with_value(chart, CHOSEN, selected), COVERED, covered)


@drawn
def _areas(boundaries: Mapping[str, Any], areas: pd.DataFrame, classes: Classes, *, pillar: str | None) -> Outlined:
    rows = areas.assign(band=[classes.said(value) for value in areas["value"]])
    fill = Fill(classes.words, ramp(pillar, len(classes.words)))
    return _map(boundaries, rows, fill, is_choice=True, height=HEIGHT)


@drawn
def ratio_map(
    boundaries: Mapping[str, Any], contrast: pd.DataFrame, title: str = "Drug arrests ÷ weighted violence"
) -> Outlined:
    """Draw the share of enforcement over the share of serious violence.

    Parameters
    ----------
    boundaries : FeatureCollection whose features carry ``unit_id`` and ``label``
    contrast : unit_id, bucket (0 to 4 in the order of the ratio's steps, -1 when not known)
    title : what is divided by what, over the legend
    """
    bands = [RATIO_WORDS[bucket] if bucket >= 0 else NOT_SCORED for bucket in contrast["bucket"]]
    rows = pd.DataFrame({"unit_id": contrast["unit_id"].to_numpy(), "rank": "", "focus": False, "band": bands})
    fill = Fill(RATIO_WORDS, theme.RATIO_RAMP, title)
    return _map(boundaries, rows, fill, is_choice=False, height=RATIO_HEIGHT)


def _map(boundaries: Mapping[str, Any], rows: pd.DataFrame, fill: Fill, *, is_choice: bool, height: int) -> Outlined:
    """Stack the layers in the order in which they must be drawn."""
    features = _features(boundaries, rows, fill.bands)
    map_labels.number(features, WIDTH, height)
    base = alt.Chart(alt.NamedData(OUTLINES))
    layers = [_filled(base, fill)]
    if any(f["band"] == NOT_SCORED for f in features):
        layers += _not_scored(base, is_fine=len(features) > LARGE)
    if any(f["focus"] for f in features):
        layers.append(_outline(base.transform_filter("datum.focus"), theme.INK, 1.4))
    chosen = base.transform_filter(f"datum.unit_id === {CHOSEN}")
    if is_choice:
        layers += [_outline(chosen, theme.PAPER, 5.0), _outline(chosen, theme.INK, 2.6)]
    layers += _numbers(base, features, is_choice=is_choice)
    if is_choice:
        layers += _text(chosen, alt.Text("label:N"), Look(halo=True, lat="top", dy=-8, size=theme.TEXT))
    chart = alt.layer(*layers).properties(width="container", height=height).project(type="mercator")
    if is_choice:
        chart = chart.add_params(alt.param(name=CHOSEN, value=""), alt.param(name=COVERED, value=[]))
    return Outlined(chart, features)


def _features(boundaries: Mapping[str, Any], rows: pd.DataFrame, bands: Sequence[str]) -> Features:
    """Return flat features: a nested field would make the selection answer with an escaped name."""
    facts = {str(fact["unit_id"]): fact for fact in rows.to_dict("records")}
    features = []
    for feature in boundaries["features"]:
        unit_id = str(feature["unit_id"])
        if unit_id not in facts:
            continue
        fact = facts[unit_id]
        name = str(fact["band"])
        outline = turned(feature["geometry"])
        inside = _inside(outline, is_numbered=bool(fact["focus"]))
        features.append(
            {
                "type": "Feature",
                "geometry": mapping(outline),
                "unit_id": unit_id,
                "label": str(feature["label"]),
                "band": name,
                "rank": str(fact["rank"]),
                "focus": bool(fact["focus"]),
                "dark": name in bands[max(len(bands) - 2, 1) :],
                "lon": inside[0],
                "lat": inside[1],
                "top": outline.bounds[3],
            }
        )
    return features


def _inside(outline: Any, *, is_numbered: bool) -> tuple[float, float]:
    """Return a point in an outline for its text: as far from the border as can be where that is a number."""
    point = shapely.maximum_inscribed_circle(outline) if is_numbered else outline.representative_point()
    lon, lat, *_ = point.coords[0]
    return round(lon, 5), round(lat, 5)


def turned(geometry: Mapping[str, Any]) -> Any:
    """Return an outline as d3 reads it: a ring that runs anticlockwise would be everything but its inside."""
    return shapely.orient_polygons(shape(geometry), exterior_cw=True)


def outward(geometry: Mapping[str, Any]) -> Any:
    """Return an outline as GeoJSON that d3 fills on the inside."""
    return mapping(turned(geometry))


def _filled(base: alt.Chart, fill: Fill) -> alt.Chart:
    legend = alt.Legend(
        title=fill.title,
        orient="bottom-left",
        direction="vertical",
        symbolType="square",
        symbolSize=150,
        symbolStrokeWidth=0,
        rowPadding=1,
        labelFontSize=12,
        titleFontSize=12,
        titleFontWeight="normal",
    )
    scale = alt.Scale(domain=list(fill.bands), range=list(fill.colours))
    chart: alt.Chart = (
        base.transform_filter(f"datum.band != '{NOT_SCORED}'")
        .mark_geoshape(stroke=theme.PAPER, strokeWidth=0.8, cursor="pointer")
        .encode(
            color=alt.Color("band:N", scale=scale, legend=legend),
            tooltip=[alt.Tooltip("label:N", title="Area"), alt.Tooltip("band:N", title="Shown as")],
        )
        .add_params(alt.selection_point(name=SELECTION, fields=["unit_id"], on="click", toggle=False))
    )
    return chart


def _not_scored(base: alt.Chart, *, is_fine: bool) -> list[alt.Chart]:
    """White with a dashed outline and, where there is room, a dash: absence of a score must not look like a low one."""
    areas = base.transform_filter(f"datum.band == '{NOT_SCORED}'")
    shapes = areas.mark_geoshape(
        fill=theme.PAPER,
        stroke=theme.FAINT if is_fine else theme.QUIET,
        strokeWidth=0.6 if is_fine else 1.0,
        strokeDash=[3, 2],
        aria=False,
        tooltip=None,
    )
    return [shapes, *_text(areas.transform_filter("datum.roomy"), alt.TextValue("–"), Look())]


def _outline(areas: alt.Chart, colour: str, width: float) -> alt.Chart:
    # clicks must reach the filled area below, and the tooltip too
    chart: alt.Chart = areas.mark_geoshape(
        filled=False, fill=None, stroke=colour, strokeWidth=width, strokeJoin="round", aria=False, tooltip=None
    )
    return chart


def _numbers(base: alt.Chart, features: Features, *, is_choice: bool) -> list[alt.Chart]:
    """Rank numbers in focus areas, where they fit: white on the two darkest steps, ink with a halo on the others."""
    layers: list[alt.Chart] = []
    free = f" && indexof({COVERED}, datum.unit_id) < 0" if is_choice else ""
    for dark, colour in ((True, theme.PAPER), (False, theme.INK)):
        if any(f["numbered"] and f["dark"] == dark for f in features):
            areas = base.transform_filter(f"datum.numbered && datum.dark == {str(dark).lower()}{free}")
            layers += _text(areas, alt.Text("rank:N"), Look(colour, halo=not dark))
    return layers


def _text(areas: alt.Chart, text: alt.Text | alt.TextValue, look: Look) -> list[alt.Chart]:
    place = {"longitude": "lon:Q", "latitude": f"{look.lat}:Q", "text": text}
    style: dict[str, Any] = {"fontSize": look.size, "fontWeight": 600, "dy": look.dy, "aria": False, "tooltip": None}
    layers = [areas.mark_text(color=look.colour, **style).encode(**place)]
    if look.halo:
        edge: dict[str, Any] = {"color": theme.PAPER, "stroke": theme.PAPER, "strokeWidth": 3, "strokeJoin": "round"}
        layers.insert(0, areas.mark_text(**edge, **style).encode(**place))
    return layers
