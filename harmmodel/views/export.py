"""Downloads: frames as CSV that a spreadsheet opens as data and never as a formula."""

from __future__ import annotations

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: object) -> object:
    """Text that a spreadsheet would run gets a quote in front; numbers and all other text stay as they are.

    >>> neutral("=1+1"), neutral("Loop"), neutral(-3.5)
    ("'=1+1", 'Loop', -3.5)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def csv_bytes(frame: pd.DataFrame, seal_line: str | None = None) -> bytes:
    """*frame* as CSV in UTF-8 without its index.

    Parameters
    ----------
    frame : numbers stay numbers; text that starts like a formula is neutralised, column names too
    seal_line : written alone in the first row, for example to mark an exercise
    """
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]) and not pd.api.types.is_bool_dtype(safe[name]):
            safe[name] = pd.Series([neutral(cell) for cell in safe[name]], index=safe.index, dtype=object)
    safe.columns = pd.Index([neutral(str(name)) for name in safe.columns])
    body = str(safe.to_csv(index=False, lineterminator="\n"))
    if seal_line is not None:
        body = str(pd.DataFrame(columns=[neutral(seal_line)]).to_csv(index=False, lineterminator="\n")) + body
    return body.encode("utf-8")
