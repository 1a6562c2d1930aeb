"""Making one-off help an ongoing mentorship: one of the two proposes it, the other agrees or says no."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import MentorProfile, User
from accounts.notifications.write import count_since, notify, skip_unsent
from mentorship.exceptions import (
    AlreadyOngoing,
    NoOngoingProposal,
    NotYourAnswer,
    OngoingProposedAlready,
    ProposedTooOften,
)
from mentorship.locks import lock_mentorship
from mentorship.models import Mentorship
from mentorship.models.fit_check import next_fit_check_at
from mentorship.selectors.silence import LOOK_AGAIN_AFTER
from mentorship.services.extend import EXTENSION_MAX, must_be_later
from mentorship.services.sessions.times import must_be_active

DAY = timedelta(days=1)
PROPOSALS_A_DAY = 3


@transaction.atomic
def propose_ongoing(*, mentorship_id: int, by: User, until_on: date | None, now: datetime) -> Mentorship:
    """Propose to make one-off help ongoing. The other side is asked.

    ``until_on`` None: as long as is usual for the kind of goal.
    Raises NotOneOfTheTwo, MentorshipNotActive, KeptApart, AlreadyOngoing, OngoingProposedAlready, PlannedEndNotLater,
    ProposedTooOften.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    must_be_active(mentorship)
    if mentorship.format != MentorProfile.Format.ONE_OFF:
        raise AlreadyOngoing(_("This mentorship is ongoing already. You can plan a later end."))
    if mentorship.ongoing_by_id is not None:
        raise OngoingProposedAlready(_("This is proposed already, and waits for an answer."))
    until_on = until_on or usual_end(mentorship, now=now)
    must_be_later(until_on, now.date(), now=now)
    other = mentorship.other_of(by)
    key = f"{mentorship.uuid}:"
    if count_since(recipient=other, kind="ongoing_proposed", key_prefix=key, since=now - DAY) >= PROPOSALS_A_DAY:
        raise ProposedTooOften(
            _("%(name)s was asked %(number)d times within a day. Agree by mail, or try again tomorrow.")
            % {"name": other.name, "number": PROPOSALS_A_DAY}
        )
    mentorship.ongoing_by, mentorship.ongoing_until_on, mentorship.ongoing_asked_at = by, until_on, now
    mentorship.save()
    _tell(other, mentorship, "ongoing_proposed", now)
    return mentorship


@transaction.atomic
def agree_to_ongoing(*, mentorship_id: int, by: User, now: datetime) -> Mentorship:
    """Make one-off help ongoing, as the other side proposed. It keeps its place, and further sessions can be planned.

    Raises NotOneOfTheTwo, MentorshipNotActive, KeptApart, NoOngoingProposal, NotYourAnswer for one's own proposal,
    PlannedEndNotLater if the proposed end is not ahead any more.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    must_be_active(mentorship)
    proposer, until_on = _proposal(mentorship)
    if proposer.pk == by.pk:
        raise NotYourAnswer(_("You proposed this; the other side answers. You can take it back."))
    must_be_later(until_on, now.date(), now=now)
    mentorship.format, mentorship.planned_end_on = MentorProfile.Format.ONGOING, until_on
    mentorship.close_proposal()
    # A sign of life, and the clocks of an ongoing mentorship.
    mentorship.quiet_from_at, mentorship.silence_due_at = now, now + LOOK_AGAIN_AFTER
    mentorship.fit_check_due_at = next_fit_check_at(mentorship, now=now)
    mentorship.save()
    mentorship.sessions.filter(is_only=True).update(is_only=False)
    _skip_question(mentorship)
    _tell(proposer, mentorship, "ongoing_agreed", now)
    return mentorship


@transaction.atomic
def refuse_ongoing(*, mentorship_id: int, by: User, now: datetime) -> Mentorship:
    """Say no to making it ongoing, or take one's own proposal back. Who proposed it is told of a no.

    Raises NotOneOfTheTwo, NoOngoingProposal.
    """
    mentorship = lock_mentorship(mentorship_id, by=by)
    proposer, _until_on = _proposal(mentorship)
    mentorship.close_proposal()
    mentorship.save()
    _skip_question(mentorship)
    if proposer.pk != by.pk:
        _tell(proposer, mentorship, "ongoing_refused", now)
    return mentorship


def usual_end(mentorship: Mentorship, *, now: datetime) -> date:
    """Return the planned end by the kind of goal, if the mentorship became ongoing today. EXTENSION_MAX limits it."""
    return now.date() + min(timedelta(weeks=mentorship.goal.kind.usual_weeks), EXTENSION_MAX)


def _proposal(mentorship: Mentorship) -> tuple[User, date]:
    if mentorship.ongoing_by is None or mentorship.ongoing_until_on is None:
        raise NoOngoingProposal(_("Nothing is proposed now. It was answered, or taken back."))
    return mentorship.ongoing_by, mentorship.ongoing_until_on


def _skip_question(mentorship: Mentorship) -> None:
    both, key = [mentorship.mentee, mentorship.mentor.user], f"{mentorship.uuid}:"
    skip_unsent(recipients=both, kinds=["ongoing_proposed"], key_prefix=key, reason="It is answered, or taken back.")


def _tell(person: User, mentorship: Mentorship, kind: str, now: datetime) -> None:
    key, payload = f"{mentorship.uuid}:{now.isoformat()}", {"mentorship": str(mentorship.uuid)}
    notify(recipient=person, kind=kind, key=key, payload=payload, now=now)
