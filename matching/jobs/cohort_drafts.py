"""The worker makes drafts of cohorts. The row is the queue; a sweep makes up for lost calls and dead workers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import psycopg
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.sweep import each_due
from matching.engine import DEFAULT_WEIGHTS, ENGINE_VERSION
from matching.engine.assignment import (
    Assignment,
    BadCohort,
    Finding,
    Policy,
    Problem,
    Scores,
    assign,
    check_certificate,
    digest_of,
    mentors_side,
    preflight,
    scores_of_profiles,
    sole_obstacles,
)
from matching.engine.rules import FOR_SOME_DAYS
from matching.models import CohortDraft, CohortPair, CohortScores
from matching.selectors.cohorts.findings import RULES_IN_WORDS, sentences_of
from matching.selectors.cohorts.kept import Names, Seats, result_of
from matching.selectors.cohorts.packing import pack
from matching.selectors.cohorts.reading import Found, Reading, read_cohort
from mentorship.models import Cohort

log = logging.getLogger(__name__)

Status = CohortDraft.Status

ATTEMPTS_MAX = 2
# Seconds between two stored steps of the progress.
STEP_SECONDS = 1.0
# Percent at the end of each part of the work: people are read, fits are computed, the assignment is found.
READ, SCORED, ASSIGNED, PROVEN = 5, 60, 85, 90
# Scores of a cohort that are kept, the newest first, beside those of published pairs.
SCORES_KEPT = 2

NOT_CLOSED = "The cohort is not closed any more. Close it, then ask for a draft."
TOO_MUCH = "The server did not get through it, twice. Tell the people who run the server, or split the cohort."
BROKEN = "An error of the server stopped it. The people who run the server find it in the log."
NOT_PROVEN = "The proof of the result failed its check. The people who run the server find it in the log."


def make_draft(*, draft_id: int, now: datetime, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Make a draft that waits. Return whether there was anything to do.

    It takes minutes, so ``clock`` says when it ended; people are read as of ``now``.
    False: another worker makes it, or it waits no more. A draft whose worker died is begun anew, ATTEMPTS_MAX times.
    """
    with _alone(draft_id) as is_alone:
        draft = _begin(draft_id, now) if is_alone else None
        if draft is None:
            return False
        try:
            _make(draft, now, clock)
        except SoftTimeLimitExceeded:
            raise
        except (OperationalError, InterfaceError) as error:
            log.warning("cohort draft %s waits for the sweep: %s", draft_id, type(error).__name__)
        except BadCohort as fault:
            _fail(draft, str(fault), at=clock())
        except Exception:
            log.exception("cohort draft %s failed", draft_id)
            _fail(draft, BROKEN, at=clock())
    return True


def tend_drafts(*, now: datetime) -> int:
    """Make the drafts that nobody makes, and forget old scores. Return how many drafts and scores changed."""
    waiting = CohortDraft.objects.filter(status__in=CohortDraft.WORKING).order_by("asked_at", "pk")
    return each_due(waiting, lambda pk: make_draft(draft_id=pk, now=now)) + forget_scores()


def forget_scores() -> int:
    """Delete the fits of old drafts. Return of how many scores.

    Those of published pairs are kept, and the newest SCORES_KEPT of each cohort that is not archived. The result, the
    report and the audit file of a draft stay.
    """
    published = CohortPair.objects.filter(draft__scores=OuterRef("pk"))
    newer = CohortScores.objects.filter(cohort=OuterRef("cohort"), pk__gt=OuterRef("pk")).order_by()
    enough = newer.order_by("pk")[SCORES_KEPT - 1 : SCORES_KEPT]
    old = CohortScores.objects.filter(Exists(enough) | Q(cohort__status=Cohort.Status.ARCHIVED))
    return old.filter(~Exists(published)).exclude(data=b"").update(data=b"")


@contextmanager
def _alone(draft_id: int) -> Iterator[bool]:
    """Hold a lock of this connection while a draft is made; False if another one has it.

    It is none of a transaction, since that would be open for minutes. PostgreSQL drops it with the connection.
    """
    name = f"cohort_draft {draft_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@transaction.atomic
def _begin(draft_id: int, now: datetime) -> CohortDraft | None:
    """Count an attempt, before the work: one that is cut off must count as well. None: there is nothing to do."""
    rows = CohortDraft.objects.select_for_update(of=("self",), no_key=True).select_related("cohort")
    draft = rows.filter(pk=draft_id, status__in=CohortDraft.WORKING).first()
    if draft is None:
        return None
    if draft.attempts >= ATTEMPTS_MAX:
        _failed(draft, TOO_MUCH, now)
        return None
    if draft.cohort.status != Cohort.Status.CLOSED:
        _failed(draft, NOT_CLOSED, now)
        return None
    if draft.status == Status.RUNNING:
        draft.move_to(Status.QUEUED, at=now)
    draft.progress = 0
    draft.move_to(Status.RUNNING, at=now)
    return draft


def _failed(draft: CohortDraft, failure: str, now: datetime) -> None:
    draft.failure = failure
    draft.move_to(Status.FAILED, at=now)


@transaction.atomic
def _fail(draft: CohortDraft, failure: str, *, at: datetime, findings: Sequence[Found] = ()) -> None:
    row = _running(draft)
    if row is not None:
        row.findings = [found.stored for found in findings]
        _failed(row, failure, at)


def _running(draft: CohortDraft) -> CohortDraft | None:
    """Return the draft, locked. None if it is not made any more."""
    rows = CohortDraft.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(pk=draft.pk, status=Status.RUNNING).first()


