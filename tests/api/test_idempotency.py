"""A POST that is sent twice with one Idempotency-Key is done once, and answers the same again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from accounts.jobs.kept_answers import delete_old_answers
from accounts.models import KeptAnswer
from config import idempotency
from matching.models import HelpRequest
from mentorship.models import Goal
from tests.api.problems import problem
from tests.factories import NOW, GoalFactory, MatchFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

GOALS = "/api/v1/goals/"
GOAL = {"kind": "promotion", "target_role": "Lead", "target_field": "data science"}
KEY = {"Idempotency-Key": '"8e03978e-40d5-43e8-bc93-6894a57f9324"'}


def test_the_same_request_is_done_once_and_answers_the_same(api, alice):
    first = api(alice).post(GOALS, GOAL, headers=KEY)
    again = api(alice).post(GOALS, GOAL, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert Goal.objects.count() == 1


def test_a_move_answers_the_same_after_its_thing_has_changed(api, bob):
    match = MatchFactory(mentor=bob.mentor, status="asked")
    path = f"/api/v1/inbox/{match.uuid}/accept/"
    first = api(bob).post(path, headers=KEY)

    again = api(bob).post(path, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    problem(api(bob).post(path), 409, "already_done")


def test_another_body_with_the_key_is_422_and_does_nothing(api, alice):
    api(alice).post(GOALS, GOAL, headers=KEY)

    problem(api(alice).post(GOALS, GOAL | {"target_role": "Head"}, headers=KEY), 422, "idempotency_key_reused")
    assert Goal.objects.count() == 1


def test_another_route_with_the_key_is_422(api, alice):
    goal = GoalFactory(mentee=alice)
    api(alice).post(f"{GOALS}{goal.uuid}/reach/", headers=KEY)

    problem(api(alice).post(f"{GOALS}{goal.uuid}/take-up/", headers=KEY), 422, "idempotency_key_reused")


def test_another_person_has_keys_of_their_own(api, alice):
    api(alice).post(GOALS, GOAL, headers=KEY)
    other = UserFactory()

    answer = api(other).post(GOALS, GOAL, headers=KEY)

    assert answer.status_code == 201
    assert Goal.objects.filter(mentee=other).count() == 1


def test_an_error_is_not_kept_so_that_the_key_may_be_tried_again(api, alice):
    problem(api(alice).post(GOALS, GOAL | {"kind": "fame"}, headers=KEY), 400, "invalid")

    assert api(alice).post(GOALS, GOAL, headers=KEY).status_code == 201


def test_a_refusal_that_is_over_may_be_tried_again(api, alice):
    api(alice).post(GOALS, GOAL)
    problem(api(alice).post(GOALS, GOAL, headers=KEY), 409, "goal_stated_already")
    Goal.objects.all().delete()

    assert api(alice).post(GOALS, GOAL, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel"])
def test_a_key_that_is_none_is_400(api, alice, key):
    problem(api(alice).post(GOALS, GOAL, headers={"Idempotency-Key": key}), 400, "bad_request")
    assert not Goal.objects.exists()


def test_a_visitor_gets_401_with_a_key(api):
    problem(api().post(GOALS, GOAL, headers=KEY), 401, "not_authenticated")


def test_a_body_that_is_too_large_is_413_with_a_key(client, alice):
    client.force_login(alice)

    answer = client.post(GOALS, b" " * 2_000_000, content_type="application/json", headers=KEY)

    problem(answer, 413, "too_large")


def test_a_form_is_415_with_a_key(client, alice):
    client.force_login(alice)

    problem(client.post(GOALS, GOAL, headers=KEY), 415, "unsupported_media_type")


def test_an_answer_is_encrypted_in_the_database(api, alice):
    api(alice).post(GOALS, GOAL, headers=KEY)

    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_keptanswer::text FROM accounts_keptanswer")
        assert "data science" not in cursor.fetchone()[0]


def test_an_answer_that_no_key_opens_is_409_and_nothing_is_done_again(api, alice):
    api(alice).post(GOALS, GOAL, headers=KEY)
    KeptAnswer.objects.update(sealed_body="sealed with a key that is gone")

    problem(api(alice).post(GOALS, GOAL, headers=KEY), 409, "answer_not_kept")
    assert Goal.objects.count() == 1


def test_nothing_is_done_if_the_answer_cannot_be_stored(api, alice, monkeypatch):
    def crash(*args):
        raise RuntimeError

    monkeypatch.setattr(idempotency, "seal", crash)
    with pytest.raises(RuntimeError):
        api(alice).post(GOALS, GOAL, headers=KEY)

    assert not Goal.objects.exists()


def test_a_key_is_free_again_after_a_day(api, alice):
    first = api(alice).post("/api/v1/help-requests/", {"goal": str(GoalFactory(mentee=alice).uuid)}, headers=KEY)
    assert first.status_code == 400
    goal = str(GoalFactory(mentee=alice).uuid)
    body = {"goal": goal, "format": "ongoing", "session_kind": "cv_review"}
    assert api(alice).post("/api/v1/help-requests/", body, headers=KEY).status_code == 201
    kept = KeptAnswer.objects.get()
    kept.answered_at -= timedelta(hours=24)
    kept.save()

    assert api(alice).post("/api/v1/help-requests/", body, headers=KEY).status_code == 201
    assert HelpRequest.objects.count() == 2
    assert KeptAnswer.objects.count() == 1


def test_answers_are_deleted_after_a_day(alice):
    about = {"person": alice, "request": "0" * 64, "status": 200, "sealed_body": ""}
    KeptAnswer.objects.create(key="old", answered_at=NOW - timedelta(hours=24), **about)
    recent = KeptAnswer.objects.create(key="recent", answered_at=NOW - timedelta(hours=23), **about)

    assert delete_old_answers(now=NOW) == 1
    assert KeptAnswer.objects.get() == recent
