"""Directories of employers enter, change and close accounts by SCIM, each only those that it entered."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pydantic import Field
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_models import Required, ScimProvider, Uniqueness
from scim2_server.routing import ROUTES
from scim2_tester import Status, check_server

from accounts.api.scim import PROVIDER, Person
from accounts.exceptions import MergeNotPossible, TokenNotPossible
from accounts.jobs.erasures import erase_due
from accounts.links import invitation_link
from accounts.models import DirectoryEntry, Erasure, LegalHold, User
from accounts.models.history import DirectoryEntryEvent
from accounts.models.privacy import WAIT_AFTER_CLOSING
from accounts.scopes import SCOPES, SERVICE_SCOPES
from accounts.services.lock_out import lock_out
from accounts.services.merge import merge_accounts
from accounts.services.tokens import create_token
from config.authentication import MemberRateThrottle
from matching.jobs.handovers import close_handovers, open_new_handovers
from matching.models import Handover
from tests.api.scim import CORE, PATCH, USERS, Directory, refused, token_of
from tests.factories import PASSWORD, DirectoryEntryFactory, MentorshipFactory, UserFactory
from tests.helpers import kinds, path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


PATCHED = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "active", "value": False}]}


@pytest.fixture
def directory():
    return Directory()


@pytest.fixture
def stored(directory, alice):
    """Alice, who has come in, is in the directory: the path of her entry."""
    EmailAddress.objects.get_or_create(user=alice, email=alice.email, defaults={"verified": True, "primary": True})
    entry = DirectoryEntryFactory(directory=directory.service, person=alice, external_id="e-1")
    return f"{USERS}/{entry.uuid}"


class Addresses(list):
    """The tester chooses one of the examples at random. Each is an address that nobody has yet."""

    def __getitem__(self, _index):
        self[:] = [f"person{uuid4().hex}@example.org"]
        return super().__getitem__(0)


class ByTester(Person):
    """The tester takes any text for a user name, unless there are examples."""

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = Field(
        None, examples=Addresses(["anna@example.org"])
    )


@pytest.fixture
def application():
    """The site for clients that are not Django's. A request must not close the connection of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in signals:
        signal.connect(close_old_connections)


def test_scim2_tester_finds_no_fault(directory, application):
    client = WSGISCIMClient(
        application,
        base_url="http://testserver/scim/v2",
        headers=directory.headers,
        provider=ScimProvider(models=[ByTester], config=PROVIDER.config),
    )

    results = check_server(client)

    faults = [result for result in results if result.status not in (Status.SUCCESS, Status.COMPLIANT)]
    assert [(result.title, result.status, result.reason) for result in faults] == []
    assert len(results) > 25


# --- entering, finding, changing --------------------------------------------------------------------------


def test_a_new_person_has_no_password_and_is_invited(directory):
    answer = directory.post("Ada@Example.org", externalId="e-7", title="Engineer", password="secret")

    assert answer.status_code == 201
    body = answer.json()
    person = User.objects.get(email="ada@example.org")
    assert (person.name, person.has_usable_password(), person.is_active) == ("Ada Lovelace", False, True)
    assert kinds(person) == ["invitation"]
    assert (body["userName"], body["externalId"], body["active"]) == ("ada@example.org", "e-7", True)
    assert body["emails"] == [{"value": "ada@example.org", "type": "work", "primary": True}]
    assert "title" not in body
    assert answer["Location"] == body["meta"]["location"] == f"http://testserver{USERS}/{body['id']}"
    assert (answer["Content-Type"], answer["ETag"]) == ("application/scim+json", body["meta"]["version"])
    assert answer["Cache-Control"] == "no-store, private"


def test_a_directory_finds_its_people(directory):
    directory.enter("ada@example.org", externalId="e-1")
    directory.enter("bea@example.org", externalId="e-2", active=False)

    assert directory.found('userName eq "ADA@example.org"') == ["ada@example.org"]
    assert directory.found('emails.value eq "bea@example.org"') == ["bea@example.org"]
    assert directory.found('externalId eq "e-2"') == ["bea@example.org"]
    assert directory.found('externalId eq ""') == []
    assert directory.found("active eq true") == ["ada@example.org"]
    assert directory.found('active eq "False" and not (externalId eq "e-1")') == ["bea@example.org"]
    assert len(directory.found('userName eq "ada@example.org" or active eq false')) == 2


