"""The page of an outcome, from a mail or logged in: what success would be, how it ended, and feedback."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.page_forms import SerializerForm, forms_of, problem_of, text
from accounts.signed import DONE, Outcome, attempt, is_logged_in, unknown_button
from mentorship.models import Feedback, Mentorship, Occasion, OutcomeRating
from mentorship.models.feedback import NOTE_KEPT, WORDS_KEPT_YEARS
from mentorship.models.outcome import ANSWER_WITHIN
from mentorship.pages.session import MentorshipPage
from mentorship.selectors.feedback import FeedbackCard, feedback_card
from mentorship.selectors.mentorships import mentorships_visible_to
from mentorship.selectors.outcomes import OutcomeCard, outcome_card
from mentorship.selectors.shown import mentorship_card
from mentorship.serializers.outcomes import (
    NoteSerializer,
    ReportSerializer,
    ScaleSerializer,
    ThanksShownSerializer,
    WriteFeedbackSerializer,
)
from mentorship.services.feedback.report import report_feedback
from mentorship.services.feedback.show_thanks import choose_thanks_shown
from mentorship.services.feedback.write import write_feedback
from mentorship.services.feedback.write_note import write_note
from mentorship.services.outcomes.rate import rate_outcome
from mentorship.services.outcomes.write_scale import write_scale

OTHER_READS = format_lazy(
    gettext_lazy("The other side reads it once it is open. It is deleted {years} years after the end."),
    years=WORDS_KEPT_YEARS,
)
SHOWN_LABEL = gettext_lazy("May your mentor show the thanks?")
SHOWN_HELP = gettext_lazy(
    "If yes, anybody can read them in the record of your mentor. You can change this at any time."
)

# Moves that the link of a mail does not make: their forms have words that the other side must not read.
BY_LOGIN = ("note", "thanks", "report")

Level = OutcomeRating.Level
# The words of a scale for each level. The outermost levels go beyond them.
WORDS = {Level.LESS: "less", Level.AS_HOPED: "as_hoped", Level.BETTER: "better"}


class ScaleForm(SerializerForm):
    serializer_class = ScaleSerializer

    start = text(
        ScaleSerializer,
        "start",
        rows=3,
        label=gettext_lazy("Where do you stand now?"),
        help_text=gettext_lazy("Your mentor reads all four. They are kept as long as this mentorship is."),
    )
    as_hoped = text(ScaleSerializer, "as_hoped", rows=3, label=gettext_lazy("What do you hope for at the end?"))
    better = text(ScaleSerializer, "better", rows=3, label=gettext_lazy("What would be better than that?"))
    less = text(ScaleSerializer, "less", rows=3, label=gettext_lazy("What would be less than that?"))


class FeedbackForm(SerializerForm):
    serializer_class = WriteFeedbackSerializer

    helped = text(
        WriteFeedbackSerializer, "helped", rows=4, label=gettext_lazy("What helped you?"), help_text=OTHER_READS
    )
    better = text(
        WriteFeedbackSerializer, "better", rows=4, label=gettext_lazy("What could be better?"), help_text=OTHER_READS
    )
    thanks = text(
        WriteFeedbackSerializer,
        "thanks",
        rows=2,
        label=gettext_lazy("A sentence of thanks"),
        help_text=gettext_lazy("The other side reads it once it is open. It is kept as long as you have an account."),
    )


class FeedbackOfMenteeForm(FeedbackForm):
    thanks_shown = forms.ChoiceField(
        choices=Feedback.ThanksShown.choices, required=False, label=SHOWN_LABEL, help_text=SHOWN_HELP
    )


class ThanksShownForm(SerializerForm):
    serializer_class = ThanksShownSerializer

    thanks_shown = forms.ChoiceField(
        choices=Feedback.ThanksShown.choices, required=False, label=SHOWN_LABEL, help_text=SHOWN_HELP
    )


class NoteForm(SerializerForm):
    serializer_class = NoteSerializer

    text = text(
        NoteSerializer,
        "text",
        rows=4,
        label=gettext_lazy("A private line to the organisers"),
        help_text=format_lazy(
            gettext_lazy(
                "The organisers read it from now on, and nobody else. The other side does not learn of it. It is "
                "deleted {days} days after you wrote it; empty the field to delete it now."
            ),
            days=NOTE_KEPT.days,
        ),
    )


class ReportForm(SerializerForm):
    serializer_class = ReportSerializer

    reason = text(
        ReportSerializer,
        "reason",
        rows=3,
        label=gettext_lazy("What is wrong with it?"),
        help_text=format_lazy(
            gettext_lazy(
                "The admins read it, and the feedback. The author does not. It is deleted {years} years after the end."
            ),
            years=WORDS_KEPT_YEARS,
        ),
    )


def page_of(mentorship_page: MentorshipPage) -> Callable[[HttpRequest, str, User], HttpResponse]:
    """Return the page of an outcome, with a link to its mentorship."""

    def outcome(request: HttpRequest, uuid: str, person: User) -> HttpResponse:
        """Show the outcome to one of the two, and let them say what success is, rate it, and write feedback."""
        row = get_object_or_404(mentorships_visible_to(person), uuid=uuid)
        problem, status = None, 200
        if request.method == "POST":
            problem, status = _act(request, row, person)
            if problem is None:
                return redirect(request.path)
        context = _context(row, person, request)
        context |= {"problem": problem, "mentorship_link": mentorship_page(request, row, person)}
        return render(request, "mentorship/outcome.html", context, status=status)

    return outcome


def _context(row: Mentorship, person: User, request: HttpRequest) -> dict[str, object]:
    card = mentorship_card(row, to=person)
    now = timezone.now()
    outcome = outcome_card(row, to=person, now=now)
    feedback = feedback_card(row, to=person)
    is_member, is_in_contact = is_logged_in(request, person), card.other.email is not None
    built = _forms(outcome, feedback, is_mentee=card.to_mentee, is_member=is_member)
    return {
        "mentorship": row,
        "other": card.other,
        "is_mentee": card.to_mentee,
        "is_in_contact": is_in_contact,
        "is_member": is_member,
        # Between two who are not in contact no rating passes, so a link says nothing of one.
        "shows_ratings": is_member or is_in_contact,
        "is_running": row.status in Mentorship.RUNNING,
        "outcome": outcome,
        "levels": _levels(outcome),
        "answer_days": ANSWER_WITHIN.days,
        "feedback": feedback,
        "opens_at_once": feedback.opens_at is not None and feedback.opens_at <= now,
        "posted": request.POST,
        "forms": forms_of(built, request.POST, of=row.uuid),
    }


def _levels(outcome: OutcomeCard) -> list[tuple[int, str, str]]:
    """Return each level with its label and its words in the scale, the best one first."""
    scale = outcome.scale
    words = {level: getattr(scale, name) for level, name in WORDS.items()} if scale else {}
    return [(level.value, str(level.label), words.get(level, "")) for level in sorted(Level, reverse=True)]


def _forms(
    outcome: OutcomeCard, feedback: FeedbackCard, *, is_mentee: bool, is_member: bool
) -> dict[str, Callable[..., SerializerForm] | None]:
    """Return the forms of the page. By a link the form of feedback is empty: sealed words open by a login only."""
    scale, note = outcome.scale, feedback.note
    mine = feedback.mine if is_member else None
    words = ("start", "less", "as_hoped", "better")
    written = {name: getattr(mine, name) for name in ("helped", "better", "thanks", "thanks_shown")} if mine else {}
    feedback_form = FeedbackOfMenteeForm if is_mentee else FeedbackForm
    may_agree = is_mentee and feedback.is_mine_open and mine is not None and mine.thanks
    return {
        "scale": partial(ScaleForm, initial={name: getattr(scale, name) for name in words} if scale else {})
        if outcome.may_write_scale
        else None,
        "feedback": partial(feedback_form, initial=written) if feedback.may_write else None,
        "thanks": partial(ThanksShownForm, initial=written) if may_agree else None,
        "note": partial(NoteForm, initial={"text": note.text if note else ""})
        if is_member and feedback.may_write_note
        else None,
        "report": ReportForm if is_member and feedback.theirs else None,
    }


def _act(request: HttpRequest, row: Mentorship, person: User) -> Outcome:
    this = {"mentorship_id": row.pk, "by": person}
    do, is_member = request.POST.get("do"), is_logged_in(request, person)
    if do in BY_LOGIN and not is_member:
        return unknown_button()
    match do:
        case "scale":
            return _sent(request, ScaleForm, partial(attempt, write_scale, is_done=_no, **this))
        case "rate":
            return _rate(request, row, person)
        case "feedback":
            is_mentee = person.pk == row.mentee_id
            write = partial(_write if is_member else _write_by_link, row, person)
            return _sent(request, FeedbackOfMenteeForm if is_mentee else FeedbackForm, write)
        case "thanks":
            return _sent(request, ThanksShownForm, partial(attempt, choose_thanks_shown, is_done=_no, **this))
        case "note":
            return _sent(request, NoteForm, partial(attempt, write_note, is_done=_no, **this))
        case "report":
            return _sent(request, ReportForm, partial(attempt, report_feedback, is_done=_no, **this))
    return unknown_button()


def _sent(request: HttpRequest, form_class: type[SerializerForm], move: Callable[..., Outcome]) -> Outcome:
    """Make the move with the values of the posted form."""
    form = form_class(request.POST)
    if not form.is_valid():
        return problem_of(form), 400
    outcome = move(**form.checked)
    if outcome == DONE:
        messages.success(request, _("Saved."))
    return outcome


def _rate(request: HttpRequest, row: Mentorship, person: User) -> Outcome:
    level, when = request.POST.get("level", ""), request.POST.get("when", "")
    if level not in map(str, Level.values) or when not in Occasion.values:
        return _("Choose one of the five answers."), 400
    values: dict[str, Any] = {"when": when, "level": int(level)}
    rated = row.outcome_ratings.filter(person=person, **values)
    outcome = attempt(rate_outcome, is_done=rated.exists, mentorship_id=row.pk, by=person, **values)
    if outcome == DONE:
        messages.success(request, _("Saved."))
    return outcome


def _write(row: Mentorship, person: User, **values: str) -> Outcome:
    # A second click: the first one may have opened it.
    written = row.feedback.filter(author=person, **values)
    return attempt(write_feedback, is_done=written.exists, mentorship_id=row.pk, by=person, **values)


def _write_by_link(row: Mentorship, person: User, **values: str) -> Outcome:
    # Without words it would take back what the page does not show.
    if not (values["helped"] or values["better"] or values["thanks"]):
        return _("Write something first. To take back what you wrote, log in."), 400
    return _write(row, person, **values)


def _no() -> bool:
    return False
