"""Days without time: entered by page and API, and refused with a sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.exceptions import AbsenceNotPossible
from accounts.links import come_back_link
from accounts.models import Absence
from accounts.services.absences import ABSENCES_MAX, add_absence, remove_absence
from tests.factories import NOW, MentorFactory
from tests.helpers import path

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
OVER = {"from_on": "2020-01-01", "until_on": "2020-01-02"}
TO_COME = {"from_on": "2126-12-20", "until_on": "2127-01-03"}


def add(profile, first=0, last=3):
    return add_absence(
        profile_id=profile.pk,
        from_on=TODAY + timedelta(days=first),
        until_on=TODAY + timedelta(days=last),
        now=NOW,
    )


def test_days_are_added_and_removed_again(bob):
    added = add(bob.profile)
    remove_absence(profile_id=bob.profile.pk, from_on=added.from_on, now=NOW)

    assert not Absence.objects.exists()


def test_days_that_begin_on_the_same_day_get_the_new_end(bob):
    add(bob.profile, 0, 3)
    add(bob.profile, 0, 9)

    assert bob.profile.absences.get().until_on == TODAY + timedelta(days=9)


def test_days_that_are_over_make_room(bob):
    Absence.objects.create(profile=bob.profile, from_on=date(2020, 1, 1), until_on=date(2020, 1, 2))
    add(bob.profile)

    assert bob.profile.absences.get().from_on == TODAY


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [(3, 2, "ends before it begins"), (-4, -1, "over already"), (-1, -4, "ends before it begins")],
)
def test_days_in_the_wrong_order_or_over_are_refused(first, last, sentence, bob):
    with pytest.raises(AbsenceNotPossible, match=sentence):
        add(bob.profile, first, last)


def test_a_person_enters_so_many_absences_only(bob):
    for day in range(ABSENCES_MAX):
        add(bob.profile, day, day)

    with pytest.raises(AbsenceNotPossible, match="Remove one first"):
        add(bob.profile, ABSENCES_MAX, ABSENCES_MAX)


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


@pytest.fixture
def page():
    return path(come_back_link(MentorFactory()))


def test_the_page_adds_and_removes_days(client, page):
    today = timezone.localdate()  # the page knows the real day
    until = today + timedelta(days=3)
    shown = client.post(page, {"do": "away", "from_on": today, "until_on": until}, follow=True)
    gone = client.post(page, {"do": "not_away", "from_on": today}, follow=True)

    assert f"{until:%Y}" in shown.content.decode()
    assert "Remove" in shown.content.decode()
    assert "Remove" not in gone.content.decode()


@pytest.mark.parametrize(
    "form", [{}, {"from_on": "x", "until_on": "y"}, {"from_on": "2027-01-03", "until_on": "2026-01-01"}]
)
def test_the_page_says_what_is_wrong(form, client, page):
    answer = client.post(page, {"do": "away"} | form)

    assert answer.status_code in (400, 409)
    assert 'class="problem"' in answer.content.decode()
    assert not Absence.objects.exists()
