"""What the moves share: locks, who may, whom to tell, and looking for the next mentor.

Locks are taken in one order: help request, match (ascending primary key), goal, the mentee's profile, mentor.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from accounts.doorbell import ring_after_commit
from accounts.models import Profile, User
from accounts.notifications.write import notify
from matching.concreteness.structure import words_of
from matching.exceptions import (
    AlreadyDone,
    HelpRequestGone,
    HelpRequestNotOpen,
    NotYourTurn,
    SuggestionGone,
)
from matching.models import HelpRequest, Match
from matching.tasks import propose_matches

# What somebody reads who clicks a second time.
DONE = {
    Match.Status.ASKED: "You have asked this mentor already. They have your question; nothing is left to do.",
    Match.Status.OFFERED: "You have offered your help already. The mentee has your offer; nothing is left to do.",
    Match.Status.ACCEPTED: "You have said yes already. Your mentorship has begun; nothing is left to do.",
    Match.Status.DECLINED: "You have said no already. The other side knows; nothing is left to do.",
    Match.Status.WITHDRAWN: "You have taken this back already. Nothing is left to do.",
    Match.Status.DISMISSED: "You have said already that this mentor is not the one. Nothing is left to do.",
}


def lock_request(help_request_id: int) -> HelpRequest:
    """Return the help request, locked. Raises HelpRequestGone for a draft that was thrown away meanwhile."""
    requests = HelpRequest.objects.select_for_update(of=("self",), no_key=True)
    try:
        return requests.select_related("mentee", "goal__kind", "session_kind").get(pk=help_request_id)
    except HelpRequest.DoesNotExist:
        raise HelpRequestGone from None


def lock_match(match_id: int) -> Match:
    """Return the match with its help request, both locked, the help request first.

    Raises SuggestionGone for a proposal that a new search dropped meanwhile.
    """
    try:
        request = lock_request(Match.objects.values_list("help_request_id", flat=True).get(pk=match_id))
        matches = Match.objects.select_for_update(of=("self",), no_key=True).select_related("mentor__user")
        match = matches.get(pk=match_id)
    except Match.DoesNotExist:
        raise SuggestionGone from None
    match.help_request = request
    return match


def lock_live_matches(request: HelpRequest) -> list[Match]:
    """Return what is proposed, asked or offered for a locked help request, locked."""
    matches = request.matches.select_for_update(of=("self",), no_key=True).filter(status__in=Match.LIVE)
    return list(matches.select_related("mentor__user").order_by("pk"))


def lock_mentee(mentee_id: int) -> Profile:
    """Return the mentee's profile, locked: it stands for all that the mentee writes."""
    return Profile.objects.select_for_update(no_key=True).get(user=mentee_id)


def must_be_mentee(request: HelpRequest, by: User) -> None:
    if by.pk != request.mentee_id:
        raise NotYourTurn("Only the mentee of this help request can do that.")


def must_be_mentor(match: Match, by: User) -> None:
    if by.pk != match.mentor.user_id:
        raise NotYourTurn("Only the mentor of this match can do that.")


def must_be_one_of_them(match: Match, by: User) -> None:
    if by.pk not in (match.help_request.mentee_id, match.mentor.user_id):
        raise NotYourTurn("Only the two whom this match is about can do that.")


def must_not_be_done(match: Match, status: str, *, by: User) -> None:
    """Raise AlreadyDone if ``by`` brought the match to ``status`` already: a second click."""
    if match.status == status and by.pk == who_moves_to(match, status):
        raise AlreadyDone(DONE[match.Status(status)])


def who_moves_to(match: Match, status: str) -> int:
    """Return the user who brings a match to ``status``: of an offer, the two have changed places."""
    mentee, mentor = match.help_request.mentee_id, match.mentor.user_id
    began, answers = (mentor, mentee) if match.offered_at else (mentee, mentor)
    return answers if status in (Match.Status.ACCEPTED, Match.Status.DECLINED) else began


def must_be_open(request: HelpRequest) -> None:
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(f"This help request is {request.status}. Only an open one can be matched.")


def look_for_more(request: HelpRequest, now: datetime) -> None:
    """Have mentors looked for once this is committed, if the locked request is open."""
    if request.status == HelpRequest.Status.OPEN:
        request.mentors_due_at = now
        request.save(update_fields=["mentors_due_at"])
        ring_after_commit(propose_matches, request.pk)


def note_sign_of_life(request: HelpRequest, now: datetime) -> None:
    """Note that the mentee of the locked request still looks, if they were asked: who acts has answered."""
    if request.still_looking_at is not None:
        request.renewed_at, request.still_looking_at = now, None
        request.save(update_fields=["renewed_at", "still_looking_at"])


def tell(person: User, kind: str, match: Match, now: datetime) -> None:
    notify(recipient=person, kind=kind, key=str(match.uuid), payload={"match": str(match.uuid)}, now=now)


def plain_words(text: str, *, without: str = "") -> list[str]:
    """Return the words of a text as two texts are compared: no capitals, no punctuation, not the words ``without``."""
    left_out = set(words_of(unicodedata.normalize("NFKC", without)))
    return [word for word in words_of(unicodedata.normalize("NFKC", text)) if word not in left_out]
