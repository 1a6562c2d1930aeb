"""The readers of a mail to a group: who gets it, and what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from accounts.audience import readers_now, samples_of, standings_of
from accounts.models import NotificationChoice
from accounts.services.trial import set_trial_mode
from tests.factories import NOW, GroupMailFactory, NotificationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_each_reason_is_counted_and_each_person_once(now):
    reader, locked, new, bouncing, off, out = UserFactory.create_batch(6)
    locked.is_active = False
    locked.save()
    EmailAddress.objects.filter(user=new).update(verified=False)
    bouncing.bouncing_since_at = now
    bouncing.save()
    NotificationChoice.objects.create(user=off, group="news", email="off")
    mail = GroupMailFactory(people=[reader, locked, new, bouncing, off, out])
    mail.recipients.filter(person=out).update(left_out="taken_out")

    assert standings_of(mail) == {"gets": 1, "bounces": 1, "off": 1, "unconfirmed": 1, "locked": 1, "taken_out": 1}
    assert readers_now(mail) == 1


def test_a_person_with_two_addresses_is_one_reader(alice):
    EmailAddress.objects.create(user=alice, email="alice@example.com", verified=True)

    assert readers_now(GroupMailFactory(people=[alice])) == 1


def test_somebody_who_wants_one_mail_a_day_gets_it(alice):
    NotificationChoice.objects.create(user=alice, group="news", email="digest")

    assert readers_now(GroupMailFactory(people=[alice])) == 1


def test_trial_mode_holds_it_for_all_who_are_not_listed(alice, bob, admin_user, now):
    set_trial_mode(is_on=True, addresses=["alice@example.org"], by=admin_user, was=None, now=now)

    assert standings_of(GroupMailFactory(people=[alice, bob])) == {"gets": 1, "trial": 1}


@pytest.mark.parametrize(
    ("message", "standing"),
    [
        ({"status": "pending"}, "waits"),
        ({"status": "in_doubt"}, "waits"),
        ({"status": "sent"}, "sent"),
        ({"status": "uncertain"}, "uncertain"),
        ({"status": "dead"}, "dead"),
        ({"status": "skipped", "last_error": "The address has bounced since 2026-11-23 12:00 UTC."}, "bounces"),
        ({"status": "skipped", "last_error": "Held by trial mode, on since 2026-11-23 12:00:00 UTC."}, "trial"),
        ({"status": "skipped", "last_error": "Its recipient wants no such mail."}, "off"),
        ({"status": "skipped", "last_error": "The mail to the group was stopped."}, "stopped"),
        ({"status": "skipped", "last_error": "It was not true any more, or not for its recipient."}, "not_true"),
    ],
)
def test_a_written_message_says_what_became_of_it(alice, message, standing):
    mail = GroupMailFactory(status="sending", people=[alice])
    row = NotificationFactory(recipient=alice, kind="group_mail", payload={"mail": str(mail.uuid)}, **message)
    mail.recipients.update(written_at=NOW, notification=row)

    assert standings_of(mail) == {standing: 1}


def test_a_gathered_message_is_part_of_a_daily_mail(alice):
    mail = GroupMailFactory(status="sending", people=[alice])
    digest = NotificationFactory(recipient=alice, kind="digest", due_at=NOW + timedelta(days=1))
    row = NotificationFactory(recipient=alice, kind="group_mail", status="skipped", digest=digest)
    mail.recipients.update(written_at=NOW, notification=row)

    assert standings_of(mail) == {"digest": 1}


def test_those_who_were_not_written_to_before_a_stop_do_not_get_it(alice):
    assert standings_of(GroupMailFactory(status="stopped", people=[alice])) == {"stopped": 1}


def test_samples_have_each_language_before_a_second_of_one():
    english = UserFactory.create_batch(3)
    german = UserFactory(profile__language="de")
    mail = GroupMailFactory(people=[*english, german])

    assert [one.person for one in samples_of(mail, 3)] == [english[0], german, english[1]]
    assert len(samples_of(mail, 10)) == 4


@pytest.mark.parametrize("people", [1, 3])
def test_counting_takes_as_many_queries_for_each_number_of_people(people, django_assert_num_queries):
    mail = GroupMailFactory(people=UserFactory.create_batch(people))

    with django_assert_num_queries(2):
        standings_of(mail)
