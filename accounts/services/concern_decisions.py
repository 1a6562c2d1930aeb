"""Decisions of the organisers about a concern: who takes care of it, until when, and how it ends."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.concern_registry import outcome_of
from accounts.exceptions import (
    AnswerMissing,
    ConcernAboutOneself,
    ConcernTaken,
    MoveNotAllowed,
    NotAnOrganiser,
    OutcomeNotPossible,
    ReasonMissing,
)
from accounts.locks import lock_concern, lock_mentors_of
from accounts.models import Block, Concern, User
from accounts.selectors import owner_of, possible_owners
from accounts.services.concerns import tell


@transaction.atomic
def assign_concern(
    *, concern_id: int, by: User, owner: User | None, was: int | None, due_at: datetime, now: datetime
) -> Concern:
    """Say who takes care of a concern, and by when it should be closed. The new owner and the old one get a mail.

    ``was`` is the key of the owner whom the caller saw there. An owner who may not decide any more counts as none.

    Raises ConcernAboutOneself, MoveNotAllowed if it is closed, NotAnOrganiser, and ConcernTaken if somebody else took
    it meanwhile.
    """
    concern = _lock_for(by, concern_id)
    if concern.status != Concern.Status.OPEN:
        raise MoveNotAllowed("concern", concern.status, Concern.Status.OPEN)
    if owner is not None and owner not in possible_owners(concern):
        raise NotAnOrganiser(_("Choose an admin who may decide about this concern."))
    before = owner_of(concern)
    if (before.pk if before else None) not in (was, owner.pk if owner else None):
        raise ConcernTaken(
            _("%(name)s takes care of it meanwhile. Load the page again.") % {"name": before}
            if before
            else _("Nobody takes care of it any more. Load the page again.")
        )
    concern.owner, concern.due_at = owner, due_at
    concern.save(update_fields=["owner", "due_at"])
    if owner != before:
        again = f":{now.isoformat()}"
        if owner is not None and owner.pk != by.pk:
            tell(owner, "concern_assigned", concern, now, again=again)
        if before is not None and before.pk != by.pk:
            tell(before, "concern_handed_on", concern, now, again=again)
    return concern


@transaction.atomic
def close_concern(*, concern_id: int, by: User, outcome: str, answer: str, now: datetime, reason: str = "") -> Concern:
    """Close a concern with an outcome and its consequence, and tell who raised it in the words of ``answer``.

    The other one reads that it is closed, unless it was a matter of safety. Unless the outcome keeps the two apart,
    they may be in contact again; a block of their own stays.

    Raises ConcernAboutOneself, MoveNotAllowed if it is closed already, OutcomeNotPossible, AnswerMissing,
    ReasonMissing, and the refusals of the consequence.
    """
    concern = _lock_for(by, concern_id)
    concern.must_allow(Concern.Status.CLOSED)
    chosen = outcome_of(outcome)
    if chosen is None or not chosen.is_possible(concern):
        raise OutcomeNotPossible(_("This outcome is not possible here. Reload the page, and choose one of the others."))
    if not answer.strip():
        raise AnswerMissing(_("Write a sentence or two for the person who raised it. They read it in a mail."))
    if chosen.reason_for and not reason.strip():
        raise ReasonMissing(_("Give a reason in a sentence or two.") + f" {chosen.reason_for}")
    if chosen.act is not None:
        chosen.act(concern, by, reason.strip(), now)
    if chosen.parts:
        # An acceptance that is under way, or the next one, meets the block.
        lock_mentors_of([concern.raised_by, concern.about])
        # The separation may have been lifted before.
        apart = {"blocker": concern.raised_by, "blocked": concern.about, "created_at": now}
        Block.objects.get_or_create(concern=concern, defaults=apart)
    else:
        Block.objects.filter(concern=concern).delete()
    concern.close(outcome, answer=answer.strip(), by=by, at=now)
    tell(concern.raised_by, "concern_closed", concern, now)
    if not concern.is_safety:
        tell(concern.about, "concern_about_you_closed", concern, now)
    return concern


def _lock_for(admin: User, concern_id: int) -> Concern:
    """Return the locked concern. Raises ConcernAboutOneself if the admin is one of the two."""
    concern = lock_concern(concern_id)
    if admin.pk in (concern.about_id, concern.raised_by_id):
        raise ConcernAboutOneself(_("You are one of the two whom this is about. Another admin has to decide."))
    return concern
