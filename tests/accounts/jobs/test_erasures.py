"""Erasing people: nothing of them is left in a full dump, and the other side keeps a history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import CharField, JSONField, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from accounts.jobs import erasures
from accounts.jobs.erasures import erase_due
from accounts.models import (
    AccountMerge,
    Erasure,
    MentorDecision,
    Notification,
    Profile,
    RulesAcceptance,
    StaffRead,
    User,
)
from accounts.privacy_registry import all_holdings
from accounts.selectors import current_rules
from accounts.services.merge import merge_accounts
from accounts.services.privacy import ask_erasure, cancel_erasure, lift_hold, set_hold
from matching.models import Handover, HelpRequest, Import, ImportRow, Match
from matching.services.accept import accept_match
from mentorship.models import Credential, Mentorship, OrganiserNote, Session
from tests.dump import tables_with
from tests.factories import (
    NOW,
    CareerStepFactory,
    ConcernFactory,
    GroupMailFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    NotificationFactory,
    UserFactory,
)
from tests.helpers import kinds, race, send
from tests.pages import things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

DUE = NOW + timedelta(days=7)
NAME, ADDRESS = "Zenobia Quartermaine", "zenobia.q@example.org"
MARK = "xyzzyplugh"


@pytest.fixture
def zenobia():
    return UserFactory(name=NAME, email=ADDRESS)


def erase(person: User, by: User | None = None) -> None:
    ask_erasure(person=person, by=by or person, reason="" if by is None else "She wrote to us.", now=NOW)
    assert erase_due(now=DUE) == 1
    person.refresh_from_db()


def mark_words_of(person: User) -> int:
    """Write MARK into each column of the person's words and facts. Return how many rows there are."""
    marked = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('community.erases', 'yes', true)")
        for holding in all_holdings():
            for share in holding.shares:
                rows = holding.model._base_manager.filter(share.rows_of([person.pk]))
                for name in {*share.texts, *share.facts}:
                    field = holding.model._meta.get_field(name)
                    if holding.model in (User, EmailAddress) or field.choices:
                        continue
                    if isinstance(field, CharField | TextField) and (field.max_length or 99) > 20:
                        words = Concat(Value(MARK), Cast("pk", TextField()))
                        marked += rows.exclude(**{name: ""}).update(**{name: words})
                    elif isinstance(field, JSONField):
                        marked += rows.update(**{name: {"said": MARK}})
                    elif isinstance(field, ArrayField) and (field.base_field.max_length or 0) > 20:
                        marked += rows.update(**{name: [MARK]})
        cursor.execute("SELECT set_config('community.erases', '', true)")
    return marked


def rich(mentee: User, mentor: User, *, marked: User) -> None:
    """Build things of all kinds between two people, with records of changes and words of others about both."""
    things_of(mentee, mentor)
    admin = UserFactory(role="owner", name="Olga Owner")
    for person in (mentee, mentor):
        mark = MARK if person == marked else "harmless"
        profile = person.profile
        profile.bio, profile.headline, profile.employer = f"I am {person.name}.", mark, mark
        profile.save()
        profile.bio = "Other words."
        profile.save()
        CareerStepFactory(profile=profile)
        StaffRead.objects.create(person=person, reader=admin, what="contact", hour_at=NOW)
        Authenticator.objects.create(user=person, type="totp", data={"secret": mark})
        UserSession.objects.create(user=person, session_key=person.email[:8], ip="127.0.0.1", user_agent=mark, data={})
        EmailAddress.objects.create(user=person, email=f"second.{person.email}", verified=False, primary=False)
        RulesAcceptance.objects.create(user=person, rules=current_rules(), accepted_at=NOW)
        LogEntry.objects.log_actions(admin.pk, [person], CHANGE, f"{person.name} was written to at {person.email}.")
        NotificationFactory(recipient=admin, kind="gone", key=person.email[:5], title=f"{person.name} wrote", payload={})
        NotificationFactory(recipient=person, kind="account_mail", key="x", payload={"to": person.email, "text": mark})
        row = Import.objects.create(kind="people", file_name="people.csv", total=1, status_since_at=NOW)
        ImportRow.objects.create(
            belongs_to=row, place=1, line=2, kind="people", cells={"bio": mark, "email": person.email.upper()}
        )
        ConcernFactory(about=person, words=f"{person.name} ({person.email}) was late.")
        GroupMailFactory(status="scheduled", people=[person])
        person.rename(person.name + " ")
        User.objects.filter(pk=person.pk).update(name=f"{person.name} once more")
        User.objects.filter(pk=person.pk).update(name=person.name)
    MentorDecision.objects.create(
        mentor=mentor.mentor, by=admin, before="applied", after="approved", reason=MARK if mentor == marked else "harmless", decided_at=NOW
    )
    note = OrganiserNote.objects.create(
        mentorship=Mentorship.objects.filter(mentee=mentee, mentor=mentor.mentor).first(),
        author=mentor,
        text=f"{mentee.name} and {mentor.name} do well.",
        written_at=NOW,
    )
    assert note.pk


# --- the dump ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_a_full_dump_has_no_trace_of_an_erased_person(zenobia, side):
    other = UserFactory(name="Olaf Otherwise", email="olaf@example.org")
    mentee, mentor = (zenobia, other) if side == "mentee" else (other, zenobia)
    MentorFactory(user=mentor)
    rich(mentee, mentor, marked=zenobia)
    before = Mentorship.objects.filter(mentee=mentee).count()
    # The second time the record of changes keeps the words of the first.
    assert mark_words_of(zenobia) == mark_words_of(zenobia) > 30
    assert {"accounts_user", "accounts_userevent", "accounts_notification"} <= set(tables_with(NAME))
    assert len(tables_with(MARK)) > 10

    erase(zenobia)

    assert tables_with(NAME) == {}
    assert tables_with("zenobia") == {}
    assert tables_with(ADDRESS) == {}
    assert tables_with(MARK) == {}
    assert Mentorship.objects.filter(mentee=mentee).count() == before
    assert tables_with("Olaf Otherwise").keys() >= {"accounts_user"}
