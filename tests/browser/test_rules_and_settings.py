"""An owner publishes rules and changes a limit, and a member reads what changed, on a desk and on a phone."""

from __future__ import annotations

import pytest

from accounts.community_settings import value_of
from mentorship.models import GoalKind
from tests.factories import ConcernFactory, GoalFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_new_rules_are_published_and_read(admin_window, admin_user, alice, look_at):
    window = admin_window(admin_user)
    window.goto("/admin/accounts/communityrules/add/")
    words = window.get_by_label("Text").input_value().replace("within a few days", "within three days")
    window.get_by_label("Text").fill(words + "\n\n6. Write in a language that both of you speak.")
    window.get_by_role("button", name="Show what this changes").click()
    window.get_by_text("2 members are asked to accept it").wait_for()
    look_at(window)
    window.get_by_role("button", name="Publish, and ask 2 members").click()
    window.get_by_text("Version 2 is published").wait_for()
    look_at(window)
    # The owner is a member, too.
    window.goto("/goals/")
    window.get_by_text("6. Write in a language that both of you speak.").first.wait_for()
    look_at(window)
    window.get_by_role("button", name="I accept the rules").click()
    window.wait_for_url("**/goals/")

    window.goto("/rules/accept/")
    window.get_by_text("You accepted version 2").wait_for()
    look_at(window)
    assert admin_user.accepted_rules.get().rules.version == 2


def test_a_limit_is_changed_after_a_look_at_what_it_affects(admin_window, admin_user, look_at):
    ConcernFactory()
    GoalFactory(kind=GoalKind.objects.get(code="promotion"))
    window = admin_window(admin_user)
    window.goto("/admin/accounts/communitysetting/")
    look_at(window)
    window.get_by_role("link", name="Time to close a concern").click()
    window.get_by_label("New value").fill("7")
    window.get_by_role("button", name="Show what this changes").click()
    window.get_by_text("1 open concern keeps its day.").wait_for()
    look_at(window)
    window.get_by_role("button", name="Save", exact=True).click()
    window.get_by_text("Time to close a concern: 7 days. It was 3.").wait_for()
    kind = GoalKind.objects.get(code="promotion")
    window.goto(f"/admin/mentorship/goalkind/{kind.pk}/delete/")
    window.get_by_text("It cannot be deleted while it is used by").wait_for()
    look_at(window)

    assert value_of("concern_days") == 7
