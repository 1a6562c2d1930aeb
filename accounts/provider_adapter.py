"""Hooks of django-allauth for the login by an identity provider (OpenID Connect).

allauth leads to the provider and back, keeps the state of a login, and does the login. The rules are ours. The answer
is checked as the specification says (accounts/oidc.py). An address counts only at a domain of the provider.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from requests import RequestException, Session

from accounts.exceptions import Collision, ProviderCannotVouch
from accounts.links import invitation_link
from accounts.models import IdentityProvider, User
from accounts.models.names import NAME_MAX, plain_name, validate_name
from accounts.oidc import LEEWAY, AnswerNotTrusted, claims_of, discover, guarded_session, person_of
from accounts.sealed import CannotOpen, unseal
from accounts.second_factor import has_second_factor
from accounts.services.connections import connect, connect_by_address
from accounts.services.join import welcome
from accounts.services.mentors import announce_application

log = logging.getLogger(__name__)

# A process of ours beside allauth's: a member proves again who they are.
AGAIN = "again"
NONCE_LENGTH = 32


class Protocol(OpenIDConnectOAuth2Adapter):
    """The requests to a provider, and the check of its answers. ``nonce`` is that of the login that comes back."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = discover(self.get_provider().app.settings["server_url"])
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Return the address that owners enter at the provider: that of the site, whatever the request says."""
        return callback_address(self.provider_id)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return what the provider says of a person. Raises RequestException, AnswerNotTrusted."""
        id_token = kwargs["response"].get("id_token")
        if not isinstance(id_token, str) or not self.nonce:
            raise AnswerNotTrusted("id_token")
        about = self.openid_config
        claims = claims_of(id_token, about=about, client_id=app.client_id, nonce=self.nonce)
        said = person_of(token.token, about=about, claims=claims)
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, said)
        login.auth_time = said.get("auth_time")
        return login


class Provider(OpenIDConnectProvider):
    """An identity provider of ours, as allauth knows it."""

    # allauth adds the routes of this package.
    package = "allauth.socialaccount.providers.openid_connect"
    oauth2_adapter_class = Protocol
    pkce_enabled_default = True
    # A token that a program brings has no nonce of ours.
    supports_token_authentication = False

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Lead to the provider by a page, with a nonce, and with nothing that the address of this page asks for.

        A form that is answered by a redirect to another site is blocked by the policy of this site (form-action), and
        so are all redirects of that site.
        """
        if self.app.settings["is_off"]:
            raise Http404
        # Each asks a server outside.
        if limited := ratelimit.consume_or_429(request, action="ask_provider"):
            return limited
        nonce = get_random_string(NONCE_LENGTH)
        params = {"nonce": nonce} | ({"prompt": "login", "max_age": "0"} if process == AGAIN else {})
        kwargs |= {"auth_params": params, "scope": self.get_scope(), "nonce": nonce, "started_at": time.time()}
        try:
            answer = super().redirect(request, process, next_url, data, **kwargs)
        except (RequestException, OAuth2Error) as error:
            return render_authentication_error(request, self, exception=error, extra_context={"state": kwargs})
        if answer.status_code != 302 or not answer["Location"].startswith("https://"):
            return answer
        return render(request, "socialaccount/to_provider.html", {"provider": self, "address": answer["Location"]})

    def serialize(self) -> dict[str, Any]:
        """Name the provider by its slug. Two of them may know us by the same client ID."""
        return {"id": self.sub_id, "app.client_id": self.app.client_id}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep the address, by which people know their login again, and nothing else."""
        return {"email": _plain(data.get("email"))}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """Return the address in the form in which it is stored. It is verified only if the provider says just that."""
        is_verified = data.get("email_verified") is True
        return super().extract_email_addresses({"email": _plain(data.get("email")), "email_verified": is_verified})


def _plain(email: object) -> str:
    """Return an address in the form in which it is stored. Empty if it is none."""
    try:
        cleaned: str = get_account_adapter().clean_email(str(email or ""))
    except ValidationError:
        return ""
    return cleaned


