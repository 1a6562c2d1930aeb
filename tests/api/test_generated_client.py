"""A client generated from docs/openapi.yaml, as integrators make one, goes through the main flow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
import requests
from django.core import mail
from django.utils import timezone

from accounts.models import User
from accounts.notifications.deliver import drain
from matching.jobs.propose import propose_due_requests
from mentorship.models import Session
from tests.api.released import RELEASED
from tests.factories import PASSWORD, MentorFactory
from tests.helpers import code_in

PACKAGE = "client_of_the_schema"
# It knows no zip, and reads a file as octets. No tool formats what nobody reads.
CONFIG = {
    "package_name_override": PACKAGE,
    "content_type_overrides": {"application/zip": "application/octet-stream"},
    "post_hooks": [],
}
SCOPES = ["requests:read", "requests:write", "mentorships:read", "mentorships:write", "profile:write"]

CAREER = [
    {
        "role": "Postdoc",
        "field": "physics",
        "sector": "academia",
        "country": "CH",
        "start_year": 2012,
        "end_year": 2017,
    },
    {"role": "Data scientist", "field": "data science", "sector": "industry", "start_year": 2017},
]


@pytest.fixture(scope="session")
def generated(tmp_path_factory) -> Iterator[None]:
    """Generate the client, without any warning, where Python finds it."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", RELEASED, "--output-path", folder / PACKAGE, "--config", folder / "config.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield


def call(client: Any, operation: str, *path: Any, **arguments: Any) -> Any:
    """Call an operation of the client, as in "goals.goals_create". Return the answer as the client reads it."""
    answer = import_module(f"{PACKAGE}.api.{operation}").sync_detailed(*path, client=client, **arguments)
    assert answer.status_code in (200, 201), (operation, answer.content)
    return answer.parsed


def model(name: str, **values: Any) -> Any:
    return getattr(import_module(f"{PACKAGE}.models"), name).from_dict(values)


@pytest.fixture
def program(generated, live_server) -> Callable[[str], Any]:
    """Return a function that makes the client of a program with an access token."""

    def client(session_token: str) -> Any:
        headers = {"X-Session-Token": session_token}
        again = f"{live_server.url}/_allauth/app/v1/auth/reauthenticate"
        requests.post(again, json={"password": PASSWORD}, headers=headers, timeout=30).raise_for_status()
        wanted = {"name": "Program", "scopes": SCOPES, "days": 1}
        made = requests.post(f"{live_server.url}/api/v1/tokens/", json=wanted, headers=headers, timeout=30)
        return import_module(PACKAGE).AuthenticatedClient(
            base_url=live_server.url, token=made.json()["token"], raise_on_unexpected_status=True
        )

    return client


def signed_up(site: str, email: str) -> str:
    """Sign up and confirm the address. Return the token of the session."""
    account = f"{site}/_allauth/app/v1/auth"
    body = {"email": email, "password": PASSWORD, "name": "Mina", "roles": ["mentee"], "accept_rules": True}
    answer = requests.post(f"{account}/signup", json=body, timeout=30).json()
    drain(now=timezone.now)
    key = {"key": code_in([sent for sent in mail.outbox if email in sent.to][-1].body)}
    headers = {"X-Session-Token": answer["meta"]["session_token"]}
    answer = requests.post(f"{account}/email/verify", json=key, headers=headers, timeout=30).json()
    return answer["meta"]["session_token"]


def with_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save()


def logged_in(site: str, email: str) -> str:
    body = {"email": email, "password": PASSWORD}
    return requests.post(f"{site}/_allauth/app/v1/auth/login", json=body, timeout=30).json()["meta"]["session_token"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rung")
def test_a_generated_client_goes_from_a_goal_to_a_booked_session(program, live_server):
    with_password(MentorFactory(user__email="jon@example.org", user__name="Jon", career=CAREER).user)
    mina = program(signed_up(live_server.url, "mina@example.org"))
    jon = program(logged_in(live_server.url, "jon@example.org"))

    call(mina, "me.me_partial_update", body=model("PatchedMeRequest", languages=[{"code": "en", "level": "fluent"}]))
    goal = call(
        mina,
        "goals.goals_create",
        body=model(
            "GoalRequest", kind="academia_to_industry", target_role="Data scientist", target_field="data science"
        ),
    )
    draft = call(
        mina,
        "help_requests.help_requests_create",
        body=model(
            "HelpRequestRequest",
            goal=str(goal.uuid),
            situation="Postdoc in particle physics, six years of multivariate analysis.",
            gap="I cannot present it so that a company sees machine learning in it.",
            ask="Go through my CV with me and help me say in industry words what I did.",
            needs=["machine learning"],
            format="ongoing",
            session_kind="cv_review",
            minutes=30,
        ),
    )
    submitted = call(mina, "help_requests.help_requests_submit_create", draft.uuid)
    propose_due_requests(now=timezone.now())
    [match] = call(mina, "matches.matches_list", help_request_uuid=draft.uuid).results
    why = model("AskRequest", why_you="You left physics for industry yourself, as I want to.")
    asked = call(mina, "matches.matches_ask_create", match.uuid, body=why)
    [waiting] = call(jon, "inbox.inbox_list").results
    mentorship = call(jon, "inbox.inbox_accept_create", waiting.uuid)
    times = call(mina, "mentorships.mentorships_suggested_times_retrieve", mentorship.uuid, minutes=30).starts_at
    proposal = model(
        "ProposeSessionRequest", minutes=30, place="https://meet.example.org/mina", times=[times[0].isoformat()]
    )
    session = call(mina, "mentorships.mentorships_sessions_create", mentorship.uuid, body=proposal)
    booked = call(
        jon, "sessions.sessions_take_create", session.uuid, body=model("TakeRequest", starts_at=times[0].isoformat())
    )

    assert [submitted.status, match.mentor.name, asked.status] == ["open", "Jon", "asked"]
    assert (booked.status, booked.starts_at) == ("confirmed", times[0])
    [stored] = Session.objects.all()
    assert (stored.uuid, stored.status, stored.starts_at) == (session.uuid, "confirmed", times[0])


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_reads_a_refusal(program, live_server):
    with_password(MentorFactory(user__email="jon@example.org").user)
    client = program(logged_in(live_server.url, "jon@example.org"))

    goal = model("GoalRequest", kind="no_such_kind", target_role="Baker", target_field="bread")
    problem = import_module(f"{PACKAGE}.api.goals.goals_create").sync(client=client, body=goal)

    assert (problem.status, problem.code) == (400, "invalid")
    assert [field.pointer for field in problem.errors] == ["/kind"]
