"""Limits and deadlines that owners change, and the registry of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import community_settings
from accounts.community_settings import (
    all_kinds,
    counted,
    days_of,
    forget_values,
    known_kind,
    register,
    remember,
    value_of,
)
from accounts.exceptions import SettingChangedMeanwhile, SettingNotPossible
from accounts.models import CommunitySetting
from accounts.services.community_settings import change_setting
from accounts.services.concerns import raise_concern
from tests.factories import NOW, UserFactory
from tests.helpers import race

pytestmark = pytest.mark.django_db

CODES = [kind.code for kind in all_kinds()]


@pytest.fixture
def change(admin_user):
    """Return a function that changes how many days there are to close a concern."""

    def act(value: int | None, was: int = 3, **facts) -> None:
        facts = {"code": "concern_days", "reason": "", "by": admin_user, "now": NOW} | facts
        change_setting(value=value, was=was, **facts)

    return act


@pytest.mark.parametrize("code", CODES)
def test_each_default_is_within_its_range(code):
    kind = known_kind(code)

    assert kind.least <= kind.default() <= kind.most
    assert value_of(code) == kind.default()


@pytest.mark.parametrize("code", CODES)
def test_each_setting_says_what_a_change_affects_in_an_empty_community(code):
    kind = known_kind(code)

    for new in (kind.least, kind.most):
        assert all(effect.words for effect in kind.affects(kind.default(), new, NOW))


def test_a_change_is_in_force_at_once(change, alice, bob, rung):
    change(10)

    assert days_of("concern_days") == timedelta(days=10)
    concern = raise_concern(by=alice, about=bob, topic="other", words="He sells courses.", now=NOW)
    assert concern.due_at == NOW + timedelta(days=10)


def test_a_change_says_who_made_it_and_why(change, admin_user):
    change(10, reason=" Two of us are away. ")

    row = CommunitySetting.objects.get()
    assert (row.code, row.value, row.reason, row.set_by, row.set_at) == (
        *("concern_days", 10, "Two of us are away."),
        *(admin_user, NOW),
    )


def test_a_second_change_changes_the_row(change):
    change(10)
    change(5, was=10)

    assert CommunitySetting.objects.get().value == value_of("concern_days") == 5


def test_back_to_the_default_is_on_record_with_its_reason(change, admin_user):
    change(10, reason="Two of us are away.")
    change(None, was=10, reason="They are back.")

    row = CommunitySetting.objects.get()
    assert (row.value, row.reason, row.set_by) == (None, "They are back.", admin_user)
    assert value_of("concern_days") == 3
    [before] = row.events.filter(pgh_label="changed")
    assert (before.value, before.reason) == (10, "Two of us are away.")


def test_a_setting_with_its_default_is_changed_again(change):
    change(10)
    change(None, was=10)
    change(5)

    assert value_of("concern_days") == 5


@pytest.mark.parametrize("value", [0, 31, -1])
def test_a_value_out_of_range_is_refused(value, change):
    with pytest.raises(SettingNotPossible, match="1 to 30 days"):
        change(value)


def test_an_unknown_setting_is_refused(change):
    with pytest.raises(SettingNotPossible, match="no such setting"):
        change(3, code="colour")


def test_a_change_of_another_owner_is_not_overwritten(change):
    change(10)

    with pytest.raises(SettingChangedMeanwhile, match="changed it to 10"):
        change(5)

    assert value_of("concern_days") == 10


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.django_db(transaction=True)
def test_one_of_two_owners_at_once_reads_that_the_other_was_first(stored, change):
    was = 3
    if stored:
        change(4)
        was = 4

    rival = race(lambda: change(10, was=was), lambda: change(5, was=was))

    with pytest.raises(SettingChangedMeanwhile):
        rival.finish()
    assert CommunitySetting.objects.get().value == 10


def test_a_value_is_read_once_in_a_while(change, django_assert_num_queries):
    forget_values()

    with django_assert_num_queries(1):
        assert [value_of(code) for code in CODES]


def test_another_process_reads_a_change_after_some_seconds(monkeypatch):
    remember({}, at=1000.0)
    CommunitySetting.objects.create(code="concern_days", value=7, set_at=NOW)
    clock = iter([1009.0, 1010.5])
    monkeypatch.setattr(community_settings.time, "monotonic", lambda: next(clock))

    assert [value_of("concern_days") for _look in range(2)] == [3, 7]


def test_the_database_refuses_a_value_beyond_all_ranges():
    for value in (-1, 1001):
        with pytest.raises(IntegrityError), transaction.atomic():
            CommunitySetting.objects.create(code="concern_days", value=value, set_at=NOW)


def test_a_code_is_registered_once():
    with pytest.raises(ValueError, match="registered twice"):
        register(replace(all_kinds()[0], title="Another"))


def test_an_unknown_code_has_no_value():
    with pytest.raises(KeyError):
        value_of("colour")


def test_one_of_a_kind_is_said_in_the_singular():
    assert [counted(number, "mail waits", "mails wait") for number in (0, 1, 2)] == [
        *("0 mails wait", "1 mail waits", "2 mails wait"),
    ]


def test_an_owner_who_left_stays_no_obstacle(change):
    gone = UserFactory(role="owner")
    change(10, by=gone)
    gone.delete()

    change(5, was=10)
