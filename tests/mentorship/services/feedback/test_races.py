"""Both write feedback at once: the second one waits for the first, and opens both."""

from __future__ import annotations

import pytest

from mentorship.models import Feedback
from mentorship.services.feedback.write import write_feedback
from tests.factories import NOW, MentorshipFactory
from tests.helpers import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_write_at_once_open_both():
    mentorship = MentorshipFactory(status="completed")
    words = {"helped": "Much.", "better": "", "thanks": "", "thanks_shown": ""}
    facts = {"mentorship_id": mentorship.pk, "now": NOW} | words

    race(
        lambda: write_feedback(by=mentorship.mentee, **facts),
        lambda: write_feedback(by=mentorship.mentor.user, **facts),
    ).finish()

    assert set(Feedback.objects.values_list("opened_at", flat=True)) == {NOW}
