"""An admin pauses a mentor who leaves questions unanswered."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.exceptions import MoveNotAllowed
from matching.services.pause_silent import pause_silent_mentor
from tests.escalations import MAKERS
from tests.helpers import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def test_a_silent_mentor_is_paused_with_a_mail_that_counts_right(admin_user, now):
    mentor = MAKERS["mentor_silent"](now)

    pause_silent_mentor(mentor_id=mentor.pk, by=admin_user, now=now)
    send(now)

    mentor.refresh_from_db()
    assert (mentor.status, mentor.pause_cause) == ("paused", "silence")
    [text] = mail.outbox
    assert "The last 2 requests to you had no answer in time." in text.body


def test_a_mentor_who_is_paused_is_not_paused_again(admin_user, now):
    mentor = MAKERS["mentor_silent"](now)
    pause_silent_mentor(mentor_id=mentor.pk, by=admin_user, now=now)

    with pytest.raises(MoveNotAllowed):
        pause_silent_mentor(mentor_id=mentor.pk, by=admin_user, now=now)
