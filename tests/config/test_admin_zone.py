"""Times of admin pages are those of the admin's zone, which each page names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.models import CommunitySetting
from mentorship.models import Session
from tests.factories import ConcernFactory, MentorshipFactory, SessionFactory, UserFactory
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LISTS = [
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
]
OURS = [
    reverse("admin:index"),
    reverse("admin:accounts_communityrules_add"),
    reverse("admin:accounts_communitysetting_one", args=["concern_days"]),
    reverse("admin:accounts_escalation_rules"),
    reverse("admin:accounts_trialmode_switch"),
    reverse("admin:accounts_user_duplicates"),
    reverse("admin:mentorship_exclusion_add"),
    reverse("admin:matching_import_add"),
]
EVENING = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


@pytest.fixture
def in_kathmandu(client):
    log_in_with_second_factor(client, UserFactory(role="owner", profile__timezone="Asia/Kathmandu"))
    return client


@pytest.mark.parametrize("address", [*OURS, *LISTS])
def test_each_page_names_the_zone_of_its_times(address, in_kathmandu):
    assert "Times are those of Kathmandu, Nepal, UTC+5:45." in in_kathmandu.get(address).content.decode()


def test_times_of_lists_and_pages_are_those_of_the_zone(in_kathmandu):
    mentorship = MentorshipFactory()
    Session.objects.filter(pk=SessionFactory(mentorship=mentorship).pk).update(created_at=EVENING)
    mentorship.started_at = EVENING
    mentorship.save()

    lists = in_kathmandu.get(reverse("admin:mentorship_mentorship_changelist")).content.decode()
    page = in_kathmandu.get(reverse("admin:mentorship_mentorship_change", args=[mentorship.pk])).content.decode()

    assert "2 July 2026, 04:15" in lists
    assert "2 July 2026, 04:15" in page


def test_times_of_an_export_are_those_of_the_zone(in_kathmandu):
    MentorshipFactory(started_at=EVENING)

    lines = in_kathmandu.get(reverse("admin:mentorship_mentorship_export")).getvalue().decode()

    assert "2026-07-02 04:15+05:45" in lines


def test_the_bookings_of_a_session_are_shown_in_the_zone(in_kathmandu):
    session = SessionFactory(status="confirmed", starts_at=EVENING)

    page = in_kathmandu.get(reverse("admin:mentorship_session_change", args=[session.pk])).content.decode()

    assert "2 July 2026, 04:15" in page
    assert "22:30" not in page
    assert "Range(" not in page


def test_a_day_of_a_form_is_a_day_of_the_zone(in_kathmandu):
    concern = ConcernFactory(due_at=EVENING)

    page = in_kathmandu.get(reverse("admin:accounts_concern_change", args=[concern.pk])).content.decode()

    assert 'value="2026-07-02"' in page


def test_the_change_of_a_setting_is_shown_on_the_day_of_the_zone(in_kathmandu):
    CommunitySetting.objects.create(code="concern_days", value=7, set_at=EVENING)

    page = in_kathmandu.get(reverse("admin:accounts_communitysetting_changelist")).content.decode()

    assert "2 July 2026" in page


def test_the_zone_ends_with_the_page(in_kathmandu):
    in_kathmandu.get(reverse("admin:index"))

    assert timezone.get_current_timezone_name() == "UTC"
