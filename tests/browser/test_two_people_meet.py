"""Two people in two zones meet: by pages and links of mails alone, and over the nights in which clocks change.

Clocks go back in Berlin on 31 October 2027, and in New York on 7 November.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import Locator, expect

from accounts.models import Availability
from mentorship.models import Session
from tests.browser.conftest import DESK, last_mail
from tests.factories import MentorshipFactory
from tests.mentorship.calendars import invitations

pytestmark = [pytest.mark.django_db(transaction=True)]

# The same times as Alice reads them in Berlin, and Bob in New York.
BEFORE = (
    "Tuesday, 26 October 2027, 18:00 (Berlin, Germany, UTC+2); "
    "for Bob Baker: Tuesday, 26 October, 12:00 (New York, United States, UTC−4)",
    "Tuesday, 26 October 2027, 12:00 (New York, United States, UTC−4); "
    "for Alice Archer: Tuesday, 26 October, 18:00 (Berlin, Germany, UTC+2)",
)
BETWEEN = (
    "Tuesday, 2 November 2027, 17:00 (Berlin, Germany, UTC+1); "
    "for Bob Baker: Tuesday, 2 November, 12:00 (New York, United States, UTC−4)",
    "Tuesday, 2 November 2027, 12:00 (New York, United States, UTC−4); "
    "for Alice Archer: Tuesday, 2 November, 17:00 (Berlin, Germany, UTC+1)",
)
AFTER = (
    "Tuesday, 9 November 2027, 18:00 (Berlin, Germany, UTC+1); "
    "for Bob Baker: Tuesday, 9 November, 12:00 (New York, United States, UTC−5)",
    "Tuesday, 9 November 2027, 12:00 (New York, United States, UTC−5); "
    "for Alice Archer: Tuesday, 9 November, 18:00 (Berlin, Germany, UTC+1)",
)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(at(10, 20, 10)) as travels:
        yield travels


@pytest.fixture
def people(alice, bob):
    """Return Alice, who has time on Tuesdays from 17 to 19 in Berlin, and her mentor Bob, from 12 in New York."""
    bob.profile.timezone = "America/New_York"
    bob.profile.save()
    for person, start, end in ((alice, 17 * 60, 19 * 60), (bob, 12 * 60, 12 * 60 + 30)):
        Availability.objects.create(profile=person.profile, weekday=2, start_minute=start, end_minute=end)
    MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    return alice, bob


def link_of(person) -> str:
    return re.search(r"\S+/session/\S+", last_mail(person.email))[0]


def said_to(people, subject: str) -> list[str]:
    """Return the first time in the mail to each of the two. These have this subject, and are the only new ones."""
    mails = {message.to[0]: message for message in mail.outbox}
    assert [mails[person.email].subject for person in people] == [subject % other.name for other in people[::-1]]
    assert len(mail.outbox) == len(people)
    return [re.search(r"\w+day, .* \(.*\)", mails[person.email].body)[0] for person in people]


def suggested(page) -> Locator:
    """Return the labels of the suggested times."""
    return page.locator("label:has([name=times])")


def test_two_people_meet_after_a_move_across_the_change_of_clocks(clock, visitor, log_in_as, work, people):
    mentee, mentor = people
    phone, desk = visitor(), visitor(viewport=DESK, timezone_id="America/New_York")

    def later(*moment: int) -> None:
        mail.outbox.clear()
        clock.move_to(at(*moment))
        work()

    # Alice proposes the first of the suggested times, and Bob takes it.
    log_in_as(phone, mentee)
    phone.goto("/")
    phone.get_by_role("link", name="Open the mentorship").click()
    expect(suggested(phone)).to_have_text([BEFORE[0], BETWEEN[0], AFTER[0]])
    phone.get_by_label(BEFORE[0]).check()
    phone.get_by_role("button", name="Propose the session").click()
    phone.get_by_role("heading", name="Times that you proposed").wait_for()
    work()
    desk.goto(link_of(mentor))
    desk.get_by_role("radio", name=BEFORE[1]).check()
    mail.outbox.clear()
    desk.get_by_role("button", name="Take this time").click()
    desk.get_by_text("Confirmed", exact=True).wait_for()
    work()
    assert said_to(people, "Your session with %s has a time") == list(BEFORE)
    uid = str(Session.objects.get().uuid)
    assert invitations() == [
        (uid, "REQUEST", "0", "Europe/Berlin", at(10, 26, 16)),
        (uid, "REQUEST", "0", "America/New_York", at(10, 26, 16)),
    ]

    # Bob's reminder leads to other times, and Alice's mail to his proposal.
    later(10, 23, 16, 1)
    assert said_to(people, "You meet %s soon") == list(BEFORE)
    desk.goto(link_of(mentor))
    desk.get_by_text("Move it: propose other times").click()
    expect(suggested(desk)).to_contain_text([BETWEEN[1], AFTER[1]])
    desk.get_by_label(BETWEEN[1]).check()
    desk.get_by_role("button", name="Propose these times").click()
    desk.get_by_text("Until then the present time stands.").wait_for()
    work()
    phone.goto(link_of(mentee))
    phone.get_by_role("radio", name=BETWEEN[0]).check()
    mail.outbox.clear()
    phone.get_by_role("button", name="Take this time").click()
    phone.get_by_text("Take this time").wait_for(state="detached")
    work()
    assert said_to(people, "Your session with %s has changed") == list(BETWEEN)
    assert invitations() == [
        (uid, "REQUEST", "1", "Europe/Berlin", at(11, 2, 16)),
        (uid, "REQUEST", "1", "America/New_York", at(11, 2, 16)),
    ]

    # Nobody is reminded of the time before. Of the new one both are, twice, and say that they come.
    later(10, 26, 16, 30)
    assert mail.outbox == []
    later(10, 30, 16, 1)
    assert said_to(people, "You meet %s soon") == list(BETWEEN)
    later(11, 1, 16, 1)
    assert said_to(people, "You meet %s soon") == list(BETWEEN)
    for page, person in ((phone, mentee), (desk, mentor)):
        page.goto(link_of(person))
        page.get_by_role("button", name="I will be there").click()
        page.get_by_text("You said that you will be there.").wait_for()

    # After 20 minutes it is over. Both are asked, and say that they met.
    later(11, 2, 16, 19)
    assert mail.outbox == []
    later(11, 2, 16, 21)
    assert said_to(people, "Did you meet %s?") == list(BETWEEN)
    for page, person in ((phone, mentee), (desk, mentor)):
        page.goto(link_of(person))
        page.get_by_label("We met").check()
        page.get_by_role("button", name="Send my answer").click()
        page.get_by_text("Send my answer").wait_for(state="detached")
    desk.get_by_text("Held", exact=True).wait_for()
    expect(desk.get_by_role("main")).to_contain_text(BETWEEN[1])
    assert Session.objects.get().status == "held"
