"""The page with all settings."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from accounts.models import NotificationChoice
from accounts.notifications.registry import chosen_groups, email_choice, group_of
from tests.factories import NOW, DirectoryEntryFactory

pytestmark = pytest.mark.django_db

SETTINGS = reverse("settings")


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


def filled_in(user, **changes: str) -> dict:
    """Return the form as it is shown to somebody who changed nothing, with ``changes``."""
    form = {"do": "messages", "quiet_from": "", "quiet_until": ""}
    for group in chosen_groups(user):
        form |= {f"mail_{group.code}": group.default, f"app_{group.code}": "on"}
    return form | changes


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def test_a_visitor_logs_in_first(client):
    assert client.get(SETTINGS).headers["Location"] == f"{reverse('account_login')}?next={SETTINGS}"


def test_messages_are_chosen_on_one_screen(page, alice):
    form = filled_in(alice, mail_questions="digest", mail_reminders="off", quiet_from="22:00", quiet_until="07:30")
    del form["app_suggestions"]

    answer = page.post(SETTINGS, form, follow=True)

    assert "Saved." in text(answer)
    chosen = {row.group: (row.email, row.in_app) for row in NotificationChoice.objects.filter(user=alice)}
    assert chosen["questions"] == ("digest", True)
    assert chosen["reminders"] == ("off", True)
    assert chosen["suggestions"] == ("now", False)
    alice.profile.refresh_from_db()
    assert (alice.profile.quiet_from_minute, alice.profile.quiet_until_minute) == (22 * 60, 7 * 60 + 30)
    shown = page.get(SETTINGS).context["messages_form"]
    assert (shown["quiet_from"].value(), shown["mail_questions"].value()) == ("22:00", "digest")


def test_empty_quiet_hours_end_them(page, alice):
    page.post(SETTINGS, filled_in(alice, quiet_from="22:00", quiet_until="07:00"))

    page.post(SETTINGS, filled_in(alice))

    alice.profile.refresh_from_db()
    assert alice.profile.quiet_from_minute is None


def test_quiet_hours_with_one_end_are_refused_at_their_field(page, alice):
    answer = page.post(SETTINGS, filled_in(alice, quiet_from="22:00", mail_questions="off"))

    assert answer.status_code == 400
    form = answer.context["messages_form"]
    assert "both ends" in form.errors["quiet_until"][0]
    assert form["quiet_from"].value() == "22:00"
    assert not NotificationChoice.objects.exists()


def test_the_page_says_what_it_means_to_switch_questions_off(page):
    assert group_of("questions").when_off in text(page.get(SETTINGS))


def test_only_admins_choose_about_messages_to_admins(page, client, admin):
    assert "mail_admins" not in page.get(SETTINGS).context["messages_form"].fields
    client.force_login(admin)

    client.post(SETTINGS, filled_in(admin, mail_admins="off"))

    assert email_choice(admin.pk, group_of("admins")) == "off"


def test_the_zone_is_chosen_in_words(page, alice):
    assert "Berlin, Germany" in text(page.get(SETTINGS))

    page.post(SETTINGS, {"do": "zone", "timezone": "Asia/Kolkata"})

    alice.profile.refresh_from_db()
    assert alice.profile.timezone == "Asia/Kolkata"


def test_an_unknown_zone_is_refused_at_its_field(page, alice):
    answer = page.post(SETTINGS, {"do": "zone", "timezone": "Mars/Base"})

    assert answer.status_code == 400
    assert "Mars/Base" in answer.context["zone_form"].errors["timezone"][0]


def test_the_page_leads_to_everything_of_the_account(page):
    shown = text(page.get(SETTINGS))

    names = ["account_email", "account_change_password", "mfa_index", "usersessions_list"]
    assert [name for name in names if f'href="{reverse(name)}"' not in shown] == []


def test_a_site_in_one_language_has_no_language_to_choose(page):
    assert page.get(SETTINGS).context.get("language_form") is None
    assert page.post(SETTINGS, {"do": "language", "language": "de"}).status_code == 400


@pytest.mark.usefixtures("german_too")
def test_the_language_of_pages_and_mails_is_chosen_by_its_own_name(page, alice):
    shown = text(page.get(SETTINGS))
    assert '<option value="en" selected>English</option>' in shown
    assert '<option value="de">Deutsch</option>' in shown

    answer = page.post(SETTINGS, {"do": "language", "language": "de"}, follow=True)

    alice.profile.refresh_from_db()
    assert (alice.profile.language, answer.headers["Content-Language"]) == ("de", "de")


@pytest.mark.usefixtures("german_too")
@pytest.mark.parametrize("language", ["fr", "", "DE", "xx"])
def test_an_unknown_language_is_400_at_its_field(language, page, alice):
    answer = page.post(SETTINGS, {"do": "language", "language": language})

    assert (answer.status_code, list(answer.context["language_form"].errors)) == (400, ["language"])
    alice.profile.refresh_from_db()
    assert alice.profile.language == ""


MANAGED = "“Acme & Sons”, the directory of your employer"


@pytest.mark.parametrize("name", ["settings", "my-data"])
def test_a_member_reads_that_an_employer_manages_the_account(name, page, alice):
    DirectoryEntryFactory(person=alice, directory__name="Acme & Sons")

    assert MANAGED in text(page.get(reverse(name)))


@pytest.mark.parametrize("name", ["settings", "my-data"])
@pytest.mark.parametrize("fields", [{"removed_at": NOW}, {"directory__is_active": False}], ids=["removed", "off"])
def test_a_directory_without_the_member_or_switched_off_does_not_manage_the_account(fields, name, page, alice):
    DirectoryEntryFactory(person=alice, directory__name="Acme & Sons", **fields)

    assert "Acme" not in text(page.get(reverse(name)))
