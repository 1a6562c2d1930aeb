"""Hooks of django-allauth: sign-up is one transaction, and account mail goes through the outbox."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.models import EmailAddress, Login
from allauth.account.utils import setup_user_email
from allauth.core import context as allauth_context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.doorbell import ring_after_commit
from accounts.exceptions import Collision
from accounts.languages import active_language
from accounts.locks import lock_account
from accounts.models import User
from accounts.models.addresses import validate_address
from accounts.notifications.decide import trust_address
from accounts.notifications.render import SHORT_LINES
from accounts.notifications.tasks import drain_outbox
from accounts.notifications.trial import held_without_row
from accounts.notifications.write import notify
from accounts.sealed import CannotOpen, seal, unseal
from accounts.second_factor import has_one_second_factor, has_second_factor, was_asked_again_lately
from accounts.selectors import current_rules, has_come_in, providers_of
from accounts.services.invitations import invite
from accounts.services.join import code_minutes, register_member, wait_for_the_disk, welcome
from accounts.services.mentors import announce_application
from accounts.services.sessions import end_sessions_of
from accounts.services.tokens import revoke_tokens_of

UNKNOWN_ACCOUNT = "account/email/unknown_account"
SIGN_UP_CODE = "account/email/email_confirmation_signup"
APP_CONNECTED = "mfa/email/totp_activated"
PASSKEY_ADDED = "mfa/email/webauthn_added"
BY_PASSKEY = "mfa_reauthenticate:webauthn"


def _is_recent(records: list[dict[str, Any]]) -> bool:
    given_at = [record["at"] for record in records]
    return bool(given_at) and time.time() - max(given_at) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _just_logged_in(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return _is_recent([record for record in records if record["method"] in ("password", "socialaccount")])


def _just_gave_second_factor(request: HttpRequest) -> bool:
    """Return whether a second factor was asked for again, and given. The one of the login does not count."""
    records = get_authentication_records(request, request.user)
    return _is_recent([record for record in records if record["method"] == "mfa" and record.get("reauthenticated")])


@contextmanager
def as_much_work(*, commits: int) -> Iterator[None]:
    """Do the work inside, and undo it. ``commits`` is how often the real work waits for the disk."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for _commit in range(commits):
        wait_for_the_disk()


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        # allauth says so after wrong passwords, and after the right one if too many codes were sent.
        "too_many_login_attempts": _(
            "That was too often in a short time. Wait a few minutes, then log in again. "
            "If you were sent several codes, the newest one is valid."
        ),
        "account_inactive": _("This account is closed. The people who run this can tell you more."),
        "duplicate_email": _("That is your address already."),
        "email_password_mismatch": _(
            "Address and password do not belong together. Check both, or have a link for a new password sent to you."
        ),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This is not the code of our newest mail. Copy it from there, or have a new one sent."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link was used already, or is too old. Have a new one sent to you."),
        "rate_limited": _("That was too often in a short time. Wait a minute, then try again."),
        "same_as_current": _("This is what you have already."),
    }

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

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether a proof is asked for again. Not for a first authenticator app right after the login.

        Raises ReauthenticationRequired where only a second factor will do: who knows the password alone must not read
        or replace a second factor. Also for somebody without a password, whom allauth would ask nothing.
        """
        request = allauth_context.request
        user = request.user
        if not (user.has_usable_password() or has_second_factor(user)):
            if was_asked_again_lately(user, request.session) or (app == "allauth.mfa" and _just_logged_in(request)):
                return False
            raise ReauthenticationRequired
        if app != "allauth.mfa":
            return super().is_reauthentication_required(app=app, **kwargs)
        if has_second_factor(request.user):
            if not _just_gave_second_factor(request):
                raise ReauthenticationRequired
            return False
        return not _just_logged_in(request) and super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Return the ways to prove again who one is. With a second factor, no password and no provider is one."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if has_second_factor(user):
            # A passkey is at hand; a code has to be looked up.
            methods.sort(key=lambda method: method["id"] != BY_PASSKEY)
            for method in methods:
                if method["id"] == BY_PASSKEY:
                    method["description"] = _("Use a passkey")
            return [method for method in methods if method["id"] != "reauthenticate"]
        if not user.is_authenticated:
            return methods
        for provider in providers_of(user):
            methods.append(
                {
                    "id": f"provider:{provider.slug}",
                    "description": _("Log in at %(provider)s again") % {"provider": provider.name},
                    "url": reverse("prove-again", kwargs={"provider_id": provider.slug}),
                }
            )
        if not user.has_usable_password():
            methods.append(
                {
                    "id": "password_by_mail",
                    "description": _("Have a link for a password sent to you"),
                    "url": reverse("account_reset_password"),
                }
            )
        return methods

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
            language=active_language(),
            motivation=data["motivation"],
            rules_version=data["rules_version"],
            now=timezone.now(),
        )

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark the address as confirmed. Return False if it is another's, or its sign-up was given up."""
        user, addresses = lock_account(email_address.user_id)
        is_stored = (email_address.pk, email_address.email) in [(stored.pk, stored.email) for stored in addresses]
        # A new address of a member is stored once it is confirmed.
        if user is None or not (is_stored or (user.last_login and email_address.pk is None)):
            failed = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, failed, {"email": email_address.email})
            return False
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            # Admins decide only on applications from confirmed addresses.
            announce_application(user=email_address.user, now=timezone.now())
            if email_address.user.last_login is None:
                welcome(user=email_address.user, now=timezone.now())
            trust_address(user=email_address.user)
        return confirmed

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        message: EmailMessage = super().render_mail(*args, **kwargs)
        message.reply_to, message.encoding = [settings.CONTACT_EMAIL], SHORT_LINES
        return message

    def send_account_already_exists_mail(self, email: str) -> None:
        """Write the mail, after the work of a sign-up: time must not tell that the address is taken."""
        with as_much_work(commits=2):
            user = User(email=f"{uuid.uuid4().hex}@example.org")
            user.set_password(uuid.uuid4().hex)
            user.save()
            rules = current_rules().version
            register_member(
                user=user,
                roles=["mentee"],
                timezone_name="UTC",
                language=active_language(),
                motivation="",
                rules_version=rules,
                now=timezone.now(),
            )
            setup_user_email(allauth_context.request, user, [])
        super().send_account_already_exists_mail(email)

    def _work_as_for_a_reset(self) -> None:
        """Do the work of a mail that resets a password: time must not tell that nobody has the address."""
        ring_after_commit(drain_outbox)
        somebody = EmailAddress.objects.filter(verified=True).select_related("user").order_by("pk").first()
        if somebody:
            with as_much_work(commits=1):
                request_password_reset(allauth_context.request, somebody.email, [somebody.user], None)

    def work_as_for_a_code(self) -> None:
        """Do the work of a mail with a code: time must not tell that the address of a sign-up is taken."""
        ring_after_commit(drain_outbox)
        somebody = EmailAddress.objects.filter(verified=True).select_related("user").order_by("pk").first()
        if somebody:
            with as_much_work(commits=1):
                self.send_mail(SIGN_UP_CODE, somebody.email, {"user": somebody.user, "code": uuid.uuid4().hex})

    def set_password(self, user: User, password: str) -> None:
        """Set a new password, and end all access tokens: whoever knew the old one may have made some."""
        with transaction.atomic():
            super().set_password(user, password)
            revoke_tokens_of(user, now=timezone.now())

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send the link for a new password. Somebody who has not come in is invited again, and reads the rules."""
        if has_come_in(user):
            super().send_password_reset_mail(user, email, context)
        else:
            invite([user], now=timezone.now(), key=uuid.uuid4().hex)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell ``user`` of a change of the account. ``email`` may be an address that is theirs no more.

        A first second factor ends all other sessions: those were opened by the password alone.
        """
        if template_prefix == APP_CONNECTED or (template_prefix == PASSKEY_ADDED and has_one_second_factor(user)):
            # allauth has no other hook that the pages and the API share.
            here = allauth_context.request.session.session_key if allauth_context.request else ""
            end_sessions_of(user, but=here or "")
        with timezone.override(user.profile.zone):
            super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render the mail and write it to the outbox of its account. Without an account, send it at once.

        Trial mode is asked in both ways: by the outbox when it sends, and here.
        """
        if template_prefix == UNKNOWN_ACCOUNT:
            self._work_as_for_a_reset()
            return
        user = context.get("user") or User.objects.filter(email=User.objects.normalize_email(email)).first()
        language = user.profile.reads_in if user is not None and user.pk else active_language()
        with translation.override(language):
            message = self.render_mail(
                template_prefix,
                email,
                {
                    "request": allauth_context.request,
                    "email": email,
                    "code_minutes": code_minutes(),
                    "current_site": SimpleNamespace(name=settings.COMMUNITY_NAME, domain=settings.SITE_URL),
                    **context,
                },
            )
        if user is None or user.pk is None:
            if not held_without_row(email):
                message.send()
            return
        notify(
            recipient=user,
            kind="account_mail",
            key=uuid.uuid4().hex,
            payload={"to": email, "subject": str(message.subject), "text": str(message.body)},
            now=timezone.now(),
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "unreadable": _(
            "Your second factor cannot be read any more, since the key of this site has changed. "
            "Ask the people who run this site to reset it, then connect your authenticator app again."
        ),
        "incorrect_code": _("This code does not fit. Write the one that your app shows now; each works once."),
        "unverified_email": _("Confirm your address first; then connect an authenticator app."),
        "add_email_blocked": _("Disconnect your authenticator app before you change the address."),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom passkeys are for: the site, whatever name the request has for it."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.COMMUNITY_NAME}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Return the name that a new passkey has unless its person gives it another one."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raises ValidationError if the key of the site has changed."""
        try:
            return unseal(encrypted_text)
        except CannotOpen:
            raise self.validation_error("unreadable") from None
