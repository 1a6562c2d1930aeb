"""The page where an admin hands over the mentees of a mentor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.admin.base import needs
from accounts.admin.decide import decision_page
from accounts.community_settings import value_of
from accounts.models import MentorProfile, User
from accounts.models.decision import REASON_MAX
from matching.selectors.handovers import split_by_handover
from matching.services.start_handovers import start_handovers
from mentorship.models import Mentorship


class HandoverForm(forms.Form):
    mentorships = forms.TypedMultipleChoiceField(
        label="Whose mentorship",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick whose mentorship is to be handed over."},
    )
    reason = forms.CharField(
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays with each handover, and admins read it. Neither the mentor nor the mentees do.",
    )

    def __init__(self, *args: Any, rows: Sequence[Mentorship], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(row.pk, f"{row.mentee}, “{row.goal}”, {row.get_status_display().lower()}") for row in rows]
        field = cast(forms.TypedMultipleChoiceField, self.fields["mentorships"])
        field.choices, field.initial = choices, [pk for pk, _ in choices]


def start_handovers_page(model_admin: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Choose all or some running mentorships of a mentor, and have each mentee choose how to go on."""
    needs(request, "matching.start_handover")
    mentor = get_object_or_404(MentorProfile.objects.select_related("user"), pk=pk)
    admin_user = cast(User, request.user)
    running = mentor.mentorships.filter(status__in=Mentorship.RUNNING).exclude(mentor__user=admin_user)
    free, asked = split_by_handover(running.exclude(mentee=admin_user))
    form = HandoverForm(request.POST or None, rows=free)

    def start(answers: Mapping[str, Any]) -> str:
        started = start_handovers(
            mentor_id=mentor.pk,
            mentorship_ids=answers["mentorships"],
            by=admin_user,
            reason=answers["reason"],
            now=timezone.now(),
        )
        # Everybody who may see mentors reads this line, and not everybody may see handovers.
        mentees = "1 mentee chooses" if len(started) == 1 else f"{len(started)} mentees choose"
        return f"{mentees} how to go on without {mentor}. All get a mail."

    days = value_of("handover_remind_days") + value_of("handover_end_days")
    return decision_page(
        # The page is of a mentor, and leads back to the list of mentors.
        model_admin.admin_site.get_model_admin(MentorProfile),
        request,
        mentor,
        form if free else None,
        start,
        title="Hand over their mentees",
        verb="Hand over, and tell all",
        facts=[
            ("Mentor", f"{mentor}, {mentor.get_status_display().lower()}"),
            ("Asked already", ", ".join(str(row.mentee) for row in asked)),
        ],
        notes=[
            "Each mentee gets a mail, and chooses a successor or a new search. Until then the mentorship runs. Without "
            f"an answer it ends after {days} days, and the search begins. The mentor gets a mail with thanks."
            if free
            else "Nobody is to be handed over: no other mentorship of this mentor runs."
        ],
    )
