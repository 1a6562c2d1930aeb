"""Forms of member pages. They draw fields; the rules are those of the API's serializers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from rest_framework.serializers import Serializer


class Renderer(DjangoTemplates):
    """All fields of all pages have one look."""

    field_template_name = "accounts/form_field.html"


class SerializerForm(forms.Form):
    """A form whose values a serializer checks. ``checked`` holds them as services take them.

    An error of a field of the serializer without a field of the form is shown above the form.
    """

    serializer_class: type[Serializer]

    def __init__(self, *args: Any, instance: Any = None, context: Mapping[str, Any] | None = None, **kwargs: Any):
        self.instance, self.context = instance, dict(context or {})
        self.checked: dict[str, Any] = {}
        super().__init__(*args, **kwargs)

    def body(self) -> dict[str, Any]:
        """Return the values as a client of the API would send them."""
        return dict(self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            serializer = self.serializer_class(
                self.instance, data=self.body(), partial=self.instance is not None, context=self.context
            )
            if serializer.is_valid():
                self.checked = dict(serializer.validated_data)
            else:
                self.add_errors_of(serializer)
        return data

    def add_errors_of(self, serializer: Serializer) -> None:
        for name, details in serializer.errors.items():
            self.add_error(name if name in self.fields else None, sentences(details))


def sentences(details: Any) -> list[str]:
    """Return all messages of a serializer's errors, at whatever depth, each once."""
    if isinstance(details, Mapping):
        details = details.values()
    elif isinstance(details, str):
        return [str(details)]
    return list(dict.fromkeys(sentence for part in details for sentence in sentences(part)))
