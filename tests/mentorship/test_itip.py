"""Messages between the community and calendars, as tables of before and after (iTIP, RFC 5546).

Alice answers invitations in the first half. In the second half both read what a deed sends to their calendars.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core import mail

from mentorship.calendar_answers import read_answer
from mentorship.models import SessionTime
from mentorship.services.end import end_mentorship
from mentorship.services.receive import receive
from mentorship.services.sessions.attend import say_coming
from mentorship.services.sessions.cancel import cancel_session, keep_time
from mentorship.services.sessions.change import change_session, write_shared_notes
from mentorship.services.sessions.propose import propose_times
from mentorship.services.sessions.take import take_time
from tests.factories import NOW, SESSION_STARTS, SESSION_TIMES, GoalFactory, MentorshipFactory, SessionFactory
from tests.helpers import kinds, send
from tests.mentorship.calendars import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + timedelta(hours=1)
UNCHANGED = ("confirmed", 0, 0)
REPLY = {
    "UID": ":{uid}",
    "DTSTAMP": ":20261123T130000Z",
    "DTSTART": ":20261126T120000Z",
    "DTEND": ":20261126T130000Z",
    "SEQUENCE": ":0",
    "ORGANIZER": ";CN=Mentors:mailto:{organizer}",
    "ATTENDEE": ";PARTSTAT=ACCEPTED;CN=Alice:mailto:alice@example.org",
}
DECLINED = {"ATTENDEE": ";PARTSTAT=DECLINED:mailto:alice@example.org"}
TENTATIVE = {"ATTENDEE": ";PARTSTAT=TENTATIVE:mailto:alice@example.org"}
# Somebody else comes in her place.
DELEGATED = {"ATTENDEE": ';PARTSTAT=DELEGATED;DELEGATED-TO="mailto:eve@example.org":mailto:alice@example.org'}
# The rules of a clock that goes forward at 02:00 on 3 January 2027, and is 4 hours before UTC until then.
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:20000101T000000
TZOFFSETFROM:-0400
TZOFFSETTO:-0400
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20270103T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0300
END:DAYLIGHT
END:VTIMEZONE
"""


@pytest.fixture(autouse=True)
def _inbound(settings):
    settings.INBOUND_ADDRESS = "calendar@mentors.example.org"


@pytest.fixture
def session(alice, bob):
    """Return a session that Bob proposed."""
    return SessionFactory(mentorship=MentorshipFactory(goal=GoalFactory(mentee=alice), mentor=bob.mentor))


@pytest.fixture
def confirmed(session, alice):
    take_time(session_id=session.pk, by=alice, starts_at=SESSION_STARTS, now=NOW)
    session.refresh_from_db()
    return session


@pytest.fixture
def organizer(confirmed, alice):
    """Return the organizer in the invitation of Alice."""
    send(NOW)
    [invitation] = [message.alternatives[1].content for message in mail.outbox if message.to == [alice.email]]
    mail.outbox.clear()
    return re.search(r"ORGANIZER[^:]*:mailto:(\S+)", invitation.replace("\r\n ", ""))[1]


@pytest.fixture
def answered(confirmed, organizer):
    """Return a function that receives an answer of Alice's calendar, and returns what the command prints."""

    def receive_answer(facts, method="REPLY", part="VEVENT", zone="", now=LATER):
        text = calendar(REPLY | facts, method=method, part=part, zone=zone)
        text = text.format(uid=confirmed.uuid, organizer=organizer, shouted=organizer.upper())
        return receive(mail_with(text, method, to=organizer), now=now)

    return receive_answer


def calendar(facts, *, method, part, zone):
    """Return a calendar with one part. ``facts`` maps each property to what follows its name. None leaves it out."""
    lines = [f"{name}{line}" for name, text in facts.items() if text is not None for line in text.split("\n")]
    method = [f"METHOD:{method}"] if method else []
    head = ["BEGIN:VCALENDAR", "PRODID:-//example.org//test//EN", "VERSION:2.0", *method, *zone.splitlines()]
    return "\r\n".join([*head, f"BEGIN:{part}", *lines, f"END:{part}", "END:VCALENDAR", ""])