class Progress:
    """Stores percents of a draft, STEP_SECONDS apart at least."""

    def __init__(self, draft_id: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._draft_id, self._clock = draft_id, clock
        self._stored_at = clock() - STEP_SECONDS
        self._last = 0

    def reach(self, percent: int) -> None:
        if percent > self._last and self._clock() - self._stored_at >= STEP_SECONDS:
            self._last, self._stored_at = percent, self._clock()
            CohortDraft.objects.filter(pk=self._draft_id, status=Status.RUNNING).update(progress=percent)

    def part(self, start: int, end: int, whole: int) -> Callable[[int], None]:
        """Return a function that takes how much of ``whole`` is done, for percents from ``start`` to ``end``."""
        return lambda done: self.reach(start + (end - start) * done // max(1, whole))

    def steps(self, start: int, end: int) -> Callable[[str, int], None]:
        """Return a function for steps whose number nobody knows: each goes a tenth of the way that is left."""
        at = float(start)

        def step(_name: str, _pairs: int) -> None:
            nonlocal at
            at += (end - at) / 10
            self.reach(int(at))

        return step


def _make(draft: CohortDraft, now: datetime, clock: Callable[[], datetime]) -> None:
    progress = Progress(draft.pk)
    reading = read_cohort(draft.cohort, now=now)
    findings = list(reading.findings)
    if any(found.stops for found in findings):
        return _stop(draft, findings, clock())
    progress.reach(READ)
    scores = scores_of_profiles(
        reading.needs,
        reading.table,
        rules=reading.rules,
        despite=FOR_SOME_DAYS,
        other_side=mentors_side(reading.needs, reading.table) if draft.both_sides else None,
        progress=progress.part(READ, SCORED, len(reading.needs)),
    )
    seats = Seats([member.pk for member in reading.mentees], [member.pk for member in reading.mentors])
    findings = [*_before(scores, reading, seats), *findings]
    if any(found.stops for found in findings):
        return _stop(draft, findings, clock())
    problem = Problem(
        scores,
        reading.places,
        policy=Policy(draft.policy),
        pins=reading.pins,
        bans=reading.bans,
        seed=draft.seed,
    )
    assignment = assign(problem, progress=progress.steps(SCORED, ASSIGNED))
    progress.reach(ASSIGNED)
    if faults := check_certificate(assignment.certificate, problem):
        log.error("cohort draft %s is not proven: %s", draft.pk, " ".join(faults))
        return _fail(draft, NOT_PROVEN, at=clock(), findings=findings)
    progress.reach(PROVEN)
    return _store(draft, reading, assignment, seats, findings, now, clock)


def _stop(draft: CohortDraft, findings: Sequence[Found], at: datetime) -> None:
    stops = [found.stored for found in findings if found.stops]
    _fail(draft, " ".join(sentences_of(stops)), at=at, findings=findings)


def _before(scores: Scores, reading: Reading, seats: Seats) -> list[Found]:
    found = preflight(
        scores,
        reading.places,
        pins=reading.pins,
        bans=reading.bans,
        rules=reading.rules,
        mentee_people=reading.people[0],
        mentor_people=reading.people[1],
        missing=reading.missing,
        gains=reading.gains,
    )
    return [_as_found(one, seats) for one in found]


def _as_found(one: Finding, seats: Seats) -> Found:
    """Return a finding with keys of members. Indexes among its values are the people that it is about."""
    code, values = one.code, {name: value for name, value in one.values.items() if name not in ("mentee", "mentor")}
    if code == "pin_against_rule":
        # A rule that may be a block is not told: the pin is then one of somebody who is not eligible, as many are.
        told = [rule for rule in str(values.pop("rule")).split(", ") if rule in RULES_IN_WORDS]
        code, values = (code, values | {"rule": ", ".join(told)}) if told else ("pin_not_eligible", values)
    return Found(
        code,
        {name: value if isinstance(value, str) else int(value) for name, value in values.items()},
        tuple(seats.mentees[index] for index in one.mentees),
        tuple(seats.mentors[index] for index in one.mentors),
        one.stops,
    )


def _store(
    draft: CohortDraft,
    reading: Reading,
    assignment: Assignment,
    seats: Seats,
    findings: Sequence[Found],
    now: datetime,
    clock: Callable[[], datetime],
) -> None:
    scores = assignment.problem.scores
    digest = digest_of(scores)
    names = Names(
        [str(member.uuid) for member in reading.mentees],
        [str(member.uuid) for member in reading.mentors],
        weights=DEFAULT_WEIGHTS.version,
        engine=ENGINE_VERSION,
        digest=digest,
    )
    result = result_of(
        assignment,
        seats,
        names,
        groups=[member.group or None for member in reading.mentees],
        waited=[(now - member.joined_at).total_seconds() / 86400 for member in reading.mentees],
        obstacles=lambda mentee: sole_obstacles(reading.needs[mentee], reading.table, despite=FOR_SOME_DAYS),
    )
    data = pack(scores)
    with transaction.atomic():
        row = _running(draft)
        if row is None:
            return
        row.scores = CohortScores.objects.create(
            cohort_id=row.cohort_id,
            round=row.round,
            mentees=list(seats.mentees),
            requests=[request.pk for request in reading.requests],
            mentors=list(seats.mentors),
            places=reading.places.tolist(),
            engine_version=names.engine,
            weights_version=names.weights,
            digest=digest,
            data=b"",
            read_at=now,
        )
        _keep(row.scores, data)
        row.findings = [found.stored for found in findings]
        for name, value in result.items():
            setattr(row, name, value)
        row.move_to(Status.DONE, at=clock())


def _keep(scores: CohortScores, data: bytes) -> None:
    """Store the bytes of scores. They go in binary form: as text in a statement, 75 MB take longer than it may."""
    table = CohortScores._meta.db_table
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        cursor.execute(f"UPDATE {table} SET data = %b WHERE id = %s", [data, scores.pk])  # noqa: S608 -- a constant
