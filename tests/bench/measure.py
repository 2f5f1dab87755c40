"""Measuring one piece of work in a process of its own: its time, and the memory it needed."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

KIB = 1024 if sys.platform != "darwin" else 1  # ru_maxrss is in KiB on Linux, in bytes on macOS


def _child(work: Callable[..., Any], arguments: tuple[Any, ...], pipe: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    parts = work(*arguments)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pipe.send((seconds, peak * KIB / 2**20, (peak - before) * KIB / 2**20, parts))


def measured(work: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Run *work* in a fresh process; it may return a dict of its own timings, or the seconds to count instead."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_child, args=(work, arguments, there))
    process.start()
    there.close()
    try:
        seconds, peak, extra, parts = here.recv()
    except EOFError:
        raise RuntimeError(f"{work.__name__}{arguments} ended without a result") from None
    process.join()
    own = parts if isinstance(parts, float) else seconds
    return {"seconds": own, "peak_mib": peak, "extra_mib": extra, "parts": parts if isinstance(parts, dict) else {}}


def side_by_side(
    ours: Callable[..., Any], theirs: Callable[..., Any], *arguments: Any, times: int = 3
) -> dict[str, Any]:
    """Measure two pieces of work in turn and give the median of their ratios, pair by pair."""
    pairs = [(measured(ours, *arguments), measured(theirs, *arguments)) for _ in range(times)]
    ratios = [a["seconds"] / b["seconds"] for a, b in pairs]
    return {
        "ratio": statistics.median(ratios),
        "lowest": min(ratios),
        "highest": max(ratios),
        "ours_seconds": statistics.median(a["seconds"] for a, _ in pairs),
        "theirs_seconds": statistics.median(b["seconds"] for _, b in pairs),
        "ours_peak_mib": max(a["peak_mib"] for a, _ in pairs),
        "theirs_peak_mib": max(b["peak_mib"] for _, b in pairs),
        "parts": pairs[0][0]["parts"],
    }
