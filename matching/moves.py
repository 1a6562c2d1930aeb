"""Moves of matches and help requests that services and jobs share, with the messages that go with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext_noop

from accounts.models import MentorProfile, User
from accounts.notifications.write import notify, skip_unsent
from matching.engine import ENGINE_VERSION, Suggestion
from matching.models import Clarification, Correction, HandProposal, HelpRequest, Match
from matching.selectors.words import catalogue

# The first reasons of a mentor whom the mentee named, each translated for its reader.
NAMED = gettext_noop("You chose this mentor yourself.")
NAMED_FOR_MENTOR = gettext_noop("They chose you by name.")
# Those of a mentor whom an admin proposed by hand, and one more for the mentee about each rule that was overridden.
BY_HAND = gettext_noop("The organisers proposed this mentor to you.")
BY_HAND_FOR_MENTOR = gettext_noop("The organisers proposed you for this request.")
OVERRIDDEN = {
    "no_overlap": gettext_noop(
        "The hours that the two of you have stated hardly meet. Say in your question which times suit you."
    ),
    "goal_not_offered": gettext_noop(
        "This kind of goal is none that they say they help with. Say in your question what you hope for from them."
    ),
}
# Kinds of messages that ask one side for an answer. Their keys begin with the match's uuid.
ASKS_FOR_AN_ANSWER = (
    "match_asked",
    "match_reminder",
    "mentor_is_full",
    "match_question",
    "match_clarified",
    "question_reminder",
    "match_offered",
    "offer_reminder",
)


def proposal_of(request: HelpRequest, mentor: MentorProfile, found: Suggestion, now: datetime) -> Match:
    """Return the unsaved proposal of a mentor, with the points and reasons of a suggestion."""
    proposal = Match(help_request=request, mentor=mentor, rank=found.rank, created_at=now)
    judge(proposal, found)
    return proposal


def judge(match: Match, found: Suggestion) -> None:
    """Write the points and reasons of a suggestion to a match, and do not save it.

    A saved match is read with ``by_hand``, else that is one query.
    """
    match.fit = found.fit
    match.load_cost, match.silence_cost = found.load_cost, found.silence_cost
    match.interest_bonus = found.interest_bonus
    match.criteria = {name: asdict(criterion) for name, criterion in found.criteria.items()}
    match.reasons, match.mentor_reasons = list(found.reasons), list(found.mentor_reasons)
    by_hand: HandProposal | None = getattr(match, "by_hand", None)
    if match.is_named:
        _lead_reasons(match, [NAMED], NAMED_FOR_MENTOR)
    elif by_hand is not None:
        _lead_reasons(match, [BY_HAND, *(OVERRIDDEN[rule] for rule in by_hand.rules)], BY_HAND_FOR_MENTOR)
    match.engine_version = ENGINE_VERSION


def _lead_reasons(match: Match, for_mentee: Iterable[str], for_mentor: str) -> None:
    """Put sentences before the reasons of a match, each in the language of its reader."""
    mentee, mentor = match.help_request.mentee.profile, match.mentor.user.profile
    match.reasons[:0] = [catalogue(mentee.reads_in).gettext(sentence) for sentence in for_mentee]
    match.mentor_reasons.insert(0, catalogue(mentor.reads_in).gettext(for_mentor))


def order_matches(request: HelpRequest) -> None:
    """Number the matches of a locked request: live ones first, then by the points of their rank.

    Each search numbers its own suggestions from 1. Equals keep the order in which they were proposed.
    """
    matches = sorted(
        request.matches.only("status", "rank", "fit", "load_cost", "silence_cost", "interest_bonus", "created_at"),
        key=lambda match: (match.status not in Match.LIVE, -match.points, match.created_at, match.rank, match.pk),
    )
    for rank, match in enumerate(matches, start=1):
        match.rank = rank
    Match.objects.bulk_update(matches, ["rank"])


def move_match(match: Match, status: str, *, at: datetime) -> None:
    """Move a locked match, and skip the unsent questions and reminders of the turn that ends.

    Raises MoveNotAllowed unless ``MOVES`` allows it.
    """
    was_waiting = match.status in Match.WAITING
    match.move_to(status, at=at)
    if was_waiting:
        skip_unsent(
            recipients=[match.mentor.user_id, match.help_request.mentee_id],
            kinds=ASKS_FOR_AN_ANSWER,
            key_prefix=str(match.uuid),
            reason="It needs no answer any more.",
        )


def end_live_match(match: Match, status: str, *, tell_mentor: str, at: datetime) -> None:
    """End a locked live match, and notify its mentor if they were asked or had offered.

    ``tell_mentor`` is the kind of message. A mentor who was only proposed is not notified.
    """
    was_waiting = match.status in Match.WAITING
    move_match(match, status, at=at)
    if was_waiting:
        tell(match.mentor.user, tell_mentor, match, at)


def supersede(siblings: Collection[Match], *, at: datetime) -> None:
    """End the locked siblings of an accepted match. Mentors who were asked or had offered are notified."""
    proposals = [match for match in siblings if match.status == Match.Status.PROPOSED]
    # One update for all: nobody is to be notified, and nothing of them was sent.
    Match.objects.filter(pk__in=[match.pk for match in proposals]).update(status=Match.Status.SUPERSEDED, ended_at=at)
    for match in siblings:
        if match not in proposals:
            end_live_match(match, Match.Status.SUPERSEDED, tell_mentor="match_superseded", at=at)


def places_taken(request: HelpRequest) -> int:
    """Return how many live matches count towards PROPOSALS_MAX: not mentors whom the mentee named and did not ask."""
    live = request.matches.filter(status__in=Match.LIVE)
    return live.exclude(status=Match.Status.PROPOSED, is_named=True).count()


def make_due(request: HelpRequest, *, now: datetime) -> bool:
    """Make the locked request due for the next sweep, if it is open to all mentors. Return whether it is."""
    if request.status != HelpRequest.Status.OPEN or request.cohort_id is not None:
        return False
    request.mentors_due_at = now
    request.save(update_fields=["mentors_due_at"])
    return True


def tell(person: User, kind: str, match: Match, now: datetime) -> None:
    """Write a message about a match, once for each match and kind.

    A match that carries ``is_kept_apart`` is not read again for the title.
    """
    about = match if hasattr(match, "is_kept_apart") else None
    payload = {"match": str(match.uuid)}
    notify(recipient=person, kind=kind, key=str(match.uuid), payload=payload, now=now, about=about)


def tell_about_question(person: User, kind: str, question: Clarification, now: datetime) -> None:
    """Write a message about a question that the mentor asked back, once for each question and kind."""
    match = question.match
    payload = {"match": str(match.uuid), "number": str(question.number)}
    notify(recipient=person, kind=kind, key=f"{match.uuid}:{question.number}", payload=payload, now=now)


def tell_about_correction(match: Match, correction: Correction, now: datetime) -> None:
    """Write a message to the mentor of a match about a correction of its request, once for each correction."""
    payload = {"match": str(match.uuid), "number": str(correction.number)}
    key = f"{match.uuid}:{correction.number}"
    notify(recipient=match.mentor.user, kind="request_corrected", key=key, payload=payload, now=now)


def tell_mentee(request: HelpRequest, kind: str, *, since: datetime, now: datetime) -> None:
    """Write a message about a help request to its mentee, once for each ``since``."""
    payload = {"help_request": str(request.uuid)}
    notify(recipient=request.mentee, kind=kind, key=f"{request.uuid}:{since.isoformat()}", payload=payload, now=now)
