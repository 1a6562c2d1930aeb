"""Pages with two addresses: members go on by those for members, and readers of a mail by signed ones."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from matching.links import choose_link, still_looking_link
from matching.services.ask_again import ask_again
from tests.factories import NOW, HelpRequestFactory
from tests.helpers import path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def over():
    return HelpRequestFactory(status="withdrawn")


def logged_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_asking_again_leads_a_member_to_the_page_of_members(over):
    response = logged_in(over.mentee).post(reverse("request", args=[over.uuid]), {"do": "again"})

    assert response.url == reverse("request", args=[over.copies.get().uuid])


def test_asking_again_leads_a_reader_of_a_mail_to_a_signed_page(over):
    response = Client().post(path(choose_link(over)), {"do": "again"})

    assert "/choose/" in response.url


def test_the_link_to_a_newer_request_is_of_the_same_kind(over):
    newer = ask_again(help_request_id=over.pk, by=over.mentee, now=NOW)
    address = reverse("request", args=[newer.uuid])

    page = logged_in(over.mentee).get(reverse("request", args=[over.uuid])).content.decode()
    mail = Client().get(path(choose_link(over))).content.decode()

    assert (f'href="{address}"' in page, "/choose/" in page) == (True, False)
    assert (f'href="{address}"' in mail, "/choose/" in mail) == (False, True)


@pytest.mark.parametrize("by", ["member", "mail"])
@pytest.mark.parametrize("status", ["open", "withdrawn"])
def test_the_page_of_still_looking_leads_on_to_an_address_of_the_same_kind(by, status):
    request = HelpRequestFactory(status=status)
    client = logged_in(request.mentee) if by == "member" else Client()
    address = reverse("request-still-looking", args=[request.uuid])

    page = client.get(address if by == "member" else path(still_looking_link(request))).content.decode()

    assert (reverse("request", args=[request.uuid]) in page) == (by == "member")
    assert ("/choose/" in page) == (by == "mail")


def test_the_page_of_still_looking_of_somebody_else_is_404(alice):
    assert logged_in(alice).get(reverse("request-still-looking", args=[HelpRequestFactory().uuid])).status_code == 404
