"""The page on which a member reports or blocks another, from a login or a mail, and the list of both."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import TROUBLE, trouble_link
from accounts.models import Block, Concern
from accounts.services.concerns import raise_concern
from mentorship.selectors.mentors import kept_apart
from tests.factories import (
    BlockFactory,
    ConcernFactory,
    MatchFactory,
    MentorshipFactory,
    SessionFactory,
    UserFactory,
)
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

WORDS = "I waited twice for half an hour."
REPORT = {"do": "report", "topic": "attendance", "words": WORDS}
BLOCKS = reverse("blocks")


@pytest.fixture
def mentorship(alice, bob):
    return MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)


@pytest.fixture
def page(mentorship):
    return f"/mentorships/{mentorship.uuid}/trouble/"


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def text(answer) -> str:
    return " ".join(html.unescape(answer.content.decode()).split())


def test_a_member_reports_from_the_page(as_alice, page, mentorship, alice, bob):
    shown = text(as_alice.post(page, REPORT, follow=True))

    concern = Concern.objects.get()
    assert (concern.raised_by, concern.about, concern.topic, concern.words) == (alice, bob, "attendance", WORDS)
    assert (concern.subject_kind, concern.subject, concern.is_safety) == ("mentorship", mentorship.uuid, False)
    assert "The organisers have it." in shown
    assert "The organisers answer by" in shown
    assert kept_apart(alice.pk) == {bob.pk}


def test_the_form_says_above_the_field_who_reads_it_and_how_long(as_alice, page):
    shown = text(as_alice.get(page))

    assert "The organisers read it, and nobody else: not the other person. It is deleted 365 days after" in shown
    assert shown.index("It is deleted 365 days after") < shown.index("<textarea")


def test_a_report_without_words_keeps_the_topic(as_alice, page):
    answer = as_alice.post(page, REPORT | {"words": " ", "topic": "privacy"})

    assert answer.status_code == 400
    assert answer.context["form"]["topic"].value() == "privacy"
    assert answer.context["form"].errors.keys() == {"words"}
    assert not Concern.objects.exists()


def test_a_second_click_is_the_first_one(as_alice, page):
    for _click in range(2):
        assert as_alice.post(page, REPORT).status_code == 302

    assert Concern.objects.count() == 1


def test_a_refusal_keeps_the_words(as_alice, page):
    as_alice.post(page, REPORT)

    answer = as_alice.post(page, REPORT | {"words": "Once more."})

    assert (answer.status_code, answer.context["form"]["words"].value()) == (409, "Once more.")
    assert "they are on it" in text(answer)


def test_a_member_blocks_and_takes_it_back(as_alice, page, alice, bob):
    assert "You block Bob Baker" in text(as_alice.post(page, {"do": "block"}, follow=True))
    assert kept_apart(alice.pk) == {bob.pk}

    for _click in range(2):
        assert "Block Bob Baker" in text(as_alice.post(page, {"do": "unblock"}, follow=True))

    assert kept_apart(alice.pk) == frozenset()


@pytest.mark.parametrize("do", ["", "nonsense", "suspend"])
def test_an_unknown_button_changes_nothing(do, as_alice, page):
    assert as_alice.post(page, REPORT | {"do": do}).status_code == 400
    assert not Block.objects.exists()


def test_a_stranger_finds_no_such_page(client, charlie, page):
    client.force_login(charlie)

    assert client.get(page).status_code == 404
    assert client.post(page, REPORT).status_code == 404


def test_the_link_of_a_mail_asks_first_and_acts_by_a_button(mentorship, alice, bob):
    link = path(trouble_link("mentorship", mentorship.uuid, bob))

    for method in ("get", "head"):
        assert getattr(Client(), method)(link).status_code == 200
    assert not Block.objects.exists()

    Client().post(link, REPORT)

    assert (Concern.objects.get().raised_by, Concern.objects.get().about) == (bob, alice)


@pytest.mark.parametrize("topic", ["attendance", "money"])
def test_a_link_in_the_hands_of_the_other_one_tells_nothing_of_a_report(topic, mentorship, alice, bob):
    for about in (bob, *UserFactory.create_batch(4)):
        raise_concern(by=alice, about=about, topic="attendance", words=WORDS, now=timezone.now())
    link = path(trouble_link("mentorship", mentorship.uuid, alice))

    answers = [Client().post(link, REPORT | {"topic": topic, "words": "Is it you?"}) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    told = list(Concern.objects.filter(about=bob).order_by("pk").values_list("words", "more_words"))
    assert told == ([(WORDS, "Is it you?")] if topic == "attendance" else [(WORDS, ""), ("Is it you?", "")])


@pytest.mark.parametrize("thing", ["mentorship:", "mentorship:x", "x:{}", ":{}", "mentorship:{}:", "{}"])
def test_a_link_about_nothing_is_404(thing, mentorship, alice):
    link = path(TROUBLE.link(thing.format(mentorship.uuid), alice))

    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("reader", ["alice", "bob"])
def test_pages_of_the_two_link_to_it(reader, request, client, mentorship, alice, bob):
    session = SessionFactory(mentorship=mentorship)
    match = MatchFactory(help_request__mentee=alice, mentor=bob.mentor, status="asked")
    person = request.getfixturevalue(reader)
    client.force_login(person)
    about_match = {
        "alice": f"/requests/{match.help_request.uuid}/",
        "bob": f"/inbox/{match.uuid}/",
    }

    for address, link in (
        (f"/mentorships/{mentorship.uuid}/", f"/mentorships/{mentorship.uuid}/trouble/"),
        (f"/sessions/{session.uuid}/", f"/sessions/{session.uuid}/trouble/"),
        (about_match[reader], f"/matches/{match.uuid}/trouble/"),
    ):
        shown = client.get(address).content.decode()
        assert f'href="{link}"' in shown, address
        assert f'href="{link}#block"' in shown, address
        assert client.get(link).status_code == 200


def test_the_page_of_a_mentor_links_to_it_for_others(client, alice, bob):
    address = f"/mentors/{bob.mentor.uuid}/"
    client.force_login(alice)
    assert f'href="{address}trouble/"' in client.get(address).content.decode()

    client.force_login(bob)

    assert "trouble/" not in client.get(address).content.decode()
    assert client.get(f"{address}trouble/").status_code == 404


def test_a_mentor_cannot_report_a_mentee_whom_they_do_not_know(client, bob):
    offered = MatchFactory(mentor=bob.mentor, status="offered", asked_at=None, why_you="")
    client.force_login(bob)

    assert "trouble/" not in client.get(f"/inbox/{offered.uuid}/").content.decode()
    assert client.get(f"/matches/{offered.uuid}/trouble/").status_code == 404


def test_the_page_stays_open_after_a_block(as_alice, bob):
    address = f"/mentors/{bob.mentor.uuid}/trouble/"

    as_alice.post(address, {"do": "block"})

    assert as_alice.get(f"/mentors/{bob.mentor.uuid}/").status_code == 404
    assert "You block Bob Baker" in text(as_alice.get(address))


def test_the_settings_lead_to_the_list(as_alice):
    assert f'href="{BLOCKS}"' in as_alice.get("/settings/").content.decode()


def test_the_list_takes_a_block_back(as_alice, alice, bob):
    block = BlockFactory(blocker=alice, blocked=bob)
    others = BlockFactory(blocker=bob)
    assert "Take back the block of Bob Baker" in text(as_alice.get(BLOCKS))

    for uuid in (block.uuid, block.uuid, others.uuid):
        assert as_alice.post(BLOCKS, {"do": "unblock", "block": uuid}).status_code == 302

    assert list(Block.objects.all()) == [others]


def test_the_list_shows_what_became_of_a_report(as_alice, alice, bob):
    pair = {"raised_by": alice, "about": bob}
    concern = ConcernFactory(**pair, status="closed", outcome="suspended", answer="Thank you for it.")
    BlockFactory(blocker=alice, blocked=bob, concern=concern)

    shown = text(as_alice.get(BLOCKS))

    assert "The organisers have acted on it. You and Bob Baker stay out of contact here" in shown
    assert "Thank you for it." in shown


@pytest.mark.parametrize("place", ["list", "page"])
def test_the_reporter_comes_into_contact_again(place, as_alice, page, alice, bob):
    concern = ConcernFactory(raised_by=alice, about=bob)
    address = BLOCKS if place == "list" else page
    assert "Be in contact with Bob Baker again" in text(as_alice.get(address))

    shown = text(as_alice.post(address, {"do": "contact", "concern": concern.uuid}, follow=True))

    assert kept_apart(alice.pk) == frozenset()
    assert "Be in contact with" not in shown
    assert "You two are in contact again, as you wished." in shown


@pytest.mark.parametrize("place", ["list", "page"])
def test_with_some_topics_there_is_no_such_button(place, as_alice, page, alice, bob):
    concern = ConcernFactory(raised_by=alice, about=bob, topic="harassment")
    address = BLOCKS if place == "list" else page

    assert "Be in contact with" not in text(as_alice.get(address))
    assert as_alice.post(address, {"do": "contact", "concern": concern.uuid}).status_code == 409
    assert kept_apart(alice.pk) == {bob.pk}


@pytest.mark.parametrize(
    ("form", "status"),
    [({"do": "unblock"}, 302), ({"do": "contact"}, 404), ({"do": "contact", "concern": "x"}, 404), ({}, 400)],
)
def test_a_form_without_its_row_changes_nothing(form, status, as_alice, alice, bob):
    BlockFactory(blocker=alice, blocked=bob)

    assert as_alice.post(BLOCKS, form).status_code == status
    assert Block.objects.count() == 1


def test_a_concern_of_somebody_else_is_not_lifted(as_alice, bob):
    concern = ConcernFactory(raised_by=bob)

    assert as_alice.post(BLOCKS, {"do": "contact", "concern": concern.uuid}).status_code == 404
    assert kept_apart(bob.pk)


def test_the_list_has_nothing_of_others(as_alice, alice, bob):
    ConcernFactory(raised_by=bob, about=alice)
    BlockFactory(blocker=bob, blocked=alice)

    shown = text(as_alice.get(BLOCKS))

    assert "You block nobody." in shown
    assert "Bob" not in shown


@pytest.mark.parametrize("other", ["block", "concern"])
@pytest.mark.parametrize("status", ["open", "closed"])
def test_the_list_says_nothing_of_contact_while_something_else_parts_the_two(status, other, as_alice, alice, bob):
    pair = {"raised_by": alice, "about": bob}
    ConcernFactory(**pair, status=status, separation=False)
    if other == "block":
        BlockFactory(blocker=alice, blocked=bob)
    else:
        ConcernFactory(**pair, topic="harassment")

    shown = text(as_alice.get(BLOCKS))

    assert "contact again" not in shown
    assert "You and Bob Baker stay out of contact here" in shown


def test_a_block_by_the_other_side_stays_unknown(as_alice, alice, bob):
    ConcernFactory(raised_by=alice, about=bob, separation=False)
    BlockFactory(blocker=bob, blocked=alice)

    assert "You two are in contact again, as you wished." in text(as_alice.get(BLOCKS))
