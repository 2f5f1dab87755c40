"""A fault that nobody foresaw is told on the page in a sentence, and in the console, without a traceback."""

from harmmodel import errors
from harmmodel.views import words
from tests.app.conftest import open_app


def fails(*_, **__):
    raise TypeError("boolean value of NA is ambiguous")


def test_a_page_that_fails_says_so_plainly(monkeypatch, caplog, tiny):
    monkeypatch.setattr("harmmodel.views.source.sidebar_lines", fails)
    monkeypatch.delenv(errors.TRACEBACK)
    page = open_app(monkeypatch, tiny, "overview")
    assert not page.exception
    assert "stopped by a fault of this program that nobody foresaw: TypeError" in words.unescaped(page.error[0].value)
    assert "Traceback" not in caplog.text
    assert "nobody foresaw: TypeError in app/layout.py line" in caplog.text


def test_those_who_mend_the_program_see_the_kind_of_the_fault(monkeypatch, tiny):
    monkeypatch.setattr("harmmodel.views.source.sidebar_lines", fails)
    monkeypatch.setenv(errors.TRACEBACK, "1")
    assert open_app(monkeypatch, tiny, "overview").exception
