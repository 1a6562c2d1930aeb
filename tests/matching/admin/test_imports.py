"""Importing a file by the pages of the admin."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from accounts.services.trial import set_trial_mode
from matching.jobs.imports import work_on_import
from matching.models import Import
from tests.factories import NOW, CohortFactory
from tests.matching.imports.conftest import csv_of
from tests.stacked_tables import stacked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]

ADD = reverse("admin:matching_import_add")
PEOPLE = csv_of(("Kontakt", "Name", "Ort"), ("anna@example.org", "Anna", "Bonn"), ("nobody", "=B", "<b>"))
HUGE = "9" * 30


def page(one: Import, name: str = "change") -> str:
    return reverse(f"admin:matching_import_{name}", args=[one.pk])


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def apply_form(one: Import) -> dict[str, str]:
    return {"do": "apply", "seen": one.status_since_at.isoformat()}


def uploaded(client, data: bytes = PEOPLE, kind: str = "people", **more: str):
    return client.post(ADD, {"kind": kind, "file": SimpleUploadedFile("list.csv", data)} | more)


@pytest.fixture
def one(admin_client) -> Import:
    """A file of two people that is checked. The second one has a fault."""
    uploaded(admin_client)
    found = Import.objects.get()
    admin_client.post(page(found, "columns"), {"column_0": "email", "column_1": "name", "overwrite_1": "on"})
    work_on_import(import_id=found.pk, now=NOW)
    found.refresh_from_db()
    return found


def test_an_upload_leads_to_the_columns_with_their_first_cells(admin_client, admin_user, rung):
    answer = uploaded(admin_client)

    found = Import.objects.get()
    assert (answer["Location"], found.uploaded_by, found.total) == (page(found, "columns"), admin_user, 2)
    shown = text(admin_client.get(answer["Location"]))
    assert "anna@example.org" in shown
    assert '<option value="name" selected>Name</option>' in shown
    assert rung == []


def test_a_choice_of_columns_has_the_rows_checked(admin_client, one, rung):
    assert (one.status, one.columns, one.overwrite) == ("checked", ["email", "name", ""], ["name"])
    assert rung == []  # its transaction is that of the test, and never commits


def test_columns_without_an_address_are_refused_and_kept(admin_client):
    uploaded(admin_client)
    found = Import.objects.get()

    answer = admin_client.post(page(found, "columns"), {"column_1": "name", "column_2": "department"})

    assert "No column of the file fills “Address”." in text(answer)
    assert '<option value="department" selected>' in text(answer)


def test_a_page_about_work_in_progress_asks_again_without_script(admin_client):
    uploaded(admin_client)
    found = Import.objects.get()
    admin_client.post(page(found, "columns"), {"column_0": "email", "column_1": "name"})

    answer = admin_client.get(page(found))

    assert answer["Refresh"] == "2"
    assert '<progress max="2" value="0"' in text(answer)
    assert "0 of 2 rows" in text(answer)


def test_the_report_names_line_column_fault_and_advice(admin_client, one):
    shown = text(admin_client.get(page(one)))

    for words in (
        ">3</th>",
        ">Address</td>",
        ">nobody</td>",
        "Write an e-mail address such as anna@example.org",
    ):
        assert words in shown
    assert stacked(shown) == (1, [])
    assert "1 row creates something new." in shown
    assert "anna@example.org" in text(admin_client.get(page(one), {"show": "all"}))
    assert "Refresh" not in admin_client.get(page(one)).headers


def test_an_import_is_applied_and_undone_by_its_buttons(admin_client, admin_user, one):
    admin_client.post(page(one), apply_form(one))
    work_on_import(import_id=one.pk, now=NOW)
    assert User.objects.filter(email="anna@example.org").exists()
    one.refresh_from_db()
    assert (one.status, one.applied_by) == ("applied", admin_user)
    Import.objects.update(applied_at="2100-01-01T00:00Z")  # the page goes by the real clock

    assert "Undo the import" in text(admin_client.get(page(one)))
    admin_client.post(page(one), {"do": "undo"})
    work_on_import(import_id=one.pk, now=NOW)

    one.refresh_from_db()
    assert (one.status, one.undone_by) == ("undone", admin_user)
    assert not User.objects.filter(email="anna@example.org").exists()
    assert "0 rows could not be undone" in text(admin_client.get(page(one)))


def test_the_page_says_that_invitations_wait_for_the_end_of_trial_mode(admin_client, admin_user, one):
    assert "New people are invited by mail. You can" in text(admin_client.get(page(one)))

    set_trial_mode(is_on=True, addresses=["ada@example.org"], by=admin_user, was=None, now=NOW)

    assert "New people are invited by mail once trial mode ends" in text(admin_client.get(page(one)))


def test_a_second_click_says_that_it_is_not_possible_any_more(admin_client, one):
    admin_client.post(page(one), apply_form(one))

    answer = admin_client.post(page(one), apply_form(one), follow=True)

    assert "not possible any more" in text(answer)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "Excel workbook"),
        (b'Email\n"open', "do not close"),
        (b"Email,Name\n", "one row only"),
        (b"\x00\x01\x02", "NUL"),
        (b"\x81\x8d", "cannot be read"),
        (b"x" * 10_000_001, "more than 10 MB"),
        (("a," * 101 + "\n" + "1\n").encode(), "columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_on_the_form(data, sentence, admin_client):
    answer = uploaded(admin_client, data)

    assert (answer.status_code, Import.objects.count()) == (200, 0)
    assert sentence in text(answer)


def test_a_form_without_a_file_or_with_another_kind_is_shown_again(admin_client):
    assert "Choose a file." in text(admin_client.post(ADD, {"kind": "people"}))
    assert uploaded(admin_client, kind="nothing").status_code == 200


@pytest.mark.parametrize(
    "query", [{"show": "x"}, {"p": "x"}, {"p": "-1"}, {"p": HUGE}, {"p": "\u0663"}, {"show": "\x00"}]
)
def test_an_odd_page_of_the_report_is_400(query, admin_client, one):
    assert admin_client.get(page(one), query).status_code == 400


def test_odd_forms_and_keys_are_no_error_of_ours(admin_client, one):
    admin_client.raise_request_exception = False
    for form in ({"column_0": "x"}, {"column_0": "\x00"}, {"overwrite_0": "on"}, {"column_99": "email"}, {}):
        assert admin_client.post(page(one, "columns"), form).status_code in (200, 302, 400), form
    for key in ("0", HUGE):
        assert admin_client.post(page(one, "columns").replace(f"/{one.pk}/", f"/{key}/")).status_code == 404
        assert admin_client.post(page(one).replace(f"/{one.pk}/", f"/{key}/"), apply_form(one)).status_code == 302
    for form in ({}, {"do": "x"}, {"do": "\x00"}):
        assert admin_client.post(page(one), form).status_code == 400, form


def test_a_reader_without_the_permission_sees_no_file_and_moves_none(admin_client, one, monkeypatch):
    monkeypatch.setattr(User, "has_perm", lambda user, perm, obj=None: perm == "matching.view_import")
    assert "Apply" not in text(admin_client.get(page(one)))
    assert admin_client.post(page(one), apply_form(one)).status_code == 403
    assert admin_client.get(page(one, "columns")).status_code == 403
    assert admin_client.get(ADD).status_code == 403

    monkeypatch.setattr(User, "has_perm", lambda user, perm, obj=None: False)
    assert admin_client.get(page(one)).status_code == 403
    one.refresh_from_db()
    assert one.status == "checked"


def test_a_report_that_is_out_of_date_is_not_applied(admin_client, one):
    old = apply_form(one)
    assert f'value="{old["seen"]}"' in text(admin_client.get(page(one)))
    admin_client.post(page(one, "columns"), {"column_0": "email", "column_1": "name", "column_2": "headline"})
    work_on_import(import_id=one.pk, now=NOW + timedelta(minutes=1))

    answer = admin_client.post(page(one), old, follow=True)

    assert "there is another report. Read that one." in text(answer)
    one.refresh_from_db()
    assert (one.status, User.objects.filter(email="anna@example.org").exists()) == ("checked", False)


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-11-23", HUGE])
def test_a_button_of_no_report_applies_nothing(seen, admin_client, one):
    answer = admin_client.post(page(one), {"do": "apply", "seen": seen})

    one.refresh_from_db()
    assert (answer.status_code in (302, 400), one.status) == (True, "checked")


def test_people_of_a_cohort_need_one_that_is_not_archived(admin_client):
    cohort, archived = CohortFactory(), CohortFactory(status="archived", archived_at=NOW)
    people = csv_of(("Email", "Side"), ("anna@example.org", "mentee"))

    without = text(uploaded(admin_client, people, "cohort"))
    over = text(uploaded(admin_client, people, "cohort", cohort=str(archived.pk)))
    uploaded(admin_client, people, "cohort", cohort=str(cohort.pk))

    assert "Choose the cohort of these people." in without
    assert "Select a valid choice." in over
    assert Import.objects.get().cohort == cohort
