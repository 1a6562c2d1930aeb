"""Ending a mentorship."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.community_settings import days_of
from accounts.locks import lock_profile
from accounts.models import User
from accounts.notifications.write import notify
from mentorship.exceptions import EndReasonDoesNotFit
from mentorship.locks import lock_goal, lock_mentorship
from mentorship.models import Goal, Mentorship, Occasion, OutcomeQuestion
from mentorship.services.sessions.cancel import cancel_sessions_of
from mentorship.step_reminders import skip_needless


@transaction.atomic
def end_mentorship(
    *,
    mentorship_id: int,
    by: User | None,
    status: str,
    reason: str,
    now: datetime,
    looks_on: bool = False,
    as_admin: bool = False,
    openly: bool = False,
) -> Mentorship:
    """End a mentorship as completed or early. The place becomes free, and both sides are notified.

    The same message asks both about the outcome. They are asked again after the days of the setting.
    The reason "goal reached" settles the goal as well. Sessions to come are cancelled: one that is near counts as
    cancelled late by who ends the mentorship, unless that is an admin.

    ``by`` None is the community. ``reason`` is one of Mentorship.REASONS for ``status``, or that of a handover. With
    ``looks_on``, the mail to the mentee says that the search for another mentor goes on. With ``openly``, both mails
    say that the organisers ended it. An end after a concern must not show who looked into it.

    Raises NotOneOfTheTwo unless ``by`` is one of the two or acts ``as_admin``, AboutYourself if both, MoveNotAllowed if
    it is over already, EndReasonDoesNotFit.
    """
    # The locks of a goal and of the mentee's profile come before the mentor's.
    goal_id, mentee_id = Mentorship.objects.values_list("goal_id", "mentee_id").get(pk=mentorship_id)
    goal = lock_goal(goal_id)
    lock_profile(mentee_id)
    mentorship = lock_mentorship(mentorship_id, by=by, as_admin=as_admin)
    mentorship.must_allow(status)
    is_handover = reason == Mentorship.EndReason.HANDED_OVER and status == Mentorship.Status.ENDED_EARLY
    if not is_handover and reason not in Mentorship.REASONS[Mentorship.Status(status)]:
        raise EndReasonDoesNotFit(
            _("The reason “%(reason)s” does not fit a mentorship that is %(status)s. Choose one that does.")
            % {"reason": Mentorship.EndReason(reason).label, "status": Mentorship.Status(status).label.lower()}
        )
    mentorship.end_reason, mentorship.ended_by = reason, by
    mentorship.move_to(status, at=now)
    if reason == Mentorship.EndReason.GOAL_REACHED and goal.status == Goal.Status.ACTIVE:
        goal.move_to(Goal.Status.REACHED, at=now)
    # A handover blames nobody, also not for a session that is near.
    cancel_sessions_of(mentorship, by=None if is_handover else by, now=now, as_admin=as_admin)
    skip_needless(mentorship)
    _ask_about_outcome(mentorship, now)
    mentorship.fit_checks.close(at=now)
    payload = {"mentorship": str(mentorship.uuid)} | ({"by_organisers": "yes"} if openly else {})
    # The API shows the payload to its recipient, and the mentor does not learn that the mentee looks on.
    _tell(mentorship.mentee, payload | ({"looks_on": "yes"} if looks_on else {}), now)
    _tell(mentorship.mentor.user, payload, now)
    return mentorship


def _ask_about_outcome(mentorship: Mentorship, now: datetime) -> None:
    at_the_end = OutcomeQuestion(mentorship=mentorship, when=Occasion.END, asks_at=now, asked_at=now)
    later = OutcomeQuestion(mentorship=mentorship, when=Occasion.LATER, asks_at=now + days_of("outcome_later_days"))
    OutcomeQuestion.objects.bulk_create([at_the_end, later])


def _tell(person: User, payload: dict[str, str], now: datetime) -> None:
    notify(recipient=person, kind="mentorship_ended", key=payload["mentorship"], payload=payload, now=now)
