"""The page of a mentor's record, and the public pages and files of credentials."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.utils import timezone

from mentorship.models import Credential
from mentorship.services.credentials.issue import issue_credential
from mentorship.services.credentials.revoke import revoke_credential
from tests.factories import CredentialFactory, MentorshipFactory, held_by_both

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

RECORD = "/mentoring/record/"
BEGAN = timezone.now() - timedelta(days=40)


@pytest.fixture
def browser(client, bob):
    client.force_login(bob)
    return client


@pytest.fixture
def held(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, started_at=BEGAN)
    return held_by_both(mentorship, starts_at=timezone.now() - timedelta(days=20))


@pytest.fixture
def credential(held):
    now = timezone.now()
    period = {"from_on": now.date() - timedelta(days=30), "to_on": now.date() - timedelta(days=1)}
    return issue_credential(mentor_id=held.mentorship.mentor_id, now=now, **period)


def text(answer) -> str:
    return answer.content.decode()


def test_the_page_shows_the_chosen_period(browser, held):
    today = timezone.now().date()

    whole = text(browser.get(RECORD))
    recent = text(browser.get(RECORD, {"from_on": today - timedelta(days=2), "to_on": today}))

    assert "<dd>1.0</dd>" in whole
    assert "there is nothing to sign" in recent


@pytest.mark.parametrize("period", [{"from_on": "2026-02-02", "to_on": "2026-02-01"}, {"from_on": "never"}])
def test_a_wrong_period_is_marked(period, browser):
    answer = browser.get(RECORD, period)

    assert answer.status_code == 400
    assert "correct what is marked" in text(answer)


def test_empty_days_have_their_defaults(browser, held):
    assert "<dd>1.0</dd>" in text(browser.get(RECORD, {"from_on": "", "to_on": ""}))


def test_a_mentor_has_a_period_signed_and_revokes_it(browser, held, bob):
    today = timezone.now().date()
    period = {"from_on": today - timedelta(days=30), "to_on": today - timedelta(days=1)}

    signed = text(browser.post(RECORD, {"do": "issue", **period}, follow=True))
    again = browser.post(RECORD, {"do": "issue", **period})
    row = Credential.objects.get()
    revoke = {"do": "revoke", "credential": row.uuid}
    first, second = (browser.post(RECORD, revoke, follow=True) for _ in range(2))

    assert "Your credential is signed" in signed
    assert f"/credentials/{row.uuid}.jwt" in signed
    assert (again.status_code, "for this period already" in text(again)) == (409, True)
    assert (first.status_code, second.status_code) == (200, 200)
    assert "Revoked" in text(first)


@pytest.mark.parametrize("uuid", ["", "nonsense"])
def test_only_ones_own_credential_is_revoked(uuid, browser):
    theirs = CredentialFactory()

    answers = [browser.post(RECORD, {"do": "revoke", "credential": value}) for value in (theirs.uuid, uuid)]

    theirs.refresh_from_db()
    assert [answer.status_code for answer in answers] == [409, 409]
    assert theirs.revoked_at is None


def test_without_a_key_the_page_says_so(browser, held, settings):
    settings.CREDENTIAL_KEYS = []

    page = text(browser.get(RECORD))

    assert "This community gives no credentials" in page
    assert "Have this time signed" not in page


def test_the_link_for_linkedin_has_its_documented_parameters(browser, credential):
    page = text(browser.get(RECORD))

    address = page.split('href="https://www.linkedin.com')[1].split('"')[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(address).query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Mentor at Mentorship"],
        "organizationName": ["Mentorship"],
        "issueYear": [str(credential.issued_at.year)],
        "issueMonth": [str(credential.issued_at.month)],
        "certUrl": [f"http://testserver/credentials/{credential.uuid}/"],
        "certId": [str(credential.uuid)],
    }


def test_anybody_reads_a_valid_credential(client, credential, bob):
    page = text(client.get(f"/credentials/{credential.uuid}/"))

    assert "This credential is valid" in page
    assert bob.name in page
    assert "Sessions, confirmed by both sides" in page


def test_a_revoked_credential_says_only_that(client, credential, bob):
    revoke_credential(credential_id=credential.pk, by=bob, now=timezone.now())

    page = text(client.get(f"/credentials/{credential.uuid}/"))

    assert "was revoked" in page
    assert bob.name not in page
    assert client.get(f"/credentials/{credential.uuid}.jwt").status_code == 404
    assert client.get(f"/credentials/{credential.uuid}.json").status_code == 404
    assert client.get("/credentials/revoked/").json()["revokedCredentials"] == [
        {"id": f"http://testserver/credentials/{credential.uuid}/", "revoked": True}
    ]


def test_a_text_that_no_present_key_signed_is_not_called_valid(client):
    page = text(client.get(f"/credentials/{CredentialFactory().uuid}/"))

    assert "cannot be checked" in page
    assert "is valid" not in page


def test_files_are_for_programs_of_other_sites(client, credential):
    signed = client.get(f"/credentials/{credential.uuid}.jwt")

    assert (text(signed), signed["Content-Type"]) == (credential.signed, "text/plain;charset=utf-8")
    for name in (f"{credential.uuid}.json", "issuer/", "keys/", "revoked/"):
        answer = client.get(f"/credentials/{name}")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer.json()


def test_no_private_part_of_a_key_is_shown(client):
    for key in client.get("/credentials/keys/").json()["keys"]:
        assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
        assert client.get(key["kid"].removeprefix("http://testserver")).json() == key
    assert client.get("/credentials/keys/other/").status_code == 404


def test_public_pages_are_limited_for_each_address(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"see_credential": "2/m/ip"}
    cache.clear()

    answers = [client.get("/credentials/keys/").status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_a_record_from_a_day_to_come_is_that_day(browser):
    shown = browser.get(RECORD, {"from_on": "2098-01-01"}).context["record"]

    assert (shown.from_on.isoformat(), shown.to_on.isoformat()) == ("2098-01-01", "2098-01-01")
