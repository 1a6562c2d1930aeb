"""The worker makes drafts of cohorts: once, anew after a crash, alone, with findings, and with a proof."""

from __future__ import annotations

from datetime import timedelta

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError

from matching.jobs import cohort_drafts
from matching.jobs.cohort_drafts import Progress, make_draft, tend_drafts
from matching.models import CohortDraft, CohortScores, HelpRequest
from matching.services.cohorts.drafts import ask_for_draft
from mentorship.models import Cohort
from tests.factories import NOW
from tests.helpers import Rival
from tests.matching.cohorts import closed_cohort, made_draft, mentee_in, mentor_in, names_in, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + timedelta(minutes=5)


class Killed(BaseException):
    """Stands for a signal that ends the process: nothing catches it."""


def killed(*_args, **_kwargs):
    raise Killed


@pytest.fixture
def cohort():
    """Return a closed cohort of two mentees and two mentors."""
    cohort = closed_cohort()
    for name in ("Ann Able", "Bea Best"):
        mentee_in(cohort, name)
    for name in ("Max Main", "Moe Most"):
        mentor_in(cohort, name)
    return cohort


# --- crashes ----------------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_leaves_a_draft_that_the_sweep_makes(cohort, admin_user, monkeypatch):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(cohort_drafts, "assign", killed)
        with pytest.raises(Killed):
            make_draft(draft_id=draft.pk, now=NOW)
    draft.refresh_from_db()
    assert (draft.status, draft.attempts) == ("running", 1)

    assert tend_drafts(now=LATER) == 1

    draft.refresh_from_db()
    assert (draft.status, draft.attempts, draft.started_at) == ("done", 2, LATER)


def test_a_draft_that_is_cut_off_twice_fails_with_a_sentence(cohort, admin_user, monkeypatch):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)

    def slow(*_args, **_kwargs):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(cohort_drafts, "assign", slow)
    for _sweep in range(2):
        with pytest.raises(SoftTimeLimitExceeded):
            tend_drafts(now=NOW)

    tend_drafts(now=LATER)

    draft.refresh_from_db()
    assert (draft.status, draft.ended_at) == ("failed", LATER)
    assert draft.failure.startswith("The server did not get through it, twice.")


def test_a_database_that_is_away_leaves_the_draft_to_the_sweep(cohort, admin_user, monkeypatch):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)
    with monkeypatch.context() as patch:

        def away(*_args, **_kwargs):
            raise OperationalError

        patch.setattr(cohort_drafts, "read_cohort", away)
        make_draft(draft_id=draft.pk, now=NOW)

    tend_drafts(now=LATER)

    draft.refresh_from_db()
    assert draft.status == "done"


def test_an_error_of_ours_fails_the_draft(cohort, admin_user, monkeypatch):
    monkeypatch.setattr(cohort_drafts, "assign", lambda *_args, **_kwargs: 1 / 0)

    draft = made_draft(cohort, admin_user)

    assert draft.status == "failed"
    assert draft.failure.startswith("An error of the server stopped it.")


def test_a_result_without_a_proof_is_no_draft(cohort, admin_user, monkeypatch):
    monkeypatch.setattr(cohort_drafts, "check_certificate", lambda *_args: ["A pin is lost."])

    draft = made_draft(cohort, admin_user)

    assert (draft.status, draft.scores) == ("failed", None)
    assert draft.failure.startswith("The proof of the result failed its check.")


def test_a_draft_is_made_on_the_time_at_its_end(cohort, admin_user):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)

    make_draft(draft_id=draft.pk, now=NOW, clock=lambda: LATER)

    draft.refresh_from_db()
    assert (draft.started_at, draft.scores.read_at, draft.ended_at) == (NOW, NOW, LATER)


def test_a_cohort_that_opened_again_is_not_matched(cohort, admin_user):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)
    cohort.move_to(Cohort.Status.OPEN, at=NOW)

    make_draft(draft_id=draft.pk, now=NOW)

    draft.refresh_from_db()
    assert (draft.status, draft.failure) == ("failed", cohort_drafts.NOT_CLOSED)


@pytest.mark.django_db(transaction=True)
def test_one_of_two_workers_makes_the_draft(cohort, admin_user):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)
    with cohort_drafts._alone(draft.pk) as is_alone:
        assert is_alone
        rival = Rival(lambda: make_draft(draft_id=draft.pk, now=NOW))
        assert rival.finish() is False
    draft.refresh_from_db()
    assert (draft.status, draft.attempts) == ("queued", 0)

    assert Rival(lambda: make_draft(draft_id=draft.pk, now=NOW)).finish() is True

    draft.refresh_from_db()
    assert (draft.status, draft.attempts) == ("done", 1)


@pytest.mark.django_db(transaction=True)
def test_the_lock_of_a_draft_ends_with_its_worker(cohort, admin_user, monkeypatch):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)
    monkeypatch.setattr(cohort_drafts, "assign", lambda *_args, **_kwargs: 1 / 0)
    Rival(lambda: make_draft(draft_id=draft.pk, now=NOW)).finish()

    with cohort_drafts._alone(draft.pk) as is_alone:
        assert is_alone


def test_progress_is_stored_a_second_apart_and_never_goes_back(cohort, admin_user):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=NOW)
    CohortDraft.objects.filter(pk=draft.pk).update(status="running")
    clock = iter([0.0, 0.0, 0.0, 0.5, 1.2, 1.2, 9.0]).__next__

    def stored() -> int:
        return CohortDraft.objects.get(pk=draft.pk).progress

    progress = Progress(draft.pk, clock)
    progress.reach(5)
    assert stored() == 5
    progress.reach(20)
    assert stored() == 5
    progress.part(20, 60, 10)(5)
    assert stored() == 40
    progress.reach(30)
    assert stored() == 40


# --- scores that are kept ---------------------------------------------------------------------------------


def test_the_fits_of_old_drafts_are_deleted_but_for_published_ones(cohort, admin_user):
    drafts = [made_draft(cohort, admin_user, seed=seed) for seed in range(4)]
    publish(drafts[0], "Ann Able", "withdrawn")

    assert tend_drafts(now=LATER) == 1
    assert tend_drafts(now=LATER) == 0

    kept = [bool(CohortScores.objects.get(drafts=draft).data) for draft in drafts]
    assert kept == [True, False, True, True]
    drafts[1].refresh_from_db()
    assert (drafts[1].status, len(names_in(drafts[1]))) == ("done", 2)


def test_an_archived_cohort_keeps_the_fits_of_published_pairs_only(cohort, admin_user):
    made_draft(cohort, admin_user)
    HelpRequest.objects.update(status="expired", closed_at=NOW, mentors_due_at=None)
    cohort.move_to(Cohort.Status.ARCHIVED, at=NOW)

    assert tend_drafts(now=LATER) == 1
    assert not any(bytes(row.data) for row in CohortScores.objects.all())
