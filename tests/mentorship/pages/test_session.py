"""The page of a session: times to choose from, moves, place and length, cancelling, and notes."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Availability, Block
from mentorship.links import session_link
from mentorship.models import SessionNote
from mentorship.services.sessions.propose import propose_times
from tests.factories import MentorshipFactory, SessionFactory
from tests.helpers import kinds, path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# 10 and 11 o'clock in Berlin are 18 and 19 o'clock in Tokyo, and of one day in both.
DAY = (datetime.now(UTC) + timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
TIMES = [DAY + timedelta(hours=hours) for hours in (9, 10, 33)]


@pytest.fixture
def mentorship(alice, bob):
    bob.profile.timezone = "Asia/Tokyo"
    bob.profile.save()
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def proposed(mentorship):
    return SessionFactory(mentorship=mentorship, times=TIMES)


@pytest.fixture
def confirmed(mentorship):
    return SessionFactory(mentorship=mentorship, status="confirmed", starts_at=TIMES[0])


@pytest.fixture
def moving(confirmed, bob):
    """Return a confirmed session that Bob wants to move."""
    propose_times(session_id=confirmed.pk, by=bob, times=TIMES[2:], now=timezone.now())
    confirmed.refresh_from_db()
    return confirmed


@pytest.fixture
def member(client):
    """Return a function that logs a person in, and returns the client with the address of the page."""

    def open_page(session, person) -> tuple[Client, str]:
        client.force_login(person)
        return client, f"/sessions/{session.uuid}/"

    return open_page


@pytest.fixture(params=["member", "link"])
def door(request, member):
    """Return a function that opens the page of a session: logged in, or by the link of a mail."""

    def by_link(session, person) -> tuple[Client, str]:
        return Client(), path(session_link(session, person))

    return by_link if request.param == "link" else member


def read(door, session, person) -> str:
    client, address = door(session, person)
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def press(door, session, person, do, **form):
    client, address = door(session, person)
    answer = client.post(address, {"do": do} | form)
    if answer.status_code == 302:
        assert answer["Location"] == address
    session.refresh_from_db()
    return answer


def radios(page: str) -> list[str]:
    return re.findall(r'<input type="radio" name="starts_at" value="([^"]+)"', page)


def test_times_are_radio_buttons_by_day_in_both_zones(door, alice, bob, proposed):
    page = read(door, proposed, alice)

    assert radios(page) == [at.isoformat() for at in TIMES]
    [choose] = re.findall(r"<form.*?</form>", page, re.DOTALL)[:1]
    assert re.findall(r"<legend>(\w+, \d+ \w+ \d{4})</legend>", choose) == [
        f"{at:%A}, {at.day} {at:%B} {at.year}" for at in (TIMES[0], TIMES[2])
    ]
    assert "(Berlin, Germany, UTC" in choose
    assert choose.count("for Bob Baker") == 3
    assert choose.count("18:00 (Tokyo, Japan, UTC+9)") == 2


def test_a_taken_time_confirms_the_session(door, alice, proposed):
    answer = press(door, proposed, alice, "take", starts_at=TIMES[1].isoformat())

    assert (answer.status_code, proposed.status, proposed.starts_at) == (302, "confirmed", TIMES[1])


def test_a_second_click_on_a_time_is_no_error(door, alice, proposed):
    press(door, proposed, alice, "take", starts_at=TIMES[1].isoformat())

    assert press(door, proposed, alice, "take", starts_at=TIMES[1].isoformat()).status_code == 302


@pytest.mark.parametrize("starts_at", ["", "noon", "2027-03-02T18:00", "0001-01-01T00:00+14:00"])
def test_no_choice_is_400(starts_at, door, alice, proposed):
    answer = press(door, proposed, alice, "take", starts_at=starts_at)

    assert (answer.status_code, proposed.status) == (400, "proposed")
    assert "Choose one of the times." in answer.content.decode()


def test_a_time_that_is_not_open_is_409_with_a_sentence(door, alice, proposed):
    answer = press(door, proposed, alice, "take", starts_at=(TIMES[0] + timedelta(hours=5)).isoformat())

    assert answer.status_code == 409
    assert "This time is not open any more." in answer.content.decode()


def test_an_hour_of_another_session_is_409_with_a_sentence(door, alice, bob, proposed):
    SessionFactory(mentorship=MentorshipFactory(mentor=bob.mentor, place=2), status="confirmed", starts_at=TIMES[0])

    answer = press(door, proposed, alice, "take", starts_at=TIMES[0].isoformat())

    assert answer.status_code == 409
    assert "One of you has another session at that time." in answer.content.decode()


def test_past_times_are_not_offered(door, alice, mentorship):
    session = SessionFactory(mentorship=mentorship)

    page = read(door, session, alice)

    assert radios(page) == []
    assert "All of these times are past. Propose others." in page


def test_the_proposer_sees_the_times_and_no_choice(door, bob, proposed):
    page = read(door, proposed, bob)

    assert radios(page) == []
    assert "Times that you proposed" in page
    assert "Alice Archer has been asked since" in page


def test_none_of_these_proposes_others(door, alice, bob, proposed):
    assert "None of these: propose other times" in read(door, proposed, alice)

    answer = press(door, proposed, alice, "propose", **own(TIMES[2]))

    assert answer.status_code == 302
    assert [time.starts_at for time in proposed.times.all()] == TIMES[2:]
    assert proposed.proposed_by == alice


@pytest.mark.parametrize("at", ["9999-12-31T23:30:00+00:00", "0001-01-01T00:30:00+00:00"])
def test_a_time_at_an_end_of_the_calendar_is_none(at, door, alice, proposed):
    for do, field in (("propose", "times"), ("take", "starts_at")):
        assert press(door, proposed, alice, do, **{field: at}).status_code == 400


def own(*times: datetime, zone: str = "Europe/Berlin") -> dict[str, str]:
    """Return the fields of own times, by the clock of a person in ``zone``."""
    fields = {}
    for row, at in enumerate(times, start=1):
        local = timezone.localtime(at, timezone.zoneinfo.ZoneInfo(zone))
        fields |= {f"times-day-{row}": f"{local:%Y-%m-%d}", f"times-clock-{row}": f"{local:%H:%M}"}
    return fields


def test_own_times_are_by_the_clock_of_the_reader(door, bob, proposed):
    press(door, proposed, bob, "propose", **own(TIMES[2], zone="Asia/Tokyo"))

    assert [time.starts_at for time in proposed.times.all()] == TIMES[2:]


def test_a_second_click_does_not_ask_again(door, alice, bob, proposed):
    for _ in range(2):
        press(door, proposed, alice, "propose", **own(TIMES[2]))

    assert kinds(bob) == ["session_proposed"]


def test_suggested_times_are_ticked(door, alice, bob, proposed):
    for person in (alice, bob):
        for weekday in range(1, 8):
            Availability.objects.create(profile=person.profile, weekday=weekday, start_minute=0, end_minute=1440)
    boxes = re.findall(r'<input type="checkbox" name="times" value="([^"]+)"', read(door, proposed, alice))

    press(door, proposed, alice, "propose", times=boxes[:2])

    assert len(boxes) == 10
    assert [time.starts_at.isoformat() for time in proposed.times.all()] == boxes[:2]


def test_a_confirmed_session_is_moved(door, alice, bob, moving):
    page = read(door, moving, alice)
    assert "Bob Baker asked on" in page
    assert "Until you take another time, the present one stands." in page

    press(door, moving, alice, "take", starts_at=TIMES[2].isoformat())

    assert (moving.status, moving.starts_at, moving.version) == ("confirmed", TIMES[2], 2)


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_either_keeps_the_time(person, request, door, moving):
    person = request.getfixturevalue(person)
    assert "Keep the present time" in read(door, moving, person)

    press(door, moving, person, "keep")

    assert (moving.starts_at, moving.proposed_by, moving.times.count()) == (TIMES[0], None, 0)


def test_cancelling_says_before_what_happens(door, alice, confirmed):
    page = read(door, confirmed, alice)
    assert "Both of you are free again. Bob Baker gets a mail, and the session leaves both calendars." in page

    press(door, confirmed, alice, "cancel")

    assert confirmed.status == "cancelled"
    assert "Cancelled: you cancelled it." in read(door, confirmed, alice)


def test_the_other_side_reads_who_cancelled(door, alice, bob, confirmed):
    press(door, confirmed, bob, "cancel")

    assert "Cancelled: Bob Baker cancelled it." in read(door, confirmed, alice)


def test_place_and_length_change(door, alice, confirmed):
    form = {"minutes": "30", "place": " Main Street 1,  Tokyo ", "place_zone": "Asia/Tokyo"}

    press(door, confirmed, alice, "change", **form)

    assert (confirmed.minutes, confirmed.place, confirmed.place_zone) == (30, "Main Street 1, Tokyo", "Asia/Tokyo")
    assert confirmed.version == 2


def test_a_link_needs_no_zone(door, alice, confirmed):
    form = {"minutes": "60", "place": "https://meet.example.org/other", "place_zone": "Asia/Tokyo"}

    press(door, confirmed, alice, "change", **form)

    assert (confirmed.place, confirmed.place_zone) == ("https://meet.example.org/other", "")
    assert '<a href="https://meet.example.org/other" rel="noopener noreferrer">' in read(door, confirmed, alice)


def test_a_refused_place_keeps_what_was_typed(door, alice, confirmed):
    answer = press(door, confirmed, alice, "change", minutes="45", place="javascript:alert(1)", place_zone="Asia/Tokyo")

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Give a link that begins with https:// or http://, or an address." in page
    assert re.search('name="place" value="javascript:alert\\(1\\)"', page)
    assert confirmed.place == "https://meet.example.org/room"


def test_own_notes_are_read_by_their_author_only(member, alice, bob, confirmed):
    press(member, confirmed, alice, "own", own="Ask about money.")
    press(member, confirmed, alice, "shared", shared="Chapter 2.")

    assert "Ask about money." in read(member, confirmed, alice)
    page = read(member, confirmed, bob)
    assert "Ask about money." not in page
    assert "Chapter 2." in page
    assert SessionNote.objects.count() == 1


def test_notes_say_who_reads_them(member, alice, confirmed):
    page = read(member, confirmed, alice)

    assert "You and Bob Baker read and write these." in page
    assert "Nobody but you reads these." in page


def test_each_side_reads_the_agenda_and_what_they_prepare(door, alice, bob, confirmed):
    kind = confirmed.kind
    for person, mine, theirs in (
        (alice, kind.mentee_prepares, kind.mentor_prepares),
        (bob, kind.mentor_prepares, kind.mentee_prepares),
    ):
        page = read(door, confirmed, person)
        assert kind.agenda.splitlines()[0] in page
        assert mine.splitlines()[0] in page
        assert theirs.splitlines()[0] not in page


def test_a_session_that_has_begun_is_neither_moved_nor_cancelled(door, alice, mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=timezone.now())

    page = read(door, session, alice)

    assert "The session has begun" in page
    assert "Cancel the session" not in page
    assert press(door, session, alice, "cancel").status_code == 409


def test_a_session_of_a_paused_mentorship_can_be_cancelled_only(door, alice, mentorship, confirmed):
    mentorship.move_to("paused", at=timezone.now())

    page = read(door, confirmed, alice)

    assert "The mentorship is not active" in page
    assert "propose other times" not in page
    assert press(door, confirmed, alice, "cancel").status_code == 302


def test_after_a_block_place_zone_and_shared_notes_are_hidden(door, alice, bob, proposed):
    proposed.shared_notes = "Chapter 2."
    proposed.save()
    Block.objects.create(blocker=bob, blocked=alice)

    page = read(door, proposed, alice)

    assert "meet.example.org" not in page
    assert "Tokyo" not in page
    assert "Chapter 2." not in page
    assert radios(page) == []
    assert press(door, proposed, alice, "cancel").status_code == 302


def test_the_page_leads_to_the_mentorship(door, alice, proposed):
    link = re.search(r'<a href="([^"]+)">To the mentorship</a>', read(door, proposed, alice))[1]
    client, _address = door(proposed, alice)

    assert "Bob Baker mentors you" in client.get(path(link)).content.decode()


def test_another_mentor_gets_404(client, charlie, proposed):
    client.force_login(charlie)

    assert client.get(f"/sessions/{proposed.uuid}/").status_code == 404
    assert client.post(f"/sessions/{proposed.uuid}/", {"do": "cancel"}).status_code == 404


def test_each_says_that_they_come(door, alice, bob, confirmed):
    press(door, confirmed, alice, "comes")

    assert "You said that you will be there." in read(door, confirmed, alice)
    assert "I will be there" in read(door, confirmed, bob)


def test_a_session_that_is_over_asks_how_it_was(door, alice, mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    assert "How was it?" in read(door, session, alice)

    assert press(door, session, alice, "attendance", answer="slept").status_code == 400
    press(door, session, alice, "attendance", answer="held")

    assert "Change my answer" in read(door, session, alice)


def test_the_first_to_answer_reads_that_the_answer_is_stored(mentorship, alice):
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    form = {"do": "attendance", "answer": "held"}

    page = Client().post(path(session_link(session, alice)), form, follow=True).content.decode()

    assert "Saved." in page
    assert "Change my answer" in page


def test_both_read_that_their_answers_differ(door, alice, bob, mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed")
    press(door, session, alice, "attendance", answer="held")
    assert "You two said different things" not in read(door, session, alice)

    press(door, session, bob, "attendance", answer="other_missed")

    assert "You two said different things about this session." in read(door, session, alice)
    assert "You two said different things about this session." in read(door, session, bob)


def test_a_place_is_missed_until_the_session_begins(door, alice, mentorship):
    ahead = SessionFactory(mentorship=mentorship, place="", times=TIMES)
    over = SessionFactory(mentorship=mentorship, place="", status="held")

    assert "Not said yet. Agree on it by mail." in read(door, ahead, alice)
    assert "Not said yet" not in read(door, over, alice)


def test_a_proposal_can_be_answered_by_no(door, alice, bob, proposed):
    assert "Say no to this session" in read(door, proposed, alice)
    assert "Say no to this session" not in read(door, proposed, bob)


def test_a_late_cancellation_says_that_it_counts(door, alice, mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed", starts_at=timezone.now() + timedelta(hours=23))

    assert "this counts as half a missed session" in read(door, session, alice)


def test_the_other_side_reads_who_will_be_there(door, confirmed, alice, bob):
    press(door, confirmed, bob, "comes")

    assert "Bob Baker will be there." in read(door, confirmed, alice)
    assert "will be there." not in read(door, confirmed, bob).replace("You said that you will be there.", "")


def test_a_session_without_a_time_does_not_say_who_comes(door, proposed, alice):
    assert "will be there" not in read(door, proposed, alice)


def test_taking_a_time_says_that_both_are_booked(client, proposed, alice):
    client.force_login(alice)

    page = client.post(
        f"/sessions/{proposed.uuid}/", {"do": "take", "starts_at": TIMES[1].isoformat()}, follow=True
    ).content.decode()

    assert "Both of you are booked." in page


# --- the way on and back ----------------------------------------------------------------------------------------


def test_the_page_leads_back_to_the_mentorship_and_home(door, confirmed, alice):
    page = read(door, confirmed, alice)

    assert re.search(r'href="[^"]*/mentorships?/[^"]+">To the mentorship<', page)
    assert 'href="/">See what waits for you<' in page


def test_a_member_finds_the_way_to_all_sessions_in_the_own_calendar(client, confirmed, alice):
    client.force_login(alice)
    address = f'href="{reverse("calendar")}"'

    assert address in client.get(f"/sessions/{confirmed.uuid}/").content.decode()
    # The reader of a link is not logged in, and would have to be.
    assert address not in Client().get(path(session_link(confirmed, alice))).content.decode()


@pytest.mark.parametrize(
    ("status", "facts", "is_offered"),
    [
        ("held", {}, True),
        ("cancelled", {}, True),
        ("confirmed", {}, False),
        ("held", {"format": "one_off"}, False),
        ("cancelled", {"format": "one_off"}, True),
        ("held", {"status": "paused"}, False),
    ],
)
def test_after_a_session_another_one_can_be_planned(status, facts, is_offered, client, alice):
    starts_at = TIMES[0] if status == "confirmed" else TIMES[0] - timedelta(days=9)
    mentorship = MentorshipFactory(goal__mentee=alice, **facts)
    session = SessionFactory(mentorship=mentorship, status=status, starts_at=starts_at)
    client.force_login(alice)

    page = client.get(f"/sessions/{session.uuid}/").content.decode()

    assert (f'href="/mentorships/{mentorship.uuid}/#plan">Plan another session' in page) == is_offered
