"""A merge that meets what the person or another admin does at the same moment."""

from __future__ import annotations

import pytest

from accounts.exceptions import AccountMerged, MergeNotPossible
from accounts.jobs.group_mail import _write_some
from accounts.models import AccountMerge, Block, Concern, Notification, User
from accounts.services.blocks import block_person
from accounts.services.concerns import raise_concern
from accounts.services.merge import merge_accounts
from matching.exceptions import NotYourTurn, SuggestionGone
from matching.models import Match
from matching.selectors.snapshot import current_community, forget_community
from matching.services.accept import accept_match
from matching.services.ask import ask_mentor
from mentorship.models import CohortMember, Mentorship
from mentorship.services.cohorts.join import join_cohort
from tests.factories import NOW, CohortFactory, GroupMailFactory, MatchFactory, MentorFactory, UserFactory
from tests.helpers import race
from tests.moves import WHY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


@pytest.fixture
def gone():
    return UserFactory(name="Anna Weber", email="anna.old@example.org")


@pytest.fixture
def stays():
    return UserFactory(name="Anna Weber", email="anna@example.org")


@pytest.fixture
def manager():
    return UserFactory(role="manager")


def merge(gone, stays, by):
    return merge_accounts(gone_id=gone.pk, stays_id=stays.pk, by=by, reason="Both are hers.", now=NOW)


def test_an_acceptance_by_the_account_that_went_is_refused(gone, stays, manager):
    match = MatchFactory(mentor=MentorFactory(user=gone), status="asked")

    rival = race(lambda: merge(gone, stays, manager), lambda: accept_match(match_id=match.pk, by=gone, now=NOW))

    with pytest.raises(NotYourTurn):
        rival.finish()
    match.refresh_from_db()
    assert (match.mentor.user, match.status) == (stays, "asked")


def test_a_merge_waits_for_an_acceptance_and_moves_its_mentorship(gone, stays, manager):
    match = MatchFactory(mentor=MentorFactory(user=gone), status="asked")
    MentorFactory(user=stays)

    rival = race(lambda: accept_match(match_id=match.pk, by=gone, now=NOW), lambda: merge(gone, stays, manager))

    rival.finish()
    assert Mentorship.objects.get().mentor.user == stays
    assert Match.objects.get(status="accepted").mentor.user == stays


def test_a_merge_waits_for_an_acceptance_between_the_two(gone, stays, manager):
    match = MatchFactory(mentor=MentorFactory(user=gone), help_request__mentee=stays, status="asked")

    rival = race(lambda: accept_match(match_id=match.pk, by=gone, now=NOW), lambda: merge(gone, stays, manager))

    with pytest.raises(MergeNotPossible, match="mentorship with each other"):
        rival.finish()
    assert not AccountMerge.objects.exists()


def test_a_question_of_the_account_that_went_is_refused(gone, stays, manager):
    match = MatchFactory(help_request__mentee=gone)

    rival = race(
        lambda: merge(gone, stays, manager),
        lambda: ask_mentor(match_id=match.pk, by=gone, why_you=WHY, now=NOW),
    )

    # The request that it waits for is another person's when the lock is free.
    with pytest.raises(SuggestionGone):
        rival.finish()
    match.refresh_from_db()
    assert match.status == "proposed"


def test_a_merge_waits_for_a_question(gone, stays, manager):
    match = MatchFactory(help_request__mentee=gone)

    rival = race(
        lambda: ask_mentor(match_id=match.pk, by=gone, why_you=WHY, now=NOW),
        lambda: merge(gone, stays, manager),
    )

    rival.finish()
    match.refresh_from_db()
    assert (match.status, match.help_request.mentee) == ("asked", stays)


def test_a_block_by_the_account_that_went_is_refused(gone, stays, manager):
    person = UserFactory()

    rival = race(lambda: merge(gone, stays, manager), lambda: block_person(by=gone, person=person, now=NOW))

    with pytest.raises(AccountMerged):
        rival.finish()
    assert not Block.objects.exists()


def test_nobody_joins_a_cohort_with_the_account_that_went(gone, stays, manager):
    cohort = CohortFactory()

    rival = race(
        lambda: merge(gone, stays, manager),
        lambda: join_cohort(key=cohort.key, by=gone, side="mentee", places=None, now=NOW),
    )

    with pytest.raises(AccountMerged):
        rival.finish()
    assert not CohortMember.objects.exists()


def test_a_block_of_the_account_that_went_is_one_of_the_person(gone, stays, manager):
    person = UserFactory()

    rival = race(lambda: merge(gone, stays, manager), lambda: block_person(by=person, person=gone, now=NOW))

    rival.finish()
    assert Block.objects.get().blocked == stays


def test_a_concern_about_the_account_that_went_is_about_the_person(gone, stays, manager):
    person = UserFactory()

    rival = race(
        lambda: merge(gone, stays, manager),
        lambda: raise_concern(by=person, about=gone, topic="other", words="They were rude.", now=NOW),
    )

    rival.finish()
    assert (Concern.objects.get().about, Block.objects.get().blocked) == (stays, stays)


def test_a_merge_waits_for_a_block_between_the_two(gone, stays, manager):
    rival = race(lambda: block_person(by=gone, person=stays, now=NOW), lambda: merge(gone, stays, manager))

    with pytest.raises(MergeNotPossible, match="block each other"):
        rival.finish()


def test_one_of_two_merges_of_an_account_at_once_wins(gone, stays, manager):
    other = UserFactory()

    rival = race(lambda: merge(gone, stays, manager), lambda: merge(gone, other, manager))

    with pytest.raises(MergeNotPossible, match="already"):
        rival.finish()
    assert User.objects.get(pk=gone.pk).merged_into == stays


def test_two_merges_of_a_chain_at_once_do_not_hang(gone, stays, manager):
    last = UserFactory()

    rival = race(lambda: merge(gone, stays, manager), lambda: merge(stays, last, manager))

    rival.finish()
    assert set(User.objects.filter(merged_into=last)) == {gone, stays}


def test_a_merge_is_patched_into_the_copy_of_the_community(gone, stays, manager, settings):
    settings.SHARED_COPY_DIR = ""
    for person in (gone, stays):
        MentorFactory(user=person)
    forget_community()
    with current_community(now=NOW) as community:
        assert None not in (community.table.row_of(gone.pk), community.table.row_of(stays.pk))

    merge(gone, stays, manager)

    with current_community(now=NOW) as same:
        assert same is community
        assert same.table.row_of(gone.pk) is None
        assert same.table.row_of(stays.pk) is not None


def test_a_merge_waits_for_the_worker_that_writes_a_group_mail(gone, stays, manager):
    mail = GroupMailFactory(status="scheduled", people=[gone])

    race(lambda: _write_some(mail.pk, now=NOW), lambda: merge(gone, stays, manager)).finish()

    assert Notification.objects.get(kind="group_mail").recipient == stays
    assert mail.recipients.get().person == stays
