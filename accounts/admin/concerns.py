"""Concerns in the admin: the list, and one page on which an organiser decides."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.admin.base import NotDeletedHere, attempt
from accounts.admin.reads import note_concerns
from accounts.admin.row_page import row_page
from accounts.concern_registry import all_outcomes, facts_about, outcome_of, subject_kind
from accounts.models import Concern, MentorProfile, User
from accounts.models.concern import WORDS_KEPT, WORDS_MAX
from accounts.models.decision import REASON_MAX
from accounts.selectors import admins_who_may, concerns_for, earlier_concerns, owner_of, possible_owners
from accounts.services.concern_decisions import assign_concern, close_concern

EARLIER_MAX = 20
DUE_WITHIN = timedelta(days=365)


class WhoseTask(admin.SimpleListFilter):
    title = "whose task"
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("mine", "mine"), ("nobody", "nobody's"), ("late", "late")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Concern]) -> QuerySet[Concern]:
        still_open = queryset.filter(status=Concern.Status.OPEN)
        match self.value():
            case "mine":
                return still_open.filter(owner=cast(User, request.user))
            case "nobody":
                return still_open.exclude(owner__in=admins_who_may("accounts.change_concern"))
            case "late":
                return still_open.filter(due_at__lte=timezone.now())
        return queryset


class TaskForm(forms.Form):
    """The owner of a concern, and the day by which it should be closed.

    ``was`` is the owner whom the reader saw there: a change in between is refused.
    """

    owner = forms.ModelChoiceField(queryset=User.objects.none(), required=False, empty_label="nobody yet")
    due_on = forms.DateField(
        label="Close it by",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    was = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, concern: Concern, **options: Any) -> None:
        super().__init__(*args, **options)
        before = owner_of(concern)
        self.day = timezone.localtime(concern.due_at).date()
        self.initial = {"owner": before, "was": before and before.pk, "due_on": self.day}
        owner = cast(forms.ModelChoiceField, self.fields["owner"])
        owner.queryset = possible_owners(concern).order_by("name", "pk")

    def clean_due_on(self) -> date:
        due_on, today = self.cleaned_data["due_on"], timezone.localdate()
        # The day that is there may stay, also if it is over.
        if due_on != self.day and not today <= due_on <= today + DUE_WITHIN:
            raise forms.ValidationError("Choose a day between today and a year from now.", code="due_on")
        return due_on

    @property
    def due_at(self) -> datetime:
        """The end of the chosen day."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["due_on"], time(23, 59)))


class EndForm(forms.Form):
    """The outcome of a concern, with words for both sides."""

    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    answer = forms.CharField(
        label="To the person who raised it",
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"They read it in a mail. The other side does not. Deleted after {WORDS_KEPT.days} days.",
    )
    reason = forms.CharField(
        label="Reason of a suspension",
        max_length=REASON_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The suspended mentor reads it in a mail. Do not name who raised the concern.",
    )

    def __init__(self, *args: Any, concern: Concern, **options: Any) -> None:
        super().__init__(*args, **options)
        possible = [(outcome.code, outcome.label) for outcome in all_outcomes() if outcome.is_possible(concern)]
        cast(forms.ChoiceField, self.fields["outcome"]).choices = possible

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        outcome = outcome_of(data.get("outcome", ""))
        if outcome is not None and outcome.reason_for and not data.get("reason"):
            self.add_error("reason", f"Give a reason in a sentence or two. {outcome.reason_for}")
        return data


