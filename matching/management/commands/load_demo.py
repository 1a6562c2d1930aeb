"""Load the demo community, with an admin and known passwords. For local machines only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matching.management.story import AGE, tell

FILE = Path(__file__).resolve().parents[2] / "data" / "demo_community.json"
PASSWORD = "mentorship-demo"  # noqa: S105  public, so DEBUG must be on
ADMIN = "admin@example.com"
LOGINS = {
    "mentee": "mira.castellano@example.com",
    "mentor": "jonas.weidling@example.com",
    "admin": ADMIN,
}


class Command(BaseCommand):
    help = "Loads the demo community, some days old, and an admin, all with one password; refused while DEBUG is off."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo community is for a machine of one's own: it is refused while DEBUG is off.")
        if not User.objects.filter(email=ADMIN).exists():
            admin = User.objects.create_superuser(ADMIN, PASSWORD, name="Ada Admin")
            EmailAddress.objects.create(user=admin, email=ADMIN, verified=True, primary=True)
        # A second run must not undo changes made by hand.
        if not User.objects.filter(email=LOGINS["mentee"]).exists():
            now = timezone.now()
            # The demo must start in any year.
            call_command(
                "load_community",
                FILE,
                password_for_all=PASSWORD,
                past_dates=True,
                now=now - AGE,
                stdout=self.stdout,
            )
            tell(now=now)
        for role, email in LOGINS.items():
            self.stdout.write(f"{role:8}{email}  {PASSWORD}")
