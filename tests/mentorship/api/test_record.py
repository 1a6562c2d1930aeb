"""The record of a mentor and its credentials, by API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.problems import place
from tests.factories import CredentialFactory, MentorshipFactory, held_by_both

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

RECORD, CREDENTIALS = "/api/v1/me/mentor/record/", "/api/v1/credentials/"
BEGAN = timezone.now() - timedelta(days=40)


@pytest.fixture
def held(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, started_at=BEGAN)
    return held_by_both(mentorship, starts_at=timezone.now() - timedelta(days=20))


def test_a_mentor_reads_the_record_of_a_period(api, bob, held):
    today, day = timezone.now().date(), timedelta(days=1)

    whole, recent = (
        api(bob).get(RECORD, period).json() for period in ({}, {"from_on": today - 2 * day, "to_on": today})
    )

    assert (whole["n_people"], whole["n_sessions"], whole["hours"]) == (1, 1, 1.0)
    assert whole["session_kinds"] == [{"name": "a mock interview", "n": 1}]
    assert whole["at_the_end"] == {"n_asked": 0, "n_answered": 0, "n_silent": 0, "n_success": None}
    assert (recent["n_sessions"], recent["from_on"]) == (0, str(today - 2 * day))


@pytest.mark.parametrize(
    ("period", "field"),
    [
        ({"from_on": "2026-02-02", "to_on": "2026-02-01"}, "to_on"),
        ({"from_on": "1999-12-31"}, "from_on"),
        ({"to_on": "2100-01-01"}, "to_on"),
        ({"to_on": "tomorrow"}, "to_on"),
        ({"until": "2026-02-01"}, "until"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(period, field, api, bob):
    answer = api(bob).get(RECORD, period)

    assert (answer.status_code, place(answer.json()["errors"][0])) == (400, field)


def test_somebody_who_is_no_mentor_has_no_record(api, alice):
    assert api(alice).get(RECORD).status_code == 404
    assert api(alice).post(CREDENTIALS, {"from_on": "2026-01-01", "to_on": "2026-02-01"}).status_code == 404


def test_a_mentor_gets_a_credential_and_revokes_it(api, bob, held):
    today = timezone.now().date()
    period = {"from_on": str(today - timedelta(days=30)), "to_on": str(today - timedelta(days=1))}

    issued = api(bob).post(CREDENTIALS, period)
    twice = api(bob).post(CREDENTIALS, period)
    revoked = api(bob).post(f"{CREDENTIALS}{issued.json()['uuid']}/revoke/")

    assert (issued.status_code, twice.status_code, revoked.status_code) == (201, 409, 200)
    assert twice.json()["code"] == "credential_issued_already"
    assert issued.json()["address"] == f"http://testserver/credentials/{issued.json()['uuid']}/"
    assert issued.json()["signed"].count(".") == 2
    assert revoked.json()["revoked_at"] is not None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_credentials_has_a_constant_number_of_queries(rows, api, bob, django_assert_num_queries):
    CredentialFactory.create_batch(rows, mentor=bob.mentor)

    with django_assert_num_queries(1):
        assert len(api(bob).get(CREDENTIALS).json()["results"]) == rows