def mail_with(text, method, *, to):
    message = EmailMessage()
    message["From"], message["To"] = "Alice <Alice@Example.org>", to
    message.set_content("Alice has answered.")
    message.add_alternative(text, subtype="calendar", params={"method": method or "REPLY"})
    return message


def state(session):
    """Return its status, how many times are proposed, and how many of the two said that they come."""
    session.refresh_from_db()
    return session.status, session.times.count(), session.bookings.filter(comes_at__isnull=False).count()


# --- an answer, and what becomes of the session -----------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "how"),
    [
        ({}, {}),
        ({"SEQUENCE": None}, {}),
        ({"SEQUENCE": ":7"}, {}),
        ({"DTSTART": None, "DTEND": None}, {}),
        ({"DTSTART": ";VALUE=DATE:20261126", "DTEND": ";VALUE=DATE:20261127"}, {}),
        ({"DTEND": None, "DURATION": ":PT1H"}, {}),
        ({"ATTENDEE": ";PARTSTAT=ACCEPTED:MAILTO:ALICE@EXAMPLE.ORG"}, {}),
        ({"ATTENDEE": ";PARTSTAT=accepted:mailto:alice@example.org"}, {}),
        ({"ATTENDEE": ";RSVP=TRUE;PARTSTAT=ACCEPTED;X-NUM-GUESTS=0:mailto:alice@example.org"}, {}),
        ({"ORGANIZER": ":MAILTO:{shouted}"}, {}),
        # The address of the mail has the secret as well.
        ({"ORGANIZER": None}, {}),
        ({"REQUEST-STATUS": ":2.0;Success"}, {}),
        ({"X-MICROSOFT-CDO-BUSYSTATUS": ":BUSY", "X-EMPTY": ":", "COMMENT": ":See you\\nthere"}, {}),
        ({"SUMMARY": ":Another title", "LOCATION": ":Elsewhere", "STATUS": ":TENTATIVE"}, {}),
        ({"DTSTART": ';TZID="(UTC-04:00) Here, There":20261126T080000'}, {"zone": r"(UTC-04:00) Here\, There"}),
        ({}, {"method": "reply"}),
    ],
    ids=str,
)
def test_yes_notes_that_the_writer_comes(facts, how, answered, confirmed):
    how = how | ({"zone": OWN_ZONE.format(name=how["zone"])} if "zone" in how else {})

    assert answered(facts, **how) == "Done: the writer will be there."
    assert state(confirmed) == ("confirmed", 0, 1)


def test_yes_to_a_session_that_was_moved_counts_for_its_new_version(answered, confirmed, bob):
    change_session(session_id=confirmed.pk, by=bob, changes={"minutes": 90, "place": ""}, now=LATER)

    assert answered({"SEQUENCE": ":1"}) == "Done: the writer will be there."
    assert state(confirmed) == ("confirmed", 0, 1)


@pytest.mark.parametrize(
    "facts", [{}, {"SEQUENCE": None}, {"DTEND": None, "DURATION": ":PT1H"}, {"COMMENT": ":Sorry"}], ids=str
)
def test_no_cancels_the_session(facts, answered, confirmed, alice):
    assert answered(DECLINED | facts) == "Done: the session is cancelled."

    assert state(confirmed) == ("cancelled", 0, 0)
    assert confirmed.cancelled_by == alice


def test_no_counts_after_yes(answered, confirmed):
    answered({})

    assert answered(DECLINED) == "Done: the session is cancelled."


NO_ANSWER = "Dropped: it is neither an answer of a calendar nor a bounce."
OTHER_SENDER = "Ignored: it comes from another address than the invited one, or speaks for another."
NEITHER = "Ignored: it is neither yes nor no."
NOT_KNOWN = "Ignored: no session has this identifier."
NO_ZONE = "Refused: its time is in a time zone that nobody knows."
NEVER_SHOWN = "Refused: the clock of its time zone never shows its time."


