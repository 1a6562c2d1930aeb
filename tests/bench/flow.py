"""Measure the waiting times of the main flow, by HTTP on a running site: submit, proposals, ask, accept."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from accounts.models import MentorProfile, Notification, User
from accounts.models.profile import LanguageLevel
from config.local import run, services
from matching.models import HelpRequest
from tests.bench.database import bench_database
from tests.bench.figures import Column, NotAsExpected, Report, Timing, environment, report, tell
from tests.bench.population import populate

MENTORS, REQUESTS = (10_000,), 100
# The limit for storing proposals while the worker is idle, in seconds.
PROMISED_S = 2.0
# The number of processes of the worker. This many requests at once reach each process before its first ranking.
FIRST = 2
POLL_EVERY_S = 0.005
GIVE_UP_AFTER_S = 60.0
START_LIMIT_S = 60
WORKING = (LanguageLevel.WORKING, LanguageLevel.FLUENT, LanguageLevel.NATIVE)


@dataclass(frozen=True, slots=True)
class Plan:
    """A mentee, and the bodies of the two API calls that create a goal and a draft."""

    mentee: User
    goal: dict[str, Any]
    draft: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the site. ``seconds`` run from connecting to the last byte."""

    status: int
    body: Any
    seconds: float

    def expect(self, status: int) -> Any:
        if self.status != status:
            raise NotAsExpected(f"{self.status} instead of {status}: {self.body}")
        return self.body


