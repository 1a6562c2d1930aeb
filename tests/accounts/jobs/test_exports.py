"""Exports: everything about a person that they may read, in a zip file of their own."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core import mail
from django.utils import translation

from accounts.jobs import exports
from accounts.jobs.erasures import erase_due
from accounts.jobs.exports import make_due_exports, packed, rows_for
from accounts.models import Concern, DataExport, StaffRead
from accounts.models.privacy import WAIT_AFTER_CLOSING
from accounts.privacy_registry import all_holdings, holding_of
from accounts.resume import parts_of_profile
from accounts.services.privacy import ask_erasure, fetch_export, request_export
from mentorship.models import Mentorship
from tests.factories import NOW, CareerStepFactory, ConcernFactory, FeedbackFactory, MentorshipFactory, UserFactory
from tests.helpers import kinds, send
from tests.pages import things_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

LATER = NOW + timedelta(days=7)


def files(person) -> dict[str, bytes]:
    archive = ZipFile(BytesIO(packed(person, now=NOW)))
    return {name: archive.read(name) for name in archive.namelist()}


def request(person) -> DataExport:
    export, _is_new = request_export(person=person, now=NOW)
    return export


# --- the content ------------------------------------------------------------------------------------------


def test_an_export_has_each_table_with_a_row_about_the_person(alice, bob):
    things_of(alice, bob)

    for person in (alice, bob):
        found = files(person)
        for holding in all_holdings():
            owns = any(
                share.exported and holding.model._base_manager.filter(share.shown_to([person.pk])).exists()
                for share in holding.shares
            )
            assert (f"data/{holding.label}.json" in found) is (owns and holding.exported), holding.label


def test_an_export_has_the_resume_the_calendar_and_the_credentials(alice, bob):
    CareerStepFactory(profile=bob.profile, role="Data scientist")
    things = things_of(alice, bob)

    found = files(bob)

    assert "Data scientist" in [step["role"] for step in parts_of_profile(json.loads(found["resume.json"]))["career"]]
    assert found["calendar.ics"].startswith(b"BEGIN:VCALENDAR")
    assert f"credentials/{things.identifiers['credentials/<uuid:uuid>/'][0]}.jwt" in found


def test_an_export_says_in_the_language_of_its_person_what_its_files_are(alice):
    with translation.override("de"):
        found = files(alice)

    page = found["README.txt"].decode()
    assert "Alles, was Mentorship am 23. November 2026 über dich gespeichert hat." in page
    assert "data/accounts.User.json: 1" in page
    assert {line.partition(":")[0] for line in page.splitlines() if line.startswith("data/")} <= found.keys()


def test_an_export_has_nothing_of_others_that_the_person_may_not_read(alice, bob):
    mentorship = MentorshipFactory(goal__mentee=alice, mentor=bob.mentor, status="completed")
    alice.set_password("a-password-of-hers")
    alice.save()
    secret = "Only for the eyes of others."
    FeedbackFactory(mentorship=mentorship, author=bob, helped=secret)
    FeedbackFactory(mentorship=mentorship, author=alice, helped="My own words.")
    ConcernFactory(raised_by=bob, about=alice, words=secret)
    StaffRead.objects.create(person=alice, reader=UserFactory(role="owner"), what="contact", hour_at=NOW)

    text = b"".join(files(alice).values()).decode()

    assert "My own words." in text
    assert secret not in text
    assert bob.email not in text
    assert alice.password not in text


def test_the_name_of_the_other_side_is_exported(alice, bob):
    MentorshipFactory(goal__mentee=alice, mentor=bob.mentor)

    [row] = rows_for(holding_of(Mentorship), alice)

    assert row["mentor__user__name"] == "Bob Baker"
    assert "end_reason" not in row


def test_concerns_about_the_person_are_left_out(alice, bob):
    ConcernFactory(about=alice)
    mine = ConcernFactory(raised_by=alice)

    [row] = rows_for(holding_of(Concern), alice)

    assert row["uuid"] == mine.uuid


# --- its states -------------------------------------------------------------------------------------------


def test_the_worker_makes_the_file_and_tells_the_person(alice):
    export = request(alice)

    assert make_due_exports(now=NOW) == 1
    send(NOW)

    export.refresh_from_db()
    assert (export.status, export.ready_at, export.expires_at) == ("ready", NOW, LATER)
    assert kinds(alice) == ["export_ready"]
    assert mail.outbox[0].subject == "The file with your data is ready"
    assert "/settings/data/" in mail.outbox[0].body


def test_a_second_request_is_the_same_export(alice):
    export = request(alice)

    assert request_export(person=alice, now=NOW) == (export, False)


def test_the_first_fetch_is_noted(alice):
    export = request(alice)
    make_due_exports(now=NOW)

    _export, content = fetch_export(uuid=export.uuid, person=alice, now=NOW + timedelta(hours=1))
    fetch_export(uuid=export.uuid, person=alice, now=NOW + timedelta(hours=2))

    export.refresh_from_db()
    assert (export.status, export.fetched_at) == ("fetched", NOW + timedelta(hours=1))
    assert "resume.json" in ZipFile(BytesIO(content)).namelist()


def test_the_file_is_removed_after_its_time(alice):
    export = request(alice)
    make_due_exports(now=NOW)
    with pytest.raises(DataExport.DoesNotExist):
        fetch_export(uuid=export.uuid, person=alice, now=LATER)

    assert make_due_exports(now=LATER) == 1

    export.refresh_from_db()
    assert (export.status, export.file) == ("expired", None)


def test_an_export_of_somebody_else_is_not_found(alice, bob):
    export = request(alice)
    make_due_exports(now=NOW)

    with pytest.raises(DataExport.DoesNotExist):
        fetch_export(uuid=export.uuid, person=bob, now=NOW)


def test_a_worker_that_dies_is_made_up_for(alice, monkeypatch):
    export = request(alice)

    def die(*_args: object, **_options: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(exports, "packed", die)
        with pytest.raises(SystemExit):
            make_due_exports(now=NOW)

    assert make_due_exports(now=NOW) == 1
    export.refresh_from_db()
    assert (export.status, export.attempts) == ("ready", 2)


def test_an_export_that_always_fails_is_given_up(alice, monkeypatch):
    export = request(alice)

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(exports, "packed", fail)
    for _attempt in range(4):
        make_due_exports(now=NOW)

    export.refresh_from_db()
    assert export.status == "failed"


def test_an_export_is_gone_with_the_person(alice):
    request(alice)
    make_due_exports(now=NOW)
    ask_erasure(person=alice, by=alice, now=NOW)
    request(alice)

    erase_due(now=LATER)
    assert erase_due(now=LATER + WAIT_AFTER_CLOSING) == 1

    assert not DataExport.objects.exists()
    assert make_due_exports(now=LATER) == 0
