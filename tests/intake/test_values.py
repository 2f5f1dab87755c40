"""What values can be read as: proposed where all fit, and left open where two readings do."""

import datetime as dt

import pytest

from harmmodel.warehouse.intake import covers
from harmmodel.warehouse.intake.values import found


def of(*values: str):
    return found(dict.fromkeys(values, 1))


@pytest.mark.parametrize(
    ("values", "type_", "form"),
    [
        (("2024-01-31", "2024-02-01"), "date", None),
        (("2024-01-31 10:15:00",), "timestamp", None),
        (("31/01/2024", "01/02/2024"), "date", "%d/%m/%Y"),
        (("01/31/2024 10:30:00 PM", "02/01/2024 09:00:00 AM"), "timestamp", "%m/%d/%Y %I:%M:%S %p"),
        (("2024-01", "2024-02"), "date", "%Y-%m"),
        (("31-Jan-2024",), "date", "%d-%b-%Y"),
        (("08", "12"), "text", None),  # a code that begins with nought
        (("12", "7"), "integer", None),
        (("true", "false"), "boolean", None),
        (("ROBBERY", "THEFT"), "text", None),
    ],
)
def test_a_type_is_proposed_where_every_value_is_of_it(values, type_, form):
    read = of(*values)
    assert (read.type, read.form, read.others) == (type_, form, ())


def test_days_that_may_be_months_are_left_open_until_somebody_says():
    assert of("03/04/2024", "05/06/2024").others == ("%m/%d/%Y",)
    told = found({"03/04/2024": 1}, day_first=False)
    assert (told.form, told.others) == ("%m/%d/%Y", ())


def test_signs_of_numbers_are_found_or_left_open():
    assert (of("1,5", "0,25").decimal, of("1.234,5", "12,0").thousands) == (",", ".")
    assert of("9.200", "12.100").others == ("thousands: '.'",)
    assert of("9,200").others == ("decimal: ','",)


def test_values_that_fail_are_listed_and_many_make_a_text():
    counts = {"2024-01-01": 60, "2024-01-02": 60, "unknown": 1}
    assert found(counts).failing == (("unknown", 1),)
    assert of("2024-01-01", "unknown").type == "text"


def test_marks_and_words_are_left_out_before_a_column_is_typed():
    read = found({"7": 60, "<5": 40, "*": 30, "n/a": 2})
    assert (read.type, read.words, read.failing) == ("integer", (("<5", 40), ("*", 30), ("n/a", 2)), ())
    assert of("3", "about 5", "*").type == "text"
    assert of("x", "*").type == "text"


def test_numbers_without_a_part_are_whole_however_they_are_written():
    assert all(of(*values).is_whole for values in (("3", "1.204"), ("3,0", "12,0"), ("1,204", "7"), ("5.00", "4")))
    assert not of("0.5", "1.250").is_whole


def days(*given: tuple[str, int]) -> dict[dt.date, int]:
    return {dt.date.fromisoformat(day): rows for day, rows in given}


def test_months_without_rows_part_what_is_covered_and_thin_ones_are_told():
    months = [("2024-01-01", 90), ("2024-02-01", 100), ("2024-04-01", 110), ("2024-05-01", 5), ("2024-06-01", 95)]
    period = covers.proposed(days(*months))
    assert period is not None
    assert [str(day) for span in period.spans for day in span] == [
        "2024-01-01",
        "2024-03-01",
        "2024-04-01",
        "2024-07-01",
    ]
    assert (period.empty, period.thin) == ((dt.date(2024, 3, 1),), (dt.date(2024, 5, 1),))


def test_an_end_inside_a_month_ends_there_and_slips_of_the_pen_lie_outside():
    held = {dt.date(2018, 1, 1) + dt.timedelta(days=n): 20 for n in range(220)}
    period = covers.proposed({dt.date(1971, 5, 1): 1, **held})
    assert period is not None
    assert period.spans == ((dt.date(2018, 1, 1), dt.date(2018, 8, 9)),)
    assert (period.outside, period.thin) == (1, ())


def test_a_year_stands_for_all_of_its_months():
    period = covers.proposed(days(("2020-01-01", 5), ("2021-01-01", 5)), is_yearly=True)
    assert period is not None
    assert period.spans == ((dt.date(2020, 1, 1), dt.date(2022, 1, 1)),)
