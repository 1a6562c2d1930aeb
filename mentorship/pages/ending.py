"""The page behind the mail about the planned end: reached, go on, or end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import User
from accounts.page_forms import forms_of
from accounts.signed import signed
from mentorship.links import ENDING, outcome_link
from mentorship.models import Mentorship
from mentorship.pages.moves import FORMS, act
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.shown import mentorship_card


@signed(ENDING)
def ending(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
    """Let one of the two say that the goal is reached, that they go on, or that the mentorship ends."""
    mentorship = get_object_or_404(mentorships_visible_to(person), uuid=uuid)
    problem, status = None, 200
    if request.method == "POST":
        problem, status = act(request, mentorship, person)
        if problem is None:
            return redirect(request.path)
        mentorship = mentorships_visible_to(person).get(pk=mentorship.pk)
    card = mentorship_card(mentorship, to=person)
    context = {
        "mentorship": mentorship,
        "other": card.other,
        "goal": card.goal,
        "is_apart": card.is_apart,
        "is_running": mentorship.status in Mentorship.RUNNING,
        "outcome_link": outcome_link(mentorship, person),
        "forms": forms_of(FORMS, request.POST, of=mentorship.uuid),
        "problem": problem,
    }
    return render(request, "mentorship/ending.html", context, status=status)
