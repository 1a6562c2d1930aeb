"""New versions of the community rules, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import CommunityRules, User
from accounts.selectors import current_rules

NEW_TEXT = "Mentoring here is given freely.\n\n1. Answer within three days.\n\n2. Write in a language that both speak."


def new_rules(*, required: bool = False, at: datetime | None = None, text: str = NEW_TEXT) -> CommunityRules:
    """Return a version that is in force since an hour before ``at``. ``required``: moves wait for its acceptance."""
    published_at = (at or timezone.now()) - timedelta(hours=1)
    required_at = published_at if required else published_at + timedelta(days=14)
    version = CommunityRules.objects.order_by("-version")[0].version + 1
    return CommunityRules.objects.create(version=version, text=text, published_at=published_at, required_at=required_at)


def accept_all(*people: User, at: datetime) -> None:
    """Let people accept the version in force."""
    for person in people:
        person.accepted_rules.create(rules=current_rules(), accepted_at=at)
