"""Careers, pairs, a community file and a résumé, by the same way as people."""

from __future__ import annotations

import copy
import json

import pytest

from accounts.models import CareerStep, MentorProfile, User
from matching.exceptions import ColumnsNotMapped, ImportNotReadable
from matching.imports import states
from matching.imports.community import PEOPLE_MAX
from matching.models import HelpRequest, Import
from matching.services.imports import map_columns, upload_import
from mentorship.models import Exclusion, Goal
from tests.factories import NOW, CareerStepFactory, MatchFactory, MentorFactory, UserFactory
from tests.helpers import kinds
from tests.matching.community.example import COMMUNITY
from tests.matching.imports.conftest import csv_of, faults

pytestmark = [pytest.mark.django_db]

CAREERS = ("Email", "Role", "Field", "Sector", "Country", "Level", "From", "Until")
ANALYST = ("anna@example.org", "Analyst", "data", "Industry", "Deutschland", "junior", "2018", "12/2020")


def test_positions_are_added_with_years_and_countries_as_people_write_them(upload, apply):
    anna = UserFactory(email="anna@example.org")
    later = ("anna@example.org", "Lead", "data", "industry", "FR", "lead", "44197", "")

    one = apply(upload("careers", csv_of(CAREERS, ANALYST, later)))

    steps = CareerStep.objects.filter(profile=anna.profile).order_by("start_year")
    assert one.created == 2
    assert [(step.role, step.sector, step.country.code, step.start_year, step.end_year) for step in steps] == [
        ("Analyst", "industry", "DE", 2018, 2020),
        ("Lead", "industry", "FR", 2021, None),
    ]


def test_a_known_position_is_filled_in_and_nothing_else(upload, apply):
    step = CareerStepFactory(profile=UserFactory(email="anna@example.org").profile, role="analyst", level="senior")

    one = apply(upload("careers", csv_of(CAREERS, ANALYST)))

    step.refresh_from_db()
    assert (one.changed, step.level, step.end_year, step.field) == (1, "senior", 2020, "data science")


def test_positions_of_nobody_and_years_in_disorder_are_refused(upload):
    UserFactory(email="anna@example.org")
    backwards = (*ANALYST[:6], "2020", "2018")

    one = upload("careers", csv_of(CAREERS, ("x@example.org", *ANALYST[1:]), backwards, (*ANALYST[:6], "1800", "")))

    assert [(line, column) for line, column, _wrong, _todo in faults(one)] == [
        (2, "Address"),
        (3, "Until"),
        (4, "From"),
    ]


def test_a_career_has_a_limit(upload, apply):
    anna = UserFactory(email="anna@example.org")
    for year in range(1990, 2019):
        CareerStepFactory(profile=anna.profile, role="Old", start_year=year)
    more = [(*ANALYST[:6], str(year), "") for year in (2019, 2020)]

    one = apply(upload("careers", csv_of(CAREERS, *more)))

    assert (one.created, one.bad, CareerStep.objects.filter(profile=anna.profile).count()) == (1, 1, 30)


def test_pairs_of_people_who_are_not_here_or_the_same_are_refused(upload):
    UserFactory(email="a@example.org")
    UserFactory(email="b@example.org")
    file = csv_of(
        ("Email 1", "Email 2", "Reason"),
        ("a@example.org", "x@example.org", "manager"),
        ("a@example.org", "A@example.org", "manager"),
        ("a@example.org", "b@example.org", "manager"),
        ("b@example.org", "a@example.org", "same_team"),
    )

    one = upload("exclusions", file)

    assert (one.created, [line for line, *_rest in faults(one)]) == (1, [2, 3, 5])


def test_admins_learn_of_no_pair_of_their_own_and_change_none_of_others(upload):
    manager, bob = UserFactory(role="manager"), UserFactory()
    owner = UserFactory(role="owner")
    first, second = sorted((manager, bob), key=lambda person: person.pk)
    Exclusion.objects.create(first=first, second=second, reason="conflict")
    file = csv_of(
        ("Address of one", "Address of the other", "Reason"),
        (manager.email, bob.email, "same team"),
        (bob.email, owner.email, "same team"),
    )

    one = upload("exclusions", file, overwrite=["reason"], by=manager)

    assert [fault for _line, _column, fault, _advice in faults(one)] == [
        *("This is you.", "This is the account of an admin."),
    ]


