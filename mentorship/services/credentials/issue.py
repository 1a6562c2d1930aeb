"""Issuing a credential about a mentor's record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.locks import lock_mentor
from accounts.models import MentorProfile
from mentorship.exceptions import (
    CredentialIssuedAlready,
    CredentialsOff,
    NothingHeld,
    NotMentoringNow,
    PeriodNotOver,
    TooManyCredentials,
)
from mentorship.links import credential_issuer, credential_link
from mentorship.models import Credential
from mentorship.open_badges import Award, credential_of, signed_text
from mentorship.selectors.outcomes import share_in_words
from mentorship.selectors.record import KindCount, MentorRecord, mentor_record

A_DAY_MAX = 10


@transaction.atomic
def issue_credential(*, mentor_id: int, from_on: date, to_on: date, now: datetime) -> Credential:
    """Sign the record of a mentor from ``from_on`` to ``to_on``, and store it as it is signed.

    Raises CredentialsOff without a key, NotMentoringNow, PeriodNotOver, CredentialIssuedAlready, TooManyCredentials,
    NothingHeld.
    """
    if not settings.CREDENTIAL_KEYS:
        raise CredentialsOff(_("This community gives no credentials. The people who run it can switch them on."))
    mentor = lock_mentor(mentor_id)
    if mentor.status not in (MentorProfile.Status.APPROVED, MentorProfile.Status.PAUSED):
        raise NotMentoringNow(_("Only mentors whom the admins have approved get a credential."))
    if to_on > now.astimezone(mentor.user.profile.zone).date():
        raise PeriodNotOver(_("The last day of a credential is today at the latest."))
    issued = Credential.objects.filter(mentor=mentor)
    if issued.filter(from_on=from_on, to_on=to_on, revoked_at__isnull=True).exists():
        raise CredentialIssuedAlready(_("You have a credential for this period already. Revoke it to get a new one."))
    if issued.filter(issued_at__gt=now - timedelta(days=1)).count() >= A_DAY_MAX:
        raise TooManyCredentials(
            _("You got %(number)s credentials within a day. Go on tomorrow.") % {"number": A_DAY_MAX}
        )
    credential = Credential(mentor=mentor, from_on=from_on, to_on=to_on, issued_at=now)
    # Its readers are outside, so it has the language of the community and not that of the mentor.
    with translation.override(settings.LANGUAGE_CODE):
        record = mentor_record(mentor, from_on=from_on, to_on=to_on, now=now)
        award = _award(credential, mentor, record)
    if not record.n_sessions:
        raise NothingHeld(_("In this period there is no session of which both of you said that it was held."))
    issuer = credential_issuer()
    credential.signed = signed_text(credential_of(award, issuer, at=now), issuer, settings.CREDENTIAL_KEYS)
    credential.save()
    return credential


def _award(credential: Credential, mentor: MentorProfile, record: MentorRecord) -> Award:
    community = {"community": settings.COMMUNITY_NAME}
    return Award(
        address=credential_link(credential.uuid),
        mentor=mentor.user.name,
        name=_("Mentor at %(community)s") % community,
        description=_("Mentored members of %(community)s one to one.") % community,
        criteria=_("At least one session was held, and mentor and mentee both said so."),
        language=settings.LANGUAGE_CODE,
        from_on=record.from_on,
        to_on=record.to_on,
        evidence=_evidence(record),
    )


def _evidence(record: MentorRecord) -> list[tuple[str, str]]:
    """Return the counts of a record in words. They name nobody."""
    facts = [
        (_("People helped"), str(record.n_people)),
        (_("Sessions, confirmed by both sides"), str(record.n_sessions)),
        (_("Hours"), number_format(record.hours, decimal_pos=1)),
        (_("Kinds of sessions"), _kinds(record.session_kinds)),
        (_("Kinds of goals"), _kinds(record.goal_kinds)),
    ]
    outcomes = [
        (_("Outcomes at the end of a mentorship"), record.at_the_end),
        (_("Outcomes some time later"), record.later),
    ]
    return facts + [(name, share_in_words(share)) for name, share in outcomes if share.n_asked]


def _kinds(counts: Iterable[KindCount]) -> str:
    return "; ".join(f"{count.name}: {count.n}" for count in counts)
