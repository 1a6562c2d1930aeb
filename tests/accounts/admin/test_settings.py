"""Limits and deadlines in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.community_settings import all_kinds, value_of
from accounts.models import CommunitySetting
from mentorship.models import OutcomeQuestion
from tests.factories import (
    NOW,
    ConcernFactory,
    FeedbackFactory,
    GroupMailFactory,
    HandoverFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    SessionFactory,
    UserFactory,
)
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LIST = reverse("admin:accounts_communitysetting_changelist")
ONE = reverse("admin:accounts_communitysetting_one", args=["concern_days"])
FORM = {"value": "10", "reason": "Two of us are away.", "was": "3", "seen": "10"}


def test_the_list_shows_each_setting_with_its_value(admin_client, admin_user):
    CommunitySetting.objects.create(code="concern_days", value=7, reason="Holidays.", set_by=admin_user, set_at=NOW)

    page = admin_client.get(LIST).content.decode()

    assert [kind.title for kind in all_kinds() if escape(kind.title) not in page] == []
    assert ">7 days</td>" in page
    assert "23 November 2026 by Ada Admin: Holidays." in page


@pytest.mark.parametrize("changed", [0, 2])
def test_the_list_takes_a_constant_number_of_queries(changed, admin_client, admin_user, django_assert_num_queries):
    for kind in all_kinds()[:changed]:
        CommunitySetting.objects.create(code=kind.code, value=kind.most, set_by=admin_user, set_at=NOW)

    with django_assert_num_queries(6):
        admin_client.get(LIST)


def test_a_change_says_what_it_affects_before_it_is_saved(admin_client):
    ConcernFactory.create_batch(2)

    page = admin_client.post(ONE, FORM | {"seen": "", "do": "look"}).content.decode()

    assert "From 3 to <b>10 days</b>. Nothing is saved yet." in page
    assert "2 open concerns keep their days.</a>" in page
    assert "New ones get the new one." in page
    assert not CommunitySetting.objects.exists()


def test_a_seen_value_is_saved(admin_client):
    answer = admin_client.post(ONE, FORM | {"do": "save"}, follow=True)

    assert "Time to close a concern: 10 days. It was 3." in answer.content.decode()
    assert value_of("concern_days") == 10


@pytest.mark.parametrize("seen", ["", "9", "ten"])
def test_an_unseen_value_is_shown_first(seen, admin_client):
    page = admin_client.post(ONE, FORM | {"do": "save", "seen": seen}).content.decode()

    assert "Nothing is saved yet" in page
    assert not CommunitySetting.objects.exists()


def test_the_default_is_chosen_again_by_its_value(admin_client):
    CommunitySetting.objects.create(code="concern_days", value=7, set_at=NOW)
    form = FORM | {"value": "3", "seen": "3", "was": "7"}

    assert "Back to the default" in admin_client.post(ONE, form | {"do": "look"}).content.decode()
    listed = admin_client.post(ONE, form | {"do": "save"}, follow=True).content.decode()

    assert CommunitySetting.objects.get().value is None
    assert "back to the default" in listed
    assert "by Ada Admin: Two of us are away." in listed


def test_the_second_of_two_owners_reads_what_the_first_one_chose(admin_client, admin_user):
    CommunitySetting.objects.create(code="concern_days", value=7, set_by=admin_user, set_at=NOW)

    answer = admin_client.post(ONE, FORM | {"do": "save"})

    assert answer.status_code == 409
    assert "Ada Admin has changed it to 7 meanwhile" in answer.content.decode()
    assert CommunitySetting.objects.get().value == 7
    assert answer.context["form"].data["was"] == "7"


@pytest.mark.parametrize(
    "odd",
    [
        {"value": "0"},
        {"value": "31"},
        {"value": "ten"},
        {"value": ""},
        {"value": "9" * 40},
        {"was": ""},
        {"was": "x"},
        {"seen": "9" * 40},
        {"reason": "x" * 2000},
    ],
)
def test_odd_input_changes_nothing(odd, admin_client):
    for do in ("look", "save", "dance"):
        assert admin_client.post(ONE, FORM | odd | {"do": do}).status_code == 200

    assert not CommunitySetting.objects.exists()


def test_an_unknown_setting_is_a_404(admin_client):
    assert admin_client.get(reverse("admin:accounts_communitysetting_one", args=["colour"])).status_code == 404


DAY = timedelta(days=1)


@pytest.fixture
def busy_community(admin_user):
    """Create rows on both sides of many limits."""
    now = timezone.now()
    ConcernFactory.create_batch(2)
    silent = MentorFactory(status_since_at=now - 99 * DAY)
    for days in range(3):
        MatchFactory(
            mentor=silent,
            status="expired",
            asked_at=now - 9 * DAY,
            ended_at=now - days * DAY,
            reminders_sent=2,
            silent_side="mentor",
        )
    asking = HelpRequestFactory(opened_at=now - 31 * DAY)
    MatchFactory.create_batch(3, help_request=asking, status="asked", asked_at=now)
    MatchFactory(status="offered", offered_at=now)
    HelpRequestFactory(opened_at=now - 99 * DAY, still_looking_at=now - 8 * DAY)
    quiet, near = MentorshipFactory(started_at=now - 9 * DAY), MentorshipFactory(fit_check_due_at=now + DAY)
    MentorshipFactory(started_at=now - DAY, planned_end_on=(now + 20 * DAY).date())
    SessionFactory.create_batch(2, mentorship=near)
    for days in range(3):
        SessionFactory(mentorship=quiet, status="missed_by_mentee", starts_at=now - (6 + days) * DAY)
    said = SessionFactory(starts_at=now - 3 * DAY, status="confirmed", attendance_asked_at=now - 2 * DAY)
    said.attendance.create(person=said.mentorship.mentee, answer="held", answered_at=now - 2 * DAY)
    over = MentorshipFactory(status="completed", ended_at=now - 5 * DAY)
    OutcomeQuestion.objects.create(mentorship=over, when="end", asks_at=now - 5 * DAY, asked_at=now - 5 * DAY)
    OutcomeQuestion.objects.create(mentorship=over, when="later", asks_at=now + 85 * DAY)
    FeedbackFactory(mentorship=over)
    gone = MentorshipFactory(mentor__status="suspended")
    HandoverFactory(mentorship=gone, cause="suspended", opened_at=now - 5 * DAY)
    MentorshipFactory(mentor__status="paused", mentor__status_since_at=now - 10 * DAY)
    GroupMailFactory(status_since_at=now - 9 * DAY)


def test_each_link_of_each_setting_opens_a_list_of_exactly_its_number(admin_client, busy_community):
    found, shown = [], set()
    for kind in all_kinds():
        for value in {kind.least, kind.most}:
            form = {"value": str(value), "was": str(kind.default()), "reason": "", "seen": "", "do": "look"}
            page = admin_client.post(reverse("admin:accounts_communitysetting_one", args=[kind.code]), form)
            links = [effect for effect in page.context["effects"] if effect.url]
            found += [(int(effect.words.partition(" ")[0]), effect.url) for effect in links]
            shown |= {kind.code for effect in links if not effect.words.startswith("0 ")}

    # The others need a situation of their own, which has a test of its own.
    assert len(shown) >= 20
    assert [(n, url) for n, url in found if admin_client.get(url).context["cl"].result_count != n] == []


@pytest.mark.parametrize(
    "odd",
    [
        *("x", "concern_days", "concern_days.0.3", "concern_days.9.3.5", "concern_days.0.3.99", "colour.0.1.2"),
        *("a.b.c.d", "concern_days.0.3.٣", "response_days.0.5.7", "concern_days.0.3.99999999999"),
    ],
)
def test_a_filter_that_no_page_links_to_is_a_400(odd, admin_client):
    address = reverse("admin:accounts_concern_changelist")

    assert admin_client.get(address, {"affected": odd}).status_code == 400


def test_an_admin_who_may_not_read_settings_has_no_such_filter(client):
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))
    address = reverse("admin:matching_match_changelist")

    assert client.get(address, {"affected": "response_days.0.5.7"}).status_code == 400


def test_a_manager_reads_the_settings_and_changes_none(client):
    log_in_with_second_factor(client, UserFactory(role="manager"))

    assert "Owners change them" in client.get(LIST).content.decode()
    assert client.get(ONE).status_code == 403
    assert client.post(ONE, FORM | {"do": "save"}).status_code == 403
    assert not CommunitySetting.objects.exists()
