"""The admin reads how many fit checks have which answer, and who said "not good"; never a note."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import NOW, FitCheckFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LIST = "admin:mentorship_fitcheck_changelist"


@pytest.fixture
def checks(alice, bob, charlie):
    """Return what Alice, Bob and Charlie said: not good, good, and nothing."""
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    return [
        FitCheckFactory(mentorship=mentorship, answer="not_good", note="Secret one."),
        FitCheckFactory(mentorship=mentorship, person=bob, answer="good", note="Secret two."),
        FitCheckFactory(mentorship__mentor=charlie.mentor, person=charlie, closed_at=NOW),
    ]


def test_the_list_names_who_said_not_good_and_counts_the_rest(admin_client, checks):
    page = admin_client.get(reverse(LIST)).content.decode()

    assert "Of 3 fit checks, 1 were answered “good”, 0 “unsure” and 1 “not good”; 1 have no answer." in page
    assert page.count('class="field-person') == 1
    assert "Alice Archer" in page
    assert "Secret" not in page


def test_a_row_shows_the_fact_without_the_note(admin_client, checks):
    page = admin_client.get(reverse("admin:mentorship_fitcheck_change", args=[checks[0].pk])).content.decode()

    assert "Alice Archer" in page
    assert "Secret" not in page


@pytest.mark.parametrize(("facts", "listed"), [({"closed_at": NOW}, 1), ({"answer": "good"}, 0)])
def test_a_later_answer_takes_a_row_off_the_list(facts, listed, admin_client, checks):
    FitCheckFactory(mentorship=checks[0].mentorship, number=2, **facts)

    assert admin_client.get(reverse(LIST)).content.decode().count('class="field-person') == listed


def test_the_end_takes_a_row_off_the_list(admin_client, checks):
    checks[0].mentorship.move_to("completed", at=NOW)

    assert 'class="field-person' not in admin_client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("number", [1, 2])
def test_other_answers_have_no_page(number, admin_client, checks):
    answer = admin_client.get(reverse("admin:mentorship_fitcheck_change", args=[checks[number].pk]), follow=True)

    assert "Secret" not in answer.content.decode()
    assert answer.request["PATH_INFO"] == reverse("admin:index")


@pytest.mark.parametrize("query", ["note__startswith=Secret", "answer=good", "q=Secret"])
def test_the_note_cannot_be_searched(query, admin_client, checks):
    answer = admin_client.get(f"{reverse(LIST)}?{query}")

    assert answer.status_code == 400 or 'class="field-person' not in answer.content.decode()
