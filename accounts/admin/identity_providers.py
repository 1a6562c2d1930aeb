"""Identity providers in the admin: owners register, change and switch them. No page shows a secret again."""

from __future__ import annotations

import re
from typing import Any, cast

from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.admin.base import ReadOnlyAdmin, needs
from accounts.admin.row_page import row_page
from accounts.exceptions import Refusal
from accounts.models import IdentityProvider, User
from accounts.models.addresses import plain_address
from accounts.models.identity_provider import CLIENT_ID_MAX, DOMAIN_MAX, ISSUER_MAX, PROVIDER_NAME_MAX, SLUG_MAX
from accounts.provider_adapter import callback_address
from accounts.services.identity_providers import change_provider, register_provider, switch_provider
from accounts.way_back import row_address

SECRET_MAX = 500
DOMAINS_MAX = 50
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class DomainsField(forms.CharField):
    """Domains, each on a line of its own. Returns them in the form that addresses are stored with."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> list[str]:
        written = str(super().clean(value)).replace(",", " ").split()
        domains = [plain_address(f"a@{one.lower().removeprefix('@')}").partition("@")[2] for one in written]
        for word, domain in zip(written, domains, strict=True):
            if len(domain) > DOMAIN_MAX or not DOMAIN.fullmatch(domain):
                raise ValidationError(f"{word[:100]} is no domain. Write what follows the @ of an address.")
        if len(domains) > DOMAINS_MAX:
            raise ValidationError(f"These are {len(domains)} domains. A provider has {DOMAINS_MAX} at most.")
        return domains


class ProviderForm(forms.Form):
    name = forms.CharField(max_length=PROVIDER_NAME_MAX, help_text="As people know it. It stands on the login page.")
    issuer = forms.CharField(
        max_length=ISSUER_MAX,
        help_text="As the provider writes it, such as https://login.example.org. Its server is public.",
    )
    client_id = forms.CharField(label="Client ID", max_length=CLIENT_ID_MAX)
    secret = forms.CharField(
        label="Client secret",
        max_length=SECRET_MAX,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="It is not shown again.",
    )
    domains = DomainsField(
        label="Domains of addresses",
        required=False,
        help_text="One a line. Whoever has an address there by this provider is let in, to the account with that "
        "address as well. So name domains only whose addresses this provider itself gives out. Without one, members "
        "connect the provider in their settings before they log in by it.",
    )


class NewProviderForm(ProviderForm):
    field_order = ["name", "slug", "issuer", "client_id", "secret", "domains"]

    slug = forms.SlugField(
        label="Short name",
        max_length=SLUG_MAX,
        help_text="For its addresses here: letters, digits and hyphens. It cannot be changed.",
    )


class ChangeProviderForm(ProviderForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].required = False
        self.fields["secret"].help_text = "Leave it empty to keep the one that is stored."


@admin.register(IdentityProvider)
class IdentityProviderAdmin(ReadOnlyAdmin):
    """The providers by whose login people come in. Owners register, change and switch them."""

    list_display = ["name", "issuer", "domains", "off_at"]
    search_fields = ["name", "issuer", "domains"]
    ordering = ["name", "pk"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.add_identityprovider"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Register a provider."""
        needs(request, "accounts.add_identityprovider")
        form = NewProviderForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                by, given = cast(User, request.user), form.cleaned_data
                provider = register_provider(by=by, now=timezone.now(), **given)
            except Refusal as refusal:
                form.add_error(None, refusal.detail)
            else:
                self.log_addition(request, provider, "It was registered.")
                return redirect(row_address(request, self.opts, provider.pk))
        context = self.admin_site.each_context(request) | {
            "title": "Add an identity provider",
            "opts": self.opts,
            "form": form,
            "says": "Register this site at the provider first, with the address "
            f"{callback_address('SHORT-NAME')} to come back to. It gives you a client ID and a client secret.",
        }
        return render(request, "admin/accounts/add_by_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a provider, and change or switch it."""
        needs(request, "accounts.view_identityprovider")
        provider = cast(IdentityProvider | None, self.get_object(request, object_id))
        if provider is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if request.method != "POST":
            return self._page(request, provider)
        needs(request, "accounts.change_identityprovider")
        match request.POST.get("do"):
            case "save":
                return self._save(request, provider)
            case "on" | "off" as deed:
                switch_provider(provider_id=provider.pk, is_on=deed == "on", now=timezone.now())
                self.log_change(request, provider, f"It is switched {deed}.")
                return redirect(row_address(request, self.opts, provider.pk))
            case _:
                raise BadRequest("The page has no such button.")

    def _save(self, request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
        form = ChangeProviderForm(request.POST)
        if not form.is_valid():
            return self._page(request, provider, form)
        try:
            change_provider(provider_id=provider.pk, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
            return self._page(request, provider, form)
        changed = " It has a new secret." if form.cleaned_data["secret"] else ""
        self.log_change(request, provider, f"Name, issuer, client ID and domains were saved.{changed}")
        self.message_user(request, "Saved.")
        return redirect(row_address(request, self.opts, provider.pk))

    def _page(
        self, request: HttpRequest, provider: IdentityProvider, form: ChangeProviderForm | None = None
    ) -> HttpResponse:
        stored = {name: getattr(provider, name) for name in ("name", "issuer", "client_id")}
        context = {
            "title": provider.name,
            "provider": provider,
            "form": form or ChangeProviderForm(initial=stored | {"domains": "\n".join(provider.domains)}),
            "callback": callback_address(provider.slug),
            "connected": SocialAccount.objects.filter(provider=provider.slug).count(),
            "may_change": request.user.has_perm("accounts.change_identityprovider"),
        }
        return row_page(self, request, provider, "admin/accounts/identityprovider/one.html", context)
