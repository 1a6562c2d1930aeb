"""Undoing an import: what it created goes, what it changed is restored, and what was touched since stays."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts.exceptions import MoveNotAllowed
from accounts.models import CareerStep, MentorProfile, Notification, Profile, User
from accounts.models.recording import record_of
from accounts.services.profiles import update_profile
from matching.exceptions import UndoTooLate
from matching.models import HelpRequest, Import, ImportRow
from matching.services.imports import undo_import
from mentorship.models import Exclusion, Goal
from tests.factories import NOW, CareerStepFactory, GoalFactory, MatchFactory, MentorFactory, UserFactory
from tests.matching.community.example import COMMUNITY
from tests.matching.imports.conftest import csv_of

pytestmark = [pytest.mark.django_db]

PEOPLE = csv_of(
    ("Email", "Name", "Headline"), ("anna@example.org", "Anna", "Physicist"), ("bea@example.org", "Bea", "")
)
MENTORS = csv_of(
    ("Email", "Name", "Motivation", "Teaches", "Goals"),
    ("mia@example.org", "Mia", "I was helped.", "sql", "job_search"),
)
CAREERS = csv_of(
    ("Email", "Role", "Field", "Sector", "Country", "Level", "From"),
    ("anna@example.org", "Analyst", "data", "industry", "Germany", "junior", "2018"),
)


def kept(one: Import) -> list[str]:
    return [sentence for row in one.rows.order_by("place") for sentence in row.says]


def test_new_people_go_with_their_invitations(upload, apply, undo):
    one = undo(apply(upload("people", PEOPLE)))

    assert (one.status, one.kept, one.done) == ("undone", 0, 2)
    assert not User.objects.filter(email__in=["anna@example.org", "bea@example.org"]).exists()
    assert (Notification.objects.count(), ImportRow.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("touch", "reason"),
    [
        (lambda anna: (anna.set_password("correct-horse-battery"), anna.save()), "the person has come in"),
        (lambda anna: Profile.objects.filter(user=anna).update(headline="Else"), "headline changed since"),
        (lambda anna: User.objects.filter(pk=anna.pk).update(name="Anne"), "name changed since"),
        (lambda anna: User.objects.filter(pk=anna.pk).update(is_active=False), "active changed since"),
        (lambda anna: Profile.objects.filter(user=anna).update(buffer_minutes=30), "buffer minutes changed since"),
        (lambda anna: CareerStepFactory(profile=anna.profile), "career changed since"),
        (lambda anna: GoalFactory(mentee=anna), "there is a goal of theirs"),
        (lambda anna: MentorFactory(user=anna, career=[]), "there is a mentor profile of theirs"),
    ],
)
def test_people_who_were_touched_stay_and_are_named(touch, reason, upload, apply, undo):
    one = apply(upload("people", PEOPLE))
    touch(User.objects.get(email="anna@example.org"))

    undo(one)

    assert (one.status, one.kept, kept(one)) == ("undone", 1, [f"anna@example.org stays: {reason}."])
    assert User.objects.filter(email="anna@example.org").exists()
    assert not User.objects.filter(email="bea@example.org").exists()


def test_the_report_of_a_row_that_stays_holds_no_cells(upload, apply, undo):
    one = apply(upload("people", PEOPLE))
    User.objects.filter(email="anna@example.org").update(name="Anne")

    undo(one)

    assert [(row.subject, row.cells, row.undo) for row in one.rows.all()] == [("anna@example.org", [], [])]


def test_filled_fields_are_emptied_and_replaced_ones_restored(upload, apply, undo):
    anna = UserFactory(email="anna@example.org", name="Ann", profile__headline="", profile__timezone="Asia/Tokyo")
    file = csv_of(
        ("Email", "Name", "Headline", "Time zone", "Languages"),
        ("anna@example.org", "Anna", "Physicist", "Europe/Paris", "de: native"),
    )
    one = apply(upload("people", file, overwrite=["name", "timezone", "languages"]))
    anna.refresh_from_db()
    assert (anna.name, Profile.objects.get(user=anna).headline) == ("Anna", "Physicist")

    undo(one)

    anna.refresh_from_db()
    profile = Profile.objects.get(user=anna)
    assert (one.kept, anna.name, profile.headline, profile.timezone) == (0, "Ann", "", "Asia/Tokyo")
    assert [(row.code, row.level) for row in profile.languages.all()] == [("en", "fluent")]


def test_a_field_that_was_changed_since_stays_and_the_others_are_restored(upload, apply, undo):
    anna = UserFactory(email="anna@example.org", name="Ann", profile__headline="")
    one = apply(upload("people", PEOPLE, overwrite=["name"]))
    Profile.objects.filter(user=anna).update(headline="Mine")

    undo(one)

    anna.refresh_from_db()
    assert (anna.name, Profile.objects.get(user=anna).headline) == ("Ann", "Mine")
    assert kept(one) == ["anna@example.org: headline changed since, and stays."]


def test_a_new_mentor_goes(upload, apply, undo):
    one = undo(apply(upload("mentors", MENTORS)))

    assert (one.kept, MentorProfile.objects.count()) == (0, 0)
    assert not User.objects.filter(email="mia@example.org").exists()


def test_a_member_who_became_a_mentor_is_a_member_again(upload, apply, undo):
    UserFactory(email="mia@example.org", name="Mia")

    one = undo(apply(upload("mentors", MENTORS)))

    assert (one.kept, MentorProfile.objects.count()) == (0, 0)
    assert User.objects.filter(email="mia@example.org").exists()


def test_a_mentor_to_whom_something_happened_stays(upload, apply, undo):
    one = apply(upload("mentors", MENTORS))
    MatchFactory(mentor=MentorProfile.objects.get(user__email="mia@example.org"))

    undo(one)

    assert kept(one) == [
        "mia@example.org stays a mentor: there is a match of theirs.",
        "mia@example.org stays: there is a mentor profile of theirs.",
    ]
    assert MentorProfile.objects.filter(user__email="mia@example.org").exists()


def test_the_offer_of_a_mentor_is_restored(upload, apply, undo):
    mentor = MentorFactory(user__email="mia@example.org", teaches=["r"], goal_kinds=[])
    file = csv_of(
        ("Email", "Teaches", "Goals", "Price", "Currency", "Price per"),
        ("mia@example.org", "sql", "job_search", "40", "EUR", "session"),
    )
    one = apply(upload("mentors", file, overwrite=["teaches", "rate_amount"]))
    mentor.refresh_from_db()
    assert (mentor.teaches, mentor.paid, mentor.goal_kinds.count()) == (["sql"], True, 1)

    undo(one)

    mentor.refresh_from_db()
    assert (one.kept, mentor.teaches, mentor.rate, mentor.goal_kinds.count()) == (0, ["r"], None, 0)


def test_positions_go_and_those_that_were_changed_stay(upload, apply, undo):
    anna = UserFactory(email="anna@example.org")
    one = apply(upload("careers", CAREERS))
    assert CareerStep.objects.filter(profile=anna.profile).count() == 1
    undo(one)
    assert (one.kept, CareerStep.objects.filter(profile=anna.profile).count()) == (0, 0)

    two = apply(upload("careers", CAREERS))
    CareerStep.objects.update(role="Senior analyst")
    undo(two)

    assert CareerStep.objects.filter(profile=anna.profile).count() == 1
    assert kept(two) == ["The position “Analyst” of anna@example.org stays as it is: it was changed or removed since."]


def test_a_position_is_found_after_its_person_saved_the_career(upload, apply, undo):
    anna = UserFactory(email="anna@example.org")
    one = apply(upload("careers", CAREERS))
    step = CareerStep.objects.values("role", "field", "sector", "country", "level", "start_year").get()
    update_profile(profile=anna.profile, changes={"career": [step]}, now=NOW)

    undo(one)

    assert (one.kept, CareerStep.objects.count()) == (0, 0)


def test_pairs_go_and_their_reasons_are_restored(upload, apply, undo):
    a, b, c = (UserFactory(email=f"{name}@example.org") for name in "abc")
    Exclusion.objects.create(first=a, second=b, reason="conflict")
    file = csv_of(
        ("Email 1", "Email 2", "Reason"),
        ("b@example.org", "A@example.org", "same team"),
        ("a@example.org", "c@example.org", "manager"),
    )
    one = apply(upload("exclusions", file, overwrite=["reason"]))
    assert sorted(Exclusion.objects.values_list("first", "second", "reason")) == [
        (a.pk, b.pk, "same_team"),
        (a.pk, c.pk, "manager"),
    ]

    undo(one)

    assert (one.kept, list(Exclusion.objects.values_list("reason", flat=True))) == (0, ["conflict"])


def test_an_import_is_undone_within_a_day_and_once(upload, apply, undo, admin):
    one = apply(upload("people", PEOPLE))

    with pytest.raises(UndoTooLate):
        undo_import(import_id=one.pk, by=admin, now=NOW + timedelta(days=1))
    undo(one)
    with pytest.raises(MoveNotAllowed):
        undo_import(import_id=one.pk, by=admin, now=NOW)


def test_people_whom_a_later_import_found_there_stay(upload, apply, undo):
    first, _second = apply(upload("people", PEOPLE)), apply(upload("people", PEOPLE))

    one = undo(first)

    assert User.objects.filter(email__in=["anna@example.org", "bea@example.org"]).count() == 2
    assert kept(one)[0] == "anna@example.org stays: the later import “people.csv” is about the same."


def test_a_pair_that_a_later_import_found_there_stays(upload, apply, undo):
    UserFactory(email="a@example.org")
    UserFactory(email="b@example.org")
    pair = csv_of(("Address of one", "Address of the other", "Reason"), ("a@example.org", "b@example.org", "conflict"))
    first, _second = apply(upload("exclusions", pair)), apply(upload("exclusions", pair))

    undo(first)

    assert Exclusion.objects.count() == 1


MENTOR, MENTEE = "mentor@example.org", "mentee@example.org"


def community(**changes) -> bytes:
    return json.dumps({**COMMUNITY, **changes}).encode()


def table_of_community(kind: str) -> bytes:
    if kind == "people":
        return csv_of(("Name", "Address"), ("You", MENTOR), ("Me", MENTEE))
    return csv_of(("Address of one", "Address of the other", "Reason"), (MENTEE, MENTOR, "conflict"))


def test_people_whom_a_later_community_file_found_there_stay(upload, apply, undo):
    first = apply(upload("people", table_of_community("people")))
    apply(upload("community", community()))

    one = undo(first)

    assert User.objects.filter(email__in=[MENTOR, MENTEE]).count() == 2
    assert f"{MENTOR} stays: the later import “community.csv” is about the same." in kept(one)


def test_things_that_a_later_community_file_found_unchanged_stay(upload, apply, undo):
    first, second = apply(upload("community", community())), apply(upload("community", community()))

    one = undo(first)

    assert (HelpRequest.objects.count(), Goal.objects.count(), Exclusion.objects.count()) == (1, 1, 1)
    assert User.objects.filter(email__in=[MENTOR, MENTEE]).count() == 2
    assert f"{MENTEE} stays: the later import “community.csv” is about the same." in kept(one)
    assert len(kept(one)) == len(set(kept(one)))
    assert undo(second).kept == 0
    assert User.objects.filter(email__in=[MENTOR, MENTEE]).count() == 2


def test_things_that_a_later_community_file_does_not_name_go(upload, apply, undo):
    first = apply(upload("community", community()))
    apply(upload("community", community(exclusions=[], help_requests=[])))

    undo(first)

    assert (HelpRequest.objects.count(), Exclusion.objects.count()) == (0, 0)
    assert User.objects.filter(email__in=[MENTOR, MENTEE]).count() == 2


@pytest.mark.parametrize("kind", ["people", "exclusions"])
def test_things_of_a_community_file_that_a_later_table_found_stay(kind, upload, apply, undo):
    first = apply(upload("community", community()))
    apply(upload(kind, table_of_community(kind)))

    undo(first)

    assert User.objects.filter(email__in=[MENTOR, MENTEE]).count() == 2
    assert Exclusion.objects.count() == (1 if kind == "exclusions" else 0)
    assert HelpRequest.objects.count() == 0


def test_an_earlier_import_is_no_reason_to_stay(upload, apply, undo):
    first, second = apply(upload("people", PEOPLE)), apply(upload("people", PEOPLE))
    undo(second)

    undo(first)

    assert not User.objects.filter(email="anna@example.org").exists()


def test_two_imports_that_are_undone_leave_the_value_from_before(upload, apply, undo):
    profile = UserFactory(email="anna@example.org", profile__headline="Mine").profile
    first = apply(upload("people", headline("From file 1"), overwrite=["headline"]))
    second = apply(upload("people", headline("From file 2"), overwrite=["headline"]))

    undo(first)
    undo(second)

    profile.refresh_from_db()
    assert profile.headline == "Mine"


def test_the_record_of_a_person_goes_as_well(upload, apply, undo):
    first = apply(upload("mentors", MENTORS))
    mia = User.objects.get(email="mia@example.org")
    keys = {User: mia.pk, Profile: mia.profile.pk, MentorProfile: mia.mentor.pk}

    undo(first)

    for model, key in keys.items():
        assert not record_of(model).events.objects.filter(pgh_obj_id=key).exists()


@pytest.mark.parametrize(("role", "words"), [("manager", "From the file"), ("owner", "Mine")])
def test_a_manager_undoes_nothing_about_an_admin(role, words, upload, apply, undo):
    profile = UserFactory(email="anna@example.org", role="owner", profile__headline="Mine").profile
    one = apply(upload("people", headline("From the file"), overwrite=["headline"]))

    undo(one, by=UserFactory(role=role))

    profile.refresh_from_db()
    assert profile.headline == words


def headline(words: str) -> bytes:
    return csv_of(("Email", "Headline"), ("anna@example.org", words))
