"""Sessions as the calendar of one of the two shows them: in invitations, and in the feed of all their sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from mentorship.calendar import Meeting, Person, feed, free_busy, invitation
from mentorship.models import Booking, CalendarAddress, Session
from mentorship.models.calendar_address import digest_of
from mentorship.selectors.free_time import clock_of
from mentorship.selectors.sessions import SessionCard, session_card, sessions_visible_to

FEED_SINCE = timedelta(days=60)
# Times are proposed for half a year ahead at most.
BUSY_AHEAD = timedelta(days=190)
# Short enough for the part of an address before the "@", which has 64 characters at most.
SECRET_LENGTH = 32


def invitation_of(session: Session, card: SessionCard, *, to: User, at: datetime) -> str | None:
    """Return the invitation or the cancellation of a session for ``to``, written at ``at``, in the language in force.

    None for a session that never had a time: no calendar knows it. A person whose address is not shown is not listed.
    """
    if session.version == 0 or session.starts_at is None:
        return None
    return invitation(
        meeting_of(session, session.starts_at, card, at=at),
        zone=card.mine.zone_at(session.starts_at),
        organizer=Person(name=settings.COMMUNITY_NAME, email=_organizer(session, to)),
        attendees=[
            Person(name=person.name, email=person.email) for person in (to, card.other) if person.email is not None
        ],
        is_cancelled=session.status == Session.Status.CANCELLED,
        asks_for_answer=bool(settings.INBOUND_ADDRESS),
    )


def _organizer(session: Session, to: User) -> str:
    """Return the address of the community to which the calendar of ``to`` sends answers about this session."""
    if not settings.INBOUND_ADDRESS:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    name, _at, domain = settings.INBOUND_ADDRESS.rpartition("@")
    return f"{name}+{_secret(session, to, settings.SECRET_KEY)}@{domain}"


def _secret(session: Session, person: User, key: str) -> str:
    text = f"{session.uuid}:{person.uuid}"
    return salted_hmac("mentorship.calendar_answer", text, secret=key, algorithm="sha256").hexdigest()[:SECRET_LENGTH]


def writer_of(session: Session, addresses: Iterable[str]) -> User | None:
    """Return the one of the two whose secret for this session is in one of the addresses. None if nobody's is."""
    words = {address.rpartition("@")[0].rpartition("+")[2] for address in addresses}
    found = [word for word in words if len(word) == SECRET_LENGTH]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    for person in (session.mentorship.mentee, session.mentorship.mentor.user):
        secrets = [_secret(session, person, key) for key in keys]
        if any(constant_time_compare(secret, word) for secret in secrets for word in found):
            return person
    return None


def meeting_of(session: Session, starts_at: datetime, card: SessionCard, *, at: datetime) -> Meeting:
    """Return a session that starts at ``starts_at`` as the reader of ``card`` has it in a calendar."""
    # A calendar may be shared. The page asks for a login; a signed link would let any reader cancel the session.
    page = settings.SITE_URL + reverse("session", args=[session.uuid])
    parts = [
        card.agenda,
        _("To prepare: %(tasks)s") % {"tasks": card.i_prepare} if card.i_prepare else "",
        _("Move or cancel it here: %(link)s") % {"link": page},
    ]
    return Meeting(
        uuid=session.uuid,
        # The first confirmed version is 1, and the first SEQUENCE is 0.
        sequence=session.version - 1,
        stamped_at=at,
        starts_at=starts_at,
        minutes=session.minutes,
        summary=capfirst(_("%(kind)s with %(name)s") % {"kind": session.kind, "name": card.other.name}),
        description="\n\n".join(part for part in parts if part),
        place=card.place,
        url=page,
    )


def person_with_address(token: str) -> User | None:
    """Return the active person whose calendar address has this token, with profile. None if there is none."""
    addresses = CalendarAddress.objects.select_related("person__profile")
    found = addresses.filter(digest=digest_of(token), person__is_active=True).first()
    return found.person if found else None


def feed_of(person: User, *, now: datetime) -> str:
    """Return the sessions of ``person`` that have a time, from FEED_SINCE before ``now`` on."""
    sessions = sessions_visible_to(person).filter(starts_at__gte=now - FEED_SINCE)
    meetings = [
        meeting_of(session, session.starts_at, session_card(session, to=person), at=session.confirmed_at)
        for session in sessions.exclude(status=Session.Status.CANCELLED)
        if session.starts_at and session.confirmed_at
    ]
    name = _("Sessions at %(community)s") % {"community": settings.COMMUNITY_NAME}
    return feed(meetings, clock=clock_of(person.profile), name=name)


def busy_of(person: User, *, now: datetime) -> str:
    """Return when ``person`` is booked, from the start of today in UTC on, for BUSY_AHEAD."""
    since = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    until = since + BUSY_AHEAD
    booked = Booking.objects.filter(person=person, during__overlap=(since, until)).order_by("during", "pk")
    intervals = [(during.lower, during.upper) for during in booked.values_list("during", flat=True)]
    who = Person(name=person.name, email=person.email)
    return free_busy(intervals, uuid=person.uuid, person=who, since=since, until=until)
