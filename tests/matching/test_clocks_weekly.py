"""The weekly mail of requests that fit, and the page behind it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Block, MentorProfile
from accounts.notifications.deliver import drain
from accounts.services.settings import is_stopped, stop_mails
from matching.jobs.weekly_mail import send_weekly_requests
from matching.links import fitting_link
from matching.models import HelpRequest, Match
from matching.notification_kinds.weekly import WEEKLY
from matching.selectors.visibility import FITTING_MAX
from tests.factories import MatchFactory, MentorFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SECOND, WEEK = timedelta(seconds=1), timedelta(weeks=1)
# Monday 09:00 in Berlin.
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def mentor():
    return MentorFactory(weekly_mail=True, user__name="Bob Baker")


def weeks(mentor: MentorProfile) -> list[str]:
    rows = mentor.user.notifications.filter(kind="weekly_requests")
    return list(rows.order_by("pk").values_list("key", flat=True))


def link(mentor: MentorProfile) -> str:
    return fitting_link(mentor).removeprefix("http://testserver")


def test_once_a_week_from_monday_nine_on(mentor):
    MatchFactory(mentor=mentor)

    assert send_weekly_requests(now=MONDAY - SECOND) == 0
    assert send_weekly_requests(now=MONDAY) == 1
    for days in range(7):
        assert send_weekly_requests(now=MONDAY + timedelta(days=days)) == 0
    assert send_weekly_requests(now=MONDAY + WEEK - SECOND) == 0
    assert send_weekly_requests(now=MONDAY + WEEK) == 1

    assert weeks(mentor) == ["2026-W48", "2026-W49"]


def test_a_sweep_that_was_away_for_weeks_writes_one(mentor):
    MatchFactory(mentor=mentor)

    assert send_weekly_requests(now=MONDAY + 5 * WEEK + timedelta(days=3)) == 1
    assert weeks(mentor) == ["2026-W53"]


@pytest.mark.parametrize(
    ("zone", "nine"),
    [
        # Half an hour off, and the clocks changed the night before: Adelaide goes from +9:30 to +10:30 ...
        ("Australia/Adelaide", datetime(2026, 10, 4, 22, 30, tzinfo=UTC)),
        # ... and back.
        ("Australia/Adelaide", datetime(2027, 4, 4, 23, 30, tzinfo=UTC)),
        # Half an hour off by half an hour: Lord Howe goes from +10:30 to +11:00.
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 22, 0, tzinfo=UTC)),
        # Ahead of and behind everybody.
        ("Pacific/Kiritimati", datetime(2026, 10, 4, 19, 0, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 10, 5, 20, 0, tzinfo=UTC)),
    ],
)
def test_nine_is_nine_where_the_mentor_lives(zone, nine):
    mentor = MentorFactory(weekly_mail=True, user__profile__timezone=zone)
    MatchFactory(mentor=mentor)
    # The mail of the week before is written already.
    assert send_weekly_requests(now=nine - timedelta(days=2)) == 1

    assert send_weekly_requests(now=nine - SECOND) == 0
    assert send_weekly_requests(now=nine) == 1
    assert send_weekly_requests(now=nine + timedelta(days=6)) == 0


def test_the_year_is_the_weeks_own(mentor):
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


def test_the_weekly_mail_goes_only_to_mentors_who_want_it(mentor):
    MatchFactory(mentor=mentor)
    MatchFactory(mentor__user__name="Never Chose")
    stop_mails(user=mentor.user, group=WEEKLY)

    assert send_weekly_requests(now=MONDAY) == 0


def test_a_mentorship_takes_the_room(mentor):
    MatchFactory(mentor=mentor)
    MentorProfile.objects.update(capacity=1)
    MentorshipFactory(mentor=mentor)

    assert send_weekly_requests(now=MONDAY) == 0


@pytest.mark.parametrize("status", sorted(set(Match.Status.values) - {"proposed", "accepted"}))
def test_nothing_to_choose_from_no_mail(mentor, status):
    MatchFactory(mentor=mentor, status=status)

    assert send_weekly_requests(now=MONDAY) == 0


def test_closed_requests_and_people_kept_apart_do_not_show(mentor):
    MatchFactory(mentor=mentor, help_request__status="matched")
    MatchFactory(mentor=mentor, help_request__mentee__is_active=False)
    blocked = MatchFactory(mentor=mentor)
    Block.objects.create(blocker=blocked.help_request.mentee, blocked=mentor.user)

    assert send_weekly_requests(now=MONDAY) == 0


def test_who_had_nothing_on_monday_gets_it_when_something_fits(mentor):
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
    MatchFactory(help_request__ask="Somebody else's.")
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


def test_what_is_gone_when_the_mail_goes_out_is_not_in_it(mentor):
    MatchFactory(mentor=mentor)
    send_weekly_requests(now=MONDAY)
    HelpRequest.objects.update(status="matched")

    drain(now=lambda: MONDAY)

    assert mail.outbox == []


def test_after_weeks_without_mail_only_the_last_one_goes_out(mentor):
    MatchFactory(mentor=mentor)
    send_weekly_requests(now=MONDAY)
    send_weekly_requests(now=MONDAY + WEEK)

    drain(now=lambda: MONDAY + WEEK)

    assert len(mail.outbox) == 1


def test_the_number_of_queries_does_not_grow_with_those_who_had_it(mentor, django_assert_num_queries):
    MatchFactory(mentor=mentor)
    send_weekly_requests(now=MONDAY)

    with django_assert_num_queries(1):
        send_weekly_requests(now=MONDAY + timedelta(days=1))


# --- the page -----------------------------------------------------------------------------------------------


def test_looking_at_the_page_changes_nothing_and_names_nobody(mentor):
    match = MatchFactory(
        mentor=mentor, help_request__mentee__name="Alice Archer", help_request__gap="I <b>freeze</b> in interviews."
    )
    MatchFactory(help_request__ask="Somebody else's.")
    for method in ("get", "head"):
        assert getattr(Client(), method)(link(mentor)).status_code == 200

    page = Client().get(link(mentor)).content.decode()

    assert match.help_request.ask in page
    assert match.mentor_reasons[0] in page
    assert "I &lt;b&gt;freeze&lt;/b&gt; in interviews." in page
    assert "Alice" not in page
    assert "Somebody else" not in page
    match.refresh_from_db()
    assert match.status == "proposed"


def test_the_button_offers_help_with_a_note(mentor):
    match = MatchFactory(mentor=mentor)

    form = {"match": match.uuid, "note": "I can rehearse the interview with you."}
    page = Client().post(link(mentor), form, follow=True).content.decode()

    match.refresh_from_db()
    assert (match.status, match.offer_note) == ("offered", "I can rehearse the interview with you.")
    assert [row.kind for row in match.help_request.mentee.notifications.all()] == ["match_offered"]
    assert "You offered to help" in page
    assert "http://testserver/answer/" in page


def test_a_second_click_offers_once_and_is_no_error(mentor):
    match = MatchFactory(mentor=mentor)
    form = {"match": match.uuid, "note": "I can rehearse the interview with you."}

    for _ in range(2):
        assert Client().post(link(mentor), form).status_code == 302


@pytest.mark.parametrize("match", ["", "nonsense"])
def test_an_offer_for_nothing_is_told_in_words(mentor, match):
    form = {"match": match, "note": "I can rehearse the interview with you."}

    response = Client().post(link(mentor), form)

    assert response.status_code == 400
    assert "This request is not waiting for an offer any more." in response.content.decode()


@pytest.mark.parametrize("note", ["", "   ", "hello"])
def test_an_offer_that_says_nothing_is_asked_again(mentor, note):
    match = MatchFactory(mentor=mentor)

    assert Client().post(link(mentor), {"match": match.uuid, "note": note}).status_code == 400
    match.refresh_from_db()
    assert match.status == "proposed"


def test_nobody_offers_what_the_page_does_not_show(mentor):
    foreign = MatchFactory()
    blocked = MatchFactory(mentor=mentor)
    Block.objects.create(blocker=blocked.help_request.mentee, blocked=mentor.user)

    for match in (foreign, blocked):
        form = {"match": match.uuid, "note": "I can rehearse the interview with you."}
        assert Client().post(link(mentor), form).status_code == 400
        match.refresh_from_db()
        assert match.status == "proposed"


def test_the_page_stops_the_mails(mentor):
    MatchFactory(mentor=mentor)

    Client().post(link(mentor), {"answer": "stop"})

    assert is_stopped(user=mentor.user, group=WEEKLY)
    assert send_weekly_requests(now=MONDAY) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_for_many_as_for_one(mentor, rows, django_assert_num_queries):
    MatchFactory.create_batch(rows, mentor=mentor)
    MatchFactory.create_batch(rows, mentor=mentor, status="offered")
    address = link(mentor)

    with django_assert_num_queries(7):
        Client().get(address)
