"""Access tokens: what they open, and what ends them."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import AccessToken, MentorProfile, Notification
from accounts.models.access_token import PREFIX
from accounts.scopes import SCOPES, SERVICE_SCOPES
from accounts.services.lock_out import lock_out
from accounts.services.tokens import TOKENS_MAX, add_service_account, create_token, revoke_token
from config.authentication import WrongTokens
from config.logs import CutSecrets
from config.token_areas import AREAS, NOT_BY_TOKEN, area_of
from tests.api.test_access import ADMIN, ADMIN_DETAIL, METHODS, TABLE, address
from tests.factories import AccessTokenFactory, GoalFactory, MentorFactory, UserFactory
from tests.helpers import log_in_with_second_factor, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

TOKENS = "/api/v1/tokens/"
ASKED_FOR = {"name": "Reports", "scopes": ["profile:read"], "days": 30}


def made(user, *scopes, days=30, now=None):
    """Return a client with a new token."""
    now = now or timezone.now()
    _token, secret = create_token(user=user, name="Reports", scopes=scopes or list(SCOPES), days=days, by=user, now=now)
    return with_token(secret)


def with_token(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def asked_again(user, *, method="password", seconds=0) -> APIClient:
    """Return a client that proved who they are so many seconds ago."""
    client = APIClient()
    client.force_login(user)
    session = client.session
    records = [{"method": method, "at": time.time() - seconds, "reauthenticated": True}]
    session.update({"account_authentication_methods": records, "account_authentication_methods_user": str(user.pk)})
    session.save()
    return client


def refused(response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_token_reads_what_its_scope_says(alice):
    client = made(alice, "profile:read")

    assert client.get("/api/v1/me/").json()["email"] == alice.email
    assert refused(client.patch("/api/v1/me/", {"headline": "New"})) == (403, "scope_missing")
    assert refused(client.get("/api/v1/goals/")) == (403, "scope_missing")


def test_a_token_writes_what_its_scope_says(alice):
    client = made(alice, "profile:write")

    assert client.patch("/api/v1/me/", {"headline": "New"}).status_code == 200
    assert refused(client.get("/api/v1/me/")) == (403, "scope_missing")


def test_a_token_reads_the_things_of_its_person_only(alice, bob):
    GoalFactory(mentee=bob)
    goal = GoalFactory(mentee=alice)

    rows = made(alice, "requests:read").get("/api/v1/goals/").json()["results"]

    assert [row["uuid"] for row in rows] == [str(goal.uuid)]


def test_the_database_has_no_text_of_a_token(alice):
    token, secret = create_token(
        user=alice, name="Reports", scopes=["profile:read"], days=1, by=alice, now=timezone.now()
    )

    assert secret.startswith(PREFIX)
    stored = AccessToken.objects.filter(pk=token.pk).values().get()
    assert not any(secret.removeprefix(PREFIX) in str(value) for value in stored.values())


@pytest.mark.parametrize("secret", ["", "x", PREFIX, f"{PREFIX}1234", "\x00", "ü"])
def test_an_unknown_token_is_401(secret):
    assert refused(with_token(secret).get("/api/v1/me/")) == (401, "token_not_valid")


def test_tokens_that_do_not_work_are_limited_by_address(alice, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(WrongTokens, "THROTTLE_RATES", {"wrong_tokens": "2/min"})
    works = made(alice)
    for _request in range(3):
        assert works.get("/api/v1/me/").status_code == 200
    for number in range(2):
        assert refused(with_token(f"{PREFIX}{number}").get("/api/v1/me/")) == (401, "token_not_valid")

    with django_assert_num_queries(0):
        answer = with_token(f"{PREFIX}2").get("/api/v1/me/")

    assert refused(answer) == (429, "throttled")
    assert int(answer["Retry-After"]) > 0
    assert with_token(f"{PREFIX}3").get("/api/v1/me/", REMOTE_ADDR="10.0.0.2").status_code == 401


def test_a_person_is_told_of_a_token_that_was_made_in_their_name(alice, now):
    token, secret = create_token(user=alice, name="Reports", scopes=["profile:read"], days=1, by=alice, now=now)
    revoke_token(token_id=token.pk, by=alice, now=now)

    send(now)

    [message] = mail.outbox
    assert (message.to, message.subject) == ([alice.email], "An access token was made for your account")
    assert "“Reports” was made for your account" in message.body
    assert "http://testserver/settings/tokens/" in message.body
    assert secret not in str(message.message())


def test_nobody_is_told_of_a_token_of_a_service_account(admin_user, now):
    account = add_service_account(name="Reports", by=admin_user)

    create_token(user=account, name="Reports", scopes=["profile:read"], days=1, by=admin_user, now=now)

    assert not Notification.objects.exists()


def test_an_expired_token_is_401(alice):
    client = made(alice, days=1, now=timezone.now() - timedelta(days=1))

    assert refused(client.get("/api/v1/me/")) == (401, "token_not_valid")


def test_a_revoked_token_is_401(alice):
    client = made(alice)
    assert client.get("/api/v1/me/").status_code == 200

    revoke_token(token_id=alice.access_tokens.get().pk, by=alice, now=timezone.now())

    assert refused(client.get("/api/v1/me/")) == (401, "token_not_valid")


def test_a_token_ends_with_the_lock_of_its_account(alice):
    client = made(alice)

    lock_out(user_id=alice.pk)

    assert refused(client.get("/api/v1/me/")) == (401, "token_not_valid")


def test_tokens_end_with_a_new_password(alice):
    client = made(alice)

    get_adapter().set_password(alice, "another long password")

    assert refused(client.get("/api/v1/me/")) == (401, "token_not_valid")


@pytest.mark.parametrize("status", [MentorProfile.Status.PAUSED, MentorProfile.Status.SUSPENDED])
def test_a_token_rests_while_its_mentor_does(status):
    mentor = MentorFactory()
    client = made(mentor.user)
    assert client.get("/api/v1/me/").status_code == 200

    MentorFactory._meta.model.objects.filter(pk=mentor.pk).update(
        status=status, pause_cause="own" if status == MentorProfile.Status.PAUSED else ""
    )

    assert refused(client.get("/api/v1/me/")) == (401, "token_not_valid")


def test_a_token_rests_while_asking_is_paused(alice):
    client = made(alice)

    type(alice.profile).objects.filter(user=alice).update(asking_paused_at=timezone.now())

    assert refused(client.get("/api/v1/me/")) == (401, "token_not_valid")


def test_no_token_acts_as_an_admin(admin_user):
    client = made(admin_user)

    for route in ADMIN | ADMIN_DETAIL:
        for method in METHODS:
            answer = getattr(client, method)(address(route, MentorFactory(status="applied").uuid))
            assert refused(answer) == (403, "not_by_token"), (method, route)


def test_no_token_makes_lists_or_revokes_tokens(alice):
    client = made(alice)
    token = alice.access_tokens.get()

    assert refused(client.post(TOKENS, ASKED_FOR)) == (403, "not_by_token")
    assert refused(client.get(TOKENS)) == (403, "not_by_token")
    assert refused(client.delete(f"{TOKENS}{token.uuid}/")) == (403, "not_by_token")


def test_each_route_of_the_api_has_an_area_or_is_not_for_tokens():
    starts = (*AREAS, *NOT_BY_TOKEN)
    assert [route for route in TABLE if not route.startswith(starts)] == []
    assert [start for start in starts if not any(route.startswith(start) for route in TABLE)] == []
    assert [route for route in ADMIN | ADMIN_DETAIL if area_of(route)] == []


def test_a_token_opens_no_page_and_no_account_route(alice):
    client = made(alice)

    assert client.get("/settings/").status_code == 302
    assert client.get("/admin/").status_code == 302
    assert client.get("/_allauth/app/v1/auth/session").status_code == 401


def test_the_last_use_is_noted_once_a_minute(alice, django_assert_num_queries):
    client = made(alice)
    client.get("/api/v1/me/")
    token = alice.access_tokens.get()
    assert timezone.now() - token.last_used_at < timedelta(seconds=30)

    client.get("/api/v1/me/")
    assert alice.access_tokens.get().last_used_at == token.last_used_at

    AccessToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    client.get("/api/v1/me/")
    assert timezone.now() - alice.access_tokens.get().last_used_at < timedelta(minutes=1)


def test_the_use_by_a_refused_request_with_a_key_is_noted(alice):
    answer = made(alice).post("/api/v1/goals/", {}, headers={"Idempotency-Key": "goal"})

    assert answer.status_code == 400
    assert alice.access_tokens.get().last_used_at is not None


def test_a_key_does_not_show_a_token_again(alice):
    client, key = asked_again(alice), {"Idempotency-Key": "reports"}

    first, second = (client.post(TOKENS, ASKED_FOR, headers=key).json()["token"] for _ in range(2))

    assert first != second


def test_a_token_is_made_soon_after_the_password_and_shown_once(alice):
    client = asked_again(alice)

    answer = client.post(TOKENS, ASKED_FOR)

    assert answer.status_code == 201
    assert with_token(answer.json()["token"]).get("/api/v1/me/").status_code == 200
    assert "token" not in client.get(TOKENS).json()["results"][0]


@pytest.mark.parametrize("seconds", [899, 901])
def test_the_password_counts_for_a_quarter_of_an_hour(seconds, alice):
    assert asked_again(alice, seconds=seconds).post(TOKENS, ASKED_FOR).status_code == (201 if seconds < 900 else 403)


def test_a_login_alone_makes_no_token(alice):
    client = APIClient()
    client.force_login(alice)

    assert refused(client.post(TOKENS, ASKED_FOR)) == (403, "log_in_again")
    assert not AccessToken.objects.exists()


def test_the_password_does_not_count_for_somebody_with_a_second_factor(admin_user):
    log_in_with_second_factor(APIClient(), admin_user)

    assert asked_again(admin_user).post(TOKENS, ASKED_FOR).status_code == 403
    assert asked_again(admin_user, method="mfa").post(TOKENS, ASKED_FOR).status_code == 201


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": []}, {"scopes": ["admin"]}, {"scopes": "profile:read"}, {"days": 0}, {"days": 366}, {"name": ""},
        {"name": "x" * 61}, {"name": None}, {"other": 1},
    ],
)  # fmt: skip
def test_wrong_input_makes_no_token(change, alice):
    assert asked_again(alice).post(TOKENS, ASKED_FOR | change).status_code == 400
    assert not AccessToken.objects.exists()


def test_there_is_a_limit_of_tokens(alice):
    AccessTokenFactory.create_batch(TOKENS_MAX, user=alice)

    assert refused(asked_again(alice).post(TOKENS, ASKED_FOR)) == (409, "token_not_possible")


def test_a_token_is_revoked_by_api(alice):
    token = AccessTokenFactory(user=alice)

    assert asked_again(alice).delete(f"{TOKENS}{token.uuid}/").status_code == 204

    token.refresh_from_db()
    assert (token.revoked_at is not None, token.revoked_by) == (True, alice)


def test_a_service_account_reads_by_token_and_does_nothing_else(admin_user):
    service = add_service_account(name="Figures", by=admin_user)

    with pytest.raises(Exception, match="scopes"):
        made(service, "requests:write")
    client = made(service, *SERVICE_SCOPES)
    assert client.get("/api/v1/skills/").status_code == 200
    assert client.get("/api/v1/mentors/").status_code == 200
    assert refused(client.post("/api/v1/goals/", {})) == (403, "scope_missing")


def test_logs_have_no_token():
    record = logging.LogRecord("x", logging.INFO, "", 0, "Bearer mentorship_pat_aB-_9 and whsec_MfKQ9r8+/x==", (), None)

    assert CutSecrets().format(record) == "Bearer mentorship_pat_... and whsec_..."


def test_a_problem_never_repeats_the_token(alice):
    client = with_token(f"{PREFIX}secret")

    assert "secret" not in json.dumps(client.get("/api/v1/me/").json())
    assert UserFactory._meta.model.objects.count() == 1
