"""Mails to groups in the admin: from the action of a list to the last reader."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail as mailbox
from django.urls import reverse
from django.utils import timezone

from accounts.admin.group_mail_forms import SendForm
from accounts.jobs.group_mail import send_group_mail
from accounts.models import GroupMail, Notification, NotificationChoice, Profile, StaffRead
from accounts.services.group_mail import schedule_group_mail, write_group_mail
from tests.factories import (
    NOW,
    GroupMailFactory,
    HelpRequestFactory,
    MentorFactory,
    MentorshipFactory,
    UserFactory,
)
from tests.group_mails import page_of, people_of, post, recipients_of
from tests.helpers import log_in_with_second_factor, run_admin_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


# --- the action of the lists ------------------------------------------------------------------------------------


def test_chosen_people_become_a_draft(admin_client, admin_user, alice, bob, charlie):
    page = run_admin_action(admin_client, "accounts_user", "write_to_people", alice, bob)

    mail = GroupMail.objects.get()
    assert (people_of(mail), mail.is_selection, mail.chosen) == ({"alice@example.org", "bob@example.org"}, True, 2)
    assert mail.created_by == admin_user
    assert "for 2 chosen rows of" in page


def test_all_rows_of_a_filter_become_a_draft_that_keeps_the_filter(admin_client, alice, bob):
    address = reverse("admin:accounts_user_changelist") + "?q=alice"
    form = {"action": "write_to_people", "select_across": "1", "_selected_action": [alice.pk]}

    admin_client.post(address, form)

    mail = GroupMail.objects.get()
    assert (people_of(mail), mail.is_selection, mail.query) == ({"alice@example.org"}, False, "q=alice")
    assert '<a href="/admin/accounts/user/?q=alice">this list</a>' in admin_client.get(page_of(mail)).content.decode()


def test_each_list_of_people_can_be_written_to(admin_client, alice, bob):
    request = HelpRequestFactory(mentee=alice)
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    rows = {
        "accounts_mentorprofile": (bob.mentor, {"bob@example.org"}),
        "matching_helprequest": (request, {"alice@example.org"}),
        "mentorship_mentorship": (mentorship, {"alice@example.org", "bob@example.org"}),
    }

    for model, (row, people) in rows.items():
        run_admin_action(admin_client, model, "write_to_people", row)
        assert people_of(GroupMail.objects.latest("pk")) == people, model


# --- writing ----------------------------------------------------------------------------------------------------


def test_a_draft_is_written_and_read_as_its_readers_do(admin_client, alice, admin_user):
    mail = GroupMailFactory(people=[alice], text=False)
    text = {"subject_en": "For {name}", "text_en": "Come to {site}."}

    page = post(admin_client, page_of(mail), do="write", text_version=0, **text)

    assert "The text is saved" in page
    assert "For Alice Archer" in page
    assert "Come to http://testserver." in page
    assert StaffRead.objects.filter(person=alice, reader=admin_user, what="contact").exists()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text_version": 0, "subject_en": "News", "text_en": "Dear {friend}"}, "There is no placeholder {friend}"),
        (
            {"text_version": 7, "subject_en": "News", "text_en": "We meet."},
            "Another text was saved while you had the page open",
        ),
        ({"text_version": 0, "subject_en": "", "text_en": "We meet."}, "This field is required"),
        ({"text_version": "x", "subject_en": "News", "text_en": "We meet."}, "Enter a whole number"),
    ],
)
def test_a_text_that_cannot_be_stored_says_why_and_is_kept(admin_client, form, words):
    mail = GroupMailFactory(text=False)

    page = post(admin_client, page_of(mail), do="write", **form)

    assert words in page
    assert form["text_en"] in page
    assert not mail.texts.exists()


def test_a_text_for_a_mail_that_is_sent_already_is_refused(admin_client):
    mail = GroupMailFactory(status="sending")

    page = post(admin_client, page_of(mail), do="write", text_version=0, subject_en="News", text_en="We do not meet.")

    assert "This is not possible any more: the mail to a group is sending" in page


def test_a_change_of_the_recipients_does_not_refuse_a_text(admin_client, alice, bob):
    mail = GroupMailFactory(people=[alice, bob], text=False)
    post(admin_client, recipients_of(mail), do="take_out", recipient=mail.recipients.get(person=bob).pk)

    page = post(admin_client, page_of(mail), do="write", text_version=0, subject_en="News", text_en="We meet.")

    assert "The text is saved" in page


def test_a_text_of_somebody_else_is_shown_beside_the_own_one_which_can_replace_it(admin_client):
    mail = GroupMailFactory(text__words="We meet on Friday.")
    write_group_mail(mail_id=mail.pk, texts={"en": ("News", "We meet on Monday.")}, text_version=0, now=NOW)
    mine = {"subject_en": "News", "text_en": "We meet on Sunday."}

    page = post(admin_client, page_of(mail), do="write", text_version=0, **mine)

    assert "Saved meanwhile" in page
    assert "<p>We meet on Monday.</p>" in page
    assert "We meet on Sunday.</textarea>" in page
    [version] = re.findall(r'name="text_version" value="(\d+)"', page)
    assert "The text is saved" in post(admin_client, page_of(mail), do="write", text_version=version, **mine)
    assert mail.texts.get().words == "We meet on Sunday."


def test_a_faulty_text_is_shown_beside_one_that_was_saved_meanwhile(admin_client):
    mail = GroupMailFactory()
    write_group_mail(mail_id=mail.pk, texts={"en": ("News", "We meet on Monday.")}, text_version=0, now=NOW)

    page = post(admin_client, page_of(mail), do="write", text_version=0, subject_en="", text_en="We meet on Sunday.")

    assert "This field is required" in page
    assert "<p>We meet on Monday.</p>" in page
    assert "We meet on Sunday.</textarea>" in page


def test_a_text_that_comes_after_the_sending_is_shown_to_be_copied(admin_client):
    mail = GroupMailFactory(status="sending")

    page = post(admin_client, page_of(mail), do="write", text_version=0, subject_en="News", text_en="No\r\nmeeting.")

    assert "Your text was not saved" in page
    assert "No\nmeeting.</pre>" in page
    assert "Refresh" not in admin_client.post(page_of(mail), {"do": "write", "text_version": 0}).headers


def test_a_text_that_is_not_saved_is_not_lost_by_sending(admin_client):
    mail = GroupMailFactory(text__subject="News", text__words="We meet\non Friday.")
    form = {"do": "send", "version": 0, "readers": 1, "text_version": 0, "subject_en": "News"}

    page = post(admin_client, page_of(mail), **form, text_en="We meet on Sunday.", at="2026-12-01T09:00")
    mail.refresh_from_db()

    assert mail.status == "draft"
    assert "Save it, and read it. Then send it." in page
    assert "We meet on Sunday.</textarea>" in page
    assert 'value="2026-12-01T09:00"' in page
    # A browser sends other ends of lines than those that are stored.
    assert "It is sent to 1 person now" in post(admin_client, page_of(mail), **form, text_en="We meet\r\non Friday.")


def test_a_refused_sending_keeps_the_time_and_goes_on_from_the_draft_of_now(admin_client, alice, bob, charlie):
    mail = GroupMailFactory(people=[alice, bob, charlie])
    at = f"{timezone.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
    post(admin_client, recipients_of(mail), do="take_out", recipient=mail.recipients.get(person=bob).pk)

    page = post(admin_client, page_of(mail), do="send", version=0, readers=3, at=at)

    assert "It was changed while you had it open" in page
    assert f'value="{at}"' in page
    [version] = re.findall(r'name="version" value="(\d+)"', page)
    assert "It is sent to 2 people" in post(admin_client, page_of(mail), do="send", version=version, readers=2, at=at)


def test_a_draft_says_who_gets_it_and_why_others_do_not(admin_client, alice, bob):
    NotificationChoice.objects.create(user=bob, group="news", email="off")
    mail = GroupMailFactory(people=[alice, bob])

    page = admin_client.get(page_of(mail)).content.decode()

    assert "1</a> gets it" in page
    assert "1</a> switched such mails off" in page
    assert "Send it to 1 person" in page


def test_a_site_in_two_languages_asks_for_both(admin_client, german_too, alice):
    alice.profile.language = "de"
    alice.profile.save()
    mail = GroupMailFactory(people=[alice])
    text = {"subject_en": "News", "text_en": "We meet.", "subject_de": "Neues", "text_de": "Wir treffen uns."}

    page = post(admin_client, page_of(mail), do="write", text_version=0, **text)

    assert '<pre class="mail" lang="de">Hallo Alice Archer,\n\nWir treffen uns.' in page


# --- sending and stopping ---------------------------------------------------------------------------------------


def test_a_mail_is_sent(admin_client, admin_user):
    mail = GroupMailFactory()

    page = post(admin_client, page_of(mail), do="send", version=0, readers=1, at="")

    assert "It is sent to 1 person now." in page
    mail.refresh_from_db()
    assert (mail.status, mail.scheduled_by) == ("scheduled", admin_user)
    assert LogEntry.objects.filter(object_id=mail.pk, user=admin_user).exists()


def test_the_time_is_that_of_the_zone_of_the_admin(admin_client, monkeypatch):
    mail = GroupMailFactory()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)

    page = post(admin_client, page_of(mail), do="send", version=0, readers=1, at="2026-11-24T09:00")

    mail.refresh_from_db()
    assert mail.send_at == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert "24 November 2026, 09:00 on" in page


@pytest.mark.parametrize(
    ("now", "at", "sent_from"),
    [
        # Clocks go back at 01:00 UTC, and show 02:30 twice.
        ("2026-10-24T12:00", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-10-25T00:45", "2026-10-25T02:30", "2026-10-25T01:30"),
        # Clocks go forward at 01:00 UTC, and skip 02:30.
        ("2027-03-27T12:00", "2027-03-28T02:30", "2027-03-28T01:30"),
    ],
)
def test_a_time_of_a_night_in_which_clocks_change_is_the_next_such_moment(now, at, sent_from, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.fromisoformat(now).replace(tzinfo=UTC))
    mail, profile = GroupMail(version=0), Profile(timezone="Europe/Berlin")

    form = SendForm({"version": 0, "readers": 1, "at": at}, mail=mail, readers=1, profile=profile)

    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime.fromisoformat(sent_from).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-13-01T09:00", "0001-01-01T00:00", "9999-12-31T23:59", "2020-01-01T09:00"]
)
def test_an_odd_time_is_refused(admin_client, at):
    mail = GroupMailFactory()

    assert admin_client.post(page_of(mail), {"do": "send", "version": 0, "readers": 1, "at": at}).status_code in (
        200,
        302,
    )

    mail.refresh_from_db()
    assert mail.status == "draft"


def test_more_than_a_hundred_readers_are_confirmed_by_their_number(admin_client, monkeypatch):
    monkeypatch.setattr("accounts.admin.group_mail_forms.COUNT_TYPED_FROM", 2)
    mail = GroupMailFactory(people=UserFactory.create_batch(2))
    assert "Write 2 to confirm" in admin_client.get(page_of(mail)).content.decode()

    assert "This field is required" in post(admin_client, page_of(mail), do="send", version=0, readers="", at="")
    assert "2 would get it now, and not 3" in post(admin_client, page_of(mail), do="send", version=0, readers=3)
    assert "It is sent to 2 people" in post(admin_client, page_of(mail), do="send", version=0, readers=2, at="")


def test_the_fourth_mail_of_a_day_is_refused(admin_client, admin_user):
    GroupMailFactory.create_batch(3, status="sent", scheduled_at=timezone.now(), scheduled_by=admin_user)
    mail = GroupMailFactory()

    page = post(admin_client, page_of(mail), do="send", version=0, readers=1, at="")

    assert "You have sent 3 mails to groups within a day" in page


def test_a_mail_is_stopped_and_says_how_far_it_came(admin_client, admin_user):
    mail = GroupMailFactory(status="sending", people=UserFactory.create_batch(2))
    assert admin_client.get(page_of(mail))["Refresh"] == "5"

    page = post(admin_client, page_of(mail), do="stop")

    assert "It is stopped. Nobody else gets it." in page
    assert "2</a> not sent, since it was stopped" in page
    assert "Stopped by Ada Admin" in page
    assert mailbox.outbox == []


def test_a_page_of_a_mail_that_waits_says_until_when_and_asks_again_later(admin_client, alice, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    mail = GroupMailFactory(status="scheduled", people=[alice])
    send_group_mail(mail_id=mail.pk, now=NOW)
    waiting = Notification.objects.filter(recipient=alice)

    waits = []
    for minutes in (0, 1, 60):
        waiting.update(due_at=NOW + timedelta(minutes=minutes))
        waits.append(admin_client.get(page_of(mail))["Refresh"])

    assert waits == ["5", "60", "300"]
    due = waiting.get().due_at
    page = admin_client.get(page_of(mail)).content.decode()
    berlin = due.astimezone(ZoneInfo("Europe/Berlin"))
    assert f"due on {berlin:%-d %B %Y, %H:%M} (Berlin, Germany, UTC" in page


def test_the_second_admin_is_told(admin_client):
    mail = GroupMailFactory(status="stopped")

    assert "This is not possible any more: the mail to a group is stopped" in post(
        admin_client, page_of(mail), do="stop"
    )


def test_a_draft_is_discarded(admin_client):
    mail = GroupMailFactory()

    assert "The draft is discarded." in post(admin_client, page_of(mail), do="discard")

    mail.refresh_from_db()
    assert mail.status == "discarded"


def test_the_list_names_subject_sender_and_number(admin_client, admin_user):
    mail = GroupMailFactory(people=UserFactory.create_batch(3), text__subject="Our summer meeting")
    schedule_group_mail(mail_id=mail.pk, by=admin_user, version=0, readers=3, send_at=None, now=NOW)

    page = admin_client.get(reverse("admin:accounts_groupmail_changelist"), {"q": "summer"}).content.decode()

    assert "Our summer meeting" in page
    assert 'class="field-number_of_recipients">3</td>' in page
    assert 'class="field-scheduled_by nowrap">Ada Admin</td>' in page


@pytest.mark.parametrize("mails", [1, 3])
def test_the_list_of_mails_takes_as_many_queries_for_each_number(admin_client, mails, django_assert_num_queries):
    GroupMailFactory.create_batch(mails)
    address = reverse("admin:accounts_groupmail_changelist")
    admin_client.get(address)

    with django_assert_num_queries(11):
        admin_client.get(address)


def test_the_history_has_the_moves_of_a_mail(admin_client):
    mail = GroupMailFactory()
    post(admin_client, page_of(mail), do="discard")

    page = admin_client.get(reverse("admin:accounts_groupmail_history", args=[mail.pk])).content.decode()

    assert "discarded" in page


# --- odd input --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", [{"do": "x"}, {}, {"do": "take_out", "recipient": "x"}, {"do": "take_out", "recipient": "²"}]
)
def test_an_odd_button_is_400(admin_client, form):
    mail = GroupMailFactory()

    assert admin_client.post(recipients_of(mail), form).status_code == 400
    assert admin_client.post(page_of(mail), {"do": form.get("do", "")}).status_code == 400


def test_a_matchmaker_does_not_write_to_people(client, admin_user):
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))
    mail = GroupMailFactory()

    run_admin_action(client, "accounts_mentorprofile", "write_to_people", MentorFactory())

    assert GroupMail.objects.count() == 1
    for address in (page_of(mail), recipients_of(mail)):
        assert client.get(address).status_code == client.post(address, {"do": "discard"}).status_code == 403
