"""The community rules in the admin."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import CommunityRules
from tests.factories import UserFactory
from tests.helpers import log_in_with_second_factor
from tests.rules import NEW_TEXT, accept_all, new_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ADD = reverse("admin:accounts_communityrules_add")
FORM = {"text": NEW_TEXT, "published_at": "", "grace_days": "14", "after": "1", "seen": ""}


def on_clock(at) -> str:
    """Return a moment as the admin's browser sends it: on a clock in Berlin."""
    return f"{at.astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%dT%H:%M}"


def looked_at(client, **facts) -> dict[str, str]:
    """Return the form with the mark that its effect was seen."""
    shown = client.post(ADD, FORM | facts | {"do": "look"})
    return {name: shown.context["form"].data[name] for name in FORM} | {"do": "publish"}


def test_the_page_says_how_many_are_asked_before_anything_is_published(admin_client, alice, bob):
    page = admin_client.post(ADD, FORM | {"do": "look"}).content.decode()

    assert "<b>3 members are asked to accept it</b>" in page
    assert "<ins>2. Write in a language that both speak.</ins>" in page
    assert CommunityRules.objects.count() == 1


def test_the_seen_text_is_published(admin_client):
    before = timezone.now()

    answer = admin_client.post(ADD, looked_at(admin_client))

    rules = CommunityRules.objects.get(version=2)
    assert answer["Location"] == reverse("admin:accounts_communityrules_change", args=[rules.pk])
    assert rules.text == NEW_TEXT
    assert before <= rules.published_at <= timezone.now()
    assert rules.required_at - rules.published_at == timedelta(days=14)


def test_an_unseen_text_is_shown_first(admin_client):
    page = admin_client.post(ADD, looked_at(admin_client) | {"text": "Something else."})

    assert "Nothing is published yet" in page.content.decode()
    assert CommunityRules.objects.count() == 1


def test_a_version_can_wait_for_its_day(admin_client):
    at = (timezone.now() + timedelta(days=7)).replace(second=0, microsecond=0)

    admin_client.post(ADD, looked_at(admin_client, published_at=on_clock(at), grace_days="0"))

    rules = CommunityRules.objects.get(version=2)
    assert rules.published_at == rules.required_at == at


def test_the_second_of_two_owners_reads_that_another_version_is_there(admin_client):
    form = looked_at(admin_client)
    new_rules(text="The first owner's text.")

    answer = admin_client.post(ADD, form)

    assert answer.status_code == 409
    assert "version 2 is the newest one now" in answer.content.decode()
    assert CommunityRules.objects.count() == 2


def test_the_second_owner_goes_on_with_the_own_text(admin_client):
    form = looked_at(admin_client)
    new_rules(text="The first owner's text.")
    shown = admin_client.post(ADD, form).context["form"]

    admin_client.post(ADD, form | {name: shown[name].value() for name in ("after", "seen")})

    assert CommunityRules.objects.get(version=3).text == form["text"]


@pytest.mark.parametrize(
    "odd",
    [
        {"text": ""},
        {"grace_days": "-1"},
        {"grace_days": "many"},
        {"published_at": "yesterday"},
        {"published_at": "1999-01-01T00:00"},
        {"published_at": "9999-12-31T23:59"},
        {"after": "x"},
        {"after": "9" * 30},
    ],
)
def test_odd_input_publishes_nothing(odd, admin_client):
    for do in ("look", "publish", "dance"):
        assert admin_client.post(ADD, FORM | odd | {"do": do}).status_code in (200, 409)

    assert CommunityRules.objects.count() == 1


def test_a_manager_reads_who_has_accepted_and_publishes_nothing(client, alice, bob):
    rules = new_rules()
    accept_all(alice, at=timezone.now())
    log_in_with_second_factor(client, UserFactory(role="manager"))

    page = client.get(reverse("admin:accounts_communityrules_change", args=[rules.pk])).content.decode()

    assert "1 member" in page
    assert '?rules=waiting">2 members</a>' in page
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, FORM).status_code == 403


def test_people_are_found_by_their_answer(admin_client, alice, bob, admin_user):
    new_rules()
    accept_all(alice, at=timezone.now())
    address = reverse("admin:accounts_user_changelist")

    found = {value: set(admin_client.get(address, {"rules": value}).context["cl"].result_list) for value in CHOICES}

    assert found == {"accepted": {alice}, "waiting": {bob, admin_user}}


CHOICES = ("accepted", "waiting")


@pytest.mark.parametrize("versions", [1, 3])
def test_the_list_takes_a_constant_number_of_queries(versions, admin_client, django_assert_num_queries):
    for number in range(versions):
        new_rules(text=f"Text {number}.")

    with django_assert_num_queries(9):
        admin_client.get(reverse("admin:accounts_communityrules_changelist"))