def callback_address(slug: str) -> str:
    """Return the address to which a provider leads people back."""
    return settings.SITE_URL + reverse("openid_connect_callback", kwargs={"provider_id": slug})


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The rules of a login by a provider."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": gettext_lazy("Set a password first: without one you could not log in any more."),
    }

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Return the identity providers: those that are on, or the one with the slug ``provider`` in any case."""
        rows = IdentityProvider.objects.order_by("name", "pk")
        rows = rows.filter(off_at=None) if provider is None else rows.filter(slug=provider)
        if client_id is not None:
            rows = rows.filter(client_id=client_id)
        return [_app(row) for row in rows]

    def get_requests_session(self) -> Session:
        return guarded_session()

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Lead to the login with a sentence. Programs get allauth's answer."""
        name = getattr(provider, "name", "")
        if exception is not None:
            # No address and no answer: both may hold what names a person.
            log.warning("a login by %s failed: %s", getattr(provider, "sub_id", ""), type(exception).__name__)
        if ((extra_context or {}).get("state") or {}).get("headless"):
            return
        if error == AuthError.CANCELLED:
            sentence = _("You did not log in at %(provider)s. Nothing was changed.")
        elif isinstance(exception, RequestException):
            sentence = _("%(provider)s does not answer at the moment. Try again later, or log in with your password.")
        else:
            sentence = _("The login by %(provider)s did not work. Begin it again on this page.")
        raise ImmediateHttpResponse(_refused(request, sentence % {"provider": name}))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person of a login, or refuse it with a sentence.

        The account of an address is found only if the provider confirmed it, and has its domain. All others get one
        answer, whether there is an account or not.
        """
        # It is of no use later, and would be kept with a sign-up.
        sociallogin.token = None
        provider = IdentityProvider.objects.get(slug=sociallogin.account.provider)
        process = sociallogin.state.get("process")
        try:
            if provider.off_at is not None:
                raise ProviderCannotVouch(_("Nobody comes in by %(provider)s any more.") % {"provider": provider.name})
            if process == AuthProcess.CONNECT:
                raise ImmediateHttpResponse(self._connect(request, sociallogin, provider))
            if process == AGAIN:
                raise ImmediateHttpResponse(self._prove_again(request, sociallogin, provider))
            if not sociallogin.account.pk:
                self._find_by_address(sociallogin, provider)
        except ProviderCannotVouch as refusal:
            raise ImmediateHttpResponse(_refused(request, refusal.detail)) from None

    def _find_by_address(self, sociallogin: SocialLogin, provider: IdentityProvider) -> None:
        email = _address(sociallogin)
        if not email or not provider.vouches_for(email):
            raise ProviderCannotVouch(
                _(
                    "%(provider)s confirmed no address by which people come in here. Log in with your password, or "
                    "sign up. Then you can connect %(provider)s in the settings."
                )
                % {"provider": provider.name}
            )
        subject = sociallogin.account.uid
        user, is_connected = connect_by_address(provider=provider, subject=subject, email=email)
        if user is None:
            return
        if is_connected:
            sociallogin.lookup()
            self._tell("account_connected", user, provider)
        elif not user.is_active:
            # allauth leads to the page that says so.
            sociallogin.user = user
        else:
            # The provider shows what the link in the mail would show.
            raise ImmediateHttpResponse(redirect(invitation_link(user)))

    def _connect(self, request: HttpRequest, sociallogin: SocialLogin, provider: IdentityProvider) -> HttpResponse:
        """Connect a login to the member who is logged in, and proved it lately."""
        user = request.user
        if not isinstance(user, User):
            return redirect("account_login")
        raise_if_reauthentication_required(request, app="allauth.socialaccount")
        is_new = not sociallogin.account.pk
        email = sociallogin.account.extra_data["email"]
        connect(person=user, provider=provider, subject=sociallogin.account.uid, email=email)
        if is_new:
            self._tell("account_connected", user, provider)
        messages.success(request, _("%(provider)s is connected: you can log in by it.") % {"provider": provider.name})
        return redirect(sociallogin.get_redirect_url(request) or "socialaccount_connections")

    def _prove_again(self, request: HttpRequest, sociallogin: SocialLogin, provider: IdentityProvider) -> HttpResponse:
        """Note that the member who is logged in has just logged in at the provider once more.

        The provider has to say when that was: whoever sits at the browser can take the wish for it out of the address.
        """
        is_theirs = sociallogin.account.pk and sociallogin.account.user_id == request.user.pk
        if not is_theirs or has_second_factor(request.user):
            raise ProviderCannotVouch(
                _("This login of %(provider)s is not connected to your account.") % {"provider": provider.name}
            )
        at = getattr(sociallogin, "auth_time", None)
        if not isinstance(at, int | float) or at < sociallogin.state["started_at"] - LEEWAY:
            raise ProviderCannotVouch(
                _("%(provider)s did not ask you to log in again. Choose another way.") % {"provider": provider.name}
            )
        record_authentication(request, request.user, "socialaccount", provider=provider.slug, reauthenticated=True)
        return redirect(sociallogin.get_redirect_url(request) or "settings")

    def _tell(self, what: str, user: User, provider: IdentityProvider) -> None:
        self.send_notification_mail(f"socialaccount/email/{what}", user, context={"provider": provider})

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take the name that the provider knows, for the form. It is left out if nobody could have it here."""
        user: User = super().populate_user(request, sociallogin, data)
        name = plain_name(str(data.get("name") or ""))[:NAME_MAX]
        try:
            validate_name(name)
            user.name = name
        except ValidationError:
            user.name = ""
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        return {"email": _address(sociallogin), "name": getattr(sociallogin.user, "name", "")}

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Form | None = None) -> User:
        """Save a new person with the confirmed address. Nothing else confirms it, so what follows that is done here.

        The form of the API has a field for another address. Raises Collision if the login was just used.
        """
        if form is not None:
            form.cleaned_data["email"] = _address(sociallogin)
        try:
            with transaction.atomic():
                user: User = super().save_user(request, sociallogin, form)
        except IntegrityError as error:
            raise Collision from error
        now = timezone.now()
        announce_application(user=user, now=now)
        welcome(user=user, now=now)
        return user


def _app(row: IdentityProvider) -> SocialApp:
    """Return the provider in the shape of a row of allauth, which is never saved."""
    try:
        secret = unseal(row.sealed_secret)
    except CannotOpen:
        # The key of the site has changed. The provider refuses the login then, and an owner enters the secret again.
        secret = ""
    options = {"server_url": row.issuer, "is_off": row.off_at is not None}
    return SocialApp(
        provider=Provider.id,
        provider_id=row.slug,
        name=row.name,
        client_id=row.client_id,
        secret=secret,
        settings=options,
    )


def _address(sociallogin: SocialLogin) -> str:
    """Return the address that the provider confirmed. Empty if it confirmed none."""
    return next((str(address.email) for address in sociallogin.email_addresses if address.verified), "")


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """Lead to the login, or a member to their connections, with a sentence that says why."""
    messages.error(request, sentence)
    return redirect("socialaccount_connections" if request.user.is_authenticated else "account_login")
