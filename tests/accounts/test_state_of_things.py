"""The section of the admin's home with the figures: as each role reads it."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.figures.store import COUNTING, STATE, count_figures, count_slow_figures
from accounts.figures.values import DEFAULT, duration_in_words
from accounts.models import User
from accounts.state_of_things import state_of_things
from tests.factories import MentorFactory, UserFactory
from tests.hand_counted import Community
from tests.helpers import log_in_with_second_factor

# The zone of a new profile.
BERLIN = ZoneInfo("Europe/Berlin")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

HOME = "/admin/"


def section(client, **query: str) -> str:
    page = client.get(HOME, query).content.decode()
    return re.search(r'<section class="state".*?</section>', page, re.DOTALL)[0]


def article(text: str, title: str) -> str:
    """Return the visible text of one figure, without tags, on one line."""
    found = re.search(rf"<article>\s*<h4>{title}</h4>.*?</article>", text, re.DOTALL)[0]
    found = re.sub(r'<span class="visually-hidden">.*?</span>', "", found)
    return " ".join(re.sub(r"<[^>]*>", " ", found).split()).replace(" ,", ",")


@pytest.fixture
def home(client):
    """A client of an owner, in the community that was counted by hand."""
    log_in_with_second_factor(client, Community(timezone.now()).admin)
    count_slow_figures(now=timezone.now())
    return client


def test_a_figure_says_its_count_since_when_and_what_it_is(home):
    text = section(home)

    assert article(text, "Answer rate of mentors").startswith("Answer rate of mentors Questions: n = 3, since ")
    assert "answered 67% yes 1 no 1 no answer 1" in article(text, "Answer rate of mentors")
    assert "Questions to mentors that ended in the period" in text
    waiting = article(text, "Open requests")
    assert "Requests: n = 2, now median 30 days 90% within 46 days oldest 50 days up to a week 0" in waiting
    assert re.search(
        r"n = 1, counted on [\w ]+, \d\d:\d\d A mentor who works as Lawyer", article(text, "Whom to recruit")
    )


def test_a_period_is_chosen(home):
    month = section(home, period="30d")

    assert "Accounts: n = 4," in article(month, "Newcomers")
    assert re.search(r'<a href="\?period=30d#the-state-of-things" aria-current="true">30 days</a>', month)
    assert "good 4 unsure 1 not good 0 no answer 1" in article(month, "Fit checks")
    assert "as hoped or better – less than hoped – no answer –" in article(month, "Outcome some time later")
    assert "Accounts: n = 11," in article(section(home, period="all"), "Newcomers")


@pytest.mark.parametrize("text", ["", "7d", "30D", "٣٠d", "9" * 5000, "<script>"])
def test_an_odd_period_is_the_usual_one(home, text):
    assert "Accounts: n = 7," in article(section(home, period=text), "Newcomers")


def test_another_period_keeps_the_filter_of_what_needs_somebody(home):
    assert 'href="?owner=mine&amp;period=all#the-state-of-things"' in section(home, owner="mine")


def test_charts_are_drawn_without_script_and_style(home):
    text = section(home)

    assert text.count('<svg class="chart" role="img" aria-label=') > 10
    assert "<script" not in text
    assert "style=" not in text


def test_numbers_lead_to_their_lists(home):
    text = section(home)

    for address in ("/admin/matching/match/?answer=none&amp;ended=90d", "/admin/matching/waitingrequest/"):
        assert f'href="{address}"' in text


def test_the_page_says_when_the_figures_were_counted(home):
    at = timezone.now() - timedelta(hours=3)
    count_figures(now=at)

    assert f"Counted on {date_format(localtime(at, BERLIN), 'j F Y, H:i')}, 3\xa0hours ago." in section(home)


def test_the_page_says_that_figures_are_being_counted(home):
    for part in (STATE, DEFAULT):
        cache.set(COUNTING.format(part), True)

    text = section(home)

    assert "Some figures are being counted: open this page again in a minute." in text
    assert re.findall("<h4>(.*?)</h4>", text) == ["Whom to recruit"]


@pytest.mark.parametrize("role", ["viewer", "matchmaker"])
def test_a_role_reads_links_to_the_lists_that_it_may_see(home, client, role):
    log_in_with_second_factor(client, UserFactory(role=role, name="Ruth Reader"))

    text = section(client)

    opened = {"viewer": {"/admin/matching/helprequest/deserts/"}}
    found = {address.partition("?")[0] for address in re.findall(r'href="(/[^"]*)"', text)}
    if role == "viewer":
        assert found == opened[role]
    for address in found:
        assert client.get(address).status_code == 200, address
    assert ("Lawyer" in text) == (role == "matchmaker")
    assert [name for name in User.objects.values_list("name", flat=True) if name in text] == []


@pytest.mark.parametrize("people", [1, 3])
def test_counted_figures_are_one_query(rf, admin_user, people, django_assert_num_queries):
    Community(timezone.now())
    MentorFactory.create_batch(people, status="applied")
    count_figures(now=timezone.now())
    request = rf.get(HOME)
    request.user = admin_user

    with django_assert_num_queries(1):
        assert len(state_of_things(request)["figure_groups"]) == 4


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "120 min"), (7200, "2 hours"), (172_800, "2 days")],
)
def test_durations_have_a_unit_for_people(seconds, words):
    assert duration_in_words(seconds) == words


def test_the_pages_of_figures_are_linked_from_the_home(home):
    for name in ("matching_helprequest_deserts", "matching_helprequest_recruit"):
        assert f'href="{reverse(f"admin:{name}")}"' in section(home)
