"""The worker writes mails to groups: once for each person, whatever crashes, and no more after a stop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.db import transaction
from django.urls import reverse

from accounts.audience import standings_of
from accounts.exceptions import MoveNotAllowed
from accounts.jobs import group_mail as job
from accounts.jobs.group_mail import discard_old_drafts, send_group_mail, send_group_mails
from accounts.models import GroupMail, Notification, NotificationChoice
from accounts.notifications.inbox import inbox
from accounts.services.group_mail import stop_group_mail
from tests.factories import NOW, GroupMailFactory, UserFactory
from tests.helpers import LATE, NIGHT, Rival, race, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def status_of(mail) -> str:
    return GroupMail.objects.get(pk=mail.pk).status


def written_to(mail) -> list[str]:
    """Return the addresses that were written to, sorted, each as often as it was."""
    rows = Notification.objects.filter(kind="group_mail", payload__mail=str(mail.uuid))
    return sorted(rows.values_list("recipient__email", flat=True))


def test_each_reader_gets_the_mail_with_their_name(alice, bob, admin_user):
    mail = GroupMailFactory(status="scheduled", people=[alice, bob], text__words="Dear {name}, see {site} & come.")

    assert send_group_mail(mail_id=mail.pk, now=NOW) == 1
    assert status_of(mail) == "sending"
    send(NOW)
    assert send_group_mails(now=NOW) == 1

    assert status_of(mail) == "sent"
    [first, second] = sorted(mailbox.outbox, key=lambda message: message.to)
    assert (first.subject, second.subject) == ("News for Alice Archer", "News for Bob Baker")
    assert "Dear Alice Archer, see http://testserver & come." in first.body
    assert "<p>Dear Alice Archer, see " in first.alternatives[0][0]
    assert first.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_reader_gets_the_text_in_their_language_or_the_first_one(german_too):
    german, spanish = UserFactory(profile__language="de"), UserFactory(profile__language="es")
    mail = GroupMailFactory(status="scheduled", people=[german, spanish])
    mail.texts.create(language="de", subject="Neues für {name}", words="Wir treffen uns am Freitag.")

    send_group_mail(mail_id=mail.pk, now=NOW)
    send(NOW)

    bodies = {message.to[0]: (message.subject, message.body) for message in mailbox.outbox}
    assert bodies[german.email][0] == f"Neues für {german.name}"
    assert "Hallo" in bodies[german.email][1]
    assert "Die Organisatoren von" in bodies[german.email][1]
    assert bodies[spanish.email][0] == f"News for {spanish.name}"


def test_a_reader_reads_it_in_the_app_also_without_the_mail(client, alice):
    NotificationChoice.objects.create(user=alice, group="news", email="off")
    mail = GroupMailFactory(status="scheduled", people=[alice], text__words="We meet on Friday, {name}.")
    send_group_mail(mail_id=mail.pk, now=NOW)
    send(NOW)
    client.force_login(alice)

    page = client.get(reverse("message", args=[Notification.objects.get().uuid]))

    assert (page.status_code, mailbox.outbox) == (200, [])
    assert "We meet on Friday, Alice Archer." in page.content.decode()


def test_a_name_hides_no_header_and_no_mark_up():
    person = UserFactory(name="<b>{site}</b> =?utf-8?q?x?=")
    mail = GroupMailFactory(status="scheduled", people=[person], text__words="Dear {name}")

    send_group_mail(mail_id=mail.pk, now=NOW)
    send(NOW)

    [message] = mailbox.outbox
    assert message.subject == "News for <b>{site}</b> = ?utf-8?q?x?="
    assert "Dear &lt;b&gt;{site}&lt;/b&gt;" in message.alternatives[0][0]


def test_a_mail_waits_for_its_time():
    mail = GroupMailFactory(status="scheduled", send_at=NOW + timedelta(hours=1))

    assert send_group_mails(now=NOW) == 0
    assert send_group_mails(now=NOW + timedelta(hours=1)) == 1

    assert (status_of(mail), len(written_to(mail))) == ("sending", 1)


def test_people_who_were_taken_out_are_not_written_to(alice, bob):
    mail = GroupMailFactory(status="scheduled", people=[alice, bob])
    mail.recipients.filter(person=bob).update(left_out="taken_out")

    send_group_mail(mail_id=mail.pk, now=NOW)

    assert written_to(mail) == ["alice@example.org"]


def test_people_who_left_before_it_is_written_are_left_out(alice, bob, charlie):
    mail = GroupMailFactory(status="scheduled", people=[alice, bob, charlie])
    bob.is_active = False
    bob.save()
    charlie.emailaddress_set.update(verified=False)

    send_group_mail(mail_id=mail.pk, now=NOW)

    assert written_to(mail) == ["alice@example.org"]
    assert standings_of(mail) == {"waits": 1, "unconfirmed": 1, "locked": 1}


def test_a_choice_is_honoured(alice, bob, charlie):
    NotificationChoice.objects.create(user=alice, group="news", email="off")
    NotificationChoice.objects.create(user=bob, group="news", email="digest")
    mail = GroupMailFactory(status="scheduled", people=[alice, bob, charlie])

    send_group_mail(mail_id=mail.pk, now=NOW)
    send(NOW)

    assert [message.to for message in mailbox.outbox] == [["charlie@example.org"]]
    assert standings_of(mail) == {"sent": 1, "digest": 1, "off": 1}
    send(NOW + timedelta(days=1))
    assert mailbox.outbox[1].to == ["bob@example.org"]
    assert "News for Bob Baker" in mailbox.outbox[1].body


def test_a_mail_waits_for_the_end_of_quiet_hours():
    mail = GroupMailFactory(status="scheduled", people=[UserFactory(**{f"profile__{k}": v for k, v in NIGHT.items()})])

    send_group_mail(mail_id=mail.pk, now=LATE)
    send(LATE)

    assert (mailbox.outbox, standings_of(mail), status_of(mail)) == ([], {"waits": 1}, "sending")
    send(LATE + timedelta(hours=9))
    send_group_mails(now=LATE + timedelta(hours=9))
    assert (len(mailbox.outbox), status_of(mail)) == (1, "sent")


def test_a_crash_between_two_batches_loses_nobody(monkeypatch):
    monkeypatch.setattr(job, "AT_ONCE", 2)
    people = UserFactory.create_batch(5)
    mail = GroupMailFactory(status="scheduled", people=people)
    whole, calls = job.notify_each, []

    def crash(**arguments):
        written = whole(**arguments)
        calls.append(written)
        if len(calls) == 2:
            raise MemoryError
        return written

    monkeypatch.setattr(job, "notify_each", crash)
    with pytest.raises(MemoryError):
        send_group_mail(mail_id=mail.pk, now=NOW)
    assert len(written_to(mail)) == 2

    send_group_mails(now=NOW)

    assert written_to(mail) == sorted(person.email for person in people)


def test_a_second_run_writes_nothing_twice(alice):
    mail = GroupMailFactory(status="scheduled", people=[alice])
    send_group_mail(mail_id=mail.pk, now=NOW)
    # As if the commit of the recipients had been lost.
    mail.recipients.update(written_at=None, notification=None)

    send_group_mail(mail_id=mail.pk, now=NOW)

    assert written_to(mail) == ["alice@example.org"]
    assert mail.recipients.get().notification == Notification.objects.get()


@pytest.mark.parametrize("people", [1, 3])
def test_a_batch_takes_as_many_queries_for_each_number_of_people(people, django_assert_num_queries):
    mail = GroupMailFactory(status="sending", people=UserFactory.create_batch(people))

    with django_assert_num_queries(14), transaction.atomic():
        assert job._write_some(mail.pk, now=NOW)


def test_a_draft_that_is_not_sent_for_a_month_is_discarded():
    old, young = GroupMailFactory(status_since_at=NOW - timedelta(days=30)), GroupMailFactory()
    sent = GroupMailFactory(status="sent", status_since_at=NOW - timedelta(days=30))

    assert discard_old_drafts(now=NOW) == 1

    assert [status_of(mail) for mail in (old, young, sent)] == ["discarded", "draft", "sent"]
    assert (old.recipients.count(), young.recipients.count()) == (0, 1)


# --- stopping -------------------------------------------------------------------------------------------------


def test_a_stopped_mail_goes_to_nobody_else(admin_user, monkeypatch):
    monkeypatch.setattr(job, "AT_ONCE", 2)
    people = UserFactory.create_batch(4)
    mail = GroupMailFactory(status="scheduled", people=people)
    assert job._write_some(mail.pk, now=NOW)
    first = Notification.objects.order_by("pk")[0]
    Notification.objects.filter(pk=first.pk).update(status="sent", sent_at=NOW)

    assert stop_group_mail(mail_id=mail.pk, by=admin_user, now=NOW) == 3

    assert send_group_mails(now=NOW) == 0
    send(NOW)
    assert (mailbox.outbox, standings_of(mail)) == ([], {"sent": 1, "stopped": 3})
    assert [inbox(person).count() for person in people] == [1, 0, 0, 0]


def test_a_message_that_was_claimed_before_the_stop_is_not_sent(admin_user, alice):
    mail = GroupMailFactory(status="scheduled", people=[alice])
    send_group_mail(mail_id=mail.pk, now=NOW)
    # Its sender dies after the claim, and the row is tried again.
    Notification.objects.update(status="sending", claim=mail.uuid, lease_until_at=NOW)

    stop_group_mail(mail_id=mail.pk, by=admin_user, now=NOW)
    send(NOW + timedelta(seconds=1))
    send(NOW + timedelta(minutes=1))

    assert (mailbox.outbox, Notification.objects.get().status) == ([], "skipped")
    assert standings_of(mail) == {"stopped": 1}


def test_a_stopped_mail_is_not_in_a_daily_mail(admin_user, alice):
    NotificationChoice.objects.create(user=alice, group="news", email="digest")
    mail = GroupMailFactory(status="scheduled", people=[alice])
    send_group_mail(mail_id=mail.pk, now=NOW)
    send(NOW)

    stop_group_mail(mail_id=mail.pk, by=admin_user, now=NOW)
    send(NOW + timedelta(days=1))

    assert mailbox.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_stop_waits_for_the_people_who_are_just_written_to(admin_user):
    mail = GroupMailFactory(status="scheduled", people=UserFactory.create_batch(2))

    rival = race(
        lambda: job._write_some(mail.pk, now=NOW), lambda: stop_group_mail(mail_id=mail.pk, by=admin_user, now=NOW)
    )

    assert rival.finish() == 2
    assert standings_of(mail) == {"stopped": 2}


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_admins_who_stop_is_told(admin_user):
    mail = GroupMailFactory(status="scheduled")

    def stop() -> int:
        return stop_group_mail(mail_id=mail.pk, by=admin_user, now=NOW)

    rival = race(stop, stop)

    with pytest.raises(MoveNotAllowed):
        rival.finish()


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_leaves_a_mail_to_the_first():
    mail = GroupMailFactory(status="scheduled")
    with transaction.atomic():
        assert job._write_some(mail.pk, now=NOW)
        rival = Rival(lambda: send_group_mail(mail_id=mail.pk, now=NOW))

        assert rival.finish() == 0
    assert len(written_to(mail)) == 1