def test_a_version_is_never_changed_or_deleted(admin_client):
    rules = new_rules()

    admin_client.post(reverse("admin:accounts_communityrules_change", args=[rules.pk]), {"text": "Changed."})
    answer = admin_client.post(reverse("admin:accounts_communityrules_delete", args=[rules.pk]), {"post": "yes"})

    assert answer.status_code == 403
    assert CommunityRules.objects.get(version=2).text == NEW_TEXT


# --- a version that is planned for later ------------------------------------------------------------------------------


@pytest.fixture
def planned():
    rules = new_rules(at=timezone.now() + timedelta(days=7))
    CommunityRules.objects.filter(pk=rules.pk).update(required_at=rules.published_at + timedelta(days=14))
    rules.refresh_from_db()
    return rules


def page_of(rules, name: str) -> str:
    return reverse(f"admin:accounts_communityrules_{name}", args=[rules.pk])


def test_the_page_names_the_zone_of_its_time(admin_client):
    assert "In your time zone: Berlin, Germany" in admin_client.get(ADD).content.decode()


def test_a_planned_version_is_withdrawn_and_stays_on_record(admin_client, planned, alice):
    assert page_of(planned, "withdraw") in admin_client.get(page_of(planned, "change")).content.decode()

    admin_client.post(page_of(planned, "withdraw"), {"reason": "The lawyer has found a mistake."})

    assert not CommunityRules.objects.filter(pk=planned.pk).exists()
    later = planned.published_at + timedelta(days=99)
    assert CommunityRules.objects.in_force(at=later).get().version == 1
    assert not CommunityRules.objects.required_of(alice.pk, at=later).exists()
    page = admin_client.get(page_of(planned, "change")).content.decode()
    assert "The lawyer has found a mistake." in page
    assert "The lawyer has found a mistake." in admin_client.get(page_of(planned, "history")).content.decode()


def test_the_number_of_a_withdrawn_version_is_not_used_again(admin_client, planned):
    admin_client.post(page_of(planned, "withdraw"), {"reason": "A mistake."})

    admin_client.post(ADD, looked_at(admin_client))

    assert CommunityRules.objects.order_by("-version")[0].version == 3


def test_a_planned_version_moves_with_its_days_to_accept_it(admin_client, planned):
    at = (timezone.now() + timedelta(days=30)).replace(second=0, microsecond=0)

    admin_client.post(page_of(planned, "reschedule"), {"published_at": on_clock(at), "reason": "After the holidays."})

    planned.refresh_from_db()
    assert (planned.published_at, planned.required_at) == (at, at + timedelta(days=14))
    assert planned.reason == "After the holidays."


def test_a_planned_version_is_published_now(admin_client, planned, rung):
    admin_client.post(page_of(planned, "reschedule"), {"published_at": "", "reason": "It is urgent."})

    assert CommunityRules.objects.in_force(at=timezone.now()).get() == planned


@pytest.mark.parametrize("name", ["withdraw", "reschedule"])
def test_a_version_in_force_stays(name, admin_client):
    rules = new_rules()
    form = {"published_at": "", "reason": "Too late."}

    assert admin_client.post(page_of(rules, name), form).status_code == 409
    assert page_of(rules, name) not in admin_client.get(page_of(rules, "change")).content.decode()
    rules.refresh_from_db()
    assert (rules.withdrawn_at, rules.reason) == (None, "")


@pytest.mark.parametrize("name", ["withdraw", "reschedule"])
def test_the_pages_of_a_plan_are_for_planned_versions_only(name, admin_client):
    rules = new_rules()

    answer = admin_client.get(page_of(rules, name), follow=True)

    assert answer.request["PATH_INFO"] == page_of(rules, "change")
    assert f"Version {rules.version} is not planned for later, so it stays." in answer.content.decode()


def test_a_role_that_publishes_no_rules_is_led_to_no_plan(client, planned):
    log_in_with_second_factor(client, UserFactory(role="manager"))

    page = client.get(page_of(planned, "change")).content.decode()

    assert "planned" in page
    assert page_of(planned, "withdraw") not in page


def test_no_version_is_published_before_one_that_is_planned(admin_client, planned):
    answer = admin_client.post(ADD, looked_at(admin_client, after=str(planned.version)), follow=True)

    sentence = f"Version {planned.version} is planned for later. Publish it now, or withdraw it first."
    assert sentence in answer.content.decode()
    assert CommunityRules.objects.order_by("-version")[0] == planned


def test_a_withdrawn_version_is_not_withdrawn_twice(admin_client, planned):
    for status in (302, 409):
        answer = admin_client.post(page_of(planned, "withdraw"), {"reason": "A mistake."})
        assert answer.status_code == status


def test_a_change_of_the_plan_needs_a_reason(admin_client, planned):
    for name in ("withdraw", "reschedule"):
        assert admin_client.post(page_of(planned, name), {"reason": " "}).status_code == 400

    assert CommunityRules.objects.filter(pk=planned.pk, published_at=planned.published_at).exists()
