"""Lists whose links say the place of each row."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR, ChangeList
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import capfirst

from accounts.way_back import PLACE


class PlacedChangeList(ChangeList):
    """A list whose links say the place of each row. A page after the last one is the last one: rows have left it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            # Django's own title, "Select escalation to view", says what a program asks for.
            self.title = capfirst(str(self.opts.verbose_name_plural))

    def get_results(self, request: HttpRequest) -> None:
        if getattr(request, "reads_no_page", False):
            return
        if self.page_num != 1:
            paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
            self.page_num = paginator.get_page(max(self.page_num, 1)).number
        super().get_results(request)

    def url_for_result(self, result: Model) -> str:
        return f"{super().url_for_result(result)}?{urlencode({PLACE: self._places[result.pk]})}"

    @cached_property
    def _places(self) -> dict[Any, int]:
        is_paged = self.multi_page and not (self.show_all and self.can_show_all)
        start = (self.page_num - 1) * self.list_per_page if is_paged else 0
        return {row.pk: place for place, row in enumerate(self.result_list, start=start + 1)}

    @property
    def link_to_view(self) -> str:
        """The query of this view as it can be sent to a colleague: without the page."""
        query = self.get_query_string(remove=[PAGE_VAR, ERROR_FLAG])
        return "" if query == "?" else query
