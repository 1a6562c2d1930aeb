"""Cohorts in the API for those who run them: their life, publishing, taking back, and the answers."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from matching.models import CohortPair
from mentorship.models import Cohort, CohortMember
from tests.api.problems import problem
from tests.factories import NOW, CohortFactory, CohortOrganiserFactory, UserFactory
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in
from tests.matching.pairs import proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

COHORTS = "/api/v1/organised-cohorts/"


@pytest.fixture
def cohort():
    cohort = closed_cohort()
    for name in ("Ann Able", "Bea Best"):
        mentee_in(cohort, name)
    for name in ("Max Main", "Moe Most", "Mia More"):
        mentor_in(cohort, name)
    return cohort


@pytest.fixture
def draft(cohort, admin_user):
    return made_draft(cohort, admin_user)


@pytest.fixture
def client_of_owner(api, admin_user):
    return api(admin_user)


def member(name: str) -> str:
    return str(CohortMember.objects.get(person__name=name).uuid)


def address(draft, verb: str) -> str:
    return f"/api/v1/cohort-drafts/{draft.uuid}/{verb}/"


# --- publishing -----------------------------------------------------------------------------------------------------


def test_all_pairs_are_published_and_taken_back(draft, client_of_owner):
    published = client_of_owner.post(address(draft, "publish"), {"mentees": None})

    assert (published.status_code, published.json()) == (200, {"count": 2, "already": 0, "skipped": []})
    taken = client_of_owner.post(address(draft, "take-back"), {"mentees": None})
    assert (taken.status_code, taken.json()) == (200, {"count": 2, "stay": 0, "skipped": []})
    assert [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")] == [
        "Pairs of draft 1 published by the API: 2.",
        "Pairs of draft 1 taken back by the API: 2.",
    ]


def test_the_pairs_of_some_mentees_are_published_and_taken_back(draft, client_of_owner):
    client_of_owner.post(address(draft, "publish"), {"mentees": [member("Ann Able")]})

    assert CohortPair.objects.get().help_request.mentee.name == "Ann Able"
    problem(
        client_of_owner.post(address(draft, "take-back"), {"mentees": [member("Bea Best")]}), 409, "pairs_not_possible"
    )
    assert client_of_owner.post(address(draft, "take-back"), {"mentees": [member("Ann Able")]}).json()["count"] == 1


@pytest.mark.parametrize("verb", ["publish", "take-back"])
def test_nothing_is_done_without_a_choice(verb, draft, client_of_owner):
    problem(client_of_owner.post(address(draft, verb), {}), 400, "invalid")
    problem(client_of_owner.post(address(draft, verb), {"mentees": []}), 409, "pairs_not_possible")

    assert not CohortPair.objects.exists()


def test_somebody_who_is_no_mentee_of_the_cohort_is_refused(draft, client_of_owner):
    for named in (str(uuid.uuid4()), member("Max Main")):
        answer = client_of_owner.post(address(draft, "publish"), {"mentees": [member("Ann Able"), named]})
        assert named in problem(answer, 409, "pairs_not_possible")["detail"]

    assert not CohortPair.objects.exists()


def test_a_programme_manager_publishes_in_their_own_cohort_alone(draft, api):
    manager = CohortOrganiserFactory(cohort=draft.cohort).person
    other = CohortOrganiserFactory().person

    assert api(other).post(address(draft, "publish"), {"mentees": None}).status_code == 404
    assert api(manager).post(address(draft, "publish"), {"mentees": None}).json()["count"] == 2


def test_mentors_without_a_mentee_come_in_pages(draft, client_of_owner):
    page = client_of_owner.get(address(draft, "idle"), {"count": 1}).json()

    assert (page["total"], page["next_start"]) == (1, None)
    [row] = page["results"]
    assert (row["mentor"]["uuid"], row["places"]) == (member(row["mentor"]["name"]), 1)


# --- answers --------------------------------------------------------------------------------------------------------


def test_answers_name_who_is_silent_and_who_said_no_and_count_the_loss(draft, client_of_owner):
    facts = {"draft": draft, "cohort": draft.cohort}
    proposed_pair(mentor_yes_at=NOW, help_request__mentee__name="Ada Waits", **facts)
    proposed_pair(
        status="declined", declined_by="mentee", decline_reason="no_time", help_request__mentee__name="Bob No", **facts
    )
    path = f"/api/v1/cohorts/{draft.cohort.uuid}/answers/"

    found = client_of_owner.get(path).json()

    [loss] = found["rounds"]
    assert (loss["round"], loss["drafted"], loss["waiting"], loss["declined_by_mentee"]) == (1, 2, 1, 1)
    waits, declined = found["results"]
    assert (waits["mentee"], waits["silent"]) == ({"uuid": member("Ada Waits"), "name": "Ada Waits"}, ["mentee"])
    assert (declined["declined_by"], declined["decline_reason"], declined["silent"]) == ("mentee", "no_time", [])
    assert declined["draft"] == str(draft.uuid)
    only = client_of_owner.get(path, {"status": "declined", "count": 1}).json()
    assert (only["total"], only["next_start"], only["results"]) == (1, None, [declined])


@pytest.mark.parametrize("pairs", [1, 4])
def test_answers_need_a_constant_number_of_queries(pairs, draft, client_of_owner, django_assert_max_num_queries):
    for _number in range(pairs):
        proposed_pair(draft=draft, cohort=draft.cohort)

    with django_assert_max_num_queries(14):
        found = client_of_owner.get(f"/api/v1/cohorts/{draft.cohort.uuid}/answers/").json()

    assert len(found["results"]) == pairs


# --- the life of a cohort -------------------------------------------------------------------------------------------


def test_a_programme_manager_lists_the_own_cohorts(api):
    organiser = CohortOrganiserFactory(cohort__name="Spring intake")
    CohortFactory()

    [row] = api(organiser.person).get(COHORTS).json()["results"]

    assert (row["name"], row["mentees"], row["status"]) == ("Spring intake", 0, organiser.cohort.status)


def test_a_cohort_is_opened_closed_and_archived(client_of_owner, admin_user):
    today = timezone.now().date()
    cohort = CohortFactory(
        status="preparing",
        opened_at=None,
        joins_until_on=today + timedelta(days=10),
        starts_on=today + timedelta(days=20),
        ends_on=today + timedelta(days=200),
    )
    moves = {"open": "open", "close": "closed", "archive": "archived"}

    for verb, status in moves.items():
        answer = client_of_owner.post(f"{COHORTS}{cohort.uuid}/{verb}/")
        assert (answer.status_code, answer.json()["status"]) == (200, status)

    entries = LogEntry.objects.order_by("pk")
    assert {entry.user for entry in entries} == {admin_user}
    assert [entry.get_change_message() for entry in entries] == [
        "Opened by the API.",
        "Closed by the API.",
        "Archived by the API.",
    ]
    problem(client_of_owner.post(f"{COHORTS}{cohort.uuid}/open/"), 409, "move_not_allowed")


def test_members_and_other_admins_run_no_cohort(api, alice):
    cohort = CohortFactory()

    assert api(alice).post(f"{COHORTS}{cohort.uuid}/close/").status_code == 403
    assert api(UserFactory(role="matchmaker")).post(f"{COHORTS}{cohort.uuid}/close/").status_code == 404
    assert Cohort.objects.get().status == cohort.status
