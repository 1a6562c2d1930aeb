"""A programme manager sees the own cohorts and their people, and nothing of anybody else by any address."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client
from django.urls import reverse

from accounts.models import SavedView, User
from mentorship.models import Cohort, CohortMember, CohortOrganiser
from tests.factories import (
    NOW,
    CohortFactory,
    CohortMemberFactory,
    CohortOrganiserFactory,
    HelpRequestFactory,
    UserFactory,
)
from tests.helpers import log_in_with_second_factor
from tests.matching.cohorts import mentee_in, page_of
from tests.matching.pairs import proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LIST = "/admin/mentorship/cohort/"
PAGES = ("change", "history", "delete", "run", "archive", "members", "organisers")


@pytest.fixture
def paula():
    return UserFactory(role="programme", name="Paula Programme")


@pytest.fixture
def own(paula):
    cohort = CohortOrganiserFactory(person=paula, cohort__name="Own intake").cohort
    CohortMemberFactory(cohort=cohort, person__name="Olga Own", person__email="olga@example.org")
    return cohort


@pytest.fixture
def other():
    cohort = CohortFactory(name="Foreign intake", company="Globex")
    CohortMemberFactory(cohort=cohort, person__name="Fritz Foreign", person__email="fritz@example.org")
    return cohort


@pytest.fixture
def browser(paula, admin_user):
    client = Client()
    log_in_with_second_factor(client, paula)
    return client


def has_nothing_of_others(page: str) -> bool:
    return not any(words in page for words in ("Foreign", "Globex", "fritz@"))


def test_the_home_shows_the_own_cohorts_and_no_other_list(browser, own, other):
    page = browser.get("/admin/").content.decode()

    assert "Your cohorts" in page
    assert page_of(own, "change") in page
    assert page_of(own, "members") in page
    assert has_nothing_of_others(page)
    for list_of_others in ("/admin/accounts/", "/admin/matching/", "The state of things"):
        assert list_of_others not in page


def test_the_home_says_what_a_cohort_waits_for(browser, own):
    Cohort.objects.filter(pk=own.pk).update(status="closed", closed_at=NOW)
    mentee_in(own, "Ann Able")

    page = browser.get("/admin/").content.decode()

    assert "It is closed, and no pair is published. Make a draft, and publish its pairs." in page
    assert page_of(own, "drafts") in page


def test_the_home_counts_pairs_that_wait_and_mentees_without_one(browser, own):
    pair = proposed_pair(cohort=own)
    mentee_in(own, "Ann Able")

    page = browser.get("/admin/").content.decode()

    assert "1 pair waits for an answer. Mentees with a request and no pair: 1." in page
    assert pair.help_request.mentee.name not in page


def test_somebody_without_a_cohort_reads_who_gives_one(browser, other):
    assert "No cohort was given to you yet." in browser.get("/admin/").content.decode()


def test_other_admins_have_no_such_section(admin_client, own):
    assert "Your cohorts" not in admin_client.get("/admin/").content.decode()


def test_the_list_has_the_own_cohorts_by_every_filter_and_search(browser, own, other):
    for query in ({}, {"q": "intake"}, {"q": "glob"}, {"status__exact": "open"}, {"o": "1"}, {"all": ""}):
        answer = browser.get(LIST, query)
        if answer.status_code == 200:
            assert {row.pk for row in answer.context["cl"].result_list} <= {own.pk}, query
            assert has_nothing_of_others(answer.content.decode()), query
    assert {row.pk for row in browser.get(LIST).context["cl"].result_list} == {own.pk}


@pytest.mark.parametrize(
    "query",
    [
        *("members__person__name=Fritz+Foreign", "members__person__email__startswith=f"),
        *("company=Globex", "key__startswith=a"),
    ],
)
def test_the_list_takes_no_filter_by_what_it_does_not_show(query, browser, own):
    assert browser.get(f"{LIST}?{query}").status_code == 400


def test_the_list_of_one_person_opens_for_people_of_the_own_cohorts_only(browser, own, other):
    inside, outside = own.members.get().person, other.members.get().person

    assert browser.get(LIST, {"person": inside.pk}).status_code == 200
    assert browser.get(LIST, {"person": outside.pk}).status_code == 400


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_of_another_cohort_opens(page, method, browser, own, other):
    answer = getattr(browser, method)(page_of(other, page), follow=True)

    assert answer.status_code in (200, 403, 404)  # 200: the home, which says that there is no such row
    assert has_nothing_of_others(answer.content.decode())
    other.refresh_from_db()
    assert other.status == "open"


@pytest.mark.parametrize("do", ["open", "close", "renew", "copy"])
def test_no_button_of_another_cohort_works(do, browser, own, other):
    key = other.key

    assert browser.post(page_of(other, "run"), {"do": do}).status_code == 404
    other.refresh_from_db()
    assert (other.status, other.key) == ("open", key)


def test_a_member_of_another_cohort_is_reached_by_neither_address(browser, own, other):
    member = other.members.get()

    for cohort in (own, other):
        for page in ("member", "take_out"):
            for method in (browser.get, browser.post):
                assert method(page_of(cohort, page, member.pk)).status_code == 404
    member.refresh_from_db()
    assert member.left_at is None


def test_nobody_is_added_to_another_cohort(browser, own, other, alice):
    answer = browser.post(page_of(other, "members"), {"address": alice.email, "side": "mentee"})

    assert answer.status_code == 404
    assert not CohortMember.objects.filter(person=alice).exists()


def test_a_person_is_added_to_the_own_cohort_and_taken_out(browser, own, alice):
    browser.post(page_of(own, "members"), {"address": alice.email, "side": "mentee"})
    member = CohortMember.objects.get(person=alice)
    browser.post(page_of(own, "take_out", member.pk))

    member.refresh_from_db()
    assert (member.cohort, member.left_at is None) == (own, False)


def test_the_own_cohort_is_run_and_not_copied(browser, own):
    browser.post(page_of(own, "run"), {"do": "close"})

    own.refresh_from_db()
    assert own.status == "closed"
    assert browser.post(page_of(own, "run"), {"do": "copy"}).status_code == 403
    assert browser.get(f"{LIST}add/").status_code == 403


def test_organisers_are_not_shown_to_a_programme_manager_and_not_chosen_by_them(browser, own, alice):
    address = page_of(own, "organisers")

    assert browser.get(address).status_code == 403
    assert browser.post(address, {"do": "add", "address": alice.email, "part": "employer"}).status_code == 403
    assert "Organisers" not in browser.get(page_of(own, "change")).content.decode()
    assert CohortOrganiser.objects.count() == 1


def test_no_address_trouble_or_letter_is_on_the_pages_of_the_own_cohort(browser, own):
    member = own.members.get()
    request = HelpRequestFactory(
        mentee=member.person, cohort=own, mentors_due_at=None, situation="My secret wish.", gap="I want to leave."
    )
    pages = [
        browser.get(address).content.decode()
        for address in (
            *(page_of(own, page) for page in ("change", "history", "run", "members")),
            page_of(own, "member", member.pk),
            page_of(own, "take_out", member.pk),
        )
    ]

    for page in pages:
        for words in ("olga@example.org", request.situation, request.gap, "/admin/accounts/user/"):
            assert words not in page
    assert "Olga Own" in pages[3]


def test_the_choices_of_a_field_are_no_people_and_the_own_cohorts(browser, own, other):
    def choices(app: str, model: str, field: str):
        query = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
        return browser.get(reverse("admin:autocomplete"), query)

    assert choices("accounts", "block", "blocker").status_code == 403
    assert choices("mentorship", "cohortmember", "person").status_code == 403
    for model in (("mentorship", "cohortmember"), ("mentorship", "cohortorganiser"), ("matching", "helprequest")):
        assert [one["text"] for one in choices(*model, "cohort").json()["results"]] == ["Own intake"]


def test_there_is_no_export_of_cohorts(browser, own):
    assert browser.get(f"{LIST}export/").status_code in (302, 404)


def test_the_notes_of_another_cohort_are_in_no_history(browser, own, other, admin_user):
    LogEntry.objects.log_actions(admin_user.pk, [other], CHANGE, change_message="Fritz Foreign was added.")

    assert has_nothing_of_others(browser.get(page_of(own, "history")).content.decode())


def test_views_that_colleagues_share_are_not_shown(browser, own, admin_user):
    SavedView.objects.create(
        owner=admin_user, model="mentorship.cohort", name="Globex only", query="q=Globex", is_shared=True
    )

    for address in (LIST, f"{LIST}views/"):
        assert has_nothing_of_others(browser.get(address).content.decode())


def test_the_rows_beside_a_cohort_are_the_own_ones(browser, own, other):
    page = browser.get(page_of(own, "change"), {"_changelist_filters": "o=1", "_place": "1"}).content.decode()

    assert f"/cohort/{other.pk}/" not in page


def test_a_cohort_that_is_taken_away_is_gone_at_once(browser, own, paula):
    assert browser.get(page_of(own, "members")).status_code == 200
    CohortOrganiser.objects.filter(person=paula).delete()

    assert browser.get(page_of(own, "members")).status_code == 404


def test_the_role_without_the_part_and_the_part_without_the_role_open_nothing(browser, own, paula, client, other):
    somebody = CohortOrganiserFactory(cohort=other, person=UserFactory(role="viewer")).person
    log_in_with_second_factor(client, somebody)

    assert client.get(page_of(other, "members")).status_code == 403
    assert client.get(LIST).status_code == 403
    assert User.objects.get(pk=paula.pk).has_perm("mentorship.view_cohort")