@pytest.mark.parametrize(
    ("facts", "how", "said"),
    [
        (TENTATIVE, {}, NEITHER),
        ({"ATTENDEE": ";PARTSTAT=NEEDS-ACTION:mailto:alice@example.org"}, {}, NEITHER),
        ({"ATTENDEE": ":mailto:alice@example.org"}, {}, NEITHER),
        ({"ATTENDEE": ";PARTSTAT=X-NEVER:mailto:alice@example.org"}, {}, NEITHER),
        (
            {"ATTENDEE": ';PARTSTAT=DELEGATED;DELEGATED-TO="mailto:eve@example.org":mailto:alice@example.org'},
            {},
            NEITHER,
        ),
        ({"ATTENDEE": ";PARTSTAT=ACCEPTED:mailto:eve@example.org"}, {}, OTHER_SENDER),
        ({"ATTENDEE": ";PARTSTAT=DECLINED:mailto:bob@example.org"}, {}, OTHER_SENDER),
        ({"ATTENDEE": ";PARTSTAT=DECLINED:urn:uuid:6b1f4b56-0b53-4a4e-9f1c-2f4f0b1a7a11"}, {}, OTHER_SENDER),
        ({"ATTENDEE": None}, {}, NO_ANSWER),
        (
            {"ATTENDEE": ";PARTSTAT=DECLINED:mailto:alice@example.org\n;PARTSTAT=DECLINED:mailto:bob@example.org"},
            {},
            NO_ANSWER,
        ),
        (DECLINED | {"UID": ":6b1f4b56-0b53-4a4e-9f1c-2f4f0b1a7a11"}, {}, NOT_KNOWN),
        (DECLINED | {"UID": ":{uid}\n:6b1f4b56-0b53-4a4e-9f1c-2f4f0b1a7a11"}, {}, NOT_KNOWN),
        (DECLINED | {"UID": None}, {}, NO_ANSWER),
        # A session is one event, so there is no series.
        (DECLINED | {"RECURRENCE-ID": ":20261126T120000Z"}, {}, NO_ANSWER),
        (DECLINED | {"RECURRENCE-ID": ";TZID=Europe/Berlin:20261127T130000"}, {}, NO_ANSWER),
        (DECLINED | {"RECURRENCE-ID": ";VALUE=DATE:20261127"}, {}, NO_ANSWER),
        (DECLINED, {"method": "REQUEST"}, NO_ANSWER),
        (DECLINED, {"method": "CANCEL"}, NO_ANSWER),
        (DECLINED, {"method": "PUBLISH"}, NO_ANSWER),
        (DECLINED, {"method": "ADD"}, NO_ANSWER),
        (DECLINED, {"method": "REFRESH"}, NO_ANSWER),
        (DECLINED, {"method": "DECLINECOUNTER"}, NO_ANSWER),
        (DECLINED, {"method": "X-OTHER"}, NO_ANSWER),
        (DECLINED, {"method": ""}, NO_ANSWER),
        (DECLINED, {"part": "VTODO"}, NO_ANSWER),
        (DECLINED, {"part": "VJOURNAL"}, NO_ANSWER),
        (DECLINED, {"part": "VFREEBUSY"}, NO_ANSWER),
        (DECLINED | {"DTSTART": ";TZID=Nowhere/At All:20261126T120000"}, {}, NO_ZONE),
        (DECLINED | {"DTSTART": ";TZID=Europe/Berlin:20270328T023000"}, {}, NEVER_SHOWN),
        (TENTATIVE | {"DTSTART": ";TZID=Nowhere/At All:20261127T120000"}, {"method": "COUNTER"}, NO_ZONE),
        (TENTATIVE | {"DTSTART": ";TZID=:20261127T120000"}, {"method": "COUNTER"}, NO_ZONE),
        (TENTATIVE | {"DTSTART": ";TZID=Europe/Berlin:20270328T023000"}, {"method": "COUNTER"}, NEVER_SHOWN),
        (TENTATIVE | {"DTSTART": ";TZID=Asia/Tokyo:00010101T000000"}, {"method": "COUNTER"}, NEVER_SHOWN),
        (
            TENTATIVE | {"DTSTART": ";TZID=Our own:20270103T023000"},
            {"method": "COUNTER", "zone": OWN_ZONE.format(name="Our own")},
            NEVER_SHOWN,
        ),
        (
            # Without a zone it is on the clock of Alice in Berlin.
            TENTATIVE | {"DTSTART": ":20270328T023000"},
            {"method": "COUNTER"},
            "Refused: the clock of the writer never shows its time.",
        ),
        (
            TENTATIVE | {"DTSTART": ":00010101T000000"},
            {"method": "COUNTER"},
            "Refused: the clock of the writer never shows its time.",
        ),
        (TENTATIVE, {"method": "COUNTER"}, "Ignored: it proposes no other time."),
        (TENTATIVE | {"DTEND": ":20261126T150000Z"}, {"method": "COUNTER"}, "Ignored: it proposes no other time."),
        (TENTATIVE | {"DTSTART": None}, {"method": "COUNTER"}, "Ignored: it proposes no other time."),
        (TENTATIVE | {"DTSTART": ";VALUE=DATE:20261127"}, {"method": "COUNTER"}, "Ignored: it proposes no other time."),
        (
            TENTATIVE | {"DTSTART": ":20261122T120000Z"},
            {"method": "COUNTER"},
            "Refused: One of the times is past. Propose times that come.",
        ),
        (
            TENTATIVE | {"DTSTART": ":20261127T120000Z", "RECURRENCE-ID": ":20261126T120000Z"},
            {"method": "COUNTER"},
            NO_ANSWER,
        ),
    ],
    ids=str,
)
def test_an_answer_that_does_not_count_changes_nothing(facts, how, said, answered, confirmed, bob):
    before = kinds(bob)

    assert answered(facts, **how) == said
    assert state(confirmed) == UNCHANGED
    assert kinds(bob) == before


