"""Load the demo community, with admins and known passwords. For local machines only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Notification, User
from matching.management.story import AGE, tell
from matching.management.story_of_cohort import run_cohort

FILE = Path(__file__).resolve().parents[2] / "data" / "demo_community.json"
PASSWORD = "mentorship-demo"  # noqa: S105  public, so DEBUG must be on
# One admin of each role, with the name.
ADMINS = {
    User.Role.OWNER: ("admin@example.com", "Ada Admin"),
    User.Role.MANAGER: ("manager@example.com", "Mona Manager"),
    User.Role.MATCHMAKER: ("matchmaker@example.com", "Max Matchmaker"),
    User.Role.VIEWER: ("viewer@example.com", "Vera Viewer"),
    User.Role.PROGRAMME: ("programme@example.com", "Paula Programme"),
}
LOGINS = {
    "mentee": "mira.castellano@example.com",
    "mentor": "jonas.weidling@example.com",
}


class Command(BaseCommand):
    help = "Loads the demo community, some days old, and admins, all with one password; refused while DEBUG is off."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo community is for a machine of one's own: it is refused while DEBUG is off.")
        for role, (email, name) in ADMINS.items():
            if not User.objects.filter(email=email).exists():
                admin = User.objects.create_user(email, PASSWORD, name=name, role=role)
                EmailAddress.objects.create(user=admin, email=email, verified=True, primary=True)
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
            run_cohort(User.objects.get(email="manager@example.com"), now=now)
            # The worker sends them from now on, so none was due in the days before.
            due = timezone.now()
            Notification.objects.filter(due_at__lt=due).update(due_at=due)
        for login, email in (LOGINS | {role.value: email for role, (email, _) in ADMINS.items()}).items():
            self.stdout.write(f"{login:12}{email}  {PASSWORD}")
