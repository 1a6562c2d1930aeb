"""The list of mentors: listed ones only, filters, and search."""

from __future__ import annotations

import pytest

from accounts.models import Block
from mentorship.models import GoalKind
from tests.api.problems import place
from tests.factories import CareerStepFactory, MentorFactory, MentorshipFactory

pytestmark = pytest.mark.django_db


def names(client, **query):
    answer = client.get("/api/v1/mentors/", query)
    assert answer.status_code == 200, answer.json()
    return [mentor["name"] for mentor in answer.json()["results"]]


def mentor(name, **facts):
    return MentorFactory(user__name=name, **facts)


def test_approved_mentors_are_listed_by_name(api, alice):
    mentor("Zora"), mentor("Ada")

    assert names(api(alice)) == ["Ada", "Zora"]


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "applied"},
        {"status": "rejected"},
        {"status": "suspended"},
        {"status": "paused", "pause_cause": "own_wish"},
        {"is_listed": False},
        {"user__is_active": False},
    ],
)
def test_a_mentor_who_cannot_or_will_not_be_found_is_not_listed(facts, api, alice):
    mentor("Ada", **facts)

    assert names(api(alice)) == []


def test_mentors_do_not_find_themselves(api, bob):
    assert names(api(bob)) == []


@pytest.mark.parametrize("blocks", ["mentee", "mentor"])
def test_a_block_in_either_direction_hides_a_mentor(blocks, api, alice):
    ada = mentor("Ada").user
    one, other = (alice, ada) if blocks == "mentee" else (ada, alice)
    Block.objects.create(blocker=one, blocked=other)

    assert names(api(alice)) == []
    assert api(alice).get(f"/api/v1/mentors/{ada.mentor.uuid}/").status_code == 404


def test_an_unlisted_mentor_is_found_by_the_uuid_of_their_link(api, alice):
    ada = mentor("Ada", is_listed=False)

    assert api(alice).get(f"/api/v1/mentors/{ada.uuid}/").json()["name"] == "Ada"


def test_nobody_reads_an_address(api, alice):
    ada = mentor("Ada")

    assert ada.user.email not in api(alice).get("/api/v1/mentors/").content.decode()


def test_a_mentor_unlists_themselves(api, alice, bob):
    api(bob).patch("/api/v1/me/mentor/", {"is_listed": False})

    assert names(api(alice)) == []


@pytest.fixture
def two():
    """Ada fits every filter of the tests, and Zora none."""
    ada, zora = (
        mentor("Ada"),
        mentor("Zora", capacity=1, paid=True, rate_amount=40, rate_currency="EUR", rate_per="session"),
    )
    CareerStepFactory(profile=ada.user.profile, role="Head of Rivers", field="Hydrology", country="PT")
    CareerStepFactory(profile=ada.user.profile, role="Surveyor", field="hydrology", country="PT")
    ada.user.profile.languages.create(code="pt", level="fluent")
    MentorshipFactory(mentor=zora)
    for one, code in ((ada, "promotion"), (zora, "job_abroad")):
        one.goal_kinds.set(GoalKind.objects.filter(code=code))
    return ada, zora


@pytest.mark.parametrize(
    "query",
    [
        {"goal_kind": "promotion"},
        {"field": "hydrology"},
        {"country": "PT"},
        {"language": "pt"},
        {"free": "true"},
        {"paid": "false"},
        {"search": "rivers"},
        {"search": "ada hydro"},
        {"goal_kind": "promotion", "country": "PT", "free": "true", "search": "ada"},
    ],
)
def test_a_filter_leaves_the_mentors_for_whom_it_is_true_once_each(query, two, api, alice):
    assert names(api(alice), **query) == ["Ada"]


@pytest.mark.parametrize("code", ["no", "NB", "nn"])
def test_languages_that_count_as_one_are_found_by_each_code(code, two, api, alice):
    ada, _ = two
    for spoken in ("nb", "nn"):
        ada.user.profile.languages.create(code=spoken, level="native")

    assert names(api(alice), language=code) == ["Ada"]


@pytest.mark.parametrize("query", [{"free": "false"}, {"paid": "true"}])
def test_a_filter_finds_the_others_too(query, two, api, alice):
    assert names(api(alice), **query) == ["Zora"]


@pytest.mark.parametrize("query", [{"goal_kind": "fame"}, {"country": ""}, {"search": "a\x00b"}])
def test_a_filter_without_a_usable_value_is_a_400(query, api, alice):
    assert api(alice).get("/api/v1/mentors/", query).status_code == 400


def test_pages_lead_through_all_mentors(two, api, alice):
    first = api(alice).get("/api/v1/mentors/", {"page_size": 1}).json()
    second = api(alice).get(first["next"]).json()

    assert [first["results"][0]["name"], second["results"][0]["name"]] == ["Ada", "Zora"]


def test_skills_are_found_by_name_and_by_alias(api, alice):
    found = api(alice).get("/api/v1/skills/", {"search": "machine learning"}).json()["results"]

    assert found
    assert all("machine learning" in str(skill).lower() for skill in found)


@pytest.mark.parametrize("name", ["free", "paid"])
@pytest.mark.parametrize("value", ["", "banana", "null", "yes", "2"])
def test_a_switch_is_true_or_false(name, value, api, alice):
    answer = api(alice).get("/api/v1/mentors/", {name: value})

    assert (answer.status_code, [place(fault) for fault in answer.json()["errors"]]) == (400, [name])
