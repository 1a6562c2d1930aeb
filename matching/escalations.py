"""The causes in the search for mentors for which an admin has to act."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import ngettext_lazy

from accounts.escalations import EscalationKind, register
from accounts.models import MentorProfile
from accounts.roles import TROUBLE
from matching.models import HelpRequest
from matching.selectors.admin_waiting_list import obstacle_for_every_admin
from matching.selectors.cohorts.steps import cohorts_that_wait, step_in_words
from matching.selectors.escalations import (
    UNANSWERED,
    requests_without_a_mentor,
    silent_mentors,
    unanswered_requests,
)
from mentorship.models import Cohort


def _most_removed_by(request: HelpRequest) -> str:
    return f"{request.goal}. Most mentors are removed by: {obstacle_for_every_admin(request)}"


register(
    EscalationKind(
        code="request_without_mentor",
        title="Request without a mentor",
        rule="Nobody could be proposed for a request for {days}.",
        days=3,
        waits=ngettext_lazy("asking for help for whom nobody was found", "asking for help for whom nobody was found"),
        model=HelpRequest,
        rows=requests_without_a_mentor,
        about=lambda request: [request.mentee],
        own=lambda reader: Q(mentee=reader),
        detail=_most_removed_by,
        page="decide",
    ),
    EscalationKind(
        code="question_unanswered",
        title="Questions unanswered",
        rule=f"{UNANSWERED} questions of a request ran out without an answer, the last one {{days}} ago or earlier.",
        days=0,
        waits=ngettext_lazy("request whose mentors did not answer", "requests whose mentors did not answer"),
        model=HelpRequest,
        rows=unanswered_requests,
        about=lambda request: [request.mentee],
        own=lambda reader: Q(mentee=reader),
        detail=lambda request: str(request.goal),
        page="decide",
    ),
    EscalationKind(
        code="mentor_silent",
        title="Mentor silent",
        rule=f"The last {UNANSWERED} questions to a mentor ran out without an answer, {{days}} ago or earlier.",
        days=0,
        waits=ngettext_lazy("mentor who leaves questions unanswered", "mentors who leave questions unanswered"),
        model=MentorProfile,
        rows=silent_mentors,
        about=lambda mentor: [mentor.user],
        own=lambda reader: Q(user=reader),
        permission=TROUBLE,
    ),
    EscalationKind(
        code="cohort_waits",
        title="Cohort waits",
        rule="A cohort has waited for {days} for the people who run it: to be closed, matched, matched again or "
        "archived.",
        days=3,
        waits=ngettext_lazy("cohort that waits for its organisers", "cohorts that wait for their organisers"),
        model=Cohort,
        rows=cohorts_that_wait,
        about=lambda cohort: [],
        detail=lambda cohort: f"{cohort}: {step_in_words(cohort)}",
    ),
)
