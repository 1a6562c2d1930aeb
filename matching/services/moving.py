"""What the moves share: locks, who may, whom to tell, and looking for the next mentor.

Locks are taken in one order: help request, match (ascending primary key), the mentee's profile, mentor.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from accounts.doorbell import ring_after_commit
from accounts.models import Profile, User
from accounts.services.notify import notify
from matching.concreteness.reading import words_of
from matching.exceptions import HelpRequestNotOpen, NotYourTurn
from matching.models import HelpRequest, Match
from matching.tasks import propose_matches


def lock_request(help_request_id: int) -> HelpRequest:
    requests = HelpRequest.objects.select_for_update(of=("self",), no_key=True)
    return requests.select_related("mentee", "goal__kind", "session_kind").get(pk=help_request_id)


def lock_match(match_id: int) -> Match:
    """Return the match with its help request, both locked, the help request first."""
    request = lock_request(Match.objects.values_list("help_request_id", flat=True).get(pk=match_id))
    match = Match.objects.select_for_update(of=("self",), no_key=True).select_related("mentor__user").get(pk=match_id)
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


def must_be_open(request: HelpRequest) -> None:
    if request.status != HelpRequest.Status.OPEN:
        raise HelpRequestNotOpen(f"This help request is {request.status}. Only an open one can be matched.")


def look_for_more(request: HelpRequest, now: datetime) -> None:
    """Have mentors looked for once this is committed, if the locked request is open."""
    if request.status == HelpRequest.Status.OPEN:
        request.mentors_due_at = now
        request.save(update_fields=["mentors_due_at"])
        ring_after_commit(propose_matches, request.pk)


def tell(person: User, kind: str, match: Match, now: datetime) -> None:
    notify(recipient=person, kind=kind, key=str(match.uuid), payload={"match": str(match.uuid)}, now=now)


def plain_words(text: str, *, without: str = "") -> list[str]:
    """Return the words of a text as two texts are compared: no capitals, no punctuation, not the words ``without``."""
    left_out = set(words_of(unicodedata.normalize("NFKC", without)))
    return [word for word in words_of(unicodedata.normalize("NFKC", text)) if word not in left_out]
