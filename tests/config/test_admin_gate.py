"""Everything that needs an admin needs a second factor in the same session.

The routes come from the URLconf: a new one for admins is tried as well.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, MentorFactory, UserFactory
from tests.helpers import code_for, log_in_with_second_factor
from tests.pages import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

APPLICATIONS = "/api/v1/mentor-applications/"
# A value for each parameter of a route.
FILLED = {"uuid": str(uuid.uuid4()), "int": "1"}


def paths() -> Iterator[str]:
    """Yield a path for each route, with values for its parameters."""
    for route in routes():
        path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: FILLED.get(found[1], "x"), route)
        yield "/" + re.sub(r"\(\?P<\w+>.*?\)", "x", path)


def outcome(client: Client, method: str, path: str) -> tuple[int, str]:
    client.raise_request_exception = False
    response = getattr(client, method)(path)
    return response.status_code, response.headers.get("Location", "")


def is_refused(status: int, location: str) -> bool:
    return status == 403 or location.startswith(("/admin/login/", "/accounts/"))


@pytest.fixture(autouse=True)
def _a_code_may_be_half_a_minute_old(settings):
    settings.MFA_TOTP_TOLERANCE = 1


@pytest.fixture
def without(admin_user):
    """A client of an admin who logged in with a password alone."""
    client = Client()
    client.force_login(admin_user)
    return client


def test_every_way_for_admins_is_closed_without_a_second_factor(admin_user, without, alice):
    member, admin = Client(), Client()
    log_in_with_second_factor(member, alice)
    log_in_with_second_factor(admin, admin_user)

    tried = set()
    for path in paths():
        for method in ("get", "post") if path.startswith("/api/") else ("get",):
            members = outcome(member, method, path) if "logout" not in path else (200, "")
            if members[0] == 200 or members == outcome(admin, method, path):
                continue
            tried.add(path)
            assert is_refused(*outcome(without, method, path)), (method, path)

    assert {reverse("admin:index"), reverse("admin:accounts_user_changelist"), APPLICATIONS} <= tried
    assert len(tried) > 60


def test_no_code_has_a_gate_of_its_own():
    own = re.compile(r"IsAdminUser|staff_member_required|secure_admin_login|(?:request\.)?user\.is_staff")
    allowed = {
        "accounts/second_factor.py",
        "accounts/api/permissions.py",  # words the refusal
        "config/admin_site.py",  # leads to the missing step
        "accounts/locks.py",  # whose account is no sign-up
        "accounts/services/connections.py",  # the same
        "accounts/services/lock_out.py",  # whom no admin locks out
        "config/navigation.py",  # shows a link
        "accounts/notifications/registry.py",  # whom a message is for, not who may act
    }
    found = {
        str(file.relative_to(settings.BASE_DIR))
        for app in ("accounts", "mentorship", "matching", "config")
        for file in (settings.BASE_DIR / app).rglob("*.py")
        if own.search(file.read_text())
    }

    assert found <= allowed


def test_the_api_says_how_to_get_in(without, admin_user):
    first = without.get(APPLICATIONS).json()
    Authenticator.objects.create(user=admin_user, type="totp", data={})
    later = without.get(APPLICATIONS).json()

    assert (first["code"], later["code"]) == ("second_factor_required", "second_factor_required")
    assert "connect an authenticator app" in first["detail"]
    assert "Send the code" in later["detail"]


def test_a_member_reads_nothing_about_second_factors(api, alice):
    assert api(alice).get(APPLICATIONS).json()["code"] == "permission_denied"


def test_a_removed_device_closes_the_sessions_it_opened(admin_client, admin_user):
    assert admin_client.get(reverse("admin:index")).status_code == 200

    Authenticator.objects.filter(user=admin_user).delete()

    assert admin_client.get(reverse("admin:index")).status_code == 302
    assert admin_client.get(APPLICATIONS).status_code == 403


def test_a_second_factor_of_somebody_else_opens_nothing(admin_user, without):
    other = UserFactory(is_staff=True)
    log_in_with_second_factor(Client(), other)
    session = without.session
    device = Authenticator.objects.get(user=other)
    session["account_authentication_methods"] = [{"method": "mfa", "id": device.pk}]
    session["account_authentication_methods_user"] = str(admin_user.pk)
    session.save()

    assert without.get(APPLICATIONS).status_code == 403


def test_the_first_visit_leads_through_enrolment_into_the_admin(client):
    admin = UserFactory(is_staff=True, email="ada@example.org")
    admin.set_password(PASSWORD)
    admin.save()
    index = reverse("admin:index")

    page = client.get(index, follow=True)
    assert page.request["PATH_INFO"] == reverse("account_login")
    login = {"login": admin.email, "password": PASSWORD, "next": index}
    page = client.post(reverse("account_login"), login, follow=True)
    assert page.request["PATH_INFO"] == reverse("mfa_activate_totp")
    secret = client.session[SECRET_SESSION_KEY]
    page = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}, follow=True)

    assert page.request["PATH_INFO"] == reverse("mfa_view_recovery_codes")
    assert f'href="{index}"' in page.content.decode()
    assert client.get(index).status_code == 200


def test_an_app_connected_long_after_the_login_needs_the_password(client, admin_user):
    admin_user.set_password(PASSWORD)
    admin_user.save()
    client.force_login(admin_user)
    session = client.session
    long_ago = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    session["account_authentication_methods"] = [{"method": "password", "at": long_ago}]
    session["account_authentication_methods_user"] = str(admin_user.pk)
    session.save()

    page = client.get(reverse("mfa_activate_totp"), follow=True)

    assert page.request["PATH_INFO"] == reverse("account_reauthenticate")


def test_an_admin_acts_by_api_with_a_token_and_a_second_factor(client):
    admin = UserFactory(is_staff=True, email="ada@example.org")
    admin.set_password(PASSWORD)
    admin.save()
    MentorFactory(status="applied")

    def call(path: str, body: dict | None = None, token: str = ""):
        headers = {"X-Session-Token": token} if token else {}
        if body is None:
            return client.get(path, headers=headers)
        return client.post(path, body, content_type="application/json", headers=headers)

    auth, totp = "/_allauth/app/v1/auth", "/_allauth/app/v1/account/authenticators/totp"
    token = call(f"{auth}/login", {"email": admin.email, "password": PASSWORD}).json()["meta"]["session_token"]
    assert call(APPLICATIONS, token=token).status_code == 403
    assert call(f"{auth}/reauthenticate", {"password": PASSWORD}, token).status_code == 200
    secret = call(totp, token=token).json()["meta"]["secret"]
    assert call(totp, {"code": code_for(secret)}, token).status_code == 200
    assert call(APPLICATIONS, token=token).status_code == 403

    assert call(f"{auth}/2fa/reauthenticate", {"code": code_for(secret)}, token).status_code == 200

    assert len(call(APPLICATIONS, token=token).json()["results"]) == 1


def test_the_admin_leads_nobody_to_another_site(admin_client):
    response = admin_client.get("/admin/login/?next=https://evil.example/")

    assert response.headers["Location"] == reverse("admin:index")
