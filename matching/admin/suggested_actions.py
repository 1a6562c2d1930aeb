"""The suggested actions of the escalations of this app."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import MentorProfile
from accounts.suggested_actions import Deed, SuggestedAction, register
from matching.admin.request_page import LOOK
from matching.models import HelpRequest
from matching.services.look_for_mentors import begin_due_searches, make_search_due
from matching.services.pause_silent import pause_silent_mentor
from matching.services.write_of_list import write_of_list


def _look(request: HelpRequest, deed: Deed) -> None:
    make_search_due(help_request_id=request.pk, by=deed.by, now=deed.now)
    begin_due_searches()


def _write(request: HelpRequest, deed: Deed) -> None:
    write_of_list(help_request_id=request.pk, by=deed.by, now=deed.now)


def _pause(mentor: MentorProfile, deed: Deed) -> None:
    pause_silent_mentor(mentor_id=mentor.pk, by=deed.by, now=deed.now)


register(
    SuggestedAction(
        kind="request_without_mentor",
        label=LOOK,
        done="mentors are looked for now",
        permission="matching.find_mentors_helprequest",
        act=_look,
        rests_for=timedelta(days=1),
    ),
    SuggestedAction(
        kind="question_unanswered",
        label="Write to the mentee",
        done="the mentee gets a mail if they can ask somebody, and more mentors are looked for if there is room",
        permission="matching.find_mentors_helprequest",
        act=_write,
        rests_for=timedelta(days=3),
    ),
    SuggestedAction(
        kind="mentor_silent",
        label="Pause kindly",
        done="the mentor is paused, and gets a mail with the way back",
        permission="accounts.pause_mentorprofile",
        act=_pause,
    ),
    # Closing, matching and archiving are on the pages of the cohort.
    SuggestedAction(kind="cohort_waits", label="Take the next step", permission="mentorship.change_cohort"),
)
