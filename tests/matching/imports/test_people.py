"""Imports of people and mentors: new ones are invited, those who are there are filled in where they are empty."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.utils import translation

from accounts.models import MentorProfile, Notification, Profile, User
from matching.imports.columns import columns_of
from matching.jobs.imports import work_on_import
from matching.services.imports import apply_import
from tests.factories import NOW, MentorFactory, UserFactory
from tests.helpers import kinds
from tests.matching.imports.conftest import csv_of, faults

pytestmark = [pytest.mark.django_db]

HEADER = ("E-mail", "Name", "Headline", "Skills", "Languages", "Member since")
ANNA = ("Anna@Example.org", "Anna Lind", "Physicist", "python; statistics", "en: fluent; de: native", "43525")


def test_a_dry_run_changes_nothing_and_mails_nobody(upload):
    people = User.objects.count()

    one = upload("people", csv_of(HEADER, ANNA))

    assert (one.status, one.created, one.bad, one.done) == ("checked", 1, 0, 1)
    assert [row.says for row in one.rows.all()] == [["New. Is invited by mail."]]
    assert (User.objects.count(), Notification.objects.count()) == (people, 0)


def test_a_new_person_is_created_and_invited(upload, apply):
    one = apply(upload("people", csv_of(HEADER, ANNA)))

    anna = User.objects.get(email="anna@example.org")
    assert (one.status, one.created, one.applied_at) == ("applied", 1, NOW)
    assert (anna.name, anna.has_usable_password(), anna.joined_at) == (
        "Anna Lind",
        False,
        datetime(2019, 3, 1, 12, tzinfo=UTC),
    )
    assert (anna.profile.headline, anna.profile.skills, anna.profile.is_mentee) == (
        "Physicist",
        ["python", "statistics"],
        True,
    )
    assert [(row.code, row.level) for row in anna.profile.languages.all()] == [("en", "fluent"), ("de", "native")]
    assert EmailAddress.objects.get(user=anna).verified
    assert kinds(anna) == ["invitation"]


@pytest.mark.parametrize("reader", ["en", "de", "es"])
@pytest.mark.parametrize(
    ("kind", "column", "texts", "value"),
    [
        ("careers", "sector", ["Industry", "Wirtschaft", "Industria"], "industry"),
        ("careers", "level", ["Lead", "Leitung", "Jefatura"], "lead"),
        ("careers", "employer_size", ["up to 10 people", "bis zu 10 Personen", "hasta 10 personas"], "1-10"),
        ("careers", "country", ["Germany", "Deutschland", "Alemania"], "DE"),
        ("people", "languages", ["German: fluent", "Deutsch: fließend", "alemán: fluido"], None),
        ("mentors", "formats", ["one-off help", "einmalige Hilfe", "ayuda puntual"], ["one_off"]),
        ("mentors", "rate_per", ["Session", "Treffen", "Sesión"], "session"),
        ("mentors", "rate_currency", ["US Dollar", "US-Dollar", "dólar estadounidense"], "USD"),
        ("mentors", "goal_kinds", ["Find a job", "Eine Stelle finden", "Encontrar trabajo"], ["job_search"]),
        ("exclusions", "reason", ["same team", "gleiches Team", "mismo equipo"], "same_team"),
    ],
)
def test_a_file_is_read_in_three_languages_whatever_its_reader_speaks(reader, kind, column, texts, value):
    with translation.override(reader):
        found = [columns_of(kind)[column].read(text) for text in texts]

    assert found == [value or [{"code": "de", "level": "fluent"}]] * 3


def test_each_fault_names_line_column_and_what_to_do(upload):
    one = upload(
        "people",
        csv_of(
            HEADER,
            ("nobody", "Anna", "", "", "", ""),
            ("bea@example.org", "", "", "", "", "3/4/2021"),
            ("", "Carl", "", "", "xx: fluent", ""),
            ("dora@example.org", "Dora", "x" * 151, "", "en", ""),
        ),
    )

    found = faults(one)
    assert (one.bad, one.created) == (4, 0)
    assert [(line, column) for line, column, _wrong, _todo in found] == [
        (2, "Address"),
        (3, "Member since"),
        (3, "Name"),
        (4, "Languages"),
        (4, "Address"),
        (5, "Headline"),
        (5, "Languages"),
    ]
    assert found[1][2:] == ("“3/4/2021” may be 3 April 2021 or 4 March 2021.", "Write 2021-04-03 or 2021-03-04.")
    assert all(wrong.strip() and todo.strip() for _line, _column, wrong, todo in found)


def test_bad_rows_stop_no_good_ones(upload, apply):
    one = apply(upload("people", csv_of(HEADER, ANNA, ("nobody", "B", "", "", "", ""))))

    assert (one.status, one.created, one.bad) == ("applied", 1, 1)
    assert User.objects.filter(email="anna@example.org").exists()


def test_somebody_who_is_here_is_filled_in_where_they_are_empty(upload, apply):
    person = UserFactory(email="anna@example.org", name="Anna", profile__headline="", profile__bio="Mine.")
    file = csv_of(("Mail", "Name", "Headline", "Bio"), ("ANNA@example.org", "Anna Lind", "Physicist", "Theirs."))

    one = apply(upload("people", file))

    person.refresh_from_db()
    profile = Profile.objects.get(user=person)
    assert (one.changed, person.name, profile.headline, profile.bio) == (1, "Anna", "Physicist", "Mine.")
    assert [row.says for row in one.rows.all()] == [["Fills headline.", "Leaves name and bio."]]
    assert kinds(person) == []


def test_a_column_that_overwrites_replaces_what_is_there(upload, apply):
    person = UserFactory(email="anna@example.org", name="Anna", profile__headline="Old")
    file = csv_of(("Mail", "Name", "Headline"), ("anna@example.org", "Anna Lind", "New"))

    one = apply(upload("people", file, overwrite=["headline"]))

    person.refresh_from_db()
    assert (one.changed, person.name, Profile.objects.get(user=person).headline) == (1, "Anna", "New")


def test_the_same_file_again_changes_nothing(upload, apply):
    apply(upload("people", csv_of(HEADER, ANNA)))

    one = upload("people", csv_of(HEADER, ANNA))

    assert (one.created, one.changed, one.unchanged) == (0, 0, 1)


def test_one_address_stands_in_a_file_once(upload):
    one = upload("people", csv_of(HEADER, ANNA, ("anna@EXAMPLE.org", "Anna", "", "", "", "")))

    assert faults(one) == [(3, "", "Line 2 is about the same.", "Keep one of the two rows.")]


def test_second_addresses_and_closed_accounts_are_refused(upload):
    EmailAddress.objects.create(user=UserFactory(), email="second@example.org", verified=True, primary=False)
    UserFactory(email="closed@example.org", is_active=False)

    one = upload("people", csv_of(HEADER[:2], ("second@example.org", "A"), ("closed@example.org", "B")))

    assert [wrong for _line, _column, wrong, _todo in faults(one)] == [
        "This is a second address of somebody who logs in with another one.",
        "This account is closed.",
    ]


def test_first_and_last_name_make_a_name(upload, apply):
    file = csv_of(("E-Mail", "Vorname", "Nachname"), ("anna@example.org", "Anna", "Lind"))

    apply(upload("people", file))

    assert User.objects.get(email="anna@example.org").name == "Anna Lind"


MENTORS = ("Address", "Name", "Motivation", "Status", "Capacity", "Goals", "Price", "Currency", "Price per")


def test_a_new_mentor_has_status_offer_and_price(upload, apply):
    row = (
        "mia@example.org",
        "Mia",
        "I was helped.",
        "approved",
        "3",
        "job_search; Get promoted",
        '"40,50"',
        "eur",
        "session",
    )

    one = apply(upload("mentors", csv_of(MENTORS, row)))

    mentor = MentorProfile.objects.get(user__email="mia@example.org")
    assert (one.created, mentor.status, mentor.capacity, mentor.user.profile.is_mentee) == (1, "approved", 3, False)
    assert mentor.rate == {"amount": mentor.rate_amount, "currency": "EUR", "per": "session"}
    assert str(mentor.rate_amount) == "40.50"
    assert sorted(mentor.goal_kinds.values_list("code", flat=True)) == ["job_search", "promotion"]
    assert kinds(mentor.user) == ["invitation"]


def test_a_member_becomes_a_mentor(upload, apply):
    person = UserFactory(email="mia@example.org")

    apply(upload("mentors", csv_of(MENTORS[:3], ("mia@example.org", "", "I was helped."))))

    mentor = MentorProfile.objects.get(user=person)
    assert (mentor.status, mentor.motivation) == ("applied", "I was helped.")
    assert kinds(person) == []


@pytest.mark.parametrize(("status", "mails"), [("approved", ["mentor_approved"]), ("applied", [])])
def test_a_member_who_becomes_an_approved_mentor_gets_a_mail(status, mails, upload, apply):
    member = UserFactory(email="mia@example.org")
    file = csv_of(("Email", "Motivation", "Status"), ("mia@example.org", "I was helped.", status))

    one = apply(upload("mentors", file))

    assert kinds(member) == mails
    [row] = one.rows.all()
    assert row.says[-1] == ("Gets a mail about it." if mails else "Gets no mail about it.")


def test_an_import_moves_no_status_and_fills_an_offer(upload, apply):
    mentor = MentorFactory(
        user__email="mia@example.org", status="paused", pause_cause="own_wish", goal_kinds=[], teaches=[], capacity=2
    )
    file = csv_of(
        ("Address", "Status", "Teaches", "Capacity", "Goals"), ("mia@example.org", "approved", "sql", "5", "job_search")
    )

    one = apply(upload("mentors", file))

    mentor.refresh_from_db()
    assert (mentor.status, mentor.teaches, mentor.capacity) == ("paused", ["sql"], 2)
    assert [kind.code for kind in mentor.goal_kinds.all()] == ["job_search"]
    assert "Stays paused: the list of mentors changes a status." in one.rows.get().says


def test_a_mentor_needs_a_motivation_and_a_whole_price(upload):
    one = upload(
        "mentors",
        csv_of(MENTORS, ("mia@example.org", "Mia", "", "", "", "", "40", "", ""), ("x@example.org", "X", "Y", "z")),
    )

    assert [(line, column) for line, column, _wrong, _todo in faults(one)] == [
        (2, "Price"),
        (2, "Motivation"),
        (3, "Status"),
    ]


def test_somebody_who_signs_up_between_check_and_apply_is_not_created_twice(upload, apply):
    one = upload("people", csv_of(HEADER, ANNA))
    person = UserFactory(email="anna@example.org", name="Anna", profile__headline="")

    apply(one)

    assert (one.created, one.changed) == (0, 1)
    assert User.objects.filter(email="anna@example.org").count() == 1
    assert Profile.objects.get(user=person).headline == "Physicist"


@pytest.mark.django_db(transaction=True)
def test_an_address_that_is_taken_at_the_moment_of_writing_stops_no_other_row(upload, admin, monkeypatch):
    one = upload("people", csv_of(HEADER, ANNA, ("bea@example.org", "Bea", "", "", "", "")))
    apply_import(import_id=one.pk, by=admin, now=NOW)
    # The judge does not see the account that another transaction has just written.
    UserFactory(email="anna@example.org")
    monkeypatch.setattr("matching.imports.people._locked", lambda rows: rows.exclude(user__email="anna@example.org"))

    work_on_import(import_id=one.pk, now=NOW)

    one.refresh_from_db()
    assert (one.status, one.created, one.bad) == ("applied", 1, 1)
    assert faults(one) == [(2, "", "Somebody stored the same at this moment.", "Import the row again.")]
    assert User.objects.filter(email="bea@example.org").exists()