@pytest.mark.parametrize(
    "query",
    [
        *(
            'userName co "a"',
            "externalId pr",
            'emails[type eq "work"]',
            'displayName eq "Ada"',
            "userName eq",
            'x eq "y"',
        ),
        *('userName eq "\\u0000"', "(" * 1500 + "active eq true", "x" * 3000),
    ],
)
def test_a_filter_that_is_not_known_is_400(directory, query):
    assert refused(directory.call("GET", f"{USERS}?{urlencode({'filter': query})}")) == (400, "invalidFilter")


@pytest.mark.parametrize("people", [1, 3])
def test_a_page_of_the_list_takes_the_same_queries_for_all(directory, people, django_assert_num_queries):
    DirectoryEntryFactory.create_batch(people, directory=directory.service)

    # The token with its account, and the number and rows of the page.
    with django_assert_num_queries(7):
        page = directory.call("GET", f"{USERS}?count=2").json()

    assert (page["totalResults"], page["itemsPerPage"]) == (people, min(people, 2))


def test_a_list_goes_on_where_it_is_told(directory):
    for address in ("a@example.org", "b@example.org", "c@example.org"):
        directory.enter(address)

    def page(query: str) -> tuple[int, list[str]]:
        body = directory.call("GET", f"{USERS}?{query}").json()
        return body["totalResults"], [person["userName"][0] for person in body["Resources"]]

    assert page("startIndex=2&count=1") == (3, ["b"])
    assert page("startIndex=9") == page(f"startIndex={10**30}") == page("count=0") == (3, [])
    assert page("count=100000") == (3, ["a", "b", "c"])


def test_a_name_follows_the_directory(directory, stored, alice):
    assert directory.set(stored, displayName="Alice Abbot").status_code == 204

    alice.refresh_from_db()
    assert alice.name == "Alice Abbot"
    assert alice.events.get().pgh_context["user"] == directory.service.pk


@pytest.mark.parametrize(
    ("attributes", "wrong"),
    [
        ({"userName": "nobody"}, "userName"),
        ({"userName": "ada\u0000@example.org"}, "userName"),
        ({"userName": f"{'a' * 300}@example.org"}, "userName"),
        ({"displayName": "Ada\r\nBcc: x"}, "displayName"),
        ({"displayName": "x" * 200}, "displayName"),
        ({"displayName": ""}, "displayName"),
        ({"active": None}, "active"),
        ({"externalId": "\u0000"}, "externalId"),
        ({"externalId": "x" * 300}, "externalId"),
    ],
)
def test_wrong_input_is_400_and_names_the_attribute(directory, attributes, wrong):
    answer = directory.post("ada@example.org", **attributes)

    assert refused(answer) == (400, "invalidValue")
    assert wrong in answer.json()["detail"]
    assert not DirectoryEntry.objects.exists()


def test_a_request_has_bounds(directory):
    assert refused(directory.post("ada@example.org", title="x" * 70_000))[0] == 413
    assert refused(directory.call("POST", USERS, "x" * 1_100_000))[0] == 413
    assert refused(directory.call("POST", USERS, "x", **{"Content-Type": "text/plain"})) == (415, "")
    assert refused(directory.call("POST", USERS, "[" * 60_000)) == (400, "invalidSyntax")
    assert refused(directory.call("POST", USERS, b'{"userName": "\\ud800"}')) == (400, "invalidSyntax")


def test_the_requests_of_entra_and_okta_are_understood(directory, stored, alice):
    entra = [
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "alice@example.com"},
        {"op": "Replace", "path": "userName", "value": "alice@example.com"},
        {"op": "Add", "path": "name.givenName", "value": "Alice"},
        {"op": "Replace", "path": "active", "value": "False"},
    ]

    assert directory.patch(stored, *entra).status_code == 204
    alice.refresh_from_db()
    assert (alice.email, alice.is_active) == ("alice@example.com", False)

    assert directory.patch(stored, {"op": "replace", "value": {"active": True}}).status_code == 204
    alice.refresh_from_db()
    assert alice.is_active


def logged_in(person: User) -> Client:
    """Return the browser of a real login. Django's short cut makes a session that no page lists."""
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert client.get("/profile/").status_code == 200
    return client