def test_an_answer_to_two_events_changes_nothing(confirmed, organizer):
    text = calendar(REPLY | DECLINED, method="REPLY", part="VEVENT", zone="")
    event = text[text.index("BEGIN:VEVENT") : text.index("END:VCALENDAR")]
    other = event.replace("{uid}", "6b1f4b56-0b53-4a4e-9f1c-2f4f0b1a7a11")

    for second in (event, other, event.replace("SEQUENCE", "RECURRENCE-ID:20261126T120000Z\r\nSEQUENCE")):
        both = text.replace("END:VCALENDAR", f"{second}END:VCALENDAR")
        message = mail_with(both.format(uid=confirmed.uuid, organizer=organizer), "REPLY", to=organizer)
        assert receive(message, now=LATER) == NO_ANSWER

    assert state(confirmed) == UNCHANGED


@pytest.mark.parametrize("sequence", [":0", None], ids=str)
@pytest.mark.parametrize("facts", [{}, DECLINED, TENTATIVE], ids=["yes", "no", "perhaps"])
def test_an_answer_to_the_version_before_a_move_changes_nothing(facts, sequence, answered, confirmed, alice, bob):
    propose_times(session_id=confirmed.pk, by=bob, times=SESSION_TIMES[1:], now=NOW)
    take_time(session_id=confirmed.pk, by=alice, starts_at=SESSION_TIMES[1], now=NOW)

    assert answered(facts | {"SEQUENCE": sequence}) == "Ignored: it answers an earlier version of the session."
    assert state(confirmed) == UNCHANGED


@pytest.mark.parametrize("sequence", [":0", ":1", ":2"])
@pytest.mark.parametrize(("facts", "method"), [({}, "REPLY"), (DECLINED, "REPLY"), (TENTATIVE, "COUNTER")])
def test_an_answer_to_a_cancelled_session_changes_nothing(facts, method, sequence, answered, confirmed, bob):
    cancel_session(session_id=confirmed.pk, by=bob, now=NOW)

    said = answered(facts | {"SEQUENCE": sequence, "DTSTART": ":20261127T120000Z"}, method=method)

    assert re.match("Ignored|Refused", said)
    assert (state(confirmed), confirmed.cancelled_by) == (("cancelled", 0, 0), bob)


