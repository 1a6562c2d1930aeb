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
    answer = api(bob).patch("/api/v1/me/", {"absences": [{"from_on": "2026-12-20", "until_on": "2027-01-03"}]})

    assert answer.json()["absences"] == [{"from_on": "2026-12-20", "until_on": "2027-01-03"}]


@pytest.mark.parametrize(
    "absences",
    [
        [{"from_on": "2027-01-03", "until_on": "2026-12-20"}],
        [{"from_on": "2026-12-20"}],
        [{"from_on": "2026-12-20", "until_on": "soon"}],
        [{"from_on": "2026-12-20", "until_on": "2026-12-21"}, {"from_on": "2026-12-20", "until_on": "2026-12-24"}],
        "2026-12-20",
    ],
)
def test_the_api_refuses_days_that_make_no_sense(absences, api, bob):
    assert api(bob).patch("/api/v1/me/", {"absences": absences}).status_code == 400
    assert not Absence.objects.exists()


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
