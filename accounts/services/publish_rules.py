"""Publishing a version of the community rules, and changing its plan. Its refusals are for owners, in English."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.doorbell import ring_after_commit
from accounts.exceptions import RulesNotPlanned, RulesNotPublished, RulesOutdated
from accounts.models import CommunityRules
from accounts.tasks import ask_about_rules


@transaction.atomic
def publish_rules(
    *, text: str, published_at: datetime, required_at: datetime, after: int, now: datetime
) -> CommunityRules:
    """Publish a version of the rules from ``published_at`` on. All members are asked to accept it then, by one mail.

    Moves wait for the acceptance from ``required_at`` on. ``after`` is the newest version that its writer has read.
    Raises RulesOutdated after a newer one, RulesNotPublished with what is wrong.
    """
    # Two owners at once: the second one waits here, and then sees the version of the first.
    numbered = CommunityRules.with_withdrawn.select_for_update().order_by("-version").first()
    newest = CommunityRules.objects.order_by("-version")[0]
    if newest.version != after:
        raise RulesOutdated(f"Another owner was faster: version {newest.version} is the newest one now. Read it first.")
    if newest.published_at > now:
        # It would come into force after a version with a higher number.
        raise RulesNotPublished(f"Version {newest.version} is planned for later. Publish it now, or withdraw it first.")
    # Browsers send other ends of lines than the text was stored with.
    text = "\n".join(text.strip().splitlines())
    if not text or text == "\n".join(newest.text.strip().splitlines()):
        raise RulesNotPublished(f"Write a text that differs from that of version {newest.version}.")
    if published_at < now or required_at < published_at:
        raise RulesNotPublished("A version is published now or later, and asked for by then or later.")
    rules = CommunityRules.objects.create(
        version=numbered.version + 1 if numbered else 1, text=text, published_at=published_at, required_at=required_at
    )
    if published_at <= now:
        ring_after_commit(ask_about_rules)
    return rules


@transaction.atomic
def withdraw_rules(*, rules_id: int, reason: str, now: datetime) -> CommunityRules:
    """Withdraw a version that is planned for later. It stays on record, and is never in force.

    Raises RulesNotPlanned from its publication on.
    """
    rules = _lock_planned(rules_id, now)
    rules.withdrawn_at, rules.reason = now, reason
    rules.save(update_fields=["withdrawn_at", "reason"])
    return rules


@transaction.atomic
def reschedule_rules(*, rules_id: int, published_at: datetime, reason: str, now: datetime) -> CommunityRules:
    """Move the publication of a version that is planned for later. The days to accept it stay as many.

    Raises RulesNotPlanned from its publication on, RulesNotPublished for a time that is past.
    """
    rules = _lock_planned(rules_id, now)
    if published_at < now:
        raise RulesNotPublished("A version is published now or later.")
    if rules.required_at is not None:
        rules.required_at += published_at - rules.published_at
    rules.published_at, rules.reason = published_at, reason
    rules.save(update_fields=["published_at", "required_at", "reason"])
    if published_at <= now:
        ring_after_commit(ask_about_rules)
    return rules


def _lock_planned(rules_id: int, now: datetime) -> CommunityRules:
    rules = CommunityRules.with_withdrawn.select_for_update().get(pk=rules_id)
    if rules.withdrawn_at is not None:
        raise RulesNotPlanned(f"Version {rules.version} was withdrawn already.")
    if rules.published_at <= now:
        raise RulesNotPlanned(f"Version {rules.version} is published, so it stays. Publish another one instead.")
    return rules
