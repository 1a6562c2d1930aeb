"""Drafts of cohorts in the admin: asking, reading, comparing, publishing."""

from __future__ import annotations

import json

import pytest

from accounts.models import User
from matching.models import CohortDraft, CohortPair
from matching.services.cohorts.drafts import edit_draft
from tests.factories import CohortFactory, CohortOrganiserFactory, UserFactory
from tests.helpers import log_in_with_second_factor, queries_of
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in, names_in, page_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_asked_for_on_the_page_of_drafts(admin_client, cohort, people):
    answer = admin_client.post(page_of(cohort, "drafts"), {"policy": "total", "seed": 3}, follow=True)

    assert "Draft 1 is being made." in text_of(answer)
    draft = CohortDraft.objects.get()
    assert (draft.policy, draft.seed, draft.status) == ("total", 3, "queued")
    assert answer["Refresh"] == "2"


def test_a_second_draft_in_the_making_is_refused(admin_client, cohort, people):
    admin_client.post(page_of(cohort, "drafts"), {"policy": "total", "seed": 0})

    answer = admin_client.post(page_of(cohort, "drafts"), {"policy": "total", "seed": 0})

    assert answer.status_code == 409
    assert "Draft 1 is being made" in text_of(answer)


def test_an_open_cohort_has_no_form_to_ask(admin_client, people):
    page = text_of(admin_client.get(page_of(CohortFactory(), "drafts")))

    assert "once the cohort is closed" in page
    assert "Make a draft" not in page


def test_a_wrong_policy_is_refused(admin_client, cohort):
    assert admin_client.post(page_of(cohort, "drafts"), {"policy": "best", "seed": 0}).status_code == 400
    assert not CohortDraft.objects.exists()


def test_the_list_of_drafts_says_who_did_what(admin_client, cohort, draft, admin_user):
    page = text_of(admin_client.get(page_of(cohort, "drafts")))

    assert "Draft 1" in page
    assert "2 of 2" in page
    assert admin_user.name in page


# --- reading --------------------------------------------------------------------------------------------------------


def test_the_page_of_a_draft_has_its_pairs_and_report(admin_client, cohort, draft):
    page = text_of(admin_client.get(page_of(cohort, "draft", 1)))

    assert "2 of 2 mentees have a mentor (100%)." in page
    assert all(name in page for name in ("Ann", "Bob", "Mia", "Noa"))


def test_a_draft_in_the_making_shows_its_progress(admin_client, cohort, draft):
    CohortDraft.objects.update(status="running", progress=40)

    answer = admin_client.get(page_of(cohort, "draft", 1))

    assert 'value="40"' in text_of(answer)
    assert answer["Refresh"] == "2"


def test_a_draft_that_failed_says_why(admin_client, cohort, admin_user):
    made_draft(cohort, admin_user)

    page = text_of(admin_client.get(page_of(cohort, "draft", 1)))

    assert "It stops the draft." in page
    assert "No mentee has an open help request for this cohort" in page


def test_somebody_left_out_is_named_with_the_reason(admin_client, cohort, people, admin_user):
    mentee_in(cohort, "Cem")
    made_draft(cohort, admin_user)

    page = text_of(admin_client.get(page_of(cohort, "draft", 1)))

    assert "Without a mentor" in page
    assert "One more place of one of these is enough" in page


def test_a_page_of_pairs_makes_as_many_queries_for_many(admin_client, cohort, draft, admin_user):
    few = queries_of(admin_client, page_of(cohort, "draft", 1))
    for number in range(5):
        mentee_in(cohort, f"Mentee {number}")
        mentor_in(cohort, f"Mentor {number}")
    made_draft(cohort, admin_user)

    many = queries_of(admin_client, page_of(cohort, "draft", 2))

    assert many <= few


@pytest.mark.parametrize("query", [{"o": "height"}, {"p": "x"}, {"p": "²"}])
def test_an_unknown_order_or_page_of_pairs_is_refused(admin_client, cohort, draft, query):
    assert admin_client.get(page_of(cohort, "draft", 1, **query)).status_code == 400


def test_an_unknown_draft_is_not_found(admin_client, cohort, draft):
    assert admin_client.get(page_of(cohort, "draft", 7)).status_code == 404


def test_the_audit_file_and_the_fits_can_be_downloaded(admin_client, cohort, draft):
    audit = admin_client.get(page_of(cohort, "audit", 1))
    fits = admin_client.get(page_of(cohort, "scores", 1))

    assert json.loads(audit.content)["policy"] == "bottleneck"
    assert b"".join(fits.streaming_content)[:2] == b"\x1f\x8b"


def test_two_drafts_are_compared(admin_client, cohort, draft, people, admin_user):
    pair = (people["Ann"].pk, people[names_in(draft)["Ann"]].pk)
    edit_draft(draft_id=draft.pk, forbid=[pair], reason="", by=admin_user, now=draft.ended_at)

    page = text_of(admin_client.get(page_of(cohort, "compare", one=1, other=2)))

    assert "Mentees with another mentor, or without one: 2." in page


# --- publishing -----------------------------------------------------------------------------------------------------


