"""An admin imports a file with two bad rows, reads the report, applies the good ones, and undoes it. Without script."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from accounts.models import User
from matching.jobs.imports import tend_imports
from tests.browser.conftest import DESK, PHONE, RULES

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

    assert page.get_by_label("Vorname", exact=True).input_value() == "first_name"
    assert page.get_by_text("Müller").is_visible()
    page.get_by_role("button", name="Check the rows").click()
    assert page.get_by_text("0 of 4 rows").is_visible()
    work()
    # The page asks again by itself.
    page.get_by_role("heading", name="Report").wait_for()

    report = page.get_by_role("region", name="Rows of the report")
    assert report.get_by_role("row").count() == 3
    assert report.get_by_text("“3/4/2021” may be 3 April 2021 or 4 March 2021.").is_visible()
    assert report.get_by_text("Write 2021-04-03 or 2021-03-04.").is_visible()
    assert imported() == []
    page.get_by_role("button", name="Apply 2 rows").click()
    work()
    page.get_by_role("button", name="Undo the import").wait_for()
    assert imported() == ["Anna Müller", "Carl Özil"]

    page.get_by_role("button", name="Undo the import").click()
    work()
    page.get_by_text("0 rows could not be undone").wait_for()
    assert imported() == []


def test_the_pages_of_an_import_are_accessible_and_fit_a_phone(admin_window, admin_user, subtests):
    page = admin_window(admin_user)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)

    def look() -> None:
        for scheme, size in (("light", PHONE), ("dark", DESK)):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            with subtests.test(path=page.url, scheme=scheme):
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
                found = Axe().run(page, options=RULES)
                assert found.violations_count == 0, found.generate_report()

    page.goto("/admin/matching/import/add/")
    look()
    page.get_by_label("File").set_input_files(
        {"name": "members.csv", "mimeType": "text/csv", "buffer": FILE.encode("cp1252")}
    )
    page.get_by_role("button", name="Upload").click()
    look()
    page.get_by_role("button", name="Check the rows").click()
    work()
    page.get_by_role("heading", name="Report").wait_for()
    look()
    page.get_by_role("button", name="Apply 2 rows").click()
    work()
    page.get_by_role("button", name="Undo the import").wait_for()
    look()
    assert faults == []
