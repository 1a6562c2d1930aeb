"""How a mentorship goes, by API: fit checks of one's own, going on, and becoming ongoing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from mentorship.models import FitCheck
from tests.factories import NOW, FitCheckFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SECRET = "We talk past each other."


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, format="one_off")


def address(mentorship, action="") -> str:
    return f"/api/v1/mentorships/{mentorship.uuid}/{action}"


def test_everybody_reads_their_own_fit_checks_newest_first(api, alice, mentorship):
    FitCheckFactory(mentorship=mentorship, closed_at=NOW)
    FitCheckFactory(mentorship=mentorship, number=2, asked_at=NOW + timedelta(days=60), answer="unsure", note=SECRET)

    rows = api(alice).get(address(mentorship, "fit-checks/")).json()["results"]

    assert [(row["number"], row["answer"], row["note"]) for row in rows] == [(2, "unsure", SECRET), (1, "", "")]


@pytest.mark.parametrize("answered", [True, False])
def test_the_other_side_reads_neither_whether_nor_what_was_answered(answered, api, bob, mentorship):
    facts = {"answer": "not_good", "note": SECRET} if answered else {}
    FitCheckFactory(mentorship=mentorship, **facts)

    assert api(bob).get(address(mentorship, "fit-checks/")).json()["results"] == []
    for path in (address(mentorship), "/api/v1/mentorships/", "/api/v1/me/turns/", "/api/v1/notifications/"):
        shown = json.dumps(api(bob).get(path).json())
        assert "fit_check" not in shown
        assert SECRET not in shown
        assert "not_good" not in shown


def test_an_answer_by_api(api, alice, mentorship):
    FitCheckFactory(mentorship=mentorship)

    shown = api(alice).post(address(mentorship, "fit-checks/"), {"answer": "good", "note": "Fine."})

    assert (shown.status_code, shown.json()["answer"], shown.json()["note"]) == (200, "good", "Fine.")


def test_an_unknown_answer_is_400_and_nothing_changes(api, alice, mentorship):
    FitCheckFactory(mentorship=mentorship)

    assert api(alice).post(address(mentorship, "fit-checks/"), {"answer": "fine"}).status_code == 400
    assert FitCheck.objects.open().count() == 1


def test_an_answer_before_the_question_is_409(api, alice, mentorship):
    refused = api(alice).post(address(mentorship, "fit-checks/"), {"answer": "good"})

    assert (refused.status_code, refused.json()["code"]) == (409, "no_fit_check")


def test_a_proposal_to_go_on_waits_for_the_other_side(api, alice, bob, mentorship):
    until_on = (timezone.now() + timedelta(days=100)).date().isoformat()

    shown = api(alice).post(address(mentorship, "propose-ongoing/"), {"until_on": until_on}).json()

    assert (shown["ongoing_until_on"], shown["ongoing_waits_for"]) == (until_on, "mentor")
    assert api(alice).post(address(mentorship, "agree-to-ongoing/")).status_code == 403
    agreed = api(bob).post(address(mentorship, "agree-to-ongoing/")).json()
    assert (agreed["format"], agreed["planned_end_on"], agreed["ongoing_waits_for"]) == ("ongoing", until_on, None)


def test_a_proposal_to_go_on_is_refused(api, alice, bob, mentorship):
    api(bob).post(address(mentorship, "propose-ongoing/"))

    shown = api(alice).post(address(mentorship, "refuse-ongoing/")).json()

    assert (shown["format"], shown["ongoing_until_on"]) == ("one_off", None)


def test_a_proposal_to_go_on_is_not_shown_after_a_block(api, alice, bob, mentorship):
    api(bob).post(address(mentorship, "propose-ongoing/"))
    Block.objects.create(blocker=alice, blocked=bob)

    for person in (alice, bob):
        shown = api(person).get(address(mentorship)).json()
        assert (shown["ongoing_until_on"], shown["ongoing_waits_for"]) == (None, None)


def test_a_quiet_mentorship_goes_on(api, alice, mentorship):
    assert api(alice).post(address(mentorship, "go-on/")).status_code == 200

    mentorship.refresh_from_db()
    assert mentorship.quiet_from_at is not None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_fit_checks_does_not_grow(rows, api, alice, mentorship, django_assert_num_queries):
    for number in range(1, rows + 1):
        FitCheckFactory(mentorship=mentorship, number=number, closed_at=NOW)
    client = api(alice)

    with django_assert_num_queries(2):
        client.get(address(mentorship, "fit-checks/"))
