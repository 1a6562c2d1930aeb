"""What a mentee does with the mentors proposed: ask one, take a question back, say "not for me"."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.exceptions import MoveNotAllowed
from accounts.models import MentorProfile, User
from matching.engine import RULES
from matching.exceptions import (
    MentorNotEligible,
    NotYourTurn,
    SuggestionGone,
    TooManyAsked,
    WhyYouCopied,
    WhyYouTooShort,
)
from matching.models import Match
from matching.selectors.suggestions import rules_against_asking
from matching.services.moving import (
    lock_match,
    lock_mentee,
    look_for_more,
    must_be_mentee,
    must_be_one_of_them,
    must_be_open,
    must_not_be_done,
    note_sign_of_life,
    plain_words,
    tell,
)

WHY_YOU_MIN = 20  # characters
SENTENCES = {rule.name: rule.sentence for rule in RULES}


def ask_mentor(*, match_id: int, by: User, why_you: str, now: datetime) -> Match:
    """Ask the mentor of a proposed match, and tell them.

    Raises NotYourTurn, AlreadyDone, SuggestionGone, HelpRequestNotOpen, MoveNotAllowed, WhyYouTooShort, WhyYouCopied,
    TooManyAsked at three unanswered ones, and MentorNotEligible with the rule's sentence if the mentor cannot be asked
    any more; then another mentor is looked for.
    """
    try:
        return _ask(match_id, by, why_you, now)
    except MentorNotEligible:
        # Where a search has dropped the proposal meanwhile, it has looked for others as well.
        with suppress(SuggestionGone), transaction.atomic():
            look_for_more(lock_match(match_id).help_request, now)
        raise


@transaction.atomic
def _ask(match_id: int, by: User, why_you: str, now: datetime) -> Match:
    match = lock_match(match_id)
    request = match.help_request
    must_be_mentee(request, by)
    must_not_be_done(match, Match.Status.ASKED, by=by)
    must_be_open(request)
    match.must_allow(Match.Status.ASKED)
    # Two questions for two requests at once: each must see what the other says.
    lock_mentee(request.mentee_id)
    _must_say_why(match, why_you)
    waiting = request.matches.filter(status__in=Match.WAITING).count()
    if waiting >= settings.ASKED_MAX:
        wait = "1 question or offer waits" if waiting == 1 else f"{waiting} questions and offers wait"
        raise TooManyAsked(
            f"{wait} for an answer. Wait for one, take a question back or decline an offer, then ask another mentor."
        )
    # The mentor's lock makes the inbox count true until this one is counted in it.
    mentor = MentorProfile.objects.select_for_update(of=("self",), no_key=True).get(pk=match.mentor_id)
    if rules := rules_against_asking(request, mentor, now=now):
        raise MentorNotEligible(rules[0], SENTENCES[rules[0]])
    match.why_you = why_you
    match.move_to(Match.Status.ASKED, at=now)
    note_sign_of_life(request, now)
    tell(match.mentor.user, "match_asked", match, now)
    return match


@transaction.atomic
def withdraw_match(*, match_id: int, by: User, now: datetime) -> Match:
    """Take a question or an offer back: whoever made it. The other side is told, and other mentors are looked for.

    Raises NotYourTurn, AlreadyDone, MoveNotAllowed unless it waits for an answer.
    """
    match = lock_match(match_id)
    request, mentor = match.help_request, match.mentor.user
    must_be_one_of_them(match, by)
    must_not_be_done(match, Match.Status.WITHDRAWN, by=by)
    if match.status not in Match.WAITING:
        raise MoveNotAllowed("match", match.status, Match.Status.WITHDRAWN)
    asked = match.status == Match.Status.ASKED
    if by.pk != (request.mentee_id if asked else mentor.pk):
        raise NotYourTurn("The other side can take this back. You can accept or decline it.")
    match.move_to(Match.Status.WITHDRAWN, at=now)
    tell(mentor if asked else request.mentee, "match_withdrawn", match, now)
    if by.pk == request.mentee_id:
        note_sign_of_life(request, now)
    look_for_more(request, now)
    return match


@transaction.atomic
def dismiss_match(*, match_id: int, by: User, reason: str, now: datetime) -> Match:
    """Say that a proposed mentor is not the one, and why. They are not proposed again, another one is looked for.

    The mentor is not told. Raises NotYourTurn, AlreadyDone, SuggestionGone, HelpRequestNotOpen, MoveNotAllowed.
    """
    match = lock_match(match_id)
    must_be_mentee(match.help_request, by)
    must_not_be_done(match, Match.Status.DISMISSED, by=by)
    must_be_open(match.help_request)
    match.dismiss_reason = reason
    match.move_to(Match.Status.DISMISSED, at=now)
    note_sign_of_life(match.help_request, now)
    look_for_more(match.help_request, now)
    return match


def _must_say_why(match: Match, why_you: str) -> None:
    """Raise WhyYouTooShort, or WhyYouCopied if only the names differ from what another mentor was told."""
    words = plain_words(why_you, without=match.mentor.user.name)
    if len(why_you.strip()) < WHY_YOU_MIN or not words:
        raise WhyYouTooShort("Say a little more: a sentence or two that only fits this mentor.")
    others = Match.objects.filter(help_request__mentee=match.help_request.mentee_id).exclude(why_you="")
    for text, name in others.exclude(mentor=match.mentor_id).values_list("why_you", "mentor__user__name"):
        if words == plain_words(text, without=name):
            raise WhyYouCopied(
                "You wrote the same to another mentor. Name what only fits this one: a step in their career or "
                "something they teach, and what you hope to learn from it."
            )
