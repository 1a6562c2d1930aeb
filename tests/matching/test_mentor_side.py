"""What a mentor reads, offers and sets: requests that fit, a pause, a capacity."""

from __future__ import annotations

import pytest

from accounts.exceptions import MoveNotAllowed
from accounts.models import Block, MentorProfile
from accounts.services.mentors import suspend_mentor
from matching.exceptions import PairNotAllowed
from matching.models import Match
from matching.services.accept import accept_match
from mentorship.exceptions import MentorAtCapacity
from tests.factories import HelpRequestFactory, MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

NOTE = "I reviewed many such CVs; let us go through yours together."


def fitting(api, person):
    return api(person).get("/api/v1/requests-for-me/").json()["results"]


# --- requests that fit ----------------------------------------------------------------------------------------


def test_a_mentor_reads_what_is_needed_and_why_it_fits(api, bob):
    match = MatchFactory(mentor=bob.mentor, fit=81)

    [row] = fitting(api, bob)

    assert (row["uuid"], row["fit"]) == (str(match.uuid), 81)
    assert row["reasons"] == ["Needs help with machine learning, which you teach."]
    assert row["help_request"]["ask"] == match.help_request.ask
    assert row["help_request"]["goal"]["target_role"] == "Data scientist"
    assert row == api(bob).get(f"/api/v1/requests-for-me/{match.uuid}/").json()


def test_what_may_name_employer_and_person_is_left_out(api, bob):
    request = HelpRequestFactory(situation="I work for Acme in Ulm.", why="My boss Eve leaves.")
    MatchFactory(mentor=bob.mentor, help_request=request)

    [row] = api(bob).get("/api/v1/requests-for-me/").json()["results"]

    assert not {"situation", "why"} & row["help_request"].keys()
    assert (row["help_request"]["gap"], row["help_request"]["ask"]) == (request.gap, request.ask)


def test_whose_request_it_is_is_not_told(api, bob):
    request = HelpRequestFactory(
        mentee__name="Wilhelmina Quist",
        mentee__email="quist@example.net",
        mentee__profile__headline="Postdoc at the only reactor in town",
        mentee__profile__timezone="Pacific/Chatham",
        mentee__profile__employer="Reactor Ltd",
    )
    match = MatchFactory(mentor=bob.mentor, help_request=request)
    told = {"Quist", "quist", "Postdoc at", "Chatham", "Reactor", str(request.mentee.uuid), str(request.goal.uuid)}

    for path in ("", f"{match.uuid}/"):
        answer = api(bob).get(f"/api/v1/requests-for-me/{path}").content.decode()
        assert not [word for word in told if word in answer]


def test_the_best_fit_comes_first_and_equals_in_the_order_of_the_proposals(api, bob):
    matches = [MatchFactory(mentor=bob.mentor, fit=fit) for fit in (60, 90, 60)]

    assert [row["uuid"] for row in fitting(api, bob)] == [str(matches[index].uuid) for index in (1, 0, 2)]


@pytest.mark.parametrize("status", sorted(set(Match.Status) - {"proposed", "accepted"}))
def test_only_proposals_are_there(status, api, bob):
    MatchFactory(mentor=bob.mentor, status=status)

    assert fitting(api, bob) == []


@pytest.mark.parametrize(
    "happens",
    [
        lambda match: MentorProfile.objects.update(status="paused"),
        lambda match: MentorProfile.objects.update(status="suspended"),
        lambda match: MentorProfile.objects.update(capacity=1, active_elsewhere=1),
        lambda match: MentorshipFactory.create_batch(1, mentor=match.mentor, place=1),
        lambda match: type(match.help_request).objects.update(status="matched"),
        lambda match: type(match.mentor.user).objects.filter(help_requests__isnull=False).update(is_active=False),
        lambda match: Block.objects.create(blocker=match.help_request.mentee, blocked=match.mentor.user),
    ],
    ids=["paused", "suspended", "full elsewhere", "full", "request matched", "mentee gone", "blocked"],
)
def test_what_cannot_be_offered_is_not_shown(happens, api):
    match = MatchFactory(mentor__capacity=1)
    assert len(fitting(api, match.mentor.user)) == 1

    happens(match)

    assert fitting(api, match.mentor.user) == []


def test_who_is_no_mentor_has_no_requests(api, alice):
    MatchFactory()

    assert fitting(api, alice) == []


# --- offering help --------------------------------------------------------------------------------------------


def test_an_offer_moves_the_request_to_the_inbox(api, bob):
    match = MatchFactory(mentor=bob.mentor)

    answer = api(bob).post(f"/api/v1/requests-for-me/{match.uuid}/offer/", {"note": NOTE})

    assert (answer.status_code, answer.json()["status"]) == (200, "offered")
    match.refresh_from_db()
    assert (match.status, match.offer_note) == ("offered", NOTE)
    assert fitting(api, bob) == []
    assert [row["uuid"] for row in api(bob).get("/api/v1/inbox/").json()["results"]] == [str(match.uuid)]