def test_all_pairs_are_published_after_a_question(admin_client, cohort, draft):
    assert "Both sides of each pair get a mail" in text_of(admin_client.get(page_of(cohort, "publish", 1)))
    assert not CohortPair.objects.exists()

    answer = admin_client.post(page_of(cohort, "publish", 1), follow=True)

    assert "Published now: 2." in text_of(answer)
    assert CohortPair.objects.filter(draft=draft).count() == 2


def test_chosen_pairs_alone_are_published(admin_client, cohort, draft, people):
    admin_client.post(page_of(cohort, "publish", 1, mentee=people["Ann"].pk))

    assert [pair.help_request.mentee.name for pair in CohortPair.objects.all()] == ["Ann"]
    assert "Published" in text_of(admin_client.get(page_of(cohort, "draft", 1)))


def test_somebody_of_another_cohort_is_neither_named_nor_published(admin_client, cohort, draft, people):
    stranger = mentee_in(closed_cohort(), "Zoe Stranger")
    address = page_of(cohort, "publish", 1, mentee=[people["Ann"].pk, stranger.pk])

    for answer in (admin_client.get(address), admin_client.post(address)):
        assert answer.status_code == 404
        assert "Zoe Stranger" not in text_of(answer)
    assert not CohortPair.objects.exists()


# --- permissions --------------------------------------------------------------------------------------------------

PAGES = [
    ("drafts", ()),
    ("compare", ()),
    ("answers", ()),
    ("decisions", ()),
    *((page, (1,)) for page in ("draft", "edit", "publish", "take_back", "audit", "scores")),
    ("pair", (1, 1)),
]


@pytest.mark.parametrize(("page", "others"), PAGES)
def test_a_programme_manager_finds_no_draft_of_another_cohort(client, admin_user, cohort, draft, page, others):
    paula = UserFactory(role="programme")
    CohortOrganiserFactory(person=paula)
    log_in_with_second_factor(client, paula)

    for answer in (client.get(page_of(cohort, page, *others)), client.post(page_of(cohort, page, *others))):
        assert answer.status_code == 404


def test_a_programme_manager_works_on_drafts_of_their_own(client, admin_user, cohort, people):
    paula = UserFactory(role="programme")
    CohortOrganiserFactory(person=paula, cohort=cohort)
    log_in_with_second_factor(client, paula)

    client.post(page_of(cohort, "drafts"), {"policy": "coverage", "seed": 0})

    assert CohortDraft.objects.get().asked_by == paula


@pytest.mark.parametrize("role", [User.Role.MATCHMAKER, User.Role.VIEWER])
def test_other_roles_have_no_drafts(client, admin_user, cohort, draft, role):
    log_in_with_second_factor(client, UserFactory(role=role))

    assert client.get(page_of(cohort, "drafts")).status_code == 403


@pytest.mark.parametrize(("page", "others"), [("draft", (1,)), ("compare", ())])
def test_a_page_within_a_cohort_opens_from_a_list_of_two(admin_client, cohort, draft, page, others):
    closed_cohort(name="Autumn intake")

    answer = admin_client.get(page_of(cohort, page, *others, one=1, other=1, _place=1))

    assert answer.status_code == 200


def test_pages_of_drafts_lead_back(admin_client, cohort, draft, people):
    ways = {
        "drafts": [page_of(cohort, "draft", 1), page_of(cohort, "compare", one=1, other=1)],
        "draft": [page_of(cohort, "pair", 1, people["Ann"].pk)],
    }

    for name, pages in ways.items():
        back = page_of(cohort, name, *([1] if name == "draft" else []))
        for page in pages:
            # Once in the way from the home page, and once below.
            assert text_of(admin_client.get(page)).count(f'href="{back}"') == 2


def test_choosing_no_pair_publishes_none(admin_client, cohort, draft):
    answer = admin_client.get(page_of(cohort, "publish", 1, chosen=1), follow=True)

    assert "Choose at least one pair." in text_of(answer)
    assert not CohortPair.objects.exists()


def test_the_question_before_publishing_names_the_chosen(admin_client, cohort, draft, people):
    admin_client.post(page_of(cohort, "publish", 1, mentee=people["Ann"].pk))

    page = text_of(admin_client.get(page_of(cohort, "publish", 1, mentee=people["Bob"].pk)))

    assert "<dt>Mentees</dt><dd>Bob</dd>" in page
    assert "<dt>Published before</dt><dd>1</dd>" in page


def test_the_question_before_publishing_counts_the_pairs_that_are_new(admin_client, cohort, draft, people):
    admin_client.post(page_of(cohort, "publish", 1, mentee=people["Ann"].pk))

    page = text_of(admin_client.get(page_of(cohort, "publish", 1)))

    assert "<dt>Pairs not published yet</dt><dd>1</dd>" in page
    assert "leaves out" not in page


def test_the_question_before_publishing_tells_of_those_who_are_left_out(admin_client, cohort, people, admin_user):
    mentee_in(cohort, "Cem")
    made_draft(cohort, admin_user)

    page = text_of(admin_client.get(page_of(cohort, "publish", 1)))

    assert "Mentees whom this draft leaves out read that the next round is for them." in page


def test_the_page_of_drafts_says_that_the_next_one_is_a_second_round(admin_client, cohort, draft):
    admin_client.post(page_of(cohort, "publish", 1))

    assert "A new draft is round 2" in text_of(admin_client.get(page_of(cohort, "drafts")))
