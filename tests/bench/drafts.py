"""Measure drafts of cohorts from the database: the worker's job, and the pages that organisers wait for."""

from __future__ import annotations

import resource
from argparse import Namespace
from functools import partial
from time import perf_counter
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import MentorProfile, User
from matching.jobs.cohort_drafts import make_draft
from matching.models import CohortDraft, HelpRequest
from matching.selectors.cohorts.choices import mentors_for
from matching.services.cohorts.drafts import ask_for_draft
from mentorship.models import Cohort, CohortMember
from tests.bench.database import bench_database
from tests.bench.draw import AS_OF
from tests.bench.figures import NotAsExpected, Report, Timing, as_dict, environment, in_one_line, measure, tell
from tests.bench.population import Population
from tests.helpers import log_in_with_second_factor

# Mentees of each cohort. Eight of them have five mentors.
SIZES = (1_000, 10_000)
PLACES = 2
RUNS = 5


def bench(options: Namespace) -> Report:
    """Measure each size in a database of its own."""
    lines, content = [], {}
    for mentees in options.mentees or SIZES:
        mentors = mentees * 5 // 8
        with bench_database():
            surroundings = environment()
            seconds, timings, matched = _one_size(mentees, mentors, seed=options.seed)
        name = f"{mentees:,} mentees, {mentors:,} mentors"
        lines += [
            f"{name}, {matched:,} matched",
            f"{'the job of the worker':30}{seconds:>10.1f} s",
            *(f"{timing.name:30}{timing.p50:>10.0f} ms p50" for timing in timings),
        ]
        content[name] = {"job_s": seconds, "matched": matched, "pages": as_dict(timings)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines = [in_one_line(surroundings), *lines, f"Highest resident memory of the process: {peak:,} MiB."]
    return Report("\n".join(lines), {"environment": surroundings, "sizes": content, "peak_mib": peak})


def _one_size(mentees: int, mentors: int, *, seed: int) -> tuple[float, list[Timing], int]:
    Population(mentors, seed=seed, mentees=mentees, requests=mentees).write()
    by = User.objects.create_superuser("admin@example.org", "x", name="Ada Admin")
    cohort = _filled_cohort()
    draft = ask_for_draft(cohort_id=cohort.pk, by=by, now=AS_OF)
    tell("the job of the worker")
    start = perf_counter()
    make_draft(draft_id=draft.pk, now=AS_OF)
    seconds = perf_counter() - start
    draft = CohortDraft.objects.select_related("scores", "cohort").get(pk=draft.pk)
    if draft.status != CohortDraft.Status.DONE:
        raise NotAsExpected(f"The draft is {draft.status}: {draft.failure}")
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip("."))
    log_in_with_second_factor(client, by)
    return seconds, _pages(client, draft), int(draft.report["matched"])


def _filled_cohort() -> Cohort:
    """Return a closed cohort of all mentors, and of all mentees with one request each."""
    day = AS_OF.date()
    cohort = Cohort.objects.create(
        name="Bench",
        status="closed",
        joins_until_on=day,
        starts_on=day,
        ends_on=day.replace(year=day.year + 1),
        opened_at=AS_OF,
        closed_at=AS_OF,
    )
    requests = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN)
    first = requests.order_by("mentee", "pk").distinct("mentee")
    people = dict(first.values_list("mentee", "pk"))
    HelpRequest.objects.filter(pk__in=people.values()).update(
        cohort=cohort, mentors_due_at=None, queued_at=None, obstacle="", still_looking_at=None
    )
    sides: list[tuple[str, Any, int | None]] = [
        ("mentee", people, None),
        ("mentor", MentorProfile.objects.filter(status="approved").values_list("user", flat=True), PLACES),
    ]
    for side, persons, places in sides:
        members = [
            CohortMember(cohort=cohort, person_id=person, side=side, places=places, joined_at=AS_OF)
            for person in persons
        ]
        CohortMember.objects.bulk_create(members, batch_size=1_000)
    return cohort


def _pages(client: Client, draft: CohortDraft) -> list[Timing]:
    kept = draft.scores
    assert kept is not None  # for mypy: a draft that is made has scores
    mentee = next(
        kept.mentees[row] for row, mentor in enumerate(draft.mentor_of) if mentor >= 0 and draft.alternates[row]
    )
    other = mentors_for(draft, mentee)[0].key
    addresses = {
        "the page of the draft": _address(draft, "draft"),
        "the page of a pair": _address(draft, "pair", mentee),
        "the same, with what if": _address(draft, "pair", mentee, what_if=1),
        "the cost of an edit": _address(draft, "edit", do="pin", mentee=mentee, mentor=other),
    }
    return [measure(name, partial(_look, client), [address] * RUNS) for name, address in addresses.items()]


def _address(draft: CohortDraft, page: str, *rest: int, **query: object) -> str:
    return reverse(f"admin:mentorship_cohort_{page}", args=[draft.cohort_id, draft.number, *rest], query=query or None)


def _look(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise NotAsExpected(f"{address} answers {response.status_code}.")