@pytest.mark.parametrize(
    ("start", "zone", "instant"),
    [
        (":20261127T120000Z", "", datetime(2026, 11, 27, 12, tzinfo=UTC)),
        (";TZID=America/Lima:20261127T090000", "", datetime(2026, 11, 27, 14, tzinfo=UTC)),
        (";TZID=/vendor.example.org/America/Lima:20261127T090000", "", datetime(2026, 11, 27, 14, tzinfo=UTC)),
        (";TZID=A clock:20261127T090000", "A clock", datetime(2026, 11, 27, 13, tzinfo=UTC)),
        (";TZID=A clock:20270103T030000", "A clock", datetime(2027, 1, 3, 6, tzinfo=UTC)),
        # The rules that come with an answer say what its writer saw, also under a name that others know.
        (";TZID=Europe/Berlin:20261127T090000", "Europe/Berlin", datetime(2026, 11, 27, 13, tzinfo=UTC)),
        (";TZID=Tokyo Standard Time:20261127T090000", "Tokyo Standard Time", datetime(2026, 11, 27, 13, tzinfo=UTC)),
        # Rules of another zone do not matter.
        (";TZID=Asia/Tokyo:20261127T090000", "A clock", datetime(2026, 11, 27, 0, tzinfo=UTC)),
    ],
)
def test_a_counter_proposes_the_time_that_its_writer_saw(start, zone, instant, answered, confirmed):
    rules = OWN_ZONE.format(name=zone) if zone else ""

    said = answered(TENTATIVE | {"DTSTART": start}, method="COUNTER", zone=rules)

    assert said == "Done: another time is proposed."
    assert (state(confirmed), SessionTime.objects.get().starts_at) == (("confirmed", 1, 0), instant)


def test_the_rules_that_one_answer_carries_are_not_those_of_the_next():
    name = "Tokyo Standard Time"
    lines = "\r\n".join(
        (
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "METHOD:COUNTER", "{zone}BEGIN:VEVENT", "UID:a"),
            *("DTSTAMP:20261120T000000Z", f"DTSTART;TZID={name}:20261127T090000", "ATTENDEE:mailto:a@example.org"),
            *("END:VEVENT", "END:VCALENDAR", ""),
        )
    )

    own, known = (read_answer(lines.format(zone=zone).encode()) for zone in (OWN_ZONE.format(name=name), ""))

    assert own.starts_at == datetime(2026, 11, 27, 13, tzinfo=UTC)
    assert known.starts_at == datetime(2026, 11, 27, 0, tzinfo=UTC)


def test_the_first_of_two_equal_hours_is_meant(answered, confirmed):
    """Clocks in Santiago go back at the end of 3 April 2027."""
    start = {"DTSTART": ";TZID=America/Santiago:20270403T233000"}

    answered(TENTATIVE | start, method="COUNTER")

    assert SessionTime.objects.get().starts_at == datetime(2027, 4, 4, 2, 30, tzinfo=UTC)


# --- a deed, and what it sends to calendars ---------------------------------------------------------------


def sent(now=LATER):
    """Send what is due. Return method, SEQUENCE, status and start of each calendar object, by address."""
    send(now)
    found = [(message.to[0], part.content) for message in mail.outbox for part in message.alternatives]
    mail.outbox.clear()
    events = {address: read(text) for address, text in found if text.startswith("BEGIN:VCALENDAR")}
    return {
        address: (event.method, event.parts["sequence"], event.parts["status"], event.starts_at)
        for address, event in events.items()
    }


def both(method, sequence, status, starts_at=SESSION_STARTS):
    return dict.fromkeys(("alice@example.org", "bob@example.org"), (method, str(sequence), status, starts_at))


def change(session, by, **facts):
    facts = {"minutes": session.minutes, "place": session.place, "place_zone": session.place_zone} | facts
    change_session(session_id=session.pk, by=by, changes=facts, now=LATER)


def take(session, alice, bob):
    take_time(session_id=session.pk, by=alice, starts_at=SESSION_STARTS, now=NOW)


def move(session, alice, bob):
    propose_times(session_id=session.pk, by=bob, times=SESSION_TIMES[1:], now=LATER)
    take_time(session_id=session.pk, by=alice, starts_at=SESSION_TIMES[1], now=LATER)


def propose(session, alice, bob):
    propose_times(session_id=session.pk, by=bob, times=SESSION_TIMES[1:], now=LATER)


def propose_and_keep(session, alice, bob):
    propose(session, alice, bob)
    keep_time(session_id=session.pk, by=alice, now=LATER)


def move_and_cancel(session, alice, bob):
    move(session, alice, bob)
    cancel_session(session_id=session.pk, by=bob, now=LATER)


