"""Published pairs for those who run the cohort, and what became of a round."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.models import CohortDraft
from matching.selectors.cohorts.answers import drafts_to_take_back, loss_of_round, losses_of, pairs_of_round, states_of
from tests.factories import NOW, CohortDraftFactory, CohortPairFactory, UserFactory
from tests.matching.pairs import proposed_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def shown(draft, by=None, now=NOW):
    return states_of(pairs_of_round(draft.cohort, 1), by=by or UserFactory(), now=now)


def test_admins_read_who_has_not_answered_and_who_said_no():
    draft = CohortDraftFactory()
    facts = {"draft": draft, "cohort": draft.cohort}
    waits = proposed_pair(mentor_yes_at=NOW, help_request__mentee__name="A", **facts)
    declined = proposed_pair(status="declined", help_request__mentee__name="B", **facts)
    instead = proposed_pair(status="published", help_request=declined.help_request, instead_of=declined, **facts)
    proposed_pair()

    rows = [(row.pair, row.silent, row.by_alternate) for row in shown(draft)]

    assert rows == [(waits, ("mentee",), False), (declined, (), False), (instead, (), True)]


def test_the_loss_of_a_round_is_counted():
    draft = CohortDraftFactory(mentor_of=[0, 1, 0, -1], fits=[8_000, 7_000, 5_000, 0])
    facts = {"draft": draft, "cohort": draft.cohort}
    proposed_pair(status="confirmed", fit=80, **facts)
    lost = proposed_pair(status="declined", declined_by="mentee", **facts)
    CohortPairFactory(status="confirmed", fit=60, help_request__cohort=draft.cohort, draft=draft, instead_of=lost)
    proposed_pair(status="declined", **facts)
    proposed_pair(status="expired", **facts)
    proposed_pair(**facts)
    proposed_pair(status="published", **facts)
    proposed_pair(status="withdrawn", **facts)

    loss = loss_of_round(draft.cohort, 1)

    assert (loss.drafted, loss.published, loss.confirmed, loss.waiting) == (3, 8, 2, 2)
    assert (loss.declined_by_mentee, loss.declined_by_mentor, loss.expired, loss.withdrawn) == (1, 1, 1, 1)
    assert (loss.by_alternate, loss.total, loss.confirmed_total, loss.share) == (1, 200.0, 140.0, 0.7)


def test_a_round_without_a_pair_has_no_share():
    loss = loss_of_round(CohortDraftFactory().cohort, 1)

    assert (loss.published, loss.share, CohortDraft.objects.count()) == (0, None, 1)


def two_drafts_of_a_round():
    """Return an edited draft and the one before it: of two pairs, one was published of each."""
    first = CohortDraftFactory(mentor_of=[0, 1], fits=[8_000, 6_000])
    edited = CohortDraftFactory(cohort=first.cohort, edits=first, mentor_of=[0, 2], fits=[8_000, 7_000])
    proposed_pair(draft=first, cohort=first.cohort, status="confirmed", fit=80)
    proposed_pair(draft=edited, cohort=first.cohort, help_request__mentee__name="Zoe")
    return first, edited


def test_the_pairs_of_an_edited_draft_are_counted_once():
    first, _edited = two_drafts_of_a_round()
    CohortDraftFactory(cohort=first.cohort, mentor_of=[0, 1, 2], fits=[1, 1, 1])

    loss = loss_of_round(first.cohort, 1)

    assert (loss.drafted, loss.published, loss.confirmed, loss.waiting) == (2, 2, 1, 1)
    assert (loss.total, loss.confirmed_total) == (150.0, 80.0)


def test_a_round_without_a_published_pair_counts_the_newest_draft():
    first = CohortDraftFactory(mentor_of=[0, 1], fits=[8_000, 6_000])
    CohortDraftFactory(cohort=first.cohort, mentor_of=[0], fits=[8_000])

    assert loss_of_round(first.cohort, 1).drafted == 1


def test_losses_come_by_round_and_leave_out_rounds_without_a_published_pair(django_assert_num_queries):
    first, _edited = two_drafts_of_a_round()
    second = CohortDraftFactory(cohort=first.cohort, round=2, mentor_of=[0], fits=[5_000])
    proposed_pair(draft=second, cohort=first.cohort, status="declined")
    CohortDraftFactory(cohort=first.cohort, round=3, mentor_of=[0], fits=[5_000])

    with django_assert_num_queries(5):
        losses = losses_of(first.cohort)

    assert [(number, loss.published, loss.waiting) for number, loss in losses] == [(2, 1, 0), (1, 2, 1)]


def test_the_pairs_of_one_round_are_all_or_those_that_wait():
    first, edited = two_drafts_of_a_round()
    published = proposed_pair(draft=edited, cohort=first.cohort, status="published", help_request__mentee__name="Ann")
    second = CohortDraftFactory(cohort=first.cohort, round=2, mentor_of=[0], fits=[5_000])
    proposed_pair(draft=second, cohort=first.cohort)

    proposed = edited.pairs.get(status="proposed")

    assert pairs_of_round(first.cohort, 1).count() == 3
    assert list(pairs_of_round(first.cohort, 1, waiting=True)) == [published, proposed]


# Facts of a pair, and whether it can be taken back an hour after NOW.
TO_TAKE_BACK = [
    ({}, True),
    ({"status": "published"}, True),
    ({"mentee_yes_at": NOW}, True),
    ({"published_at": NOW - timedelta(hours=22)}, True),
    ({"published_at": NOW - timedelta(hours=23)}, False),
    ({"status": "declined"}, False),
    ({"status": "confirmed"}, False),
]


@pytest.mark.parametrize(("facts", "possible"), TO_TAKE_BACK)
def test_a_pair_that_waits_can_be_taken_back_for_a_day(facts, possible):
    pair = proposed_pair(**facts)
    mentee = pair.draft.cohort.members.get(side="mentee")
    now = NOW + timedelta(hours=1)

    [row] = shown(pair.draft, now=now)

    assert row.mentee_key == (mentee.pk if possible else None)
    assert list(drafts_to_take_back(pair.draft.cohort, 1, by=UserFactory(), now=now)) == [pair.draft] * possible


@pytest.mark.parametrize(("hours", "keys"), [(23, 1), (24, 0)])
def test_an_alternate_can_be_taken_back_for_a_day_after_the_first_pair(hours, keys):
    first = proposed_pair(status="declined")
    later = {"draft": first.draft, "help_request": first.help_request}
    second = proposed_pair(status="declined", instead_of=first, published_at=NOW + timedelta(hours=9), **later)
    proposed_pair(instead_of=second, published_at=NOW + timedelta(hours=18), **later)

    rows = shown(first.draft, now=NOW + timedelta(hours=hours))

    assert len([row for row in rows if row.mentee_key]) == keys


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_nobody_can_take_a_pair_of_their_own_back(side):
    pair = proposed_pair()
    by = pair.person_on(side)

    [row] = shown(pair.draft, by=by)

    assert row.mentee_key is None
    assert not drafts_to_take_back(pair.draft.cohort, 1, by=by, now=NOW).exists()


def test_drafts_of_another_round_have_nothing_to_take_back_in_this_one():
    first, edited = two_drafts_of_a_round()
    proposed_pair(draft=CohortDraftFactory(cohort=first.cohort, round=2), cohort=first.cohort)

    drafts = drafts_to_take_back(first.cohort, 1, by=UserFactory(), now=NOW)

    assert list(drafts) == [edited]


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_pairs_of_a_round_need_a_constant_number_of_queries(pairs, django_assert_num_queries):
    draft = CohortDraftFactory()
    for _number in range(pairs):
        proposed_pair(draft=draft, cohort=draft.cohort)

    by = UserFactory()
    with django_assert_num_queries(2):
        rows = shown(draft, by=by)
        names = [(str(row.pair.help_request.mentee), str(row.pair.mentor), row.pair.draft.number) for row in rows]

    assert len(names) == pairs
