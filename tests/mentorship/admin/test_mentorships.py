"""Mentorships and exclusions in the admin."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from mentorship.models import Exclusion, Mentorship
from tests.factories import FitCheckFactory, MentorshipFactory, UserFactory
from tests.helpers import kinds, log_in_with_second_factor, run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
NOTE = "They told us on the phone."


@pytest.mark.parametrize(
    "answers", [{}, {"note": ""}, {"reason": "completed:goal_reached"}, {"reason": "completed:no_time", "note": NOTE}]
)
def test_the_list_asks_for_a_reason_and_a_note_before_it_ends_anything(answers, admin_client, alice):
    mentorship = MentorshipFactory(goal__mentee=alice)

    page = run_admin_action(admin_client, "mentorship_mentorship", "end", mentorship, **answers)

    assert "End, and tell both?" in page
    assert "Alice Archer" in page
    assert "no time any more" in page
    mentorship.refresh_from_db()
    assert mentorship.status == "active"
    assert kinds(alice) == []


def test_an_admin_ends_mentorships_once_with_a_reason_and_a_note(admin_client, admin_user):
    rows = MentorshipFactory.create_batch(2)

    first = run_admin_action(
        admin_client, "mentorship_mentorship", "end", *rows, reason="completed:helped_enough", note=NOTE
    )
    second = run_admin_action(
        admin_client, "mentorship_mentorship", "end", *rows, reason="ended_early:no_time", note=NOTE
    )

    assert (
        unescape(first).count(f"has ended: completed, it helped, and that is enough. Both get a mail. Note: {NOTE}")
        == 2
    )
    assert "not possible any more: the mentorship is completed" in second
    for mentorship in Mentorship.objects.all():
        assert (mentorship.status, mentorship.end_reason) == ("completed", "helped_enough")
        assert mentorship.ended_by == admin_user
        assert kinds(mentorship.mentee) == ["mentorship_ended"]


def test_an_exclusion_is_entered_in_any_order(admin_client, alice, bob):
    later, earlier = sorted([alice.pk, bob.pk], reverse=True)
    form = {"first": later, "second": earlier, "reason": "manager"}

    admin_client.post(reverse("admin:mentorship_exclusion_add"), form)

    exclusion = Exclusion.objects.get()
    assert (exclusion.first_id, exclusion.second_id) == (earlier, later)


def test_the_list_leads_to_the_numbers_of_outcomes_and_fit_checks(admin_client, alice, bob):
    FitCheckFactory(mentorship__goal__mentee=alice, answer="not_good", note="Secret.")

    page = admin_client.get(reverse("admin:mentorship_mentorship_changelist")).content.decode()

    assert 'href="/admin/#the-state-of-things"' in page
    assert "Secret" not in page


def found(client, words: str) -> list[Mentorship]:
    return list(client.get(reverse("admin:mentorship_mentorship_changelist"), {"q": words}).context["cl"].result_list)


@pytest.mark.parametrize("words", ["lovelace", "Augusta ada", "countess@example.net", "Babb", "engine@example.net"])
def test_a_mentorship_is_found_by_the_name_or_address_of_either(words, admin_client):
    pair = MentorshipFactory(
        goal__mentee__name="Augusta Ada Lovelace",
        goal__mentee__email="countess@example.net",
        mentor__user__name="Charles Babbage",
        mentor__user__email="engine@example.net",
    )
    MentorshipFactory(goal__mentee__name="Somebody Else")

    assert found(admin_client, words) == [pair]


def test_a_matchmaker_searches_no_mentorships(client):
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    assert client.get(reverse("admin:mentorship_mentorship_changelist"), {"q": "lovelace"}).status_code == 403
