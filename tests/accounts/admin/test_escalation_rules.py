"""Rules of escalations: their list, and the page that changes one."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.escalations import all_kinds
from accounts.models import EscalationRule
from accounts.open_escalations import rule_in_force
from accounts.services.escalations import set_rule
from tests.escalations import HOME, MAKERS, RULES, kind_of, kinds_shown, rule_page
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


KIND = "application_waits"


@pytest.fixture
def now():
    return timezone.now()


def in_force(code: str) -> str:
    return rule_in_force(kind_of(code)).values


@pytest.mark.parametrize("is_owned", [True, False])
def test_a_rule_says_what_it_changes_before_it_is_saved(is_owned, admin_client, admin_user, now):
    MAKERS["application_waits"](now)
    owner = admin_user if is_owned else None
    wanted = {"days": "9", "is_on": "on", "owner": str(owner.pk) if owner else "", "was": in_force(KIND)}
    page = rule_page(KIND)
    assert "This gives 1 escalation now." in admin_client.get(page).content.decode()

    looked = admin_client.post(page, wanted | {"do": "look"})

    assert "This gives 1 escalation now, and would give <b>0</b>" in looked.content.decode()
    assert not EscalationRule.objects.exists()
    again = {bound.html_name: bound.value() for bound in looked.context["form"]}
    assert (again["days"], again["is_on"], again["owner"]) == ("9", True, wanted["owner"])
    saved = admin_client.post(page, again | {"do": "save"}, follow=True)
    assert "An application to mentor has waited for 9 days." in saved.content.decode()
    rule = EscalationRule.objects.get()
    assert (rule.kind, rule.days, rule.is_on, rule.owner) == ("application_waits", 9, True, owner)
    assert kinds_shown(admin_client.get(HOME)) == []


def test_a_rule_is_not_saved_with_other_values_than_were_shown(admin_client, now):
    page, wanted = rule_page(KIND), {"days": "9", "is_on": "on", "was": in_force(KIND)}
    seen = admin_client.post(page, wanted).context["form"]["seen"].value()

    answer = admin_client.post(page, wanted | {"days": "8", "do": "save", "seen": seen})

    assert "Nothing is saved yet" in answer.content.decode()
    assert not EscalationRule.objects.exists()


def test_the_second_admin_who_saves_a_rule_reads_what_changed(admin_client, admin_user):
    page, wanted = rule_page(KIND), {"days": "9", "is_on": "on", "owner": "", "was": in_force(KIND)}
    looked = admin_client.post(page, wanted)
    set_rule(kind=kind_of(KIND), days=5, is_on=True, owner=admin_user, was=in_force(KIND))

    again = {bound.html_name: bound.value() for bound in looked.context["form"]}
    refused = admin_client.post(page, again | {"do": "save"})

    assert refused.status_code == 409
    assert "Now: An application to mentor has waited for 5 days." in refused.content.decode()
    assert "was changed meanwhile" in str(*refused.context["messages"])
    assert EscalationRule.objects.get().days == 5
    again = {bound.html_name: bound.value() for bound in refused.context["form"]}
    admin_client.post(page, again | {"do": "save"})
    assert EscalationRule.objects.get().days == 9


def test_rules_lead_to_those_before_and_after_them(admin_client):
    first, second, third = (kind.code for kind in all_kinds()[:3])

    page = admin_client.get(rule_page(second)).content.decode()

    assert f'href="{rule_page(first)}">Previous</a>' in page
    assert f"2 of {len(all_kinds())}" in page
    assert f'href="{rule_page(third)}">Next</a>' in page
    assert "Previous" not in admin_client.get(rule_page(first)).content.decode()
    assert "Next" not in admin_client.get(rule_page(all_kinds()[-1].code)).content.decode()


@pytest.mark.parametrize("days", ["", "-1", "366", "x", "9" * 30])
def test_a_rule_of_odd_days_is_not_saved(days, admin_client):
    wanted = {"days": days, "is_on": "on", "was": in_force("silent_pair")}
    answer = admin_client.post(rule_page("silent_pair"), wanted | {"do": "save", "seen": ""})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not EscalationRule.objects.exists()


def test_a_rule_that_is_switched_off_would_give_nothing(admin_client, now):
    MAKERS["silent_pair"](now)

    wanted = {"days": "28", "was": in_force("silent_pair")}
    looked = admin_client.post(rule_page("silent_pair"), wanted | {"do": "look"})

    assert "would give <b>0</b>" in looked.content.decode()


def test_all_rules_are_listed_with_their_owners(admin_client):
    colleague = UserFactory(name="Cora Colleague", is_staff=True)
    set_rule(kind=kind_of("silent_pair"), days=40, is_on=False, owner=colleague, was=in_force("silent_pair"))

    page = admin_client.get(RULES).content.decode()

    for kind in all_kinds():
        assert rule_page(kind.code) in page
    assert "finished nothing for 40 days" in page
    assert "Cora Colleague" in page
