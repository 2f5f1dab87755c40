"""The words of CONTRIBUTING.md, 'How we write about harm', bind config, pages, reports, README and METHOD."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KINDS = {".py", ".yaml", ".csv", ".sql"}


def banned_words() -> list[str]:
    """First column of the table under the heading 'Not this, but that'."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("### Not this, but that")[1].split("\n#")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")][2:]
    return [word.strip() for row in rows for word in row.split(",")]


def own_text(path: Path) -> str:
    """What readers may see of a file: all of it, but of code the texts and of a crosswalk not the publisher's terms."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        nodes = list(ast.walk(ast.parse(text)))
        docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        texts = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
        return "\n".join(str(node.value) for node in texts)
    if path.name != "crosswalk.csv":
        return text
    rows = csv.DictReader(text.splitlines())
    return "\n".join(" ".join(value for name, value in row.items() if name != "code") for row in rows)


def written_by_us() -> Iterator[Path]:
    yield from (ROOT / name for name in ("README.md", "METHOD.md", "SECURITY.md", "CHANGELOG.md"))
    yield ROOT / "streamlit_app.py"
    for folder in ("config", "harmmodel/views", "harmmodel/journal", "harmmodel/app", "harmmodel/report"):
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in KINDS)


def test_the_list_is_read():
    assert {"safe", "criminals", "predicts"} <= set(banned_words())


def test_no_banned_word_is_used():
    banned = re.compile(rf"\b(?:{'|'.join(map(re.escape, banned_words()))})\b", flags=re.IGNORECASE)
    found = {path.relative_to(ROOT): banned.findall(own_text(path)) for path in written_by_us()}
    assert len(found) > 100, "every folder is read"
    told = [f"{path}: {', '.join(words)}" for path, words in found.items() if words]
    assert not told, "\n".join(told)
