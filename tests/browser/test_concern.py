"""A mentee reports a problem on a phone; an admin decides at a desk; the mentee reads what became of it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Concern
from accounts.notifications.deliver import drain
from tests.browser.conftest import last_mail
from tests.factories import MentorshipFactory, SessionFactory

pytestmark = [pytest.mark.django_db(transaction=True)]

WORDS = "I waited twice for half an hour, and nobody came."
ANSWER = "We spoke with both of you. Tell us if it happens again."


@pytest.fixture
def desk(admin_window, admin_user):
    return admin_window(admin_user)


def test_a_concern_from_the_report_to_the_answer(visitor, log_in_as, desk, look_at, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    SessionFactory(mentorship=mentorship)
    phone = visitor()
    log_in_as(phone, alice)

    phone.goto(f"/mentorships/{mentorship.uuid}/")
    phone.get_by_role("link", name="Report a problem").click()
    phone.get_by_label("What is it about?").select_option("attendance")
    phone.get_by_label("What happened?").fill(WORDS)
    phone.get_by_role("button", name="Report it").click()
    phone.get_by_text("The organisers have it.").wait_for()
    look_at(phone)

    drain(now=timezone.now)
    concern = Concern.objects.get()
    desk.goto(reverse("admin:accounts_concern_changelist"))
    desk.goto(reverse("admin:accounts_concern_change", args=[concern.pk]))
    desk.get_by_text(WORDS).wait_for()
    look_at(desk)
    desk.get_by_label("Owner").select_option(label="Ada Admin")
    desk.get_by_role("button", name="Save the task").click()
    desk.get_by_text("Ada Admin takes care of it.").wait_for()
    desk.get_by_label("Talked to them").check()
    desk.get_by_label("To the person who raised it").fill(ANSWER)
    desk.get_by_role("button", name="Close it").click()
    desk.get_by_text("It is closed, and who raised it gets a mail.").wait_for()
    look_at(desk)

    drain(now=timezone.now)
    assert ANSWER in last_mail(alice.email)
    phone.goto("/settings/")
    phone.get_by_role("link", name="People you block").click()
    phone.get_by_text("may be in contact again").wait_for()
    look_at(phone)
