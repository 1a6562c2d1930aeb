"""Links in mails about help requests and matches."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from accounts.community_settings import days_of
from accounts.links import Purpose
from accounts.models import MentorProfile, User
from matching.models import CohortPair, HelpRequest, Match
from mentorship.models import Cohort, Mentorship, PracticeRecord

LINK_LIFE = timedelta(days=30)
# Time to ask again after a request is closed.
TIME_TO_ASK_AGAIN = timedelta(days=7)


def _choose_life() -> timedelta:
    # The mail with this link may be the last one before the request is closed.
    return max(LINK_LIFE, days_of("still_looking_days") + days_of("still_looking_grace_days") + TIME_TO_ASK_AGAIN)


ANSWER = Purpose("matching.answer", "match-answer", lambda: LINK_LIFE)
CHOOSE = Purpose("matching.choose", "match-choose", _choose_life)
STILL_LOOKING = Purpose(
    "matching.still_looking",
    "still-looking",
    lambda: max(LINK_LIFE, days_of("still_looking_grace_days") + TIME_TO_ASK_AGAIN),
)
FITTING = Purpose("matching.fitting", "fitting", lambda: LINK_LIFE)
# The mail that begins a mentorship is looked up during the first weeks. Later mails have links of their own.
MENTORSHIP = Purpose("matching.mentorship", "mentorship-signed", lambda: timedelta(days=60))

# A mentee who waits can choose another way until the mentor is back.
HANDOVER = Purpose("matching.handover", "handover-signed", lambda: timedelta(days=220))

PAIR = Purpose("matching.cohort_pair", "cohort-pair-signed", lambda: LINK_LIFE)


def pair_link(pair: CohortPair, person: User) -> str:
    """Return the address where ``person``, one of the two, reads and answers a pair of a cohort."""
    return PAIR.link(pair.uuid, person)


def answer_link(match: Match) -> str:
    """Return the address where the mentor of ``match`` reads and answers it."""
    return ANSWER.link(match.uuid, match.mentor.user)


def choose_link(request: HelpRequest) -> str:
    """Return the address where the mentee sees the proposed mentors and asks one."""
    return CHOOSE.link(request.uuid, request.mentee)


def still_looking_link(request: HelpRequest) -> str:
    """Return the address where the mentee says whether they still look."""
    return STILL_LOOKING.link(request.uuid, request.mentee)


def share_link(mentor: MentorProfile) -> str:
    """Return the address that ``mentor`` may give to anybody. It is not signed: a visitor has to log in."""
    return settings.SITE_URL + reverse("named-mentor", args=[mentor.uuid])


def request_page(goal: UUID | None) -> str:
    """Return the path of the page on which a member writes a request, for one of their goals if it is named."""
    page = reverse("request-new")
    return f"{page}?goal={goal}" if goal else page


def request_page_for(cohort: Cohort) -> str:
    """Return the path of the page on which a member writes a request for a cohort."""
    return f"{reverse('request-new')}?cohort={cohort.uuid}"


def bank_page(record: PracticeRecord | None = None) -> str:
    """Return the path of the question bank, for a mock interview that draws from it if it is named."""
    page = reverse("question-bank")
    return f"{page}?for={record.uuid}" if record else page


def fitting_link(mentor: MentorProfile) -> str:
    """Return the address where ``mentor`` reads the requests that fit and offers help."""
    return FITTING.link(mentor.uuid, mentor.user)


def mentorship_link(mentorship: Mentorship, person: User) -> str:
    """Return the address of the mentorship's page for ``person``, one of the two."""
    return MENTORSHIP.link(mentorship.uuid, person)


def handover_link(mentorship: Mentorship) -> str:
    """Return the address where the mentee chooses a successor, or waits."""
    return HANDOVER.link(mentorship.uuid, mentorship.mentee)


def cohort_link(cohort: Cohort) -> str:
    """Return the address of a cohort's page for its members. It is not signed: a visitor has to log in."""
    return settings.SITE_URL + reverse("cohort", args=[cohort.uuid])


def join_link(cohort: Cohort) -> str:
    """Return the invitation link of a cohort. Its key is all that somebody needs to join, once they are logged in."""
    return settings.SITE_URL + reverse("cohort-join", args=[cohort.key])


def cohort_admin_link(cohort: Cohort) -> str:
    """Return the address where the organisers of a cohort run it."""
    return settings.SITE_URL + reverse("admin:mentorship_cohort_change", args=[cohort.pk])


def company_numbers_link(cohort: Cohort) -> str:
    """Return the address of the numbers of a cohort, for those who read them for its company."""
    return settings.SITE_URL + reverse("company-numbers-of", args=[cohort.uuid])
