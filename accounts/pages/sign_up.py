"""Signing up, and the page for the code that confirms the address."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmEmailVerificationCodeView, SignupView
from allauth.core.exceptions import ImmediateHttpResponse, RateLimited
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.doorbell import ring_after_commit
from accounts.models import MentorProfile, User
from accounts.tasks import forget_sign_up

# The answers of a sign-up, without the password, under this key of the session: "wrong address" fills them in again.
ANSWERS = "sign_up_answers"
ANSWERED = ("name", "roles", "motivation", "timezone")
RESENDS_MAX = 2


class SignUp(SignupView):
    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | self.request.session.get(ANSWERS, {})

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session[ANSWERS] = {name: form.cleaned_data[name] for name in ANSWERED}
        return response


class ConfirmAddress(ConfirmEmailVerificationCodeView):
    """The page looks and works the same for an address that is taken already. Nobody learns of a member by it."""

    @property
    def _is_of_sign_up(self) -> bool:
        return self.request.user.is_anonymous

    @property
    def _can_resend(self) -> bool:
        return not self._process.is_resend_quota_reached(RESENDS_MAX)

    @property
    def _action(self) -> str:
        action = self.request.POST.get("action")
        may = {"resend": self._can_resend, "start_again": self._is_of_sign_up}
        return action if action and may.get(action) else "verify"

    def get_form_class(self) -> type[Form]:
        return self._get_verify_form_class() if self._action == "verify" else Form

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        shown = {"can_resend": self._can_resend, "can_start_again": self._is_of_sign_up}
        return super().get_context_data(**context) | shown

    def form_valid(self, form: Form) -> HttpResponse:
        if self._action == "start_again":
            return self._start_again()
        if self._action == "resend":
            return self._send_again()
        self.request.session.pop(ANSWERS, None)
        return super().form_valid(form)

    def _start_again(self) -> HttpResponse:
        user = self._process.user
        if ANSWERS not in self.request.session and user is not None:
            self.request.session[ANSWERS] = _answers_of(user)
        self._process.abort()
        # The worker deletes the account: the time of this answer must not tell whether there is one.
        ring_after_commit(forget_sign_up, user.pk if user is not None else 0)
        return redirect("account_signup")

    def _send_again(self) -> HttpResponse:
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
