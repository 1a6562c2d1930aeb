"""Figures that the sweep counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from accounts import tasks
from accounts.figures import store
from accounts.figures.registry import all_figures
from accounts.figures.store import (
    COUNTING,
    FRESH_FOR,
    KEY,
    SLOW,
    STATE,
    count_figures,
    count_slow_figures,
    count_slow_figures_again,
    figures_of,
    slow_figure,
)
from accounts.figures.values import Period
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def newcomers(period: Period, now):
    [found] = [found for found in figures_of(period, now=now) if found.figure.code == "newcomers"]
    return found


def test_figures_are_read_as_they_were_counted(now, django_assert_num_queries):
    UserFactory(joined_at=now - timedelta(days=1))
    assert count_figures(now=now) == sum(
        1 if figure.is_state else len(Period) for figure in all_figures() if not figure.is_slow
    )
    UserFactory(joined_at=now - timedelta(days=1))

    with django_assert_num_queries(1):
        found = newcomers(Period.MONTH, now + timedelta(minutes=4))

    assert found.counted.n == 1
    assert (found.since_at, found.counted_at) == (now - timedelta(days=30), now)


def test_all_figures_are_read_in_order(now):
    before = figures_of(Period.YEAR, now=now)

    count_figures(now=now)

    assert figures_of(Period.YEAR, now=now + timedelta(hours=1)) == before
    assert [found.figure for found in before] == [figure for figure in all_figures() if not figure.is_slow]


def test_figures_that_take_long_are_left_out_until_they_are_counted(now):
    slow = {figure.code for figure in all_figures() if figure.is_slow}
    assert slow == {"recruits"}
    assert not slow & {found.figure.code for found in figures_of(Period.MONTH, now=now)}

    assert count_slow_figures(now=now) == len(slow)

    later = now + timedelta(hours=1)
    found = {one.figure.code: (one.since_at, one.counted_at) for one in figures_of(Period.MONTH, now=later)}
    assert [found[code] for code in slow] == [(None, now)]
    assert list(found) == [figure.code for figure in all_figures()]


def test_all_the_time_begins_with_the_first_member(now):
    UserFactory(joined_at=now - timedelta(days=500))
    count_figures(now=now)

    assert newcomers(Period.ALL, now).since_at == now - timedelta(days=500)


def test_figures_that_nobody_counted_are_counted_at_once(now):
    UserFactory(joined_at=now - timedelta(days=1))

    found = newcomers(Period.MONTH, now)

    assert (found.counted.n, found.counted_at) == (1, now)


def test_figures_that_a_reader_counted_are_kept(now, django_assert_num_queries):
    newcomers(Period.MONTH, now)
    UserFactory(joined_at=now)

    with django_assert_num_queries(1):
        found = newcomers(Period.MONTH, now + timedelta(minutes=4))

    assert (found.counted.n, found.counted_at) == (0, now)


def test_figures_of_six_hours_ago_are_counted_again_and_kept(now, django_assert_num_queries):
    count_figures(now=now)
    UserFactory(joined_at=now)
    later = now + FRESH_FOR

    assert newcomers(Period.MONTH, later).counted_at == later
    with django_assert_num_queries(1):
        assert newcomers(Period.MONTH, later).counted.n == 1


def test_one_reader_counts_at_a_time_and_the_others_get_older_numbers(now):
    count_figures(now=now)
    UserFactory(joined_at=now)
    for part in (STATE, Period.MONTH):
        cache.set(COUNTING.format(part), True)

    found = newcomers(Period.MONTH, now + FRESH_FOR)

    assert (found.counted.n, found.counted_at) == (0, now)


def test_figures_that_another_reader_counts_for_the_first_time_are_left_out(now):
    cache.set(COUNTING.format(STATE), True)

    found = figures_of(Period.MONTH, now=now)

    assert {one.figure.is_state for one in found} == {False}


def test_a_count_that_failed_leaves_no_lock(now, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(store, "_count", lambda part, now: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            figures_of(Period.MONTH, now=now)

    assert newcomers(Period.MONTH, now).counted_at == now


def test_a_slow_figure_is_counted_for_its_own_page_and_kept(now):
    first = slow_figure("recruits", now=now)

    assert slow_figure("recruits", now=now + timedelta(hours=2)) == first
    assert first.counted_at == now


def test_a_slow_figure_is_counted_again_for_one_reader_at_a_time(now):
    count_slow_figures(now=now)
    later = now + timedelta(minutes=1)

    cache.set(COUNTING.format(SLOW), True)
    count_slow_figures_again(now=later)
    assert cache.get(KEY.format(SLOW))["counted_at"] == now
    cache.delete(COUNTING.format(SLOW))
    count_slow_figures_again(now=later)

    assert cache.get(KEY.format(SLOW))["counted_at"] == later


def test_a_figure_that_is_new_since_the_last_sweep_is_counted_at_once(now):
    count_figures(now=now)
    content = cache.get(KEY.format(Period.MONTH))
    del content["figures"]["newcomers"]
    cache.set(KEY.format(Period.MONTH), content)
    UserFactory(joined_at=now)
    later = now + timedelta(minutes=1)

    found = newcomers(Period.MONTH, later)

    assert (found.counted.n, found.counted_at) == (1, later)


def test_the_tasks_count_and_may_run_twice(now):
    assert tasks.count_figures() == tasks.count_figures() > 0
    assert tasks.count_slow_figures() == tasks.count_slow_figures() == 1


def test_figures_of_long_ago_are_not_shown(now):
    count_figures(now=now)
    cache.touch(KEY.format(Period.MONTH), 0)
    UserFactory(joined_at=now)

    assert newcomers(Period.MONTH, now + timedelta(minutes=1)).counted.n == 1
