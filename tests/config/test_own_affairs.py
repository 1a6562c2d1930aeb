"""No verb of admins works on a request, a match, a mentorship or a session of their own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from accounts.exceptions import AboutYourself
from accounts.models import MentorProfile, User
from matching.models import Match
from matching.services.look_for_mentors import make_search_due
from matching.services.move_on import end_without_answer, give_more_time, remind_now
from matching.services.pause_silent import pause_silent_mentor
from matching.services.propose_by_hand import propose_by_hand
from matching.services.start_handovers import start_handovers
from matching.services.write_of_list import write_of_list
from mentorship.models import Mentorship, Session
from mentorship.services.end import end_mentorship
from mentorship.services.extend import extend_mentorship
from mentorship.services.feedback.hide import hide_feedback, keep_feedback
from mentorship.services.feedback.read_note import note_is_read
from mentorship.services.nudge import ask_for_first_session, nudge_the_quiet
from mentorship.services.relieve import pause_after_no_shows, relieve_mentor
from mentorship.services.rematch import offer_rematch
from mentorship.services.sessions.attend import settle_attendance
from mentorship.services.sessions.cancel import cancel_session
from tests.escalations import DAY
from tests.factories import (
    NOW,
    FeedbackFactory,
    FitCheckFactory,
    GoalFactory,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    OrganiserNoteFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Pair:
    """A mentee and a mentor, one of whom is an admin, and what is between them."""

    mentee: User
    mentor: MentorProfile
    admin: User

    def mentorship(self, **facts: Any) -> Mentorship:
        return MentorshipFactory(mentor=self.mentor, goal=GoalFactory(mentee=self.mentee), **facts)

    def session(self, **facts: Any) -> Session:
        return SessionFactory(mentorship=self.mentorship(), **facts)

    def match(self, status: str) -> Match:
        return MatchFactory(status=status, mentor=self.mentor, help_request=HelpRequestFactory(mentee=self.mentee))


def _end(pair: Pair) -> None:
    facts = {"status": "ended_early", "reason": "no_time", "as_admin": True}
    end_mentorship(mentorship_id=pair.mentorship().pk, by=pair.admin, now=NOW, **facts)


def _extend(pair: Pair) -> None:
    until_on = (NOW + 99 * DAY).date()
    extend_mentorship(mentorship_id=pair.mentorship().pk, by=pair.admin, until_on=until_on, now=NOW, as_admin=True)


def _cancel(pair: Pair) -> None:
    session = pair.session(status="confirmed", starts_at=NOW + DAY)
    cancel_session(session_id=session.pk, by=pair.admin, now=NOW, as_admin=True)


def _settle(pair: Pair) -> None:
    session = pair.session(status="confirmed", starts_at=NOW - DAY)
    settle_attendance(session_id=session.pk, by=pair.admin, status="held", now=NOW)


def _pause_for_misses(pair: Pair) -> None:
    """Pause the other one of the two, who missed a session with the admin."""
    as_mentor = pair.admin == pair.mentee
    status = "missed_by_mentor" if as_mentor else "missed_by_mentee"
    pair.session(status=status, starts_at=NOW - 3 * DAY)
    person = pair.mentor.user if as_mentor else pair.mentee
    pause_after_no_shows(person=person, as_mentor=as_mentor, by=pair.admin, now=NOW)


def _hand_over(pair: Pair) -> None:
    ids = [pair.mentorship().pk]
    start_handovers(mentor_id=pair.mentor.pk, mentorship_ids=ids, by=pair.admin, reason="They move.", now=NOW)


def _offer_rematch(pair: Pair) -> None:
    check = FitCheckFactory(mentorship=pair.mentorship(), answer="not_good", answered_at=NOW, organisers_told_at=NOW)
    offer_rematch(fit_check_id=check.pk, by=pair.admin, now=NOW)


def _reported(pair: Pair) -> int:
    facts = {"opened_at": NOW, "reported_at": NOW, "report_reason": "It hurts."}
    return FeedbackFactory(mentorship=pair.mentorship(status="completed"), **facts).pk


def _note(pair: Pair) -> int:
    return OrganiserNoteFactory(mentorship=pair.mentorship(status="completed")).pk


def _propose(pair: Pair) -> None:
    request = HelpRequestFactory(mentee=pair.mentee)
    propose_by_hand(help_request_id=request.pk, mentor_id=pair.mentor.pk, by=pair.admin, now=NOW)


# Verbs of an admin about two people. One of the two is the admin.
ABOUT_TWO: dict[str, Callable[[Pair], object]] = {
    "ask_for_first_session": lambda pair: ask_for_first_session(
        mentorship_id=pair.mentorship().pk, by=pair.admin, now=NOW
    ),
    "cancel_session": _cancel,
    "end_mentorship": _end,
    "end_without_answer": lambda pair: end_without_answer(match_id=pair.match("asked").pk, by=pair.admin, now=NOW),
    "extend_mentorship": _extend,
    "give_more_time": lambda pair: give_more_time(match_id=pair.match("asked").pk, by=pair.admin, days=2, now=NOW),
    "hide_feedback": lambda pair: hide_feedback(feedback_id=_reported(pair), by=pair.admin, reason="Rude.", now=NOW),
    "keep_feedback": lambda pair: keep_feedback(feedback_id=_reported(pair), by=pair.admin, now=NOW),
    "note_is_read": lambda pair: note_is_read(note_id=_note(pair), by=pair.admin, now=NOW),
    "nudge_the_quiet": lambda pair: nudge_the_quiet(mentorship_id=pair.mentorship().pk, by=pair.admin, now=NOW),
    "offer_rematch": _offer_rematch,
    "pause_after_no_shows": _pause_for_misses,
    "propose_by_hand": _propose,
    "remind_now": lambda pair: remind_now(match_id=pair.match("offered").pk, by=pair.admin, now=NOW),
    "settle_attendance": _settle,
    "start_handovers": _hand_over,
}
# Verbs of an admin about one person: the admin is this one.
ABOUT_MENTEE: dict[str, Callable[[Pair], object]] = {
    "make_search_due": lambda pair: make_search_due(
        help_request_id=HelpRequestFactory(mentee=pair.mentee).pk, by=pair.admin, now=NOW
    ),
    "write_of_list": lambda pair: write_of_list(
        help_request_id=pair.match("proposed").help_request_id, by=pair.admin, now=NOW
    ),
}
ABOUT_MENTOR: dict[str, Callable[[Pair], object]] = {
    "pause_silent_mentor": lambda pair: pause_silent_mentor(mentor_id=pair.mentor.pk, by=pair.admin, now=NOW),
    "relieve_mentor": lambda pair: relieve_mentor(mentor_id=pair.mentor.pk, by=pair.admin, now=NOW),
}
OTHER_VERBS = {
    # It leaves own requests out of many (tests/matching/services/test_look_for_mentors.py).
    "look_for_mentors",
    # It is about no request.
    "begin_due_searches",
    # About files, and about a credential of one mentor, which that mentor may revoke as well.
    *("apply_import", "map_columns", "undo_import", "upload_import", "revoke_credential_as_admin"),
}
CASES = [
    *((side, act) for act in ABOUT_TWO.values() for side in ("mentee", "mentor")),
    *(("mentee", act) for act in ABOUT_MENTEE.values()),
    *(("mentor", act) for act in ABOUT_MENTOR.values()),
]
NAMES = [
    *(f"{name}-{side}" for name in ABOUT_TWO for side in ("mentee", "mentor")),
    *(f"{name}-mentee" for name in ABOUT_MENTEE),
    *(f"{name}-mentor" for name in ABOUT_MENTOR),
]


@pytest.mark.parametrize(("side", "act"), CASES, ids=NAMES)
def test_an_admin_does_nothing_with_their_own(side, act, admin_user):
    mentee = admin_user if side == "mentee" else UserFactory()
    mentor = MentorFactory(user=admin_user) if side == "mentor" else MentorFactory()

    with pytest.raises(AboutYourself):
        act(Pair(mentee, mentor, admin_user))


def services_of_admin_pages() -> Iterator[str]:
    """Yield the names that pages of the admin import from services."""
    for path in (*ROOT.glob("matching/admin/*.py"), *ROOT.glob("mentorship/admin/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and ".services." in f"{node.module}.":
                yield from (name.name for name in node.names if name.name.islower())


def test_every_verb_of_admins_is_tried():
    assert set(services_of_admin_pages()) == {*ABOUT_TWO, *ABOUT_MENTEE, *ABOUT_MENTOR, *OTHER_VERBS}
