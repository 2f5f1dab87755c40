"""Pictures are drawn once for all readers, and never shown for other data than their own."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import altair as alt
import pandas as pd
import pytest

from harmmodel.app.charts import drawing

FRAME = pd.DataFrame({"name": ["a", "b"], "value": [1.0, 2.0]})
READERS = 20
NUMBERS = itertools.count()


def counted(calls: list[int], seconds: float = 0.0) -> Callable[..., drawing.DrawnChart]:
    """Return a way to draw bars that notes each call and takes its time."""

    def bars(frame: pd.DataFrame, *, title: str = "") -> alt.Chart:
        calls.append(len(frame))
        time.sleep(seconds)
        return alt.Chart(frame, title=title).mark_bar().encode(x="value:Q", y="name:N")

    bars.__qualname__ = f"bars {next(NUMBERS)}"  # pictures are kept by the name of what draws them
    return drawing.drawn(bars)


def test_a_crowd_that_asks_for_one_picture_waits_for_one_drawing():
    calls: list[int] = []
    bars, start = counted(calls, seconds=0.2), threading.Barrier(READERS)

    def read(_: int) -> drawing.DrawnChart:
        start.wait(10)
        return bars(FRAME.copy())

    with ThreadPoolExecutor(READERS) as pool:
        seen = list(pool.map(read, range(READERS)))
    assert calls == [2]
    assert all(one is seen[0] for one in seen)


@pytest.mark.parametrize(
    "other",
    [
        FRAME.assign(value=[1.0, 2.5]),
        FRAME.iloc[::-1],
        FRAME.rename(columns={"name": "label"}).assign(name=["a", "b"]),
        FRAME.assign(value=[1, 2]),
    ],
    ids=["another value", "another order", "another column", "another type"],
)
def test_other_data_are_drawn_again(other):
    calls: list[int] = []
    bars = counted(calls)
    bars(FRAME)
    bars(other)
    bars(FRAME, title="Other")
    bars(FRAME)
    assert len(calls) == 3


def test_another_order_of_categories_is_another_picture():
    calls: list[int] = []
    bars = counted(calls)
    for order in (["a", "b"], ["b", "a"]):
        bars(FRAME.assign(name=pd.Categorical(FRAME["name"], order)))
    assert len(calls) == 2


def test_a_value_that_a_picture_does_not_know_is_refused():
    @drawing.drawn
    def bars(frame: pd.DataFrame) -> alt.Chart:
        return alt.Chart(frame).mark_bar().encode(x="value:Q").add_params(alt.param(name="known", value=1))

    shown = bars(FRAME)
    assert drawing.with_value(shown, "known", "x").spec["params"][0]["value"] == "x"
    assert shown.spec["params"][0]["value"] == 1, "the shared picture stays as it is"
    with pytest.raises(KeyError, match="no variable unknown, only known"):
        drawing.with_value(shown, "unknown", "x")
