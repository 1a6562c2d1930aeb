"""Matches in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import StaffRead
from matching.models import Clarification
from tests.factories import NOW, MatchFactory, UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def match():
    match = MatchFactory(status="clarifying")
    Clarification.objects.update(answer="For one advert.", answered_at=NOW)
    Clarification.objects.create(match=match, number=2, question="By which day?", asked_at=NOW)
    MatchFactory(status="clarifying", clarifications__question="Is this of another match?")
    return match


def test_the_questions_asked_back_are_shown_at_their_match(admin_client, match):
    page = admin_client.get(reverse("admin:matching_match_change", args=[match.pk])).content.decode()

    for text in ("Is the CV for one advert, or for several?", "For one advert.", "By which day?"):
        assert text in page
    assert "of another match" not in page
    assert "<textarea" not in page


def test_the_questions_asked_back_are_not_changed_by_admins(admin_client, match):
    form = {
        "clarifications-TOTAL_FORMS": 1,
        "clarifications-INITIAL_FORMS": 0,
        "clarifications-0-number": 2,
        "clarifications-0-question": "Changed?",
    }

    response = admin_client.post(reverse("admin:matching_match_change", args=[match.pk]), form)

    assert response.status_code == 403
    assert not Clarification.objects.filter(question="Changed?").exists()


@pytest.mark.parametrize("page", ["matching_match_change", "matching_helprequest_decide"])
def test_a_read_of_letters_is_noted_for_both_sides(page, admin_client):
    read = MatchFactory(status="asked", why_you="You did this before.")
    silent = MatchFactory(help_request=read.help_request, status="proposed")
    row = read if page == "matching_match_change" else read.help_request

    admin_client.get(reverse(f"admin:{page}", args=[row.pk]))

    people = (read.help_request.mentee, read.mentor.user, silent.mentor.user)
    noted = [list(person.staff_reads.values_list("what", flat=True)) for person in people]
    assert noted == [["letters"], ["letters"], []]


@pytest.mark.parametrize("page", ["matching_match_change", "matching_helprequest_decide"])
def test_a_page_without_letters_notes_no_read(page, client, admin_client):
    asked, proposed = MatchFactory(status="asked"), MatchFactory(status="proposed")
    by_request = page == "matching_helprequest_decide"
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    admin_client.get(reverse(f"admin:{page}", args=[proposed.help_request_id if by_request else proposed.pk]))
    client.get(reverse(f"admin:{page}", args=[asked.help_request_id if by_request else asked.pk]))

    assert not StaffRead.objects.exists()


def test_a_matchmaker_finds_a_match_by_a_name(client):
    match = MatchFactory(mentor__user__name="Findme Please")
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    found = client.get(reverse("admin:matching_match_changelist"), {"q": "Findme"}).context["cl"].result_list

    assert list(found) == [match]
