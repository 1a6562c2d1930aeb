"""Credentials: signed as Open Badges, and checked by a verifier that shares no code with the signer."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from config.local.services import signing_key
from mentorship.exceptions import (
    CredentialIssuedAlready,
    CredentialsOff,
    NothingHeld,
    NotMentoringNow,
    PeriodNotOver,
    TooManyCredentials,
)
from mentorship.models import Attendance, Credential, Session
from mentorship.services.credentials.issue import A_DAY_MAX, issue_credential
from mentorship.services.credentials.revoke import revoke_credential, revoke_credential_as_admin
from tests.factories import NOW, CredentialFactory, MentorshipFactory, held_by_both
from tests.helpers import race
from tests.verifier import Rejected, verify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ISSUER = "http://testserver/credentials/issuer/"
TODAY = NOW.date()


@pytest.fixture
def mentorship(alice, bob):
    """Bob met Alice once in this year, for 90 minutes, and both said so."""
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)
    held_by_both(mentorship, starts_at=NOW - timedelta(days=3), minutes=90)
    return mentorship


@pytest.fixture
def fetch(client):
    """Return a function that reads the JSON at an address of this site. None for one that answers 404."""

    def get(address: str):
        answer = client.get(address.removeprefix("http://testserver"))
        return answer.json() if answer.status_code == 200 else None

    return get


@pytest.fixture
def new_key(tmp_path):
    return b64decode(signing_key(tmp_path / "key"))


def issue(mentorship, **facts) -> Credential:
    facts = {"from_on": date(2026, 1, 1), "to_on": TODAY, "now": NOW} | facts
    return issue_credential(mentor_id=mentorship.mentor_id, **facts)


def check(text: str, fetch):
    return verify(text, fetch, issuer=ISSUER, now=NOW)


def test_an_independent_verifier_accepts_a_credential(mentorship, fetch):
    credential = issue(mentorship)

    content = check(credential.signed, fetch)

    assert content["id"] == f"http://testserver/credentials/{credential.uuid}/"
    assert content["credentialSubject"]["identifier"][0]["identityHash"] == str(mentorship.mentor.user)
    assert {fact["name"]: fact["narrative"] for fact in content["evidence"]} == {
        "People helped": "1",
        "Sessions, confirmed by both sides": "1",
        "Hours": "1.5",
        "Kinds of sessions": "a mock interview: 1",
        "Kinds of goals": f"{mentorship.goal.kind}: 1",
    }


def test_one_changed_byte_is_refused_wherever_it_is(mentorship, fetch):
    text = issue(mentorship).signed

    # The last character of each part can hold bits that say nothing.
    ends = {index for index in range(len(text)) if text[index + 1 : index + 2] in ("", ".")}
    for index in range(0, len(text), 7):
        if text[index] != "." and index not in ends:
            changed = text[:index] + ("A" if text[index] != "A" else "B") + text[index + 1 :]
            with pytest.raises((Rejected, KeyError, UnicodeDecodeError)):
                check(changed, fetch)


def test_a_larger_count_is_refused(mentorship, fetch):
    header, payload, signature = issue(mentorship).signed.split(".")
    content = json.loads(urlsafe_b64decode(payload + "=="))
    content["evidence"][0]["narrative"] = "1000"
    larger = urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    with pytest.raises(Rejected, match="signature"):
        check(f"{header}.{larger}.{signature}", fetch)


def test_a_revoked_credential_is_refused_and_others_stay_valid(mentorship, fetch, bob):
    revoked, other = issue(mentorship), issue(mentorship, to_on=TODAY - timedelta(days=1))

    revoke_credential(credential_id=revoked.pk, by=bob, now=NOW)

    with pytest.raises(Rejected, match="revoked"):
        check(revoked.signed, fetch)
    assert check(other.signed, fetch)


def test_a_credential_stays_valid_after_a_new_key_signs(mentorship, fetch, settings, new_key):
    old = issue(mentorship)
    settings.CREDENTIAL_KEYS = [new_key, *settings.CREDENTIAL_KEYS]

    new = issue(mentorship, to_on=TODAY - timedelta(days=1))

    assert check(old.signed, fetch)
    assert check(new.signed, fetch)
    assert len({text.split(".")[0] for text in (old.signed, new.signed)}) == 2


def test_a_credential_of_a_key_that_was_taken_away_is_refused(mentorship, fetch, settings, new_key):
    old = issue(mentorship)

    settings.CREDENTIAL_KEYS = [new_key]

    with pytest.raises(Rejected, match="key"):
        check(old.signed, fetch)


def test_a_credential_names_no_mentee(mentorship, alice):
    payload = issue(mentorship).signed.split(".")[1]

    content = urlsafe_b64decode(payload + "==").decode()

    for fact in (alice.name, alice.name.split()[0], alice.email, str(alice.uuid), str(mentorship.uuid)):
        assert fact not in content


def test_a_credential_stays_valid_after_its_mentee_and_sessions_are_gone(mentorship, fetch, alice):
    credential = issue(mentorship)
    # As an erasure leaves it: no session, and an account without a name.
    with transaction.atomic():
        Session.objects.filter(mentorship=mentorship).delete()
    type(alice).objects.filter(pk=alice.pk).update(name="Erased", is_active=False)

    assert check(credential.signed, fetch)["evidence"][0] == {
        "type": ["Evidence"],
        "name": "People helped",
        "narrative": "1",
    }


def erase(mentorship) -> None:
    """Delete the mentor with all that happened, as an erasure does."""
    with transaction.atomic():
        Session.objects.filter(mentorship=mentorship).delete()
        mentorship.delete()
        mentorship.mentor.user.delete()


def test_a_credential_of_a_deleted_mentor_is_valid_offline_and_its_page_has_no_word_of_it(mentorship, fetch, client):
    credential = issue(mentorship)
    name, address = mentorship.mentor.user.name, f"/credentials/{credential.uuid}/"

    erase(mentorship)

    assert check(credential.signed, fetch)
    page = client.get(address)
    assert (page.status_code, name in page.content.decode()) == (200, False)
    assert "has not revoked it" in page.content.decode()
    files = [client.get(reverse(route, args=[credential.uuid])) for route in ("credential-jwt", "credential-json")]
    assert [answer.status_code for answer in files] == [404, 404]
    assert Credential.objects.values_list("signed", "mentor").get() == ("", None)


def test_a_revoked_credential_of_a_deleted_mentor_stays_revoked(mentorship, fetch, client, bob):
    credential = issue(mentorship)
    revoke_credential(credential_id=credential.pk, by=bob, now=NOW)

    erase(mentorship)

    with pytest.raises(Rejected, match="revoked"):
        check(credential.signed, fetch)
    assert "This credential was revoked." in client.get(f"/credentials/{credential.uuid}/").content.decode()


def test_an_admin_revokes_a_credential_of_a_deleted_mentor(mentorship, fetch, admin_user):
    credential = issue(mentorship)
    erase(mentorship)

    revoke_credential_as_admin(credential_id=credential.pk, by=admin_user, reason="A forged session.", now=NOW)

    with pytest.raises(Rejected, match="revoked"):
        check(credential.signed, fetch)


def test_a_session_that_one_alone_confirmed_is_not_signed(mentorship):
    Attendance.objects.filter(person=mentorship.mentee).delete()

    with pytest.raises(NothingHeld):
        issue(mentorship)


def test_without_a_key_there_are_no_credentials(mentorship, settings):
    settings.CREDENTIAL_KEYS = []

    with pytest.raises(CredentialsOff):
        issue(mentorship)


@pytest.mark.parametrize("status", ["applied", "rejected", "suspended"])
def test_only_approved_mentors_get_one(status, mentorship):
    type(mentorship.mentor).objects.update(status=status)

    with pytest.raises(NotMentoringNow):
        issue(mentorship)


def test_a_paused_mentor_gets_one(mentorship):
    type(mentorship.mentor).objects.update(status="paused", pause_cause="own_wish")

    assert issue(mentorship).issued_at == NOW


def test_a_period_ends_today_at_the_latest(mentorship):
    with pytest.raises(PeriodNotOver):
        issue(mentorship, to_on=TODAY + timedelta(days=1))


def test_a_period_has_one_valid_credential(mentorship, bob):
    first = issue(mentorship)
    with pytest.raises(CredentialIssuedAlready):
        issue(mentorship)

    revoke_credential(credential_id=first.pk, by=bob, now=NOW)

    assert issue(mentorship).pk != first.pk


def test_a_mentor_gets_so_many_credentials_a_day(mentorship):
    CredentialFactory.create_batch(A_DAY_MAX, mentor=mentorship.mentor)

    with pytest.raises(TooManyCredentials):
        issue(mentorship)
    assert issue(mentorship, now=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "change",
    [
        {"signed": "other.text.here"},
        {"to_on": date(2030, 1, 1)},
        {"issued_at": NOW - timedelta(days=1)},
        {"mentor": None, "to_on": date(2030, 1, 1)},
        {"mentor": None, "signed": "other.text.here"},
    ],
)
def test_a_credential_stays_as_it_was_issued(change):
    row = CredentialFactory()

    with pytest.raises(IntegrityError, match="stays as it was issued"), transaction.atomic():
        Credential.objects.filter(pk=row.pk).update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_sign_one_credential(mentorship):
    rival = race(lambda: issue(mentorship), lambda: issue(mentorship))

    with pytest.raises(CredentialIssuedAlready):
        rival.finish()
    assert Credential.objects.count() == 1
