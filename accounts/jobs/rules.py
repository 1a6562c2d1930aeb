"""Asking members to accept a new version of the community rules."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import CommunityRules, Notification
from accounts.notifications.write import notify_all
from accounts.selectors import members_to_ask

BATCH = 500


def ask_about_rules(*, now: datetime) -> int:
    """Write one mail to each member who has not accepted the rules in force, once a version. Return how many.

    Each batch is a transaction. After a crash, or beside another sweep, the next one goes on with those left.
    """
    rules = CommunityRules.objects.in_force(at=now).first()
    if rules is None or rules.required_at is None:
        return 0
    key, count = str(rules.version), 0
    asked = Notification.objects.filter(recipient=OuterRef("pk"), kind="rules_changed", key=key)
    left = members_to_ask(rules).exclude(Exists(asked)).select_related("profile").order_by("pk")
    while people := list(left[:BATCH]):
        notify_all(recipients=people, kind="rules_changed", key=key, payload={"version": key}, now=now)
        count += len(people)
    return count
