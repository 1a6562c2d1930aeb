"""A member as a mentor: the application and its state, the offer, and pauses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.serializers import Serializer

from accounts.jobs.pauses import pause_mentoring, resume_mentoring
from accounts.member_pages import way_back
from accounts.models import MentorProfile, User
from accounts.models.mentor import CAPACITY_MAX, MOTIVATION_MAX
from accounts.page_fields import CurrencyNameField, WordsField
from accounts.page_forms import SerializerForm, sentences
from accounts.page_rows import typed
from accounts.readiness import missing
from accounts.serializers.mentors import PauseSerializer
from accounts.services.mentors import apply_to_mentor
from accounts.signed import DONE, Outcome, attempt
from accounts.words import currency_labels
from mentorship.selectors.kinds import goal_kind_choices, session_kind_choices
from mentorship.selectors.mentors import last_decision_on, mentors_with_offer
from mentorship.serializers.mentors import MyMentorProfileSerializer
from mentorship.services.mentor_offer import update_offer

Status = MentorProfile.Status
# The address that a mentor may give to anybody. Another app has that page, and passes it in.
ShareLink = Callable[[MentorProfile], str]


class ApplyForm(SerializerForm):
    serializer_class = MyMentorProfileSerializer

    motivation = forms.CharField(
        label=gettext_lazy("Why do you want to mentor?"),
        help_text=gettext_lazy("A few sentences. The admins decide by them, and mentees read them later."),
        max_length=MOTIVATION_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class PauseForm(SerializerForm):
    serializer_class = PauseSerializer

    until_on = forms.DateField(
        label=gettext_lazy("Until (if you know)"),
        help_text=gettext_lazy("The day on which you are back. Without one, until you say so."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )


def _boxes(label: Any, choices: Callable[[], Any], **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False, **kwargs
    )


class OfferForm(SerializerForm):
    """The offer. ``is_paid`` and the fields after it are the rate of the serializer."""

    serializer_class = MyMentorProfileSerializer
    RATE = ("amount", "currency", "per")

    teaches = WordsField(
        label=gettext_lazy("What you teach"),
        help_text=gettext_lazy("In your own words; several with commas. Names from our list come up while you type."),
        required=False,
    )
    goals = _boxes(gettext_lazy("Goals that you help with"), goal_kind_choices)
    session_kinds = _boxes(
        gettext_lazy("Kinds of meetings that you offer"),
        session_kind_choices,
    )
    formats = _boxes(
        gettext_lazy("For how long"), lambda: [(code, capfirst(label)) for code, label in MentorProfile.Format.choices]
    )
    capacity = forms.IntegerField(label=gettext_lazy("People at once"), min_value=1, max_value=CAPACITY_MAX)
    active_elsewhere = forms.IntegerField(
        label=gettext_lazy("People you mentor outside of this community"),
        help_text=gettext_lazy("They take up places, too."),
        min_value=0,
    )
    monthly_hours = forms.IntegerField(label=gettext_lazy("Hours a month"), min_value=0)
    explores = WordsField(
        label=gettext_lazy("What you would like to explore together (if you like)"),
        help_text=gettext_lazy("Subjects that are new to you, too."),
        required=False,
    )
    motivation = forms.CharField(
        label=gettext_lazy("Why you mentor"),
        help_text=gettext_lazy("Mentees read it."),
        max_length=MOTIVATION_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_paid = forms.ChoiceField(
        label=gettext_lazy("Do you ask for money?"),
        choices=lambda: [("no", _("No, I mentor for free")), ("yes", _("Yes; it is paid outside of this site"))],
        widget=forms.RadioSelect,
    )
    amount = forms.DecimalField(label=gettext_lazy("Amount (if paid)"), required=False)
    currency = CurrencyNameField(label=gettext_lazy("Currency (if paid)"), required=False, max_length=80)
    per = forms.ChoiceField(
        label=gettext_lazy("For each (if paid)"),
        required=False,
        choices=lambda: [("", _("Choose")), *((code, capfirst(label)) for code, label in MentorProfile.Per.choices)],
    )
    is_listed = forms.BooleanField(
        label=gettext_lazy("Members find me in the list of mentors"),
        help_text=gettext_lazy("Without it, you are found by your own link only. You are proposed either way."),
        required=False,
    )

    def body(self) -> dict[str, Any]:
        body = super().body()
        rate = {name: value for name in self.RATE if (value := body.pop(name)) not in ("", None)}
        return body | {"rate": rate if body.pop("is_paid") == "yes" else None}

    def add_errors_of(self, serializer: Serializer) -> None:
        for name, details in serializer.errors.items():
            # A fault inside of the rate belongs to one of its fields.
            inner = details if name == "rate" and isinstance(details, dict) else {name: details}
            for field, faults in inner.items():
                self.add_error(field if field in self.fields else None, sentences(faults))


def offer(request: HttpRequest, share_link: ShareLink, member: User) -> HttpResponse:
    """Apply as a mentor. Then: the state of the application, the offer in words, and pauses."""
    mentor = mentors_with_offer().filter(user=member).first()
    if mentor is None:
        return _apply(request, member)
    problem: str | None = None
    status = 200
    pause = PauseForm(label_suffix="")
    if request.method == "POST":
        if request.POST.get("do") == "pause":
            pause = PauseForm(request.POST, label_suffix="")
        problem, status = _do(request, mentor, pause)
        if (problem, status) == DONE:
            return redirect(request.path)
        mentor = mentors_with_offer().get(pk=mentor.pk)
    decision = last_decision_on(mentor)
    context = {
        "mentor": mentor,
        "reason": decision.reason if decision and decision.after == mentor.status else "",
        "missing": missing(mentor),
        "note": MyMentorProfileSerializer(mentor).data["capacity_note"],
        "share_link": share_link(mentor),
        "pause": pause,
        "problem": problem,
    }
    return render(request, "mentorship/mentoring.html", context, status=status)


def _apply(request: HttpRequest, member: User) -> HttpResponse:
    form = ApplyForm(request.POST or None, label_suffix="")
    status, problem = 200, None
    if request.method == "POST":
        status = 400
        if form.is_valid():
            problem, status = attempt(
                apply_to_mentor,
                is_done=MentorProfile.objects.filter(user=member).exists,
                user=member,
                motivation=form.checked["motivation"],
            )
            if problem is None:
                return redirect(way_back(request, request.path))
    context = {"form": form, "problem": problem, "next": way_back(request, "")}
    return render(request, "mentorship/apply.html", context, status=status)


def _do(request: HttpRequest, mentor: MentorProfile, pause: PauseForm) -> Outcome:
    """Do what the button says. Without a problem to show above the page, its form may have one."""
    if request.POST.get("do") == "pause":
        if not pause.is_valid():
            return None, 400
        return attempt(
            pause_mentoring,
            is_done=lambda: False,
            mentor_id=mentor.pk,
            cause=MentorProfile.PauseCause.OWN_WISH,
            until_on=pause.checked["until_on"],
        )
    is_back = MentorProfile.objects.filter(pk=mentor.pk, status=Status.APPROVED).exists
    return attempt(resume_mentoring, is_done=is_back, mentor_id=mentor.pk)


def change_offer(request: HttpRequest, member: User) -> HttpResponse:
    """Change what one teaches, for whom, how many, and for how much."""
    mentor = get_object_or_404(mentors_with_offer(), user=member)
    initial = MyMentorProfileSerializer(mentor).data
    initial |= {"is_paid": "yes" if mentor.paid else "no"} | dict(mentor.rate or {})
    others: dict[str, Any] = {"instance": mentor, "label_suffix": ""}
    form = OfferForm(request.POST if request.method == "POST" else None, initial=initial, **others)
    status = 200
    if request.method == "POST":
        do = request.POST.get("do", "save")
        if do != "save":
            form = typed(form, request.POST, **others)
            if do.removeprefix("add-") in form.fields:
                form.fields[do.removeprefix("add-")].widget.attrs["autofocus"] = True
        elif form.is_valid():
            update_offer(mentor=mentor, changes=form.checked)
            messages.success(request, _("Saved."))
            return redirect(way_back(request, reverse("offer")))
        else:
            status = 400
    context = {
        "form": form,
        "currencies": currency_labels().values(),
        "next": way_back(request, ""),
        "problem": _("Something below needs another look.") if status == 400 else None,
    }
    return render(request, "mentorship/offer.html", context, status=status)
