"""The way to an identity provider and back, and the sign-up of a new person who comes from one."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.decorators import login_not_required
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from requests import RequestException

from accounts.member_pages import way_back
from accounts.models import User
from accounts.provider_adapter import AGAIN, Protocol, Provider


class Callback(OAuth2CallbackView):
    """The page that a provider leads back to. It asks the provider nothing unless this browser has begun a login."""

    adapter: Protocol

    def _get_state(self, request: HttpRequest, provider: Provider) -> tuple[Any, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        if response is None:
            self.adapter.nonce = state.get("nonce", "")
            try:
                _known = self.adapter.openid_config
            except (RequestException, OAuth2Error) as error:
                # allauth reads it later, and expects no failure.
                response = render_authentication_error(
                    request, provider, exception=error, extra_context={"state": state}
                )
        return state, response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to a provider, after a click: a link of others cannot log anybody in."""
    provider = _provider(request, provider_id)
    if request.method == "POST":
        return _lead(request, provider, AuthProcess.LOGIN, get_next_redirect_url(request))
    return render(request, "socialaccount/login.html", {"provider": provider, "next": way_back(request, "")})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    _provider(request, provider_id)
    answer: HttpResponse = Callback.adapter_view(Protocol(request, provider_id))(request)
    return answer


def prove_again(request: HttpRequest, provider_id: str, member: User) -> HttpResponse:
    """Let a member log in at their provider once more, before a page that asks for it."""
    ways = get_account_adapter(request).get_reauthentication_methods(member)
    if f"provider:{provider_id}" not in [way["id"] for way in ways]:
        return redirect(ways[0]["url"] if ways else "settings")
    provider = _provider(request, provider_id)
    if request.method == "POST":
        return _lead(request, provider, AGAIN, way_back(request, ""))
    goes_on = way_back(request, "")
    others = [
        way | {"url": add_query_params(way["url"], {REDIRECT_FIELD_NAME: goes_on})}
        for way in ways
        if way["id"] != f"provider:{provider_id}"
    ]
    context = {"provider": provider, "next": goes_on, "reauthentication_alternatives": others}
    return render(request, "socialaccount/prove_again.html", context)


def lead_to_connect(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead a member to a provider whose login they want to connect."""
    return _lead(request, _provider(request, provider_id), AuthProcess.CONNECT, None)


def _lead(request: HttpRequest, provider: Provider, process: str, next_url: str | None) -> HttpResponse:
    return provider.redirect(request, process, next_url=next_url or None)


def _provider(request: HttpRequest, provider_id: str) -> Provider:
    try:
        provider: Provider = get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    if provider.app.settings["is_off"]:
        raise Http404
    return provider