# --- closing and opening ----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["patch", "put", "delete"])
def test_a_person_who_leaves_is_logged_out_at_once_and_nothing_is_deleted(way, directory, stored, alice):
    client = logged_in(alice)
    token = create_token(user=alice, name="x", scopes=["profile:read"], days=1, by=alice, now=timezone.now())[0]
    person = directory.call("GET", stored).json()

    if way == "patch":
        assert directory.set(stored, active=False).status_code == 204
    elif way == "put":
        assert directory.call("PUT", stored, person | {"active": False}).status_code == 200
    else:
        assert directory.call("DELETE", stored).status_code == 204

    alice.refresh_from_db()
    token.refresh_from_db()
    assert (alice.is_active, alice.email, alice.name) == (False, "alice@example.org", person["displayName"])
    assert client.get("/profile/").status_code == 302
    assert token.revoked_at is not None


def test_a_person_who_comes_back_logs_in_anew(directory, stored, alice):
    client = logged_in(alice)

    directory.set(stored, active=False)
    assert directory.set(stored, active=True).status_code == 204

    alice.refresh_from_db()
    assert alice.is_active
    assert client.get("/profile/").status_code == 302
    assert kinds(alice) == []


def test_the_mentees_of_a_mentor_who_leaves_are_asked_how_to_go_on(directory, bob, now):
    mentorship = MentorshipFactory(mentor=bob.mentor)
    entry = DirectoryEntryFactory(directory=directory.service, person=bob)

    directory.set(f"{USERS}/{entry.uuid}", active=False)
    open_new_handovers(now=timezone.now())
    assert Handover.objects.get(mentorship=mentorship, closed_at=None).cause == "left"

    directory.set(f"{USERS}/{entry.uuid}", active=True)
    close_handovers(now=timezone.now())
    assert not Handover.objects.filter(closed_at=None).exists()


def test_a_deleted_person_is_gone_for_the_directory_and_can_be_entered_again(directory):
    address, person = directory.enter()
    assert directory.call("DELETE", address).status_code == 204

    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = None if method in ("GET", "DELETE") else {"schemas": [CORE], "userName": "a@example.org"}
        assert refused(directory.call(method, address, body))[0] in (400, 404), method
    assert refused(directory.call("GET", address))[0] == 404
    assert directory.found('userName eq "ada@example.org"') == []

    again, same = directory.enter()
    assert (same, again != address, same.is_active) == (person, True, True)
    # Nobody had come in, so there is a new invitation.
    assert kinds(person) == ["invitation", "invitation"]


def test_a_person_who_is_entered_as_inactive_is_invited_once_active(directory):
    address, person = directory.enter(active=False)
    assert (person.is_active, person.directory_entry.switched_off_at is None) == (False, False)

    directory.set(address, active=True)

    person.refresh_from_db()
    assert person.is_active
    assert Client().get(path(invitation_link(person))).status_code == 200


def test_an_account_that_the_organisers_locked_stays_locked(directory, stored, alice):
    directory.set(stored, active=False)
    lock_out(user_id=alice.pk)

    assert refused(directory.set(stored, active=True)) == (403, "")
    assert directory.call("DELETE", stored).status_code == 204
    assert refused(directory.post(alice.email)) == (403, "")
    alice.refresh_from_db()
    assert not alice.is_active


def test_an_account_that_an_admin_opened_and_closed_stays_closed(directory, stored, alice, admin_client):
    directory.set(stored, active=False)
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    for form in ({"name": alice.name, "is_active": "on"}, {"name": alice.name}):
        assert admin_client.post(page, form).status_code == 302

    assert refused(directory.set(stored, active=True)) == (403, "")


# --- addresses --------------------------------------------------------------------------------------------


def test_a_new_address_is_that_of_the_login_and_the_old_one_is_told(directory, stored, alice):
    assert directory.set(stored, userName="alice@example.com").status_code == 204

    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert list(alice.emailaddress_set.values_list("email", "verified", "primary")) == [
        ("alice@example.com", True, True)
    ]
    told = [row.payload for row in alice.notifications.order_by("pk")]
    assert [mail["to"] for mail in told] == ["alice@example.org", "alice@example.com"]
    assert "from alice@example.org to alice@example.com" in told[0]["text"]


@pytest.mark.parametrize("taken", ["bob@example.org", "second@example.org", "new@example.org", "gone@example.com"])
def test_an_address_of_somebody_else_is_409(taken, directory, stored, alice, bob):
    EmailAddress.objects.create(user=bob, email="second@example.org", verified=True)
    EmailAddress.objects.create(user=UserFactory(), email="new@example.org", verified=False)
    DirectoryEntryFactory(address="gone@example.com", removed_at=timezone.now())

    assert refused(directory.set(stored, userName=taken)) == (409, "uniqueness")
    assert refused(directory.post(taken)) == (409, "uniqueness")
    assert refused(directory.post(alice.email)) == (409, "uniqueness")
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"


