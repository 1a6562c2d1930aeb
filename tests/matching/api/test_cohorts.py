"""Cohorts by API."""

from __future__ import annotations

import pytest

from matching.models import HelpRequest
from mentorship.models import Cohort, CohortMember, CohortOrganiser
from tests.api.problems import problem
from tests.factories import (
    NOW,
    BlockFactory,
    CohortFactory,
    CohortMemberFactory,
    GoalFactory,
    HelpRequestFactory,
    MentorFactory,
    UserFactory,
)
from tests.matching.helpers import request_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

COHORTS, REQUESTS = "/api/v1/cohorts/", "/api/v1/help-requests/"


@pytest.fixture
def cohort():
    return CohortFactory(name="Spring", joins_until_on="2099-01-01", starts_on="2099-01-08", ends_on="2099-06-01")


def address(cohort, move: str = "") -> str:
    return f"{COHORTS}{cohort.uuid}/{move}"


def test_somebody_looks_at_a_cohort_by_its_key_before_joining(api, alice, cohort):
    CohortOrganiser.objects.create(cohort=cohort, person=UserFactory(name="Olga Orr"), part="manager")

    row = api(alice).post(f"{COHORTS}look/", {"key": cohort.key}).json()

    assert (row["name"], row["takes_people"], row["organisers"]) == ("Spring", True, ["Olga Orr"])
    assert (row["my_places"], row["help_request"], "key" in row) == ([], None, False)
    assert CohortMember.objects.count() == 0


@pytest.mark.parametrize("move", ["look", "join"])
@pytest.mark.parametrize("key", ["nobody", "ä", "💥"])
def test_an_unknown_key_is_409(key, move, api, alice):
    answer = api(alice).post(f"{COHORTS}{move}/", {"key": key} | ({"side": "mentee"} if move == "join" else {}))

    assert problem(answer, 409, "cohort_not_open")


@pytest.mark.parametrize("key", ["a\0b", "", "x" * 33, None, 5])
def test_a_text_that_can_be_no_key_is_400(key, api, alice):
    assert api(alice).post(f"{COHORTS}look/", {"key": key}, format="json").status_code == 400


def test_an_archived_cohort_is_409(api, alice):
    archived = CohortFactory(status="archived", archived_at=NOW)

    assert problem(api(alice).post(f"{COHORTS}look/", {"key": archived.key}), 409, "cohort_not_open")


def test_a_mentee_joins(api, alice, cohort):
    answer = api(alice).post(f"{COHORTS}join/", {"key": cohort.key, "side": "mentee"})

    [place] = answer.json()["my_places"]
    assert (answer.status_code, place["side"], place["places"]) == (201, "mentee", None)
    assert [row["uuid"] for row in api(alice).get(COHORTS).json()["results"]] == [str(cohort.uuid)]


def test_a_mentor_joins_and_changes_places(api, bob, cohort):
    api(bob).post(f"{COHORTS}join/", {"key": cohort.key, "side": "mentor", "places": 2})

    answer = api(bob).post(address(cohort, "places/"), {"places": 3})

    assert answer.json()["my_places"][0]["places"] == CohortMember.objects.get().places == 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"side": "mentor"}, 409, "places_out_of_range"),
        ({"side": "mentor", "places": 0}, 400, "invalid"),
        ({"side": "both"}, 400, "invalid"),
        ({}, 400, "invalid"),
    ],
)
def test_wrong_sides_and_places_are_refused(body, status, code, api, bob, cohort):
    answer = api(bob).post(f"{COHORTS}join/", {"key": cohort.key} | body)

    assert (answer.status_code, CohortMember.objects.count()) == (status, 0)
    assert code == "invalid" or problem(answer, status, code)


def test_a_member_who_is_no_mentor_joins_as_none(api, alice, cohort):
    answer = api(alice).post(f"{COHORTS}join/", {"key": cohort.key, "side": "mentor", "places": 1})

    assert problem(answer, 409, "mentors_only")


def test_leaving_withdraws_the_request(api, alice, cohort):
    request = request_for(cohort, mentee=alice)

    answer = api(alice).post(address(cohort, "leave/"), {"side": "mentee"})

    request.refresh_from_db()
    assert (answer.json()["my_places"], request.status) == ([], "withdrawn")
    assert api(alice).get(address(cohort)).status_code == 404


def test_the_other_side_is_403_and_a_cohort_of_others_404(api, alice, bob, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)

    assert problem(api(alice).post(address(cohort, "leave/"), {"side": "mentor"}), 403, "not_in_cohort")
    assert problem(api(alice).post(address(cohort, "places/"), {"places": 2}), 403, "not_in_cohort")
    assert [api(bob).post(address(cohort, move), {"side": "mentee"}).status_code for move in ("leave/", "places/")] == [
        404,
        404,
    ]
    assert CohortMember.objects.get().left_at is None


