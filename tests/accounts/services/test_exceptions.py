"""Extra hours, journeys and the time between sessions: entered by API, and refused with a sentence."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import ExtraHours, Travel

pytestmark = pytest.mark.django_db

HOURS = {"free_on": "2126-12-20", "start": "10:00", "end": "12:30"}
TRIP = {"from_on": "2126-12-20", "until_on": "2127-01-03", "timezone": "Asia/Tokyo"}


def test_the_api_replaces_the_lists(api, bob):
    body = {"extra_hours": [HOURS], "travels": [TRIP], "buffer_minutes": 30}

    answer = api(bob).patch("/api/v1/me/", body).json()

    assert {name: answer[name] for name in body} == body
    assert api(bob).patch("/api/v1/me/", {"extra_hours": []}).json()["travels"] == [TRIP]


@pytest.mark.parametrize(
    "body",
    [
        {"extra_hours": [HOURS | {"end": "10:00"}]},
        {"extra_hours": [HOURS, HOURS | {"end": "11:00"}]},
        {"extra_hours": [HOURS | {"start": "25:00"}]},
        {"extra_hours": [HOURS | {"free_on": "soon"}]},
        {"travels": [TRIP | {"until_on": "2126-12-19"}]},
        {"travels": [TRIP | {"timezone": "Mars/Olympus"}]},
        {"travels": [TRIP, TRIP | {"from_on": "2127-01-03", "until_on": "2127-01-09"}]},
        {"buffer_minutes": 121},
        {"buffer_minutes": -1},
    ],
)
def test_the_api_refuses_what_makes_no_sense(body, api, bob):
    assert api(bob).patch("/api/v1/me/", body).status_code == 400
    assert not ExtraHours.objects.exists()
    assert not Travel.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"extra_hours": [HOURS | {"free_on": "2020-01-01"}]},
        {"travels": [TRIP | {"from_on": "2020-01-01", "until_on": "2020-01-02"}]},
    ],
)
def test_the_api_refuses_days_that_are_over(body, api, bob):
    answer = api(bob).patch("/api/v1/me/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "absence_not_possible")


def test_no_day_has_two_zones(bob, charlie):
    days = {"from_on": "2126-12-20", "until_on": "2126-12-24", "timezone": "Asia/Tokyo"}
    Travel.objects.create(profile=bob.profile, **days)
    Travel.objects.create(profile=charlie.profile, **days)

    with pytest.raises(IntegrityError), transaction.atomic():
        Travel.objects.create(profile=bob.profile, **(days | {"from_on": "2126-12-24"}))