@admin.register(Concern)
class ConcernAdmin(NotDeletedHere):
    """Reports of members about each other. Each has a page for the decision; nothing is edited."""

    list_display = ["created_at", "topic", "is_safety", "about", "raised_by", "status", "taken_by", "due_at", "ended"]
    list_select_related = ["about", "raised_by", "owner"]
    list_filter = ["status", WhoseTask, "topic", "is_safety"]
    of_person = ("about", "raised_by")
    search_fields = ["about__email", "about__name", "raised_by__email", "raised_by__name"]
    date_hierarchy = "created_at"
    # Open ones first, then by deadline.
    ordering = ["-status", "due_at", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concern]:
        return concerns_for(cast(User, request.user))

    @admin.display(description="owner", ordering="owner__name")
    def taken_by(self, concern: Concern) -> User | None:
        return owner_of(concern) if concern.status == Concern.Status.OPEN else concern.owner

    @admin.display(description="outcome")
    def ended(self, concern: Concern) -> str:
        outcome = outcome_of(concern.outcome)
        return outcome.label if outcome else concern.outcome

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if "cl" in (shown := getattr(response, "context_data", None) or {}):
            note_concerns(request, shown["cl"].result_list)
        return response

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        if "object" in (shown := getattr(response, "context_data", None) or {}):
            note_concerns(request, [shown["object"]])
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one concern with all that a decision needs, and take the decision."""
        concern = cast(Concern | None, self.get_object(request, unquote(object_id)))
        if concern is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, concern):
            raise PermissionDenied
        status, found = 200, _forms(None, "", concern)
        if request.method == "POST":
            if not self.has_change_permission(request, concern):
                raise PermissionDenied
            do = request.POST.get("do", "")
            found = _forms(request.POST, do, concern)
            if do not in found:
                self.message_user(request, "This page has no such button. Load it again.", messages.WARNING)
                status = 400
            elif not found[do].is_valid():
                status = 400
            elif self._decide(request, concern, do, found[do]):
                return redirect(request.get_full_path())
            else:
                status = 409
                concern = cast(Concern, self.get_object(request, unquote(object_id)))
        return self._page(request, concern, found, status)

    def _decide(self, request: HttpRequest, concern: Concern, do: str, form: forms.Form) -> bool:
        """Make the decision of a valid form. Return False if it is refused, and say why."""
        this: dict[str, Any] = {"concern_id": concern.pk, "by": cast(User, request.user), "now": timezone.now()}

        def decide() -> str:
            if isinstance(form, TaskForm):
                chosen = {name: form.cleaned_data[name] for name in ("owner", "was")}
                assign_concern(due_at=form.due_at, **chosen, **this)
                return "Its task is changed."
            close_concern(**form.cleaned_data, **this)
            return "It is closed, and who raised it gets a mail."

        return attempt(self, request, concern, decide)

    def _page(self, request: HttpRequest, concern: Concern, found: dict[str, forms.Form], status: int) -> HttpResponse:
        admin_user = cast(User, request.user)
        may_decide = self.has_change_permission(request, concern) and admin_user.pk != concern.raised_by_id
        earlier = list(earlier_concerns(concern, to=admin_user)[:EARLIER_MAX])
        note_concerns(request, [concern, *earlier])
        kind = subject_kind(concern.subject_kind)
        mentors = MentorProfile.objects.filter(user__in=[concern.raised_by_id, concern.about_id])
        context = {
            "title": f"Concern: {concern.get_topic_display()}",
            "concern": concern,
            "is_open": concern.status == Concern.Status.OPEN,
            "is_late": concern.status == Concern.Status.OPEN and concern.due_at <= timezone.now(),
            "owner": owner_of(concern),
            "is_apart": hasattr(concern, "separation"),
            "may_decide": may_decide,
            "people": [
                ("Raised by", concern.raised_by, _mentor_among(mentors, concern.raised_by)),
                ("About", concern.about, _mentor_among(mentors, concern.about)),
            ],
            "subject": kind.label if kind else "",
            "facts": facts_about(concern.raised_by, concern.about),
            "earlier": [(other, self.ended(other)) for other in earlier],
            "outcome": self.ended(concern),
            "task": found["task"],
            "end": found["end"],
        }
        return row_page(self, request, concern, "admin/accounts/concern/decide.html", context, status=status)


def _forms(posted: Any, do: str, concern: Concern) -> dict[str, forms.Form]:
    """Return the forms by the names of their buttons, with what was posted in the pressed one."""
    classes: dict[str, type[TaskForm] | type[EndForm]] = {"task": TaskForm, "end": EndForm}
    return {
        name: form_class(posted if name == do else None, concern=concern, prefix=name)
        for name, form_class in classes.items()
    }


def _mentor_among(mentors: QuerySet[MentorProfile], person: User) -> MentorProfile | None:
    return next((mentor for mentor in mentors if mentor.user_id == person.pk), None)
