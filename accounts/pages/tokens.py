"""The access tokens of a member: a list, a form for a new one, and a button to revoke each."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import Refusal, UnknownButton
from accounts.models import User
from accounts.models.access_token import TOKEN_NAME_MAX
from accounts.scopes import SCOPES
from accounts.selectors import access_tokens_of
from accounts.services.tokens import create_token, revoke_token

DAYS = [
    (7, gettext_lazy("7 days")),
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
    (365, gettext_lazy("a year")),
]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=TOKEN_NAME_MAX,
        help_text=gettext_lazy("The name of the program, so that you know the token again."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=gettext_lazy("It works for"), choices=DAYS, coerce=int, initial=90)


def tokens(request: HttpRequest, member: User) -> HttpResponse:
    """Show the tokens of a member, make one, or revoke one. The text of a new one is on this answer only."""
    form, made, status = TokenForm(), None, 200
    if request.method == "POST":
        match request.POST.get("do"):
            case "make":
                form, made = _make(request, member)
                status = 200 if made else 400
            case "revoke":
                chosen = request.POST.get("token", "")
                token = next((one for one in access_tokens_of(member) if str(one.uuid) == chosen), None)
                if token is None:
                    raise Http404
                revoke_token(token_id=token.pk, by=member, now=timezone.now())
                messages.success(request, _("The token is revoked. It does not work any more."))
                return redirect("tokens")
            case _:
                raise UnknownButton
    now = timezone.now()
    rows = [
        (token, token.is_in_force(now), [SCOPES[scope] for scope in token.scopes]) for token in access_tokens_of(member)
    ]
    return render(request, "accounts/tokens.html", {"form": form, "made": made, "rows": rows}, status=status)


def _make(request: HttpRequest, member: User) -> tuple[TokenForm, str | None]:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return form, None
    try:
        _token, secret = create_token(user=member, by=member, now=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.detail)
        return form, None
    return TokenForm(), secret
