"""The page where an admin proposes a mentor by hand."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Block
from matching.models import HandProposal, Match
from tests.factories import HelpRequestFactory, MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor
from tests.stacked_tables import stacked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def help_request(alice):
    return HelpRequestFactory(mentee=alice)


@pytest.fixture
def mentor():
    """Bea does not offer the kind of goal."""
    mentor = MentorFactory(user__name="Bea Busy", user__email="b.busy@example.org")
    mentor.goal_kinds.clear()
    return mentor


@pytest.fixture
def matchmaker(admin_user):
    browser = Client()
    log_in_with_second_factor(browser, UserFactory(role="matchmaker"))
    return browser


def page_of(help_request) -> str:
    return reverse("admin:matching_helprequest_propose", args=[help_request.pk])


@pytest.mark.parametrize("model", ["helprequest", "waitingrequest"])
def test_the_page_of_an_open_request_leads_there(model, admin_client, help_request):
    change = reverse(f"admin:matching_{model}_change", args=[help_request.pk])

    propose = reverse(f"admin:matching_{model}_propose", args=[help_request.pk])

    page = admin_client.get(change).content.decode()

    assert propose in page
    assert "Find a mentor" in admin_client.get(propose).content.decode()


def test_a_request_that_is_over_gets_nobody(admin_client, alice):
    over = HelpRequestFactory(mentee=alice, status="withdrawn")
    change = reverse("admin:matching_helprequest_change", args=[over.pk])

    assert page_of(over) not in admin_client.get(change).content.decode()
    assert "open requests only" in admin_client.get(page_of(over)).content.decode()


@pytest.mark.parametrize("words", ["bea", "busy bea", "b.busy@example"])
def test_a_mentor_is_found_by_name_and_address(words, admin_client, help_request, mentor):
    MentorFactory(user__name="Ben Other")

    page = admin_client.get(page_of(help_request), {"q": words}).content.decode()

    assert f"mentor={mentor.uuid}" in page
    assert "The mentor does not help with this kind of goal. (may be overridden)" in page
    assert "Ben Other" not in page
    assert stacked(page) == (1, [])


@pytest.mark.parametrize("words", ["grace", "grace hopper"])
def test_why_not_asks_which_of_several_mentors_is_meant(words, admin_client, help_request):
    first, second = MentorFactory.create_batch(2, user__name="Grace Hopper")
    MentorFactory(user__name="Ben Other")
    why_not = reverse("admin:matching_helprequest_why_not", args=[help_request.pk])

    asked = admin_client.get(why_not, {"mentor": words}).content.decode()
    answered = admin_client.get(why_not, {"mentor": second.uuid}).content.decode()

    assert "Whom do you mean?" in asked
    assert f"mentor={first.uuid}" in asked
    assert f"mentor={second.uuid}" in asked
    assert "Ben Other" not in asked
    assert "<h2>Grace Hopper</h2>" in answered
    assert " of 100 points." in answered


def test_why_not_takes_a_part_of_the_name_and_prefers_the_whole_name(admin_client, help_request, mentor):
    why_not = reverse("admin:matching_helprequest_why_not", args=[help_request.pk])
    assert "<h2>Bea Busy</h2>" in admin_client.get(why_not, {"mentor": "bea"}).content.decode()

    MentorFactory(user__name="Bea")

    assert "<h2>Bea</h2>" in admin_client.get(why_not, {"mentor": "bea"}).content.decode()


def test_a_matchmaker_finds_no_address_and_reads_no_private_rule(matchmaker, help_request, mentor, alice):
    Block.objects.create(blocker=mentor.user, blocked=alice)
    address = page_of(help_request)

    assert str(mentor.uuid) not in matchmaker.get(address, {"q": "b.busy@example"}).content.decode()
    page = matchmaker.get(address, {"mentor": mentor.uuid}).content.decode()
    assert "The mentor is not available at the moment." in page
    assert "kept apart" not in page


def test_an_admin_proposes_nobody_for_their_own_request(admin_client, admin_user):
    assert admin_client.get(page_of(HelpRequestFactory(mentee=admin_user))).status_code == 404


def test_an_admin_who_is_a_mentor_does_not_read_that_somebody_blocks_them(
    admin_client, admin_user, help_request, mentor, alice
):
    own = MentorFactory(user=admin_user)
    for blocked in (admin_user, mentor.user):
        Block.objects.create(blocker=alice, blocked=blocked)
    why_not = reverse("admin:matching_helprequest_why_not", args=[help_request.pk])

    pages = [
        (
            admin_client.get(page_of(help_request), {"mentor": one.uuid}).content.decode(),
            admin_client.get(why_not, {"mentor": one.user.email}).content.decode(),
        )
        for one in (own, mentor)
    ]

    assert ["kept apart" in page for two in pages for page in two] == [False, False, True, True]
    assert ["is not available" in page for two in pages for page in two] == [True, True, False, False]


def test_the_page_shows_fit_and_reasons_of_both_sides(admin_client, help_request, mentor):
    page = admin_client.get(page_of(help_request), {"mentor": mentor.uuid}).content.decode()

    assert " of 100 points." in page
    assert "Teaches machine learning" in page
    assert "Needs help with machine learning" in page
    assert "The mentor does not help with this kind of goal." in page


def test_a_mentor_is_proposed_with_an_override(admin_client, help_request, mentor, admin_user):
    posted = {"overridden": ["goal_not_offered"], "reason": "They met at our summer event."}

    page = admin_client.post(f"{page_of(help_request)}?mentor={mentor.uuid}", posted, follow=True).content.decode()

    assert "Bea Busy is proposed. Alice Archer gets a mail." in page
    # The row of the match on the page of the request.
    assert "By Ada Admin. The mentor does not help with this kind of goal. They met at our summer event." in page
    match = reverse("admin:matching_match_change", args=[Match.objects.get().pk])
    assert "They met at our summer event." in admin_client.get(match).content.decode()


@pytest.mark.parametrize(
    "posted", [{}, {"reason": "Yes."}, {"overridden": ["goal_not_offered"]}, {"overridden": ["paused"], "reason": "x"}]
)
def test_a_form_with_a_fault_proposes_nobody(posted, admin_client, help_request, mentor):
    answer = admin_client.post(f"{page_of(help_request)}?mentor={mentor.uuid}", posted)

    assert answer.status_code == 400
    assert not HandProposal.objects.exists()


def test_a_rule_that_came_between_refuses(admin_client, help_request, mentor):
    mentor.goal_kinds.set([help_request.goal.kind])
    type(mentor).objects.update(status="paused", pause_cause="own_wish")

    answer = admin_client.post(f"{page_of(help_request)}?mentor={mentor.uuid}", {"reason": ""})

    assert answer.status_code == 409
    assert "This mentor cannot be proposed. The mentor has paused mentoring." in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow_with_the_mentors_found(rows, admin_client, help_request, django_assert_num_queries):
    for number in range(rows):
        MentorFactory(user__name=f"Found {number}")

    with django_assert_num_queries(25):
        admin_client.get(page_of(help_request), {"q": "found"})


def test_odd_addresses_are_no_error(admin_client, help_request):
    for query in ("mentor=abc", f"mentor={'9' * 40}", "mentor=00000000-0000-0000-0000-000000000000"):
        assert admin_client.get(f"{page_of(help_request)}?{query}").status_code == 404, query
    for words in ("(", "%", "_", "é@é.example", "a" * 300, "a " * 80, "@", "' OR 1=1"):
        assert admin_client.get(f"{page_of(help_request)}?q={quote(words)}").status_code == 200, words
    assert admin_client.get(f"{page_of(help_request)}?q=%00").status_code == 400
    assert admin_client.post(page_of(help_request), {}).status_code == 400
    assert admin_client.get(page_of(help_request).replace(str(help_request.pk), "9" * 30)).status_code == 404
