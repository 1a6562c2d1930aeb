"""Lists of the admin as CSV: all filtered rows, the columns that the reader may see, and no formula."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from csv import QUOTE_ALL
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, cast

from defusedcsv import csv
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone, translation

from accounts.admin.base import needs
from accounts.models import StaffRead, User
from accounts.roles import CONTACT
from accounts.services.reads import note_reads

ROWS_AT_ONCE = 1000
# defusedcsv disarms a text that begins with one of these. Spreadsheets skip what is invisible before them, and read
# their wide forms as well.
SIGNS = "=+-@|%"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an export. ``needs``: the permission to read it, such as "accounts.view_user".

    ``value`` returns text, a number, a date, a list of texts, or None.
    """

    title: str
    needs: str
    value: Callable[[Any], object]


class Exported(admin.ModelAdmin):
    """A list with a link that exports its rows as they are filtered. Private texts are in no column.

    ``export_people`` names the keys of the people in a row. With addresses in the file, a read of each goes on record.
    """

    export_columns: Sequence[ExportColumn] = ()
    export_people: Sequence[str] = ()
    change_list_template = "admin/accounts/exported_list.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Stream the rows that the list shows on all its pages, in its order."""
        needs(request, f"{self.opts.app_label}.view_{self.opts.model_name}")
        columns = [column for column in self.export_columns if request.user.has_perm(column.needs)]
        if not columns:
            raise PermissionDenied
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise BadRequest("The list has no such page.") from error
        self._record(request, changelist, columns)
        answer = StreamingHttpResponse(
            # The lines are written after the answer has left the middleware that knows the admin's zone.
            lines(columns, changelist.queryset.iterator(chunk_size=ROWS_AT_ONCE), timezone.get_current_timezone()),
            content_type="text/csv; charset=utf-8",
        )
        day = timezone.now().date().isoformat()
        answer["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}-{day}.csv"'
        return answer

    def _record(self, request: HttpRequest, changelist: ChangeList, columns: Sequence[ExportColumn]) -> None:
        """Write down who took which columns of how many rows, and whose addresses."""
        user, count = cast(User, request.user), changelist.result_count
        if any(column.needs == CONTACT for column in columns):
            rows = changelist.queryset.order_by().values_list(*self.export_people).iterator(chunk_size=ROWS_AT_ONCE)
            people = {person for row in rows for person in row}
            note_reads(reader=user, people=people, what=StaffRead.What.CONTACT, now=timezone.now())
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=f"{count} {self.opts.verbose_name_plural}",
            action_flag=CHANGE,
            change_message=f"Exported: {', '.join(column.title for column in columns)}.",
        )


class Line:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def lines(columns: Sequence[ExportColumn], rows: Iterable[Any], zone: tzinfo) -> Iterator[str]:
    """Yield the lines of a CSV file, with moments in ``zone`` and words in English. Its mark of UTF-8 is for Excel."""
    # A spreadsheet of another country cuts at semicolons, and finds the sign of a formula behind one without quotes.
    writer = csv.writer(Line(), quoting=QUOTE_ALL)
    yield "\ufeff" + writer.writerow([column.title for column in columns])
    for row in rows:
        # The worker that sends the lines has a language of its own. It gets it back between two lines.
        with translation.override("en"):
            cells = [cell(column.value(row), zone) for column in columns]
        yield writer.writerow(cells)


def cell(value: object, zone: tzinfo) -> str | int | float:
    """Return a value as the cell of a CSV file that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        # In a list that is split, each item has a cell of its own.
        return "; ".join(f"'{item}" if starts_formula(item) else item for item in map(str, value))
    text = str(value)
    return f"'{text}" if _hides_a_sign(text) else text


def starts_formula(text: str) -> bool:
    """Return whether a spreadsheet may take ``text`` for a formula."""
    return text[:1] in tuple(SIGNS) or _hides_a_sign(text)


def _hides_a_sign(text: str) -> bool:
    """Return whether defusedcsv would miss the sign of a formula at the start of ``text``."""
    if text[:1] in tuple("\t\r\n"):
        return True
    visible = (character for character in text if unicodedata.category(character)[0] not in "ZC")
    first = unicodedata.normalize("NFKC", next(visible, ""))[:1]
    return text[:1] not in tuple(SIGNS) and first in tuple(SIGNS)
