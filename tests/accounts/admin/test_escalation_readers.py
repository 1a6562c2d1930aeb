"""Escalations are shown to admins whose role may see what is behind them, and to nobody about themselves."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Escalation, User
from accounts.open_escalations import Cause
from accounts.services.escalations import dismiss
from tests.escalations import DAY, HOME, MAKERS, NOTES, RULES, address, cause_of, kinds_shown, rule_page
from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def allowed(monkeypatch):
    """Return the set of permissions that an admin has. A test fills it."""
    permissions: set[str] = set()
    monkeypatch.setattr(User, "has_perm", lambda user, name, obj=None: name in permissions)
    return permissions


def test_an_admin_without_the_permission_sees_no_section(admin_client, allowed, now):
    MAKERS["mail_failed"](now)

    page = admin_client.get(HOME)

    assert "needs" not in page.context
    assert "What needs somebody" not in page.content.decode()


def test_rows_of_a_model_that_an_admin_may_not_see_are_left_out(admin_client, allowed, now):
    failed, applicant = MAKERS["mail_failed"](now), MAKERS["application_waits"](now)
    allowed |= {"accounts.view_escalation", "accounts.view_mentorprofile"}

    page = admin_client.get(HOME)

    assert kinds_shown(page) == ["application_waits"]
    assert "Mail not sent" not in page.content.decode()
    assert reverse("admin:accounts_user_change", args=[applicant.user.pk]) not in page.content.decode()
    hidden = Cause(kind="mail_failed", subject=failed.pk, since_at=failed.created_at)
    assert admin_client.get(address(hidden)).status_code == 403


def test_an_admin_who_may_only_look_gets_no_button(admin_client, allowed, now):
    applicant = MAKERS["application_waits"](now)
    page = address(cause_of("application_waits", applicant, now))
    allowed |= {"accounts.view_escalation", "accounts.view_mentorprofile"}

    assert 'name="do"' not in admin_client.get(HOME).content.decode() + admin_client.get(page).content.decode()
    assert admin_client.post(page, {"do": "take-"}).status_code == 403
    allowed |= {"accounts.change_escalation"}
    assert admin_client.post(page, {"do": "act", "decision": "approve"}).status_code == 403
    for path in (RULES, rule_page("application_waits")):
        assert admin_client.get(path).status_code == 403


def test_an_admin_reads_no_words_about_themselves(client, now):
    note = MAKERS["note_unread"](now)
    cause = cause_of("note_unread", note, now)
    Escalation.objects.create(
        kind=cause.kind, subject=note.pk, since_at=cause.since_at, acted_at=now, done="the mentor was spoken to"
    )
    Escalation.objects.update(snoozed_until_at=now - DAY)
    mentor = note.mentorship.mentor.user
    User.objects.filter(pk=mentor.pk).update(role="manager", is_staff=True)
    mentor.refresh_from_db()
    log_in_with_second_factor(client, mentor)

    pages = [client.get(page, follow=True) for page in (HOME, address(cause))]
    pages += [client.post(address(cause), {"do": do, "reason": "We spoke."}, follow=True) for do in ("act", "dismiss")]

    assert [kinds_shown(page) for page in pages] == [[]] * 4
    for page in (*pages, client.get(NOTES)):
        assert note.text not in page.content.decode()
        assert "was spoken to" not in page.content.decode()
    note.refresh_from_db()
    assert note.read_at is None


# --- trouble --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["no_shows_of_mentee", "no_shows_of_mentor", "mentor_overloaded", "mentor_silent"])
def test_a_matchmaker_sees_no_trouble_of_people(client, now, code):
    cause = cause_of(code, MAKERS[code](now), now)
    dismiss(cause=cause, reason="Was ill.", by=UserFactory(role="owner"), now=now)
    note = Escalation.objects.get(kind=code)
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))

    assert code not in kinds_shown(client.get(HOME))
    assert client.get(address(cause)).status_code == 403
    assert "Was ill." not in client.get(NOTES).content.decode()
    page = client.get(reverse("admin:accounts_escalation_history", args=[note.pk]), follow=True)
    assert page.request["PATH_INFO"] == HOME
