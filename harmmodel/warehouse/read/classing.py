"""Which activity an enforcement record belongs to, and by which rule."""

from __future__ import annotations

import re

import pandas as pd

from harmmodel.config.activities import ActivityConfig
from harmmodel.config.activity_types import NOT_CLASSED, Rule

NO_RULE = "no rule fits"


def classed(frame: pd.DataFrame, config: ActivityConfig) -> pd.DataFrame:
    """Add activity and rule to rows that have class, code and setting.

    The first activity with a fitting rule takes the row; a row that no rule fits is not left out but named so.
    """
    kinds = frame[["class", "code", "setting"]].drop_duplicates()
    rows = [(*kind, *_find(kind, config)) for kind in kinds.itertuples(index=False, name=None)]
    found = pd.DataFrame(rows, columns=["class", "code", "setting", "activity", "rule"]).astype(object)
    keys = ["class", "code", "setting"]
    table = frame.astype(dict.fromkeys(keys, object)).merge(found, on=keys, how="left", validate="many_to_one")
    return table.astype({"activity": str, "rule": str})


def _find(kind: tuple[object, ...], config: ActivityConfig) -> tuple[str, str]:
    class_, code, setting = kind
    for activity in config.typology.activities:
        for rule in activity.rules:
            if _fits(rule, class_, code, setting):
                return activity.id, rule.said
    return NOT_CLASSED, NO_RULE


def _fits(rule: Rule, class_: object, code: object, setting: object) -> bool:
    if rule.classes and class_ not in rule.classes:
        return False
    if rule.setting is not None and setting != rule.setting:
        return False
    return not rule.codes or (isinstance(code, str) and any(_pattern(text).fullmatch(code) for text in rule.codes))


def _pattern(text: str) -> re.Pattern[str]:
    """Read * as any text; everything else, brackets too, means itself."""
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), flags=re.IGNORECASE | re.DOTALL)
