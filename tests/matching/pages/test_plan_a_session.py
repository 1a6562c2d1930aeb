"""Sessions on the page of a mentorship: the next one, the list, and planning one."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from matching.links import mentorship_link
from mentorship.models import Session, SessionKind
from tests.factories import MentorshipFactory, SessionFactory
from tests.helpers import kinds, path
from tests.matching.pages.test_mentorship import free_all_week

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
OWN = {"times-day-1": f"{SOON:%Y-%m-%d}", "times-clock-1": "18:30"}
LINK = "https://meet.example.org/room"


@pytest.fixture
def row(alice, bob):
    bob.profile.timezone = "Asia/Tokyo"
    bob.profile.save()
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def address(row):
    return f"/mentorships/{row.uuid}/"


def page_of(client, person, address) -> str:
    client.force_login(person)
    return html.unescape(client.get(address).content.decode())


def plan(client, person, address, **form):
    client.force_login(person)
    return client.post(address, {"do": "plan", "kind": "intro_call", "place_zone": "Europe/Berlin"} | OWN | form)


def kinds_offered(page: str) -> list[str]:
    [select] = re.findall(r'<select name="kind".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="(\w+)"', select)


def test_a_session_is_planned_by_own_times_in_the_zone_of_the_reader(client, alice, bob, address):
    answer = plan(client, alice, address, kind="cv_review", minutes="45", place=LINK)

    session = Session.objects.get()
    assert answer["Location"] == f"/sessions/{session.uuid}/"
    assert (session.kind.code, session.minutes, session.place, session.place_zone) == ("cv_review", 45, LINK, "")
    assert [f"{time.starts_at.astimezone(alice.profile.zone):%H:%M}" for time in session.times.all()] == ["18:30"]
    assert kinds(bob) == ["session_proposed"]


def test_a_session_lasts_as_long_as_usual_if_nothing_is_said(client, alice, address):
    plan(client, alice, address, minutes="")

    assert Session.objects.get().minutes == SessionKind.objects.get(code="intro_call").minutes


def test_a_second_click_plans_nothing_more(client, alice, address):
    first, second = plan(client, alice, address), plan(client, alice, address)

    assert first["Location"] == second["Location"]
    assert Session.objects.count() == 1


def test_an_address_keeps_its_zone(client, alice, address):
    plan(client, alice, address, place="Main Street 1, Tokyo", place_zone="Asia/Tokyo")

    session = Session.objects.get()
    assert (session.place, session.place_zone) == ("Main Street 1, Tokyo", "Asia/Tokyo")


def test_suggested_times_are_boxes_by_day_in_both_zones(client, alice, bob, address):
    free_all_week(alice, bob)
    page = page_of(client, alice, address)
    boxes = re.findall(r'<input type="checkbox" name="times" value="([^"]+)"', page)

    plan(client, alice, address, times=boxes[:2])

    assert page.count("(Tokyo, Japan, UTC+9)") == len(boxes) == 10
    assert Session.objects.get().times.count() == 3


def test_the_first_session_is_a_first_call_by_default(client, alice, row, address):
    row.mentor.session_kinds.set([SessionKind.objects.get(code="cv_review")])

    assert kinds_offered(page_of(client, alice, address))[:2] == ["intro_call", "cv_review"]


def test_later_the_kinds_that_the_mentor_offers_come_first(client, alice, row, address):
    row.mentor.session_kinds.set([SessionKind.objects.get(code="cv_review")])
    SessionFactory(mentorship=row)

    assert kinds_offered(page_of(client, alice, address))[0] == "cv_review"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"times-day-1": "", "times-clock-1": ""}, "Choose at least one time, or give one of your own."),
        ({"times-clock-1": ""}, "Give day and time of each time of your own"),
        ({"times-day-1": "3.4.2027"}, "Give day and time of each time of your own"),
        ({"times-day-1": "0001-01-01", "times-clock-1": "00:00"}, "Give day and time of each time of your own"),
        ({"minutes": "241"}, "240"),
        ({"kind": "nap"}, "nap"),
        ({"place": "Main Street 1", "place_zone": ""}, "in which time zone"),
        ({"place": "ftp://example.org"}, "https:// or http://"),
        ({"times": [(SOON + timedelta(hours=hour)).isoformat() for hour in range(5)]}, "Choose 5 times at most."),
    ],
)
def test_bad_input_is_400_with_a_sentence_and_what_was_typed(form, sentence, client, alice, address):
    answer = plan(client, alice, address, **{"place": LINK, "minutes": "45"} | form)

    page = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    assert sentence in page
    assert f'value="{form.get("minutes", "45")}"' in page
    assert not Session.objects.exists()


def test_a_past_time_is_409_with_a_sentence(client, alice, address):
    answer = plan(client, alice, address, **{"times-day-1": "2020-03-03"})

    assert answer.status_code == 409
    assert "One of the times is past." in answer.content.decode()
    assert 'value="2020-03-03"' in answer.content.decode()


def test_a_time_that_the_clock_jumps_over_is_refused_with_a_sentence(client, alice, address):
    with time_machine.travel(datetime(2027, 3, 20, tzinfo=UTC), tick=False):
        answer = plan(client, alice, address, **{"times-day-1": "2027-03-28", "times-clock-1": "02:30"})

    assert answer.status_code == 400
    assert "On 28 March 2027 your clock jumps over 02:30" in html.unescape(answer.content.decode())


def test_a_time_that_comes_twice_is_the_first_one_and_the_reader_is_told(client, alice, address):
    with time_machine.travel(datetime(2027, 10, 20, tzinfo=UTC), tick=False):
        form = {"times-day-1": "2027-10-31", "times-clock-1": "02:30"}
        answer = plan(client, alice, address, **form)
        page = html.unescape(client.get(answer["Location"]).content.decode())

    assert "On 31 October 2027 your clock shows 02:30 twice. We took the first of the two." in page
    assert Session.objects.get().times.get().starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_one_off_help_has_exactly_one_session(client, alice, bob):
    row = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, format="one_off")
    address = f"/mentorships/{row.uuid}/"
    plan(client, alice, address)

    page = page_of(client, alice, address)
    refused = plan(client, alice, address, **{"times-clock-1": "19:30"})

    assert "Propose the session" not in page
    assert "One-off help has one session, and it is there already." in page
    assert refused.status_code == 409
    assert Session.objects.count() == 1


def test_the_next_session_comes_first_with_time_in_both_zones_place_and_page(client, alice, row, address):
    session = SessionFactory(mentorship=row, status="confirmed", starts_at=SOON)
    SessionFactory(mentorship=row, status="confirmed", starts_at=SOON + timedelta(days=1))

    page = page_of(client, alice, address)

    first, rest = page.split("</section>", maxsplit=1)
    assert "Your next session" in first
    assert f"{SOON.astimezone(alice.profile.zone):%H:%M} (Berlin, Germany, UTC" in first
    assert "for Bob Baker" in first
    assert "https://meet.example.org/room" in first
    assert f"/sessions/{session.uuid}/" in first
    assert "About it" in rest


def test_past_sessions_are_in_the_list(client, alice, row, address):
    held = SessionFactory(mentorship=row, status="held")
    waiting = SessionFactory(mentorship=row, times=[SOON])

    page = page_of(client, alice, address)

    assert page.index(str(waiting.uuid)) < page.index("Past and cancelled sessions") < page.index(str(held.uuid))
    assert "Bob Baker proposed times on" in page


def test_nothing_is_planned_in_a_paused_mentorship(client, alice, row, address):
    row.move_to("paused", at=timezone.now())

    assert "Plan a session" not in page_of(client, alice, address)
    assert plan(client, alice, address).status_code == 409


def test_the_link_of_a_mail_plans_without_a_login_and_leads_on(alice, row):
    address = path(mentorship_link(row, alice))

    answer = Client().post(address, {"do": "plan", "kind": "intro_call"} | OWN)

    assert "Times that you proposed" in Client().get(path(answer["Location"])).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(rows, client, alice, row, address, django_assert_num_queries):
    for number in range(rows):
        SessionFactory(mentorship=row, times=[SOON])
        SessionFactory(mentorship=row, status="confirmed", starts_at=SOON + timedelta(days=number))
        SessionFactory(mentorship=row, status="cancelled")
    client.force_login(alice)
    client.get(address)

    with django_assert_num_queries(35):
        client.get(address)