def test_somebody_who_changed_their_address_keeps_their_login(directory, stored, alice):
    """The employer gets no way into an account that the person made their own."""
    User.objects.filter(pk=alice.pk).update(email="alice@private.test")
    alice.emailaddress_set.update(email="alice@private.test")

    assert directory.call("GET", stored).json()["userName"] == "alice@example.org"
    assert directory.set(stored, userName="alice@example.com").status_code == 204

    assert "private" not in directory.call("GET", stored).content.decode()
    alice.refresh_from_db()
    assert (alice.email, alice.directory_entry.address) == ("alice@private.test", "alice@example.com")
    assert kinds(alice) == []


def test_an_invitation_to_a_wrong_address_ends_when_the_directory_corrects_it(directory):
    address, person = directory.enter("wrong@example.org")
    old = path(invitation_link(person))
    assert Client().get(old).status_code == 200

    directory.set(address, userName="right@example.org")

    person.refresh_from_db()
    assert Client().get(old).status_code == 404
    assert Client().get(path(invitation_link(person))).status_code == 200
    assert kinds(person) == ["invitation", "invitation"]


# --- permissions and limits -------------------------------------------------------------------------------


def test_a_directory_knows_only_the_people_whom_it_entered(directory, stored, alice, bob):
    other = Directory()
    entry = DirectoryEntryFactory()

    for address in (stored, f"{USERS}/{entry.uuid}", f"{USERS}/{bob.uuid}", f"{USERS}/{uuid4()}", f"{USERS}/x"):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            body = {"PUT": directory.call("GET", stored).json(), "PATCH": PATCHED}.get(method)
            assert refused(other.call(method, address, body)) == (404, ""), (method, address)
    assert other.found("active eq true") == []
    missing, foreign = (other.call("GET", f"{USERS}/{key}") for key in (uuid4(), entry.uuid))
    assert missing.content == foreign.content


def test_the_account_of_an_admin_is_not_changed(directory, stored, alice):
    alice.give_role("viewer")
    alice.save()

    assert refused(directory.set(stored, active=False)) == (403, "")
    assert refused(directory.set(stored, userName="mine@example.org")) == (403, "")
    assert refused(directory.call("DELETE", stored)) == (403, "")
    alice.refresh_from_db()
    assert (alice.is_active, alice.email) == (True, "alice@example.org")
    # A request without anything new is no change.
    assert directory.set(stored, active=True).status_code == 204


def test_every_route_needs_the_token_of_a_directory(directory, stored, alice, admin_user):
    """Each route of the protocol, by each kind of token. All but one answer in the same way."""
    reader = UserFactory(is_service=True, password="!")
    locked = Directory()
    User.objects.filter(pk=locked.service.pk).update(is_active=False)
    person = create_token(user=alice, name="x", scopes=list(SCOPES), days=1, by=alice, now=timezone.now())[1]
    reading = token_of(reader, *(scope for scope in SERVICE_SCOPES if scope.endswith(":read")))
    tokens = {"": 401, "unknown": 401, locked.headers["Authorization"].removeprefix("Bearer "): 401}
    tokens |= {person: 403, reading: 403}
    for route in ROUTES:
        address = "/scim/v2" + route.pattern.format(endpoint="Users", resource_id=stored.rpartition("/")[2])
        for token, status in tokens.items():
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = Client().generic(route.method, address, "{}", "application/scim+json", headers=headers)
            expected = 200 if route.pattern == "/ServiceProviderConfig" else status
            assert answer.status_code == expected, (route, token)
            if expected == 401:
                assert answer["WWW-Authenticate"] == 'Bearer realm="SCIM"'
    client = Client()
    client.force_login(admin_user)
    assert client.get(USERS).status_code == 401
    alice.refresh_from_db()
    assert alice.is_active


def test_the_use_of_a_token_is_noted(directory):
    directory.call("GET", f"{USERS}/x")

    assert directory.service.access_tokens.get().last_used_at is not None


