"""How people want to be told: off, once a day, not at night, and one click to stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction

from accounts import registry
from accounts.exceptions import QuietHoursNeedBothEnds
from accounts.jobs.deliver import claim_next, drain
from accounts.jobs.keep_back import keep_back
from accounts.links import stop_mails_link
from accounts.models import MailStop, MentorProfile, Notification, NotificationChoice, Profile, User
from accounts.registry import Group, chosen_kinds, email_choice, kind_of
from accounts.services.choices import choices_of, choose, is_stopped, send_mails_again, stop_mails
from accounts.services.profiles import update_profile
from tests.factories import MatchFactory, MentorFactory, MentorshipFactory, NotificationFactory, UserFactory
from tests.helpers import Rival

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/notifications/"
LATE = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
NIGHT = {"quiet_from_minute": 22 * 60, "quiet_until_minute": 7 * 60}


@pytest.fixture
def admin(db):
    return UserFactory(is_staff=True, email="admin@example.org")


def told(person, **facts) -> Notification:
    """Return a message to ``person`` that is true: somebody applies as a mentor."""
    applicant = MentorFactory(status=MentorProfile.Status.APPLIED)
    facts = {"kind": "mentor_applied", "payload": {"mentor": str(applicant.uuid)}, "title": str(applicant)} | facts
    return NotificationFactory(recipient=person, **facts)


def send(now) -> None:
    drain(now=lambda: now)


def status_of(row) -> tuple[str, str]:
    row.refresh_from_db()
    return row.status, row.last_error


# --- off ----------------------------------------------------------------------------------------------------


def test_a_mail_that_its_recipient_switched_off_is_not_sent_and_says_why(admin, now):
    row = told(admin)
    choose(user=admin, choices=[{"kind": row.kind, "email": "off"}])

    send(now)

    assert status_of(row) == ("skipped", "Its recipient wants no such mail.")
    assert mail.outbox == []


def test_what_is_switched_off_by_mail_is_in_the_app_all_the_same(api, admin, now):
    row = told(admin)
    choose(user=admin, choices=[{"kind": row.kind, "email": "off"}])
    send(now)

    assert [found["uuid"] for found in api(admin).get("/api/v1/notifications/").json()["results"]] == [str(row.uuid)]


def test_what_is_switched_off_in_the_app_comes_by_mail_only(api, admin, now):
    row = told(admin)
    choose(user=admin, choices=[{"kind": row.kind, "in_app": False}])

    send(now)

    assert len(mail.outbox) == 1
    assert api(admin).get("/api/v1/notifications/").json()["results"] == []
    assert api(admin).get("/api/v1/notifications/unread/").json() == {"unread": 0}


def test_a_code_comes_whatever_was_chosen_and_at_any_hour(alice):
    NotificationChoice.objects.create(user=alice, kind="account_mail", email="off")
    Profile.objects.filter(user=alice).update(**NIGHT)
    NotificationFactory(recipient=alice, due_at=LATE)

    send(LATE)

    assert len(mail.outbox) == 1


# --- one click ----------------------------------------------------------------------------------------------


def test_a_mail_names_the_address_that_stops_its_group(admin, now):
    told(admin)

    send(now)

    [message] = mail.outbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.body
    assert f'href="{link}"' in message.alternatives[0].content


def test_mail_about_the_account_has_no_such_address(alice, now):
    NotificationFactory(recipient=alice)

    send(now)

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


@pytest.fixture
def stop_path(admin, settings):
    return stop_mails_link(admin, "admins").removeprefix(settings.SITE_URL)


def test_reading_the_page_stops_nothing(client, admin, stop_path):
    answer = client.get(stop_path)

    assert "Stop these mails" in answer.content.decode()
    assert not is_stopped(user=admin, group=Group.ADMINS)


def test_the_post_of_a_mail_program_stops_the_mails(client, admin, stop_path):
    """It has no cookie, follows no redirect, and sends this body (RFC 8058, 3.2)."""
    client.handler.enforce_csrf_checks = True

    answer = client.post(stop_path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert is_stopped(user=admin, group=Group.ADMINS)


def test_stopping_twice_and_starting_again(client, admin, stop_path):
    for _ in range(2):
        client.post(stop_path, {"do": "stop"})
    client.post(stop_path, {"do": "send_again"})

    assert not is_stopped(user=admin, group=Group.ADMINS)


def test_an_altered_link_stops_nothing(client, admin, stop_path):
    assert client.post(stop_path[:-3] + "AA/").status_code == 404
    assert not MailStop.objects.exists()


def test_a_link_about_a_group_that_is_no_more_is_over(client, admin, settings):
    assert client.post(stop_mails_link(admin, "gone").removeprefix(settings.SITE_URL)).status_code == 404


def test_stopping_one_group_leaves_the_others(admin):
    stop_mails(user=admin, group=Group.REMINDERS)

    off = {choice.kind for choice in choices_of(admin) if choice.email == "off"}
    assert off == {kind.code for kind in chosen_kinds(Group.REMINDERS)}


def test_a_stopped_group_is_stopped_for_kinds_that_are_to_come(admin, monkeypatch):
    stop_mails(user=admin, group=Group.ADMINS)
    new = replace(kind_of("mentor_applied"), code="something_new")
    monkeypatch.setitem(registry._kinds, new.code, new)

    assert is_stopped(user=admin, group=Group.ADMINS)
    assert email_choice(admin.pk, new) == "off"


def test_a_kind_chosen_by_name_comes_though_its_group_is_stopped(admin, now):
    stop_mails(user=admin, group=Group.ADMINS)
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "now"}])
    told(admin)

    send(now)

    assert len(mail.outbox) == 1


def test_what_is_off_by_its_name_stays_off_when_its_group_is_sent_again(admin):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "off"}])

    stop_mails(user=admin, group=Group.ADMINS)
    send_mails_again(user=admin, group=Group.ADMINS)

    assert {choice.kind for choice in choices_of(admin) if choice.email == "off"} == {"mentor_applied"}


def test_a_group_of_which_all_is_off_by_name_can_be_sent_again(admin):
    choose(user=admin, choices=[{"kind": kind.code, "email": "off"} for kind in chosen_kinds(Group.ADMINS)])

    send_mails_again(user=admin, group=Group.ADMINS)

    assert not is_stopped(user=admin, group=Group.ADMINS)


def test_stopping_a_group_is_the_last_word_on_its_kinds(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "now"}])
    stop_mails(user=admin, group=Group.ADMINS)
    told(admin)

    send(now)

    assert mail.outbox == []


@pytest.mark.parametrize("group", [Group.DIGEST, Group.ADMINS])
def test_stopping_stops_what_was_gathered_already(admin, now, group):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)

    stop_mails(user=admin, group=group)
    send(now + timedelta(days=1))

    assert mail.outbox == []


def test_stopping_the_daily_mail_stops_what_came_with_it(admin):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])

    stop_mails(user=admin, group=Group.DIGEST)

    assert NotificationChoice.objects.get(user=admin).email == "off"
    assert is_stopped(user=admin, group=Group.DIGEST)


# --- once a day ---------------------------------------------------------------------------------------------


def test_what_is_wanted_once_a_day_comes_in_one_mail_at_nine(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    rows = [told(admin), told(admin)]

    send(now)
    assert mail.outbox == []
    digest = Notification.objects.get(kind="digest")
    assert digest.due_at == datetime(2026, 11, 24, 8, tzinfo=UTC)  # 09:00 in Berlin
    assert status_of(rows[0]) == ("skipped", "It is part of the mail of 2026-11-24.")

    send(digest.due_at)
    [message] = mail.outbox
    assert message.subject == "2 things happened"
    assert all(row.title in message.body for row in rows)


def test_a_daily_mail_leaves_out_what_is_no_longer_true(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)
    MentorProfile.objects.update(status=MentorProfile.Status.APPROVED)

    send(now + timedelta(days=1))

    assert mail.outbox == []
    assert Notification.objects.get(kind="digest").status == "skipped"


def test_what_has_nothing_to_open_comes_by_itself(alice, now):
    """The other's address is in the mail and nowhere else in reach."""
    match = MatchFactory(status="accepted", help_request__mentee=alice, mentorship=MentorshipFactory())
    choose(user=alice, choices=[{"kind": "match_accepted", "email": "digest"}])
    told(alice, kind="match_accepted", payload={"match": str(match.uuid)})

    send(now)

    assert match.mentor.user.email in mail.outbox[0].body


