"""Asking one thing back, before the mentor decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy, ngettext

from accounts.community_settings import value_of
from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from matching.exceptions import QuestionSaysNothing, TooManyQuestionsBack
from matching.locks import lock_match
from matching.models import Clarification, Match
from matching.moves import move_match, tell_about_question
from matching.services.checks import must_be_mentor, must_be_open, must_not_be_apart, must_not_be_done, plain_words

QUESTION_MIN, QUESTION_MAX = 10, 1000  # characters
NO_QUESTION = gettext_lazy("Ask in a sentence what you need to know before you decide.")


@transaction.atomic
def ask_back(*, match_id: int, by: User, question: str, now: datetime) -> Clarification:
    """Ask the mentee one thing before deciding. Their clock runs until they answer; then the mentor's begins anew.

    Raises NotYourTurn, AlreadyDone, SuggestionGone, HelpRequestNotOpen, MoveNotAllowed unless the question waits for
    the mentor, PairNotAllowed, QuestionSaysNothing, TooManyQuestionsBack after as many as allowed.
    """
    match = lock_match(match_id)
    must_be_mentor(match, by)
    must_not_be_done(match, Match.Status.CLARIFYING, by=by)
    must_be_open(match.help_request)
    if match.status != Match.Status.ASKED:
        raise MoveNotAllowed("match", match.status, Match.Status.CLARIFYING)
    must_not_be_apart(match)
    if len(question.strip()) < QUESTION_MIN or not plain_words(question):
        raise QuestionSaysNothing(NO_QUESTION)
    number = match.clarifications.count() + 1
    most = value_of("clarifications_max")
    if number > most:
        raise TooManyQuestionsBack(
            ngettext(
                "You have asked %(number)s question. Say yes to a first call to ask more, or decline.",
                "You have asked %(number)s questions. Say yes to a first call to ask more, or decline.",
                most,
            )
            % {"number": most}
        )
    asked = Clarification.objects.create(match=match, number=number, question=question, asked_at=now)
    move_match(match, Match.Status.CLARIFYING, at=now)
    tell_about_question(match.help_request.mentee, "match_question", asked, now)
    return asked
