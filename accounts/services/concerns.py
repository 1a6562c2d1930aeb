"""Raising a concern about a person, and coming into contact again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.community_settings import days_of
from accounts.exceptions import ConcernIsOpen, ConcernNotLifted, TooManyConcerns
from accounts.locks import lock_beginner, lock_concern, lock_mentors_of
from accounts.models import Block, Concern, User
from accounts.models.concern import CONCERNS_A_DAY, MORE_WORDS_MAX
from accounts.notifications.write import notify, take_back
from accounts.selectors import organisers

# Between the words of two further reports.
BETWEEN_WORDS = "\n\n* * *\n\n"


@transaction.atomic
def raise_concern(
    *,
    by: User,
    about: User,
    topic: str,
    words: str,
    now: datetime,
    is_safety: bool = False,
    subject_kind: str = "",
    subject: UUID | None = None,
    by_link: bool = False,
) -> Concern:
    """Tell the organisers of a problem, and keep the two apart from now on.

    ``by`` and the organisers get a mail. ``about`` reads in one that there is a concern, and its topic, unless it is a
    matter of safety. The same words again return the first concern. A report that it is a matter of safety makes the
    first concern one. Any report keeps the two apart again.

    Raises TooManyConcerns, and ConcernIsOpen for other words with the same topic, unless the separation was lifted. Not
    ``by_link``: it may be in the hands of ``about``, whom a refusal would tell of the first concern. Other words go to
    the first concern then.
    """
    mine = Concern.objects.filter(raised_by=by)
    of_topic = mine.filter(about=about, topic=topic, status=Concern.Status.OPEN)
    # It is changed under its lock, which comes before all others.
    list(of_topic.select_for_update(no_key=True).values_list("pk"))
    lock_beginner(by.pk)
    if (same := of_topic.first()) is not None:
        becomes_safety = is_safety and not same.is_safety
        was_lifted = _keep_apart(same, now)
        if becomes_safety:
            _mark_as_safety(same)
        if same.words == words:
            return same
        if by_link or becomes_safety or was_lifted:
            return _with_more(same, words)
        raise ConcernIsOpen(
            _(
                "You have told the organisers of this already, and they are on it. Answer their mail to add something, "
                "or choose another topic."
            )
        )
    # A link is about one person, so the topics limit what comes by it.
    if not by_link and mine.filter(created_at__gt=now - timedelta(days=1)).count() >= CONCERNS_A_DAY:
        raise TooManyConcerns(
            _(
                "You have reported %(number)s problems within a day, and no more are taken in this way. You can block "
                "people at any time. If something is urgent, write to the organisers."
            )
            % {"number": CONCERNS_A_DAY}
        )
    lock_mentors_of([by, about])
    concern = Concern.objects.create(
        raised_by=by,
        about=about,
        topic=topic,
        words=words,
        is_safety=is_safety or topic == Concern.Topic.SAFETY,
        subject_kind=subject_kind,
        subject=subject,
        created_at=now,
        due_at=now + days_of("concern_days"),
    )
    Block.objects.create(blocker=by, blocked=about, concern=concern, created_at=now)
    tell(by, "concern_received", concern, now)
    for admin in organisers(about):
        tell(admin, "concern_raised", concern, now)
    if not concern.is_safety:
        tell(about, "concern_about_you", concern, now)
    return concern


def _keep_apart(concern: Concern, now: datetime) -> bool:
    """Keep the two apart again if the separation was lifted. Return whether it was."""
    lock_mentors_of([concern.raised_by, concern.about])
    apart = {"blocker": concern.raised_by, "blocked": concern.about, "created_at": now}
    _block, was_lifted = Block.objects.get_or_create(concern=concern, defaults=apart)
    return was_lifted


def _mark_as_safety(concern: Concern) -> None:
    """Make an open concern a matter of safety: ``about`` learns no more of it."""
    concern.is_safety = True
    concern.save(update_fields=["is_safety"])
    take_back(recipient=concern.about, kind="concern_about_you", key=str(concern.uuid))


def _with_more(concern: Concern, words: str) -> Concern:
    """Add the words of a further report to an open concern, up to MORE_WORDS_MAX. The same words change nothing."""
    parts = concern.more_words.split(BETWEEN_WORDS) if concern.more_words else []
    together = BETWEEN_WORDS.join([*parts, words])
    if words not in parts and len(together) <= MORE_WORDS_MAX:
        concern.more_words = together
        concern.save(update_fields=["more_words"])
    return concern


@transaction.atomic
def restore_contact(*, concern_id: int, by: User, now: datetime) -> Concern:
    """End the separation by a concern that stays open. A second call changes nothing.

    Raises ConcernNotLifted unless ``by`` raised it, it is open, and its topic allows it.
    """
    concern = lock_concern(concern_id)
    if by.pk != concern.raised_by_id or not concern.raiser_may_lift:
        raise ConcernNotLifted(
            _("With this topic only the organisers bring you into contact again. They read your concern, and tell you.")
        )
    Block.objects.filter(concern=concern).delete()
    return concern


def tell(person: User, kind: str, concern: Concern, now: datetime, *, again: str = "") -> None:
    """Write a message about a concern. ``again`` tells two messages of a kind apart."""
    uuid = str(concern.uuid)
    notify(recipient=person, kind=kind, key=f"{uuid}{again}", payload={"concern": uuid}, now=now)