def test_one_bad_row_takes_no_other_with_it(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    bad, good = told(admin), told(admin)
    send(now)
    Notification.objects.filter(pk=bad.pk).update(payload={"nothing": "to find"})

    send(now + timedelta(days=1))

    assert good.title in mail.outbox[0].body


def test_a_daily_mail_that_may_have_arrived_takes_nothing_more(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)
    digest = Notification.objects.get(kind="digest")
    Notification.objects.held_by(claim_next(now=digest.due_at)).move_to("pending", due_at=digest.due_at)
    told(admin)

    send(now)

    assert Notification.objects.filter(kind="digest").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_daily_mail_waits_for_what_is_being_put_into_it(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)
    digest = Notification.objects.get(kind="digest")
    told(admin)
    row = claim_next(now=now)
    with transaction.atomic():
        Notification.objects.select_for_update(no_key=True).get(pk=digest.pk)  # as whoever claims it
        rival = Rival(lambda: keep_back(row, kind_of(row.kind), now=now))
        rival.wait_until_blocked()
        Notification.objects.filter(pk=digest.pk).update(
            status="sending", claim=row.claim, lease_until_at=now, due_on_clock=""
        )
    rival.finish()

    row.refresh_from_db()
    assert row.digest.key > digest.key


def test_who_is_no_admin_any_more_reads_nothing_for_admins(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)
    told(admin, kind="mentor_applied")
    User.objects.update(is_staff=False)
    NotificationChoice.objects.filter(email="digest").update(email="now")

    send(now + timedelta(days=1))

    assert mail.outbox == []


def test_what_comes_while_the_daily_mail_is_on_its_way_is_in_the_next(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)
    digest = Notification.objects.get(kind="digest")
    early = digest.due_at - timedelta(hours=1)
    Notification.objects.filter(pk=digest.pk).update(due_at=early)
    assert claim_next(now=early) == digest
    told(admin, due_at=early)

    send(early)

    assert set(Notification.objects.filter(kind="digest").values_list("key", flat=True)) == {"2026-11-24", "2026-11-25"}


# --- quiet hours --------------------------------------------------------------------------------------------


def test_a_mail_in_quiet_hours_waits_for_their_end_and_counts_no_attempt(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = told(admin, due_at=LATE)

    send(LATE)

    assert status_of(row) == ("pending", "")
    assert (row.due_at, row.attempts) == (datetime(2026, 11, 27, 6, tzinfo=UTC), 0)
    send(row.due_at)
    assert status_of(row) == ("sent", "")


def test_who_travels_out_of_the_night_gets_what_waited(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = told(admin, due_at=LATE)
    send(LATE)

    update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=LATE)
    send(LATE)

    assert status_of(row) == ("sent", "")


def test_a_daily_mail_moves_with_its_recipient(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)

    update_profile(profile=admin.profile, changes={"timezone": "Asia/Kolkata"}, now=LATE)

    assert Notification.objects.get(kind="digest").due_at == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def test_a_mail_whose_claim_was_lost_is_not_moved(admin):
    """Somebody else may be sending it."""
    Profile.objects.filter(user=admin).update(**NIGHT)
    told(admin, due_at=LATE)
    row = claim_next(now=LATE)
    Notification.objects.update(claim="00000000-0000-0000-0000-000000000001")

    keep_back(row, kind_of(row.kind), now=LATE)

    assert Notification.objects.get(pk=row.pk).status == "sending"


@pytest.mark.django_db(transaction=True)
def test_a_mail_about_to_wait_for_the_morning_sees_where_its_recipient_has_just_gone(admin):
    Profile.objects.filter(user=admin).update(**NIGHT)
    told(admin, due_at=LATE)
    row = claim_next(now=LATE)
    with transaction.atomic():
        update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=LATE)
        rival = Rival(lambda: keep_back(row, kind_of(row.kind), now=LATE))
        rival.wait_until_blocked()

    assert rival.finish() is False


def test_a_daily_mail_that_was_begun_stays_where_it_is(admin, now):
    """Its next try is due in seconds, not when the clock of another zone shows nine."""
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)
    due_at = Notification.objects.get(kind="digest").due_at
    digest = claim_next(now=due_at)
    Notification.objects.held_by(digest).move_to("pending", due_at=due_at)

    update_profile(profile=admin.profile, changes={"timezone": "America/New_York"}, now=due_at)

    assert Notification.objects.get(kind="digest").due_at == due_at


