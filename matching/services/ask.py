"""Asking a proposed mentor."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import MoveNotAllowed
from accounts.locks import lock_mentor, lock_profile
from accounts.models import MentorProfile, User
from accounts.services.asking import must_be_asking
from accounts.services.rules import must_have_accepted_rules
from matching.concreteness.reason import fits_any_mentor, names_one_of
from matching.exceptions import (
    MentorNotEligible,
    SuggestionGone,
    WhyYouCopied,
    WhyYouFitsAnyMentor,
    WhyYouTooShort,
)
from matching.locks import lock_match
from matching.models import Match
from matching.moves import move_match, tell
from matching.selectors.suggestions import rule_in_words, rules_against_asking
from matching.services.checks import must_be_mentee, must_be_open, must_not_be_done, plain_words
from matching.services.limits import must_not_ask_too_often
from matching.services.look_for_mentors import look_for_more
from matching.services.renew import renew_if_asked

WHY_YOU_MIN, WHY_YOU_MAX = 20, 2000  # characters
TOO_SHORT = gettext_lazy("Say a little more: a sentence or two that only fits this mentor.")


def ask_mentor(*, match_id: int, by: User, why_you: str, now: datetime) -> Match:
    """Ask the mentor of a proposed match, and notify them.

    Raises NotYourTurn, AlreadyDone, SuggestionGone, HelpRequestNotOpen, MoveNotAllowed, RulesNotAccepted,
    WhyYouTooShort, WhyYouFitsAnyMentor, WhyYouCopied, TooManyAsked at the limit of unanswered questions and offers,
    and AskedTooOften at a limit of ``limits``. Raises MentorNotEligible with the rule's sentence if the mentor can no
    longer be asked. Another mentor is looked for then.
    """
    try:
        return _ask(match_id, by, why_you, now)
    except MentorNotEligible:
        # A search that deleted the proposal has looked for others as well.
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
    if match.status != Match.Status.PROPOSED:
        raise MoveNotAllowed("match", match.status, Match.Status.ASKED)
    # Two questions at once, for two requests, must see the text of each other.
    request.mentee.profile = lock_profile(request.mentee_id)
    must_be_asking(request.mentee.profile)
    must_have_accepted_rules(request.mentee_id, now=now)
    _must_say_why(match, why_you)
    must_not_ask_too_often(match, now=now)
    # Under the mentor's lock the inbox count stays true until this question is counted in it.
    match.mentor = lock_mentor(match.mentor_id)
    if rules := rules_against_asking(request, match.mentor, now=now):
        raise MentorNotEligible(rules[0], rule_in_words(rules[0]))
    match.is_kept_apart = False  # type: ignore[attr-defined]  # a rule
    match.why_you = why_you
    move_match(match, Match.Status.ASKED, at=now)
    renew_if_asked(request, now)
    tell(match.mentor.user, "match_asked", match, now)
    return match


def problem_with_reason(match: Match, why_you: str) -> str | None:
    """Return the reason for which ``ask_mentor`` would refuse a text, so that it can be said while somebody types."""
    try:
        _must_say_why(match, why_you)
    except (WhyYouTooShort, WhyYouFitsAnyMentor, WhyYouCopied) as refusal:
        return refusal.detail
    return None


def _must_say_why(match: Match, why_you: str) -> None:
    """Raise WhyYouTooShort, WhyYouFitsAnyMentor for praise and asking alone, or WhyYouCopied.

    A text is a copy if only the names differ from a text to another mentor.
    """
    words = plain_words(why_you, without=match.mentor.user.name)
    if len(why_you.strip()) < WHY_YOU_MIN or not words:
        raise WhyYouTooShort(TOO_SHORT)
    if fits_any_mentor(words) and not names_one_of(words, _texts_of(match.mentor)):
        raise WhyYouFitsAnyMentor(
            _(
                "This would suit any mentor. Name one thing that drew you to this one: a step in their career, a place "
                "or something they teach, and what you hope to learn from it."
            )
        )
    others = Match.objects.filter(help_request__mentee=match.help_request.mentee_id).exclude(why_you="")
    for text, name in others.exclude(mentor=match.mentor_id).values_list("why_you", "mentor__user__name"):
        if words == plain_words(text, without=name):
            raise WhyYouCopied(
                _(
                    "You wrote the same to another mentor. Name what only fits this one: a step in their career or "
                    "something they teach, and what you hope to learn from it."
                )
            )


def _texts_of(mentor: MentorProfile) -> list[str]:
    """Return the short texts that name something of a mentor. A bio is left out: most have words of praise."""
    profile = mentor.user.profile
    steps = [text for step in profile.career.all() for text in (step.role, step.field)]
    return [profile.headline, *steps, *mentor.teaches]
