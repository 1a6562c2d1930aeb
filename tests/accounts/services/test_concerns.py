"""Raising a concern, and coming into contact again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail

from accounts.exceptions import ConcernIsOpen, ConcernNotLifted, TooManyConcerns
from accounts.models import Block, Concern
from accounts.models.concern import CONCERNS_A_DAY
from accounts.services.concerns import raise_concern, restore_contact
from mentorship.selectors.mentors import kept_apart
from tests.factories import NOW, ConcernFactory, UserFactory
from tests.helpers import kinds, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WORDS = "I waited twice for half an hour, and nobody came."


@pytest.fixture(autouse=True)
def _an_organiser(admin):
    """An admin who gets the mails."""


def report(by, about, **fields):
    values = {"topic": "attendance", "words": WORDS, "now": NOW} | fields
    return raise_concern(by=by, about=about, **values)


def mails_to(person) -> str:
    """Return the text of all mails to a person."""
    found = [message for message in mail.outbox if message.to == [person.email]]
    return "\n".join(message.subject + message.body + message.alternatives[0].content for message in found)


def test_a_concern_keeps_the_two_apart_at_once(alice, bob):
    uuid = uuid4()
    concern = report(alice, bob, subject_kind="session", subject=uuid)

    assert (kept_apart(alice.pk), kept_apart(bob.pk)) == ({bob.pk}, {alice.pk})
    assert (concern.status, concern.due_at) == ("open", NOW + timedelta(days=3))
    assert (concern.subject_kind, concern.subject) == ("session", uuid)


def test_all_three_sides_are_told(alice, bob, admin):
    report(alice, bob)

    assert (kinds(alice), kinds(bob), kinds(admin)) == (
        ["concern_received"],
        ["concern_about_you"],
        ["concern_raised"],
    )


def test_the_other_side_reads_the_topic_and_neither_words_nor_name(alice, bob, admin):
    report(alice, bob)

    send(NOW)

    theirs = mails_to(bob)
    assert "somebody does not come or does not answer" in theirs
    assert WORDS not in theirs
    assert "Alice" not in theirs
    assert "Bob Baker" in mails_to(alice)
    assert WORDS not in mails_to(admin)


@pytest.mark.parametrize("fields", [{"topic": "safety"}, {"topic": "harassment", "is_safety": True}])
def test_the_other_side_does_not_learn_of_a_matter_of_safety(fields, alice, bob, admin):
    concern = report(alice, bob, **fields)

    assert concern.is_safety
    assert (kinds(bob), kinds(admin)) == ([], ["concern_raised"])
    send(NOW)
    assert "Do not mention it to them" in mails_to(admin)
    assert "does not learn of it" in mails_to(alice)


def test_a_message_in_the_app_names_nobody(alice, bob, admin):
    report(alice, bob)

    for person in (alice, bob, admin):
        [title] = person.notifications.values_list("title", flat=True)
        assert not any(name in title for name in ("Alice", "Bob"))


def test_an_admin_is_not_told_of_a_concern_about_themselves(alice, admin):
    other = UserFactory(is_staff=True)

    report(alice, admin)

    assert (kinds(admin), kinds(other)) == (["concern_about_you"], ["concern_raised"])


def test_answers_to_these_mails_go_to_the_organisers(alice, bob, settings):
    report(alice, bob)

    send(NOW)

    assert {tuple(message.reply_to) for message in mail.outbox} == {(settings.CONTACT_EMAIL,)}


def test_the_same_words_again_are_the_same_concern(alice, bob):
    assert report(alice, bob) == report(alice, bob)

    assert (Concern.objects.count(), kinds(bob)) == (1, ["concern_about_you"])


def test_other_words_with_the_same_topic_are_refused(alice, bob):
    report(alice, bob)

    with pytest.raises(ConcernIsOpen):
        report(alice, bob, words="And once more.")

    assert report(alice, bob, topic="money")


@pytest.mark.parametrize("words", [WORDS, "He follows me."])
def test_a_second_report_makes_it_a_matter_of_safety(words, alice, bob, admin):
    first = report(alice, bob)

    again = report(alice, bob, words=words, is_safety=True)

    first.refresh_from_db()
    assert (again, first.is_safety, first.words) == (first, True, WORDS)
    assert first.more_words == ("" if words == WORDS else words)
    assert kinds(bob) == []
    send(NOW)
    assert "Do not mention it to them" in mails_to(admin)


def test_a_matter_of_safety_stays_one(alice, bob):
    report(alice, bob, is_safety=True)

    assert report(alice, bob).is_safety


def test_a_message_that_was_sent_stays(alice, bob):
    report(alice, bob)
    send(NOW)

    report(alice, bob, is_safety=True)

    assert kinds(bob) == ["concern_about_you"]


def test_two_in_contact_again_are_parted_by_a_matter_of_safety(alice, bob):
    concern = report(alice, bob)
    restore_contact(concern_id=concern.pk, by=alice, now=NOW)

    report(alice, bob, is_safety=True)

    assert kept_apart(alice.pk) == {bob.pk}


@pytest.mark.parametrize("again", [{}, {"words": "He does it again."}, {"words": "Again.", "by_link": True}])
def test_two_in_contact_again_are_parted_by_a_further_report(again, alice, bob):
    concern = report(alice, bob)
    restore_contact(concern_id=concern.pk, by=alice, now=NOW)

    report(alice, bob, **again)

    concern.refresh_from_db()
    assert (kept_apart(alice.pk), concern.more_words) == ({bob.pk}, again.get("words", ""))


def test_a_topic_can_be_reported_again_after_the_end(alice, bob):
    ConcernFactory(raised_by=alice, about=bob, status="closed")

    assert report(alice, bob).status == "open"


def test_one_person_raises_so_many_concerns_a_day(alice):
    for number in range(CONCERNS_A_DAY):
        report(alice, UserFactory(), now=NOW + timedelta(hours=number))
    tomorrow = NOW + timedelta(days=1)

    with pytest.raises(TooManyConcerns, match="reported 5 problems within a day"):
        report(alice, UserFactory(), now=tomorrow - timedelta(seconds=1))

    assert Block.objects.count() == CONCERNS_A_DAY
    assert report(alice, UserFactory(), now=tomorrow)
    assert report(UserFactory(), alice, now=NOW)


def test_the_reporter_comes_into_contact_again(alice, bob):
    concern = report(alice, bob)

    for _click in range(2):
        restore_contact(concern_id=concern.pk, by=alice, now=NOW)

    concern.refresh_from_db()
    assert (kept_apart(alice.pk), concern.status) == (frozenset(), "open")


@pytest.mark.parametrize(
    "fields", [{"topic": "harassment"}, {"topic": "privacy"}, {"topic": "money", "is_safety": True}]
)
def test_with_some_topics_only_the_organisers_end_the_separation(fields, alice, bob):
    concern = report(alice, bob, **fields)

    with pytest.raises(ConcernNotLifted):
        restore_contact(concern_id=concern.pk, by=alice, now=NOW)

    assert kept_apart(alice.pk) == {bob.pk}


def test_the_other_side_does_not_end_the_separation(alice, bob):
    concern = report(alice, bob)

    with pytest.raises(ConcernNotLifted):
        restore_contact(concern_id=concern.pk, by=bob, now=NOW)
