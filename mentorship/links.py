"""Links in mails about mentorships, those of private calendars, and the public addresses of credentials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.community_settings import days_of
from accounts.links import Purpose
from accounts.models import User
from mentorship.models import Credential, Mentorship, PracticeRecord, Session
from mentorship.open_badges import Issuer

MONTH = timedelta(days=30)

# A mail comes before the planned end, and may be answered after it. A fit check can be answered until the next one.
ENDING = Purpose("mentorship.ending", "mentorship-ending", lambda: max(2 * MONTH, days_of("fit_check_every_days")))

# Times are proposed for half a year ahead at most, and attendance is asked about after the session.
SESSION = Purpose("mentorship.session", "session-signed", lambda: timedelta(days=220))

# Reminders come around the day of a step. Their page is also read between two sessions.
STEPS = Purpose("mentorship.steps", "steps-signed", lambda: timedelta(days=60))


def steps_link(mentorship: Mentorship, person: User) -> str:
    """Return the address of the next steps of a mentorship for ``person``."""
    return STEPS.link(mentorship.uuid, person)


# The question about the outcome comes with the end, and some time later by a mail of its own.
OUTCOME = Purpose("mentorship.outcome", "outcome-signed", lambda: MONTH + days_of("outcome_later_days"))


def outcome_link(mentorship: Mentorship, person: User) -> str:
    """Return the address where ``person`` says how a mentorship ended, and reads what the other side says."""
    return OUTCOME.link(mentorship.uuid, person)


def session_link(session: Session, person: User) -> str:
    """Return the address of a session for ``person``: its times, its place, and what they can do."""
    return SESSION.link(session.uuid, person)


def ending_link(mentorship: Mentorship, person: User) -> str:
    """Return the address where ``person`` says how the mentorship goes, and how it goes on."""
    return ENDING.link(mentorship.uuid, person)


def practice_link(mentorship: Mentorship, record: PracticeRecord | None = None) -> str:
    """Return the address of ``record``, or of the practice in a mentorship. It is not signed: the reader logs in."""
    page = ("practice-record-page", record.uuid) if record else ("mentorship-practice", mentorship.uuid)
    return settings.SITE_URL + reverse(page[0], args=[page[1]])


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """The private addresses of a person's calendar. ``subscribe`` opens the calendar program of a device."""

    sessions: str
    busy: str

    @property
    def subscribe(self) -> str:
        return "webcal" + self.sessions[self.sessions.index("://") :]


def calendar_links(token: str) -> CalendarLinks:
    """Return the addresses that end in ``token``."""
    sessions, busy = (
        settings.SITE_URL + reverse(name, args=[token]) for name in ("calendar-sessions", "calendar-busy")
    )
    return CalendarLinks(sessions, busy)


def credential_link(uuid: UUID) -> str:
    """Return the address where anybody checks a credential. It is also the name of the credential."""
    return settings.SITE_URL + reverse("credential", args=[uuid])


def credential_issuer() -> Issuer:
    """Return the community as the issuer of credentials."""
    return Issuer(
        address=settings.SITE_URL + reverse("credential-issuer"),
        name=settings.COMMUNITY_NAME,
        site=settings.SITE_URL + "/",
        email=settings.CONTACT_EMAIL,
        keys=settings.SITE_URL + reverse("credential-keys"),
        revoked=settings.SITE_URL + reverse("credentials-revoked"),
    )


def add_to_profile_link(credential: Credential) -> str:
    """Return the address at LinkedIn that adds a credential to the profile of its reader."""
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": _("Mentor at %(community)s") % {"community": settings.COMMUNITY_NAME},
        "organizationName": settings.COMMUNITY_NAME,
        "issueYear": credential.issued_at.year,
        "issueMonth": credential.issued_at.month,
        "certUrl": credential_link(credential.uuid),
        "certId": str(credential.uuid),
    }
    return f"https://www.linkedin.com/profile/add?{urlencode(facts)}"
