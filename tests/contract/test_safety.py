"""Nothing that a file, a link or a row says is ever run as code or as SQL."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted([*(ROOT / "harmmodel").rglob("*.py"), ROOT / "streamlit_app.py"])
NEVER = re.compile(
    r"\b(?:pickle|cPickle|dill|cloudpickle|joblib|eval|exec)\b(?=[\s.(]*[\w(])|unsafe_allow|components\.v1|shell=True"
)
RUNS_SQL = {"execute", "executemany", "sql", "query", "from_query"}


def code_only(path: Path) -> str:
    """Source without comments and docstrings, which may name what is refused."""
    return ast.unparse(_without_docstrings(ast.parse(path.read_text(encoding="utf-8"))))


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
    return tree


def test_nothing_is_unpickled_evaluated_or_let_through_unescaped():
    assert MODULES
    found = {path.relative_to(ROOT): NEVER.findall(code_only(path)) for path in MODULES}
    told = [f"{path}: {', '.join(what)}" for path, what in found.items() if what]
    assert not told, "\n".join(told)


def built_from_values(argument: ast.expr) -> bool:
    """Tell whether SQL text takes in a value instead of naming a parameter.

    The loader has to put quoted names and lists of columns into SQL: a plain name or the call of a quoting function.
    Anything else, a hole between quotes, concatenation of a value or ``format``, is refused.
    """
    if isinstance(argument, ast.JoinedStr):
        quotes = 0
        for part in argument.values:
            if isinstance(part, ast.Constant):
                quotes += str(part.value).count("'")
            elif quotes % 2 or not isinstance(getattr(part, "value", None), ast.Name | ast.Call):
                return True
        return False
    return isinstance(argument, ast.BinOp) or (
        isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute) and argument.func.attr == "format"
    )


def sql_calls(path: Path) -> list[ast.Call]:
    """Every call of a file that runs SQL."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in RUNS_SQL and call.args]


def test_values_reach_sql_as_parameters():
    found = [(path, call) for path in MODULES for call in sql_calls(path)]
    assert found
    told = [
        f"{path.relative_to(ROOT)}:{c.lineno}: {ast.unparse(c)}" for path, c in found if built_from_values(c.args[0])
    ]
    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ('f"select * from {identifier(name)}"', False),
        ('f"select {columns} from t"', False),
        ("f\"select * from t where a = '{value}'\"", True),
        ('f"select * from t where a = {row.value}"', True),
        ('"select * from t where a = " + value', True),
        ('"select * from t where a = {}".format(value)', True),
    ],
)
def test_the_check_itself_tells_them_apart(code, refused):
    assert built_from_values(ast.parse(code, mode="eval").body) is refused
