"""The page of a mentorship, for both."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Availability, Block
from matching.links import mentorship_link
from matching.models import HelpRequest
from matching.services.accept import accept_match
from mentorship.models import Goal, Mentorship
from mentorship.selectors.suggested_times import SUGGESTED
from tests.factories import NOW, MentorshipFactory
from tests.helpers import path, send
from tests.matching.helpers import mail_to, mentorship_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def row(matched):
    return mentorship_of(matched)


@pytest.fixture
def address(row):
    return reverse("mentorship", args=[row.uuid])


def shown(client, person, address) -> str:
    client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def free_all_week(*people) -> None:
    for person in people:
        for weekday in range(1, 8):
            Availability.objects.create(profile=person.profile, weekday=weekday, start_minute=0, end_minute=1440)


def test_both_see_each_other_the_goal_and_the_agenda(client, alice, bob, matched, address):
    for person, other, title in [(alice, bob, "Bob Baker mentors you"), (bob, alice, "You mentor Alice Archer")]:
        page = shown(client, person, address)
        assert f"<h1>{title}</h1>" in page
        assert f"mailto:{other.email}" in page
        assert str(matched.goal) in page
        assert matched.session_kind.agenda.splitlines()[0] in page


def test_somebody_else_gets_404(client, charlie, address):
    client.force_login(charlie)

    assert client.get(address).status_code == 404
    assert client.post(address, {"do": "pause"}).status_code == 404


def test_times_are_suggested_in_both_zones(client, alice, bob, address):
    alice.profile.timezone = "America/New_York"
    alice.profile.save()
    free_all_week(alice, bob)

    page = shown(client, alice, address)

    assert page.count("(New York, United States, UTC−5)") == SUGGESTED
    assert page.count("for Bob Baker") == SUGGESTED


def test_times_that_suit_nobody_are_said(client, alice, bob, address):
    Availability.objects.create(profile=alice.profile, weekday=1, start_minute=0, end_minute=60)
    Availability.objects.create(profile=bob.profile, weekday=2, start_minute=0, end_minute=60)

    assert "No time in the coming three weeks suits both" in shown(client, alice, address)


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_either_pauses_and_resumes(client, request, row, address, person):
    client.force_login(request.getfixturevalue(person))

    client.post(address, {"do": "pause"})
    row.refresh_from_db()
    assert row.status == "paused"
    assert "The mentorship is paused." in client.get(address).content.decode()

    client.post(address, {"do": "resume"})
    row.refresh_from_db()
    assert row.status == "active"


def test_a_second_click_is_no_error(client, alice, address):
    client.force_login(alice)
    client.post(address, {"do": "pause"})

    assert client.post(address, {"do": "pause"}).status_code == 302


def test_a_later_end_is_planned(client, alice, row, address):
    client.force_login(alice)

    answer = client.post(address, {"do": "extend", "until_on": "2027-08-01"})

    row.refresh_from_db()
    assert answer.status_code == 302
    assert str(row.planned_end_on) == "2027-08-01"


def test_a_refused_end_keeps_what_was_typed(client, alice, row, address):
    client.force_login(alice)

    answer = client.post(address, {"do": "extend", "until_on": "2020-01-01"})

    page = answer.content.decode()
    assert answer.status_code == 409
    [field] = re.findall('<input type="date" name="until_on"[^>]*>', page)
    assert 'value="2020-01-01"' in field
    assert f'aria-invalid="true" aria-describedby="problem-{row.uuid}"' in field
    assert f'<p class="problem" role="alert" id="problem-{row.uuid}">Choose a day after' in page


def test_the_goal_is_reached(client, bob, row, address):
    client.force_login(bob)

    client.post(address, {"do": "reached"})

    row.refresh_from_db()
    assert (row.status, row.end_reason, Goal.objects.get().status) == ("completed", "goal_reached", "reached")
    page = client.get(address).content.decode()
    assert "has ended" in page
    assert "The reason: the goal is reached." in page


def test_a_private_reason_is_read_by_its_author_only(client, alice, bob, address):
    client.force_login(alice)
    client.post(address, {"do": "end", "reason": "not_a_fit"})

    assert "The reason: we do not fit." in shown(client, alice, address)
    assert "The reason" not in shown(client, bob, address)


def test_the_mentee_changes_the_mentor_and_comes_to_the_open_request(client, alice, row, address):
    client.force_login(alice)
    # The texts of the factory are short, and a vague request cannot be opened again.
    HelpRequest.objects.update(
        situation="I am a postdoc in particle physics with six years of data analysis and two papers on it.",
        gap="I had five interviews and each time failed at questions on business cases.",
        ask="Rehearse one 30 minute case interview for a data scientist job with me before 15 March.",
    )

    answer = client.post(address, {"do": "change", "reason": "not_a_fit"})

    row.refresh_from_db()
    opened = HelpRequest.objects.get(status="open")
    assert row.status == "ended_early"
    assert answer["Location"] == reverse("request", args=[opened.uuid])


def test_a_mentor_is_offered_no_change_of_mentor(client, bob, address):
    assert "Change the mentor" not in shown(client, bob, address)

    assert client.post(address, {"do": "change", "reason": "not_a_fit"}).status_code == 409


def test_a_change_without_a_reason_is_400(client, alice, row, address):
    client.force_login(alice)

    assert client.post(address, {"do": "change"}).status_code == 400
    row.refresh_from_db()
    assert row.status == "active"


def test_a_block_hides_address_and_hours_and_leaves_the_end(client, alice, bob, row, address):
    free_all_week(alice, bob)
    Block.objects.create(blocker=bob, blocked=alice)

    page = shown(client, alice, address)
    assert bob.email not in page
    assert "Plan a session" not in page

    client.post(address, {"do": "end", "reason": "other"})
    row.refresh_from_db()
    assert row.status == "ended_early"
    assert bob.email not in client.get(address).content.decode()


def test_a_mentorship_without_a_request_has_a_page(client):
    row = MentorshipFactory()

    page = shown(client, row.mentee, reverse("mentorship", args=[row.uuid]))

    assert "Agenda" not in page
    assert "Change the mentor" not in page


def test_the_mail_that_begins_it_links_the_page(alice, bob, asked):
    accept_match(match_id=asked.pk, by=asked.mentor.user, now=NOW)
    send(NOW)

    body = mail_to(asked.help_request.mentee).body
    link = next(word for word in body.split() if "/mentorship/" in word)
    assert f"{asked.mentor.user.name} mentors you" in read(link)


def test_the_link_of_the_mail_works_without_a_login(alice, row):
    link = path(mentorship_link(row, alice))

    answer = Client().post(link, {"do": "pause"})

    assert answer["Location"] == link
    assert Mentorship.objects.get().status == "paused"


def test_the_number_of_queries_is_bounded(client, alice, address, django_assert_max_num_queries):
    client.force_login(alice)

    with django_assert_max_num_queries(28):
        client.get(address)
