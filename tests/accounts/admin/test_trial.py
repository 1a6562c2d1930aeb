"""Trial mode in the admin: the page of owners, and the banner on every page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import TrialMode
from accounts.notifications.trial import held_count
from accounts.services.invitations import Invited, invite_people
from accounts.services.trial import set_trial_mode
from tests.factories import NotificationFactory, UserFactory
from tests.helpers import log_in_with_second_factor, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

SWITCH = "/admin/accounts/trialmode/switch/"
BANNER = "Trial mode is on</strong> since"


@pytest.fixture
def is_on(admin_user, now) -> TrialMode:
    return set_trial_mode(is_on=True, addresses=["ada@example.org"], by=admin_user, was=None, now=now)


def test_an_owner_switches_it_on(admin_client, admin_user):
    form = admin_client.get(SWITCH).context["form"]
    assert form.initial["addresses"] == "ada@example.org"

    page = admin_client.post(
        SWITCH, {"is_on": "on", "addresses": "ada@example.org\nBea@example.org", "was": ""}, follow=True
    )

    assert "Trial mode is on for 2 addresses." in page.content.decode()
    trial = TrialMode.objects.get()
    assert (trial.is_on, trial.addresses, trial.changed_by) == (
        True,
        ["ada@example.org", "bea@example.org"],
        admin_user,
    )


def test_an_owner_switches_it_off(admin_client, is_on):
    admin_client.post(SWITCH, {"addresses": "ada@example.org", "was": is_on.changed_at.isoformat()})

    assert not TrialMode.objects.get().is_on


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"is_on": "on", "addresses": "", "was": "{was}"}, "Write at least one address"),
        ({"is_on": "on", "addresses": "ada@example.org, b", "was": "{was}"}, "Write an e-mail address such as"),
        ({"addresses": "ada@example.org", "was": ""}, "Ada Admin has just changed it"),
        ({"addresses": "ada@example.org", "was": "yesterday"}, "Load the page again"),
        ({"addresses": "\n".join(f"a{n}@example.org" for n in range(201)), "was": "{was}"}, "Write 200 at most"),
    ],
)
def test_a_form_that_cannot_be_stored_says_why(admin_client, is_on, form, words):
    sent = {name: value.format(was=is_on.changed_at.isoformat()) for name, value in form.items()}

    page = admin_client.post(SWITCH, sent)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert TrialMode.objects.get().is_on


def test_the_second_of_two_owners_reads_the_list_and_goes_on(admin_client, is_on):
    form = {"is_on": "on", "addresses": "bea@example.org", "was": ""}

    page = admin_client.post(SWITCH, form)
    admin_client.post(SWITCH, form | {"was": page.context["form"]["was"].value()})

    assert "The list is now: ada@example.org." in page.content.decode()
    assert TrialMode.objects.get().addresses == ["bea@example.org"]


def test_every_admin_reads_the_banner(client, is_on):
    log_in_with_second_factor(client, UserFactory(role="viewer"))

    page = client.get("/admin/").content.decode()

    assert BANNER in page
    assert "ada@example.org" not in page
    assert SWITCH not in page


@pytest.mark.parametrize(
    "page", ["index", "accounts_user_changelist", "accounts_notification_catalogue", "accounts_trialmode_switch"]
)
def test_the_banner_is_on_each_page_while_it_is_on(admin_client, is_on, page):
    address = reverse(f"admin:{page}")
    assert BANNER in admin_client.get(address).content.decode()

    TrialMode.objects.update(is_on=False, since_at=None)

    assert BANNER not in admin_client.get(address).content.decode()


def test_the_page_counts_what_was_held(admin_client, is_on, now):
    NotificationFactory(title="To be held")
    send(now)

    assert "has held 1 message since then" in admin_client.get(SWITCH).content.decode()
    held = admin_client.get(reverse("admin:accounts_notification_changelist"), {"look": "trial"})
    assert [row.title for row in held.context["cl"].result_list] == ["To be held"]


def test_the_page_says_how_many_invitations_wait_for_its_end(admin_client, is_on, now):
    invite_people(
        [Invited(email=f"{name}@example.com", name=name, joined_at=now) for name in ("mira", "milo")], now=now
    )
    send(now)

    assert "2 invitations wait for its end." in admin_client.get(SWITCH).content.decode()
    form = {"addresses": "ada@example.org", "was": is_on.changed_at.isoformat()}
    assert (
        "Trial mode is off. 2 invitations are sent now."
        in admin_client.post(SWITCH, form, follow=True).content.decode()
    )


def test_the_count_reads_an_index_of_held_messages(is_on):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as queries:
            held_count(is_on)
        cursor.execute(f"EXPLAIN {queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "notification_held_by_trial" in plan


def test_the_history_shows_who_switched_it(admin_client, is_on):
    admin_client.post(SWITCH, {"addresses": "bea@example.org", "was": is_on.changed_at.isoformat()})

    page = admin_client.get(reverse("admin:accounts_trialmode_history", args=[1])).content.decode()

    assert "Ada Admin" in page
    assert "bea@example.org" in page
