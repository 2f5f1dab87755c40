"""Text into HTML: every character is escaped, and only what the views mean as emphasis or code becomes a tag.

`Html` is made in this module alone, so that a text which was not escaped is refused where types are checked.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NewType

import pandas as pd

from harmmodel.config import characters
from harmmodel.lenses.tiers import FOCUS, FULL, HALF, signed
from harmmodel.views import corners
from harmmodel.views.label_layout import Box, place_labels
from harmmodel.views.overview.briefing import short_name
from harmmodel.views.words import JOINER

Html = NewType("Html", str)
NOTHING = Html("")
TOKEN = re.compile(r"\\(?P<plain>[^\w\s])|(?P<bold>\*\*)|`(?P<code>[^`]*)`|(?P<text>.)", re.DOTALL)


def text(value: object) -> Html:
    """Escape *value*, in elements and in attributes alike; what cannot be seen is written as its code.

    >>> text('<b a="1">')
    '&lt;b a=&quot;1&quot;&gt;'
    """
    return Html(html.escape(characters.visible(str(value)), quote=True))


def joined(parts: Iterable[Html], between: str = "") -> Html:
    """Put pieces one after the other."""
    return Html(text(between).join(parts))


def markup(markdown: str) -> Html:
    r"""Turn the Markdown of the views into HTML: bold, code, and escapes taken back.

    >>> markup(r"**Two** \<i\> in `run x`, 5\.1% & more")
    '<b>Two</b> &lt;i&gt; in <code>run x</code>, 5.1% &amp; more'
    """
    parts: list[Html] = []
    bold: list[Html] | None = None  # what stands between two marks of emphasis
    for token in TOKEN.finditer(markdown.replace(JOINER, "")):
        if token["bold"]:
            if bold is not None:
                parts.append(element("b", joined(bold)))
            bold = [] if bold is None else None
            continue
        is_code = token["code"] is not None
        said = element("code", text(token["code"])) if is_code else text(token["plain"] or token["text"])
        (parts if bold is None else bold).append(said)
    return joined([*parts, *([] if bold is None else [element("b", joined(bold))])])


def element(name: str, content: Html = NOTHING, attributes: Mapping[str, object] | None = None) -> Html:
    """Return an element; *content* is HTML already, attributes are escaped here.

    >>> element("circle", attributes={"r": 4.0, "fill": "none"})
    '<circle r="4" fill="none"></circle>'
    """
    given = "".join(f' {key}="{text(_short(value))}"' for key, value in (attributes or {}).items())
    return Html(f"<{name}{given}>{content}</{name}>")


def void(name: str, attributes: Mapping[str, object]) -> Html:
    """Return an element that has no content and no end, such as ``meta``."""
    return Html(element(name, attributes=attributes).removesuffix(f"</{name}>"))


def legend(steps: Iterable[tuple[str, str]]) -> Html:
    """Return colours with what each means; ours are the colours, any words may be hostile."""
    marks = (
        element("span", joined([element("i", attributes={"style": f"background:{colour}"}), text(words)]))
        for colour, words in steps
    )
    return element("div", joined(marks), {"class": "legend"})


def document(head: Iterable[Html], body: Html, style: str) -> Html:
    """Return a whole page; *style* is our own sheet, which a browser reads as it stands."""
    top = joined([*head, Html(f"<style>{style}</style>")])
    return Html(f'<!DOCTYPE html>\n<html lang="en">{element("head", top)}\n{body}\n</html>\n')


def _short(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


INK, MUTED, QUIET, FAINT, GRID, PAPER = "#1b2733", "#52606d", "#66737f", "#b4bec8", "#e6eaee", "#ffffff"
HARM, ENFORCEMENT, LEVEL = "#17426b", "#b9801f", "#8a96a1"
COLOURS = {"over": ENFORCEMENT, "under": HARM, "level": LEVEL}
WIDTH, HEIGHT = 440.0, 306.0
LEFT, RIGHT, TOP, BOTTOM = 26.0, 12.0, 20.0, 36.0
SIZE = 10
BAR_WIDTH, BAR_HEIGHT = 110.0, 12.0
Attributes = Mapping[str, object]
Row = Mapping[Hashable, Any]


class Scale:
    """Where a ratio and a score lie on the picture."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.low, self.high = corners.ends(frame)
        self.top = corners.highest(frame)

    def x(self, ratio: float) -> float:
        """Return the place of a ratio; values beyond the ends stand at the edge."""
        kept = min(max(ratio, self.low), self.high)
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(kept / self.low) / math.log(self.high / self.low)

    def y(self, score: float) -> float:
        """Return the height of a score."""
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(max(score, 0.0), self.top) / self.top)


