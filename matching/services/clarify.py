"""Answering the question that a mentor asked back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from matching.exceptions import AlreadyDone, AnswerSaysNothing
from matching.locks import lock_match
from matching.models import Clarification, Match
from matching.moves import move_match, tell_about_question
from matching.services.checks import must_be_mentee, must_be_open, must_not_be_apart, plain_words
from matching.services.renew import renew_if_asked

ANSWER_MAX = 2000  # characters
NO_ANSWER = gettext_lazy("Answer in a sentence or two; the mentor decides with it.")


@transaction.atomic
def clarify_match(*, match_id: int, by: User, answer: str, now: datetime) -> Clarification:
    """Answer the mentor's question. It is the mentor's turn again, with a whole window to decide.

    Raises NotYourTurn, AlreadyDone, SuggestionGone, HelpRequestNotOpen, MoveNotAllowed without an open question,
    PairNotAllowed, AnswerSaysNothing.
    """
    match = lock_match(match_id)
    must_be_mentee(match.help_request, by)
    if match.status == Match.Status.ASKED and match.clarifications.exists():
        raise AlreadyDone(_("You have answered already. The mentor has your answer; nothing is left to do."))
    must_be_open(match.help_request)
    if match.status != Match.Status.CLARIFYING:
        raise MoveNotAllowed("match", match.status, Match.Status.ASKED)
    must_not_be_apart(match)
    if not plain_words(answer):
        raise AnswerSaysNothing(NO_ANSWER)
    asked = match.clarifications.get(answered_at=None)
    asked.answer, asked.answered_at = answer, now
    asked.save(update_fields=["answer", "answered_at"])
    asked.match = match
    move_match(match, Match.Status.ASKED, at=now)
    renew_if_asked(match.help_request, now)
    tell_about_question(match.mentor.user, "match_clarified", asked, now)
    return asked
