"""The page of a mentor about their record: for a period, to print, and with its credentials."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MentorProfile, User
from accounts.page_forms import SerializerForm, day, problem_of
from accounts.selectors import mentor_profiles_of
from accounts.signed import Outcome, attempt, unknown_button
from mentorship.links import add_to_profile_link
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.selectors.credentials import credentials_of
from mentorship.selectors.outcomes import share_in_words
from mentorship.selectors.record import mentor_record
from mentorship.serializers.record import CredentialPeriodSerializer, RecordPeriodSerializer
from mentorship.services.credentials.issue import issue_credential
from mentorship.services.credentials.revoke import revoke_credential

# More thanks would need a second sheet.
PRINTED_THANKS = 3


class PeriodForm(SerializerForm):
    """The days of the record that is shown. A field left empty has its default."""

    serializer_class = RecordPeriodSerializer

    from_on = day(label=gettext_lazy("First day"))
    to_on = day(label=gettext_lazy("Last day"))

    def body(self) -> dict[str, Any]:
        return {name: value for name, value in super().body().items() if value}


class CredentialForm(PeriodForm):
    """The days of a credential, which the page sends along."""

    serializer_class = CredentialPeriodSerializer


def record(request: HttpRequest, member: User) -> HttpResponse:
    """Show a mentor the record of a period, have it signed, and revoke what was signed."""
    mentor = get_object_or_404(mentor_profiles_of(member))
    problem, status = None, 200
    if request.method == "POST":
        problem, status = _act(request, mentor, member)
        if problem is None:
            return redirect(request.get_full_path())
    asked = {name: request.GET[name] for name in PeriodForm.base_fields if name in request.GET}
    form = PeriodForm(asked or None)
    if asked and not form.is_valid():
        problem, status = problem_of(form), 400
    shown = mentor_record(mentor, now=timezone.now(), **form.checked)
    if not asked:
        form = PeriodForm(initial={"from_on": shown.from_on, "to_on": shown.to_on})
    context = {
        "mentor": mentor,
        "record": shown,
        "at_the_end": share_in_words(shown.at_the_end),
        "later": share_in_words(shown.later),
        "days": ANSWER_WITHIN.days,
        "printed_thanks": PRINTED_THANKS,
        "form": form,
        "problem": problem,
        "gives_credentials": bool(settings.CREDENTIAL_KEYS),
        "credentials": [(row, add_to_profile_link(row)) for row in credentials_of(member)],
    }
    return render(request, "mentorship/record.html", context, status=status)


def _act(request: HttpRequest, mentor: MentorProfile, member: User) -> Outcome:
    do = request.POST.get("do")
    if do == "issue":
        form = CredentialForm(request.POST)
        if not form.is_valid():
            return problem_of(form), 400
        outcome = attempt(issue_credential, is_done=lambda: False, mentor_id=mentor.pk, **form.checked)
        if outcome[0] is None:
            messages.success(request, _("Your credential is signed. It is in the list below."))
        return outcome
    if do == "revoke":
        # A form can hold anything.
        row = {str(one.uuid): one for one in credentials_of(member)}.get(request.POST.get("credential", ""))
        if row is None:
            return _("This credential is not there any more."), 409
        return attempt(
            revoke_credential,
            is_done=lambda: credentials_of(member).filter(pk=row.pk, revoked_at__isnull=False).exists(),
            credential_id=row.pk,
            by=member,
        )
    return unknown_button()