def four_corners(frame: pd.DataFrame, alt: str) -> Html:
    """Draw every area by score and ratio: shape tells the tier, side and colour the ratio.

    Parameters
    ----------
    frame : as for the Overview's first picture; any label may be hostile
    alt : the finding, for those who do not see the picture
    """
    scale = Scale(frame)
    rows = frame.to_dict("records")
    parts = [*_ground(frame, scale), *_axes(scale)]
    parts += [part for row in rows if row["named"] for part in _whiskers(row, scale)]
    parts += [_point(row, scale) for row in rows]
    parts += _names(rows, scale)
    box = {"viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}", "role": "img", "aria-label": alt}
    return element("svg", joined(parts), box)


def interval_bar(row: Mapping[str, float]) -> Html:
    """Draw a score on 0 to 100: pale interval, darker middle half, a disc; nothing where there is no score."""
    if not all(math.isfinite(row[name]) for name in ("low", "high", "value")):
        return NOTHING
    middle, at = BAR_HEIGHT / 2, {name: BAR_WIDTH * min(max(value, 0.0), 100.0) / 100 for name, value in row.items()}
    parts = [_line(0.0, middle, BAR_WIDTH, middle, {"stroke": GRID})]
    for low, high, opacity in (("low", "high", 0.28), ("q25", "q75", 0.55)):
        if math.isfinite(row[low]) and math.isfinite(row[high]):
            look = {"stroke": HARM, "stroke-width": 5, "stroke-opacity": opacity}
            parts.append(_line(at[low], middle, at[high], middle, look))
    disc = {"cx": at["value"], "cy": middle, "r": 3.6, "fill": HARM, "stroke": PAPER, "stroke-width": 1}
    parts.append(element("circle", attributes=disc))
    box = {"viewBox": f"-4 0 {BAR_WIDTH + 8:g} {BAR_HEIGHT:g}", "class": "bar", "aria-hidden": "true"}
    return element("svg", joined(parts), box)


def _line(x1: float, y1: float, x2: float, y2: float, look: Attributes) -> Html:
    return element("line", attributes={"x1": x1, "y1": y1, "x2": x2, "y2": y2, **look})


def _words(x: float, y: float, content: str, look: Attributes) -> Html:
    return element("text", text(content), {"x": x, "y": y, "font-size": SIZE, **look})


def _ground(frame: pd.DataFrame, scale: Scale) -> list[Html]:
    low, high = (scale.x(end) for end in corners.STRIP)
    floor = HEIGHT - BOTTOM
    strip = {"x": low, "y": TOP, "width": high - low, "height": floor - TOP, "fill": "#e9e9e4"}
    parts = [element("rect", attributes=strip)]
    parts.append(_line(scale.x(1), TOP, scale.x(1), floor, {"stroke": MUTED, "stroke-width": 1.2}))
    if (score := corners.between(frame)) is not None:
        dashes = {"stroke": FAINT, "stroke-dasharray": "3 3"}
        parts.append(_line(LEFT, scale.y(score), WIDTH - RIGHT, scale.y(score), dashes))
    for content, side, is_bottom in corners.WORDS:
        x = LEFT + 4 if side == "left" else WIDTH - RIGHT - 4
        look: Attributes = {"text-anchor": "start" if side == "left" else "end", "fill": QUIET, "font-weight": 600}
        parts.append(_words(x, floor - 6 if is_bottom else TOP + 11, content, look))
    return parts


