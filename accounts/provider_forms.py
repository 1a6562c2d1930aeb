"""The sign-up form of a new person who comes from an identity provider. It has no password."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.forms import SignupForm


class ProviderSignUpForm(SignupForm):
    """The address is the one that the provider confirmed. Another one that is sent does not count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].disabled = True
