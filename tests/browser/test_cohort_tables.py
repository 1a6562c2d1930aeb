"""On a phone, the tables about a cohort show all of a row: a heading, and a line for each cell with something in it.

The boxes of their rows choose there as on a desk.
"""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from matching.services.cohorts.publish import publish_pairs
from tests.browser.conftest import DESK, PHONE
from tests.factories import UserFactory
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(admin_window, admin_user):
    return admin_window(admin_user, viewport=PHONE)


@pytest.fixture
def draft():
    """A draft of two pairs, of which nothing is decided or published."""
    cohort = closed_cohort(name="Spring intake")
    for name in ("Ann Ainsworth-Montgomery", "Bob Bartholomew"):
        mentee_in(cohort, name)
        mentor_in(cohort, f"Mentor of {name}", places=2)
    return made_draft(cohort, UserFactory(role="owner", name="Olga Owner"))


def address_of(draft, page, *others):
    return reverse(f"admin:mentorship_cohort_{page}", args=[draft.cohort_id, *others])


def roles(page) -> Counter[str]:
    """Return how often the browser tells each role to programs that read the page out."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return Counter(node["role"]["value"] for node in nodes if not node["ignored"])


def test_a_row_of_pairs_is_a_block_on_a_phone_and_a_row_on_a_desk(window, draft, look_at):
    window.goto(address_of(draft, "draft", draft.number))
    look_at(window)
    window.set_viewport_size(PHONE)
    table = window.get_by_role("region", name="Pairs")
    heading = window.get_by_role("rowheader", name="Ann Ainsworth-Montgomery")
    ann = table.get_by_role("row").filter(has=heading)
    mentor, fit = (ann.locator(f"[data-label={name}]") for name in ("Mentor", "Fit"))
    empty = ann.locator("[data-label=Decided], [data-label=Published]")

    assert table.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    tops = [cell.bounding_box()["y"] for cell in (heading, mentor, fit)]
    assert tops == sorted(set(tops))
    assert [cell.is_visible() for cell in empty.all()] == [False, False]
    box = ann.get_by_role("checkbox", name="Choose Ann Ainsworth-Montgomery").bounding_box()
    assert min(box["width"], box["height"]) >= 24
    told = roles(window)
    assert (told["table"], told["row"], told["rowheader"]) == (1, 2, 2)

    window.set_viewport_size(DESK)

    assert heading.bounding_box()["y"] == mentor.bounding_box()["y"] == fit.bounding_box()["y"]


@pytest.mark.parametrize("page", ["drafts", "members"])
def test_a_table_about_a_cohort_fits_on_a_phone(page, window, draft, look_at):
    window.goto(address_of(draft, page))
    look_at(window)
    window.set_viewport_size(PHONE)
    table = window.locator(".scrolls")

    assert table.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    assert [link.is_visible() for link in table.get_by_role("link").all()] == [True] * table.get_by_role("link").count()


def test_a_chosen_pair_is_taken_back_on_a_phone(window, draft, look_at):
    publish_pairs(draft_id=draft.pk, mentees=None, by=draft.asked_by, now=timezone.now())
    window.goto(address_of(draft, "answers"))
    look_at(window)
    window.set_viewport_size(PHONE)

    window.get_by_role("checkbox", name="Choose Bob Bartholomew").check()
    window.get_by_role("button", name="Take back the chosen pairs").click()
    window.get_by_role("heading", name="Take pairs of draft 1 back").wait_for()
    look_at(window)
    expect(window.get_by_text("Bob Bartholomew", exact=True)).to_be_visible()
    expect(window.get_by_text("Ann Ainsworth-Montgomery")).to_be_hidden()
    window.get_by_role("button", name="Take them back").click()

    window.get_by_text("Taken back: 1.").wait_for()
    statuses = dict(draft.pairs.values_list("help_request__mentee__name", "status"))
    assert statuses == {"Ann Ainsworth-Montgomery": "published", "Bob Bartholomew": "withdrawn"}
