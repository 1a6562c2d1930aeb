"""The people of `make load`, for locust: members and admins who log in and do what people do here.

It knows the site by HTTP alone. LOAD_CAST names a file with their addresses and requests, LOAD_FIGURES the file for the
figures. Each person has an address of the network 10.0.0.0/8, as behind the proxy of production.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import random
import struct
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser, between, events, task

CAST: dict[str, Any] = json.loads(Path(os.environ["LOAD_CAST"]).read_text())
# The status of a refusal: somebody else was faster, or a mentor is full. That is no error.
REFUSES = 409
REFUSED: Counter[str] = Counter()
# A person logs out after so many pages, and another one comes.
VISIT = 25
PROPOSALS_LIMIT_S = 60
HOSTS = count(1)

chance = random.Random(1)
mentors = iter(chance.sample(CAST["mentors"], len(CAST["mentors"])))
mentees = iter(chance.sample(CAST["mentees"], len(CAST["mentees"])))
plans = iter(CAST["plans"])
admins = iter(CAST["admins"])


class Person(FastHttpUser):
    """Somebody with a browser or a program. Each request has a connection of its own, as nginx opens them."""

    abstract = True
    wait_time = between(1, 4)

    def ask(self, method: str, path: str, name: str, *, expect: int = 200, may_be: int = 0, **request: Any) -> Any:
        """Return the answer, or None if it was refused or is not what the site promises."""
        headers = {"Connection": "close"} | request.pop("headers", {})
        with self.client.request(
            method, path, name=name, headers=headers, catch_response=True, allow_redirects=False, **request
        ) as answer:
            if answer.status_code == expect:
                answer.success()
                return answer
            if answer.status_code == may_be:
                REFUSED[name] += 1
                answer.success()
                return None
            answer.failure(f"{answer.status_code}: {(answer.text or '')[:300]}")
            return None


class Browser(Person):
    """Somebody who logs in by the page, and then looks at pages."""

    abstract = True
    pages_left = 0
    address = ""

    def on_start(self) -> None:
        self.next_person()

    def next_person(self) -> None:
        raise NotImplementedError

    def log_in(self, email: str) -> None:
        self.pages_left, self.address = VISIT, new_address()
        self.client.cookiejar.clear()
        self.page("/accounts/login/", "page: form of the login")
        self.form("/accounts/login/", "page: log in", {"login": email, "password": CAST["password"]})

    def look(self, path: str, name: str) -> Any:
        if not self.pages_left:
            self.next_person()
        self.pages_left -= 1
        return self.page(path, name)

    def page(self, path: str, name: str) -> Any:
        return self.ask("GET", path, name, headers={"X-Forwarded-For": self.address})

    def form(self, path: str, name: str, fields: dict[str, str], *, may_be: int = 0) -> Any:
        token = next((cookie.value or "" for cookie in self.client.cookiejar if cookie.name == "csrftoken"), "")
        fields = {"csrfmiddlewaretoken": token} | fields
        headers = {"X-Forwarded-For": self.address}
        return self.ask("POST", path, name, expect=302, may_be=may_be, data=fields, headers=headers)


class Reader(Browser):
    """A mentee who looks around."""

    weight = 8

    def next_person(self) -> None:
        self.log_in(next(mentees))

    @task(3)
    def home(self) -> None:
        self.look("/", "page: home of a member")

    @task(6)
    def browse(self) -> None:
        self.look(f"/mentors/?{a_search()}", "page: browse mentors")

    @task(3)
    def browse_by_api(self) -> None:
        self.look(f"/api/v1/mentors/?{a_search()}", "API: browse mentors")

    @task(3)
    def mentor(self) -> None:
        self.look(f"/mentors/{chance.choice(CAST['listed'])}/", "page: one mentor")

    @task
    def messages(self) -> None:
        self.look("/messages/", "page: messages")

    @task
    def goals(self) -> None:
        self.look("/goals/", "page: goals")


class Mentor(Browser):
    """A mentor who looks what waits."""

    weight = 3

    def next_person(self) -> None:
        self.log_in(next(mentors))

    @task(2)
    def home(self) -> None:
        self.look("/", "page: home of a mentor")

    @task(3)
    def inbox(self) -> None:
        self.look("/inbox/", "page: inbox")

    @task(2)
    def requests(self) -> None:
        self.look("/requests-for-me/", "page: requests for me")

    @task
    def offer(self) -> None:
        self.look("/mentoring/", "page: my offer")


class Admin(Browser):
    """An admin with an authenticator app, who works through what waits."""

    fixed_count = 2
    wait_time = between(3, 8)

    def next_person(self) -> None:
        person = next(admins)
        self.log_in(person["email"])
        # A code is not valid any more if its half minute ends while the site is busy.
        for _ in range(3):
            code = {"code": code_of(person["secret"])}
            if self.form("/accounts/2fa/authenticate/", "page: second factor", code, may_be=200) is not None:
                break
        self.pages_left = 10_000

    @task(4)
    def home(self) -> None:
        self.look("/admin/", "admin: home")

    @task(2)
    def waiting(self) -> None:
        self.look("/admin/matching/waitingrequest/", "admin: waiting requests")

    @task(2)
    def people(self) -> None:
        self.look(f"/admin/accounts/user/?q=Person+{chance.randrange(100_000)}", "admin: search for a person")

    @task
    def mentors(self) -> None:
        self.look("/admin/accounts/mentorprofile/?status__exact=approved", "admin: mentors")

    @task
    def matches(self) -> None:
        self.look("/admin/matching/match/", "admin: matches")


class Pair(Person):
    """A mentee who asks for help by the API, and the mentor who accepts and takes a time."""

    weight = 4

    @task
    def story(self) -> None:
        plan = next(plans)
        mentee = self.log_in(plan["email"])
        match = self.asked(mentee, plan) if mentee else None
        if mentee and match:
            self.wait()
            mentor = self.log_in(CAST["mentor_of"][match["mentor"]["uuid"]])
            if mentor:
                self.answered(mentor, mentee, match)

    def asked(self, mentee: dict[str, str], plan: dict[str, Any]) -> dict[str, Any] | None:
        """Write a request, submit it and ask one of the mentors who are proposed. Return that match."""
        goal = self.post(mentee, "goals/", "API: state a goal", plan["goal"], expect=201)
        body = goal and plan["draft"] | {"goal": goal["uuid"]}
        draft = body and self.post(mentee, "help-requests/", "API: draft", body, expect=201)
        if not draft:
            return None
        for _ in range(2):
            self.wait()
            self.post(mentee, "help-requests/preview/", "API: preview", body)
        if not self.post(mentee, f"help-requests/{draft['uuid']}/submit/", "API: submit"):
            return None
        for match in self.proposals(mentee, draft["uuid"]):
            self.wait()
            why = f"Number {match['rank']} of my list: {match['mentor']['headline']}, as I want to do."
            asked = self.post(mentee, f"matches/{match['uuid']}/ask/", "API: ask", {"why_you": why}, may_be=REFUSES)
            if asked:
                return match
        return None

    def proposals(self, mentee: dict[str, str], request: str) -> list[dict[str, Any]]:
        """Return the proposals in their order, once the worker has stored them. The time until then is a figure."""
        began = time.perf_counter()
        while time.perf_counter() < began + PROPOSALS_LIMIT_S:
            time.sleep(0.5)
            page = self.get(mentee, f"matches/?help_request__uuid={request}", "API: matches")
            found = page["results"] if page else []
            seen = None if found else self.get(mentee, f"help-requests/{request}/", "API: one request")
            if found or (seen and seen["queued_at"]):
                waited_for_proposals(time.perf_counter() - began, None)
                return sorted(found, key=lambda match: match["rank"])
        waited_for_proposals(PROPOSALS_LIMIT_S, TimeoutError("no mentors were looked for"))
        return []

    def answered(self, mentor: dict[str, str], mentee: dict[str, str], match: dict[str, Any]) -> None:
        self.get(mentor, "inbox/", "API: inbox")
        self.wait()
        accepted = self.post(mentor, f"inbox/{match['uuid']}/accept/", "API: accept", {}, expect=201, may_be=REFUSES)
        if not accepted:
            return
        here = f"mentorships/{accepted['uuid']}/"
        suggested = self.get(mentor, f"{here}suggested-times/", "API: suggested times")
        if not suggested or not suggested["starts_at"]:
            return
        times = {"times": suggested["starts_at"][:3]}
        session = self.post(mentor, f"{here}sessions/", "API: propose times", times, expect=201)
        self.wait()
        if session:
            chosen = {"starts_at": times["times"][0]}
            # Another session of one of the two may have taken this time meanwhile.
            self.post(mentee, f"sessions/{session['uuid']}/take/", "API: book", chosen, may_be=REFUSES)

    def log_in(self, email: str) -> dict[str, str] | None:
        """Return the headers of somebody who has logged in as a program does."""
        headers = {"X-Forwarded-For": new_address()}
        body = {"email": email, "password": CAST["password"]}
        answer = self.ask("POST", "/_allauth/app/v1/auth/login", "API: log in", json=body, headers=headers)
        return None if answer is None else headers | {"X-Session-Token": answer.json()["meta"]["session_token"]}

    def get(self, by: dict[str, str], path: str, name: str) -> Any:
        answer = self.ask("GET", f"/api/v1/{path}", name, headers=by)
        return None if answer is None else answer.json()

    def post(self, by: dict[str, str], path: str, name: str, body: object = None, **rules: Any) -> Any:
        answer = self.ask("POST", f"/api/v1/{path}", name, headers=by, json=body or {}, **rules)
        return None if answer is None else answer.json()


def waited_for_proposals(seconds: float, fault: Exception | None) -> None:
    events.request.fire(
        request_type="WAIT",
        name="worker: proposals",
        response_time=seconds * 1000,
        response_length=0,
        exception=fault,
    )


def new_address() -> str:
    number = next(HOSTS)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def a_search() -> str:
    """Return the query of a search: mostly one filter, sometimes words, sometimes all."""
    kind = chance.choice(("", "goal_kind", "country", "language", "field", "search", "free", "both"))
    match kind:
        case "":
            return ""
        case "free":
            return "free=true"
        case "both":
            one, other = chance.choice(CAST["country"]), chance.choice(CAST["language"])
            return urlencode({"country": one, "language": other, "free": "true"})
        case _:
            return urlencode({kind: chance.choice(CAST[kind])})


def code_of(secret: str) -> str:
    """Return the present code of an authenticator app (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@events.quitting.add_listener
def write_figures(environment: Any, **_facts: Any) -> None:
    stats = environment.stats
    rows = [
        {
            "name": entry.name,
            "n": entry.num_requests,
            "a_second": entry.total_rps,
            "p50_ms": entry.get_response_time_percentile(0.5),
            "p95_ms": entry.get_response_time_percentile(0.95),
            "max_ms": entry.max_response_time,
            "errors": entry.num_failures,
            "refused": REFUSED[entry.name],
        }
        for entry in sorted(stats.entries.values(), key=lambda entry: entry.name)
    ]
    faults = [f"{error.name}: {error.occurrences} × {error.error}" for error in stats.errors.values()]
    # A person who cannot go on, such as by an answer without a field, is a fault as well. locust only logs it.
    for fault in environment.runner.exceptions.values():
        faults.append(f"{fault['count']} × {fault['msg']}\n{fault['traceback']}")
    Path(os.environ["LOAD_FIGURES"]).write_text(json.dumps({"endpoints": rows, "faults": faults}))
