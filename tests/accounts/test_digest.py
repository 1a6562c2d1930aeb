"""The daily mail: what is gathered into it, what is left out, and when it is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction

from accounts.models import MentorProfile, Notification, NotificationChoice, Profile, User
from accounts.notifications.deliver import claim_next
from accounts.notifications.holds import hold
from accounts.notifications.registry import ADMINS, DIGEST, kind_of
from accounts.services.profiles import update_profile
from accounts.services.settings import choose, is_stopped, stop_mails
from tests.factories import MatchFactory, MentorshipFactory
from tests.helpers import LATE, NIGHT, Rival, send, status_of, told

pytestmark = pytest.mark.django_db


def test_what_is_wanted_once_a_day_comes_in_one_mail_at_nine(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    rows = [told(admin), told(admin)]

    send(now)
    assert mail.outbox == []
    digest = Notification.objects.get(kind="digest")
    assert digest.due_at == datetime(2026, 11, 24, 8, tzinfo=UTC)  # 09:00 in Berlin
    assert status_of(rows[0]) == ("skipped", "It is part of the mail of 2026-11-24.")

    send(digest.due_at)
    [message] = mail.outbox
    assert message.subject == "2 things happened"
    assert all(row.title in message.body for row in rows)


def test_a_daily_mail_leaves_out_what_is_no_longer_true(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)
    MentorProfile.objects.update(status=MentorProfile.Status.APPROVED)

    send(now + timedelta(days=1))

    assert mail.outbox == []
    assert Notification.objects.get(kind="digest").status == "skipped"


def test_what_has_nothing_to_open_comes_by_itself(alice, now):
    """The other's address is in the mail and nowhere else in reach."""
    match = MatchFactory(status="accepted", help_request__mentee=alice, mentorship=MentorshipFactory())
    choose(user=alice, choices=[{"group": "questions", "email": "digest"}])
    told(alice, kind="match_accepted", payload={"match": str(match.uuid)})

    send(now)

    assert match.mentor.user.email in mail.outbox[0].body


def test_one_bad_row_takes_no_other_with_it(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    bad, good = told(admin), told(admin)
    send(now)
    Notification.objects.filter(pk=bad.pk).update(payload={"nothing": "to find"})

    send(now + timedelta(days=1))

    assert good.title in mail.outbox[0].body


def test_a_daily_mail_that_may_have_arrived_takes_nothing_more(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)
    digest = Notification.objects.get(kind="digest")
    Notification.objects.held_by(claim_next(now=digest.due_at)).try_move("pending", due_at=digest.due_at)
    told(admin)

    send(now)

    assert Notification.objects.filter(kind="digest").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_daily_mail_waits_for_what_is_being_put_into_it(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)
    digest = Notification.objects.get(kind="digest")
    told(admin)
    row = claim_next(now=now)
    with transaction.atomic():
        Notification.objects.select_for_update(no_key=True).get(pk=digest.pk)  # as whoever claims it
        rival = Rival(lambda: hold(row, kind_of(row.kind), now=now))
        rival.wait_until_blocked()
        Notification.objects.filter(pk=digest.pk).update(
            status="sending", claim=row.claim, lease_until_at=now, due_on_clock=""
        )
    rival.finish()

    row.refresh_from_db()
    assert row.digest.key > digest.key


def test_who_is_no_admin_any_more_reads_nothing_for_admins(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)
    told(admin, kind="mentor_applied")
    User.objects.update(is_staff=False)
    NotificationChoice.objects.filter(email="digest").update(email="now")

    send(now + timedelta(days=1))

    assert mail.outbox == []


def test_what_comes_while_the_daily_mail_is_on_its_way_is_in_the_next(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)
    digest = Notification.objects.get(kind="digest")
    early = digest.due_at - timedelta(hours=1)
    Notification.objects.filter(pk=digest.pk).update(due_at=early)
    assert claim_next(now=early) == digest
    told(admin, due_at=early)

    send(early)

    assert set(Notification.objects.filter(kind="digest").values_list("key", flat=True)) == {"2026-11-24", "2026-11-25"}


@pytest.mark.parametrize("group", [DIGEST, ADMINS])
def test_stopping_stops_what_was_gathered_already(admin, now, group):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)

    stop_mails(user=admin, group=group)
    send(now + timedelta(days=1))

    assert mail.outbox == []


def test_stopping_the_daily_mail_stops_what_came_with_it(admin):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])

    stop_mails(user=admin, group=DIGEST)

    assert NotificationChoice.objects.get(user=admin).email == "off"
    assert is_stopped(user=admin, group=DIGEST)


def test_a_daily_mail_moves_with_its_recipient(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)

    update_profile(profile=admin.profile, changes={"timezone": "Asia/Kolkata"}, now=LATE)

    assert Notification.objects.get(kind="digest").due_at == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_a_clock_at_once_do_not_mix(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)
    stale = Profile.objects.get(user=admin)
    with transaction.atomic():
        update_profile(profile=admin.profile, changes={"timezone": "Asia/Kolkata"}, now=now)
        rival = Rival(lambda: update_profile(profile=stale, changes=NIGHT, now=now))
        rival.wait_until_blocked()
    rival.finish()

    assert Notification.objects.get(kind="digest").due_at == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def test_a_daily_mail_that_was_begun_stays_where_it_is(admin, now):
    """Its next try is due in seconds, not when the clock of another zone shows nine."""
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    told(admin)
    send(now)
    due_at = Notification.objects.get(kind="digest").due_at
    digest = claim_next(now=due_at)
    Notification.objects.held_by(digest).try_move("pending", due_at=due_at)

    update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=due_at)

    assert Notification.objects.get(kind="digest").due_at == due_at
