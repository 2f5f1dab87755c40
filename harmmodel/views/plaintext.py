"""Our own Markdown as plain text."""

import re

from harmmodel.views.words import JOINER


def unescaped(markdown: str) -> str:
    r"""Return our own Markdown as plain text, for terminals and for the journal.

    >>> unescaped(r"**Los Mayos \- one**")
    'Los Mayos - one'
    """
    return re.sub(r"\\(.)", r"\1", markdown.replace("**", "").replace("`", "").replace(JOINER, ""))
