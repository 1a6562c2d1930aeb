"""Two people in two zones meet by the API, over a change of clocks; their mails and calendars say the same.

Clocks go back in Berlin on 31 October 2027, and in New York on 7 November.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from mentorship.jobs.attendance import ask_about_attendance
from tests.factories import MentorshipFactory
from tests.helpers import path, send
from tests.mentorship.calendars import events, invitations, periods

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LINK = "https://meet.example.org/room"


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(at(10, 20, 10), tick=False) as travels:
        yield travels


@pytest.fixture
def call(api):
    """Return a function that calls a route as a person, and returns the answer."""

    def of(person, method: str, route: str, *body: dict, status: int = 200) -> dict:
        answer = getattr(api(person), method)(f"/api/v1/{route}", *body, format="json")
        assert answer.status_code == status, answer.content
        return answer.json()

    return of


@pytest.fixture
def mentorship(alice, bob, call):
    """Return a mentorship of Alice, who has time on Tuesdays from 17 to 19 in Berlin, and Bob, at 12 in New York."""
    weeks = {alice: ("Europe/Berlin", "17:00", "19:00"), bob: ("America/New_York", "12:00", "13:00")}
    for person, (zone, start, end) in weeks.items():
        week = [{"weekday": 2, "start": start, "end": end}]
        call(person, "patch", "me/", {"timezone": zone, "availability": week})
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


def mails() -> list[tuple[str, str]]:
    """Do what the worker would do now. Return subject and text of each new mail, in the order of their people."""
    ask_about_attendance(now=timezone.now())
    mail.outbox.clear()
    send(timezone.now())
    return [(message.subject, message.body) for message in sorted(mail.outbox, key=lambda message: message.to)]


def test_two_people_meet_by_the_api(clock, call, mentorship, alice, bob):
    feeds = {person: call(person, "post", "me/calendar/", {}, status=201) for person in (alice, bob)}

    # 18:00, 17:00 and 18:00 in Berlin, always noon in New York.
    found = call(alice, "get", f"mentorships/{mentorship.uuid}/suggested-times/?minutes=60")
    assert found["starts_at"] == ["2027-10-26T16:00:00Z", "2027-11-02T16:00:00Z", "2027-11-09T17:00:00Z"]

    body = {"kind": "cv_review", "minutes": 60, "place": LINK, "times": ["2027-10-26T18:00:00+02:00"]}
    session = call(alice, "post", f"mentorships/{mentorship.uuid}/sessions/", body, status=201)
    uid, route = session["uuid"], f"sessions/{session['uuid']}/"
    call(bob, "post", f"{route}take/", {"starts_at": "2027-10-26T12:00:00-04:00"})
    mails()
    assert invitations() == [
        (uid, "REQUEST", "0", "Europe/Berlin", at(10, 26, 16)),
        (uid, "REQUEST", "0", "America/New_York", at(10, 26, 16)),
    ]

    call(bob, "post", f"{route}propose-times/", {"times": ["2027-11-02T12:00:00-04:00"]})
    moved = call(alice, "post", f"{route}take/", {"starts_at": "2027-11-02T17:00:00+01:00"})
    assert (moved["starts_at"], moved["version"]) == ("2027-11-02T16:00:00Z", 2)
    mails()
    assert invitations() == [
        (uid, "REQUEST", "1", "Europe/Berlin", at(11, 2, 16)),
        (uid, "REQUEST", "1", "America/New_York", at(11, 2, 16)),
    ]

    # The private calendars of both say the same.
    files = {person: [Client().get(path(feeds[person][name])) for name in ("sessions", "busy")] for person in feeds}
    [mine], [theirs] = (events(files[person][0].content.decode()) for person in (alice, bob))
    assert (mine.zone, mine.starts_at, mine.parts["sequence"]) == ("Europe/Berlin", at(11, 2, 16), "1")
    assert (theirs.zone, theirs.starts_at, theirs.parts["sequence"]) == ("America/New_York", at(11, 2, 16), "1")
    for _sessions, busy in files.values():
        assert periods(busy.content.decode()) == [(at(11, 2, 16), at(11, 2, 17))]

    # Reminders come 72 and 24 hours before, by elapsed time, and none of the time before.
    reminders = []
    for moment in (at(10, 25, 16, 1), at(10, 30, 15, 59), at(10, 30, 16), at(11, 1, 15, 59), at(11, 1, 16)):
        clock.move_to(moment)
        reminders.append(mails())
    assert [len(sent) for sent in reminders] == [0, 0, 2, 0, 2]
    for (_subject, to_alice), (_same, to_bob) in (reminders[2], reminders[4]):
        assert "Tuesday, 2 November 2027, 17:00 (Berlin, Germany, UTC+1)" in to_alice
        assert "Tuesday, 2 November 2027, 12:00 (New York, United States, UTC−4)" in to_bob
    assert {subject for subject, _body in chain(*reminders)} == {
        "You meet Bob Baker soon",
        "You meet Alice Archer soon",
    }
    for person in (alice, bob):
        assert call(person, "post", f"{route}comes/")["i_come"]

    clock.move_to(at(11, 2, 17))
    assert [subject for subject, _body in mails()] == ["Did you meet Bob Baker?", "Did you meet Alice Archer?"]
    assert call(alice, "post", f"{route}attendance/", {"answer": "held"})["status"] == "confirmed"
    assert call(bob, "post", f"{route}attendance/", {"answer": "held"})["status"] == "held"
