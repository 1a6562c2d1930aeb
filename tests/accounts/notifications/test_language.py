"""A message is in the language of its recipient, whoever causes it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import MentorProfile
from accounts.notifications.write import notify
from tests.factories import NOW, MentorFactory
from tests.helpers import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("german_too", "rung")]


def tell_of_a_pause(**facts: object) -> MentorProfile:
    mentor = MentorFactory(status=MentorProfile.Status.PAUSED, pause_cause="own_wish", **facts)
    notify(recipient=mentor.user, kind="mentor_paused", key="1", payload={"mentor": str(mentor.uuid)}, now=NOW)
    return mentor


def test_a_mail_comes_in_the_language_of_its_recipient():
    with translation.override("en"):
        tell_of_a_pause(user__profile__language="de", paused_until_on=NOW.date())

        send(NOW)

    [message] = mail.outbox
    html = message.alternatives[0].content
    # The catalogue of Django has the names of the months.
    assert '<html lang="de">' in html
    assert "23. November 2026" in message.body


def test_a_mail_to_a_reader_of_english_stays_english_for_a_sender_of_german():
    with translation.override("de"):
        mentor = tell_of_a_pause(user__profile__language="en")

        send(NOW)

    [message] = mail.outbox
    assert '<html lang="en">' in message.alternatives[0].content
    assert mentor.user.notifications.get().title == "Mentoring is paused"
