"""Remove the second factor of a person who lost device and recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User


class Command(BaseCommand):
    help = "Removes the second factor of one person. Their next visit of the admin connects a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=User.objects.normalize_email(email)).first()
        if user is None:
            raise CommandError("Nobody has this address. Give the one that the person logs in with.")
        removed, _ = Authenticator.objects.filter(user=user).delete()
        self.stdout.write("The second factor is removed." if removed else "This person has no second factor.")