def test_a_community_file_is_loaded_and_undone_as_a_whole(upload, apply, undo):
    mentee = UserFactory(email="mentee@example.org", name="Old")
    one = upload("community", json.dumps(COMMUNITY).encode())
    assert (one.status, one.created, User.objects.filter(email="mentor@example.org").count()) == ("checked", 1, 0)

    apply(one)

    mentor = User.objects.get(email="mentor@example.org")
    mentee.refresh_from_db()
    assert (mentee.name, HelpRequest.objects.count(), Exclusion.objects.count()) == ("Me", 1, 1)
    assert (kinds(mentor), kinds(mentee)) == (["invitation"], [])

    undo(one)

    mentee.refresh_from_db()
    assert (one.status, one.kept, mentee.name) == ("undone", 0, "Old")
    left = (HelpRequest, Goal, Exclusion, MentorProfile)
    assert [model.objects.count() for model in left] == [0, 0, 0, 0]
    assert not User.objects.filter(email="mentor@example.org").exists()


def test_a_request_of_a_community_file_that_went_on_stays(upload, apply, undo):
    one = apply(upload("community", json.dumps(COMMUNITY).encode()))
    MatchFactory(help_request=HelpRequest.objects.get(), mentor=MentorFactory())

    undo(one)

    [row] = one.rows.all()
    assert row.says[0] == "The help request of T1 stays: there is a match of it."
    assert (one.kept, HelpRequest.objects.count(), Goal.objects.count()) == (1, 1, 1)
    assert not MentorProfile.objects.filter(user__email="mentor@example.org").exists()


def test_each_fault_of_a_community_file_is_named_with_its_path(upload):
    data = copy.deepcopy(COMMUNITY)
    data["people"][0]["timezone"] = "Nowhere"
    data["people"][1]["languages"] = []

    one = upload("community", json.dumps(data).encode())

    assert (one.status, one.bad) == ("checked", 1)
    assert [column for _line, column, _wrong, _todo in faults(one)] == ["$.people[0].timezone", "$.people[1].languages"]


def test_a_community_that_changed_after_the_check_stops_the_import(upload, apply):
    data = copy.deepcopy(COMMUNITY)
    one = upload("community", json.dumps(data).encode())
    HelpRequest.objects.all().delete()
    other = UserFactory()
    Goal.objects.all().delete()
    from_elsewhere = {"ref": data["help_requests"][0]["ref"], "mentee": other}
    MatchFactory(**{f"help_request__{name}": value for name, value in from_elsewhere.items()})

    apply(one)

    assert one.status == "failed"
    assert "names a request of somebody else" in one.failure
    assert not User.objects.filter(email="mentor@example.org").exists()


RESUME = {
    "basics": {"name": "Anna Lind", "email": "anna@example.org", "label": "Physicist", "summary": "Data."},
    "work": [
        {"name": "ACME", "position": "Senior analyst", "startDate": "2019-02", "location": "Berlin, Germany"},
    ],
    "education": [
        {"area": "physics", "studyType": "Master", "startDate": "2012", "endDate": "2017", "location": "Paris, France"}
    ],
    "languages": [{"language": "English", "fluency": "Native speaker"}, {"language": "German"}],
    "skills": [{"name": "python"}],
}


def test_a_resume_creates_a_person_with_the_positions_that_are_complete(upload, apply, undo):
    one = apply(upload("resume", json.dumps(RESUME).encode()))

    anna = User.objects.get(email="anna@example.org")
    assert (one.created, one.bad) == (2, 1)
    assert (anna.name, anna.profile.headline, anna.profile.employer) == ("Anna Lind", "Physicist", "ACME")
    assert [(step.field, step.country.code) for step in anna.profile.career.all()] == [("physics", "FR")]
    # JSON Resume knows no field and no sector of a position.
    assert [(line, column) for line, column, _wrong, _todo in faults(one)] == [(3, "Field"), (3, "Sector")]

    undo(one)
    assert not User.objects.filter(email="anna@example.org").exists()


