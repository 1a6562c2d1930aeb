"""Answers of calendars count for the two of a session, and for nobody else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core import mail

from accounts.models import Block, Travel
from mentorship.models import Booking, SessionTime
from mentorship.services.receive import receive
from mentorship.services.sessions.change import change_session
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, SESSION_STARTS, GoalFactory, MentorshipFactory, SessionFactory
from tests.helpers import kinds, race, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + timedelta(hours=1)
OTHER_TIME = SESSION_STARTS + timedelta(days=1, hours=2)
REPLY = """BEGIN:VCALENDAR
PRODID:-//Example//Calendar 1.0//EN
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
DTSTART{start}
DTEND:20270101T000000Z
DTSTAMP:20261123T130000Z
ORGANIZER;CN=Mentors:mailto:{organizer}
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={status};CN=Somebody:
 mailto:{attendee}
SEQUENCE:{sequence}
SUMMARY:A mock interview
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(autouse=True)
def _inbound(settings):
    settings.INBOUND_ADDRESS = "calendar@mentors.example.org"


@pytest.fixture
def session(alice, bob):
    session = SessionFactory(mentorship=MentorshipFactory(goal=GoalFactory(mentee=alice), mentor=bob.mentor))
    take_time(session_id=session.pk, by=alice, starts_at=SESSION_STARTS, now=NOW)
    session.refresh_from_db()
    return session


@pytest.fixture
def organizers(session):
    """Return the organizer that the invitation of each of the two names, by their address."""
    send(NOW)
    found = {message.to[0]: organizer_in(message.alternatives[1].content) for message in mail.outbox}
    mail.outbox.clear()
    return found


def organizer_in(text):
    return re.search(r"ORGANIZER[^:]*:mailto:(\S+)", text.replace("\r\n ", ""))[1]


def answer(session, organizers, person, **facts):
    """Return the mail by which the calendar of ``person`` answers."""
    facts = {
        "method": "REPLY",
        "status": "ACCEPTED",
        "uid": session.uuid,
        "sequence": 0,
        "start": ":20261126T120000Z",
        "organizer": organizers[person.email],
        "attendee": person.email,
        "sender": person.email,
    } | facts
    message = EmailMessage()
    message["From"] = f"Somebody <{facts.pop('sender')}>"
    message["To"] = facts.pop("to", facts["organizer"])
    for name, value in facts.pop("headers", {}).items():
        message[name] = value
    message.set_content("Somebody has answered.")
    text = REPLY.format(**facts).replace("\n", "\r\n")
    message.add_alternative(text, subtype="calendar", params={"method": facts["method"]})
    return message


def state(session):
    session.refresh_from_db()
    coming = session.bookings.filter(comes_at__isnull=False).count()
    return session.status, session.times.count(), coming


UNCHANGED = ("confirmed", 0, 0)


def test_each_of_the_two_answers_to_an_address_of_their_own(organizers, alice, bob):
    addresses = organizers.values()

    assert len(set(addresses)) == 2
    assert all(re.fullmatch(r"calendar\+[0-9a-f]{32}@mentors\.example\.org", address) for address in addresses)


def test_without_an_inbound_address_no_answer_is_asked_for(session, settings):
    settings.INBOUND_ADDRESS = ""
    send(NOW)

    for message in mail.outbox:
        text = message.alternatives[1].content.replace("\r\n ", "")
        assert (text.count("RSVP=FALSE"), text.count("RSVP=TRUE")) == (2, 0)


def test_with_an_inbound_address_an_answer_is_asked_for(session):
    send(NOW)

    for message in mail.outbox:
        text = message.alternatives[1].content.replace("\r\n ", "")
        assert (text.count("RSVP=FALSE"), text.count("RSVP=TRUE")) == (0, 2)


def test_the_organizer_stays_the_same_in_later_versions(session, organizers, alice):
    change_session(session_id=session.pk, by=alice, changes={"minutes": 90, "place": ""}, now=LATER)
    send(LATER)

    assert {message.to[0]: organizer_in(message.alternatives[1].content) for message in mail.outbox} == organizers


# --- answers that count -----------------------------------------------------------------------------------


def test_yes_says_that_the_writer_comes(session, organizers, alice):
    assert receive(answer(session, organizers, alice), now=LATER) == "Done: the writer will be there."

    assert Booking.objects.get(comes_at=LATER).person == alice


