"""A made-up request and its matches for sample messages. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.notifications.registry import Context
from accounts.samples import SAMPLE_LINK, sample_mentee, sample_mentor
from matching.models import Clarification, CohortPair, HelpRequest, Match
from matching.selectors.fitting import FittingRequest
from matching.selectors.queue import Obstacle
from matching.selectors.shown import mentee_card, mentor_card
from mentorship.models import Cohort, CohortMember, SessionKind
from mentorship.samples import sample_goal

ASKED_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINK_PATH = "/an-example/"


def sample_request(**facts: Any) -> HelpRequest:
    session_kind = SessionKind(
        code="cv_review",
        name="a CV review",
        minutes=45,
        agenda="What the role asks for\nThe CV, line by line\nWhat to change first",
    )
    request = HelpRequest(
        mentee=sample_mentee(),
        goal=sample_goal(),
        ask="Go through my CV and mark what a recruiter would not understand.",
        session_kind=session_kind,
        format="ongoing",
        minutes=45,
        opened_at=ASKED_AT,
    )
    for name, value in facts.items():
        setattr(request, name, value)
    return request


def sample_match(**facts: Any) -> Match:
    match = Match(
        help_request=sample_request(),
        mentor=sample_mentor(),
        rank=1,
        fit=78,
        reasons=[
            "Moved from academia to industry in 2019, into data science, as you want to.",
            "Teaches machine learning, which you call multivariate analysis.",
        ],
        mentor_reasons=["Wants to make the turn that you made in 2019.", "Asks for machine learning, which you teach."],
        **{"asked_at": ASKED_AT, "answer_due_at": ASKED_AT + timedelta(days=5)} | facts,
    )
    match.is_kept_apart = False  # type: ignore[attr-defined]
    return match


def asked(**facts: Any) -> Match:
    return sample_match(status=Match.Status.ASKED, why_you="You left the same field, and your talk stayed with me.")


def accepted() -> Match:
    return sample_match(status=Match.Status.ACCEPTED, why_you="You left the same field, and your talk stayed with me.")


def offered(**facts: Any) -> Match:
    facts = {"status": Match.Status.OFFERED} | facts
    return sample_match(
        asked_at=None, offered_at=ASKED_AT, offer_note="I rewrote my own CV three times; let me save you two.", **facts
    )


def about_match(make: Callable[[], Match] = asked, **more: Any) -> Callable[[], Context]:
    """Return a sample context around a match, with a link, a zone, and the values in ``more``."""

    def context() -> Context:
        match = make()
        zone = match.mentor.user.profile.zone
        cards = {"mentee": mentee_card(match), "other": mentor_card(match)}
        return {"match": match, "link": SAMPLE_LINK, "zone": zone} | cards | more

    return context


def about_clocks() -> Context:
    """Return a sample context around an accepted match, with the clocks of both for the mentee."""
    context = about_match(accepted, to_mentee=True)()
    mentor = context["match"].mentor.user
    mine, theirs = context["match"].help_request.mentee.profile.zone, mentor.profile.zone
    nine = ASKED_AT.astimezone(mine).replace(hour=9)
    clocks = {"zone": mine, "nine": nine, "theirs": nine.astimezone(theirs)}
    return dict(context) | {"answers_to": mentor, "outcome_link": SAMPLE_LINK} | clocks


def about_question(status: str, **more: Any) -> Callable[[], Context]:
    """Return a sample context around a question that a mentor asked back."""

    def context() -> Context:
        match = sample_match(status=status, why_you="You left the same field, and your talk stayed with me.")
        question = Clarification(
            match=match,
            number=1,
            question="Is the CV for one advert, or for several?",
            asked_at=ASKED_AT,
            answer="For one, at a bank in Berlin; it is open until the end of January.",
        )
        return about_match(lambda: match, question=question, **more)()

    return context


def about_pair(why: str | None = None, **more: Any) -> Callable[[], Context]:
    """Return a sample context around a pair of a cohort, for its mentor, with the values in ``more``."""

    def context() -> Context:
        match = sample_match(status=Match.Status.ASKED, why_you="")
        match.help_request.cohort = Cohort(name="Spring intake")
        pair = CohortPair(
            help_request=match.help_request,
            mentor=match.mentor,
            status=CohortPair.Status.PROPOSED,
            fit=match.fit,
            proposed_at=ASKED_AT,
            answer_due_at=ASKED_AT + timedelta(days=5),
        )
        zone = match.mentor.user.profile.zone
        about = {"pair": pair, "cohort": match.help_request.cohort, "to_mentee": False, "zone": zone}
        cards = {"other": mentee_card(match), "reasons": match.mentor_reasons, "why": why, "another": False}
        return about | cards | {"link": SAMPLE_LINK} | more

    return context


def about_request(**more: Any) -> Callable[[], Context]:
    """Return a sample context around a help request, with the values in ``more``."""

    def context() -> Context:
        request = sample_request(queue_place=3)
        zone = request.mentee.profile.zone
        return {
            "help_request": request,
            "link": SAMPLE_LINK,
            "zone": zone,
            "closes_at": ASKED_AT + timedelta(days=14),
        } | more

    return context


def about_cohort() -> Context:
    """Return a sample context around a cohort, and a request for it."""
    begins_on = ASKED_AT.date() + timedelta(days=14)
    cohort = Cohort(name="Spring 2027", joins_until_on=begins_on, starts_on=begins_on)
    return dict(about_request()()) | {"cohort": cohort}


def about_place() -> Context:
    """Return a sample context around the place of a mentee in a cohort."""
    begins_on = ASKED_AT.date() + timedelta(days=14)
    cohort = Cohort(
        name="Spring 2027",
        about="Twelve weeks for people who change their field.",
        status=Cohort.Status.OPEN,
        joins_until_on=begins_on,
        starts_on=begins_on,
        ends_on=begins_on + timedelta(weeks=12),
    )
    link = {"link": SAMPLE_LINK, "write_link": SAMPLE_LINK}
    return {"cohort": cohort, "place": CohortMember(cohort=cohort, side="mentee"), "is_mentee": True, **link}


def about_list() -> Context:
    matches = [sample_match(pk=1), sample_match(pk=2)]
    return {"help_request": sample_request(), "matches": matches, "new": {1, 2}, "earlier": 0, "link": SAMPLE_LINK}


def about_fitting() -> Context:
    match = sample_match()
    found = FittingRequest(help_request=match.help_request, fit=match.fit, reasons=match.mentor_reasons)
    return {"fitting": [found, found], "link": SAMPLE_LINK}


def about_mentor() -> Context:
    return {"mentor": sample_mentor(), "link": SAMPLE_LINK, "waiting": 1, "silence_max": 3}


OBSTACLE = Obstacle(
    "no_overlap",
    "Most mentors have too little time in the week in common with you.",
    "Add hours to your availability, or ask for fewer minutes.",
)