# --- by API -------------------------------------------------------------------------------------------------


def test_every_kind_that_can_be_chosen_about_is_listed_with_what_it_tells(api, alice):
    answer = api(alice).get(URL).json()

    assert (answer["quiet_from"], answer["quiet_until"]) == (None, None)
    assert {kind["kind"] for kind in answer["kinds"]} == {kind.code for kind in chosen_kinds()}
    assert all(kind["tells"] and kind["email"] == "now" and kind["in_app"] for kind in answer["kinds"])
    assert not {"account_mail", "mentor_approved", "digest"} & {kind["kind"] for kind in answer["kinds"]}


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_a_clock_at_once_do_not_mix(admin, now):
    choose(user=admin, choices=[{"kind": "mentor_applied", "email": "digest"}])
    told(admin)
    send(now)
    stale = Profile.objects.get(user=admin)
    with transaction.atomic():
        update_profile(profile=admin.profile, changes={"timezone": "Asia/Kolkata"}, now=now)
        rival = Rival(lambda: update_profile(profile=stale, changes=NIGHT, now=now))
        rival.wait_until_blocked()
    rival.finish()

    assert Notification.objects.get(kind="digest").due_at == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_mail_whose_recipients_profile_is_held_for_long_is_tried_again_and_holds_up_no_other(admin, alice):
    Profile.objects.filter(user=admin).update(**NIGHT)
    row = told(admin, due_at=LATE - timedelta(minutes=1))
    other = NotificationFactory(recipient=alice, due_at=LATE)
    with transaction.atomic():
        Profile.objects.select_for_update().get(user=admin)
        Rival(lambda: send(LATE)).finish()

    assert status_of(row) == ("pending", "Somebody was changing its recipient's profile.")
    assert status_of(other) == ("sent", "")


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_choices_take_turns(admin):
    """In whatever order they name the kinds: neither waits for the other while the other waits for it."""
    with transaction.atomic():
        choose(user=admin, choices=[{"kind": "mentor_applied", "email": "off"}])
        rival = Rival(lambda: stop_mails(user=admin, group=Group.ADMINS))
        rival.wait_until_blocked()
        choose(user=admin, choices=[{"kind": "daily_summary", "email": "off"}])
    rival.finish()

    assert is_stopped(user=admin, group=Group.ADMINS)


