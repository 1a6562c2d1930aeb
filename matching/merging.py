"""Rules for the help requests, and for the matches as a mentor, of an account that is merged."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet

from accounts.community_settings import value_of
from accounts.doorbell import ring_after_commit
from accounts.merge_registry import (
    Merge,
    acts,
    leaves,
    moves,
    register,
    register_ending,
    register_lock,
    register_refusals,
    removes,
)
from matching.models import (
    CohortDecision,
    CohortDraft,
    CohortPair,
    Handover,
    HandProposal,
    HelpRequest,
    Import,
    Match,
    MentorTexts,
)
from matching.tasks import propose_matches

ACTED = "stay: they say what that account did as an admin"
# The first one of these is kept of two matches of one request: a decision before a suggestion.
KEPT = ("accepted", "asked", "clarifying", "offered", "declined", "dismissed", "expired", "withdrawn", "superseded")


def _requests_of_both(merge: Merge) -> QuerySet[HelpRequest]:
    both = [merge.gone, merge.stays]
    as_mentor = Match.objects.filter(mentor__user__in=both, status__in=Match.LIVE).values("help_request")
    in_cohorts = CohortPair.objects.filter(mentor__user__in=both, status__in=CohortPair.LIVE).values("help_request")
    return HelpRequest.objects.filter(Q(mentee__in=both) | Q(pk__in=as_mentor) | Q(pk__in=in_cohorts))


def _lock_requests(merge: Merge) -> None:
    """Lock the requests of both, and those that wait for one of them as a mentor. Their matches are safe then."""
    rows = _requests_of_both(merge).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


# --- refusals ---------------------------------------------------------------------------------------------


def _between(merge: Merge) -> QuerySet[Match]:
    """Return the matches of the two with each other."""
    one, other = merge.gone, merge.stays
    return Match.objects.filter(
        Q(help_request__mentee=one, mentor__user=other) | Q(help_request__mentee=other, mentor__user=one)
    )


def _against_matches(merge: Merge) -> Iterator[str]:
    if _between(merge).filter(Q(asked_at__isnull=False) | Q(offered_at__isnull=False)).exists():
        yield "One of the two asked the other one for help, or offered it."


def _against_requests(merge: Merge) -> Iterator[str]:
    opened = HelpRequest.objects.filter(status=HelpRequest.Status.OPEN, cohort=None)
    count = opened.filter(mentee__in=[merge.gone, merge.stays]).count()
    most = value_of("open_requests_max")
    if count > most:
        yield (
            f"The two have {count} open help requests, and one person has {most} at most. Let them withdraw some first."
        )


def _against_cohorts(merge: Merge) -> Iterator[str]:
    current = [HelpRequest.Status.DRAFT, HelpRequest.Status.OPEN, HelpRequest.Status.MATCHED]
    of_both = HelpRequest.objects.filter(mentee__in=[merge.gone, merge.stays], cohort__isnull=False, status__in=current)
    if of_both.values("cohort").annotate(count=Count("pk")).filter(count__gt=1).exists():
        yield "Each of the two has a help request in the same cohort. Let one of the requests be withdrawn first."
    pairs = CohortPair.objects.filter(status__in=CohortPair.LIVE)
    one, other = merge.gone, merge.stays
    if pairs.filter(
        Q(help_request__mentee=one, mentor__user=other) | Q(help_request__mentee=other, mentor__user=one)
    ).exists():
        yield "The two are proposed to each other in a cohort. Take the pair back first."


def _against_questions(merge: Merge) -> Iterator[str]:
    for rows in _to_both_mentors(merge):
        waiting = [row for row in rows if row.status in Match.WAITING]
        said = [row for row in rows if row.status not in (*Match.WAITING, "proposed", "superseded")]
        if len(waiting) > 1 or (waiting and said):
            yield (
                "A help request waits for an answer of one account as a mentor, and the other one has been asked "
                "or has answered as well. Let the question be answered first."
            )


def _to_both_mentors(merge: Merge) -> list[list[Match]]:
    """Return the matches of each request that has some with both mentor profiles."""
    if merge.two_mentors is None:
        return []
    found: dict[int, list[Match]] = {}
    for match in Match.objects.filter(mentor__in=merge.two_mentors).order_by("pk"):
        found.setdefault(match.help_request_id, []).append(match)
    return [rows for rows in found.values() if len({row.mentor_id for row in rows}) > 1]


# --- acts -------------------------------------------------------------------------------------------------


def _requests(merge: Merge, gone: int, stays: int) -> int:
    """Move requests. Nobody is their own mentor: suggestions between the two go."""
    _between(merge).delete()
    return HelpRequest.objects.filter(mentee=gone).update(mentee=stays)


def _matches_of_mentor(merge: Merge, gone: int, stays: int) -> int:
    """Move matches to the mentor profile that stays. Of two about one request the stronger is kept."""
    for rows in _to_both_mentors(merge):
        _keep_one(rows, merge)
    return Match.objects.filter(mentor=gone).update(mentor=stays)


def _keep_one(rows: list[Match], merge: Merge) -> None:
    """Delete all but one of the matches of a request. Those declined until a day stay beside it."""
    until = [row for row in rows if row.time_again_on is not None]
    others = sorted((row for row in rows if row.time_again_on is None), key=_strength)
    has_no_time = any(row.time_again_on > merge.now.date() for row in until if row.time_again_on)
    surplus = others[1:]
    if others and others[0].status == Match.Status.PROPOSED and has_no_time:
        surplus = others
    Match.objects.filter(pk__in=[row.pk for row in surplus]).delete()


def _strength(match: Match) -> tuple[int, int]:
    return (KEPT.index(match.status) if match.status in KEPT else len(KEPT), match.pk)


def _look_again(merge: Merge) -> None:
    """Search again for the open requests: mentors who declined one account are no suggestion for the person."""
    opened = HelpRequest.objects.filter(mentee=merge.stays, status=HelpRequest.Status.OPEN, cohort=None)
    opened.update(mentors_due_at=merge.now)
    for key in opened.order_by("pk").values_list("pk", flat=True):
        ring_after_commit(propose_matches, key)


register_lock(20, _lock_requests)
register_refusals(_against_matches)
register_refusals(_against_requests)
register_refusals(_against_questions)
register_refusals(_against_cohorts)
register_ending(_look_again)

register(
    acts(HelpRequest, "mentee", _requests, "follow"),
    acts(Match, "mentor", _matches_of_mentor, "follow; of two about one request the stronger is kept"),
    moves(CohortPair, "mentor"),
    leaves(CohortPair, "published_by", words=ACTED),
    leaves(CohortDraft, "asked_by", words=ACTED),
    leaves(CohortDecision, "by", words=ACTED),
    removes(MentorTexts, "mentor", "go: they are made anew"),
    leaves(HandProposal, "by", words=ACTED),
    leaves(Handover, "opened_by", words=ACTED),
    leaves(Import, "uploaded_by", "applied_by", "undone_by", words=ACTED),
)
