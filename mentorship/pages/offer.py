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

from accounts.exceptions import UnknownButton
from accounts.member_pages import way_back
from accounts.models import MentorProfile, User
from accounts.page_fields import WordsField, focus_on_words
from accounts.page_forms import SerializerForm, number, text
from accounts.page_rates import RateForm
from accounts.page_rows import typed
from accounts.pages.mentors import pause_forms, pause_or_come_back
from accounts.readiness import missing
from accounts.services.mentors import apply_to_mentor
from accounts.signed import attempt
from mentorship.selectors.kinds import goal_kind_choices, session_kind_choices
from mentorship.selectors.mentors import last_decision_on, mentors_with_offer
from mentorship.serializers.mentors import MyMentorProfileSerializer
from mentorship.services.mentor_offer import KINDS, update_offer

Status = MentorProfile.Status
# The button that sends an application.
APPLY = "apply"
# The address that a mentor may give to anybody. Another app has that page, and passes it in.
ShareLink = Callable[[MentorProfile], str]


class ApplyForm(SerializerForm):
    serializer_class = MyMentorProfileSerializer

    motivation = text(
        MyMentorProfileSerializer,
        "motivation",
        rows=6,
        label=gettext_lazy("Why do you want to mentor?"),
        help_text=gettext_lazy("A few sentences. The admins decide by them, and mentees read them later."),
    )


def _boxes(label: Any, choices: Callable[[], Any], **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False, **kwargs
    )


class OfferForm(RateForm):
    """The offer. The rate counts with ``is_paid`` only."""

    serializer_class = MyMentorProfileSerializer
    amount_label = gettext_lazy("Amount (if paid)")

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
    capacity = number(MyMentorProfileSerializer, "capacity", label=gettext_lazy("People at once"))
    active_elsewhere = number(
        MyMentorProfileSerializer,
        "active_elsewhere",
        label=gettext_lazy("People you mentor outside of this community"),
        help_text=gettext_lazy("They take up places, too."),
    )
    monthly_hours = number(
        MyMentorProfileSerializer,
        "monthly_hours",
        label=gettext_lazy("Hours a month"),
        help_text=gettext_lazy(
            "Sessions that are held or booked count. Once they take so many hours, you are not proposed to anybody new "
            "until the next month. 0 stands for no limit."
        ),
    )
    explores = WordsField(
        label=gettext_lazy("What you would like to explore together"),
        help_text=gettext_lazy("Subjects that are new to you, too."),
        required=False,
    )
    motivation = text(
        MyMentorProfileSerializer,
        "motivation",
        rows=4,
        label=gettext_lazy("Why you mentor"),
        help_text=gettext_lazy("Mentees read it."),
    )
    is_paid = forms.ChoiceField(
        label=gettext_lazy("Do you ask for money?"),
        choices=lambda: [("no", _("No, I mentor for free")), ("yes", _("Yes; it is paid outside of this site"))],
        widget=forms.RadioSelect,
    )
    is_listed = forms.BooleanField(
        label=gettext_lazy("Members find me in the list of mentors"),
        help_text=gettext_lazy("Without it, you are found by your own link only. You are proposed either way."),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance is not None:
            stored = {name: [kind.code for kind in getattr(self.instance, name).all()] for name in KINDS}
            self.fields["goals"].choices = goal_kind_choices(stored["goal_kinds"])  # type: ignore[attr-defined]
            self.fields["session_kinds"].choices = session_kind_choices(  # type: ignore[attr-defined]
                stored["session_kinds"]
            )

    def body(self) -> dict[str, Any]:
        body = super().body()
        return body | ({} if body.pop("is_paid") == "yes" else {"rate": None})


def offer(request: HttpRequest, share_link: ShareLink, member: User) -> HttpResponse:
    """Apply as a mentor. Then: the state of the application, the offer in words, and pauses."""
    mentor = mentors_with_offer().filter(user=member).first()
    if mentor is None:
        return _apply(request, member)
    if request.POST.get("do") == APPLY:
        return redirect(way_back(request, request.path))  # a second click
    problem: str | None = None
    status = 200
    if request.method == "POST":
        problem, status = pause_or_come_back(request, mentor)
        if problem is None:
            return redirect(request.path)
        mentor = mentors_with_offer().get(pk=mentor.pk)
    decision = last_decision_on(mentor)
    context = {
        "mentor": mentor,
        "reason": decision.reason if decision and decision.after == mentor.status else "",
        "missing": missing(mentor),
        "note": MyMentorProfileSerializer(mentor).data["capacity_note"],
        "share_link": share_link(mentor),
        "forms": pause_forms(request, mentor),
        "problem": problem,
    }
    return render(request, "mentorship/mentoring.html", context, status=status)


def _apply(request: HttpRequest, member: User) -> HttpResponse:
    form = ApplyForm(request.POST or None)
    status, problem = 200, None
    if request.method == "POST":
        if request.POST.get("do", APPLY) != APPLY:
            raise UnknownButton
        status = 400
        if form.is_valid():
            problem, status = attempt(
                apply_to_mentor,
                is_done=MentorProfile.objects.filter(user=member).exists,
                user=member,
                motivation=form.checked["motivation"],
            )
            if problem is None:
                return _applied(request)
    context = {"form": form, "problem": problem, "next": way_back(request, "")}
    return render(request, "mentorship/apply.html", context, status=status)


def _applied(request: HttpRequest) -> HttpResponse:
    """Lead to the page that the member came from, with a sentence. Without one, to this page, which says more."""
    page = way_back(request, request.path)
    if page != request.path:
        messages.success(request, _("Your application waits for an admin. You get a mail when it is decided."))
    return redirect(page)


def change_offer(request: HttpRequest, member: User) -> HttpResponse:
    """Change what one teaches, for whom, how many, and for how much."""
    mentor = get_object_or_404(mentors_with_offer(), user=member)
    initial = MyMentorProfileSerializer(mentor).data
    initial |= {"is_paid": "yes" if mentor.paid else "no"} | OfferForm.initial_rate(mentor.rate)
    form = OfferForm(request.POST if request.method == "POST" else None, initial=initial, instance=mentor)
    status = 200
    if request.method == "POST":
        do = request.POST.get("do", "save")
        if do != "save":
            form = typed(form, request.POST, instance=mentor)
            if not focus_on_words(form, do):
                raise UnknownButton
        elif form.is_valid():
            update_offer(mentor=mentor, changes=form.checked)
            messages.success(request, _("Saved."))
            return redirect(way_back(request, reverse("offer")))
        else:
            status = 400
    context = {
        "form": form,
        "next": way_back(request, ""),
        "problem": _("Something below needs another look.") if status == 400 else None,
    }
    return render(request, "mentorship/offer.html", context, status=status)
