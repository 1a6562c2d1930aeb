"""Signing up, and the page for the code that confirms the address."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.views import ConfirmEmailVerificationCodeView, SignupView
from allauth.core.exceptions import ImmediateHttpResponse, RateLimited
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.exceptions import UnknownButton
from accounts.models import MentorProfile, User
from accounts.services.join import code_minutes, give_up_sign_up

# The answers of a sign-up, without the password, under this key of the session until its code is given or over.
ANSWERS = "sign_up_answers"
ANSWERED = ("name", "roles", "motivation", "timezone")
# After "wrong address" they are under this key, and fill in the next sign-up.
FILLED_IN = "sign_up_filled_in"
RESENDS_MAX = 2


class SignUp(SignupView):
    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | self.request.session.get(FILLED_IN, {})

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session.pop(FILLED_IN, None)
        self.request.session[ANSWERS] = {name: form.cleaned_data[name] for name in ANSWERED}
        return response


class ConfirmAddress(ConfirmEmailVerificationCodeView):
    """The page looks and works the same for an address that is taken already. Nobody learns of a member by it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if EMAIL_VERIFICATION_CODE_SESSION_KEY not in request.session:
            request.session.pop(ANSWERS, None)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "verify")
        if action == "resend":
            return self._send_again()
        if action == "start_again" and self._is_of_sign_up:
            return self._start_again()
        if action != "verify":
            raise UnknownButton
        return super().post(request, *args, **kwargs)

    @property
    def _is_of_sign_up(self) -> bool:
        return self.request.user.is_anonymous

    @property
    def _can_resend(self) -> bool:
        return not self._process.is_resend_quota_reached(RESENDS_MAX)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        shown = {
            "can_resend": self._can_resend,
            "can_start_again": self._is_of_sign_up,
            "code_minutes": code_minutes(),
        }
        return super().get_context_data(**context) | shown

    def form_invalid(self, form: Form) -> HttpResponse:
        if form.has_error("code", "required"):
            # Nothing was guessed, so it does not count.
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_invalid(form)

    def _start_again(self) -> HttpResponse:
        user, session = self._process.user, self.request.session
        stored = _answers_of(user) if user is not None else {}
        session[FILLED_IN] = session.pop(ANSWERS, stored)
        self._process.abort()
        give_up_sign_up(user_id=user.pk if user is not None else 0)
        return redirect("account_signup")

    def _send_again(self) -> HttpResponse:
        """Send a new code, unless that was done often enough: then the page says so."""
        if not self._can_resend:
            return redirect("account_email_verification_sent")
        try:
            if self._process.user is None:
                adapter: Any = get_adapter(self.request)
                adapter.work_as_for_a_code()
            self._process.resend()
        except (RateLimited, ImmediateHttpResponse):
            messages.warning(self.request, _("That was too often in a short time. Wait a minute, then try again."))
        else:
            messages.info(self.request, _("A new code is on its way."))
        return redirect("account_email_verification_sent")


def _answers_of(user: User) -> dict[str, Any]:
    """Return the answers of a sign-up as they are stored: somebody logged in before they confirmed the address."""
    mentor = MentorProfile.objects.filter(user=user).first()
    roles = [role for role, is_theirs in (("mentee", user.profile.is_mentee), ("mentor", mentor)) if is_theirs]
    motivation = mentor.motivation if mentor else ""
    return {"name": user.name, "roles": roles, "motivation": motivation, "timezone": user.profile.timezone}
