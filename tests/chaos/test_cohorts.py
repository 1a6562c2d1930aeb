"""Cohorts under kill -9: a draft is made, and each published pair is proposed once, whatever dies on the way."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Notification
from matching.jobs.cohort_drafts import make_draft
from matching.models import CohortDraft, CohortPair
from matching.services.cohorts.drafts import ask_for_draft
from matching.services.cohorts.publish import publish_pairs
from tests.chaos.cohorts import POINTS
from tests.chaos.test_outbox import database_url, end
from tests.helpers import until, wait_until_blocked
from tests.matching.cohorts import closed_cohort, mentee_in, mentor_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]
PAIRS = 6
WAIT_S = 120


@contextlib.contextmanager
def worker(*options: str, log: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the process of cohorts on the database of the test."""
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.cohorts", *options],
            env=os.environ | {"DATABASE_URL": database_url()},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", log.read_text()
        yield process
    finally:
        end(process)


def kills_of(process: subprocess.Popen[str]) -> int:
    process.terminate()
    assert process.stdout is not None
    return int(process.stdout.readline())


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def cohort():
    """Return a closed cohort of as many mentees as mentors."""
    cohort = closed_cohort()
    for number in range(PAIRS):
        mentee_in(cohort, f"Mentee {number}x")
        mentor_in(cohort, f"Mentor {number}y")
    return cohort


@pytest.mark.parametrize("point", [POINTS[0], pytest.param(POINTS[1], marks=pytest.mark.full)])
def test_pairs_are_proposed_once_though_the_worker_dies_again_and_again(point, cohort, admin_user, log):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=timezone.now())
    make_draft(draft_id=draft.pk, now=timezone.now())
    publish_pairs(draft_id=draft.pk, mentees=None, by=admin_user, now=timezone.now())

    with worker("--die-at", point, log=log) as process:
        until(lambda: not CohortPair.objects.filter(status="published").exists(), seconds=WAIT_S)
        kills = kills_of(process)

    assert kills
    assert Counter(CohortPair.objects.values_list("status", flat=True)) == {"proposed": PAIRS}
    messages = Notification.objects.filter(kind="cohort_pair").values_list("payload__cohort_pair", flat=True)
    assert Counter(messages) == {str(pair.uuid): 2 for pair in CohortPair.objects.all()}


def test_a_draft_whose_worker_was_killed_is_made_by_the_next_one(cohort, admin_user, log):
    draft = ask_for_draft(cohort_id=cohort.pk, by=admin_user, now=timezone.now())

    with contextlib.ExitStack() as stack:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE mentorship_cohortmember IN ACCESS EXCLUSIVE MODE")
            process = stack.enter_context(worker(log=log))
            wait_until_blocked()
            [child] = psutil.Process(process.pid).children()
            child.kill()
        until(lambda: not CohortDraft.objects.get(pk=draft.pk).is_working, seconds=WAIT_S)

    draft.refresh_from_db()
    assert (draft.status, draft.attempts) == ("done", 2)
