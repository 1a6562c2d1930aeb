"""The page on which a mentee chooses a successor, or waits."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from accounts.models import MentorProfile
from accounts.services.blocks import block_person
from matching.links import CHOOSE, handover_link
from matching.models import Handover, Match
from matching.services.hand_over import hand_over
from tests.factories import NOW, MentorshipFactory, SessionFactory
from tests.helpers import path
from tests.matching.helpers import exclude, mentorship_of, press, read
from tests.moves import WHY, accept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def block(one, other) -> None:
    block_person(by=one, person=other, now=NOW)


def link(handover: Handover) -> str:
    return handover_link(handover.mentorship)


def request_behind(response) -> str:
    """Return the identifier of the request to whose signed page ``response`` leads. Its link differs each second."""
    thing, _ = CHOOSE.read(urlsplit(response["Location"]).path.split("/")[-2])
    return thing


def test_a_pause_offers_successors_with_reasons_and_waiting(pause, successor):
    page = read(link(pause))

    assert "Bob Baker pauses mentoring until 25 January 2030." in page
    assert "Ask Sue Cooper" in page
    assert "machine learning" in page
    assert "Wait for Bob Baker" in page


def test_a_mentor_who_is_gone_is_not_waited_for(gone, successor, bob):
    page = read(link(gone))

    assert "Bob Baker cannot go on as your mentor." in page
    assert "Ask Sue Cooper" in page
    assert "Wait for" not in page
    assert "suspend" not in page
    assert bob.email not in page


def test_asking_leads_to_the_request(pause, successor):
    response = press(link(pause), do="ask", mentor=successor.uuid, why_you=WHY, takes_notes="on")

    pause.refresh_from_db()
    assert request_behind(response) == str(pause.help_request.uuid)
    assert (pause.choice, pause.takes_notes) == ("asked", True)
    assert Match.objects.get(mentor=successor).status == "asked"


def test_a_second_click_leads_to_the_same_request(pause, successor):
    answers = [press(link(pause), do="ask", mentor=successor.uuid, why_you=WHY) for _ in range(2)]

    assert request_behind(answers[0]) == request_behind(answers[1])
    assert Match.objects.filter(mentor=successor).count() == 1


def test_a_reason_that_is_too_short_is_said_at_the_mentor_and_kept(pause, successor):
    response = press(link(pause), do="ask", mentor=successor.uuid, why_you="Hi there")

    page = response.content.decode()
    assert response.status_code == 400
    assert "Hi there" in page
    assert f'id="problem-{successor.uuid}"' in page


def test_a_successor_who_is_full_by_now_is_said(pause, successor, monkeypatch):
    MentorProfile.objects.filter(pk=successor.pk).update(capacity=1)
    MentorshipFactory(mentor=successor)

    response = press(link(pause), do="ask", mentor=successor.uuid, why_you=WHY)

    assert response.status_code == 409
    assert "This mentor cannot help with this request." in response.content.decode()


def test_a_successor_who_is_not_there_any_more_is_said(pause, successor):
    MentorProfile.objects.filter(pk=successor.pk).update(status="suspended")

    response = press(link(pause), do="ask", mentor=successor.uuid, why_you=WHY)

    assert response.status_code == 409
    assert "Choose another one." in response.content.decode()


def test_searching_leads_to_the_request(gone):
    response = press(link(gone), do="search")

    gone.refresh_from_db()
    assert (gone.choice, request_behind(response)) == ("search", str(gone.help_request.uuid))


def test_waiting_is_said_and_other_ways_stay(pause, successor):
    press(link(pause), do="wait")

    page = read(link(pause))
    assert "You wait for Bob Baker. Your mentorship is paused" in page
    assert "Ask Sue Cooper" in page
    assert 'value="wait"' not in page


def test_the_page_of_a_mentor_who_is_back_says_so(pause, bob):
    Handover.objects.update(closed_at=NOW)

    page = read(link(pause))

    assert "Bob Baker is back, and is your mentor as before." in page
    assert "<button" not in page.split("<main")[1].split("</main>")[0]


def test_the_page_of_an_old_choice_leads_on(gone):
    press(link(gone), do="search")

    page = read(link(gone))

    assert "Your mentorship has ended, and your request is open again." in page


def test_a_mentorship_without_a_handover_has_no_such_page(client, matched, alice):
    client.force_login(alice)

    assert client.get(reverse("handover", args=[mentorship_of(matched).uuid])).status_code == 404


def test_the_mentor_and_strangers_do_not_see_it(client, pause, bob, charlie):
    for person in (bob, charlie):
        client.force_login(person)
        assert client.get(reverse("handover", args=[pause.mentorship.uuid])).status_code == 404


def test_the_page_of_the_mentorship_leads_the_mentee_there(client, pause, alice, bob):
    address = reverse("mentorship", args=[pause.mentorship.uuid])
    theirs = reverse("handover", args=[pause.mentorship.uuid])
    pages = {}
    for person in (alice, bob):
        client.force_login(person)
        pages[person] = client.get(address).content.decode()

    assert theirs in pages[alice]
    assert "You choose how you go on." in pages[alice]
    assert theirs not in pages[bob]


def test_both_read_the_notes_that_came_along(client, pause, alice, successor):
    SessionFactory(mentorship=pause.mentorship, status="held", shared_notes="Practise STAR answers.")
    opened = hand_over(handover_id=pause.pk, by=alice, now=NOW, mentor_id=successor.pk, why_you=WHY, takes_notes=True)
    mentorship = accept(opened.matches.get(mentor=successor))

    for person in (alice, successor.user):
        client.force_login(person)
        page = client.get(reverse("mentorship", args=[mentorship.uuid])).content.decode()
        assert "Practise STAR answers." in page


@pytest.mark.parametrize("with_mentee", [True, False])
@pytest.mark.parametrize("part", [block, exclude])
def test_notes_with_a_mentor_who_is_kept_apart_from_one_of_the_two_are_left_out(
    part, with_mentee, client, pause, alice, bob, successor
):
    SessionFactory(mentorship=pause.mentorship, status="held", shared_notes="Practise STAR answers.")
    opened = hand_over(handover_id=pause.pk, by=alice, now=NOW, mentor_id=successor.pk, why_you=WHY, takes_notes=True)
    mentorship = accept(opened.matches.get(mentor=successor))
    other = alice if with_mentee else successor.user
    part(bob, other)

    for person in (alice, successor.user):
        client.force_login(person)
        page = client.get(reverse("mentorship", args=[mentorship.uuid])).content.decode()
        assert "Practise STAR answers." not in page


def test_the_home_page_leads_to_the_choice(client, gone, alice):
    client.force_login(alice)

    page = client.get("/").content.decode()

    assert "How do you go on without Bob Baker?" in page
    assert path(reverse("handover", args=[gone.mentorship.uuid])) in page
