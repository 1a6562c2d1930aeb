"""Practice records, by who may read them: their owner, or the mentor they are shared with. Nobody else, no admin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Skill, SkillAlias, User
from accounts.models.skill import normalise
from mentorship.models import (
    AnswerFeedback,
    Mentorship,
    PracticeItem,
    PracticeRecord,
    PracticeShare,
    Session,
    TakenAlong,
)
from mentorship.selectors.apart import apart

# The longest name in the taxonomy that a line is searched for, in words.
WORDS_OF_A_NAME = 6
# Names such as C++, A/B testing, R&D and Node.js have these.
SIGNS_OF_NAMES = "+#-/&."


def records_of(owner: User) -> QuerySet[PracticeRecord]:
    """Return the records of ``owner`` with all that they read in them, the newest first."""
    return _with_parts(PracticeRecord.objects.filter(owner=owner), owner)


def titles_of(owner: User) -> QuerySet[PracticeRecord]:
    """Return the records of ``owner`` for a list, the newest first: without their words, which can be megabytes."""
    return _titles(PracticeRecord.objects.filter(owner=owner)).prefetch_related(
        Prefetch("shares", PracticeShare.objects.order_by("shared_at", "pk"), to_attr="shares_shown")
    )


def records_shared_with(mentor: User) -> QuerySet[PracticeRecord]:
    """Return the records that mentees share with ``mentor`` at present, the newest first.

    A share is read while its mentorship runs, and the two are in contact.
    """
    return _with_parts(_shared(_read_by(mentor)), mentor)


def records_visible_to(person: User) -> QuerySet[PracticeRecord]:
    """Return the records that ``person`` may read: their own, and those shared with them."""
    shared = PracticeShare.objects.filter(record=OuterRef("pk"), mentorship__in=_read_by(person))
    return _with_parts(PracticeRecord.objects.filter(Q(owner=person) | Exists(shared)), person)


def items_visible_to(person: User) -> QuerySet[PracticeItem]:
    return PracticeItem.objects.filter(record__in=records_visible_to(person).values("pk")).select_related("record")


def items_of(owner: User) -> QuerySet[PracticeItem]:
    return PracticeItem.objects.filter(record__owner=owner).select_related("record").order_by("pk")


def records_in(mentorship: Mentorship, *, to: User) -> QuerySet[PracticeRecord]:
    """Return the records of a mentorship that ``to``, one of the two, may read, the newest first."""
    return _with_parts(_in_mentorship(mentorship, to), to)


def titles_in(mentorship: Mentorship, *, to: User) -> QuerySet[PracticeRecord]:
    """Return the same records as ``records_in`` for a list, without their words."""
    return _titles(_in_mentorship(mentorship, to))


def records_at(session: Session, *, to: User) -> QuerySet[PracticeRecord]:
    """Return the records that were made or used in a session, as far as ``to`` may read them, the oldest first."""
    used = PracticeRecord.objects.filter(used_in=session).values("pk")
    there = records_visible_to(to).filter(Q(session=session) | Q(pk__in=used))
    return there.order_by("created_at", "pk")


def feedback_by(mentor: User, mentorship: Mentorship) -> QuerySet[AnswerFeedback]:
    """Return what ``mentor`` wrote in a mentorship. They read their own words after its end as well."""
    written = AnswerFeedback.objects.filter(mentorship=mentorship, mentorship__mentor__user=mentor)
    return written.order_by("written_at", "pk")


def shared_since(mentorship: Mentorship, since: datetime) -> int:
    """Return how many records were shared with the mentor since then, of those that the mentor may read."""
    shares = PracticeShare.objects.filter(mentorship=mentorship, mentorship__in=_read_by(mentorship.mentor.user))
    return shares.filter(shared_at__gte=since).count()


def answers_with_feedback_since(mentorship: Mentorship, since: datetime) -> list[PracticeItem]:
    """Return the answers on which the mentor wrote since then, in the order in which they were written."""
    written = AnswerFeedback.objects.filter(mentorship=mentorship, written_at__gte=since)
    return list(PracticeItem.objects.filter(feedback__in=written).select_related("record").order_by("pk"))


def sessions_as_mentee(user: User, *, record: PracticeRecord | None = None) -> QuerySet[Session]:
    """Return the sessions of ``user`` as a mentee in which something can be practised, the newest first.

    Those that ``record`` names already stay among them, also if they were cancelled.
    """
    can_be_chosen = ~Q(status=Session.Status.CANCELLED)
    if record is not None:
        can_be_chosen |= Q(pk__in=[session.pk for session in sessions_named_by(record)])
    sessions = Session.objects.filter(can_be_chosen, mentorship__mentee=user)
    return sessions.select_related("kind", "mentorship__mentor__user").order_by("-created_at", "-pk")


def sessions_named_by(record: PracticeRecord) -> list[Session]:
    """Return the sessions in which ``record``, which comes from ``records_of``, was made or used. No query."""
    made_in = [record.session] if record.session else []
    used_in = record.used_in_shown  # type: ignore[attr-defined]
    return list(dict.fromkeys([*made_in, *used_in]))


def may_give_feedback(record: PracticeRecord, by: User) -> bool:
    """Return whether ``by`` writes on the answers of ``record``, which comes from ``records_shared_with``."""
    session = record.session
    return (
        record.kind == PracticeRecord.Kind.MOCK_INTERVIEW
        and session is not None
        and session.mentorship.mentor.user_id == by.pk
    )


def asks_what_to_take_along(mentorship: Mentorship) -> bool:
    """Return whether the mentee is asked which records they take along: there are some, and no answer yet."""
    return _asked().filter(pk=mentorship.pk).exists()


def asked_to_take_along(mentee: User) -> QuerySet[Mentorship]:
    """Return the running mentorships of ``mentee`` for which that question is open, the newest first."""
    return _asked().filter(mentee=mentee).order_by("-started_at", "-pk")


def _asked() -> QuerySet[Mentorship]:
    # Records from before this mentorship. Newer ones are shared or not as they are written.
    older = PracticeRecord.objects.filter(owner=OuterRef("mentee"), created_at__lt=OuterRef("started_at"))
    answered = TakenAlong.objects.filter(mentorship=OuterRef("pk"))
    running = Mentorship.objects.filter(
        ~apart(mentee="mentee"), status__in=Mentorship.RUNNING, mentor__user__is_active=True
    )
    return running.filter(Exists(older), ~Exists(answered))


def _read_by(mentor: User) -> QuerySet[Mentorship]:
    both = {"mentor__user": mentor, "mentee__is_active": True, "mentor__user__is_active": True}
    return Mentorship.objects.filter(~apart(mentee="mentee"), status__in=Mentorship.RUNNING, **both)


def _in_mentorship(mentorship: Mentorship, reader: User) -> QuerySet[PracticeRecord]:
    shares = PracticeShare.objects.filter(mentorship=mentorship)
    if reader.pk != mentorship.mentee_id:
        shares = shares.filter(mentorship__in=_read_by(reader))
    return _of_shares(shares)


def _titles(records: QuerySet[PracticeRecord]) -> QuerySet[PracticeRecord]:
    return records.defer("texts").order_by("-created_at", "-pk")


def _shared(mentorships: QuerySet[Mentorship]) -> QuerySet[PracticeRecord]:
    return _of_shares(PracticeShare.objects.filter(mentorship__in=mentorships))


def _of_shares(shares: QuerySet[PracticeShare]) -> QuerySet[PracticeRecord]:
    return PracticeRecord.objects.filter(Exists(shares.filter(record=OuterRef("pk"))))


def _with_parts(records: QuerySet[PracticeRecord], reader: User) -> QuerySet[PracticeRecord]:
    """Load everything that a page or the API shows of records. The number of queries does not grow."""
    # Words of a mentor who is kept apart from the mentee are hidden; a mentor reads their own.
    together = Mentorship.objects.filter(~apart(mentee="mentee"))
    feedback = AnswerFeedback.objects.filter(Q(mentorship__in=together) | Q(mentorship__mentor__user=reader))
    # Words of another mentor are for the mentee alone.
    feedback = feedback.filter(Q(mentorship__mentee=reader) | Q(mentorship__mentor__user=reader))
    feedback = feedback.select_related("mentorship__mentor__user").order_by("written_at", "pk")
    items = PracticeItem.objects.order_by("pk").prefetch_related(
        Prefetch("feedback", feedback, to_attr="feedback_shown")
    )
    # A mentor learns of no session and no mentorship with another mentor.
    mine = Q(mentorship__mentee=reader) | Q(mentorship__mentor__user=reader)
    used = Session.objects.filter(mine).select_related("kind", "mentorship__mentor__user").order_by("created_at", "pk")
    shares = PracticeShare.objects.filter(mine).select_related("mentorship__mentor__user").order_by("shared_at", "pk")
    return (
        records.select_related("goal__kind", "session__kind", "session__mentorship__mentor__user", "owner")
        .prefetch_related(
            Prefetch("items", items, to_attr="items_shown"),
            Prefetch("skills", Skill.objects.order_by("name", "pk")),
            Prefetch("used_in", used, to_attr="used_in_shown"),
            Prefetch("shares", shares, to_attr="shares_shown"),
        )
        .order_by("-created_at", "-pk")
    )


@dataclass(frozen=True, slots=True)
class OfferedWord:
    """A name of the taxonomy for words of a line. ``field`` says who uses ``words``; empty if the taxonomy does not."""

    words: str
    skill: str
    field: str


def industry_words(lines: Sequence[str]) -> list[list[OfferedWord]]:
    """Return for each line the names that the taxonomy knows for its words, in the order of the line. One query.

    The longest name counts: "multivariate data analysis" is not "data analysis" as well.
    """
    split = [_words(line) for line in lines]
    keys = {" ".join(words[start:end]) for words in split for start, end in _spans(words)}
    aliases = SkillAlias.objects.filter(key__in=keys).select_related("skill") if keys else ()
    known = {alias.key: OfferedWord(alias.name, alias.skill.name, alias.field) for alias in aliases}
    return [_offered(words, known) for words in split]


def _words(line: str) -> list[str]:
    plain = "".join(sign if sign.isalnum() or sign in SIGNS_OF_NAMES else " " for sign in line)
    return [word for part in normalise(plain).split() if (word := part.strip(".-/"))]


def _spans(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and last limit of each run of words that can be a name, the longest at each start first."""
    for start in range(len(words)):
        for end in range(min(start + WORDS_OF_A_NAME, len(words)), start, -1):
            yield start, end


def _offered(words: Sequence[str], known: Mapping[str, OfferedWord]) -> list[OfferedWord]:
    offered, taken = [], 0
    for start, end in _spans(words):
        found = known.get(" ".join(words[start:end])) if start >= taken else None
        if found is not None:
            offered.append(found)
            taken = end
    return list(dict.fromkeys(offered))
