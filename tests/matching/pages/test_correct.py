"""The page on which a mentee corrects an open request."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse

from matching.links import choose_link
from tests.factories import HelpRequestFactory, MatchFactory
from tests.helpers import kinds, path
from tests.matching.helpers import press, read
from tests.matching.pages.forms import GOOD, posted_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def correction(request, **values):
    form = posted_for(request, **values) | {"correcting": "yes", "do": "submit"}
    return {name: value for name, value in form.items() if name not in ("goal", "session_kind", "format")}


def shown(response) -> str:
    return html.unescape(response.content.decode())


@pytest.mark.parametrize(
    ("status", "says"), [("proposed", "so nobody is told"), ("asked", "1 mentor was asked or has offered help")]
)
def test_the_page_says_first_who_reads_the_change(status, says):
    match = MatchFactory(status=status)

    page = read(f"{choose_link(match.help_request)}?correct")

    assert says in page
    assert match.help_request.ask in page
    assert "with another goal, kind of session or format it would be another question" in page
    assert 'name="goal"' not in page


def test_a_correction_is_stored_and_the_mentor_is_told():
    match = MatchFactory(status="asked")

    response = press(choose_link(match.help_request), **correction(match.help_request, ask=GOOD["ask"]))

    assert response.status_code == 302
    match.help_request.refresh_from_db()
    assert match.help_request.ask == GOOD["ask"]
    assert kinds(match.mentor.user) == ["request_corrected"]


LINES = "I work at night.\nI have no time by day."


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("facts", [{}, {"situation": LINES, "why": LINES, "minutes": 75}, {"max_rate_amount": "40.5"}])
def test_an_unchanged_form_stores_nothing_and_says_so(facts, line_break, rung):
    if "max_rate_amount" in facts:
        facts = facts | {"accepts_paid": True, "max_rate_currency": "EUR", "max_rate_per": "month"}
    request = HelpRequestFactory(languages=["en"], **facts)
    request.refresh_from_db()
    form = correction(request, languages=["en"])
    if request.max_rate:
        rate = {f"max_rate_{name}": value for name, value in request.max_rate.items()}
        form |= {"accepts_paid": "on"} | rate
    form = {name: value.replace("\n", line_break) if isinstance(value, str) else value for name, value in form.items()}

    response = Client().post(path(choose_link(request)), form, follow=True)

    assert "Nothing is changed" in shown(response)
    assert "is corrected" not in shown(response)
    assert not request.corrections.exists()
    assert rung == []


@pytest.mark.parametrize(
    ("values", "status"),
    [({"situation": "Me.", "gap": "All.", "ask": "Please help me."}, 409), ({"minutes": "3"}, 400)],
)
def test_a_refused_correction_keeps_what_was_typed(values, status):
    request = HelpRequestFactory()

    response = press(choose_link(request), **correction(request, why="It is my dream.", **values))

    assert response.status_code == status
    assert "It is my dream.</textarea>" in shown(response)
    request.refresh_from_db()
    assert request.why == ""


def test_the_coach_stands_beside_a_correction():
    request = HelpRequestFactory()

    response = press(choose_link(request), **correction(request, ask="Please help me.") | {"do": "check"})

    assert "The ask does not yet name one thing" in shown(response)
    request.refresh_from_db()
    assert request.ask != "Please help me."


@pytest.mark.parametrize("status", ["draft", "matched", "withdrawn"])
def test_a_request_that_is_not_open_is_not_corrected(status):
    request = HelpRequestFactory(status=status)

    assert "Correct your request" not in read(f"{choose_link(request)}?correct")


def test_the_request_of_somebody_else_is_404(client, alice):
    request = HelpRequestFactory()
    client.force_login(alice)

    address = reverse("request", args=[request.uuid])
    assert client.get(f"{address}?correct").status_code == 404
    assert client.post(address, correction(request)).status_code == 404