@pytest.mark.parametrize("note", ["", "Me!", "x" * 2001])
def test_an_offer_says_something(note, api, bob):
    match = MatchFactory(mentor=bob.mentor)

    answer = api(bob).post(f"/api/v1/requests-for-me/{match.uuid}/offer/", {"note": note})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "note")


def test_as_many_as_may_be_asked_at_a_time_may_offer(api, bob, settings):
    match = MatchFactory(mentor=bob.mentor)
    MatchFactory.create_batch(settings.ASKED_MAX, help_request=match.help_request, status="asked")

    answer = api(bob).post(f"/api/v1/requests-for-me/{match.uuid}/offer/", {"note": NOTE})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_asked")


# --- a pause --------------------------------------------------------------------------------------------------


def test_a_mentor_pauses_until_a_day_and_comes_back(api, bob):
    answer = api(bob).post("/api/v1/me/mentor/pause/", {"until_on": "2099-01-31"})

    assert answer.status_code == 200
    told = {name: answer.json()[name] for name in ("status", "pause_cause", "paused_until_on")}
    assert told == {"status": "paused", "pause_cause": "own_wish", "paused_until_on": "2099-01-31"}
    back = api(bob).post("/api/v1/me/mentor/resume/").json()
    assert (back["status"], back["pause_cause"], back["paused_until_on"]) == ("approved", "", None)


def test_a_pause_needs_no_end(api, bob):
    assert api(bob).post("/api/v1/me/mentor/pause/").json()["paused_until_on"] is None


def test_a_pause_that_is_over_already_is_refused(api, bob):
    answer = api(bob).post("/api/v1/me/mentor/pause/", {"until_on": "2020-01-31"})

    assert (answer.status_code, answer.json()["code"]) == (409, "pause_already_over")


@pytest.mark.parametrize(
    ("status", "deed"),
    [("applied", "pause"), ("approved", "resume"), ("suspended", "resume"), ("applied", "resume")],
)
def test_a_pause_that_does_not_fit_is_409(status, deed, api, bob):
    MentorProfile.objects.update(status=status)

    assert api(bob).post(f"/api/v1/me/mentor/{deed}/").json()["code"] == "move_not_allowed"


def test_who_is_no_mentor_cannot_pause(api, alice):
    assert api(alice).post("/api/v1/me/mentor/pause/").status_code == 404
    assert api(alice).post("/api/v1/me/mentor/resume/").status_code == 404


def test_what_was_asked_before_a_pause_can_still_be_accepted(api, bob, now):
    match = MatchFactory(mentor=bob.mentor, status="asked")
    api(bob).post("/api/v1/me/mentor/pause/")

    assert accept_match(match_id=match.pk, by=bob, now=now).status == "active"


def test_a_suspended_mentor_cannot_accept_what_was_asked_before(bob, now):
    match = MatchFactory(mentor=bob.mentor, status="asked")

    suspend_mentor(mentor_id=bob.mentor.pk, now=now)

    with pytest.raises(PairNotAllowed):
        accept_match(match_id=match.pk, by=bob, now=now)


def test_a_suspension_is_for_good(bob, now):
    suspend_mentor(mentor_id=bob.mentor.pk, now=now)

    with pytest.raises(MoveNotAllowed):
        suspend_mentor(mentor_id=bob.mentor.pk, now=now)


# --- a capacity -----------------------------------------------------------------------------------------------


def test_a_mentor_sees_how_many_places_are_taken(api):
    mentor = MentorFactory(capacity=4, active_elsewhere=1)
    MentorshipFactory(mentor=mentor, status="paused")
    MentorshipFactory(mentor=mentor, status="completed", ended_at=mentor.status_since_at)

    answer = api(mentor.user).get("/api/v1/me/mentor/").json()

    counts = {name: answer[name] for name in ("capacity", "active_elsewhere", "running", "free_capacity")}
    assert counts == {"capacity": 4, "active_elsewhere": 1, "running": 1, "free_capacity": 2}
    assert answer["capacity_note"] == ""


def test_less_capacity_than_runs_is_allowed_and_means_no_new_ones(api, now):
    mentor = MentorFactory(capacity=3)
    match = MatchFactory(mentor=mentor, status="asked")
    for place in (1, 2):
        MentorshipFactory(mentor=mentor, place=place)

    answer = api(mentor.user).patch("/api/v1/me/mentor/", {"capacity": 1})

    assert (answer.status_code, answer.json()["free_capacity"]) == (200, 0)
    assert answer.json()["capacity_note"] == (
        "You carry 2, and said 1 at once. Nobody new is proposed to you or can be accepted until 2 of these "
        "mentorships have ended."
    )
    with pytest.raises(MentorAtCapacity):
        accept_match(match_id=match.pk, by=mentor.user, now=now)


@pytest.mark.parametrize("name", ["status", "pause_cause", "paused_until_on", "active_elsewhere", "running"])
def test_what_is_not_the_mentors_to_write_stays(name, api, bob):
    before = api(bob).get("/api/v1/me/mentor/").json()

    api(bob).patch("/api/v1/me/mentor/", {name: before[name] or 1})

    assert api(bob).get("/api/v1/me/mentor/").json() == before
