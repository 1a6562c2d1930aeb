"""Mails that are not sent now: switched off, gathered into the daily mail, or kept until the morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction

from accounts.models import MentorProfile, Notification, NotificationChoice, Profile, User
from accounts.notifications.claims import claim_next
from accounts.notifications.holds import hold
from accounts.notifications.registry import ADMINS, DIGEST, kind_of
from accounts.services.profiles import update_profile
from accounts.services.settings import choose, stop_mails
from tests.factories import MentorshipFactory, NotificationFactory, UserFactory
from tests.helpers import LATE, NIGHT, Rival, application_message, race, send, status_of

pytestmark = pytest.mark.django_db


def test_a_mail_that_is_switched_off_is_skipped_with_a_reason(admin, now):
    row = application_message(recipient=admin)
    choose(user=admin, choices=[{"group": "admins", "email": "off"}])

    send(now)

    assert status_of(row) == ("skipped", "Its recipient wants no such mail.")
    assert mail.outbox == []


def test_a_message_switched_off_by_mail_is_still_in_the_app(api, admin, now):
    row = application_message(recipient=admin)
    choose(user=admin, choices=[{"group": "admins", "email": "off"}])
    send(now)

    assert [found["uuid"] for found in api(admin).get("/api/v1/notifications/").json()["results"]] == [str(row.uuid)]


def test_a_message_switched_off_in_the_app_comes_by_mail_only(api, admin, now):
    application_message(recipient=admin)
    choose(user=admin, choices=[{"group": "admins", "in_app": False}])

    send(now)

    assert len(mail.outbox) == 1
    assert api(admin).get("/api/v1/notifications/").json()["results"] == []
    assert api(admin).get("/api/v1/notifications/unread/").json() == {"unread": 0}


def test_account_mail_ignores_choices_and_quiet_hours(alice):
    NotificationChoice.objects.create(user=alice, group="account", email="off")
    Profile.objects.filter(user=alice).update(**NIGHT)
    NotificationFactory(recipient=alice, due_at=LATE)

    send(LATE)

    assert len(mail.outbox) == 1


# --- the daily mail ---------------------------------------------------------------------------------------


@pytest.fixture
def digest(admin, now):
    """The daily mail of an admin, with one message in it."""
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    application_message(recipient=admin)
    send(now)
    return Notification.objects.get(kind="digest")


def test_a_daily_mail_gathers_messages_and_is_due_at_nine(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    rows = [application_message(recipient=admin), application_message(recipient=admin)]

    send(now)
    assert mail.outbox == []
    digest = Notification.objects.get(kind="digest")
    assert digest.due_at == datetime(2026, 11, 24, 8, tzinfo=UTC)  # 09:00 in Berlin
    assert status_of(rows[0]) == ("skipped", "It is part of the mail of 2026-11-24.")

    send(digest.due_at)
    [message] = mail.outbox
    assert message.subject == "2 things happened"
    assert all(row.title in message.body for row in rows)


def test_a_daily_mail_leaves_out_messages_that_are_no_longer_true(digest, admin, now):
    MentorProfile.objects.update(status=MentorProfile.Status.APPROVED)

    send(now + timedelta(days=1))

    assert mail.outbox == []
    assert status_of(digest)[0] == "skipped"


def test_a_message_without_a_link_is_sent_by_itself(alice, now):
    """The mail about an end holds all there is to know, and the digest could not link to it."""
    mentorship = MentorshipFactory(goal__mentee=alice, status="completed", end_reason="goal_reached", ended_at=now)
    choose(user=alice, choices=[{"group": "mentorships", "email": "digest"}])
    NotificationFactory(recipient=alice, kind="mentorship_ended", payload={"mentorship": str(mentorship.uuid)})

    send(now)

    assert mentorship.mentor.user.name in mail.outbox[0].body


def test_a_bad_row_does_not_spoil_the_daily_mail(admin, now):
    choose(user=admin, choices=[{"group": "admins", "email": "digest"}])
    bad, good = application_message(recipient=admin), application_message(recipient=admin)
    send(now)
    Notification.objects.filter(pk=bad.pk).update(payload={"nothing": "to find"})

    send(now + timedelta(days=1))

    assert good.title in mail.outbox[0].body


def test_a_daily_mail_that_was_tried_takes_no_more_messages(digest, admin, now):
    Notification.objects.held_by(claim_next(now=digest.due_at)).try_move("pending", due_at=digest.due_at)
    application_message(recipient=admin)

    send(now)

    assert Notification.objects.filter(kind="digest").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_message_waits_for_the_claim_of_the_daily_mail_and_goes_into_the_next(digest, admin, now):
    application_message(recipient=admin)
    row = claim_next(now=now)
    with transaction.atomic():
        Notification.objects.select_for_update(no_key=True).get(pk=digest.pk)  # as a claim does
        rival = Rival(lambda: hold(row, kind_of(row.kind), now=now))
        rival.wait_until_blocked()
        Notification.objects.filter(pk=digest.pk).update(
            status="sending", claim=row.claim, lease_until_at=now, due_on_clock=""
        )
    rival.finish()

    row.refresh_from_db()
    assert row.digest.key > digest.key


def test_a_former_admin_gets_no_messages_for_admins(digest, admin, now):
    application_message(recipient=admin)
    UserFactory(role="owner")  # the last one stays
    User.objects.filter(pk=admin.pk).update(role="", is_staff=False)
    NotificationChoice.objects.filter(email="digest").update(email="now")

    send(now + timedelta(days=1))

    assert mail.outbox == []


def test_a_message_goes_into_the_next_daily_mail_once_one_is_claimed(digest, admin, now):
    early = digest.due_at - timedelta(hours=1)
    Notification.objects.filter(pk=digest.pk).update(due_at=early)
    assert claim_next(now=early) == digest
    application_message(recipient=admin, due_at=early)

    send(early)

    assert set(Notification.objects.filter(kind="digest").values_list("key", flat=True)) == {"2026-11-24", "2026-11-25"}


@pytest.mark.parametrize("group", [DIGEST, ADMINS])
def test_a_stop_applies_to_messages_already_gathered(digest, admin, now, group):
    stop_mails(user=admin, group=group)
    send(now + timedelta(days=1))

    assert mail.outbox == []


def test_a_daily_mail_follows_the_zone_of_its_recipient(digest, admin, now):
    update_profile(profile=admin.profile, changes={"timezone": "Asia/Kolkata"}, now=LATE)

    digest.refresh_from_db()
    assert digest.due_at == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_a_profile_at_once_keep_the_new_zone(digest, admin, now):
    stale = Profile.objects.get(user=admin)
    race(
        lambda: update_profile(profile=admin.profile, changes={"timezone": "Asia/Kolkata"}, now=now),
        lambda: update_profile(profile=stale, changes=NIGHT, now=now),
    ).finish()

    digest.refresh_from_db()
    assert digest.due_at == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def test_a_daily_mail_that_was_tried_keeps_its_due_time(digest, admin, now):
    """Its next attempt is due in seconds, not at nine in the new zone."""
    due_at = digest.due_at
    Notification.objects.held_by(claim_next(now=due_at)).try_move("pending", due_at=due_at)

    update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=due_at)

    digest.refresh_from_db()
    assert digest.due_at == due_at


# --- quiet hours ------------------------------------------------------------------------------------------


def test_a_mail_in_quiet_hours_waits_for_their_end_and_counts_no_attempt(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = application_message(recipient=admin, due_at=LATE)

    send(LATE)

    assert status_of(row) == ("pending", "")
    assert (row.due_at, row.attempts) == (datetime(2026, 11, 27, 6, tzinfo=UTC), 0)
    send(row.due_at)
    assert status_of(row) == ("sent", "")


def test_a_new_zone_outside_quiet_hours_sends_the_waiting_mail(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = application_message(recipient=admin, due_at=LATE)
    send(LATE)

    update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=LATE)
    send(LATE)

    assert status_of(row) == ("sent", "")


def test_a_mail_whose_claim_was_lost_is_not_moved(admin):
    """Another sender may hold the row."""
    Profile.objects.filter(user=admin).update(**NIGHT)
    application_message(recipient=admin, due_at=LATE)
    row = claim_next(now=LATE)
    Notification.objects.update(claim="00000000-0000-0000-0000-000000000001")

    hold(row, kind_of(row.kind), now=LATE)

    assert Notification.objects.get(pk=row.pk).status == "sending"


@pytest.mark.django_db(transaction=True)
def test_a_mail_about_to_wait_reads_the_zone_again_under_the_lock(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    application_message(recipient=admin, due_at=LATE)
    row = claim_next(now=LATE)
    rival = race(
        lambda: update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=LATE),
        lambda: hold(row, kind_of(row.kind), now=LATE),
    )

    assert rival.finish() is False


@pytest.mark.django_db(transaction=True)
def test_a_mail_whose_recipients_profile_is_locked_is_tried_again_later(admin, alice):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = application_message(recipient=admin, due_at=LATE - timedelta(minutes=1))
    other = NotificationFactory(recipient=alice, due_at=LATE)
    with transaction.atomic():
        Profile.objects.select_for_update().get(user=admin)
        Rival(lambda: send(LATE)).finish()

    assert status_of(row) == ("pending", "Somebody was changing its recipient's profile.")
    assert status_of(other) == ("sent", "")
