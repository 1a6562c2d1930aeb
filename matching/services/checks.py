"""Checks that several moves share: permission, status, and moves that are done. Each raises a refusal."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from matching.concreteness.structure import words_of
from matching.exceptions import (
    AlreadyDone,
    CorrectedMeanwhile,
    HelpRequestIncomplete,
    HelpRequestNotADraft,
    HelpRequestNotOpen,
    MatchedInCohort,
    NotYourTurn,
    PairNotAllowed,
)
from matching.models import HelpRequest, Match
from matching.selectors.corrections import changes_since
from matching.selectors.kept_apart import cannot_be_accepted
from mentorship.models import Goal

# Answers to a second click.
ALREADY_DONE = {
    Match.Status.ASKED: gettext_lazy(
        "You have asked this mentor already. They have your question; nothing is left to do."
    ),
    Match.Status.CLARIFYING: gettext_lazy("You have asked your question already. You get a mail with the answer."),
    Match.Status.OFFERED: gettext_lazy(
        "You have offered your help already. The mentee has your offer; nothing is left to do."
    ),
    Match.Status.ACCEPTED: gettext_lazy("You have said yes already. Your mentorship has begun; nothing is left to do."),
    Match.Status.DECLINED: gettext_lazy("You have said no already. The other side knows; nothing is left to do."),
    Match.Status.WITHDRAWN: gettext_lazy("You have taken this back already. Nothing is left to do."),
    Match.Status.DISMISSED: gettext_lazy(
        "You have said already that this mentor is not the one. Nothing is left to do."
    ),
}


def must_be_mentee(request: HelpRequest, by: User) -> None:
    if by.pk != request.mentee_id:
        raise NotYourTurn(_("Only the mentee of this help request can do that."))


def must_be_mentor(match: Match, by: User) -> None:
    if by.pk != match.mentor.user_id:
        raise NotYourTurn(_("Only the mentor of this match can do that."))


def must_be_one_of_them(match: Match, by: User) -> None:
    if by.pk not in (match.help_request.mentee_id, match.mentor.user_id):
        raise NotYourTurn(_("Only the two whom this match is about can do that."))


def must_be_their_turn(match: Match, by: User) -> None:
    """Raise NotYourTurn unless ``by`` is the one to answer: the mentee of an offer, else the mentor."""
    turn = match.help_request.mentee_id if match.status == Match.Status.OFFERED else match.mentor.user_id
    if by.pk != turn:
        raise NotYourTurn(_("It is the other side's turn to answer."))


def must_not_be_done(match: Match, status: str, *, by: User) -> None:
    """Raise AlreadyDone if ``by`` moved the match to ``status`` already, as by a second click."""
    if match.status == status and by.pk == _mover(match, status) and not match.by_organisers:
        raise AlreadyDone(ALREADY_DONE[match.Status(status)])


def must_be_open(request: HelpRequest) -> None:
    """Raise HelpRequestNotOpen unless the request and its goal are open. A sweep withdraws one without its goal."""
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(
            _("This help request is %(status)s. Only an open one can be matched.")
            % {"status": request.get_status_display().lower()}
        )
    must_be_active(request.goal)


def must_look_for_mentors(request: HelpRequest) -> None:
    """Raise MatchedInCohort for a request of a cohort: nobody is proposed, named or asked for it one by one."""
    if request.cohort_id is not None:
        raise MatchedInCohort


def must_be_active(goal: Goal) -> None:
    if goal.status != Goal.Status.ACTIVE:
        raise HelpRequestNotOpen(
            _(
                "The goal of this help request is %(status)s, so no mentor is looked for any more. Nothing is left "
                "to do here."
            )
            % {"status": goal.get_status_display().lower()}
        )


def must_not_be_apart(match: Match) -> None:
    """Raise PairNotAllowed for a waiting match that could not be accepted any more. A sweep withdraws it."""
    if cannot_be_accepted(match):
        raise PairNotAllowed(_("This question does not need an answer any more. The admins can tell you more."))


def must_have_read(match: Match, correction: int) -> None:
    """Raise CorrectedMeanwhile if the locked request has changed for its mentor since they read ``correction``.

    The caller has checked that the two are not kept apart.
    """
    match.is_kept_apart = False  # type: ignore[attr-defined]
    if changes := changes_since(match, correction):
        raise CorrectedMeanwhile(match.help_request.corrections.count(), [asdict(change) for change in changes])


def must_be_a_draft(request: HelpRequest) -> None:
    if request.status != HelpRequest.Status.DRAFT:
        raise HelpRequestNotADraft(
            _(
                "This help request is submitted, and mentors may have read it. Correct it while it is open, or write a "
                "new one for something else."
            )
        )


def must_have_a_true_rate(request: HelpRequest) -> None:
    """Raise HelpRequestIncomplete for a rate without paid mentors.

    Each change was checked on its own. Two changes at once may contradict each other.
    """
    if request.max_rate and not request.accepts_paid:
        raise HelpRequestIncomplete(
            _("A highest rate is given, but paid mentors are not accepted. Change one of them.")
        )


def plain_words(text: str, *, without: str = "") -> list[str]:
    """Return the words of ``text`` for comparison: lower case, no punctuation, none of the words in ``without``."""
    left_out = set(words_of(unicodedata.normalize("NFKC", without)))
    return [word for word in words_of(unicodedata.normalize("NFKC", text)) if word not in left_out]


def _mover(match: Match, status: str) -> int:
    """Return the user who moves a match to ``status``. An offer is begun by the mentor and answered by the mentee."""
    mentee, mentor = match.help_request.mentee_id, match.mentor.user_id
    if status == Match.Status.CLARIFYING:
        return mentor
    began, answers = (mentor, mentee) if match.offered_at else (mentee, mentor)
    return answers if status in (Match.Status.ACCEPTED, Match.Status.DECLINED) else began
