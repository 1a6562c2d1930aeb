"""The community rules: accepting a version, and the moves that wait for it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.exceptions import RulesNotAccepted, RulesOutdated
from accounts.models import CommunityRules, RulesAcceptance, User
from accounts.selectors import current_rules


def accept_rules(*, user: User, version: int, now: datetime) -> RulesAcceptance:
    """Record that ``user`` accepted the rules. Raises RulesOutdated if ``version`` is not in force."""
    rules = current_rules()
    if version != rules.version:
        raise RulesOutdated(
            _("The rules have changed to version %(version)s. Please read them again.") % {"version": rules.version}
        )
    accepted, _is_new = RulesAcceptance.objects.get_or_create(user=user, rules=rules, defaults={"accepted_at": now})
    return accepted


def must_have_accepted_rules(user_id: int, *, now: datetime) -> None:
    """Raise RulesNotAccepted if the person may ask, offer and accept nothing before they accept the rules.

    One query.
    """
    if CommunityRules.objects.required_of(user_id, at=now).exists():
        raise RulesNotAccepted(
            _("The community rules have changed. Read and accept them at /rules/accept/, then send this once more.")
        )
