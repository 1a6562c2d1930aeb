"""Fields of forms on pages: a code that is chosen by its name, and a list of free words with search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.skill import normalise
from accounts.words import (
    countries_written,
    country_labels,
    currencies_written,
    currency_labels,
    language_labels,
    languages_written,
)


class NamedField(forms.CharField):
    """A code that is written by its name. A page offers the names in the ``datalist`` with the given id, once.

    ``labels`` returns the name of each code, ``written`` the code of each name in normal form.
    """

    default_error_messages = {"unknown": _("“%(words)s” is not in the list. Choose a name from it.")}

    def __init__(
        self,
        *,
        datalist: str,
        labels: Callable[[], Mapping[str, str]],
        written: Callable[[], Mapping[str, str]],
        **kwargs: Any,
    ) -> None:
        self.labels, self.written = labels, written
        super().__init__(**kwargs)
        self.widget.attrs |= {"list": datalist, "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return self.labels().get(value, value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        words = super().to_python(value) or ""
        if not words:
            return ""
        code = self.written().get(normalise(words))
        if code is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown", params={"words": words[:60]})
        return code


class CountryField(NamedField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(datalist="countries", labels=country_labels, written=countries_written, **kwargs)


class LanguageField(NamedField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(datalist="languages", labels=language_labels, written=languages_written, **kwargs)


class CurrencyNameField(NamedField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(datalist="currencies", labels=currency_labels, written=currencies_written, **kwargs)


class WordsInput(forms.TextInput):
    """Words that are there already, each with a box to untick, and a field for more, with commas between them.

    The field searches the taxonomy of skills while somebody types. The button beside it shows the form again with the
    new words among the others, without script as well.
    """

    template_name = "accounts/words_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str] | None:
        """Return the words. None if neither is there: the page sends the field for more words, even if it is empty."""
        if not {name, f"{name}_more"} & set(data):
            return None
        kept = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        more = str(data.get(f"{name}_more", "")).replace("\n", ",").split(",")
        return list(dict.fromkeys(word for typed in (*kept, *more) if (word := " ".join(typed.split()))))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"words": value or []}


class WordsField(forms.Field):
    """Skills in a person's own words."""

    widget = WordsInput
    default_error_messages = {
        "not_sent": _("This list did not arrive, so it stays as it is. Load the page again, and send it once more.")
    }

    def clean(self, value: Any) -> list[str]:
        if value is None:
            raise forms.ValidationError(self.error_messages["not_sent"], code="not_sent")
        words: list[str] = super().clean(value)
        return words

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != list(data or [])


def focus_on_words(form: forms.Form, do: str) -> bool:
    """Put the cursor into the words that the button ``do`` adds to. Return whether it is such a button."""
    found = form.fields.get(do.removeprefix("add-")) if do.startswith("add-") else None
    if not isinstance(found, WordsField):
        return False
    found.widget.attrs["autofocus"] = True
    return True
