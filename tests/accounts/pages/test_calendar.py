"""The page and the API of a member's own calendar: set, read again, removed, and nothing of the address shown."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import BusyCalendar, BusyTime
from accounts.sealed import seal, unseal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ADDRESS = "https://calendar.example.org/private-4711/basic.ics"
API = "/api/v1/me/busy-calendar/"


@pytest.fixture
def member(client, alice):
    client.force_login(alice)
    return alice


def calendar_of(person, **fields) -> BusyCalendar:
    return BusyCalendar.objects.create(profile=person.profile, sealed_address=seal(ADDRESS), **fields)


def page(client, *, name: str = "profile-calendar") -> str:
    return html.unescape(client.get(reverse(name)).content.decode())


def test_an_address_is_stored_sealed_and_read_at_once(client, member, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("profile-calendar"), {"do": "save", "address": f" {ADDRESS} "})

    stored = BusyCalendar.objects.get(profile=member.profile)
    assert answer.status_code == 302
    assert "4711" not in stored.sealed_address
    assert unseal(stored.sealed_address) == ADDRESS
    assert rung == [("accounts.tasks.read_calendar", stored.pk)]


def test_another_address_forgets_the_busy_times_of_the_first(client, member):
    BusyTime.objects.create(
        calendar=calendar_of(member), starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=1)
    )

    client.post(reverse("profile-calendar"), {"do": "save", "address": "webcal://other.example.org/a.ics"})

    assert unseal(BusyCalendar.objects.get().sealed_address) == "https://other.example.org/a.ics"
    assert not BusyTime.objects.exists()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://calendar.example.org/a.ics", "The address must begin with https://."),
        ("https://me:word@example.org/a.ics", "does not lead to a public server"),
        ("https://", "There is no server of this name"),
        ("", "This field"),
    ],
)
def test_an_address_that_is_wrong_is_told_and_stays_as_typed(address, sentence, client, member):
    answer = client.post(reverse("profile-calendar"), {"do": "save", "address": address})

    text = html.unescape(answer.content.decode())
    assert (answer.status_code, sentence in text, f'value="{address}"' in text) == (400, True, bool(address))
    assert not BusyCalendar.objects.exists()


def test_a_second_click_does_not_ask_the_server_again(client, member):
    tried_at = timezone.now() - timedelta(seconds=20)
    calendar = calendar_of(member, tried_at=tried_at)

    client.post(reverse("profile-calendar"), {"do": "read"})
    calendar.refresh_from_db()
    assert calendar.tried_at == tried_at

    BusyCalendar.objects.update(tried_at=tried_at - timedelta(minutes=1))
    client.post(reverse("profile-calendar"), {"do": "read"})
    calendar.refresh_from_db()
    assert calendar.tried_at is None


def test_addresses_are_set_a_few_times_an_hour_by_page_and_api(client, api, member):
    for number in range(2):
        client.post(reverse("profile-calendar"), {"do": "save", "address": f"https://example.org/{number}.ics"})
        # Removing it in between does not help.
        client.post(reverse("profile-calendar"), {"do": "remove"})
    for number in range(3):
        assert api(member).put(API, {"address": f"https://example.org/{2 + number}.ics"}).status_code == 200

    by_page = client.post(reverse("profile-calendar"), {"do": "save", "address": ADDRESS})
    by_api = api(member).put(API, {"address": ADDRESS})

    assert (by_page.status_code, f'value="{ADDRESS}"' in by_page.content.decode()) == (409, True)
    assert "You have set several addresses" in by_page.content.decode()
    assert (by_api.status_code, by_api.json()["code"]) == (409, "calendar_set_too_often")
    assert unseal(BusyCalendar.objects.get().sealed_address) == "https://example.org/4.ics"


def test_an_address_that_is_wrong_is_not_counted(client, member):
    for _ in range(6):
        client.post(reverse("profile-calendar"), {"do": "save", "address": "http://example.org/a.ics"})

    answer = client.post(reverse("profile-calendar"), {"do": "save", "address": ADDRESS})

    assert answer.status_code == 302


def test_removing_it_removes_its_busy_times(client, member):
    BusyTime.objects.create(
        calendar=calendar_of(member), starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=1)
    )

    client.post(reverse("profile-calendar"), {"do": "remove"})

    assert not BusyCalendar.objects.exists()
    assert not BusyTime.objects.exists()


@pytest.mark.parametrize("name", ["profile-calendar", "profile"])
def test_the_owner_reads_age_and_failure_and_never_the_address(name, client, member):
    now = timezone.now()
    calendar_of(member, read_at=now - timedelta(days=2), tried_at=now, failure="web_page")

    text = page(client, name=name)

    assert "Last read:" in text
    assert "This is the address of a web page." in text
    assert "still count as busy" in text
    assert "may be taken already" in text
    assert "4711" not in text


def test_the_page_knows_no_other_button(client, member):
    assert client.post(reverse("profile-calendar"), {"do": "share"}).status_code == 400


def test_the_api_sets_shows_and_deletes_it(api, alice):
    assert api(alice).get(API).json() == {"calendar": None}

    answer = api(alice).put(API, {"address": ADDRESS})

    assert answer.json()["calendar"] == {
        "host": "calendar.example.org",
        "read_at": None,
        "tried_at": None,
        "failure": "",
        "failure_in_words": "",
        "is_old": True,
    }
    assert api(alice).delete(API).status_code == 204
    assert api(alice).post(API).json() == {"calendar": None}


def test_admins_read_how_it_went_and_never_the_address(admin_client, alice):
    calendar = calendar_of(alice, tried_at=timezone.now(), failure="no_access")

    for name, args in (("changelist", []), ("change", [calendar.pk])):
        text = html.unescape(
            admin_client.get(reverse(f"admin:accounts_busycalendar_{name}", args=args)).content.decode()
        )
        assert "does not know this address any more" in text
        assert "4711" not in text
        assert calendar.sealed_address not in text
