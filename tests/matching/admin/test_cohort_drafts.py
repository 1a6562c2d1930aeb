"""Drafts of cohorts in the admin: asking, reading, editing with the cost before, comparing, publishing."""

from __future__ import annotations

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import User
from matching.models import CohortDecision, CohortDraft, CohortPair
from matching.services.cohorts.drafts import edit_draft
from mentorship.models import Cohort
from tests.factories import CohortFactory, CohortOrganiserFactory, UserFactory
from tests.helpers import log_in_with_second_factor, queries_of
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in, names_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def cohort(db) -> Cohort:
    return closed_cohort(name="Spring intake")


@pytest.fixture
def people(cohort):
    """Two mentees and two mentors; all can be matched with each other."""
    return {
        **{name: mentee_in(cohort, name) for name in ("Ann", "Bob")},
        **{name: mentor_in(cohort, name) for name in ("Mia", "Noa")},
    }


@pytest.fixture
def draft(cohort, people, admin_user) -> CohortDraft:
    return made_draft(cohort, admin_user)


def page_of(cohort: Cohort, page: str, *others: int, **query: object) -> str:
    return reverse(f"admin:mentorship_cohort_{page}", args=[cohort.pk, *others], query=query or None)


def text_of(response) -> str:
    return response.content.decode()


def partner(draft: CohortDraft, mentee: str) -> str:
    return names_in(draft)[mentee]


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


# --- edits ----------------------------------------------------------------------------------------------------------


def test_the_page_of_a_pair_shows_alternatives_with_their_cost(admin_client, cohort, draft, people):
    page = text_of(admin_client.get(page_of(cohort, "pair", 1, people["Ann"].pk)))

    other = "Noa" if partner(draft, "Ann") == "Mia" else "Mia"
    assert f"The best other mentor of Ann is {other}" in page
    assert "Mentees who get another mentor, or none: 2." in page
    assert "Speaks English with you." in page


def test_the_page_of_a_pair_of_a_large_draft_works_out_what_if_when_asked(
    admin_client, cohort, draft, people, monkeypatch
):
    monkeypatch.setattr("matching.admin.cohorts.edits.WHAT_IF_AT_ONCE", 1)
    address = page_of(cohort, "pair", 1, people["Ann"].pk)

    page = text_of(admin_client.get(address))
    assert "The best other mentor of Ann is" not in page
    assert 'href="?what_if=1"' in page
    assert "The best other mentor of Ann is" in text_of(admin_client.get(address, {"what_if": 1}))


def test_the_cost_of_an_edit_is_shown_and_nothing_is_stored(admin_client, cohort, draft, people):
    other = people["Noa" if partner(draft, "Ann") == "Mia" else "Mia"]

    answer = admin_client.get(page_of(cohort, "edit", 1, do="pin", mentee=people["Ann"].pk, mentor=other.pk))

    assert f"Ann: {partner(draft, 'Ann')} now, {other.person} then." in text_of(answer)
    assert not CohortDecision.objects.exists()
    assert CohortDraft.objects.count() == 1


def test_an_edit_makes_the_next_draft_and_keeps_the_reason(admin_client, cohort, draft, people):
    ann, other = people["Ann"], people["Noa" if partner(draft, "Ann") == "Mia" else "Mia"]

    answer = admin_client.post(
        page_of(cohort, "edit", 1, do="pin", mentee=ann.pk, mentor=other.pk), {"reason": "They know each other."}
    )

    assert answer.url.startswith(page_of(cohort, "draft", 2))
    decision = CohortDecision.objects.get()
    assert (decision.mentee, decision.mentor, decision.kind) == (ann, other, "pin")
    assert decision.reason == "They know each other."
    assert partner(CohortDraft.objects.get(number=2), "Ann") == str(other.person)
    assert "Draft 2: Pinned Ann and" in LogEntry.objects.latest("pk").change_message


