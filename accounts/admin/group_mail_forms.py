"""The forms of a mail to a group: its text, and when it is sent to how many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import GroupMail, GroupMailText, Profile
from accounts.models.group_mail import COUNT_TYPED_FROM, SUBJECT_MAX, TEXT_MAX
from accounts.notifications.schedule import instant_of
from accounts.zones import zone_in_words


class TextForm(forms.Form):
    """Subject and text in each language of the site, the first of which is needed.

    ``text_version`` is that of the texts which the admin has seen.
    """

    text_version = forms.IntegerField(widget=forms.HiddenInput)

    # The texts that were saved while the form was open, by name of the language.
    saved_meanwhile: Mapping[str, GroupMailText] = {}

    def __init__(self, data: Mapping[str, Any] | None, *, mail: GroupMail) -> None:
        super().__init__(data, initial={"text_version": mail.text_version})
        written = {text.language: text for text in mail.texts.all()}
        for code, name in settings.LANGUAGES:
            text = written.get(code) or GroupMailText()
            label = f" in {name}" if len(settings.LANGUAGES) > 1 else ""
            is_first = code == settings.LANGUAGE_CODE
            self.fields[f"subject_{code}"] = forms.CharField(
                label=f"Subject{label}", max_length=SUBJECT_MAX, required=is_first, initial=text.subject
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=f"Text{label}",
                max_length=TEXT_MAX,
                required=is_first,
                initial=text.words,
                widget=forms.Textarea(attrs={"rows": 10, "cols": 70, "lang": code}),
            )

    def texts(self) -> dict[str, tuple[str, str]]:
        fields = self.cleaned_data
        return {code: (fields[f"subject_{code}"], fields[f"text_{code}"]) for code, _name in settings.LANGUAGES}

    def typed(self) -> list[tuple[str, str, str]]:
        """Return language, subject and text of what was typed, as it was typed."""
        typed = [(code, *self._typed(code)) for code, _name in settings.LANGUAGES]
        return [(code, subject, text) for code, subject, text in typed if subject or text]

    def is_unsaved(self) -> bool:
        """Return whether the form was sent with other texts than those that are stored."""
        names = [name for code, _language in settings.LANGUAGES for name in (f"subject_{code}", f"text_{code}")]
        return any(name in self.data and _plain(self.data[name]) != _plain(self.fields[name].initial) for name in names)

    def catch_up(self, mail: GroupMail) -> None:
        """Let the next try be about the texts that are stored now. The page shows those that were saved meanwhile."""
        if self.data.get("text_version") == str(mail.text_version):
            return
        stored, names = {text.language: text for text in mail.texts.all()}, dict(settings.LANGUAGES)
        self.saved_meanwhile = {
            names[code]: stored.get(code) or GroupMailText(language=code)
            for code in names
            if self._typed(code) != self._stored(stored.get(code))
        }
        self.data = {**{name: self.data.get(name, "") for name in self.fields}, "text_version": mail.text_version}

    def _typed(self, code: str) -> tuple[str, str]:
        return _plain(self.data.get(f"subject_{code}")), _plain(self.data.get(f"text_{code}"))

    def _stored(self, text: GroupMailText | None) -> tuple[str, str]:
        return (_plain(text.subject), _plain(text.words)) if text else ("", "")


def _plain(text: str | None) -> str:
    """Return a text with the ends of lines that are stored. A browser sends others."""
    return (text or "").replace("\r\n", "\n").strip()


class SendForm(forms.Form):
    """When to send, and the number of readers that the admin has read: typed, if it is large.

    ``at`` is what the admin has typed as the time before.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    at = forms.CharField(
        label="Send it later",
        required=False,
        max_length=30,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    readers = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    # The text is saved by a button of the same form on the page.
    use_required_attribute = False

    def __init__(
        self, data: Mapping[str, Any] | None, *, mail: GroupMail, readers: int, profile: Profile, at: str = ""
    ) -> None:
        initial: dict[str, Any] = {"version": mail.version, "readers": readers, "at": at}
        super().__init__(data, initial=initial, auto_id="send_%s")
        self.zone = profile.zone
        zone = zone_in_words(profile.timezone, now=timezone.now())
        self.fields["at"].help_text = f"In your time zone: {zone}. Empty: now."
        if readers >= COUNT_TYPED_FROM:
            self.initial["readers"] = None
            self.fields["readers"] = forms.IntegerField(
                label=f"Write {readers} to confirm that so many people get it", min_value=0
            )

    def clean_at(self) -> datetime | None:
        words = self.cleaned_data["at"]
        if not words:
            return None
        try:
            wall = datetime.strptime(words, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 -- of their clock
            # If the clock shows a time twice, the first one that is to come.
            return instant_of(wall, self.zone, after=timezone.now())
        except (ValueError, OverflowError) as error:
            raise ValidationError("Write a day and a time, such as 2026-11-30T09:00.") from error
