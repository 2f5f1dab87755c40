"""A clock that was set back, or never set: what is published is what was run last, whatever the dates say."""

import datetime as dt
from types import SimpleNamespace

import pytest

from harmmodel import pipeline
from harmmodel.views import source
from harmmodel.views.overview import page
from harmmodel.warehouse.store import editions
from tests.fault.places import PLACE, become, leftovers


def set_clock(monkeypatch, year):
    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(year, 1, 2, 3, 4, 5, tzinfo=tz)

    monkeypatch.setattr(pipeline, "dt", SimpleNamespace(datetime=Clock, timedelta=dt.timedelta, UTC=dt.UTC))


@pytest.mark.parametrize("year", [1970, 1999, 2025])
def test_a_clock_set_back_changes_no_figure_and_no_order(home, versions, monkeypatch, year):
    set_clock(monkeypatch, 2099)
    become(home, 1)
    pipeline.run(home, PLACE)
    assert versions.of(home) == 1
    set_clock(monkeypatch, year)
    become(home, 0)
    pipeline.run(home, PLACE)
    assert versions.of(home) == 0
    become(home, 1)
    pipeline.run(home, PLACE)
    assert versions.of(home) == 1
    assert leftovers(home) == []


def test_a_run_of_a_wrong_clock_is_shown_with_its_date(home, monkeypatch):
    set_clock(monkeypatch, 1970)
    become(home, 1)
    pipeline.run(home, PLACE)
    run = editions.published(home, PLACE)
    assert source.run_name(run).endswith("2 Jan 1970")
    assert page.overview(run).answer