def test_two_mentees_swap_their_mentors(admin_client, cohort, draft, people):
    before = names_in(draft)

    admin_client.post(
        page_of(cohort, "edit", 1, do="swap", mentee=people["Ann"].pk, other=people["Bob"].pk), {"reason": ""}
    )

    after = names_in(CohortDraft.objects.get(number=2))
    assert after == {"Ann": before["Bob"], "Bob": before["Ann"]}


def pin_of_today(draft, people, by, mentee="Ann"):
    """Pin a mentee to their mentor of the draft."""
    pair = (people[mentee].pk, people[partner(draft, mentee)].pk)
    return edit_draft(draft_id=draft.pk, pin=[pair], reason="", by=by, now=draft.ended_at)


def test_the_page_of_a_pinned_mentee_offers_to_drop_the_decision_first(admin_client, cohort, draft, people, admin_user):
    assert "Another mentor" in text_of(admin_client.get(page_of(cohort, "pair", 1, people["Ann"].pk)))

    pin_of_today(draft, people, admin_user)

    page = text_of(admin_client.get(page_of(cohort, "pair", 2, people["Ann"].pk)))
    assert "Drop the decision to choose another mentor." in page
    assert not any(words in page for words in ("Another mentor", "Swap mentors with", "See it", "Find a mentor"))


def test_a_mentee_pinned_to_somebody_else_than_their_mentor_has_a_link_to_the_decisions(
    admin_client, cohort, draft, people, admin_user
):
    other = people["Noa" if partner(draft, "Ann") == "Mia" else "Mia"]
    CohortDecision.objects.create(
        mentee=people["Ann"], mentor=other, kind="pin", by=admin_user, decided_at=draft.ended_at
    )

    page = text_of(admin_client.get(page_of(cohort, "pair", 1, people["Ann"].pk)))

    assert f"Organisers put Ann together with {other.person}." in page
    assert page_of(cohort, "decisions") in page
    assert "Keep the two together" not in page


def test_a_swap_with_a_pinned_mentee_is_not_offered(admin_client, cohort, draft, people, admin_user):
    assert "Swap mentors with" in text_of(admin_client.get(page_of(cohort, "pair", 1, people["Bob"].pk)))

    pin_of_today(draft, people, admin_user)

    page = text_of(admin_client.get(page_of(cohort, "pair", 2, people["Bob"].pk)))
    assert "Another mentor" in page
    assert "Swap mentors with" not in page


def test_the_page_of_a_published_mentee_offers_no_edit(admin_client, cohort, draft, people):
    admin_client.post(page_of(cohort, "publish", 1, mentee=people["Ann"].pk))

    page = text_of(admin_client.get(page_of(cohort, "pair", 1, people["Ann"].pk)))

    assert "can be changed when the published pair is taken back" in page
    assert not any(words in page for words in ("Keep the two", "What if", "could not be matched"))
    assert "Swap mentors with" not in text_of(admin_client.get(page_of(cohort, "pair", 1, people["Bob"].pk)))


def test_the_second_of_two_admins_is_told_what_the_first_did(admin_client, cohort, draft, people):
    first = UserFactory(role="manager", name="Mona First")
    edit_draft(
        draft_id=draft.pk,
        forbid=[(people["Ann"].pk, people["Mia"].pk)],
        reason="",
        by=first,
        now=draft.ended_at,
    )

    answer = admin_client.post(
        page_of(cohort, "edit", 1, do="forbid", mentee=people["Bob"].pk, mentor=people["Mia"].pk), {"reason": ""}
    )

    assert answer.status_code == 409
    assert "Mona First made draft 2" in text_of(answer)
    assert CohortDecision.objects.count() == 1


