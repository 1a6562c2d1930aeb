"""A list on a page as rows of fields, with and without script. The list's serializer has the rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.serializers import Serializer

from accounts.page_forms import sentences

SomeForm = TypeVar("SomeForm", bound=forms.Form)
# More than any serializer takes: one more than that is refused with its sentence.
ROWS_MAX = 100


def typed(form: SomeForm, data: QueryDict, **others: Any) -> SomeForm:
    """Return a form of the same class that shows what was typed, without checking it."""
    values = {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name)) for name, field in form.fields.items()
    }
    return type(form)(initial=values, prefix=form.prefix, **others)


class RowForm(forms.Form):
    """A row. No field is required by itself: an empty row does not count.

    ``wide``: fields that need room although they take no long text.
    """

    use_required_attribute = False
    wide: ClassVar[tuple[str, ...]] = ()

    @property
    def number(self) -> int:
        return int(str(self.prefix).rpartition("-")[2])

    def is_blank(self) -> bool:
        return not any(
            field.widget.value_from_datadict(self.data, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        )

    def body(self) -> dict[str, Any]:
        """Return the row as a client of the API would send it. A field without a value is left out."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class Rows:
    """The rows of the list ``name`` of a serializer: as they are stored, or as they were typed.

    ``checked`` holds the list as services take it.
    """

    def __init__(
        self,
        row_class: type[RowForm],
        name: str,
        *,
        data: QueryDict | None = None,
        stored: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.row_class, self.name, self.data = row_class, name, data
        self.errors: list[str] = []
        self.said = ""
        self.checked: list[Any] = []
        self.forms: list[RowForm] = []
        if data is not None:
            self.forms = [row_class(data, prefix=f"{name}-{number}") for number in self._posted_numbers(data)]
        for number, row in enumerate(stored if data is None else ()):
            self.forms.append(row_class(initial=dict(row), prefix=f"{name}-{number}"))

    def _posted_numbers(self, data: QueryDict) -> list[int]:
        found = (re.fullmatch(rf"{self.name}-([0-9]{{1,4}})-\w+", key) for key in data)
        return sorted({int(match[1]) for match in found if match})[:ROWS_MAX]

    def act(self, do: str) -> bool:
        """Show the rows as they were typed. The buttons of these rows add one or remove one.

        Return whether ``do`` is one of them.
        """
        found = re.fullmatch(rf"remove-{self.name}-([0-9]{{1,4}})", do)
        if found:
            self.forms = [form for form in self.forms if form.number != int(found[1])]
            self.said = _("Removed from the form, and from what is stored once you save.")
        if self.data is not None:
            self.forms = [typed(form, self.data) for form in self.forms]
        if do == f"add-{self.name}":
            next(iter(self.add().fields.values())).widget.attrs["autofocus"] = True
        return bool(found) or do == f"add-{self.name}"

    def add(self) -> RowForm:
        """Add an empty row at the end, and return it."""
        number = max((form.number for form in self.forms), default=-1) + 1
        self.forms.append(self.row_class(prefix=f"{self.name}-{number}"))
        return self.forms[-1]

    def is_valid(self, serializer_class: type[Serializer], instance: Any) -> bool:
        """Check the rows by the serializer. Errors are tied to their fields."""
        rows = [form for form in self.forms if not form.is_blank()]
        # Each row is checked, so that each shows its errors.
        if False in {form.is_valid() for form in rows}:
            return False
        serializer = serializer_class(instance, data={self.name: [form.body() for form in rows]}, partial=True)
        if serializer.is_valid():
            [self.checked] = serializer.validated_data.values()
            return True
        faults = serializer.errors[self.name]
        for index, fault in faults.items() if isinstance(faults, Mapping) else ():
            if str(index).isdigit():
                _tie(rows[int(index)], fault)
        if not any(form.errors for form in rows):
            self.errors = sentences(faults)
        return False


def _tie(form: RowForm, fault: Any) -> None:
    for name, details in fault.items() if isinstance(fault, Mapping) else [(None, fault)]:
        form.add_error(name if name in form.fields else None, sentences(details))