def end(session, alice, bob):
    end_mentorship(mentorship_id=session.mentorship_id, by=alice, status="completed", reason="helped_enough", now=LATER)


def change_twice(session, alice, bob):
    change(session, alice, minutes=90)
    change(session, bob, place="Room 4", place_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("deed", "after"),
    [
        (move, both("REQUEST", 1, "CONFIRMED", SESSION_TIMES[1])),
        (lambda s, a, b: change(s, a, minutes=90), both("REQUEST", 1, "CONFIRMED")),
        (lambda s, a, b: change(s, a, place="Room 4", place_zone="Europe/Berlin"), both("REQUEST", 1, "CONFIRMED")),
        # One mail, with the newest version.
        (change_twice, both("REQUEST", 2, "CONFIRMED")),
        (lambda s, a, b: change(s, a), {}),
        (lambda s, a, b: write_shared_notes(session_id=s.pk, by=a, text="We met before."), {}),
        (lambda s, a, b: say_coming(session_id=s.pk, by=a, now=LATER), {}),
        (propose, {}),
        (propose_and_keep, {}),
        (lambda s, a, b: cancel_session(session_id=s.pk, by=a, now=LATER), both("CANCEL", 1, "CANCELLED")),
        (lambda s, a, b: cancel_session(session_id=s.pk, by=b, now=LATER), both("CANCEL", 1, "CANCELLED")),
        (move_and_cancel, both("CANCEL", 2, "CANCELLED", SESSION_TIMES[1])),
        (end, both("CANCEL", 1, "CANCELLED")),
    ],
    ids=[
        "move",
        "length",
        "place",
        "two changes",
        "no change",
        "notes",
        "I will be there",
        "other times",
        "keep the time",
        "the mentee cancels",
        "the mentor cancels",
        "move and cancel",
        "end of the mentorship",
    ],
)
def test_a_deed_sends_to_both_calendars_of_a_confirmed_session(deed, after, confirmed, alice, bob):
    sent(NOW)

    deed(confirmed, alice, bob)

    assert sent() == after


@pytest.mark.parametrize(
    ("deed", "after"),
    [
        (
            lambda s, a, b: take_time(session_id=s.pk, by=a, starts_at=SESSION_STARTS, now=NOW),
            both("REQUEST", 0, "CONFIRMED"),
        ),
        (lambda s, a, b: change(s, a, minutes=90), {}),
        (lambda s, a, b: propose_times(session_id=s.pk, by=a, times=SESSION_TIMES[1:], now=NOW), {}),
        (lambda s, a, b: cancel_session(session_id=s.pk, by=a, now=NOW), {}),
        (end, {}),
    ],
    ids=["take", "length", "other times", "cancel", "end of the mentorship"],
)
def test_a_deed_sends_to_both_calendars_of_a_session_without_a_time(deed, after, session, alice, bob):
    deed(session, alice, bob)

    assert sent() == after


@pytest.mark.parametrize(
    ("facts", "method", "after"),
    [
        ({}, "REPLY", {}),
        (TENTATIVE, "REPLY", {}),
        (DECLINED, "REPLY", both("CANCEL", 1, "CANCELLED")),
        (TENTATIVE | {"DTSTART": ":20261127T120000Z"}, "COUNTER", {}),
    ],
    ids=["yes", "perhaps", "no", "another time"],
)
def test_an_answer_sends_to_both_calendars(facts, method, after, answered):
    answered(facts, method=method)

    assert sent() == after


def test_a_counter_that_is_taken_moves_the_session_in_both_calendars(answered, confirmed, bob):
    answered(TENTATIVE | {"DTSTART": ":20261127T120000Z"}, method="COUNTER")
    take_time(session_id=confirmed.pk, by=bob, starts_at=SESSION_TIMES[1], now=LATER)

    assert sent() == both("REQUEST", 1, "CONFIRMED", SESSION_TIMES[1])


def test_a_session_that_is_cancelled_before_the_invitation_left_is_cancelled_only(confirmed, bob):
    cancel_session(session_id=confirmed.pk, by=bob, now=LATER)

    assert sent() == both("CANCEL", 1, "CANCELLED")
