"""The page where an admin hands over the mentees of a mentor."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from matching.models import Handover
from tests.factories import GoalFactory, HandoverFactory, MentorshipFactory
from tests.helpers import kinds, queries_of
from tests.matching.helpers import mentorship_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def address(bob):
    return reverse("admin:matching_handover_start", args=[bob.mentor.pk])


def test_some_mentees_are_handed_over_from_the_page_of_the_mentor(admin_client, matched, bob, alice, address):
    stays = MentorshipFactory(mentor=bob.mentor, place=2, goal__mentee__name="Carla Clark")
    change = reverse("admin:accounts_mentorprofile_change", args=[bob.mentor.pk])
    assert address in admin_client.get(change).content.decode()

    shown = admin_client.get(address).content.decode()
    posted = {"mentorships": [mentorship_of(matched).pk], "reason": "Bob asked us to."}
    page = admin_client.post(address, posted, follow=True)

    assert "Alice Archer" in shown
    assert "Carla Clark" in shown
    assert page.redirect_chain[0][0] == change
    assert "1 mentee chooses how to go on without Bob Baker." in page.content.decode()
    assert Handover.objects.get().reason == "Bob asked us to."
    assert (kinds(alice), kinds(stays.mentee)) == (["handover_opened"], [])


def test_the_history_of_the_mentor_names_neither_mentees_nor_the_reason(admin_client, matched, bob, address):
    others = [MentorshipFactory(mentor=bob.mentor, place=place) for place in (2, 3)]
    posted = {"mentorships": [row.pk for row in [mentorship_of(matched), *others]], "reason": "Bob is ill."}

    admin_client.post(address, posted)

    line = LogEntry.objects.get().get_change_message()
    assert line == "3 mentees choose how to go on without Bob Baker. All get a mail."


def test_a_mentee_who_chooses_already_is_named_and_not_offered(admin_client, matched, address):
    HandoverFactory(mentorship=mentorship_of(matched))

    shown = admin_client.get(address).content.decode()

    assert "Asked already" in shown
    assert "Nobody is to be handed over" in shown
    assert admin_client.post(address, {"mentorships": ["1"], "reason": "x"}).status_code == 400


def test_the_queries_do_not_grow_with_mentees(admin_client, bob, address):
    def take(free: int, asked: int) -> None:
        MentorshipFactory(mentor=bob.mentor, place=free)
        HandoverFactory(mentorship=MentorshipFactory(mentor=bob.mentor, place=asked))

    take(1, 2)
    once = queries_of(admin_client, address)
    take(3, 4)
    take(5, 6)

    assert queries_of(admin_client, address) == once


def test_a_mentorship_of_the_admin_is_not_offered(admin_client, admin_user, bob, address):
    own = MentorshipFactory(mentor=bob.mentor, goal=GoalFactory(mentee=admin_user))

    posted = {"mentorships": [own.pk], "reason": "x"}

    assert admin_client.post(address, posted).status_code == 400
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    "posted", [{}, {"reason": "x"}, {"mentorships": "abc", "reason": "x"}, {"mentorships": "9" * 30}]
)
def test_an_odd_form_hands_over_nobody(posted, admin_client, matched, address):
    assert admin_client.post(address, posted).status_code == 400
    assert not Handover.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow_with_the_mentees(rows, admin_client, bob, address, django_assert_num_queries):
    for place in range(1, rows + 1):
        MentorshipFactory(mentor=bob.mentor, place=place)

    with django_assert_num_queries(8):
        admin_client.get(address)