def test_a_mentee_reads_its_mentors_and_a_mentor_does_not(api, alice, bob, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    bob.mentor.is_listed = True
    bob.mentor.save()
    blocker = MentorFactory(is_listed=True).user
    for person in (bob, blocker):
        CohortMemberFactory(cohort=cohort, person=person, side="mentor")
    BlockFactory(blocker=alice, blocked=blocker)

    assert [row["name"] for row in api(alice).get(address(cohort, "mentors/")).json()["results"]] == ["Bob Baker"]
    assert problem(api(bob).get(address(cohort, "mentors/")), 403, "not_in_cohort")


# --- requests ---------------------------------------------------------------------------------------------------


def body(alice, cohort) -> dict[str, object]:
    return {
        "goal": str(GoalFactory(mentee=alice).uuid),
        "session_kind": "cv_review",
        "format": "one_off",
        "cohort": str(cohort.uuid) if cohort else None,
    }


def test_a_draft_is_for_a_cohort_of_mine_and_changes_to_none(api, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    made = api(alice).post(REQUESTS, body(alice, cohort), format="json")
    here = f"{REQUESTS}{made.json()['uuid']}/"
    assert (made.status_code, made.json()["cohort"]) == (201, str(cohort.uuid))
    assert api(alice).get(address(cohort)).json()["help_request"] == made.json()["uuid"]

    assert api(alice).patch(here, {"cohort": None}, format="json").json()["cohort"] is None
    assert api(alice).patch(here, {"cohort": str(cohort.uuid)}, format="json").json()["cohort"] == str(cohort.uuid)


def _of_others(alice, cohort):
    CohortMemberFactory(cohort=cohort)


def _as_a_mentor(alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice, side="mentor")


def _archived(alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)
    Cohort.objects.update(status="archived", archived_at=NOW)


@pytest.mark.parametrize("situation", [_of_others, _as_a_mentor, _archived])
def test_another_cohort_is_an_error_of_the_field(situation, api, alice, cohort):
    situation(alice, cohort)

    answer = api(alice).post(REQUESTS, body(alice, cohort), format="json")

    assert (answer.status_code, "cohort" in str(answer.json())) == (400, True)
    assert HelpRequest.objects.count() == 0


@pytest.mark.parametrize("value", ["x\0", "x", "", 5, {}, []])
def test_a_value_that_is_no_cohort_is_400(value, api, alice):
    answer = api(alice).post(REQUESTS, body(alice, None) | {"cohort": value}, format="json")

    assert answer.status_code == 400


def test_a_second_one_names_the_first(api, alice, cohort):
    first = request_for(cohort, mentee=alice)

    answer = api(alice).post(REQUESTS, body(alice, cohort), format="json")

    assert problem(answer, 409, "cohort_request_there")
    assert answer.json()["help_request"] == str(first.uuid)


@pytest.mark.parametrize(("move", "method"), [("chances/", "get"), ("name-mentor/", "post")])
def test_nobody_is_looked_for_one_by_one(move, method, api, alice):
    request, mentor = request_for(mentee=alice), MentorFactory()

    answer = getattr(api(alice), method)(f"{REQUESTS}{request.uuid}/{move}", {"mentor": str(mentor.uuid)})

    assert problem(answer, 409, "matched_in_cohort")


def test_why_not_has_no_answer_for_it(api, alice):
    request, mentor = request_for(mentee=alice), MentorFactory()

    assert problem(api(alice).get(f"{REQUESTS}{request.uuid}/why-not/{mentor.uuid}/"), 409, "matched_in_cohort")


def test_a_mentor_reads_it_nowhere(api, alice, bob):
    request = request_for(mentee=alice)
    ordinary = HelpRequestFactory()

    found = api(bob).get("/api/v1/requests-for-me/").json()
    offer = api(bob).post(f"/api/v1/requests-for-me/{request.uuid}/offer/", {"note": "I can help you with this one."})

    assert [row["uuid"] for row in found] == [str(ordinary.uuid)]
    assert offer.status_code in (404, 409)


def test_its_turn_is_that_of_the_organisers(api, alice):
    request = request_for(mentee=alice)

    assert api(alice).get(f"{REQUESTS}{request.uuid}/").json()["whose_turn"] == "organisers"
    assert [row["kind"] for row in api(alice).get("/api/v1/me/turns/").json()["others"]] == ["cohort"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(rows, api, alice, django_assert_num_queries):
    for _row in range(rows):
        request = request_for(mentee=alice)
        CohortOrganiser.objects.create(cohort=request.cohort, person=UserFactory(), part="manager")

    with django_assert_num_queries(4):
        api(alice).get(COHORTS)


def test_a_mentee_states_a_group_and_takes_it_away(api, alice, cohort):
    place = CohortMemberFactory(cohort=cohort, person=alice)

    answer = api(alice).post(address(cohort, "group/"), {"group": " Working  parents "})
    assert [one["group"] for one in answer.json()["my_places"]] == ["Working parents"]

    answer = api(alice).post(address(cohort, "group/"), {"group": ""})
    assert [one["group"] for one in answer.json()["my_places"]] == [""]
    place.refresh_from_db()
    assert place.group == ""


@pytest.mark.parametrize("body", [{}, {"group": None}, {"group": 5}, {"group": "x" * 61}, {"group": "a\0b"}])
def test_a_wrong_group_is_400(body, api, alice, cohort):
    CohortMemberFactory(cohort=cohort, person=alice)

    assert api(alice).post(address(cohort, "group/"), body, format="json").status_code == 400


def test_a_mentor_states_no_group(api, bob, cohort):
    CohortMemberFactory(cohort=cohort, person=bob, side="mentor")

    assert problem(api(bob).post(address(cohort, "group/"), {"group": "Parents"}), 403, "not_in_cohort")
