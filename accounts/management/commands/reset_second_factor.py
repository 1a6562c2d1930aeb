"""Remove the second factor of a person who lost device and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.services.second_factor import reset_second_factor


class Command(BaseCommand):
    help = "Removes the second factor of one person. A mail tells them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=User.objects.normalize_email(email)).first()
        if user is None:
            raise CommandError("Nobody has this address. Give the one that the person logs in with.")
        removed = reset_second_factor(user=user, now=timezone.now())
        if not removed:
            self.stdout.write("This person has no second factor. Nothing was changed.")
            return
        self.stdout.write(f"Removed: {', '.join(removed)}. Open sessions of {user.email} are no longer an admin's.")
        self.stdout.write(f"A mail tells {user.email}. The next visit of the admin connects a new device.")
