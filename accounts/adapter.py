"""Hooks of django-allauth: sign-up is one transaction, and account mail goes through the outbox."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import EmailAddress, Login
from allauth.core import context as allauth_context
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.exceptions import Collision
from accounts.models import User
from accounts.models.addresses import validate_address
from accounts.notifications.decide import trust_address
from accounts.notifications.render import SHORT_LINES
from accounts.notifications.write import notify
from accounts.services.join import register_member
from accounts.services.mentors import announce_application


class AccountAdapter(DefaultAccountAdapter):
    def clean_email(self, email: str) -> str:
        """Return an address in the form in which it is stored. Raises ValidationError with a sentence."""
        validate_address(email)
        return User.objects.normalize_email(email)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Log in by any spelling of the address."""
        if "email" in credentials:
            credentials["email"] = User.objects.normalize_email(credentials["email"])
        return super().authenticate(request, **credentials)

    def pre_login(self, request: HttpRequest, user: User, *, email: str | None, **facts: Any) -> HttpResponse | None:
        """Go on with the stored form of the address: allauth looks up by the written one whether it is confirmed."""
        stored = User.objects.normalize_email(email) if email else email
        if stored != email:
            return perform_login(request, Login(user=user, email=stored, **facts))
        return super().pre_login(request, user, email=email, **facts)

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """Save the user with profile, roles and accepted rules. Raises Collision if the address was just taken."""
        try:
            with transaction.atomic():
                self._save_with_profile(request, user, form, commit)
        except IntegrityError as error:
            raise Collision from error
        return user

    def _save_with_profile(self, request: HttpRequest, user: User, form: Form, commit: bool) -> None:
        data = form.cleaned_data
        user.name = data["name"]
        super().save_user(request, user, form, commit)
        register_member(
            user=user,
            roles=data["roles"],
            timezone_name=data["timezone"] or "UTC",
            motivation=data["motivation"],
            rules_version=data["rules_version"],
            now=timezone.now(),
        )

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            # Admins decide only on applications from confirmed addresses.
            announce_application(user=email_address.user, now=timezone.now())
            trust_address(user=email_address.user)
        return confirmed

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        message: EmailMessage = super().render_mail(*args, **kwargs)
        message.reply_to, message.encoding = [settings.CONTACT_EMAIL], SHORT_LINES
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render the mail and write it to the outbox of its account. Without an account, send it at once."""
        user = context.get("user") or User.objects.filter(email=User.objects.normalize_email(email)).first()
        message = self.render_mail(
            template_prefix,
            email,
            {
                "request": allauth_context.request,
                "email": email,
                "current_site": SimpleNamespace(name=settings.COMMUNITY_NAME, domain=settings.SITE_URL),
                **context,
            },
        )
        if user is None or user.pk is None:
            message.send()
            return
        notify(
            recipient=user,
            kind="account_mail",
            key=uuid.uuid4().hex,
            payload={"to": email, "subject": str(message.subject), "text": str(message.body)},
            now=timezone.now(),
        )
