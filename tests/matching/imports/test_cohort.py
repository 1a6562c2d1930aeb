"""Files with people of one cohort."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification
from matching.exceptions import ImportNotReadable
from matching.jobs.imports import work_on_import
from matching.models import Import
from matching.services.imports import map_columns, upload_import
from mentorship.models import Cohort, CohortMember
from tests.factories import NOW, CohortFactory, CohortMemberFactory, HelpRequestFactory, MentorFactory, UserFactory
from tests.helpers import kinds
from tests.matching.imports.conftest import csv_of, faults

pytestmark = pytest.mark.django_db

HEADER = ("Email", "Side", "Mentees", "Manager")


@pytest.fixture
def cohort():
    return CohortFactory(name="Spring")


@pytest.fixture
def people():
    """Store a mentee, a mentor, and the manager of both."""
    mentee, manager = (UserFactory(email=f"{name}@example.org") for name in ("mentee", "manager"))
    return mentee, MentorFactory(user__email="mentor@example.org").user, manager


@pytest.fixture
def upload(admin, rung, cohort):
    """Return a function that uploads rows for the cohort, and has them checked."""

    def uploaded(*rows, overwrite=(), into=None) -> Import:
        data = csv_of(HEADER, *rows)
        one = upload_import(
            kind="cohort", file_name="spring.csv", data=data, email="", by=admin, now=NOW, cohort=into or cohort
        )
        map_columns(import_id=one.pk, columns=one.columns, overwrite=overwrite, now=NOW)
        work_on_import(import_id=one.pk, now=NOW)
        one.refresh_from_db()
        return one

    return uploaded


GOOD = (
    ("mentee@example.org", "mentee", "", "manager@example.org"),
    ("mentor@example.org", "mentor", "3", "manager@example.org"),
)


@pytest.mark.parametrize(
    "facts",
    [{"status": "preparing", "opened_at": None}, {"status": "open"}, {"status": "closed", "closed_at": NOW}],
)
def test_people_are_put_into_the_chosen_cohort(facts, cohort, people, upload, apply):
    Cohort.objects.update(**facts)
    mentee, mentor, manager = people

    one = apply(upload(*GOOD))

    assert (one.status, one.created, one.bad) == ("applied", 2, 0)
    assert set(CohortMember.objects.values_list("cohort", "person", "side", "places", "manager")) == {
        (cohort.pk, mentee.pk, "mentee", None, manager.pk),
        (cohort.pk, mentor.pk, "mentor", 3, manager.pk),
    }


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        (("nobody@example.org", "mentee", "", ""), "Address", "Nobody here has this address."),
        (("mentee@example.org", "mentor", "2", ""), "Address", "This is no mentor."),
        (("mentor@example.org", "mentor", "", ""), "Mentees", "The mentees of a mentor are missing."),
        (("mentor@example.org", "mentor", "0", ""), "Mentees", "This is no number of mentees."),
        (("mentor@example.org", "mentor", "9" * 5000, ""), "Mentees", "This is no number of mentees."),
        (("mentor@example.org", "mentor", "١", ""), "Mentees", "This is no number of mentees."),
        (("mentee@example.org", "mentee", "2", ""), "Mentees", "Only mentors have mentees."),
        (
            ("mentee@example.org", "mentee", "", "boss@example.org"),
            "Address of the manager",
            "Nobody here has this address.",
        ),
        (
            ("mentee@example.org", "mentee", "", "Mentee@example.org"),
            "Address of the manager",
            "Nobody manages themselves.",
        ),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_changes_nothing(row, column, wrong, people, upload, apply):
    one = upload(row, GOOD[1] if row[0] == "mentee@example.org" else GOOD[0])

    [(line, found_column, found_wrong, todo)] = faults(one)
    assert (line, found_column, found_wrong, bool(todo)) == (2, column, wrong, True)
    apply(one)
    assert CohortMember.objects.count() == 1


def test_an_unknown_side_is_refused(people, upload):
    one = upload(("mentee@example.org", "teacher", "", ""))

    assert [(line, column) for line, column, _wrong, _todo in faults(one)] == [(2, "Side")]


def test_two_rows_about_one_side_are_one_too_many(people, upload):
    one = upload(GOOD[0], GOOD[0])

    assert [(line, wrong) for line, _column, wrong, _todo in faults(one)] == [(3, "Line 2 is about the same.")]


def test_somebody_whom_an_organiser_took_out_is_added_on_the_page_of_the_cohort(cohort, people, upload):
    CohortMemberFactory(cohort=cohort, person=people[0], left_at=NOW, is_taken_out=True)

    assert [words for _line, *words in faults(upload(GOOD[0]))] == [
        ["Address", "Somebody took them out of this cohort.", "Add them on its page."]
    ]


def test_a_suspended_mentor_and_somebody_who_left_are_refused(cohort, people, upload):
    mentee, mentor, _manager = people
    mentor.mentor.status = "suspended"
    mentor.mentor.save()
    CohortMemberFactory(cohort=cohort, person=mentee, left_at=NOW)

    one = upload(*GOOD)

    assert [wrong for _line, _column, wrong, _todo in faults(one)] == [
        "They have left this cohort.",
        "This is no mentor.",
    ]


def test_a_cohort_that_was_archived_meanwhile_takes_nobody(people, upload, apply):
    one = upload(*GOOD)
    Cohort.objects.update(status="archived", archived_at=NOW)

    apply(one)

    assert CohortMember.objects.count() == 0
    assert {wrong for _line, _column, wrong, _todo in faults(one)} == {"The cohort is over."}


def test_a_file_needs_a_cohort(admin, rung):
    archived = CohortFactory(status="archived", archived_at=NOW)
    for cohort in (None, archived):
        with pytest.raises(ImportNotReadable, match="Choose a cohort"):
            upload_import(
                kind="cohort",
                file_name="a.csv",
                data=csv_of(HEADER, GOOD[0]),
                email="",
                by=admin,
                now=NOW,
                cohort=cohort,
            )

    assert Import.objects.count() == 0


def test_stored_values_stay_unless_the_column_replaces_them(cohort, people, upload, apply):
    _mentee, mentor, manager = people
    place = CohortMemberFactory(cohort=cohort, person=mentor, side="mentor", places=1)
    apply(upload(GOOD[1]))
    place.refresh_from_db()
    assert (place.places, place.manager) == (1, manager)

    apply(upload(GOOD[1], overwrite=["places"]))

    place.refresh_from_db()
    assert place.places == 3


def test_an_undo_takes_out_who_was_put_in(people, upload, apply, undo):
    one = undo(apply(upload(*GOOD)))

    assert (one.status, one.kept, CohortMember.objects.count()) == ("undone", 0, 0)


@pytest.mark.parametrize("same_cohort", [True, False])
def test_an_undo_leaves_whom_a_later_file_found_in_the_same_cohort(same_cohort, people, upload, apply, undo):
    one = apply(upload(GOOD[0]))
    other = CohortFactory(name="Autumn")
    if not same_cohort:
        CohortMemberFactory(cohort=other, person=people[0])
    apply(upload(GOOD[0], into=None if same_cohort else other))

    assert undo(one).kept == int(same_cohort)


def test_rows_of_before_lose_the_number_of_the_cohort(people, upload):
    one = upload(GOOD[0])
    one.rows.update(subject="mentee@example.org mentee 17")
    [operation] = import_module("matching.migrations.0050_subjects_of_cohort_rows").Migration.operations

    with connection.cursor() as cursor:
        cursor.execute(operation.sql)

    assert one.rows.get().subject == "mentee@example.org mentee"


def test_a_row_is_named_by_address_and_side_though_a_cell_is_wrong(people, upload):
    one = upload(GOOD[0], ("mentor@example.org", "mentor", "many", ""))

    assert list(one.rows.order_by("place").values_list("subject", flat=True)) == [
        "mentee@example.org mentee",
        "mentor@example.org mentor",
    ]


def test_an_undo_restores_places_and_manager(cohort, people, upload, apply, undo):
    _mentee, mentor, _manager = people
    place = CohortMemberFactory(cohort=cohort, person=mentor, side="mentor", places=1)

    undo(apply(upload(GOOD[1], overwrite=["places"])))

    place.refresh_from_db()
    assert (place.places, place.manager) == (1, None)


def test_an_undo_leaves_a_mentee_with_a_request_and_a_mentor_who_changed_places(cohort, people, upload, apply, undo):
    mentee, mentor, _manager = people
    one = apply(upload(*GOOD))
    HelpRequestFactory(mentee=mentee, cohort=cohort)
    CohortMember.objects.filter(person=mentor).update(places=5)

    one = undo(one)

    assert (one.kept, CohortMember.objects.count()) == (2, 2)
    says = [sentence for row in one.rows.order_by("place") for sentence in row.says]
    assert says == [
        "The cohort member of mentee@example.org stays: there is a request for the cohort of it.",
        "The cohort member of mentor@example.org stays: places changed since.",
    ]


# --- messages ---------------------------------------------------------------------------------------------------


def test_those_who_are_put_in_are_told_and_nobody_else(cohort, people, upload, apply):
    mentee, mentor, manager = people
    CohortMemberFactory(cohort=cohort, person=mentor, side="mentor", places=1)

    apply(upload(*GOOD, overwrite=["places"]))

    assert [kinds(person) for person in (mentee, mentor, manager)] == [["cohort_added"], [], []]
    assert mentee.notifications.get().title == "You are in the cohort “Spring” now"


def test_messages_of_an_import_are_written_in_two_statements(upload, apply):
    one = upload(*[(UserFactory().email, "mentee", "", "") for _number in range(20)])

    with CaptureQueriesContext(connection) as done:
        apply(one)

    about = [query["sql"] for query in done if "accounts_notification" in query["sql"]]
    assert (len(about), Notification.objects.filter(kind="cohort_added").count()) == (2, 20)


def test_an_undo_skips_messages_that_were_not_sent(people, upload, apply, undo):
    mentee, mentor, _manager = people
    one = apply(upload(*GOOD))
    mentor.notifications.update(status="sent", sent_at=NOW)

    undo(one)

    assert [(row.status, row.last_error) for row in mentee.notifications.all()] == [
        ("skipped", "The import was undone.")
    ]
    assert mentor.notifications.get().status == "sent"


def test_an_undo_leaves_the_message_of_somebody_who_stays(cohort, people, upload, apply, undo):
    mentee, _mentor, _manager = people
    one = apply(upload(*GOOD))
    HelpRequestFactory(mentee=mentee, cohort=cohort)

    undo(one)

    assert mentee.notifications.get().status == "pending"
