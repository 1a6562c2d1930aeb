"""Each page of the admin leads back to the list from which its reader came, and to the rows before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import MentorProfile
from accounts.way_back import FILTERS, PLACE
from tests.config.test_admin_roles import MODELS, OWN_LISTS, OWN_PAGES, addresses, label, rows
from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor

__all__ = ["rows"]  # a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung", "rows")]

LEFT = "o=1&p=1"
QUERY = urlencode({FILTERS: LEFT, PLACE: "1"})
# This page leads back to the home, by an address of its own.
OF_THE_HOME = {"accounts_escalation_one"}
# Answers that are files.
FILES = {name for name in OWN_PAGES if name.endswith("_export")} | {
    "mentorship_cohort_audit",
    "mentorship_cohort_scores",
}
# Its recipients have neighbours of their own. Pages about something within a cohort have none.
OWN_NEIGHBOURS = {
    "accounts_groupmail_one",
    *(f"mentorship_cohort_{page}" for page in ("member", "take_out", "draft", "pair", "edit", "compare", "publish")),
    *("mentorship_cohort_take_back", "mentorship_cohort_decisions"),
}
# Pages whose buttons lead on if they are filled in as below. A new page with a form belongs here.
LEADS_ON = {
    "accounts_block_delete",
    "accounts_concern_change",
    "accounts_escalation_rule",
    "accounts_groupmail_change",
    "accounts_groupmail_one",
    "accounts_groupmail_recipients",
    "accounts_mentorprofile_change",
    "accounts_mentorprofile_decide",
    "accounts_trialmode_switch",
    "accounts_user_change",
    "accounts_user_duplicates",
    "accounts_user_merge",
    "accounts_user_role",
    "matching_handover_start",
    "matching_helprequest_decide",
    "matching_import_columns",
    "matching_match_move_on",
    "mentorship_mentorship_end",
    "mentorship_mentorship_extend",
}

# The menu beside a page, and Django's list of what a deletion takes along.
NOT_OF_THE_LIST = re.compile(r'<nav [^>]*id="nav-sidebar".*?</nav>|<ul id="deleted-objects">.*?(?=<form)', re.DOTALL)

Values = dict[str, list[str]]


class Form:
    def __init__(self, about: dict[str, str]) -> None:
        self.method, self.action = about.get("method", "get").lower(), about.get("action", "")
        self.values: Values = {}
        self.buttons: list[Values] = []

    def add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)

    def sent(self) -> Iterator[Values]:
        """Yield what each button sends."""
        for button in self.buttons or [{}]:
            yield self.values | button


class Page(HTMLParser):
    """The links and the forms of a page below its head and its menu. Each field is filled in with something."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._field = self._words = ""
        self._options: list[tuple[str, bool]] = []
        self.feed(NOT_OF_THE_LIST.sub("", "<div" + content.partition('<div class="breadcrumbs"')[2]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value if value is not None else "" for name, value in attrs}
        if tag == "a" and "href" in about:
            self.links.append(about["href"])
        elif tag == "form":
            self._form = Form(about)
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "button" or (tag == "input" and about.get("type") == "submit"):
            self._form.buttons.append({about["name"]: [about.get("value", "")]} if "name" in about else {})
        elif tag == "input" and about.get("name"):
            self._fill(about)
        elif tag == "textarea":
            self._field, self._words = about["name"], ""
        elif tag == "select":
            self._field, self._options = about["name"], []
        elif tag == "option":
            self._options.append((about.get("value", ""), "selected" in about))

    def _fill(self, about: dict[str, str]) -> None:
        kind, name, value = about.get("type", "text"), about["name"], about.get("value", "")
        if kind == "radio" and name in self._form.values:
            return
        if kind == "date" and not value:
            value = (timezone.localdate() + timedelta(days=200)).isoformat()
        elif kind == "text" and not value:
            value = "Because."
        self._form.add(name, value)

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form:
            self._form.add(self._field, self._words.strip() or "Because it helps.")
        elif tag == "select" and self._form and self._options:
            chosen = [value for value, selected in self._options if selected and value]
            others = [value for value, _ in self._options if value]
            self._form.add(self._field, (chosen or others or [""])[0])


def loses_the_list(listed: str, page: str, address: str, *, is_redirect: bool = False) -> bool:
    """Return whether an address on ``page`` leads to ``listed``, or to a page below it, without its filters."""
    parts = urlsplit(urljoin(page, address))
    if address.startswith("#") or "_popup=1" in address or not parts.path.startswith(listed):
        return False
    known = parse_qs(parts.query, keep_blank_values=True)
    if parts.path == listed:
        # A link with another query means another view of the list.
        return parts.query != LEFT if is_redirect else not parts.query
    return known.get(FILTERS) != [LEFT]


@dataclass(frozen=True)
class Link:
    address: str
    is_redirect: bool


def leads_to(browser, action: str, values: Values, *, presses: int = 2) -> Iterator[Link]:
    """Yield where the answer to a button leads. Some pages ask again before they do something."""
    with transaction.atomic():
        done = browser.post(action, values)
        if done.status_code == 302:
            yield Link(done["Location"], True)
        elif done.context and "opts" in done.context:
            again = Page(done.content.decode())
            yield from (Link(address, False) for address in again.links)
            if presses > 1 and done.status_code == 200:
                for form in again.forms:
                    for pressed in form.sent() if form.method == "post" else ():
                        yield from leads_to(browser, urljoin(action, form.action), pressed, presses=1)
        transaction.set_rollback(True)


def list_of(answer) -> str:
    opts = answer.context["opts"]
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")


@pytest.fixture
def browser(client, admin_user):
    log_in_with_second_factor(client, UserFactory(role="owner", name="Ruth Reader"))
    return client


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name and the address of each page that is reached from a list."""
    # These two have one name, so they may be one person.
    one, other = (UserFactory(name="Ada Twice") for _ in range(2))
    yield "accounts_user_merge", f"{reverse('admin:accounts_user_merge', args=[one.pk])}?{QUERY}&with={other.uuid}"
    applied = MentorProfile.objects.get(status="applied")
    yield (
        "accounts_mentorprofile_decide",
        f"{reverse('admin:accounts_mentorprofile_decide', args=[applied.pk])}?{QUERY}",
    )
    for model in MODELS:
        for name, address in addresses(model):
            if not name.endswith("_changelist") and name not in OF_THE_HOME | FILES:
                yield name, f"{address}{'&' if '?' in address else '?'}{QUERY}"


def test_each_page_and_its_redirects_know_the_list(browser):
    """Every link, every form, and the answer to each button."""
    lost, leads_on = [], set()
    for name, address in pages():
        answer = browser.get(address)
        if answer.status_code == 302:
            lost += [(name, answer["Location"])] if FILTERS not in answer["Location"] else []
            continue
        if answer.status_code != 200:
            continue
        if "opts" not in answer.context:
            lost.append((name, "names no list"))
            continue
        listed, page = list_of(answer), Page(answer.content.decode())
        assert page.links, name
        lost += [(name, link) for link in page.links if loses_the_list(listed, address, link)]
        for form in page.forms:
            action = urljoin(address, form.action)
            if form.method == "get":
                lost += [(name, "GET " + action)] if form.values.get(FILTERS) != [LEFT] else []
                continue
            lost += [(name, "POST " + action)] if loses_the_list(listed, address, form.action or address) else []
            for values in form.sent():
                for link in leads_to(browser, action, values):
                    leads_on |= {name} if link.is_redirect else set()
                    if loses_the_list(listed, action, link.address, is_redirect=link.is_redirect):
                        lost.append((name, values, link.address))

    assert not lost, "\n".join(map(str, lost))
    assert leads_on >= LEADS_ON, LEADS_ON - leads_on


def test_each_page_of_a_row_has_the_rows_before_and_after(browser):
    without = []
    for name, address in pages():
        of_a_row = any(char.isdigit() for char in urlsplit(address).path) and not name.endswith("_delete")
        if name in OWN_NEIGHBOURS or not of_a_row:
            continue
        answer = browser.get(address)
        if answer.status_code == 200 and (answer.context.get("neighbours") is None or b" of " not in answer.content):
            without.append(name)

    assert without == []


@pytest.mark.parametrize("model", [model for model in MODELS if label(model) not in OWN_LISTS], ids=label)
def test_the_pages_that_a_list_leads_to_know_it(browser, model):
    listed = reverse(f"admin:{label(model).replace('.', '_')}_changelist")
    answer = browser.get(f"{listed}?{LEFT}")

    tools = answer.content.decode().partition('<ul class="object-tools">')[2].partition("</ul>")[0]
    links = [link for link in Page('<div class="breadcrumbs">' + tools).links if "export/" not in link]

    assert [link for link in links if FILTERS not in parse_qs(urlsplit(link).query)] == []