@pytest.mark.parametrize("side", ["alice", "bob"])
def test_no_cancels_the_session(side, session, organizers, request):
    person = request.getfixturevalue(side)

    said = receive(answer(session, organizers, person, status="DECLINED"), now=LATER)

    session.refresh_from_db()
    assert said == "Done: the session is cancelled."
    assert (session.status, session.cancelled_by) == ("cancelled", person)


def test_perhaps_changes_nothing(session, organizers, alice):
    assert receive(answer(session, organizers, alice, status="TENTATIVE"), now=LATER).startswith("Ignored")

    assert state(session) == UNCHANGED


@pytest.mark.parametrize(
    ("start", "instant"),
    [
        (f":{OTHER_TIME:%Y%m%dT%H%M%SZ}", OTHER_TIME),
        (";TZID=America/Lima:20261127T090000", datetime(2026, 11, 27, 14, tzinfo=UTC)),
        # A time without a zone is on the clock of its writer, who is in Berlin.
        (":20261127T090000", datetime(2026, 11, 27, 8, tzinfo=UTC)),
        # Pages and API name times by full minutes.
        (":20261127T090030", datetime(2026, 11, 27, 8, tzinfo=UTC)),
        # The name that Outlook has for Tokyo.
        (";TZID=Tokyo Standard Time:20261127T090000", datetime(2026, 11, 27, 0, tzinfo=UTC)),
    ],
)
def test_a_counter_proposes_another_time(start, instant, session, organizers, alice, bob):
    said = receive(answer(session, organizers, alice, method="COUNTER", status="TENTATIVE", start=start), now=LATER)

    session.refresh_from_db()
    assert said == "Done: another time is proposed."
    assert (session.status, session.starts_at, session.proposed_by) == ("confirmed", SESSION_STARTS, alice)
    assert SessionTime.objects.get().starts_at == instant
    assert "session_proposed" in kinds(bob)


def test_a_time_without_a_zone_is_on_the_clock_of_a_journey(session, organizers, alice):
    Travel.objects.create(
        profile=alice.profile, from_on=date(2026, 11, 27), until_on=date(2026, 11, 27), timezone="America/Lima"
    )

    receive(
        answer(session, organizers, alice, method="COUNTER", status="TENTATIVE", start=":20261127T090000"), now=LATER
    )

    assert SessionTime.objects.get().starts_at == datetime(2026, 11, 27, 14, tzinfo=UTC)


def test_a_program_may_name_the_address_in_the_mail_only(session, organizers, alice):
    message = answer(session, organizers, alice, organizer="mentors@example.org", to=organizers[alice.email].upper())

    assert receive(message, now=LATER).startswith("Done")


def test_an_answer_is_read_from_a_file_as_well(session, organizers, alice):
    inside = answer(session, organizers, alice)
    message = EmailMessage()
    message["From"] = alice.email
    message.set_content("See the file.")
    text = inside.get_payload()[1].get_payload(decode=True)
    message.add_attachment(text, maintype="application", subtype="ics", filename="reply.ics")

    assert receive(message, now=LATER).startswith("Done")


def test_a_secret_of_an_earlier_key_still_counts(session, organizers, alice, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]

    assert receive(answer(session, organizers, alice), now=LATER).startswith("Done")


# --- answers that change nothing --------------------------------------------------------------------------


def test_an_answer_to_an_earlier_version_changes_nothing(session, organizers, alice, bob):
    change_session(session_id=session.pk, by=bob, changes={"minutes": 90, "place": ""}, now=LATER)

    said = receive(answer(session, organizers, alice, status="DECLINED"), now=LATER)

    assert said == "Ignored: it answers an earlier version of the session."
    assert state(session) == UNCHANGED
    assert receive(answer(session, organizers, alice, status="DECLINED", sequence=1), now=LATER).startswith("Done")


