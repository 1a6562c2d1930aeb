"""The form that asks for a reason."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models.decision import REASON_MAX


class ReasonForm(forms.Form):
    """``reader`` is a sentence that says who reads the reason."""

    reason = forms.CharField(max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 4, "cols": 80}))

    def __init__(self, *args: Any, reader: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].help_text = reader
        self.fields["reason"].error_messages["required"] = f"Give a reason in a sentence or two. {reader}"
