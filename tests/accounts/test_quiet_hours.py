"""Mails that wait for the morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction

from accounts.exceptions import QuietHoursNeedBothEnds
from accounts.models import Notification, NotificationChoice, Profile
from accounts.notifications.deliver import claim_next
from accounts.notifications.holds import hold
from accounts.notifications.registry import kind_of
from accounts.services.profiles import update_profile
from tests.factories import NotificationFactory
from tests.helpers import LATE, NIGHT, Rival, send, status_of, told

pytestmark = pytest.mark.django_db


def test_a_mail_in_quiet_hours_waits_for_their_end_and_counts_no_attempt(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = told(admin, due_at=LATE)

    send(LATE)

    assert status_of(row) == ("pending", "")
    assert (row.due_at, row.attempts) == (datetime(2026, 11, 27, 6, tzinfo=UTC), 0)
    send(row.due_at)
    assert status_of(row) == ("sent", "")


def test_who_travels_out_of_the_night_gets_what_waited(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = told(admin, due_at=LATE)
    send(LATE)

    update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=LATE)
    send(LATE)

    assert status_of(row) == ("sent", "")


def test_a_mail_whose_claim_was_lost_is_not_moved(admin):
    """Somebody else may be sending it."""
    Profile.objects.filter(user=admin).update(**NIGHT)
    told(admin, due_at=LATE)
    row = claim_next(now=LATE)
    Notification.objects.update(claim="00000000-0000-0000-0000-000000000001")

    hold(row, kind_of(row.kind), now=LATE)

    assert Notification.objects.get(pk=row.pk).status == "sending"


@pytest.mark.django_db(transaction=True)
def test_a_mail_about_to_wait_for_the_morning_sees_where_its_recipient_has_just_gone(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    told(admin, due_at=LATE)
    row = claim_next(now=LATE)
    with transaction.atomic():
        update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=LATE)
        rival = Rival(lambda: hold(row, kind_of(row.kind), now=LATE))
        rival.wait_until_blocked()

    assert rival.finish() is False


@pytest.mark.django_db(transaction=True)
def test_a_mail_whose_recipients_profile_is_held_for_long_is_tried_again_and_holds_up_no_other(admin, alice):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = told(admin, due_at=LATE - timedelta(minutes=1))
    other = NotificationFactory(recipient=alice, due_at=LATE)
    with transaction.atomic():
        Profile.objects.select_for_update().get(user=admin)
        Rival(lambda: send(LATE)).finish()

    assert status_of(row) == ("pending", "Somebody was changing its recipient's profile.")
    assert status_of(other) == ("sent", "")


def test_half_of_quiet_hours_is_refused_whoever_writes_it(admin, now):
    with pytest.raises(QuietHoursNeedBothEnds):
        update_profile(profile=admin.profile, changes={"quiet_from_minute": 60}, now=now)


def test_a_code_comes_whatever_was_chosen_and_at_any_hour(alice):
    NotificationChoice.objects.create(user=alice, group="account", email="off")
    Profile.objects.filter(user=alice).update(**NIGHT)
    NotificationFactory(recipient=alice, due_at=LATE)

    send(LATE)

    assert len(mail.outbox) == 1
