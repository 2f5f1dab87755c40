"""Text into HTML: every character is escaped, and only what the views mean as emphasis or code becomes a tag."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from harmmodel.views.words import JOINER

TOKEN = re.compile(r"\\(?P<plain>[^\w\s])|(?P<bold>\*\*)|`(?P<code>[^`]*)`|(?P<text>.)", re.DOTALL)


def text(value: object) -> str:
    """Escape *value*, in elements and in attributes alike.

    >>> text('<b a="1">')
    '&lt;b a=&quot;1&quot;&gt;'
    """
    return html.escape(str(value), quote=True)


def markup(markdown: str) -> str:
    r"""Turn the Markdown of the views into HTML: bold, code, and escapes taken back.

    >>> markup(r"**Two** \<i\> in `run x`, 5\.1% & more")
    '<b>Two</b> &lt;i&gt; in <code>run x</code>, 5.1% &amp; more'
    """
    parts, is_bold = [], False
    for token in TOKEN.finditer(markdown):
        if token["bold"]:
            is_bold = not is_bold
            parts.append("<b>" if is_bold else "</b>")
        elif token["code"] is not None:
            parts.append(f"<code>{text(token['code'])}</code>")
        else:
            parts.append(text(token["plain"] or token["text"]))
    return "".join(parts).replace(JOINER, "") + ("</b>" if is_bold else "")


def element(name: str, content: str = "", attributes: Mapping[str, object] | None = None) -> str:
    """Return an element; *content* is HTML already, attributes are escaped here.

    >>> element("circle", attributes={"r": 4.0, "fill": "none"})
    '<circle r="4" fill="none"></circle>'
    """
    given = "".join(f' {key}="{text(_short(value))}"' for key, value in (attributes or {}).items())
    return f"<{name}{given}>{content}</{name}>"


def _short(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
