"""Requests that fit a mentor in the API, and offers."""

from __future__ import annotations

import pytest

from accounts.models import MentorProfile, User
from matching.engine import MIN_FIT
from matching.models import HelpRequest, Match
from matching.services.ask import TOO_SHORT
from matching.services.offer import NOTE_TOO_SHORT
from tests.api.problems import place
from tests.factories import HelpRequestFactory, MatchFactory, MentorshipFactory
from tests.helpers import kinds
from tests.matching.helpers import mentee_blocks, suspend
from tests.moves import NOTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def fitting(api, person):
    return api(person).get("/api/v1/requests-for-me/").json()


def test_a_fitting_request_has_its_content_fit_and_reasons(api, bob):
    match = MatchFactory(mentor=bob.mentor, fit=81)

    [row] = fitting(api, bob)

    assert (row["uuid"], row["fit"]) == (str(match.help_request.uuid), 81)
    assert row["reasons"] == ["Needs help with machine learning, which you teach."]
    assert row["help_request"]["ask"] == match.help_request.ask
    assert row["help_request"]["goal"]["target_role"] == "Data scientist"
    assert row == api(bob).get(f"/api/v1/requests-for-me/{match.help_request.uuid}/").json()


def test_the_situation_and_the_motive_are_left_out(api, bob):
    request = HelpRequestFactory(situation="I work for Acme in Ulm.", why="My boss Eve leaves.")
    MatchFactory(mentor=bob.mentor, help_request=request)

    [row] = fitting(api, bob)

    assert not {"situation", "why"} & row["help_request"].keys()
    assert (row["help_request"]["gap"], row["help_request"]["ask"]) == (request.gap, request.ask)


def test_a_fitting_request_does_not_reveal_its_mentee(api, bob):
    request = HelpRequestFactory(
        mentee__name="Wilhelmina Quist",
        mentee__email="quist@example.net",
        mentee__profile__headline="Postdoc at the only reactor in town",
        mentee__profile__timezone="Pacific/Chatham",
        mentee__profile__employer="Reactor Ltd",
    )
    match = MatchFactory(mentor=bob.mentor, help_request=request)
    private = {"Quist", "quist", "Postdoc at", "Chatham", "Reactor", str(request.mentee.uuid), str(request.goal.uuid)}

    for path in ("", f"{match.help_request.uuid}/"):
        answer = api(bob).get(f"/api/v1/requests-for-me/{path}").content.decode()
        assert not [word for word in private if word in answer]


def test_the_best_fit_comes_first_then_the_older_proposal(api, bob):
    matches = [MatchFactory(mentor=bob.mentor, fit=fit) for fit in (60, 90, 60)]

    assert [row["uuid"] for row in fitting(api, bob)] == [str(matches[index].help_request.uuid) for index in (1, 0, 2)]


def test_only_proposals_are_listed(api, bob):
    proposal = MatchFactory(mentor=bob.mentor)
    for status in set(Match.Status) - {"proposed", "accepted"}:
        MatchFactory(mentor=bob.mentor, status=status)

    assert [row["uuid"] for row in fitting(api, bob)] == [str(proposal.help_request.uuid)]


@pytest.mark.parametrize(
    "happens",
    [
        lambda match: MentorProfile.objects.update(status="paused"),
        suspend,
        lambda match: MentorProfile.objects.update(capacity=1, active_elsewhere=1),
        lambda match: MentorshipFactory(mentor=match.mentor),
        lambda match: HelpRequest.objects.update(status="matched"),
        lambda match: User.objects.filter(pk=match.help_request.mentee_id).update(is_active=False),
        mentee_blocks,
    ],
    ids=["paused", "suspended", "full elsewhere", "full", "request matched", "mentee gone", "blocked"],
)
def test_a_request_that_cannot_be_offered_is_not_listed(happens, api):
    match = MatchFactory(mentor__capacity=1)
    assert len(fitting(api, match.mentor.user)) == 1

    happens(match)

    assert fitting(api, match.mentor.user) == []


def test_a_person_who_is_no_mentor_sees_no_requests(api, alice):
    MatchFactory()

    assert fitting(api, alice) == []


def test_an_offer_moves_the_request_to_the_inbox(api, bob):
    match = MatchFactory(mentor=bob.mentor)

    answer = api(bob).post(f"/api/v1/requests-for-me/{match.help_request.uuid}/offer/", {"note": NOTE})

    assert (answer.status_code, answer.json()["status"]) == (200, "offered")
    match.refresh_from_db()
    assert (match.status, match.offer_note) == ("offered", NOTE)
    assert fitting(api, bob) == []
    assert [row["uuid"] for row in api(bob).get("/api/v1/inbox/").json()["results"]] == [str(match.uuid)]


