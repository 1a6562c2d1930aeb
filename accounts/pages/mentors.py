"""The page behind the link that lets a mentor pause and come back. A page of members makes the same moves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy

from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.links import COME_BACK
from accounts.models import MentorProfile, User
from accounts.page_forms import SerializerForm, day, forms_of, problem_of
from accounts.selectors import mentor_profiles_of
from accounts.serializers.mentors import PauseSerializer
from accounts.signed import Outcome, attempt, is_now, signed, unknown_button


class PauseForm(SerializerForm):
    serializer_class = PauseSerializer

    until_on = day(
        label=gettext_lazy("Until (if you know)"),
        help_text=gettext_lazy("The day on which you are back. Without one, until you say so."),
    )


@signed(COME_BACK)
def come_back(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let a mentor pause, until a day or without an end, and resume with one click."""
    mentor = get_object_or_404(mentor_profiles_of(person), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = pause_or_come_back(request, mentor)
        if problem is None:
            return redirect(request.path)
    context = {"mentor": mentor, "forms": pause_forms(request, mentor), "problem": problem}
    return render(request, "accounts/come_back.html", context, status=status)


def pause_forms(request: HttpRequest, mentor: MentorProfile) -> dict[str, SerializerForm]:
    return forms_of({"pause": PauseForm}, request.POST, of=mentor.uuid)


def pause_or_come_back(request: HttpRequest, mentor: MentorProfile) -> Outcome:
    """Do what the button says."""
    match request.POST.get("do"):
        case "pause":
            form = PauseForm(request.POST)
            if not form.is_valid():
                return problem_of(form), 400
            return attempt(
                pause_mentoring,
                # A second click is no refusal: a pause may be changed.
                is_done=lambda: False,
                mentor_id=mentor.pk,
                cause=MentorProfile.PauseCause.OWN_WISH,
                **form.checked,
            )
        case "come_back":
            back = MentorProfile.Status.APPROVED
            return attempt(resume_mentoring, is_done=lambda: is_now(mentor, back), mentor_id=mentor.pk)
    return unknown_button()
