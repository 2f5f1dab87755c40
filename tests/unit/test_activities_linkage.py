"""Linked events, counted the quick way and by hand."""

from dataclasses import replace

import numpy as np
import pytest

from harmmodel.method.activities import linkage
from harmmodel.method.activities.linkage import MINUTES_PER_DAY, MINUTES_PER_WEEK, Link, Points, Weeks
from tests.schemes import link

DAY = MINUTES_PER_DAY
LINK = link()


def points(*rows: tuple[float, float, int]) -> Points:
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return Points(table[:, 0], table[:, 1], table[:, 2].astype(np.int64))


def some(n: int, seed: int, days: int) -> Points:
    rng = np.random.default_rng(seed)
    return Points(rng.uniform(-900, 900, n), rng.uniform(-900, 900, n), rng.integers(0, days * DAY, n))


def by_hand(records: Points, events: Points, link: Link, weeks: Weeks) -> np.ndarray:
    """Compare all pairs in all weeks."""
    counts = np.zeros((records.x.size, weeks.count), dtype=int)
    for r in range(records.x.size):
        steps = [
            np.floor(e / link.grid) - np.floor(mine / link.grid)
            for e, mine in ((events.x, records.x[r]), (events.y, records.y[r]))
        ]
        far = link.grid * np.hypot(*steps)
        for week in range(weeks.count):
            moved = records.minute[r] + MINUTES_PER_WEEK * (week - weeks.of(records.minute[r]))
            late = events.minute - moved
            near = (far <= link.metres) & (late > -link.before * DAY) & (late <= link.after * DAY)
            same = (far <= link.self_metres) & (np.abs(late) <= link.self_minutes)
            counts[r, week] = np.sum(near & ~same)
    return counts


@pytest.mark.parametrize("link", [LINK, link(500, 7, before=7), link(60, 30)])
def test_the_quick_count_is_the_count_of_all_pairs(link):
    days = 100
    weeks = linkage.whole_weeks(0, days * DAY, link)
    records, events = some(150, 1, days), some(400, 2, days)
    inside = (weeks.of(records.minute) >= 0) & (weeks.of(records.minute) < weeks.count)
    records = records.at(inside)
    np.testing.assert_array_equal(
        linkage.linked_counts(records, events, link, weeks), by_hand(records, events, link, weeks)
    )


def test_an_event_of_the_same_hour_and_block_is_one_occurrence_and_never_counts():
    weeks = linkage.whole_weeks(0, 60 * DAY, LINK)
    at = weeks.start + DAY
    record = points((0, 0, at))
    events = points((10, 10, at + 30), (10, 10, at - 30), (10, 10, at + 90), (10, 10, at + 30 + MINUTES_PER_WEEK))
    counts = linkage.linked_counts(record, events, LINK, weeks)
    # In its own week: the event 90 minutes later and the one a week later. Moved by a week: neither the one at once.
    assert counts[0, :2].tolist() == [2, 0]
    assert linkage.self_matches(record, events, LINK, weeks).tolist() == [2]


def test_the_window_is_open_at_the_record_and_closed_at_its_end():
    link = replace(LINK, self_metres=1, self_minutes=0)
    weeks = linkage.whole_weeks(0, 60 * DAY, link)
    at = weeks.start
    events = points((200, 0, at), (200, 0, at + 1), (200, 0, at + 14 * DAY), (200, 0, at + 14 * DAY + 1))
    assert linkage.linked_counts(points((0, 0, at)), events, link, weeks)[0, 0] == 2


def test_records_of_the_last_days_are_left_out():
    weeks = linkage.whole_weeks(0, 212 * DAY, LINK)
    end = weeks.start + weeks.count * MINUTES_PER_WEEK
    assert end == (212 - 14) * DAY
    assert 0 <= weeks.start < MINUTES_PER_WEEK


def test_without_events_nothing_is_linked():
    weeks = linkage.whole_weeks(0, 60 * DAY, LINK)
    records = points((0, 0, weeks.start))
    none = points()
    assert linkage.linked_counts(records, none, LINK, weeks).sum() == 0
    assert linkage.place_counts(records, none, 250, 50).tolist() == [0]
    assert linkage.preceded(none, records, LINK).size == 0


def test_an_event_has_a_record_before_it_only_near_and_in_the_days_before():
    record = points((0, 0, 20 * DAY))
    events = points((0, 0, 20 * DAY), (0, 0, 34 * DAY), (0, 0, 34 * DAY + 1), (0, 0, 20 * DAY - 1), (400, 0, 21 * DAY))
    assert linkage.preceded(events, record, LINK).tolist() == [True, True, False, False, False]


def test_events_near_a_place_count_whatever_their_time():
    events = points((0, 0, 1), (200, 0, 5), (400, 0, 1))
    assert linkage.place_counts(points((0, 0, 9), (400, 0, 9)), events, 250, 50).tolist() == [2, 2]
    assert linkage.near_square(250, 50) == pytest.approx(np.pi * 0.25**2, rel=0.05)


def test_the_covered_share_is_that_of_all_moments_compared_by_hand():
    link = replace(LINK, metres=200, after=7, before=3.5)
    weeks = linkage.whole_weeks(0, 60 * DAY, link)
    records, sources = some(25, 3, 60), some(60, 4, 60)
    records = records.at((weeks.of(records.minute) >= 0) & (weeks.of(records.minute) < weeks.count))
    before, after = round(link.before * DAY), round(link.after * DAY)
    by_hand = np.zeros((records.x.size, weeks.count))
    for r in range(records.x.size):
        steps = [
            np.floor(s / link.grid) - np.floor(mine / link.grid)
            for s, mine in ((sources.x, records.x[r]), (sources.y, records.y[r]))
        ]
        near = sources.minute[link.grid * np.hypot(*steps) <= link.metres]
        for week in range(weeks.count):
            moved = records.minute[r] + MINUTES_PER_WEEK * (week - weeks.of(records.minute[r]))
            moments = moved - before + (np.arange(70) + 0.5) * (before + after) / 70
            late = moments[:, None] - near[None, :]
            by_hand[r, week] = ((late > -before) & (late <= after)).any(axis=1).mean()
    shares = linkage.covered_shares(records, sources, link, weeks, parts=70)
    np.testing.assert_allclose(shares, by_hand, atol=1.5 / 70)
    assert 0.05 < by_hand.mean() < 0.95