@pytest.mark.parametrize(
    "facts",
    [
        {"sender": "eve@example.org"},
        {"attendee": "eve@example.org"},
        {"sender": "eve@example.org", "attendee": "eve@example.org"},
        {"organizer": "calendar@mentors.example.org"},
        {"organizer": "calendar+" + "0" * 32 + "@mentors.example.org"},
        {"organizer": "calendar+@mentors.example.org"},
        {"uid": "6b1f4b56-0b53-4a4e-9f1c-2f4f0b1a7a11"},
        {"uid": "no identifier"},
        {"method": "REQUEST"},
        {"method": "CANCEL"},
        {"method": "PUBLISH"},
        {"method": "COUNTER", "start": ";VALUE=DATE:20261127"},
        {"method": "COUNTER", "start": ":20261120T120000Z"},
        {"method": "COUNTER", "start": ":20290101T120000Z"},
        {"sequence": "-1"},
        {"sequence": "many"},
        {"headers": {"Auto-Submitted": "auto-replied"}},
        {"headers": {"Auto-Submitted": "Auto-Replied (vacation)"}},
        {"status": "DELEGATED"},
    ],
    ids=str,
)
def test_an_answer_that_cannot_count_changes_nothing(facts, session, organizers, alice):
    said = receive(answer(session, organizers, alice, **{"status": "DECLINED"} | facts), now=LATER)

    assert re.match("Ignored|Dropped|Refused", said)
    assert state(session) == UNCHANGED


def test_the_secret_of_one_does_not_speak_for_the_other(session, organizers, alice, bob):
    message = answer(session, organizers, bob, organizer=organizers[alice.email], status="DECLINED")

    assert receive(message, now=LATER).startswith("Ignored: it comes from another address")
    assert state(session) == UNCHANGED


def test_the_secret_of_one_session_does_not_count_for_another(session, organizers, alice):
    other = SessionFactory(mentorship=session.mentorship, status="confirmed", starts_at=OTHER_TIME)

    assert receive(answer(other, organizers, alice, status="DECLINED"), now=LATER).startswith(
        "Ignored: it has no secret"
    )
    assert state(other) == UNCHANGED


def test_a_person_who_left_does_not_answer(session, organizers, alice):
    alice.is_active = False
    alice.save()

    assert receive(answer(session, organizers, alice, status="DECLINED"), now=LATER).startswith("Ignored")
    assert state(session) == UNCHANGED


def test_no_time_is_proposed_after_a_block(session, organizers, alice, bob):
    Block.objects.create(blocker=bob, blocked=alice)

    message = answer(session, organizers, alice, method="COUNTER", start=f":{OTHER_TIME:%Y%m%dT%H%M%SZ}")

    assert receive(message, now=LATER).startswith("Refused: ")
    assert state(session) == UNCHANGED


def test_an_answer_after_the_beginning_is_refused(session, organizers, alice):
    said = receive(answer(session, organizers, alice, status="DECLINED"), now=SESSION_STARTS)

    assert said.startswith("Refused: The session has begun.")
    assert state(session) == UNCHANGED


def test_an_answer_that_comes_twice_counts_once(session, organizers, alice, bob):
    message = answer(session, organizers, alice, status="DECLINED")
    receive(message, now=LATER)

    assert re.match("Ignored|Refused", receive(message, now=LATER))
    assert kinds(bob).count("session_cancelled") == 1


def test_several_attendees_are_no_reply(session, organizers, alice, bob):
    message = answer(
        session, organizers, alice, status="DECLINED", attendee=f"{bob.email}\nATTENDEE:mailto:{alice.email}"
    )

    assert receive(message, now=LATER).startswith("Dropped")
    assert state(session) == UNCHANGED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "BEGIN:VCALENDAR",
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR",
        "\0" * 100,
        "BEGIN:VEVENT\r\n" * 900,
    ],
)
def test_a_broken_calendar_is_dropped(text, session):
    message = EmailMessage()
    message["From"] = "eve@example.org"
    message.set_content(text, subtype="calendar")

    assert receive(message, now=LATER).startswith("Dropped")


def test_words_without_a_calendar_are_dropped(session, alice):
    message = EmailMessage()
    message["From"] = alice.email
    message.set_content("I decline.")

    assert receive(message, now=LATER) == "Dropped: it is neither an answer of a calendar nor a bounce."


def test_without_an_inbound_address_no_answer_counts(session, organizers, alice, settings):
    settings.INBOUND_ADDRESS = ""

    assert receive(answer(session, organizers, alice, status="DECLINED"), now=LATER).startswith("Dropped")
    assert state(session) == UNCHANGED


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_first_makes_the_answer_old(session, organizers, alice, bob):
    rival = race(
        lambda: change_session(session_id=session.pk, by=bob, changes={"minutes": 90, "place": ""}, now=LATER),
        lambda: receive(answer(session, organizers, alice, status="DECLINED"), now=LATER),
    )

    assert rival.finish() == "Ignored: it answers an earlier version of the session."
    assert state(session) == UNCHANGED
