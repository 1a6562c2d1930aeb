"""The figures of the home, against a community that was counted by hand, and against the lists behind them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.figures.registry import Figure, all_figures, register
from accounts.figures.store import KEY, SLOW, count_figures, count_slow_figures, kept_rows, slow_figure
from accounts.figures.values import Period, Unit
from accounts.models import User
from matching.models import HelpRequest
from tests import hand_counted
from tests.factories import ConcernFactory, GoalFactory, HelpRequestFactory, NotificationFactory, UserFactory
from tests.hand_counted import Community
from tests.helpers import log_in_with_second_factor
from tests.matching.helpers import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

COUNTED = {Period.MONTH: hand_counted.MONTH, Period.QUARTER: hand_counted.QUARTER, Period.ALL: hand_counted.ALL}


def test_the_figures_are_those_that_were_counted_by_hand(now, subtests):
    Community(now)

    for figure in all_figures():
        for period, expected in COUNTED.items():
            n, numbers = (hand_counted.STATE if figure.is_state or figure.is_slow else expected)[figure.code]
            with subtests.test(figure=figure.code, period=period):
                counted = figure.count(period, now)
                assert (counted.n, dict(counted.numbers)) == (n, pytest.approx(numbers, nan_ok=True))


def test_every_figure_has_a_number_for_each_part(now, subtests):
    for figure in all_figures():
        with subtests.test(figure=figure.code):
            assert {part.code for part in figure.parts} <= set(figure.count(Period.ALL, now).numbers)


def test_whom_to_recruit_is_told(now):
    Community(now)
    [recruits] = [figure for figure in all_figures() if figure.code == "recruits"]

    assert tuple(line.text for line in recruits.count(Period.ALL, now).lines) == hand_counted.RECRUITS


def test_trends_count_all_of_the_period(now):
    Community(now)

    trends = {figure.code: figure.count(Period.QUARTER, now).trend for figure in all_figures()}

    # Twelfths of a quarter are 7.5 days: the first one ends 82.5 days ago.
    assert {code: trend for code, trend in trends.items() if trend} == {
        "newcomers": (0, 0, 0, 0, 2, 1, 0, 0, 0, 1, 1, 2),
        "matched": (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0),
        "mentorships": (1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0),
        "sessions": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1),
    }


def lists_behind(figure: Figure, period: Period, reader: User):
    """Yield the address of the list behind each number of a figure that counts rows, and the number."""
    counted = figure.count(period, timezone.now())
    yield figure.url(period, reader=reader), counted.n
    for part in figure.parts:
        if part.unit is Unit.COUNT:
            yield figure.url_of_part(part, period, reader=reader), counted.numbers[part.code]
    for line in counted.lines:
        yield figure.url_of_line(line, period, reader=reader), len(line.rows)


def test_each_number_leads_to_the_rows_that_it_counts(client, subtests):
    community = Community(timezone.now())
    count_figures(now=timezone.now())
    count_slow_figures(now=timezone.now())
    log_in_with_second_factor(client, community.admin)
    seen = set()

    for figure in all_figures():
        for period in () if figure.is_private else COUNTED:
            for address, number in lists_behind(figure, period, community.admin):
                with subtests.test(figure=figure.code, period=period, address=address):
                    assert client.get(address).context["cl"].result_count == number
                    seen.add(address)
    assert len(seen) > 90


def test_figures_of_private_answers_lead_nowhere(client):
    community = Community(timezone.now())
    log_in_with_second_factor(client, community.admin)

    private = {figure.code: figure for figure in all_figures() if figure.is_private}

    assert set(private) == {"fit_checks", "outcome_end", "outcome_later"}
    for figure in private.values():
        parts = [figure.url_of_part(part, Period.ALL, reader=community.admin) for part in figure.parts]
        assert {figure.url(Period.ALL, reader=community.admin), *parts} == {""}
    # The list of mentorships knows no step: it would name those who gave the answers.
    for name in ("outcome_end", "outcome_later"):
        listed = client.get(reverse("admin:mentorship_mentorship_changelist"), {name: "all"})
        assert listed.status_code == 400, name


@pytest.mark.parametrize("facts", [{"is_private": True}, {"behind": None}])
def test_a_figure_has_a_list_unless_it_is_private(facts):
    running = next(figure for figure in all_figures() if figure.code == "running")

    with pytest.raises(ValueError, match="list"):
        register(replace(running, code="other", **facts))


def test_a_list_with_a_combination_or_profile_that_nobody_wants_is_refused(client):
    log_in_with_second_factor(client, Community(timezone.now()).admin)

    for name, query in (
        ("matching_helprequest", {"combination": "0" * 12}),
        ("matching_helprequest", {"frees": "0" * 12}),
        ("accounts_mentorprofile", {"serves": "x"}),
    ):
        assert client.get(reverse(f"admin:{name}_changelist"), query).status_code == 400, query


def lists_by_what_was_counted() -> dict[str, str]:
    """Return a list by each filter that looks up what a figure kept, with the first code of it."""
    names = ("combination", "serves", "places")
    found = {name: next(iter(kept_rows("deserts", name).rows)) for name in names}
    return found | {"frees": slow_figure("recruits", now=timezone.now()).counted.lines[0].code}


def test_lists_by_a_combination_or_profile_never_count(client):
    """Each code is that of an open request, but a list knows only those that were counted."""
    community = Community(timezone.now())
    log_in_with_second_factor(client, community.admin)
    count_figures(now=timezone.now())
    codes = lists_by_what_was_counted()
    pages = {"serves": "accounts_mentorprofile"}
    cache.clear()

    def status(name: str) -> int:
        page = reverse(f"admin:{pages.get(name, 'matching_helprequest')}_changelist")
        return client.get(page, {name: codes[name]}).status_code

    log_in_with_second_factor(client, community.admin)
    assert {name: status(name) for name in codes} == dict.fromkeys(codes, 400)
    assert cache.get(KEY.format(SLOW)) is None

    count_figures(now=timezone.now())
    count_slow_figures(now=timezone.now())
    assert {name: status(name) for name in codes} == dict.fromkeys(codes, 200)


def test_a_list_by_a_combination_is_that_of_the_count_and_says_its_age(client):
    at = timezone.now() - timedelta(hours=3)
    admin = Community(at).admin
    log_in_with_second_factor(client, admin)
    count_figures(now=at)
    code, (_words, keys) = next(iter(kept_rows("deserts", "combination").rows.items()))
    HelpRequestFactory(goal=GoalFactory(kind=HelpRequest.objects.get(pk=keys[0]).goal.kind))

    page = client.get(reverse("admin:matching_helprequest_changelist"), {"combination": code})

    assert [row.pk for row in page.context["cl"].result_list] == keys
    assert "counted 3\xa0hours ago" in page.content.decode()


def test_each_page_about_a_figure_opens(client, subtests):
    community = Community(timezone.now())
    log_in_with_second_factor(client, community.admin)

    for figure in all_figures():
        if figure.more:
            with subtests.test(figure=figure.code):
                assert client.get(reverse(f"admin:{figure.more.page}")).status_code == 200


def links(page: str, name: str) -> list[tuple[str, int]]:
    """Return the addresses of a page that have a filter ``name``, each with the number that leads there."""
    found = re.findall(rf'<a href="([^"]*[?]{name}=[^"]*)">(\d+)<', page)
    return [(address, int(number)) for address, number in found]


def test_rows_of_deserts_lead_to_their_requests_and_mentors(client):
    community = Community(timezone.now())
    log_in_with_second_factor(client, community.admin)
    page = client.get(reverse("admin:matching_helprequest_deserts")).content.decode()

    requests, mentors = links(page, "combination"), links(page, "serves")

    assert ([number for _, number in requests], [number for _, number in mentors]) == ([1, 1], [3])
    for address, number in requests + mentors:
        assert client.get(address).context["cl"].result_count == number, address


def test_rows_of_whom_to_recruit_lead_to_their_requests(client):
    community = Community(timezone.now())
    log_in_with_second_factor(client, community.admin)
    page = client.get(reverse("admin:matching_helprequest_recruit")).content.decode()

    found = {
        re.sub(r".*=", "", address): [row.mentee for row in client.get(address).context["cl"].result_list]
        for address in re.findall(r'href="([^"]*[?]frees=[^"]*)"', page)
    }

    assert found.pop("any") == [community.max]
    assert list(found.values()) == [[community.max]]


def test_whom_to_recruit_is_counted_again_by_its_button(admin_client):
    address = reverse("admin:matching_helprequest_recruit")
    assert "Nobody to recruit" in admin_client.get(address).content.decode()
    waiting(timezone.now())

    assert admin_client.post(address).status_code == 302

    assert "frees 1 waiting request." in admin_client.get(address).content.decode()


def test_mail_about_a_concern_about_an_admin_is_in_no_figure(client):
    community = Community(timezone.now())
    concern = ConcernFactory(about=community.admin)
    at = timezone.now() - timedelta(hours=1)
    NotificationFactory(recipient=community.mia, kind="concern_received", key=f"{concern.uuid}:1", due_at=at)
    [mail] = [figure for figure in all_figures() if figure.code == "mail"]
    other = UserFactory(role="owner")

    assert mail.count(Period.MONTH, timezone.now()).n == hand_counted.MONTH["mail"][0]
    for admin in (community.admin, other):
        log_in_with_second_factor(client, admin)
        address = mail.url(Period.MONTH, reader=admin)
        assert client.get(address).context["cl"].result_count == hand_counted.MONTH["mail"][0]


def test_a_period_that_a_list_does_not_offer_is_refused(client):
    log_in_with_second_factor(client, Community(timezone.now()).admin)

    for period in ("31d", "ahead", "", "\u0663\u0660d"):
        response = client.get(reverse("admin:accounts_user_changelist"), {"joined": period})
        assert response.status_code == 400, period


def test_the_documentation_has_each_definition():
    page = (settings.BASE_DIR / "docs/admin.md").read_text()
    section = re.search(r"^## The state of things\n(.*?)^## ", page, re.DOTALL | re.MULTILINE)[1]
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE))

    assert {title: rows.get(title) for title in (figure.title for figure in all_figures())} == {
        figure.title: figure.definition for figure in all_figures()
    }