def _axes(scale: Scale) -> list[Html]:
    floor, parts = HEIGHT - BOTTOM, list[Html]()
    for power in range(round(math.log2(scale.low)), round(math.log2(scale.high)) + 1):
        x, said = scale.x(2.0**power), f"1/{2**-power}" if power < 0 else f"{2**power}×"
        parts.append(_line(x, TOP, x, floor, {"stroke": GRID}))
        parts.append(_words(x, floor + 13, said, {"text-anchor": "middle", "fill": MUTED}))
    for score in range(0, int(scale.top) + 1, 20):
        y = scale.y(score)
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y, {"stroke": GRID}))
        parts.append(_words(LEFT - 5, y + 3.5, str(score), {"text-anchor": "end", "fill": MUTED}))
    parts.append(_words(0, 10, corners.UPWARDS, {"fill": MUTED}))
    parts.append(_words(LEFT, HEIGHT - 5, f"{corners.ACROSS}, log scale", {"fill": MUTED}))
    return parts


def _whiskers(row: Row, scale: Scale) -> list[Html]:
    x, y = scale.x(row["ratio"]), scale.y(row["score"])
    look = {"stroke": _colour(row), "stroke-width": 1.6, "stroke-opacity": 0.45}
    parts = []
    if math.isfinite(row["ratio_low"]) and math.isfinite(row["ratio_high"]):
        parts.append(_line(scale.x(row["ratio_low"]), y, scale.x(row["ratio_high"]), y, look))
    if math.isfinite(row["score_low"]) and math.isfinite(row["score_high"]):
        parts.append(_line(x, scale.y(row["score_low"]), x, scale.y(row["score_high"]), look))
    return parts


def _colour(row: Row) -> str:
    return COLOURS.get(str(row["level"]), FAINT)


def _point(row: Row, scale: Scale) -> Html:
    """Draw the sign of the tier: a full disc, half a disc, else a ring."""
    x, y, colour, tier = scale.x(row["ratio"]), scale.y(row["score"]), _colour(row), str(row["tier"])
    is_full = tier in signed(FULL)
    look = {"fill": colour if is_full else PAPER, "stroke": PAPER if is_full else colour}
    disc = {"cx": x, "cy": y, "r": 4.2, **look, "stroke-width": 1 if is_full else 1.4}
    parts = [element("circle", attributes=disc)]
    if tier in signed(HALF):
        path = f"M{x:.2f},{y - 3.6:.2f}a3.6,3.6,0,0,0,0,7.2z"
        parts.append(element("path", attributes={"d": path, "fill": colour}))
    return joined(parts)


def _names(rows: Sequence[Row], scale: Scale) -> list[Html]:
    points = [(scale.x(row["ratio"]), scale.y(row["score"])) for row in rows]
    texts = {n: short_name(row["label"]) for n, row in enumerate(rows) if row["named"]}
    floor = HEIGHT - BOTTOM
    taken = [Box(LEFT, TOP, WIDTH, TOP + 15), Box(LEFT, floor - 16, WIDTH, floor)]
    area = Box(LEFT + 2, TOP, WIDTH - RIGHT, floor)
    parts = []
    for label in place_labels(points, texts, area=area, taken=taken, size=SIZE):
        x, y = points[label.index]
        anchor = {"left": "start", "right": "end", "center": "middle"}[label.align]
        weight = 600 if str(rows[label.index]["tier"]) == FOCUS else 400
        look = {"text-anchor": anchor, "font-weight": weight, "fill": INK, "class": "halo"}
        parts.append(_words(x + label.dx, y + label.dy + SIZE * 0.35, texts[label.index], look))
    return parts