def test_half_of_quiet_hours_is_refused_whoever_writes_it(admin, now):
    with pytest.raises(QuietHoursNeedBothEnds):
        update_profile(profile=admin.profile, changes={"quiet_from_minute": 60}, now=now)


def test_quiet_hours_and_choices_are_written_and_the_rest_stays(api, alice):
    choose(user=alice, choices=[{"kind": "match_declined", "in_app": False}])

    answer = api(alice).patch(
        URL,
        {"quiet_from": "22:00", "quiet_until": "24:00", "kinds": [{"kind": "match_declined", "email": "digest"}]},
        format="json",
    )

    assert answer.status_code == 200
    assert (answer.json()["quiet_from"], answer.json()["quiet_until"]) == ("22:00", "00:00")
    choice = NotificationChoice.objects.get(user=alice)
    assert (choice.kind, choice.email, choice.in_app) == ("match_declined", "digest", False)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"quiet_until": "07:00"}, "quiet_from"),
        ({"quiet_from": "07:00", "quiet_until": "07:00"}, "quiet_until"),
        ({"quiet_from": "00:00", "quiet_until": "24:00"}, "quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "quiet_from"),
        ({"kinds": [{"kind": "account_mail", "email": "off"}]}, "kinds.0.kind"),
        ({"kinds": [{"kind": "nothing", "email": "off"}]}, "kinds.0.kind"),
        ({"kinds": [{"kind": "match_asked", "email": "never"}]}, "kinds.0.email"),
        ({"kinds": [{"kind": "match_asked"}, {"kind": "match_asked"}]}, "kinds"),
        ({"kinds": [1] * 101}, "kinds"),
    ],
)
def test_a_choice_that_is_none_is_refused_with_its_field(api, alice, data, field):
    answer = api(alice).patch(URL, data, format="json")

    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not NotificationChoice.objects.exists()


def test_unread_are_counted_and_marked_as_read_at_once(api, alice, bob):
    for person in (alice, alice, bob):
        told(person)

    assert api(alice).get("/api/v1/notifications/unread/").json() == {"unread": 2}
    assert api(alice).post("/api/v1/notifications/read-all/").json() == {"unread": 0}
    assert bob.notifications.filter(read_at=None).count() == 1