@pytest.mark.parametrize("note", ["", "  ", "Me!"])
def test_a_note_too_short_is_answered_as_on_the_page(note, api, bob):
    match = MatchFactory(mentor=bob.mentor)

    answer = api(bob).post(f"/api/v1/requests-for-me/{match.help_request.uuid}/offer/", {"note": note})

    assert [error["detail"] for error in answer.json()["errors"]] == [NOTE_TOO_SHORT]


@pytest.mark.parametrize("why_you", ["", "  ", "You!"])
def test_a_reason_too_short_is_answered_as_on_the_page(why_you, api, alice):
    match = MatchFactory(help_request__mentee=alice)

    answer = api(alice).post(f"/api/v1/matches/{match.uuid}/ask/", {"why_you": why_you})

    assert [error["detail"] for error in answer.json()["errors"]] == [TOO_SHORT]


@pytest.mark.parametrize("note", ["", "Me!", "x" * 2001])
def test_a_note_too_short_or_too_long_is_400(note, api, bob):
    match = MatchFactory(mentor=bob.mentor)

    answer = api(bob).post(f"/api/v1/requests-for-me/{match.help_request.uuid}/offer/", {"note": note})

    assert (answer.status_code, place(answer.json()["errors"][0])) == (400, "note")


def test_an_offer_beyond_the_limit_is_409(api, bob, settings):
    match = MatchFactory(mentor=bob.mentor)
    MatchFactory.create_batch(settings.ASKED_MAX, help_request=match.help_request, status="asked")

    answer = api(bob).post(f"/api/v1/requests-for-me/{match.help_request.uuid}/offer/", {"note": NOTE})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_asked")


# --- requests without a proposal of the mentor ----------------------------------------------------------------


def test_a_new_mentor_sees_an_open_request_that_has_five_proposals(api, bob):
    request = HelpRequestFactory()
    MatchFactory.create_batch(5, help_request=request)

    [row] = fitting(api, bob)

    assert row["uuid"] == str(request.uuid)
    assert row["fit"] >= MIN_FIT
    assert row["reasons"]


@pytest.mark.parametrize(
    "facts",
    [
        {"languages": ["ja"]},
        {"status": "draft"},
        {"status": "matched"},
        {"mentee__is_active": False},
    ],
    ids=str,
)
def test_a_request_that_does_not_fit_or_is_not_open_is_not_listed(facts, api, bob):
    HelpRequestFactory(**facts)

    assert fitting(api, bob) == []


def test_a_request_about_a_goal_that_the_mentor_does_not_help_with_is_not_listed(api, bob):
    bob.mentor.goal_kinds.clear()
    HelpRequestFactory()

    assert fitting(api, bob) == []


def test_ones_own_request_is_not_listed(api, bob):
    HelpRequestFactory(mentee=bob)

    assert fitting(api, bob) == []


@pytest.mark.parametrize("status", sorted(set(Match.Status) - {"proposed", "accepted"}))
def test_a_request_is_not_listed_again_after_a_move(status, api, bob):
    MatchFactory(mentor=bob.mentor, status=status)

    assert fitting(api, bob) == []


def test_a_mentor_offers_help_without_a_proposal(api, bob):
    request = HelpRequestFactory()
    MatchFactory.create_batch(5, help_request=request, fit=99)

    answer = api(bob).post(f"/api/v1/requests-for-me/{request.uuid}/offer/", {"note": NOTE})

    assert (answer.status_code, answer.json()["status"]) == (200, "offered")
    match = Match.objects.get(mentor=bob.mentor)
    assert (match.status, match.rank, match.offer_note) == ("offered", 6, NOTE)
    assert kinds(request.mentee) == ["match_offered"]


def test_a_refused_offer_leaves_no_proposal(api, bob, settings):
    request = HelpRequestFactory()
    MatchFactory.create_batch(settings.ASKED_MAX, help_request=request, status="asked")

    answer = api(bob).post(f"/api/v1/requests-for-me/{request.uuid}/offer/", {"note": NOTE})

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_asked")
    assert not bob.mentor.matches.exists()


def test_an_offer_for_a_request_that_does_not_fit_is_404(api, bob):
    request = HelpRequestFactory(languages=["ja"])

    answer = api(bob).post(f"/api/v1/requests-for-me/{request.uuid}/offer/", {"note": NOTE})

    assert answer.status_code == 404
    assert not bob.mentor.matches.exists()
