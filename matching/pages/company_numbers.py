"""The numbers of cohorts for the companies that they belong to: a page for those who read them, and a file."""

from __future__ import annotations

from collections.abc import Iterable
from csv import QUOTE_ALL
from datetime import UTC, date
from io import StringIO
from itertools import groupby

from defusedcsv import csv
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.export import cell
from accounts.models import User
from matching.company_numbers import ALL, FEW, MEASURES, OTHERS, Line
from matching.services.company_numbers import numbers_of_month, report_of
from mentorship.models import Cohort
from mentorship.selectors.cohorts import cohorts_read_by

CSV = "text/csv;charset=utf-8"
TITLES = {
    ALL: gettext_lazy("Everybody"),
    "side": gettext_lazy("By side"),
    "department": gettext_lazy("By department"),
    "start": gettext_lazy("By the month in which their mentorship began"),
}
COLUMNS = {
    "people": gettext_lazy("People in the cohort"),
    "matched": gettext_lazy("Matched"),
    "running": gettext_lazy("With a mentorship that runs"),
    "ended_as_planned": gettext_lazy("With a mentorship that ended as planned"),
    "sessions": gettext_lazy("Sessions held"),
}
SIDES = {"mentee": gettext_lazy("Mentees"), "mentor": gettext_lazy("Mentors")}


def name_of(line: Line) -> str:
    """Return the name of the group of a line."""
    match line.by:
        case "side":
            return str(SIDES[line.group])
        case "department":
            return _("Other departments, and people without one") if line.group == OTHERS else line.group
        case "start":
            first, last = (date_format(date.fromisoformat(f"{month}-01"), "F Y") for month in line.group.split("/"))
            return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        case _:
            return str(TITLES[ALL])


def in_words(number: int) -> str:
    return str(number) if number else _("fewer than %(few)s") % {"few": FEW}


def company_numbers(request: HttpRequest, member: User) -> HttpResponse:
    """List the cohorts whose numbers a member reads for their company. Nobody else has this page."""
    cohorts = list(cohorts_read_by(member))
    if not cohorts:
        raise Http404
    return render(request, "matching/company_numbers_list.html", {"cohorts": cohorts})


def numbers_of_cohort(request: HttpRequest, uuid: object, member: User) -> HttpResponse:
    """Show the numbers of one cohort, as they were counted this month."""
    cohort = get_object_or_404(cohorts_read_by(member), uuid=uuid)
    row = numbers_of_month(cohort_id=cohort.pk, now=timezone.now())
    shown = report_of(row).lines() if row else []
    tables = [
        (
            TITLES[by],
            [(name_of(line), [(COLUMNS[name], in_words(getattr(line, name))) for name in MEASURES]) for line in lines],
        )
        for by, lines in groupby(shown, key=lambda line: line.by)
    ]
    context = {"cohort": cohort, "row": row, "tables": tables, "few": FEW}
    return render(request, "matching/company_numbers.html", context)


def numbers_file(request: HttpRequest, uuid: object, member: User) -> HttpResponse:
    """Return the numbers of the page as CSV. Fewer than FEW are 0 there."""
    cohort = get_object_or_404(cohorts_read_by(member), uuid=uuid)
    row = numbers_of_month(cohort_id=cohort.pk, now=timezone.now())
    if row is None:
        raise Http404
    response = HttpResponse(_csv(report_of(row).lines()), content_type=CSV)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=_file_name(cohort, row.month_on)
    )
    return response


def _csv(lines: Iterable[Line]) -> str:
    written = StringIO()
    # As in exports of the admin: the mark of UTF-8 is for Excel, and quotes are for its cuts at semicolons.
    written.write("\ufeff")
    writer = csv.writer(written, quoting=QUOTE_ALL)
    writer.writerow([_("Groups"), _("Group"), *(COLUMNS[name] for name in MEASURES)])
    for line in lines:
        name = cell(name_of(line), UTC)
        writer.writerow([TITLES[line.by], name, *(getattr(line, measure) for measure in MEASURES)])
    return written.getvalue()


def _file_name(cohort: Cohort, month_on: date) -> str:
    return f"cohort-{cohort.uuid}-{month_on:%Y-%m}.csv"
