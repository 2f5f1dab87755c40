"""Tiers stand in one table: no other module spells one or its sign, so that a rule or a name changes in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from harmmodel import journal
from harmmodel.lenses.tiers import FOCUS, HALF, LOWER, NOT_SCORED, RING, SIGNS, TIERS, signed
from harmmodel.views import words

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "harmmodel"
TABLE = PACKAGE / "lenses" / "tiers.py"
FLAGS = {"maps.py", "map_labels.py", "cells.py"}  # where focus is a column that says which outline is drawn


def texts(path: Path) -> Iterator[str]:
    """Every string of a module but its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    bodies = [node.body for node in ast.walk(tree) if hasattr(node, "body") and isinstance(node.body, list)]
    said = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def spelled(path: Path) -> set[str]:
    allowed = {FOCUS} if path.name in FLAGS else {LOWER} if path.parent.name == "journal" else set()
    found = set(texts(path))
    return (found & set(SIGNS)) - allowed | {sign for sign in (HALF, RING) if any(sign in text for text in found)}


def test_no_other_module_spells_a_tier_or_its_sign():
    modules = sorted(set(PACKAGE.rglob("*.py")) - {TABLE})
    assert {str(path.relative_to(ROOT)): found for path in modules if (found := spelled(path))} == {}


def test_the_check_itself_finds_a_tier_that_is_spelled(tmp_path):
    path = tmp_path / "page.py"
    path.write_text('"""focus"""\nX = "contested"\nY = "◐ half"\nZ = "in focus"\n', "utf-8")
    assert spelled(path) == {"contested", HALF}


def test_the_journal_means_the_same_by_lower_priority():
    assert journal.LOWER_PRIORITY == LOWER  # beside the lenses on its floor, so it cannot read the table


@pytest.mark.parametrize("tier", SIGNS)
def test_a_tier_is_written_with_its_sign_everywhere_the_same(tier):
    assert words.tier(tier) == f"{SIGNS[tier]} {tier.capitalize()}"
    assert tier in signed(SIGNS[tier])


def test_tiers_that_stand_in_one_order_differ_by_their_signs():
    assert len({SIGNS[tier] for tier in (*TIERS, NOT_SCORED)}) == 4
