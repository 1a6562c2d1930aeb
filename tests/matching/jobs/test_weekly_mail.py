"""The weekly mail of requests that fit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import MentorProfile
from accounts.notifications.deliver import drain
from accounts.services.settings import stop_mails
from matching.jobs.weekly_mail import send_weekly_requests
from matching.models import HelpRequest, Match
from matching.notification_kinds.weekly import WEEKLY
from matching.selectors.fitting import FITTING_MAX
from tests.factories import MatchFactory, MentorFactory, MentorshipFactory
from tests.matching.helpers import mentee_blocks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

# Monday 09:00 in Berlin.
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

SECOND, WEEK = timedelta(seconds=1), timedelta(weeks=1)


@pytest.fixture
def mentor():
    return MentorFactory(weekly_mail=True, user__name="Bob Baker")


def weeks(mentor: MentorProfile) -> list[str]:
    rows = mentor.user.notifications.filter(kind="weekly_requests")
    return list(rows.order_by("pk").values_list("key", flat=True))


def test_the_mail_comes_once_a_week_from_monday_nine(mentor):
    MatchFactory(mentor=mentor)

    assert send_weekly_requests(now=MONDAY - SECOND) == 0
    assert send_weekly_requests(now=MONDAY) == 1
    for days in range(7):
        assert send_weekly_requests(now=MONDAY + timedelta(days=days)) == 0
    assert send_weekly_requests(now=MONDAY + WEEK - SECOND) == 0
    assert send_weekly_requests(now=MONDAY + WEEK) == 1

    assert weeks(mentor) == ["2026-W48", "2026-W49"]


def test_a_late_sweep_writes_one_mail(mentor):
    MatchFactory(mentor=mentor)

    assert send_weekly_requests(now=MONDAY + 5 * WEEK + timedelta(days=3)) == 1
    assert weeks(mentor) == ["2026-W53"]


@pytest.mark.parametrize(
    ("zone", "nine"),
    [
        # The night before, Adelaide changed from +9:30 to +10:30.
        ("Australia/Adelaide", datetime(2026, 10, 4, 22, 30, tzinfo=UTC)),
        # The night before, Adelaide changed back.
        ("Australia/Adelaide", datetime(2027, 4, 4, 23, 30, tzinfo=UTC)),
        # The night before, Lord Howe changed by half an hour, from +10:30 to +11:00.
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 22, 0, tzinfo=UTC)),
        # The first and the last zone of the world.
        ("Pacific/Kiritimati", datetime(2026, 10, 4, 19, 0, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 10, 5, 20, 0, tzinfo=UTC)),
    ],
)
def test_nine_is_in_the_mentors_zone(zone, nine):
    mentor = MentorFactory(weekly_mail=True, user__profile__timezone=zone)
    MatchFactory(mentor=mentor)
    # The mail of the week before exists already.
    assert send_weekly_requests(now=nine - timedelta(days=2)) == 1

    assert send_weekly_requests(now=nine - SECOND) == 0
    assert send_weekly_requests(now=nine) == 1
    assert send_weekly_requests(now=nine + timedelta(days=6)) == 0


def test_the_key_has_the_iso_year(mentor):
    MatchFactory(mentor=mentor)

    send_weekly_requests(now=datetime(2027, 1, 1, 12, tzinfo=UTC))

    assert weeks(mentor) == ["2026-W53"]


@pytest.mark.parametrize(
    "change", [{"status": "paused"}, {"status": "suspended"}, {"capacity": 1, "active_elsewhere": 1}]
)
def test_the_weekly_mail_goes_only_to_mentors_with_room(mentor, change):
    MatchFactory(mentor=mentor)
    MentorProfile.objects.update(**change)

    assert send_weekly_requests(now=MONDAY) == 0


def test_a_mentor_whose_last_place_is_taken_gets_no_mail(mentor):
    MatchFactory(mentor=mentor)
    MentorProfile.objects.update(capacity=1)
    MentorshipFactory(mentor=mentor)

    assert send_weekly_requests(now=MONDAY) == 0


def test_the_weekly_mail_goes_only_to_mentors_who_want_it(mentor):
    MatchFactory(mentor=mentor)
    MatchFactory(mentor__user__name="Never Chose")
    stop_mails(user=mentor.user, group=WEEKLY)

    assert send_weekly_requests(now=MONDAY) == 0


def test_a_mentor_without_proposals_gets_no_mail(mentor):
    for status in set(Match.Status.values) - {"proposed", "accepted"}:
        MatchFactory(mentor=mentor, status=status)

    assert send_weekly_requests(now=MONDAY) == 0


def test_closed_requests_and_people_kept_apart_do_not_count(mentor):
    MatchFactory(mentor=mentor, help_request__status="matched")
    MatchFactory(mentor=mentor, help_request__mentee__is_active=False)
    mentee_blocks(MatchFactory(mentor=mentor))

    assert send_weekly_requests(now=MONDAY) == 0


def test_a_mentor_without_a_request_on_monday_gets_the_mail_later_in_the_week(mentor):
    assert send_weekly_requests(now=MONDAY) == 0
    MatchFactory(mentor=mentor)

    assert send_weekly_requests(now=MONDAY + timedelta(days=2)) == 1


def test_the_mail_lists_the_best_five_without_names(mentor):
    for fit in range(60, 60 + FITTING_MAX + 2):
        MatchFactory(
            mentor=mentor,
            fit=fit,
            help_request__ask=f"Rehearse question {fit} with me.",
            help_request__mentee__name="Alice Archer",
        )
    MatchFactory(help_request__ask="Somebody else's.", help_request__languages=["ja"])
    send_weekly_requests(now=MONDAY)

    drain(now=lambda: MONDAY)

    [message] = mail.outbox
    assert (message.to, message.subject) == ([mentor.user.email], "5 requests fit you this week")
    shown = [line.split()[-3] for line in message.body.splitlines() if "The ask" in line]
    assert shown == ["66", "65", "64", "63", "62"]
    assert "Needs help with machine learning, which you teach." in message.body
    assert "http://testserver/fitting/" in message.body
    for part in (message.body, message.alternatives[0].content):
        assert "Alice" not in part
        assert "Somebody else" not in part


def test_a_request_matched_before_delivery_is_left_out(mentor):
    MatchFactory(mentor=mentor)
    send_weekly_requests(now=MONDAY)
    HelpRequest.objects.update(status="matched")

    drain(now=lambda: MONDAY)

    assert mail.outbox == []


def test_only_the_last_of_two_unsent_mails_is_sent(mentor):
    MatchFactory(mentor=mentor)
    send_weekly_requests(now=MONDAY)
    send_weekly_requests(now=MONDAY + WEEK)

    drain(now=lambda: MONDAY + WEEK)

    assert len(mail.outbox) == 1


def test_mentors_who_had_the_mail_cost_no_queries(mentor, django_assert_num_queries):
    MatchFactory(mentor=mentor)
    send_weekly_requests(now=MONDAY)

    with django_assert_num_queries(1):
        send_weekly_requests(now=MONDAY + timedelta(days=1))