class Site:
    """The API on a port of this machine. Each call has a new connection, so all processes of web serve."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tokens: dict[int, str] = {}

    def get(self, path: str, by: User) -> Answer:
        return self._call("GET", path, by, None)

    def post(self, path: str, by: User, body: object = None) -> Answer:
        return self._call("POST", path, by, body)

    def _call(self, method: str, path: str, by: User, body: object) -> Answer:
        headers = {"X-Session-Token": self._token(by), "Content-Type": "application/json", "Connection": "close"}
        sent = None if body is None else json.dumps(body)
        started = perf_counter()
        client = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            client.request(method, f"/api/v1/{path}", sent, headers)
            response = client.getresponse()
            raw = response.read()
        finally:
            client.close()
        return Answer(response.status, json.loads(raw or "null"), perf_counter() - started)

    def _token(self, user: User) -> str:
        """Return a session token without a login, which would hash a password and be slow on purpose."""
        if user.pk not in self._tokens:
            session = import_module(settings.SESSION_ENGINE).SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            self._tokens[user.pk] = session.session_key
        return self._tokens[user.pk]


@dataclass(slots=True)
class Times:
    """Seconds by step. ``none_found`` counts requests without a proposal, ``refused`` answers of 409."""

    submit: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    ask: list[float] = field(default_factory=list)
    accept: list[float] = field(default_factory=list)
    none_found: int = 0
    refused: int = 0


def bench(options: Namespace) -> Report:
    """Measure submit, ask and accept by HTTP, and the time until proposals are stored.

    Web and worker run as in production. Beat does not: its sweeps would end overdue requests and keep the worker busy.
    """
    here = services.data_dir() / "flow"
    (here / "static").mkdir(parents=True, exist_ok=True)
    columns: list[Column] = []
    surroundings: dict[str, str | int] = {}
    with run.only_run(here):
        for mentors in options.mentors or MENTORS:
            with bench_database():
                surroundings = environment()
                columns.append(_column(here, mentors, options.requests or REQUESTS, options.seed))
    return report(columns, baseline="", seed=options.seed, surroundings=surroundings)


def _column(here: Path, mentors: int, requests: int, seed: int) -> Column:
    started = perf_counter()
    populate(mentors, seed=seed)
    column = Column(mentors, requests)
    column.notes["filled in, s"] = perf_counter() - started
    plans = take_plans(FIRST + requests)
    tell("web and worker")
    with running_site(here, connection.settings_dict["NAME"]) as port:
        tell(f"{len(plans)} requests, one after the other")
        measure_flow(column, Site(port), plans)
    return column


def take_plans(number: int) -> list[Plan]:
    """Delete one open request of each of ``number`` mentees, and return plans to submit the same again.

    Mentees, goals and needs are those of the synthetic community; the texts are made concrete. Mentees who speak no
    language well enough to work in are left out.
    """
    requests = HelpRequest.objects.filter(
        status=HelpRequest.Status.OPEN, mentee__profile__languages__level__in=WORKING
    ).order_by("mentee_id", "pk")
    taken = list(requests.distinct("mentee_id").select_related("mentee", "goal__kind", "session_kind")[:number])
    plans = [_plan(request) for request in taken]
    HelpRequest.objects.filter(pk__in=[request.pk for request in taken]).delete()
    return plans


def measure_flow(column: Column, site: Site, plans: Sequence[Plan]) -> None:
    """Start each plan when the worker is idle. Needs more than ``FIRST`` plans."""
    first = Times()
    drafts = [(plan, _draft(site, plan)) for plan in plans[:FIRST]]
    sent = [(plan, request, _submit(site, plan, request, first)) for plan, request in drafts]
    for plan, request, sent_at in sent:
        if _wait_for_proposals(request, sent_at, first):
            _match(site, plan, request, first)
    times = Times()
    for plan in plans[FIRST:]:
        request = _draft(site, plan)
        _until(_worker_is_idle, "the worker had sent all mail")
        sent_at = _submit(site, plan, request, times)
        if _wait_for_proposals(request, sent_at, times):
            _match(site, plan, request, times)
    for name, seconds in (
        ("submit", times.submit),
        ("proposals stored", times.stored),
        ("ask", times.ask),
        ("accept", times.accept),
    ):
        if seconds:
            column.timings.append(Timing.of(name, seconds))
    within = sum(seconds <= PROMISED_S for seconds in times.stored)
    column.notes["proposals stored, longest, s"] = max(times.stored, default=0.0)
    column.notes[f"proposals stored within {PROMISED_S:.0f} s"] = f"{within} of {len(times.stored)}"
    column.notes["stored that there is no mentor yet"] = times.none_found
    column.notes["mentors who could not be asked or accept any more"] = times.refused
    column.notes["first ranking in a process reads the community, s"] = max(first.stored)
    if first.ask:
        column.notes["first ask in a process, s"] = max(first.ask)


def _draft(site: Site, plan: Plan) -> str:
    goal = site.post("goals/", plan.mentee, plan.goal).expect(201)["uuid"]
    return site.post("help-requests/", plan.mentee, plan.draft | {"goal": goal}).expect(201)["uuid"]


def _submit(site: Site, plan: Plan, request: str, times: Times) -> float:
    """Submit a draft. Return the time at which the call began."""
    sent_at = perf_counter()
    answer = site.post(f"help-requests/{request}/submit/", plan.mentee)
    answer.expect(200)
    times.submit.append(answer.seconds)
    return sent_at


def _wait_for_proposals(request: str, sent_at: float, times: Times) -> bool:
    """Wait until the worker has stored its result. Return whether it has proposals."""
    looked_at = HelpRequest.objects.filter(uuid=request, looked_at__isnull=False)
    _until(looked_at.exists, "mentors had been looked for")
    times.stored.append(perf_counter() - sent_at)
    found = looked_at.filter(matches__isnull=False).exists()
    times.none_found += not found
    return found


def _match(site: Site, plan: Plan, request: str, times: Times) -> None:
    """Ask the proposed mentors in order until one has a free place, and accept for that mentor."""
    proposed = site.get(f"matches/?help_request__uuid={request}", plan.mentee).expect(200)["results"]
    for match in sorted(proposed, key=lambda match: match["rank"]):
        why_you = f"Number {match['rank']} of my list: {match['mentor']['headline']}, as I want to do."
        asked = site.post(f"matches/{match['uuid']}/ask/", plan.mentee, {"why_you": why_you})
        if asked.status == 409:
            times.refused += 1
            continue
        asked.expect(200)
        times.ask.append(asked.seconds)
        mentor = MentorProfile.objects.select_related("user").get(uuid=match["mentor"]["uuid"]).user
        accepted = site.post(f"inbox/{match['uuid']}/accept/", mentor)
        if accepted.status == 409:
            times.refused += 1
            continue
        accepted.expect(201)
        times.accept.append(accepted.seconds)
        return


def _worker_is_idle() -> bool:
    waiting = (Notification.Status.PENDING, Notification.Status.SENDING)
    return not Notification.objects.filter(status__in=waiting, due_at__lte=timezone.now()).exists()


def _until(happened: Callable[[], bool], what: str) -> None:
    give_up_at = perf_counter() + GIVE_UP_AFTER_S
    while not happened():
        if perf_counter() > give_up_at:
            raise NotAsExpected(f"It took more than {GIVE_UP_AFTER_S:.0f} s until {what}.")
        time.sleep(POLL_EVERY_S)


def _plan(request: HelpRequest) -> Plan:
    goal = request.goal
    rate = request.max_rate
    wanted = {
        "kind": goal.kind.code,
        "target_role": goal.target_role,
        "target_field": goal.target_field,
        "target_sector": goal.target_sector,
        "target_level": goal.target_level,
        "target_country": str(goal.target_country or ""),
        "by": str(timezone.localdate() + timedelta(days=180)),
    }
    draft = {
        "situation": f"I have worked in {goal.target_field} for six years, the last two in a team of five, and sent "
        f"nine applications as {goal.target_role} since March.",
        "gap": f"Two interviews ended after the questions about {request.needs[0]}; I do not know what was missing.",
        "ask": f"Read my two-page CV against one advert for {goal.target_role} with me, ask me three questions about "
        f"{request.needs[0]}, and mark the lines that a recruiter would not understand.",
        "needs": request.needs,
        "format": request.format,
        "session_kind": request.session_kind.code,
        "minutes": request.minutes,
        "accepts_paid": request.accepts_paid,
        "max_rate": rate and {"amount": str(rate["amount"]), "currency": rate["currency"], "per": rate["per"]},
    }
    return Plan(request.mentee, wanted, draft)


@contextmanager
def running_site(
    here: Path, database: str, *, names: Sequence[str] = ("web", "worker"), more: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run web, worker and a Redis of their own on ``database``, as in production. Yield the port.

    ``more`` are variables of the environment on top.
    """
    port = services.free_port()
    variables = {
        "DATABASE_URL": services.url_of(database),
        "REDIS_URL": services.redis_url(here),
        "EMAIL_URL": "dummymail://",  # mails are rendered, but not sent
        "MAIL_SINK_DIR": "",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEBUG": "0",
        "LOG_LEVEL": "WARNING",
        "STATIC_ROOT": str(here / "static"),
        "SHARED_COPY_DIR": str(here / "shared"),
        **(more or {}),
    }
    commands = run.commands(port, here)
    # Their output goes to stderr; stdout is for the figures.
    with redirect_stdout(sys.stderr), run.Children(here / "run.json", variables) as children:
        children.start("redis", services.redis_command(here))
        for name in names:
            children.start(name, commands[name])
        until_ready(children, port, variables)
        yield port


def until_ready(children: run.Children, port: int, variables: Mapping[str, str]) -> None:
    """Wait for web and worker. Raises NotAvailable if they end, or do not answer in time."""
    give_up_at = time.monotonic() + START_LIMIT_S
    while not (run.answers(port) and worker_answers(variables)):
        children.restart_ended()
        if time.monotonic() > give_up_at:
            raise services.NotAvailable("Web and worker do not answer; their lines above may say why.")
        time.sleep(run.CHECK_EVERY_S)


def worker_answers(variables: Mapping[str, str]) -> bool:
    ping = run.python(*"-m celery -A config --quiet inspect ping --timeout 2".split())
    return (
        subprocess.run(ping, cwd=services.BASE_DIR, env=os.environ | dict(variables), capture_output=True).returncode
        == 0
    )
