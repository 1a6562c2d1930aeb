"""A price on forms of pages: three fields, for one field of a serializer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy
from rest_framework.serializers import Serializer

from accounts.models import MentorProfile
from accounts.models.rate import Rate
from accounts.page_fields import CurrencyNameField
from accounts.page_forms import SerializerForm, sentences
from accounts.words import currency_labels

PARTS = ("amount", "currency", "per")
PER = [
    (MentorProfile.Per.SESSION.value, gettext_lazy("a session")),
    (MentorProfile.Per.MONTH.value, gettext_lazy("a month")),
]


class RateForm(SerializerForm):
    """A form with the price ``rate`` of its serializer. The names of the three fields begin with ``prefix_of_rate``."""

    rate: ClassVar[str] = "rate"
    prefix_of_rate: ClassVar[str] = ""
    amount_label: ClassVar[Any] = gettext_lazy("Amount")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = (
            forms.CharField(
                label=self.amount_label, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
            ),
            CurrencyNameField(label=gettext_lazy("Currency"), required=False, max_length=80),
            forms.ChoiceField(label=gettext_lazy("For"), choices=PER, required=False),
        )
        self.fields |= dict(zip(self._names(), fields, strict=True))

    @classmethod
    def _names(cls) -> list[str]:
        return [f"{cls.prefix_of_rate}{part}" for part in PARTS]

    @classmethod
    def initial_rate(cls, rate: Rate | None) -> dict[str, Any]:
        return dict(zip(cls._names(), map(rate.get, PARTS), strict=True)) if rate else {}

    @property
    def currencies(self) -> Iterable[str]:
        """The names to offer, in a datalist with the id "currencies"."""
        return currency_labels().values()

    def body(self) -> dict[str, Any]:
        body = super().body()
        parts = {part: body.pop(name) for part, name in zip(PARTS, self._names(), strict=True)}
        return body | {self.rate: {part: value for part, value in parts.items() if value}}

    def add_errors_of(self, serializer: Serializer) -> None:
        for name, details in serializer.errors.items():
            # A mistake inside of the rate belongs to one of its fields.
            is_inside = name == self.rate and isinstance(details, Mapping)
            inner = {f"{self.prefix_of_rate}{part}": found for part, found in details.items()} if is_inside else {}
            for field, found in (inner or {name: details}).items():
                self.add_error(field if field in self.fields else None, sentences(found))