def test_an_edit_that_is_not_possible_leads_back_with_the_sentence(admin_client, cohort, draft, people):
    ann = people["Ann"]
    stranger = mentor_in(cohort, "Late")

    answer = admin_client.get(page_of(cohort, "edit", 1, do="pin", mentee=ann.pk, mentor=stranger.pk), follow=True)

    assert "Late is no mentor of this draft." in text_of(answer)
    assert answer.redirect_chain[-1][0].startswith(page_of(cohort, "pair", 1, ann.pk))


@pytest.mark.parametrize(
    "query", [{"do": "marry", "mentee": 1}, {"do": "pin"}, {"do": "pin", "mentee": "x"}, {"do": "pin", "mentee": "٣"}]
)
def test_an_address_without_an_edit_is_refused(admin_client, cohort, draft, query):
    assert admin_client.get(page_of(cohort, "edit", 1, **query)).status_code == 400


def test_two_drafts_are_compared(admin_client, cohort, draft, people, admin_user):
    pair = (people["Ann"].pk, people[partner(draft, "Ann")].pk)
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


def test_a_mentee_who_moves_as_their_pair_was_published_is_marked(admin_client, cohort, draft, people):
    ann = people["Ann"]
    other = people["Noa" if partner(draft, "Ann") == "Mia" else "Mia"]
    CohortPair.objects.create(
        draft=draft,
        help_request=ann.person.help_requests.get(),
        mentor=other.person.mentor,
        status="published",
        fit=50,
        published_at=draft.ended_at,
    )

    page = text_of(
        admin_client.get(
            page_of(cohort, "edit", 1, do="forbid", mentee=people["Bob"].pk, mentor=people[partner(draft, "Bob")].pk)
        )
    )

    assert f"Ann: {partner(draft, 'Ann')} now, {other.person} then, as published." in page


def test_a_decision_is_listed_with_its_reason_and_dropped(admin_client, cohort, draft, people, admin_user):
    pair = (people["Ann"].pk, people[partner(draft, "Ann")].pk)
    edit_draft(draft_id=draft.pk, forbid=[pair], reason="They fell out.", by=admin_user, now=draft.ended_at)
    decision = CohortDecision.objects.get()

    page = text_of(admin_client.get(page_of(cohort, "decisions")))
    assert "They fell out." in page
    assert admin_user.name in page

    answer = admin_client.post(page_of(cohort, "decisions"), {"decision": decision.pk}, follow=True)

    assert "Dropped: Ann and" in text_of(answer)
    assert not CohortDecision.objects.exists()


def test_a_decision_of_another_cohort_is_not_found(admin_client, cohort, draft, people, admin_user):
    pair = (people["Ann"].pk, people["Mia"].pk)
    edit_draft(draft_id=draft.pk, forbid=[pair], reason="", by=admin_user, now=draft.ended_at)

    answer = admin_client.post(page_of(closed_cohort(), "decisions"), {"decision": CohortDecision.objects.get().pk})

    assert answer.status_code == 404
    assert CohortDecision.objects.exists()


def test_a_mentor_who_is_not_possible_is_found_by_name(admin_client, cohort, people, admin_user):
    mentor_in(cohort, "Zoe Afar", formats=["one_off"])
    made_draft(cohort, admin_user)

    page = text_of(admin_client.get(page_of(cohort, "pair", 1, people["Ann"].pk, q="zoe")))

    assert "Zoe Afar, not possible" in page


def test_an_old_draft_offers_no_edit(admin_client, cohort, draft, people, admin_user):
    made_draft(cohort, admin_user)

    assert "Change it" not in text_of(admin_client.get(page_of(cohort, "pair", 1, people["Ann"].pk)))
    assert "Change it" in text_of(admin_client.get(page_of(cohort, "pair", 2, people["Ann"].pk)))


def test_the_page_of_drafts_says_that_the_next_one_is_a_second_round(admin_client, cohort, draft):
    admin_client.post(page_of(cohort, "publish", 1))

    assert "A new draft is round 2" in text_of(admin_client.get(page_of(cohort, "drafts")))
