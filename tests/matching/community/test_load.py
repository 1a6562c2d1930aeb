"""Loading a community file."""

from __future__ import annotations

import copy
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import MentorProfile, Notification, User
from matching.models import HelpRequest
from matching.selectors.my_turns import turns_of
from mentorship.models import Exclusion
from mentorship.selectors.practice import records_of
from mentorship.selectors.record import mentor_record
from tests.factories import NotificationFactory
from tests.matching.community.example import COMMUNITY

pytestmark = pytest.mark.django_db


def counts(printed: str) -> dict[str, list[int]]:
    rows = [line.split() for line in printed.splitlines()]
    return {row[0]: [int(cell) for cell in row[1:]] for row in rows if len(row) == 4}


def test_a_community_is_loaded_and_nobody_gets_mail(load):
    created = counts(load())

    assert created == {"people": [2, 0, 0], "mentors": [1, 0, 0], "exclusions": [1, 0, 0], "help_requests": [1, 0, 0]}
    mentor = MentorProfile.objects.get()
    assert (mentor.user.email, mentor.status, mentor.active_elsewhere) == ("mentor@example.org", "approved", 1)
    assert (str(mentor.rate_amount), mentor.rate_currency) == ("49.50", "EUR")
    assert mentor.user.profile.availability.get().end_minute == 1440
    assert mentor.user.emailaddress_set.get().verified
    assert HelpRequest.objects.get().status == "open"
    assert (Notification.objects.count(), mail.outbox) == (0, [])


def test_loading_twice_changes_nothing_the_second_time(load):
    load()

    assert counts(load()) == {
        "people": [0, 0, 2],
        "mentors": [0, 0, 1],
        "exclusions": [0, 0, 1],
        "help_requests": [0, 0, 1],
    }


def test_a_new_zone_in_the_file_moves_the_daily_mail(load, now):
    load()
    mentor = User.objects.get(email="mentor@example.org")
    digest = NotificationFactory(
        recipient=mentor,
        kind="digest",
        due_at=datetime(2030, 1, 7, 9, tzinfo=ZoneInfo("Asia/Kolkata")),
        due_on_clock="2030-01-07T09:00",
    )
    community = copy.deepcopy(COMMUNITY)
    community["people"][0]["timezone"] = "America/New_York"

    load(community)

    digest.refresh_from_db()
    assert digest.due_at == datetime(2030, 1, 7, 9, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda c: c["people"][1].update(name="You"), "people"),
        (lambda c: c["people"][0]["career"].clear(), "people"),
        (lambda c: c["people"][0]["career"][0].update(hires=True), "people"),
        (lambda c: c["people"][0]["career"][0].update(employer_size="11-50"), "people"),
        (lambda c: c["people"][0]["mentor"].update(capacity=3), "mentors"),
        (lambda c: c["people"][0]["mentor"].update(goals=[]), "mentors"),
        (lambda c: c["exclusions"][0].update(reason="conflict"), "exclusions"),
        (lambda c: c["help_requests"][0]["goal"].update(target_country="FR"), "help_requests"),
        (lambda c: c["help_requests"][0].update(ask="Something else."), "help_requests"),
    ],
)
def test_a_change_in_the_file_is_updated(load, change, kind):
    load()
    changed = copy.deepcopy(COMMUNITY)
    change(changed)

    assert counts(load(changed))[kind][1] == 1
    assert counts(load(changed))[kind][1] == 0


def test_a_later_import_keeps_the_status_of_a_request(load, now):
    load()
    request = HelpRequest.objects.get()
    HelpRequest.objects.update(status="withdrawn", closed_at=now)
    changed = copy.deepcopy(COMMUNITY)
    changed["help_requests"][0]["gap"] = "Something else."

    load(changed)

    request.refresh_from_db()
    assert (request.status, request.gap) == ("withdrawn", "Something else.")


def test_an_exclusion_is_one_row(load):
    load()

    exclusion = Exclusion.objects.get()
    assert exclusion.first_id < exclusion.second_id


def test_the_default_kind_of_session_is_general(load):
    community = copy.deepcopy(COMMUNITY)
    del community["help_requests"][0]["session_kind"]

    load(community)

    assert HelpRequest.objects.get().session_kind.code == "general"


def test_a_dry_run_counts_the_changes_and_makes_none(load):
    assert counts(load(dry_run=True))["people"] == [2, 0, 0]
    assert not User.objects.exists()


def test_a_dry_run_locks_and_writes_nothing(load):
    load()
    changed = copy.deepcopy(COMMUNITY)
    changed["people"][0]["mentor"]["capacity"] = 5
    changed["exclusions"][0]["reason"] = "conflict"
    changed["help_requests"][0]["goal"]["target_country"] = "FR"

    with CaptureQueriesContext(connection) as queries:
        load(changed, dry_run=True)

    statements = [query["sql"].split(None, 1)[0] for query in queries]
    assert set(statements) == {"SELECT"}
    assert [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"] or "lock(" in query["sql"]] == []


def test_a_missing_file_is_a_command_error(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_community", tmp_path / "nothing.json")


def test_a_password_for_all_needs_debug(load, settings):
    with pytest.raises(CommandError, match="DEBUG"):
        load(password_for_all="known-to-everybody")

    settings.DEBUG = True
    load(password_for_all="known-to-everybody")
    assert all(user.check_password("known-to-everybody") for user in User.objects.all())


def test_the_demo_has_many_people_and_something_that_waits_for_each_login(settings, capsys):
    settings.DEBUG = True
    begun = timezone.now()
    call_command("load_demo")
    call_command("load_demo")

    steps = [step for user in User.objects.all() for step in user.profile.career.all()]
    assert User.objects.count() >= 60
    assert len({step.field for step in steps}) >= 10
    assert len({step.country.code for step in steps}) >= 12
    assert "mira.castellano@example.com" in capsys.readouterr().out
    mira = User.objects.get(email="mira.castellano@example.com")
    turns = turns_of(mira, now=timezone.now())
    found = [turn.kind for turn in turns.mine + turns.others + turns.running]
    assert found == ["question_back", "step_due", "asked", "mentorship"]
    jonas = User.objects.get(email="jonas.weidling@example.com")
    turns = turns_of(jonas, now=timezone.now())
    assert [turn.kind for turn in turns.mine] == ["question", "question"]
    assert [turn.kind for turn in turns.others + turns.running] == ["offered", "mentorship"]
    # The worker sends the mails of the story from now on: none of them is late already.
    due = Notification.objects.filter(due_at__lte=timezone.now())
    assert due.count() > 20
    assert not due.filter(due_at__lt=begun).exists()
    # Loading takes long, so one test looks at the practice and the record as well.
    practice = {record.kind: record for record in records_of(mira)}
    assert set(practice) == {"mock_interview", "debrief", "story"}
    assert all(answer.feedback_shown for answer in practice["mock_interview"].items_shown)
    record = mentor_record(jonas.mentor, now=timezone.now())
    assert (record.n_people, record.n_sessions, record.at_the_end.n_answered) == (1, 2, 1)
    assert [thanks.name for thanks in record.thanks] == ["Takumi"]
