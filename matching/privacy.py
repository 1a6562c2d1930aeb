"""Personal data of this app: what export and erasure do with it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from accounts.privacy_registry import Holding, Share, declare, impersonal, register_parting
from accounts.retention import keeps
from matching.jobs.cohort_pairs import end_impossible_pairs
from matching.jobs.handovers import open_new_handovers
from matching.jobs.kept_apart import end_kept_apart
from matching.models import (
    BankQuestion,
    Clarification,
    CohortDecision,
    CohortDraft,
    CohortPair,
    CohortReport,
    CohortScores,
    Correction,
    Handover,
    HandProposal,
    HelpRequest,
    Import,
    ImportColumns,
    ImportRow,
    Match,
    MentorTexts,
    RequestText,
)
from matching.models.imports import ROWS_KEPT_FOR
from matching.services.withdraw import withdraw_help_request

REQUEST = ("situation", "gap", "ask", "why")
MENTEE, MENTOR = "help_request__mentee", "mentor__user"
OF_MATCH = ("match__help_request__mentee", "match__mentor__user")
ACTED = "they say what an admin did, whose account has no name then"


def _withdraw(person: User, now: datetime) -> None:
    """Withdraw open requests, and delete drafts, which nobody has read. An acceptance under way is waited for."""
    theirs = HelpRequest.objects.filter(mentee=person)
    for key in theirs.filter(status=HelpRequest.Status.OPEN).order_by("pk").values_list("pk", flat=True):
        with suppress(MoveNotAllowed):
            withdraw_help_request(help_request_id=key, by=person, now=now)
    theirs.filter(status=HelpRequest.Status.DRAFT).delete()


def _forget_imported(person: User, now: datetime) -> None:
    """Delete the rows of imports that have an address of the person. All rows go after a day."""
    for address in {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}:
        rows = ImportRow.objects.annotate(words=Cast("cells", TextField()))
        rows.filter(Q(words__icontains=address) | Q(subject__icontains=address)).delete()


def _leave_mentees(person: User, now: datetime) -> None:
    """End what waits for a mentor who left, and ask the mentees how to go on. The sweeps do the same."""
    end_kept_apart(now=now)
    end_impossible_pairs(now=now)
    open_new_handovers(now=now)


keeps("Rows of an import", ROWS_KEPT_FOR, since="its last step", sweep="matching.tasks.tend_imports")

register_parting(20, _withdraw)
register_parting(60, _leave_mentees)
register_parting(70, _forget_imported)

declare(
    Holding(
        HelpRequest,
        (
            Share(
                "mentee",
                texts=REQUEST,
                facts=("needs", "languages", "max_rate_amount", "max_rate_currency", "max_rate_per"),
            ),
        ),
        plain=("ref", "obstacle"),
        says="its kind and outcome are counted on",
    ),
    Holding(
        Match,
        (
            Share(
                MENTEE,
                texts=("why_you",),
                reads=("mentor__user__name", "reasons", "offer_note", "decline_note"),
                only=~Q(status="dismissed"),
            ),
            # Proposals are the mentee's alone until they ask.
            Share(
                MENTOR,
                texts=("offer_note", "decline_note"),
                reads=("help_request__mentee__name", "mentor_reasons", "why_you"),
                only=Q(asked_at__isnull=False) | Q(offered_at__isnull=False) | Q(status="accepted"),
            ),
        ),
        secret=("criteria", "reasons", "mentor_reasons"),
        hidden=(
            *("dismiss_reason", "decline_reason", "silent_side", "load_cost", "silence_cost", "interest_bonus"),
            # Each is shown to one of the two at most.
            *("rank", "is_named", "reminders_sent", "extended_at", "time_again_on"),
        ),
        plain=("engine_version",),
        says="that one was asked, and the outcome, stays for the other side",
    ),
    Holding(
        Clarification,
        (
            Share(OF_MATCH[0], texts=("answer",), reads=("question",)),
            Share(OF_MATCH[1], texts=("question",), reads=("answer",)),
        ),
    ),
    Holding(Correction, (Share(MENTEE, facts=("before", "after")),)),
    Holding(
        HandProposal,
        (Share(OF_MATCH[0]), Share(OF_MATCH[1])),
        acted=("by",),
        plain=("rules",),
        secret=("reason",),
        exported=False,
    ),
    Holding(
        CohortPair,
        (
            Share(MENTEE, reads=("mentor__user__name", "reasons"), only=Q(proposed_at__isnull=False)),
            Share(MENTOR, reads=("help_request__mentee__name", "mentor_reasons"), only=Q(proposed_at__isnull=False)),
        ),
        acted=("published_by",),
        secret=("reasons", "mentor_reasons"),
        # Each is shown to one of the two at most, or to those who run the cohort.
        hidden=(
            *("status", "declined_by", "decline_reason", "why_withdrawn", "reminders_sent"),
            *("mentee_yes_at", "mentor_yes_at", "draft", "instead_of", "alternates"),
        ),
        plain=("alternates",),
        says="that the two were proposed to each other, and the outcome, stays",
    ),
    Holding(
        CohortDecision,
        (Share("mentee__person"), Share("mentor__person")),
        acted=("by",),
        secret=("reason",),
        exported=False,
    ),
    Holding(
        CohortDraft,
        acted=("asked_by",),
        plain=("findings", "pins", "bans", "held", "mentor_of", "fits", "alternates", "report", "audit", "policy"),
        named=("what", "failure"),
        exported=False,
        says="people are keys; who is erased is known by nobody",
    ),
    impersonal(
        CohortScores,
        *("mentees", "requests", "mentors", "places", "engine_version", "weights_version"),
        *("digest", "data"),
        says="people are keys",
    ),
    Holding(
        Handover,
        (Share("mentorship__mentee"), Share("mentorship__mentor__user", exported=False)),
        acted=("opened_by",),
        secret=("reason",),
        says="the other side keeps it",
    ),
    Holding(
        MentorTexts,
        (Share(MENTOR),),
        deletes=True,
        secret=("items", "languages", "vectors", "whole", "model"),
        exported=False,
    ),
    Holding(RequestText, (Share(MENTEE),), deletes=True, secret=("digest", "vectors"), exported=False),
    Holding(
        BankQuestion,
        (Share("item__record__owner"),),
        deletes=True,
        secret=("text", "model", "vector"),
        exported=False,
        says="shared questions go with their debrief",
    ),
    Holding(
        Import,
        acted=("uploaded_by", "applied_by", "undone_by"),
        plain=("columns", "overwrite"),
        named=("file_name", "header", "failure"),
        exported=False,
        says=ACTED,
    ),
    Holding(
        ImportRow,
        named=("cells", "subject", "faults", "says", "undo"),
        exported=False,
        says="rows with an address of the person are deleted",
        kept="1 day",
    ),
    impersonal(CohortReport, "groups", "counts", says="counts of five people at least, by department"),
    impersonal(ImportColumns, "header", "columns", "overwrite", says="names of columns"),
)