def test_a_token_of_a_directory_opens_nothing_else(directory):
    answer = Client().get("/api/v1/me/", headers=directory.headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_no_person_makes_a_token_of_a_directory(alice):
    with pytest.raises(TokenNotPossible):
        create_token(user=alice, name="x", scopes=["people:provision"], days=1, by=alice, now=timezone.now())


def test_a_directory_has_a_rate_limit(directory, monkeypatch):
    monkeypatch.setattr(MemberRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    first, _second, third = (directory.call("GET", USERS) for _ in range(3))

    assert first["RateLimit"].startswith('"user";r=1')
    assert refused(third)[0] == 429
    assert 0 < int(third["Retry-After"]) <= 60


def test_a_change_of_another_version_is_412(directory, stored, alice):
    version = directory.call("GET", stored)["ETag"]
    change = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "displayName", "value": "New Name"}]}
    assert directory.call("PATCH", stored, change, **{"If-Match": version}).status_code == 204

    assert directory.call("PATCH", stored, change, **{"If-Match": version}).status_code == 412
    assert directory.call("DELETE", stored, **{"If-Match": version}).status_code == 412


# --- erasures, holds and merges ---------------------------------------------------------------------------


def test_an_erased_person_is_gone(directory, stored, alice):
    directory.set(stored, active=False)
    asked = timezone.now() - timedelta(days=9)
    Erasure.objects.create(person=alice, by=alice, asked_at=asked, due_at=asked + timedelta(days=7))
    erase_due(now=timezone.now())
    # The account is closed. From now on nothing may be written about the person.
    assert refused(directory.set(stored, active=True, displayName="Alice Again")) == (404, "")
    assert refused(directory.post(alice.email)) == (409, "uniqueness")

    assert erase_due(now=timezone.now() + WAIT_AFTER_CLOSING) == 1

    assert refused(directory.call("GET", stored)) == (404, "")
    assert directory.found("active eq false") == []
    assert not DirectoryEntry.objects.filter(person=alice).exists()
    assert not DirectoryEntryEvent.objects.filter(address="alice@example.org").exists()


def test_a_legal_hold_stands_while_an_account_is_closed(directory, stored, alice, admin_user):
    hold = LegalHold.objects.create(person=alice, reason="A claim.", set_by=admin_user, set_at=timezone.now())

    assert directory.call("DELETE", stored).status_code == 204

    hold.refresh_from_db()
    assert (hold.lifted_at, User.objects.filter(pk=alice.pk).exists()) == (None, True)


def test_a_merge_keeps_the_entry_and_the_address_of_the_account_that_stays(directory, stored, alice, admin_user):
    stays = UserFactory(email="own@private.test")
    merge_accounts(gone_id=alice.pk, stays_id=stays.pk, by=admin_user, reason="They said so.", now=timezone.now())

    assert directory.set(stored, userName="alice@example.com").status_code == 204
    assert DirectoryEntry.objects.get().person == stays
    stays.refresh_from_db()
    assert stays.email == "own@private.test"


def test_two_people_of_directories_are_not_merged(stored, alice, admin_user):
    stays = DirectoryEntryFactory().person

    with pytest.raises(MergeNotPossible, match="directory"):
        merge_accounts(gone_id=alice.pk, stays_id=stays.pk, by=admin_user, reason="So.", now=timezone.now())

    DirectoryEntry.objects.filter(person=stays).update(removed_at=timezone.now())
    merge_accounts(gone_id=alice.pk, stays_id=stays.pk, by=admin_user, reason="So.", now=timezone.now())
    assert DirectoryEntry.objects.get().person == stays


# --- the admin and the docs -------------------------------------------------------------------------------


def test_an_owner_sees_whom_a_directory_entered_and_what_it_changed(directory, stored, alice, admin_client):
    DirectoryEntryFactory(person__name="Somebody Else")
    directory.set(stored, externalId="e-2")

    account = admin_client.get(reverse("admin:accounts_serviceaccount_change", args=[directory.service.pk]))
    listed = admin_client.get(re.search(r'href="([^"]+directory__id__exact[^"]+)"', account.content.decode())[1])
    history = admin_client.get(reverse("admin:accounts_directoryentry_history", args=[alice.directory_entry.pk]))

    assert "Alice Archer" in listed.content.decode()
    assert "Somebody Else" not in listed.content.decode()
    assert "e-1" in history.content.decode()
    assert directory.service.name in history.content.decode()


def test_the_example_of_the_docs_enters_a_person(directory):
    docs = (Path(__file__).resolve().parents[2] / "docs/scim.md").read_text()
    body = re.search(r"-d '(\{.*?\})'", docs, re.DOTALL)[1]

    assert directory.call("POST", USERS, body).status_code == 201
    assert directory.found('externalId eq "00u1a2b3"') == ["ada@example.org"]
