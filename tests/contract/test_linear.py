"""No pattern takes more than twice the time for twice the text: they are collected, so that none can be forgotten."""

import ast
import gc
import importlib
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "harmmodel").rglob("*.py"))
CALLS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
LIMIT = 4_000  # characters of the longest text that people may enter
TIMES = 10
SLOWER = 4  # how much more than in proportion a run may take on a busy machine; a square takes ten times as much
UNNOTICED = 0.03  # seconds that nobody waits for, and that say nothing of growth


REPEATED = [
    "a",
    "1",
    " ",
    "@",
    "<",
    "\\",
    "`",
    "*",
    "-",
    ".",
    "a ",
    "1 ",
    "1-",
    "a.",
    "a@",
    "ab12",
    "(1",
    "ñ",
    "Mr. ",
    "\n",
]
BEGUN = ["harmmodel a", "1 to", "a@", "1e", "<"]  # what seems to fit until its end is seen
# Texts of which patterns with two ways to read one character, or without an anchor, despair: by a name, from a length.
HOSTILE: dict[str, Callable[[int], str]] = {
    **{repr(unit): lambda n, unit=unit: (unit * n)[:n] for unit in REPEATED},
    **{f"{start}… without its end": lambda n, start=start: f"{start}{'a' * n}`" for start in BEGUN},
    **{f"{start} again and again": lambda n, start=start: (start * n)[:n] + "`" for start in BEGUN},
    "digits, then a letter": lambda n: "1" * n + "x",
    "spaces, then a letter": lambda n: "a" + " " * n + "x",
}


def calls(path: Path) -> list[ast.Call]:
    """Every call of a file that makes or uses a pattern by its text."""
    return [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in CALLS
    ]


def module(path: Path) -> str:
    """Name of the module in a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def written(argument: ast.expr, held: Mapping[str, object]) -> str | None:
    """Return the text of a pattern that is written where it is used, with constants of its module in its holes."""
    if isinstance(argument, ast.JoinedStr):
        parts = [
            written(part.value if isinstance(part, ast.FormattedValue) else part, held) for part in argument.values
        ]
        return None if None in parts else "".join(part for part in parts if part is not None)
    value = held.get(argument.id) if isinstance(argument, ast.Name) else getattr(argument, "value", None)
    return value if isinstance(value, str) else None


def collected() -> dict[str, re.Pattern[str]]:
    """Every pattern of the package: what modules and their classes hold, and what is written where it is used."""
    found: dict[str, re.Pattern[str]] = {}
    for path in MODULES:
        if not (listed := calls(path)):
            continue
        held = vars(importlib.import_module(module(path)))
        classes = [item for item in held.values() if isinstance(item, type) and item.__module__ == module(path)]
        for names in (held, *map(vars, classes)):
            found |= {f"{module(path)}.{n}": item for n, item in names.items() if isinstance(item, re.Pattern)}
        inline = [call for call in listed if call.func.attr != "compile"]
        texts = [text for call in inline if (text := written(call.args[0], held)) is not None]
        found |= {f"{module(path)} {text}": re.compile(text) for text in texts}
    unique: dict[tuple[str, int], str] = {}
    for name, pattern in found.items():
        unique.setdefault((pattern.pattern, pattern.flags), name)
    return {name: found[name] for name in unique.values()}


PATTERNS = collected()


def seconds(work: Callable[[], object]) -> float:
    """Return the least processor's time of a few tries: whatever else the machine does only adds to it."""
    least = float("inf")
    gc.disable()  # its time grows with all that the tests hold, which is not asked here
    try:
        for _ in range(3):
            start = time.process_time()
            work()
            least = min(least, time.process_time() - start)
            if not UNNOTICED < least < 1:  # fast enough, or so slow that once is enough
                break
    finally:
        gc.enable()
    return least


def grows_in_proportion(work: Callable[[str], object], text: Callable[[int], str], length: int) -> bool:
    """Tell whether work on ten times the length takes about ten times as long; what nobody notices is in proportion."""
    short, long = text(length), text(TIMES * length)
    slow = seconds(lambda: work(long))
    return slow < UNNOTICED or slow <= SLOWER * TIMES * seconds(lambda: work(short))


def ways(name: str) -> set[str]:
    """Return how a pattern is used anywhere in the package; every way where it is handed on."""
    known = r"\b" + re.escape(name.rpartition(".")[2]) + r"\.(match|search|fullmatch|finditer|sub|split)\("
    found = {way for path in MODULES for way in re.findall(known, path.read_text("utf-8"))}
    return {"search" if way in ("finditer", "sub", "split") else way for way in found} or {
        "search",
        "match",
        "fullmatch",
    }


def despairs(pattern: re.Pattern[str], uses: set[str]) -> str:
    """Name the first text on which one of the ways to use a pattern takes more than in proportion; empty for none."""
    for name, text in HOSTILE.items():
        for use in sorted(uses):
            every = (lambda said: list(pattern.finditer(said))) if use == "search" else getattr(pattern, use)
            if not grows_in_proportion(every, text, LIMIT):
                return f"{use} in {name}"
    return ""


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_time_in_proportion_to_the_text(name):
    assert despairs(PATTERNS[name], ways(name)) == ""


@pytest.mark.parametrize("text", [r"[^\s@]+@[^\s@]+", r"\s*:\s*$", r"<[^>]*>"])
def test_the_check_itself_finds_patterns_that_do_not(text):
    assert despairs(re.compile(text), {"search"}) != ""


def test_patterns_are_collected():
    assert len(PATTERNS) > 15
    assert {"harmmodel.views.words.MARKUP", "harmmodel.report.html.TOKEN"} <= set(PATTERNS)


def test_no_pattern_is_built_from_what_config_or_data_say():
    """A pattern made of a text of others takes whatever time they like; the few that are built hold our own parts."""
    built = [
        f"{path.relative_to(ROOT)}: {ast.unparse(call)}"
        for path in MODULES
        for call in calls(path)
        if not isinstance(call.args[0], ast.Constant) and not is_our_own(call, path)
    ]
    assert built == []


def is_our_own(call: ast.Call, path: Path) -> bool:
    """Tell whether a pattern is put together from constants of its own module alone."""
    constants = {
        target.id
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.isupper()
    }
    return {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)} <= constants


@pytest.mark.parametrize(
    ("code", "is_ours"),
    [
        ('re.compile(rf"{OWN}+x")', True),
        ('re.compile("|".join(OWN))', True),
        ("re.compile(said)", False),
        ('re.search(rf"{OWN}{said}", text)', False),
        ('re.compile(".*".join(re.escape(part) for part in said))', False),
    ],
)
def test_the_check_itself_tells_whose_a_pattern_is(tmp_path, code, is_ours):
    path = tmp_path / "module.py"
    path.write_text(f'OWN = "a"\n\n\ndef use(said, text):\n    return {code}\n', "utf-8")
    (call, *_) = calls(path)
    assert is_our_own(call, path) is is_ours
