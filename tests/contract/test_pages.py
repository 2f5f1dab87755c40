"""A page's own header is the one place where its question, its part and its name stand."""

import ast
import re
from pathlib import Path

import pytest

from harmmodel.app import headers

ROOT = Path(__file__).resolve().parents[2]
HEADER = '"""What of it?\n\nReview, 15: Of it (for group)\n"""\n'


def test_every_page_says_what_it_answers_and_where_it_stands():
    faults = []
    for path in sorted(headers.FOLDER.glob("*.py")):
        try:
            headers.read(path)
        except ValueError as fault:
            faults.append(str(fault))
    assert faults == []
    assert {header.part for header in headers.pages()} == set(headers.PARTS)


def test_the_title_of_a_page_is_the_question_of_its_header():
    for path in sorted(headers.FOLDER.glob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        heads = [call for call in calls if ast.unparse(call.func) == "layout.head"]
        assert heads, f"{path.name} never calls layout.head"
        assert {ast.unparse(call.args[1]) for call in heads} == {"__doc__"}, path.name


def test_the_readme_lists_the_pages_as_they_say_themselves():
    text = (ROOT / "README.md").read_text("utf-8").split("\n## Pages\n")[1].split("\n## ")[0]
    rows = [re.split(r" *\| *", line)[1:-1] for line in text.splitlines() if line.startswith("|")][2:]
    listed = [[header.part, header.title, header.question] for header in headers.pages()]
    assert [row[:3] for row in rows] == listed, "README.md, Pages: the rows are not what the pages' headers say"
    assert [row[1] for row in rows if not row[3]] == []


@pytest.mark.parametrize(
    "text",
    [
        "import streamlit\n",
        '"""What of it?"""\n',
        HEADER.replace("?", "."),
        HEADER.replace("Review", "Elsewhere"),
        HEADER.replace(", 15", ""),
        HEADER.replace("(for group)", "(for persons)"),
        HEADER.replace("Of it (for group)\n", "\n"),
    ],
)
def test_a_page_without_a_header_is_told_what_to_add(tmp_path, text):
    (tmp_path / "new.py").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"(?s)new\.py does not say.*Begin it with.*Review, Audit, Train"):
        headers.pages(tmp_path)


def test_two_pages_at_one_place_are_told_apart(tmp_path):
    for name in ("one", "other"):
        (tmp_path / f"{name}.py").write_text(HEADER, "utf-8")
    with pytest.raises(ValueError, match=r"one\.py and app/pages/other\.py both stand at Review, 15"):
        headers.pages(tmp_path)


def test_a_header_is_read_without_running_the_page(tmp_path):
    (tmp_path / "new.py").write_text(HEADER + "raise SystemExit\n", "utf-8")
    assert headers.pages(tmp_path) == (
        headers.Header("new", "new", "What of it?", "Review", 15, "Of it", shows_unit=False, lens="group"),
    )
