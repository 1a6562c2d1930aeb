"""Personal data of this app: what export and erasure do with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from accounts.exceptions import MoveNotAllowed
from accounts.models import User
from accounts.privacy_registry import Holding, Share, declare, impersonal, register_files, register_parting
from accounts.retention import keeps
from mentorship.models import (
    ActionItem,
    AnswerFeedback,
    AnswerStep,
    Attendance,
    Booking,
    CalendarAddress,
    Cohort,
    CohortMember,
    CohortOrganiser,
    Credential,
    Exclusion,
    Feedback,
    FitCheck,
    Goal,
    GoalKind,
    GoalScale,
    Mentorship,
    Milestone,
    OrganiserNote,
    OutcomeQuestion,
    OutcomeRating,
    PracticeItem,
    PracticeRecord,
    PracticeShare,
    Session,
    SessionKind,
    SessionNote,
    SessionTime,
    TakenAlong,
)
from mentorship.models.feedback import NOTE_KEPT, WORDS_KEPT
from mentorship.selectors.calendars import feed_of
from mentorship.services.cohorts.join import leave_cohort
from mentorship.services.credentials.revoke import revoke_credential
from mentorship.services.end import end_mentorship
from mentorship.services.goals import drop_goal

MENTEE, MENTOR = "mentorship__mentee", "mentorship__mentor__user"
OF_SESSION = ("session__mentorship__mentee", "session__mentorship__mentor__user")


def _end_mentorships(person: User, now: datetime) -> None:
    """End the mentorships of a mentee who leaves. Those of a mentor are handed over: the mentees choose."""
    running = Mentorship.objects.filter(mentee=person, status__in=Mentorship.RUNNING).order_by("pk")
    for key in running.values_list("pk", flat=True):
        with suppress(MoveNotAllowed):
            end_mentorship(
                mentorship_id=key,
                by=person,
                status=Mentorship.Status.ENDED_EARLY,
                reason=Mentorship.EndReason.OTHER,
                now=now,
            )


def _drop_goals(person: User, now: datetime) -> None:
    for key in (
        Goal.objects.filter(mentee=person, status=Goal.Status.ACTIVE).order_by("pk").values_list("pk", flat=True)
    ):
        with suppress(MoveNotAllowed):
            drop_goal(goal_id=key, by=person, now=now)


def _revoke_credentials(person: User, now: datetime) -> None:
    valid = Credential.objects.filter(mentor__user=person, revoked_at=None).order_by("pk")
    for key in valid.values_list("pk", flat=True):
        revoke_credential(credential_id=key, by=person, now=now)


def _leave_cohorts(person: User, now: datetime) -> None:
    for key in CohortMember.objects.filter(person=person, left_at=None).order_by("pk").values_list("pk", flat=True):
        leave_cohort(member_id=key, by=person, now=now)


def _calendar(person: User, now: datetime) -> Iterator[tuple[str, bytes]]:
    yield "calendar.ics", feed_of(person, now=now).encode()


def _credentials(person: User, now: datetime) -> Iterator[tuple[str, bytes]]:
    for credential in Credential.objects.filter(mentor__user=person).order_by("pk"):
        yield f"credentials/{credential.uuid}.jwt", credential.signed.encode()


keeps("A note to the organisers", NOTE_KEPT, since="it was written", sweep="mentorship.tasks.delete_old_words")
keeps("Words of feedback, without thanks", WORDS_KEPT, since="the end", sweep="mentorship.tasks.delete_old_words")

register_parting(30, _end_mentorships)
register_parting(40, _drop_goals)
register_parting(50, _revoke_credentials)
register_parting(55, _leave_cohorts)
register_files(_calendar)
register_files(_credentials)

declare(
    Holding(
        Goal,
        (Share("mentee", texts=("target_role", "target_field", "twin_key"), facts=("target_country", "by_on")),),
        says="its kind and outcome are counted on; mentors keep the mentorship",
    ),
    Holding(Milestone, (Share("goal__mentee", texts=("title",)),)),
    Holding(
        Mentorship,
        (Share("mentee", reads=("mentor__user__name",)), Share("mentor__user", reads=("mentee__name",))),
        acted=("ongoing_by", "ended_by"),
        hidden=("end_reason", "place", "silence_due_at", "quiet_from_at", "fit_check_due_at"),
        says="the other side keeps it, with somebody who left",
    ),
    Holding(
        Session,
        (
            Share(MENTEE, texts=("shared_notes",), facts=("place", "place_zone")),
            Share(MENTOR, texts=("shared_notes",), facts=("place", "place_zone")),
        ),
        acted=("proposed_by", "cancelled_by"),
        # It would tell each of the two what the other one answered.
        hidden=("disputed_at",),
        says="nobody can say whose words shared notes are; dates stay for the other side",
    ),
    Holding(SessionTime, tuple(Share(path) for path in OF_SESSION)),
    Holding(Booking, (Share("person"),), says="the database has both of a session booked"),
    Holding(Attendance, (Share("person"),), says="whether a session was held concerns both"),
    Holding(SessionNote, (Share("author", texts=("text",)),), deletes=True),
    Holding(
        ActionItem,
        (Share("created_by", texts=("what",)), Share(MENTEE, reads=("what",)), Share(MENTOR, reads=("what",))),
        acted=("settled_by",),
        says="steps that the other side wrote stay",
    ),
    Holding(CalendarAddress, (Share("person"),), deletes=True, secret=("digest",)),
    Holding(
        Credential,
        # A trigger empties the words of a credential without a mentor.
        (Share("mentor__user", facts=("mentor",)),),
        secret=("signed", "revoked_reason"),
        acted=("revoked_by",),
        says="revoked, and cut off from the person; the page says so without a name",
    ),
    Holding(
        CohortMember,
        (Share("person", facts=("manager", "group")), Share("manager", facts=("manager",), exported=False)),
        says="they leave the cohort; it is still known how many people were in it",
    ),
    Holding(CohortOrganiser, (Share("person"),), deletes=True),
    Holding(Exclusion, (Share("first"), Share("second")), deletes=True, exported=False),
    Holding(
        Feedback,
        (Share("author", texts=("helped", "better", "thanks")),),
        secret=("hidden_reason",),
        # An author does not learn that their feedback was reported.
        hidden=("reported_at", "kept_at"),
        named=("report_reason",),
        acted=("hidden_by",),
        says="that there was feedback stays",
        kept="words for 3 years after the end of the mentorship",
    ),
    Holding(OrganiserNote, (Share("author", texts=("text",)),), acted=("read_by",), deletes=True, kept="365 days"),
    Holding(FitCheck, (Share("person", texts=("note",)),), says="answers are counted on"),
    Holding(
        GoalScale,
        (
            Share(MENTEE, texts=("start", "less", "as_hoped", "better")),
            Share(MENTOR, reads=("start", "less", "as_hoped", "better")),
        ),
    ),
    Holding(OutcomeQuestion, (Share(MENTEE), Share(MENTOR)), exported=False, says="a clock"),
    Holding(OutcomeRating, (Share("person"),), says="ratings are counted on"),
    Holding(PracticeRecord, (Share("owner", facts=("title", "texts")),), deletes=True),
    Holding(PracticeItem, (Share("record__owner", facts=("text", "texts")),), deletes=True),
    Holding(PracticeRecord.skills.through, (Share("practicerecord__owner"),), deletes=True, exported=False),
    Holding(PracticeRecord.used_in.through, (Share("practicerecord__owner"),), deletes=True, exported=False),
    Holding(
        AnswerFeedback,
        (Share(MENTOR, texts=("text",)), Share("item__record__owner", reads=("text",))),
        says="those to the person's own records go with the records",
    ),
    Holding(PracticeShare, (Share("record__owner"),), deletes=True),
    Holding(TakenAlong, (Share(MENTEE), Share(MENTOR)), exported=False, says="a clock"),
    Holding(GoalKind.offered_by.through, (Share("mentorprofile__user"),), deletes=True),
    Holding(SessionKind.offered_by.through, (Share("mentorprofile__user"),), deletes=True),
    impersonal(AnswerStep, "numbers", says="counts of five people at least"),
    impersonal(Cohort, "name", "about", "company", "key", says="words of the organisers"),
    impersonal(GoalKind, "code", "name", "phrase", "description", says="words of the organisers"),
    impersonal(
        SessionKind, "code", "name", "agenda", "mentee_prepares", "mentor_prepares", says="words of the organisers"
    ),
)
