"""One mentee of a draft in the admin: reasons, what if, edits with the cost before, and decisions."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from matching.models import CohortDecision, CohortDraft, CohortPair
from matching.services.cohorts.drafts import edit_draft
from tests.factories import UserFactory
from tests.matching.cohorts import closed_cohort, made_draft, mentor_in, names_in, page_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def partner(draft: CohortDraft, mentee: str) -> str:
    return names_in(draft)[mentee]


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


def test_a_mentor_who_is_not_possible_is_found_by_name(admin_client, cohort, people, admin_user):
    mentor_in(cohort, "Zoe Afar", formats=["one_off"])
    made_draft(cohort, admin_user)

    page = text_of(admin_client.get(page_of(cohort, "pair", 1, people["Ann"].pk, q="zoe")))

    assert "Zoe Afar, not possible" in page


def test_an_old_draft_offers_no_edit(admin_client, cohort, draft, people, admin_user):
    made_draft(cohort, admin_user)

    assert "Change it" not in text_of(admin_client.get(page_of(cohort, "pair", 1, people["Ann"].pk)))
    assert "Change it" in text_of(admin_client.get(page_of(cohort, "pair", 2, people["Ann"].pk)))


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


def test_the_cost_of_an_edit_is_shown_and_nothing_is_stored(admin_client, cohort, draft, people):
    other = people["Noa" if partner(draft, "Ann") == "Mia" else "Mia"]

    answer = admin_client.get(page_of(cohort, "edit", 1, do="pin", mentee=people["Ann"].pk, mentor=other.pk))

    assert f"Ann: {partner(draft, 'Ann')} now, {other.person} then." in text_of(answer)
    assert not CohortDecision.objects.exists()
    assert CohortDraft.objects.count() == 1


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
