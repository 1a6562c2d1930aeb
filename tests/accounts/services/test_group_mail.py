"""Mails to groups: drafts, texts, people taken out, the limit of a day, stopping, and two admins at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.exceptions import (
    GroupMailChanged,
    GroupMailIncomplete,
    GroupMailTimeNotPossible,
    MoveNotAllowed,
    NobodyToWriteTo,
    TooManyGroupMails,
    TooManyToWriteTo,
)
from accounts.jobs.group_mail import send_group_mail
from accounts.models import GroupMail, GroupMailRecipient, Notification, User
from accounts.services import group_mail as service
from accounts.services.group_mail import (
    begin_group_mail,
    discard_group_mail,
    put_back,
    schedule_group_mail,
    stop_group_mail,
    take_out,
    write_group_mail,
)
from accounts.services.merge import merge_accounts
from tests.factories import NOW, GroupMailFactory, NotificationFactory, UserFactory
from tests.helpers import race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def begin(admin_user, now):
    """Return a function that begins a draft for people."""
    facts = {"source": "accounts_user", "query": "", "is_selection": True, "by": admin_user, "now": now}
    return lambda people: begin_group_mail(people=people, chosen=len(people), **facts)


def write(mail, texts, now=NOW) -> GroupMail:
    return write_group_mail(mail_id=mail.pk, texts=texts, text_version=mail.text_version, now=now)


def send(mail, by, *, readers=1, send_at=None, now=NOW) -> GroupMail:
    return schedule_group_mail(mail_id=mail.pk, by=by, version=mail.version, readers=readers, send_at=send_at, now=now)


def texts_of(mail) -> dict[str, tuple[str, str]]:
    return {text.language: (text.subject, text.words) for text in mail.texts.all()}


# --- drafts ---------------------------------------------------------------------------------------------------


def test_a_draft_has_each_person_once(begin, alice, bob):
    mail = begin([alice.pk, bob.pk, alice.pk])

    assert [one.person for one in mail.recipients.order_by("pk")] == [alice, bob]
    assert mail.status == "draft"


def test_a_draft_needs_somebody(begin):
    with pytest.raises(NobodyToWriteTo):
        begin([])


def test_a_mail_has_a_largest_group(begin, alice, bob, monkeypatch):
    monkeypatch.setattr(service, "RECIPIENTS_MAX", 1)

    with pytest.raises(TooManyToWriteTo, match="2 people"):
        begin([alice.pk, bob.pk])
    assert not GroupMail.objects.exists()


def test_texts_are_stored_by_language(begin, alice, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    mail = write(begin([alice.pk]), {"en": (" News ", "We meet."), "de": ("Neues", "Wir treffen uns.")})
    assert texts_of(mail) == {"en": ("News", "We meet."), "de": ("Neues", "Wir treffen uns.")}

    write(mail, {"en": ("News", "We meet again."), "de": ("", "")})

    assert texts_of(mail) == {"en": ("News", "We meet again.")}


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"en": ("", ""), "de": ("Neues", "Wir treffen uns.")}, "Write it in “en”"),
        ({"en": ("News", "")}, "both a subject and a text"),
        ({"en": ("News for {name}", "Dear {friend}, we meet.")}, "There is no placeholder {friend}"),
        ({"en": ("News", "Dear {first name}, we meet.")}, "There is no placeholder {first name}"),
        ({"en": ("News", "Dear { Name }, we meet.")}, "There is no placeholder {Name}"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused(begin, alice, texts, words):
    with pytest.raises(GroupMailIncomplete, match=words):
        write(begin([alice.pk]), texts)


def test_an_admin_with_an_old_draft_is_told(begin, alice):
    mail = begin([alice.pk])
    write(GroupMail.objects.get(), {"en": ("News", "We meet.")})

    with pytest.raises(GroupMailChanged):
        write(mail, {"en": ("Other news", "We do not meet.")})


def test_the_same_text_twice_is_no_conflict(begin, alice):
    mail = begin([alice.pk])
    texts = {"en": ("News", "We meet.")}
    write(GroupMail.objects.get(), texts)

    assert write(mail, texts).text_version == 1


def test_a_sender_has_seen_the_recipients(begin, alice, bob, admin_user, now):
    """As many people as before may be other people."""
    mail = begin([alice.pk, bob.pk])
    [first, second] = mail.recipients.order_by("pk")
    take_out(mail_id=mail.pk, recipient_ids=[first.pk], now=now)
    mail = write(GroupMail.objects.get(), {"en": ("News", "We meet.")})
    take_out(mail_id=mail.pk, recipient_ids=[second.pk], now=now)
    put_back(mail_id=mail.pk, recipient_ids=[first.pk], now=now)

    with pytest.raises(GroupMailChanged):
        send(mail, admin_user, readers=1)


def test_people_are_taken_out_and_put_back(begin, alice, bob, now):
    mail = begin([alice.pk, bob.pk])
    [first, second] = mail.recipients.order_by("pk")

    assert take_out(mail_id=mail.pk, recipient_ids=[first.pk, second.pk], now=now) == 2
    assert put_back(mail_id=mail.pk, recipient_ids=[second.pk], now=now) == 1

    assert dict(mail.recipients.values_list("person", "left_out")) == {alice.pk: "taken_out", bob.pk: ""}


def test_recipients_of_another_mail_are_not_taken_out(begin, alice, now):
    mail, other = begin([alice.pk]), begin([alice.pk])

    assert take_out(mail_id=mail.pk, recipient_ids=[other.recipients.get().pk], now=now) == 0


def test_a_discarded_draft_forgets_its_recipients(begin, alice, now):
    mail = begin([alice.pk])

    discard_group_mail(mail_id=mail.pk, now=now)

    mail.refresh_from_db()
    assert (mail.status, mail.recipients.count()) == ("discarded", 0)


# --- sending --------------------------------------------------------------------------------------------------


def test_a_mail_is_sent_now(admin_user, rung, django_capture_on_commit_callbacks):
    mail = GroupMailFactory()

    with django_capture_on_commit_callbacks(execute=True):
        sent = send(mail, admin_user)

    assert (sent.status, sent.send_at, sent.scheduled_by) == ("scheduled", NOW, admin_user)
    assert rung == [("accounts.tasks.send_group_mail", mail.pk)]


def test_a_mail_is_sent_later(admin_user, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = send(GroupMailFactory(), admin_user, send_at=NOW + timedelta(hours=1))

    assert (sent.send_at, rung) == (NOW + timedelta(hours=1), [])


@pytest.mark.parametrize("days", [-1, 0, 61])
def test_the_time_lies_ahead_and_not_too_far(admin_user, days):
    with pytest.raises(GroupMailTimeNotPossible):
        send(GroupMailFactory(), admin_user, send_at=NOW + timedelta(days=days))


def test_a_draft_that_changed_after_it_was_read_is_not_sent(admin_user):
    mail = GroupMailFactory()
    GroupMail.objects.update(version=1)

    with pytest.raises(GroupMailChanged):
        send(mail, admin_user)


def test_the_number_of_readers_is_the_one_that_was_read(admin_user, alice, bob):
    mail = GroupMailFactory(people=[alice, bob])
    bob.is_active = False
    bob.save()

    with pytest.raises(GroupMailChanged, match="1 would get it now, and not 2"):
        send(mail, admin_user, readers=2)


def test_a_mail_without_a_text_is_not_sent(admin_user):
    with pytest.raises(GroupMailIncomplete):
        send(GroupMailFactory(text=False), admin_user)


def test_a_mail_that_nobody_would_get_is_not_sent(admin_user):
    with pytest.raises(NobodyToWriteTo):
        send(GroupMailFactory(people=[UserFactory(is_active=False)]), admin_user, readers=0)


def test_an_admin_sends_three_mails_within_a_day(admin_user):
    mails = GroupMailFactory.create_batch(5)
    for mail in mails[:3]:
        send(mail, admin_user)

    with pytest.raises(TooManyGroupMails, match="3 mails"):
        send(mails[3], admin_user, now=NOW + timedelta(hours=23))
    send(mails[3], UserFactory(role="manager"))
    send(mails[4], admin_user, now=NOW + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_two_windows_at_once(admin_user):
    mails = GroupMailFactory.create_batch(4)
    for mail in mails[:2]:
        send(mail, admin_user)

    rival = race(lambda: send(mails[2], admin_user), lambda: send(mails[3], admin_user))

    with pytest.raises(TooManyGroupMails):
        rival.finish()


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_admins_who_send_is_told(admin_user):
    mail, other = GroupMailFactory(), UserFactory(role="manager")

    rival = race(lambda: send(mail, admin_user), lambda: send(mail, other))

    with pytest.raises(MoveNotAllowed):
        rival.finish()
    assert GroupMail.objects.get().scheduled_by == admin_user


# --- the end --------------------------------------------------------------------------------------------------


def test_a_mail_that_waits_for_its_time_is_stopped(admin_user):
    mail = GroupMailFactory(status="scheduled", people=UserFactory.create_batch(2))

    assert stop_group_mail(mail_id=mail.pk, by=admin_user, now=NOW) == 2

    mail.refresh_from_db()
    assert (mail.status, mail.stopped_by) == ("stopped", admin_user)


@pytest.mark.parametrize("status", ["draft", "sent", "stopped", "discarded"])
def test_only_a_mail_under_way_is_stopped(admin_user, status):
    with pytest.raises(MoveNotAllowed):
        stop_group_mail(mail_id=GroupMailFactory(status=status).pk, by=admin_user, now=NOW)


@pytest.mark.parametrize("status", ["sending", "sent", "stopped", "discarded"])
def test_nobody_is_taken_out_once_it_is_being_sent(status):
    mail = GroupMailFactory(status=status)

    with pytest.raises(MoveNotAllowed):
        take_out(mail_id=mail.pk, recipient_ids=[mail.recipients.get().pk], now=NOW)


@pytest.mark.parametrize("status", ["scheduled", "sending", "sent", "stopped", "discarded"])
def test_only_a_draft_is_written_and_discarded(status):
    mail = GroupMailFactory(status=status)

    with pytest.raises(MoveNotAllowed):
        write(mail, {"en": ("News", "We meet.")})
    with pytest.raises(MoveNotAllowed):
        discard_group_mail(mail_id=mail.pk, now=NOW)


# --- between draft and sending ----------------------------------------------------------------------------------


def _lock_account(person, admin) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def _erase(person, admin) -> None:
    person.delete()


def _merge(person, admin) -> None:
    stays = GroupMailRecipient.objects.exclude(person=person).order_by("pk").first().person
    merge_accounts(gone_id=person.pk, stays_id=stays.pk, by=admin, reason="Both are hers.", now=NOW)


@pytest.mark.parametrize("happens", [_lock_account, _erase, _merge])
def test_a_recipient_who_is_not_there_any_more_gets_nothing(happens, admin_user):
    stays, goes = UserFactory.create_batch(2)
    mail = GroupMailFactory(people=[stays, goes])
    happens(goes, admin_user)

    with pytest.raises(GroupMailChanged, match="1 would get it now, and not 2"):
        send(mail, admin_user, readers=2)
    send(mail, admin_user, readers=1)
    send_group_mail(mail_id=mail.pk, now=NOW)

    assert list(Notification.objects.filter(kind="group_mail").values_list("recipient", flat=True)) == [stays.pk]


def test_a_recipient_who_is_merged_into_another_person_is_written_to_there(admin_user):
    gone, stays = UserFactory.create_batch(2)
    mail = GroupMailFactory(people=[gone], status="scheduled")

    merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=admin_user, reason="Both are hers.", now=NOW)
    send_group_mail(mail_id=mail.pk, now=NOW)

    assert Notification.objects.get(kind="group_mail").recipient == stays


def test_a_person_whose_old_account_was_written_to_is_not_written_to_again(admin_user):
    gone, stays = UserFactory.create_batch(2)
    mail = GroupMailFactory(people=[gone, stays], status="sending")
    written = NotificationFactory(
        recipient=gone, kind="group_mail", key=str(mail.uuid), payload={"mail": str(mail.uuid)}
    )
    mail.recipients.filter(person=gone).update(written_at=NOW, notification=written)

    merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=admin_user, reason="Both are hers.", now=NOW)
    send_group_mail(mail_id=mail.pk, now=NOW)

    assert [row.pk for row in Notification.objects.filter(kind="group_mail")] == [written.pk]
    assert mail.recipients.get().person == stays
