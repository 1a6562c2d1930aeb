"""An admin imports a file with two bad rows, reads the report, applies the good ones, and undoes it. Without script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from matching.jobs.imports import tend_imports

pytestmark = [pytest.mark.django_db(transaction=True)]

# As Excel writes it in Germany: semicolons, Windows-1252, and a day as its number.
FILE = "E-Mail;Vorname;Nachname;Kenntnisse;Mitglied seit\r\n" + "".join(
    f"{row}\r\n"
    for row in (
        "anna@example.org;Anna;Müller;Python, Statistik;43525",
        "bea@example;Bea;Groß;SQL;1.3.2019",
        "carl@example.org;Carl;Özil;;12.05.2020",
        "dora@example.org;Dora;Lind;R;3/4/2021",
    )
)


@pytest.fixture
def admin_page(admin_window, admin_user):
    """A window without script."""
    return admin_window(admin_user, java_script_enabled=False)


def imported() -> list[str]:
    return sorted(User.objects.filter(is_staff=False).values_list("name", flat=True))


def work() -> None:
    tend_imports(now=timezone.now())


def test_an_admin_imports_a_file_with_two_bad_rows_and_undoes_it(admin_page):
    page = admin_page
    page.goto("/admin/")
    page.get_by_role("link", name="Imports").first.click()
    page.get_by_role("link", name="Add import").last.click()
    page.get_by_label("File").set_input_files(
        {"name": "members.csv", "mimeType": "text/csv", "buffer": FILE.encode("cp1252")}
    )
    page.get_by_role("button", name="Upload").click()

    expect(page.get_by_label("Vorname", exact=True)).to_have_value("first_name")
    expect(page.get_by_text("Müller")).to_be_visible()
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("0 of 4 rows")).to_be_visible()
    work()
    # The page asks again by itself.
    page.get_by_role("heading", name="Report").wait_for()

    report = page.get_by_role("region", name="Rows of the report")
    expect(report.get_by_role("row")).to_have_count(3)
    expect(report.get_by_text("“3/4/2021” may be 3 April 2021 or 4 March 2021.")).to_be_visible()
    expect(report.get_by_text("Write 2021-04-03 or 2021-03-04.")).to_be_visible()
    assert imported() == []
    page.get_by_role("button", name="Apply 2 rows").click()
    work()
    page.get_by_role("button", name="Undo the import").wait_for()
    assert imported() == ["Anna Müller", "Carl Özil"]

    page.get_by_role("button", name="Undo the import").click()
    work()
    page.get_by_text("0 rows could not be undone").wait_for()
    assert imported() == []


def test_the_pages_of_an_import_are_accessible_and_fit_a_phone(admin_window, admin_user, look_at):
    page = admin_window(admin_user)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)

    page.goto("/admin/matching/import/add/")
    look_at(page)
    page.get_by_label("File").set_input_files(
        {"name": "members.csv", "mimeType": "text/csv", "buffer": FILE.encode("cp1252")}
    )
    page.get_by_role("button", name="Upload").click()
    look_at(page)
    page.get_by_role("button", name="Check the rows").click()
    work()
    page.get_by_role("heading", name="Report").wait_for()
    look_at(page)
    page.get_by_role("button", name="Apply 2 rows").click()
    work()
    page.get_by_role("button", name="Undo the import").wait_for()
    look_at(page)
    assert faults == []
