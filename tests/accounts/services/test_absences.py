"""Days without time: entered by API, and refused with a sentence."""

from __future__ import annotations

import pytest

from accounts.models import Absence

pytestmark = pytest.mark.django_db
OVER = {"from_on": "2020-01-01", "until_on": "2020-01-02"}
TO_COME = {"from_on": "2126-12-20", "until_on": "2127-01-03"}


def test_the_api_replaces_the_list(api, bob):
    answer = api(bob).patch("/api/v1/me/", {"absences": [TO_COME]})

    assert answer.json()["absences"] == [TO_COME]


@pytest.mark.parametrize(
    "absences",
    [
        [{"from_on": "2127-01-03", "until_on": "2126-12-20"}],
        [{"from_on": "2126-12-20"}],
        [{"from_on": "2126-12-20", "until_on": "soon"}],
        [{"from_on": "2126-12-20", "until_on": "2126-12-21"}, {"from_on": "2126-12-20", "until_on": "2126-12-24"}],
        "2126-12-20",
    ],
)
def test_the_api_refuses_days_that_make_no_sense(absences, api, bob):
    assert api(bob).patch("/api/v1/me/", {"absences": absences}).status_code == 400
    assert not Absence.objects.exists()


@pytest.mark.parametrize("change", [{}, {"until_on": "2020-01-03"}, {"from_on": "2019-12-31"}])
def test_the_api_refuses_days_that_are_over_and_not_stored(change, api, bob):
    stored = Absence.objects.create(profile=bob.profile, **OVER) if change else None
    answer = api(bob).patch("/api/v1/me/", {"absences": [TO_COME, OVER | change], "headline": "Engineer"})

    assert (answer.status_code, answer.json()["code"]) == (409, "absence_not_possible")
    assert answer.json()["detail"] == "These days are over already. Give days to come."
    assert list(Absence.objects.all()) == ([stored] if stored else [])
    bob.profile.refresh_from_db()
    assert bob.profile.headline != "Engineer"


def test_the_api_keeps_days_that_are_over_and_stored(api, bob):
    Absence.objects.create(profile=bob.profile, **OVER)
    read = api(bob).get("/api/v1/me/").json()["absences"]

    answer = api(bob).patch("/api/v1/me/", {"absences": [*read, TO_COME]})

    assert answer.json()["absences"] == [OVER, TO_COME]


def test_days_that_begin_in_the_past_and_last_are_stored(api, bob):
    running = {"from_on": "2020-01-01", "until_on": "2126-01-01"}

    assert api(bob).patch("/api/v1/me/", {"absences": [running]}).json()["absences"] == [running]
