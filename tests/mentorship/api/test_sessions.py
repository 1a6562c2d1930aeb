"""Sessions by API: proposed, taken, moved, kept, changed and cancelled, with notes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from mentorship.models import Session, SessionKind, SessionNote
from mentorship.services.sessions.propose import propose_times
from tests.api.problems import place
from tests.factories import MentorshipFactory, SessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
TIMES = [SOON, SOON + timedelta(days=1)]
LINK = "https://meet.example.org/room"


@pytest.fixture
def proposed(mentorship):
    return SessionFactory(mentorship=mentorship, times=TIMES)


@pytest.fixture
def confirmed(mentorship):
    return SessionFactory(mentorship=mentorship, status="confirmed", starts_at=SOON)


def text(*times) -> list[str]:
    return [time.isoformat() for time in times]


def propose(api, person, mentorship, **body):
    body = {"times": text(*TIMES)} | body
    return api(person).post(f"/api/v1/mentorships/{mentorship.uuid}/sessions/", body)


def post(api, person, session, action, **body):
    return api(person).post(f"/api/v1/sessions/{session.uuid}/{action}/", body)


def patch(api, person, session, **body):
    return api(person).patch(f"/api/v1/sessions/{session.uuid}/", body)


def faults(answer) -> dict[str, str]:
    assert answer.status_code == 400
    return {place(error): error["detail"] for error in answer.json()["errors"]}


def test_a_proposed_session_waits_for_the_other_side(api, alice, bob, mentorship):
    answer = propose(api, bob, mentorship, kind="mock_interview", minutes=45, place=LINK)

    shown = answer.json()
    assert answer.status_code == 201
    assert (shown["status"], shown["kind"]["code"], shown["minutes"]) == ("proposed", "mock_interview", 45)
    assert [datetime.fromisoformat(at) for at in shown["times"]] == TIMES
    assert (shown["starts_at"], shown["version"], shown["place"], shown["place_zone"]) == (None, 0, LINK, "")
    assert (shown["whose_turn"], shown["mentorship"]) == ("mentee", str(mentorship.uuid))
    assert shown["turn_since_at"] is not None


def test_the_first_session_is_a_short_call_by_default(api, alice, mentorship):
    shown = propose(api, alice, mentorship).json()

    assert shown["kind"]["code"] == "intro_call"
    assert 15 <= shown["minutes"] <= 30


def test_a_later_session_is_of_a_kind_that_the_mentor_offers_by_default(api, alice, confirmed):
    confirmed.mentorship.mentor.session_kinds.set([SessionKind.objects.get(code="cv_review")])

    assert propose(api, alice, confirmed.mentorship).json()["kind"]["code"] == "cv_review"


def test_one_off_help_has_exactly_one_session(api, alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, format="one_off")

    first, second = propose(api, alice, mentorship), propose(api, alice, mentorship, times=text(TIMES[0]))

    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "one_session_only")
    assert Session.objects.count() == 1


def test_each_side_reads_their_own_preparation(api, alice, bob, proposed):
    def prepared(person):
        return api(person).get(f"/api/v1/sessions/{proposed.uuid}/").json()["i_prepare"]

    assert (prepared(alice), prepared(bob)) == (proposed.kind.mentee_prepares, proposed.kind.mentor_prepares)
    assert prepared(alice) != prepared(bob)


def test_the_list_begins_with_the_session_that_was_planned_last(api, alice, mentorship):
    first = SessionFactory(mentorship=mentorship)
    last = SessionFactory(mentorship=mentorship, created_at=timezone.now())
    SessionFactory()

    rows = api(alice).get(f"/api/v1/mentorships/{mentorship.uuid}/sessions/").json()["results"]

    assert [row["uuid"] for row in rows] == [str(last.uuid), str(first.uuid)]


def test_a_taken_time_confirms_the_session(api, alice, proposed):
    answer = post(api, alice, proposed, "take", starts_at=TIMES[1].isoformat())

    shown = answer.json()
    assert answer.status_code == 200
    assert (shown["status"], shown["version"], shown["times"], shown["whose_turn"]) == ("confirmed", 1, [], None)
    assert datetime.fromisoformat(shown["starts_at"]) == TIMES[1]


def test_the_proposer_does_not_take_a_time(api, bob, proposed):
    answer = post(api, bob, proposed, "take", starts_at=TIMES[0].isoformat())

    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_answer")


def test_other_times_change_the_turn(api, alice, proposed):
    shown = post(api, alice, proposed, "propose-times", times=text(SOON + timedelta(days=3))).json()

    assert (shown["status"], shown["whose_turn"]) == ("proposed", "mentor")
    assert [datetime.fromisoformat(at) for at in shown["times"]] == [SOON + timedelta(days=3)]


def test_a_move_keeps_the_session_and_counts_a_version(api, alice, bob, confirmed):
    asked = post(api, bob, confirmed, "propose-times", times=text(TIMES[1])).json()
    moved = post(api, alice, confirmed, "take", starts_at=TIMES[1].isoformat()).json()

    assert (datetime.fromisoformat(asked["starts_at"]), asked["whose_turn"], asked["version"]) == (SOON, "mentee", 1)
    assert (datetime.fromisoformat(moved["starts_at"]), moved["uuid"], moved["version"]) == (
        TIMES[1],
        asked["uuid"],
        2,
    )


def test_a_session_is_kept_at_its_time(api, alice, bob, confirmed):
    propose_times(session_id=confirmed.pk, by=bob, times=TIMES[1:], now=timezone.now())

    shown = post(api, alice, confirmed, "keep").json()

    assert (datetime.fromisoformat(shown["starts_at"]), shown["times"], shown["version"]) == (SOON, [], 1)


@pytest.mark.parametrize("action", ["keep", "take"])
def test_a_move_that_is_not_in_the_table_is_409(action, api, alice, confirmed):
    body = {"starts_at": SOON.isoformat()} if action == "take" else {}

    answer = post(api, alice, confirmed, action, **body)

    assert (answer.status_code, answer.json()["code"]) == (409, "move_not_allowed")


def test_a_cancelled_session_is_cancelled_once(api, alice, confirmed):
    first, second = (post(api, alice, confirmed, "cancel") for _ in range(2))

    assert (first.status_code, first.json()["status"], first.json()["version"]) == (200, "cancelled", 2)
    assert (second.status_code, second.json()["code"]) == (409, "move_not_allowed")


def test_another_place_and_length_are_a_new_version(api, alice, confirmed):
    shown = patch(api, alice, confirmed, minutes=30, place="Main Street 1", place_zone="Asia/Tokyo").json()

    assert (shown["minutes"], shown["place"], shown["place_zone"]) == (30, "Main Street 1", "Asia/Tokyo")
    assert shown["version"] == 2


def test_a_link_takes_the_place_of_an_address_and_its_zone(api, alice, mentorship):
    session = SessionFactory(mentorship=mentorship, place="Main Street 1", place_zone="Asia/Tokyo")

    shown = patch(api, alice, session, place=LINK).json()

    assert (shown["place"], shown["place_zone"], shown["minutes"]) == (LINK, "", session.minutes)


def test_another_length_keeps_the_place(api, alice, mentorship):
    session = SessionFactory(mentorship=mentorship, place="Main Street 1", place_zone="Asia/Tokyo")

    shown = patch(api, alice, session, minutes=30).json()

    assert (shown["minutes"], shown["place"], shown["place_zone"]) == (30, "Main Street 1", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        (["2027-03-02T18:00:00"], "difference from UTC"),
        (["2027-03-02T18:00:30Z"], "full minute"),
        (["2027-03-02"], "2027-03-02T18:00:00+01:00"),
        (["tomorrow"], "2027-03-02T18:00:00+01:00"),
        ([1_800_000_000], "2027-03-02T18:00:00+01:00"),
        (["2027-02-30T18:00:00Z"], "2027-03-02T18:00:00+01:00"),
        (["0001-01-01T00:00:00+14:00"], "2027-03-02T18:00:00+01:00"),
    ],
)
def test_a_time_that_is_no_moment_is_refused_with_a_sentence(times, sentence, api, alice, mentorship):
    assert sentence in faults(propose(api, alice, mentorship, times=times))["times.0"]
    assert not Session.objects.exists()


def test_five_times_are_proposed_at_most(api, alice, mentorship):
    times = text(*(SOON + timedelta(hours=hour) for hour in range(6)))

    assert "at most 5" in faults(propose(api, alice, mentorship, times=times))["times"]


def test_a_past_time_is_refused_with_a_sentence(api, alice, mentorship):
    answer = propose(api, alice, mentorship, times=["2020-03-02T18:00:00Z"])

    assert (answer.status_code, answer.json()["code"]) == (409, "times_not_possible")
    assert "past" in answer.json()["detail"]


@pytest.mark.parametrize("minutes", [9, 241, "60", 60.5])
def test_a_session_lasts_10_to_240_minutes(minutes, api, alice, mentorship):
    assert "minutes" in faults(propose(api, alice, mentorship, minutes=minutes))


@pytest.mark.parametrize(
    "place",
    ["javascript:alert(1)", "ftp://example.org/room", "data:text/html,x", "https://", "https://bank.example@evil.test"],
)
def test_a_link_is_one_of_the_web(place, api, alice, mentorship):
    assert "https://" in faults(propose(api, alice, mentorship, place=place))["place"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"place": "Main Street 1"}, "in which time zone"),
        ({"place": "Main Street 1", "place_zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"place": LINK, "place_zone": "Asia/Tokyo"}, "Only an address"),
        ({"place_zone": "Asia/Tokyo"}, "Only an address"),
    ],
)
def test_an_address_and_nothing_else_has_a_zone(body, sentence, api, alice, mentorship):
    assert sentence in faults(propose(api, alice, mentorship, **body))["place_zone"]


def test_a_place_has_500_characters_at_most(api, alice, mentorship):
    answer = propose(api, alice, mentorship, place=f"Main Street 1, {'x' * 500}", place_zone="Asia/Tokyo")

    assert "500" in faults(answer)["place"]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("take", {"starts_at": SOON.isoformat(), "status": "held"}),
        ("propose-times", {"times": [SOON.isoformat()], "version": 3}),
        ("notes", {"shared": "x", "their": "x"}),
    ],
)
def test_an_unknown_field_changes_nothing(action, body, api, alice, proposed):
    answer = post(api, alice, proposed, action, **body)

    assert answer.status_code == 400
    proposed.refresh_from_db()
    assert (proposed.status, proposed.times.count(), proposed.shared_notes) == ("proposed", 2, "")


def test_shared_notes_are_read_by_both_and_own_notes_by_one(api, alice, bob, proposed):
    post(api, alice, proposed, "notes", shared="Chapter 2 until Friday.", own="Ask about money.")

    def notes(person):
        shown = api(person).get(f"/api/v1/sessions/{proposed.uuid}/").json()
        return shown["shared_notes"], shown["own_notes"]

    assert notes(alice) == ("Chapter 2 until Friday.", "Ask about money.")
    assert notes(bob) == ("Chapter 2 until Friday.", "")


def test_notes_that_are_left_out_stay(api, alice, proposed):
    post(api, alice, proposed, "notes", shared="Chapter 2.", own="Mine.")

    shown = post(api, alice, proposed, "notes", own="").json()

    assert (shown["shared_notes"], shown["own_notes"]) == ("Chapter 2.", "")
    assert post(api, alice, proposed, "notes").status_code == 400


def test_after_a_block_place_and_shared_notes_are_not_read_or_written(api, alice, bob, proposed):
    post(api, alice, proposed, "notes", shared="Chapter 2.", own="Mine.")
    Block.objects.create(blocker=bob, blocked=alice)

    shown = api(alice).get(f"/api/v1/sessions/{proposed.uuid}/").json()
    refused = post(api, alice, proposed, "notes", shared="Why?", own="Also mine.")

    assert (shown["place"], shown["shared_notes"], shown["own_notes"]) == ("", "", "Mine.")
    assert (refused.status_code, refused.json()["code"]) == (409, "kept_apart")
    assert SessionNote.objects.get().text == "Mine."


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_has_a_constant_number_of_queries(rows, api, alice, mentorship, django_assert_num_queries):
    for _ in range(rows):
        SessionFactory(mentorship=mentorship, times=TIMES)
    client = api(alice)

    with django_assert_num_queries(9):
        client.get(f"/api/v1/mentorships/{mentorship.uuid}/sessions/")


def test_each_says_that_they_come(api, alice, bob, confirmed):
    assert post(api, alice, confirmed, "comes").json()["i_come"] is True

    assert api(bob).get(f"/api/v1/sessions/{confirmed.uuid}/").json()["i_come"] is False


def test_two_answers_that_agree_settle_a_session(api, alice, bob, mentorship):
    session = SessionFactory(mentorship=mentorship, status="confirmed")

    first = post(api, alice, session, "attendance", answer="held").json()
    second = post(api, bob, session, "attendance", answer="held").json()

    assert (first["status"], first["attendance"]) == ("confirmed", "held")
    assert (second["status"], second["attendance"]) == ("held", "held")


def test_nothing_is_said_about_a_session_before_its_end(api, alice, confirmed):
    answer = post(api, alice, confirmed, "attendance", answer="held")

    assert (answer.status_code, answer.json()["code"]) == (409, "session_not_over")
    assert post(api, alice, confirmed, "attendance", answer="slept").status_code == 400
