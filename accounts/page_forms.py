"""Forms of member pages. They draw fields; the rules are those of the API's serializers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.serializers import CharField, IntegerField, Serializer

from accounts.fields import NO_DAY


def text(serializer_class: type[Serializer], name: str, *, rows: int = 3, **more: Any) -> forms.CharField:
    """Return a field for the text ``name`` of a serializer. The browser knows its limits, the serializer judges."""
    rules = cast(CharField, serializer_class().fields[name])
    limits = {"minlength": rules.min_length, "maxlength": rules.max_length, "required": rules.required}
    attrs = _without_none(limits)
    widget = forms.Textarea(attrs | {"rows": rows}) if rows > 1 else forms.TextInput(attrs)
    return forms.CharField(required=False, widget=widget, **more)


def number(serializer_class: type[Serializer], name: str, **more: Any) -> forms.IntegerField:
    """Return a field for the number ``name`` of a serializer. The browser knows its limits, the serializer judges."""
    rules = cast(IntegerField, serializer_class().fields[name])
    widget = forms.NumberInput(attrs=_without_none({"min": rules.min_value, "max": rules.max_value}))
    return forms.IntegerField(widget=widget, **more)


def _without_none(attrs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attrs.items() if value is not None}


def choice(choices: Any, **more: Any) -> forms.CharField:
    """Return a field for one of ``choices``. The serializer judges."""
    return forms.CharField(required=False, widget=forms.Select(choices=choices, attrs={"required": True}), **more)


def day(*, required: bool = False, **more: Any) -> forms.DateField:
    """Return a field for a day. The serializer judges whether there must be one."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"} | ({"required": True} if required else {}))
    # Django would take 01/02/2027 as well, for the second of January.
    words = {"invalid": NO_DAY}
    return forms.DateField(required=False, widget=widget, input_formats=["%Y-%m-%d"], error_messages=words, **more)


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


def forms_of(
    classes: Mapping[str, Callable[..., SerializerForm] | None], posted: QueryDict | None, *, of: object
) -> dict[str, SerializerForm]:
    """Return the form of each button about one thing, with what was posted in that of the pressed one, ``do``.

    Its fields point to the problem of a refused move, in the element with the id ``problem-OF``.
    """
    forms = {}
    for name, form_class in classes.items():
        if form_class is None:
            continue
        data = posted if posted and posted.get("do") == name else None
        forms[name] = form = form_class(data, auto_id=f"%s-{name}-{of}")
        if form.is_valid():
            for field in form:
                described = " ".join(filter(None, [f"problem-{of}", field.aria_describedby]))
                field.field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": described}
    return forms


def problem_of(form: forms.Form) -> str:
    """Return the sentence above a form with mistakes. The mistakes of a field stand at the field."""
    above = [str(error) for error in form.non_field_errors()]
    return " ".join(above or [_("Nothing is sent yet: correct what is marked below.")])


def uuid_in(words: str) -> UUID | None:
    """Return the identifier that a page wrote into a form. None for other words: a form can hold anything."""
    try:
        return UUID(words)
    except ValueError:
        return None


def sentences(details: Any) -> list[str]:
    """Return all messages of a serializer's errors, at whatever depth, each once."""
    if isinstance(details, Mapping):
        details = details.values()
    elif isinstance(details, str):
        return [str(details)]
    return list(dict.fromkeys(sentence for part in details for sentence in sentences(part)))
