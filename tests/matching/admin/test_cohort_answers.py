"""The answers to the published pairs of a cohort in the admin, and taking pairs back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import CohortDraft, CohortPair
from matching.services.cohorts.publish import publish_pairs
from tests.factories import NOW, CohortDraftFactory, CohortPairFactory
from tests.helpers import queries_of
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in, page_of, text_of
from tests.matching.pairs import proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def published(cohort, admin_user) -> CohortDraft:
    """A draft of two pairs, which are published."""
    for mentee, mentor in (("Ann", "Mia"), ("Bob", "Noa")):
        mentee_in(cohort, mentee)
        mentor_in(cohort, mentor)
    draft = made_draft(cohort, admin_user)
    publish_pairs(draft_id=draft.pk, mentees=None, by=admin_user, now=timezone.now())
    return draft


def test_answers_show_who_has_not_answered_and_the_loss(admin_client, cohort, published):
    page = text_of(admin_client.get(page_of(cohort, "answers")))

    assert "0 of 2 pairs of the draft are confirmed." in page
    assert "2 wait for an answer." in page


# --- rounds and pages -----------------------------------------------------------------------------------------------


@pytest.fixture
def next_round(cohort, published) -> CohortDraft:
    """A second round with a pair of Zoe, who waits, and one of Yuri, who said no."""
    draft = CohortDraftFactory(cohort=cohort, round=2, mentor_of=[0, 1], fits=[6_000, 7_000])
    proposed_pair(draft=draft, cohort=cohort, help_request__mentee__name="Zoe Zweig", published_at=timezone.now())
    said_no = {"status": "declined", "declined_by": "mentee"}
    proposed_pair(draft=draft, cohort=cohort, help_request__mentee__name="Yuri Young", **said_no)
    return draft


def mentees_in(page: str) -> list[str]:
    return re.findall(r'role="rowheader">(.*?)</th>', page)


def test_the_pairs_of_the_newest_round_are_listed_with_the_loss_of_all_rounds(admin_client, cohort, next_round):
    page = text_of(admin_client.get(page_of(cohort, "answers")))

    assert mentees_in(page) == ["Yuri Young", "Zoe Zweig"]
    assert "Round 2" in page
    assert "0 of 2 pairs of the draft are confirmed." in page.partition("Round 1")[2]


def test_the_pairs_of_another_round_are_listed_by_a_link(admin_client, cohort, next_round):
    page = text_of(admin_client.get(page_of(cohort, "answers")))

    assert 'href="?round=1#round-1"' in page
    assert mentees_in(text_of(admin_client.get(page_of(cohort, "answers", round=1)))) == ["Ann", "Bob"]


def test_the_pairs_that_wait_are_listed_alone(admin_client, cohort, next_round):
    page = text_of(admin_client.get(page_of(cohort, "answers", shown="waits")))

    assert mentees_in(page) == ["Zoe Zweig"]


def test_a_round_in_which_nobody_waits_says_so(admin_client, cohort, next_round):
    CohortPair.objects.filter(draft=next_round, status="proposed").update(
        status="expired", answer_due_at=None, ended_at=NOW
    )

    page = text_of(admin_client.get(page_of(cohort, "answers", shown="waits")))

    assert "No pair of this round waits for an answer." in page
    assert mentees_in(page) == []


def test_fifty_pairs_are_on_a_page(admin_client, cohort):
    draft = CohortDraftFactory(cohort=cohort)
    for number in range(52):
        CohortPairFactory(draft=draft, help_request__mentee__name=f"Mentee {number:02}")

    first, second = (text_of(admin_client.get(page_of(cohort, "answers", p=number))) for number in (1, 2))

    assert (len(mentees_in(first)), mentees_in(second)) == (50, ["Mentee 50", "Mentee 51"])
    assert "1 to 50 of 52" in first
    assert "51 to 52 of 52" in second


@pytest.mark.parametrize(
    ("query", "status"),
    [({"round": "x"}, 400), ({"round": 7}, 404), ({"p": "x"}, 400), ({"shown": "some"}, 400)],
)
def test_an_unknown_round_page_or_choice_is_refused(admin_client, cohort, published, query, status):
    assert admin_client.get(page_of(cohort, "answers", **query)).status_code == status


def test_a_cohort_without_a_published_pair_leads_to_its_drafts(admin_client, cohort):
    assert "No pair is published yet." in text_of(admin_client.get(page_of(cohort, "answers")))


def test_the_page_of_answers_takes_the_same_queries_for_more(admin_client, cohort, next_round):
    few = queries_of(admin_client, page_of(cohort, "answers"))
    facts = {"draft": next_round, "cohort": cohort, "published_at": timezone.now()}
    for _number in range(3):
        declined = proposed_pair(status="declined", **facts)
        proposed_pair(instead_of=declined, help_request=declined.help_request, **facts)

    assert queries_of(admin_client, page_of(cohort, "answers")) <= few


# --- taking back ----------------------------------------------------------------------------------------------------


def key_of(cohort, name: str) -> int:
    return cohort.members.get(person__name=name, side="mentee").pk


def boxes_in(page: str) -> dict[str, str]:
    """Return the form of each box of a page, by whom it chooses."""
    return {name: form for form, name in re.findall(r'type="checkbox".*? form="(.*?)" aria-label="Choose (.*?)"', page)}


def statuses() -> dict[str, str]:
    return dict(CohortPair.objects.values_list("help_request__mentee__name", "status"))


def test_all_pairs_that_wait_are_taken_back_after_a_question(admin_client, cohort, published):
    question = text_of(admin_client.get(page_of(cohort, "take_back", 1)))
    answer = admin_client.post(page_of(cohort, "take_back", 1), follow=True)

    assert "all whose pair waits for an answer" in question
    assert "Taken back: 2." in text_of(answer)
    assert statuses() == {"Ann": "withdrawn", "Bob": "withdrawn"}


def test_chosen_pairs_alone_are_named_and_taken_back(admin_client, cohort, published):
    assert boxes_in(text_of(admin_client.get(page_of(cohort, "answers")))) == dict.fromkeys(
        ("Ann", "Bob"), "take-back-1"
    )
    address = page_of(cohort, "take_back", 1, mentee=key_of(cohort, "Ann"), chosen=1)

    question = text_of(admin_client.get(address))
    answer = admin_client.post(address, follow=True)

    assert "<dt>Mentees</dt><dd>Ann</dd>" in question
    assert "Taken back: 1." in text_of(answer)
    assert statuses() == {"Ann": "withdrawn", "Bob": "published"}


def test_choosing_no_pair_takes_none_back(admin_client, cohort, published):
    answer = admin_client.get(page_of(cohort, "take_back", 1, chosen=1, shown="waits", p=1), follow=True)

    assert "Choose at least one pair." in text_of(answer)
    assert answer.redirect_chain[-1][0] == page_of(cohort, "answers", round=1, shown="waits", p=1)
    assert set(statuses().values()) == {"published"}


def test_taking_back_leads_to_where_the_reader_was(admin_client, cohort, next_round):
    answer = admin_client.post(
        page_of(cohort, "take_back", 1, mentee=key_of(cohort, "Ann"), shown="waits", p=1), follow=True
    )

    assert mentees_in(text_of(answer)) == ["Bob"]


def test_taking_back_knows_the_list_of_cohorts(admin_client, cohort, published):
    page = text_of(admin_client.get(page_of(cohort, "answers", _changelist_filters="o=1", shown="waits")))
    back = admin_client.post(page_of(cohort, "take_back", 1, _changelist_filters="o=1"))

    assert '<input type="hidden" name="_changelist_filters" value="o=1">' in page
    assert f'{page_of(cohort, "take_back", 1)}?shown=waits&amp;p=1&amp;_changelist_filters=o%3D1"' in page
    assert back.url == page_of(cohort, "answers", round=1, _changelist_filters="o=1")


def test_a_pair_that_cannot_be_taken_back_is_listed_without_a_box(admin_client, cohort, published):
    CohortPair.objects.filter(help_request__mentee__name="Ann").update(published_at=timezone.now() - timedelta(days=1))

    page = text_of(admin_client.get(page_of(cohort, "answers")))

    assert mentees_in(page) == ["Ann", "Bob"]
    assert list(boxes_in(page)) == ["Bob"]
    assert "A pair without a box cannot be taken back" in page


def test_once_it_is_too_late_for_all_the_page_says_so(admin_client, cohort, published):
    CohortPair.objects.update(published_at=timezone.now() - timedelta(days=1))

    page = text_of(admin_client.get(page_of(cohort, "answers")))

    assert "No pair can be taken back now." in page
    assert "Take back" not in page


def test_nobody_reads_of_taking_back_once_all_have_answered(admin_client, cohort, published):
    CohortPair.objects.update(status="expired", ended_at=timezone.now())

    assert "taken back now" not in text_of(admin_client.get(page_of(cohort, "answers")))


def test_each_draft_of_a_round_has_buttons_of_its_own(admin_client, cohort, published):
    edited = CohortDraftFactory(cohort=cohort, edits=published)
    proposed_pair(draft=edited, cohort=cohort, help_request__mentee__name="Cem", published_at=timezone.now())

    page = text_of(admin_client.get(page_of(cohort, "answers")))

    assert boxes_in(page) == {"Ann": "take-back-1", "Bob": "take-back-1", "Cem": "take-back-2"}
    for number in (1, 2):
        assert f"Take back the chosen pairs of draft {number} …" in page
        assert f"Take back all of draft {number} that wait …" in page


def test_somebody_of_another_cohort_is_neither_named_nor_taken_back(admin_client, cohort, published):
    stranger = mentee_in(closed_cohort(), "Zoe Stranger")

    answer = admin_client.get(page_of(cohort, "take_back", 1, mentee=stranger.pk))

    assert answer.status_code == 404
    assert "Zoe Stranger" not in text_of(answer)