def test_a_resume_fills_in_somebody_who_is_named(upload, apply):
    person = UserFactory(email="other@example.org", profile__headline="")

    apply(upload("resume", json.dumps(RESUME).encode(), email="Other@example.org"))

    person.profile.refresh_from_db()
    assert person.profile.headline == "Physicist"
    assert not User.objects.filter(email="anna@example.org").exists()


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("people", b"", "The file is empty."),
        ("people", b"PK\x03\x04rest", "This is an Excel workbook"),
        ("people", b"email\r\n", "The file has one row only."),
        ("resume", b"[]", "not a r"),
        ("resume", b'{"basics": {"name": "A"}}', "The résumé has no address."),
        ("resume", b"{", "not JSON"),
        ("resume", b"\xff\xfe{", "not JSON"),
        ("community", b"\x00", "NUL"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(kind, data, sentence, upload):
    with pytest.raises(ImportNotReadable, match=sentence):
        upload(kind, data)

    assert Import.objects.count() == 0


def test_the_columns_are_remembered_for_the_next_file_like_it(upload, admin):
    first = ("Kontakt", "Wer", "Firma")
    one = upload("people", csv_of(("Email", "Name", "x"), ("a@example.org", "A", "")))
    with pytest.raises(ColumnsNotMapped, match="Address"):
        upload("people", csv_of(first, ("a@example.org", "A", "ACME")))
    two = Import.objects.exclude(pk=one.pk).get()
    assert two.columns == ["", "", "employer"]
    map_columns(import_id=two.pk, columns=["email", "name", "employer"], overwrite=["employer", "email"], now=NOW)

    data = csv_of(("FIRMA", "Kontakt", "wer"), ("ACME", "b@example.org", "B"))
    three = upload_import(kind="people", file_name="x.csv", data=data, email="", by=admin, now=NOW)

    assert (three.columns, three.overwrite) == (["employer", "email", "name"], ["employer"])


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (["email", "email"], "Two columns of the file fill “Address”"),
        (["", "name"], "No column of the file fills “Address”"),
    ],
)
def test_columns_that_do_not_fit_are_refused(columns, sentence, admin, upload):
    one = upload("people", csv_of(("Email", "Name"), ("a@example.org", "A")))

    with pytest.raises(ColumnsNotMapped, match=sentence):
        map_columns(import_id=one.pk, columns=columns, overwrite=[], now=NOW)


ADMIN_ROWS = {
    "people": csv_of(("Email", "Headline"), ("olga@example.org", "Overwritten")),
    "mentors": csv_of(("Email", "Motivation"), ("olga@example.org", "I want to mentor.")),
    "careers": csv_of(CAREERS, ("olga@example.org", *ANALYST[1:])),
    "resume": json.dumps({"basics": {"email": "olga@example.org", "label": "Overwritten"}}).encode(),
    "community": json.dumps(
        {"format": 1, "people": [{**COMMUNITY["people"][0], "email": "olga@example.org"}]}
    ).encode(),
}


@pytest.mark.parametrize("kind", ADMIN_ROWS)
def test_rows_about_an_admin_are_for_owners(upload, apply, kind):
    olga = UserFactory(email="olga@example.org", role="owner")
    before = states.people([olga.pk])

    one = upload(kind, ADMIN_ROWS[kind], by=UserFactory(role="manager"))

    assert "the account of an admin" in faults(one)[0][2]
    assert (one.created, one.changed) == (0, 0)
    assert states.people([olga.pk]) == before


def test_an_owner_imports_rows_about_an_admin(upload, apply):
    olga = UserFactory(email="olga@example.org", role="manager")

    one = apply(upload("people", ADMIN_ROWS["people"], overwrite=["headline"]))

    olga.profile.refresh_from_db()
    assert (one.bad, olga.profile.headline) == (0, "Overwritten")


def test_a_manager_does_not_apply_what_an_owner_checked(upload, apply):
    olga = UserFactory(email="olga@example.org", role="owner")

    one = apply(upload("people", ADMIN_ROWS["people"], overwrite=["headline"]), by=UserFactory(role="manager"))

    olga.profile.refresh_from_db()
    assert (one.bad, olga.profile.headline == "Overwritten") == (1, False)


def test_a_community_file_of_too_many_people_is_refused(upload):
    people = [{**COMMUNITY["people"][1], "email": f"p{i}@example.org"} for i in range(PEOPLE_MAX + 1)]

    one = upload("community", json.dumps({"format": 1, "people": people}).encode())

    [(_line, column, wrong, _todo)] = faults(one)
    assert (column, wrong) == ("$.people", "there are more than 100 people; split the file.")


SIGN_UP_ROWS = {
    "people": csv_of(("Email", "Headline"), ("vic@example.org", "Filled in")),
    "careers": csv_of(CAREERS, ("vic@example.org", *ANALYST[1:])),
    "exclusions": csv_of(
        ("Address of one", "Address of the other", "Reason"), ("vic@example.org", "anna@example.org", "conflict")
    ),
    "community": json.dumps({"format": 1, "people": [{**COMMUNITY["people"][1], "email": "vic@example.org"}]}).encode(),
}


@pytest.mark.parametrize("kind", SIGN_UP_ROWS)
def test_an_address_that_nobody_confirmed_is_no_member(kind, upload):
    UserFactory(email="anna@example.org")
    vic = UserFactory(email="vic@example.org")
    vic.emailaddress_set.update(verified=False)

    one = upload(kind, SIGN_UP_ROWS[kind])

    [fault] = faults(one)
    assert "not confirmed" in fault[2]


def test_a_resume_with_nul_in_a_keyword_is_read(upload):
    resume = {"basics": {"name": "Anna", "email": "anna@example.org"}, "skills": [{"keywords": ["sq\x00l"]}]}

    one = upload("resume", json.dumps(resume).encode())

    assert (one.bad, one.created) == (0, 1)
