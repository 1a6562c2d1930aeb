"""Writing, changing and deleting a practice record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.locks import lock_beginner
from accounts.models import User
from mentorship.exceptions import NotYourRecord, QuestionNamesSomebody, TooManyRecords
from mentorship.locks import lock_practice
from mentorship.models import Mentorship, PracticeItem, PracticeRecord, PracticeShare, Session
from mentorship.practice_news import tell_of_practice
from mentorship.selectors.apart import is_apart
from mentorship.selectors.nameless import names_around, naming
from mentorship.services.practice.limits import RECORDS_MAX

MANY = ("skills", "used_in")


@transaction.atomic
def write_record(*, owner: User, kind: str, fields: Mapping[str, Any], now: datetime) -> PracticeRecord:
    """Store a record. Nobody else reads it, except the mentor of the session in which it was made.

    Raises TooManyRecords at the limit, NotYourRecord if a session or goal is not that of ``owner`` as a mentee.
    """
    lock_beginner(owner.pk)
    if PracticeRecord.objects.filter(owner=owner).count() >= RECORDS_MAX:
        raise TooManyRecords(
            ngettext(
                "You have %(number)s record, which is the limit. Delete one that you do not need.",
                "You have %(number)s records, which is the limit. Delete one that you do not need.",
                RECORDS_MAX,
            )
            % {"number": RECORDS_MAX}
        )
    record = PracticeRecord(owner=owner, kind=kind, created_at=now, changed_at=now)
    record.texts = dict.fromkeys(PracticeRecord.TEXTS[kind], "")
    _write(record, fields, now)
    return record


@transaction.atomic
def change_record(*, record_id: int, by: User, fields: Mapping[str, Any], now: datetime) -> PracticeRecord:
    """Write the fields named in ``fields``.

    Raises PracticeGone, NotYourRecord, QuestionNamesSomebody if its questions are shared.
    """
    record = lock_practice(record_id, by=by)
    record.changed_at = now
    _write(record, fields, now)
    return record


@transaction.atomic
def delete_record(*, record_id: int, by: User) -> None:
    """Delete a record with all its parts. Its questions leave the question bank. Raises PracticeGone, NotYourRecord."""
    lock_practice(record_id, by=by).delete()


def check_questions(record: PracticeRecord) -> None:
    """Raise QuestionNamesSomebody if a question that is shared names a person or an address, as far as can be told."""
    if not record.shares_questions:
        return
    known = names_around(record.owner)
    for question in PracticeItem.objects.filter(record=record).order_by("pk").values_list("text", flat=True):
        if found := naming(question, known):
            raise QuestionNamesSomebody(
                _(
                    "“%(found)s” names somebody, or leads to them. Others may read shared questions: write it without, "
                    "or do not share the questions of this interview."
                )
                % {"found": found}
            )


def _write(record: PracticeRecord, fields: Mapping[str, Any], now: datetime) -> None:
    session = fields.get("session")
    made_in = session if session is not None and session.pk != record.session_id else None
    _must_be_of(record.owner_id, fields)
    for name, value in fields.items():
        if name == "texts":
            record.texts = record.texts | value
        elif name not in MANY:
            setattr(record, name, value)
    record.save()
    for name in set(MANY) & set(fields):
        getattr(record, name).set(fields[name])
    check_questions(record)
    if made_in is not None:
        _share_where_made(record, made_in, now)


def _must_be_of(owner_id: int, fields: Mapping[str, Any]) -> None:
    sessions = [session for session in (fields.get("session"), *fields.get("used_in", ())) if session is not None]
    goal = fields.get("goal")
    others = [one for one in sessions if one.mentorship.mentee_id != owner_id]
    if others or (goal is not None and goal.mentee_id != owner_id):
        raise NotYourRecord(_("Sessions and goals of a record are your own."))


def _share_where_made(record: PracticeRecord, session: Session, now: datetime) -> None:
    mentorship = session.mentorship
    if mentorship.status in Mentorship.RUNNING and not is_apart(mentorship):
        _share, is_new = PracticeShare.objects.get_or_create(
            record=record, mentorship=mentorship, defaults={"shared_at": now}
        )
        if is_new:
            tell_of_practice(mentorship, to=mentorship.mentor.user, now=now)
